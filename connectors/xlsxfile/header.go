package xlsxfile

import (
	"bytes"
	"errors"
	"io"
	"strconv"
	"strings"

	"clientele/connectors"
	"clientele/connectors/textrows"
)

// searched is among how many rows a header is looked for.
const searched = 20

// header is the header of one sheet.
type header struct {
	names []string // of its columns, from A on
	last  int64    // its last row
}

// headerRow is one of a sheet's first rows.
type headerRow struct {
	number int64
	texts  []string // by column
	filled int
}

// readHeader reads the header of a sheet; nil for a sheet that is empty.
func (w *workbook) readHeader(p sheetPart, o Options) (*header, error) {
	s, err := w.openSheet(p)
	if err != nil {
		return nil, err
	}
	defer s.close()
	rows, err := firstRows(s, o)
	if err != nil || len(rows) == 0 {
		return nil, err
	}
	first := int64(o.HeaderAt)
	if first == 0 {
		first = rows[fullest(rows)].number
	}
	h := &header{last: first + int64(o.HeaderRows) - 1}
	var texts [][]string
	for _, r := range rows {
		if first <= r.number && r.number <= h.last {
			texts = append(texts, r.texts)
		}
	}
	if len(texts) == 0 {
		return nil, connectors.Errorf(connectors.KindData, "missing_header", "set the option header_at to the row of the header, or to auto",
			"%s: the header, row %d of sheet %q, is blank", w.name, first, p.name)
	}
	h.names = textrows.Columns(join(texts))
	return h, nil
}

// firstRows reads as many rows as it takes to find the header.
func firstRows(s *sheet, o Options) ([]headerRow, error) {
	var rows []headerRow
	for o.HeaderAt > 0 || len(rows) < searched {
		err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if o.HeaderAt > 0 && len(rows) > 0 && s.row >= int64(o.HeaderAt+o.HeaderRows) {
			break
		}
		if s.row < int64(o.HeaderAt) {
			rows = rows[:0] // only that the sheet is not empty matters
		}
		r := headerRow{number: s.row}
		for _, c := range s.cells {
			if text := string(bytes.TrimSpace(c.text)); text != "" {
				for len(r.texts) <= c.column {
					r.texts = append(r.texts, "")
				}
				r.texts[c.column] = text
				r.filled++
			}
		}
		rows = append(rows, r)
	}
	return rows, nil
}

// fullest returns the first row that fills more than half as many cells as the
// fullest: a title or a note above the header does not.
func fullest(rows []headerRow) int {
	most := 0
	for _, r := range rows {
		most = max(most, r.filled)
	}
	for i, r := range rows {
		if 2*r.filled > most {
			return i
		}
	}
	return 0
}

// join makes one header of its rows. In all but the last row a text goes for
// the blank cells to its right too, as it looks when they are merged.
func join(rows [][]string) []string {
	width := 0
	for _, r := range rows {
		width = max(width, len(r))
	}
	names := make([]string, width)
	for column := range names {
		var parts []string
		for i, r := range rows {
			text := ""
			for from := column; from >= 0 && text == ""; from-- {
				if from < len(r) {
					text = r[from]
				}
				if i == len(rows)-1 {
					break
				}
			}
			if text != "" {
				parts = append(parts, text)
			}
		}
		names[column] = strings.Join(parts, " / ")
	}
	return names
}

// union numbers the columns of all sheets by name, in order of first
// appearance, and returns for each sheet where its columns go.
func union(headers []*header) (names []string, places [][]int) {
	index := map[string]int{}
	for _, h := range headers {
		place := make([]int, len(h.names))
		for i, name := range h.names {
			n, ok := index[name]
			if !ok {
				n = len(names)
				index[name] = n
				names = append(names, name)
			}
			place[i] = n
		}
		places = append(places, place)
	}
	return names, places
}

// given replaces the names of a header by those of the options.
func (h *header) given(columns []string) {
	if columns != nil {
		h.names = textrows.Columns(columns)
	}
}

func ragged(column, width int) string {
	return "ragged: " + strconv.Itoa(column+1) + " fields, the header has " + strconv.Itoa(width)
}
