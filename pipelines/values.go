package pipelines

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"
)

// Value is one value of a row as it was read, by column of the source.
type Value struct{ Column, Text string }

// Values are those of a row in the order of its columns; absent ones are left
// out. They are personal data.
type Values []Value

// parseValues reads what quarantine keeps of a row.
func parseValues(text string) (Values, error) {
	d := json.NewDecoder(strings.NewReader(text))
	if _, err := d.Token(); err != nil {
		return nil, fmt.Errorf("values of a row in quarantine: %w", err)
	}
	var out Values
	for d.More() {
		column, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("values of a row in quarantine: %w", err)
		}
		value, err := d.Token()
		if err != nil {
			return nil, fmt.Errorf("values of a row in quarantine: %w", err)
		}
		out = append(out, Value{Column: fmt.Sprint(column), Text: fmt.Sprint(value)})
	}
	return out, nil
}

// MarshalJSON writes an object whose members are in the order of the columns.
func (v Values) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i, value := range v {
		if i > 0 {
			b.WriteByte(',')
		}
		name, err := json.Marshal(value.Column)
		if err != nil {
			return nil, err
		}
		text, err := json.Marshal(value.Text)
		if err != nil {
			return nil, err
		}
		b.Write(name)
		b.WriteByte(':')
		b.Write(text)
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// text returns the value of a column, "" where it is absent.
func (v Values) text(column string) string {
	for _, value := range v {
		if value.Column == column {
			return value.Text
		}
	}
	return ""
}
