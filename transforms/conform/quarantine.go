package conform

import (
	"encoding/json"
	"fmt"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/schemas"
)

// quarantine puts a row aside.
func (b *batch) quarantine(i int, code, column, message string) {
	b.tally.quarantine(code, 1)
	b.out.Quarantined = append(b.out.Quarantined, Quarantined{Position: b.first + int64(i), Part: b.part(i), Row: b.rows.Value(i),
		Code: code, Column: column, Message: message, Values: rowJSON(b.rec, b.width, i)})
}

func (b *batch) part(i int) string {
	if b.parts.IsNull(i) {
		return ""
	}
	return strings.Clone(b.parts.Value(i))
}

func message(code, column string) string {
	if column == "" {
		return strings.ReplaceAll(code, "_", " ")
	}
	return fmt.Sprintf("%s in %s", strings.ReplaceAll(code, "_", " "), column)
}

// maxValues bounds the row that quarantine keeps.
const maxValues = 64 << 10

// rowJSON returns the first width columns of a row as a JSON object in their
// order.
func rowJSON(rec arrow.Record, width, i int) string {
	var s strings.Builder
	s.WriteByte('{')
	comma := false
	for col := len(schemas.RawLineage()); col < width; col++ {
		if rec.Column(col).IsNull(i) {
			continue
		}
		name, _ := json.Marshal(rec.ColumnName(col))
		value, _ := json.Marshal(rec.Column(col).ValueStr(i))
		if s.Len()+len(name)+len(value) > maxValues {
			break
		}
		if comma {
			s.WriteByte(',')
		}
		comma = true
		s.Write(name)
		s.WriteByte(':')
		s.Write(value)
	}
	s.WriteByte('}')
	return s.String()
}
