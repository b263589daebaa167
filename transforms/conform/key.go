package conform

import (
	"strconv"
	"strings"

	"clientele/schemas"
	"clientele/transforms/normalize"
)

// key returns the record id of row i; ok is false where a part of it is absent.
func (b *batch) key(i int, of *answer) (key string, ok bool) {
	return b.keyWith(b.mapping.suffix, i, of)
}

// keyWith is key with another suffix than the mapping's own.
func (b *batch) keyWith(suffix string, i int, of *answer) (key string, ok bool) {
	var parts []string
	for _, k := range b.keys {
		col := b.rec.Column(k.raw)
		text := ""
		if col.IsValid(i) {
			text = normalize.Text(cellText(col, i))
		}
		if k.typ == schemas.Int && text != "" {
			n, err := readInt(text, b.source.Format)
			if err != nil {
				return "", false
			}
			text = strconv.FormatInt(n, 10)
		}
		if text == "" {
			return "", false
		}
		if len(b.keys) == 1 && b.ordinal < 0 && of == nil && suffix == "" {
			return text, true
		}
		parts = append(parts, text)
	}
	if b.ordinal >= 0 {
		base := strings.Join(parts, "|")
		b.ordinals[base]++
		b.slots[b.ordinal] = slot{set: true, n: b.ordinals[base]}
		parts = append(parts, strconv.FormatInt(b.ordinals[base], 10))
	}
	if of != nil {
		parts = append(parts, b.rec.ColumnName(of.column))
		if b.mapping.Unpivot.Split != "" {
			parts = append(parts, of.text)
		}
	}
	if suffix != "" {
		parts = append(parts, suffix)
	}
	return strings.Join(parts, "|"), true
}

// keyFault returns the first column of the key that row i has no good value in,
// and what is wrong.
func (b *batch) keyFault(i int) (code, column string) {
	for _, k := range b.keys {
		col := b.rec.Column(k.raw)
		if col.IsNull(i) || normalize.Text(cellText(col, i)) == "" {
			return codeMissingKey, k.col
		}
		if k.typ == schemas.Int {
			if _, err := readInt(normalize.Text(cellText(col, i)), b.source.Format); err != nil {
				return err.Error(), k.col
			}
		}
	}
	return codeMissingKey, b.keys[0].col
}
