package restapi

import (
	"bytes"
	"encoding/json"
	"net/url"
	"regexp"
	"strconv"

	"clientele/connectors/jsonrows"
)

// The placeholders that requests may have, beside the names of auth.values.
const (
	valueSince   = "since"
	valuePage    = "page"
	valueOffset  = "offset"
	valueNext    = "next"
	valueSize    = "size"
	valueID      = "id"
	valueSession = "session"
)

var placeholders = []string{valueSince, valuePage, valueOffset, valueNext, valueSize, valueID, valueSession}

var placeholder = regexp.MustCompile(`\{([a-z_]+)\}`)

// values are what placeholders stand for, as JSON. One that is not there stands
// for nothing.
type values map[string]json.RawMessage

func number(n int) json.RawMessage { return strconv.AppendInt(nil, int64(n), 10) }

func quoted(text string) json.RawMessage {
	b, _ := json.Marshal(text) // a string always can be
	return b
}

// fill replaces the placeholders of a text; escape writes a value. It returns
// false where one stands for nothing.
func (v values) fill(text string, escape func(string) string) (string, bool) {
	whole := true
	filled := placeholder.ReplaceAllStringFunc(text, func(found string) string {
		value, ok := v[found[1:len(found)-1]]
		whole = whole && ok
		if !ok {
			return ""
		}
		return escape(string(jsonrows.Text(value)))
	})
	return filled, whole
}

func asIs(text string) string { return text }

// address returns a URL with its placeholders filled and the query added to its
// own.
func (v values) address(text string, query map[string]string) (string, error) {
	text, _ = v.fill(text, url.PathEscape)
	u, err := url.Parse(text)
	if err != nil {
		return "", err
	}
	q := u.Query()
	for name, value := range query {
		if value, ok := v.fill(value, asIs); ok {
			q.Set(name, value)
		}
	}
	u.RawQuery = q.Encode()
	return u.String(), nil
}

// body returns a JSON text with its placeholders filled, nil for none.
func (v values) body(text string) (json.RawMessage, error) {
	if text == "" {
		return nil, nil
	}
	var tree any
	d := json.NewDecoder(bytes.NewReader([]byte(text)))
	d.UseNumber()
	if err := d.Decode(&tree); err != nil {
		return nil, err
	}
	tree, _ = v.plant(tree)
	var out bytes.Buffer
	e := json.NewEncoder(&out)
	e.SetEscapeHTML(false) // >= stays what it is
	if err := e.Encode(tree); err != nil {
		return nil, err
	}
	return bytes.TrimSpace(out.Bytes()), nil
}

// plant fills the placeholders of a tree. It returns false for a text that stands
// for nothing.
func (v values) plant(tree any) (any, bool) {
	switch t := tree.(type) {
	case string:
		if m := placeholder.FindString(t); m == t && t != "" {
			value, ok := v[t[1:len(t)-1]]
			if !ok {
				return nil, false
			}
			return value, true
		}
		return v.fill(t, asIs)
	case []any:
		for i := range t {
			t[i], _ = v.plant(t[i]) // null keeps the places of the others
		}
	case map[string]any:
		for name := range t {
			filled, ok := v.plant(t[name])
			if t[name] = filled; !ok {
				delete(t, name)
			}
		}
	}
	return tree, true
}
