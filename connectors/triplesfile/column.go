package triplesfile

import (
	"slices"
	"strconv"
	"strings"
)

// column makes the answers to a question those of a column.
type column struct {
	*variable
	title  string
	labels map[string]string // that take the place of codes, nil for none
	alone  bool              // only labels: the second column of a variable
}

// columnsOf returns the columns of a survey.
func columnsOf(s *survey, o Options) (columns []column) {
	for _, v := range s.Record.Variables {
		title := v.Name.of(o.Language)
		if label := v.Label.of(o.Language); label != "" && o.Names == namesLabel {
			title = label
		}
		if title == "" {
			title = v.Ident
		}
		c := column{variable: v, title: title}
		labels := map[string]string{}
		for _, value := range v.Values.Values {
			if label := value.Label.of(o.Language); label != "" {
				labels[v.code(value.Code)] = label
			}
		}
		switch {
		case len(labels) == 0 || o.Labels == labelsCode:
			columns = append(columns, c)
		case o.Labels == labelsText:
			c.labels = labels
			columns = append(columns, c)
		default:
			columns = append(columns, c, column{variable: v, title: title + labelsSuffix, labels: labels, alone: true})
		}
	}
	return columns
}

// code returns a code in the form in which codes are compared: of numbers, without
// what pads them.
func (v *variable) code(s string) string {
	s = strings.TrimSpace(s)
	if v.Format == "literal" {
		return s
	}
	if plain := strings.TrimLeft(s, "0"); plain != s && isDigits(s) {
		if plain == "" {
			return "0"
		}
		return plain
	}
	return s
}

// text returns what a field says as the text of a cell, "" for nothing.
func (c *column) text(field string) string {
	switch c.Type {
	case typeMultiple:
		return c.several(field)
	case typeSingle:
		return c.labelled(c.code(field))
	case typeLogical:
		switch field = strings.TrimSpace(field); field {
		case "1":
			return "true"
		case "0":
			return "false"
		}
		return field
	case typeDate:
		return between(field, 8, "-", 4, 6)
	case typeTime:
		return between(field, 6, ":", 2, 4)
	case typeQuantity:
		return c.labelled(strings.TrimSpace(field))
	}
	return c.labelled(strings.TrimRight(field, " "))
}

// labelled returns the label of a code, where labels take its place.
func (c *column) labelled(code string) string {
	if c.labels == nil || code == "" {
		return code
	}
	label, ok := c.labels[code]
	if !ok && c.Type == typeQuantity { // 007.0 has the label of 7
		if x, err := strconv.ParseFloat(code, 64); err == nil {
			label, ok = c.labels[strconv.FormatFloat(x, 'f', -1, 64)]
		}
	}
	if !ok && !c.alone {
		return code
	}
	return label
}

// several returns the answers to a question that takes several, one after the
// other. They are codes in fields of their own, with 0 for none; or a digit per
// code, which is 1 where it was chosen: the third stands for code 3.
func (c *column) several(field string) string {
	var codes []string
	if c.Spread != nil {
		width := c.Spread.Width
		if width == 0 {
			width = max(1, len(strings.TrimRight(field, " "))/c.Spread.Subfields)
		}
		for n := 0; n < c.Spread.Subfields && n*width < len(field); n++ {
			code := c.code(field[n*width : min((n+1)*width, len(field))])
			if code != "" && code != "0" && !slices.Contains(codes, code) {
				codes = append(codes, code)
			}
		}
	} else {
		for i := range len(field) {
			if field[i] == '1' {
				codes = append(codes, strconv.Itoa(i+1))
			}
		}
	}
	for i, code := range codes {
		// A label is one answer, also one that has the separator in it.
		codes[i] = strings.ReplaceAll(c.labelled(code), separator, ",")
	}
	return strings.Join(codes, separator)
}

// between puts a separator into a run of digits; any other text stays, for who
// reads dates to refuse.
func between(field string, length int, separator string, at ...int) string {
	field = strings.TrimSpace(field)
	if len(field) != length || !isDigits(field) {
		return field
	}
	return field[:at[0]] + separator + field[at[0]:at[1]] + separator + field[at[1]:]
}

func isDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}
