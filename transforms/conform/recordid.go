package conform

import (
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/schemas"
	"clientele/transforms/normalize"
)

// RecordID returns the record id that row i of a batch, as it was read, has in
// the input table; ok is false where a part of its key is absent. Where rows of
// one key are numbered it is called for every row, in their order. A row that is
// unpivoted has several ids, and this is none of them.
func (c *Conformer) RecordID(rec arrow.Record, i int) (id string, ok bool) {
	return (&batch{Conformer: c, rec: rec}).key(i, nil)
}

// PartyKey is the key of the party that rows are about where it is made by the
// same rows, nil where a field names it.
func (m *Mapping) PartyKey() []KeyPart {
	if m.parties == nil {
		return nil
	}
	return m.parties.Key
}

// Suffix is the text that joins the keys of a mapping, "" for none.
func (m *Mapping) Suffix() string { return m.suffix }

// RecordID returns the record id of a row whose key has the given texts, in the
// order of the key's columns; ok is false where one of them is absent or bad.
// Whole numbers in them are written plainly.
func (m *Mapping) RecordID(key []string) (id string, ok bool) {
	parts := make([]string, 0, len(key)+1)
	for i, text := range key {
		text = normalize.Text(text)
		if m.Key[i].Type == schemas.Int && text != "" {
			n, err := readInt(text, schemas.Format{})
			if err != nil {
				return "", false
			}
			text = strconv.FormatInt(n, 10)
		}
		if text == "" {
			return "", false
		}
		parts = append(parts, text)
	}
	if m.suffix != "" {
		parts = append(parts, m.suffix)
	}
	return strings.Join(parts, "|"), true
}
