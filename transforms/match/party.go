package match

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// partyColumns come first among the columns of every engine, at the places below.
var partyColumns = []string{"source", "record_id", "first_observed_on", "kind"}

const (
	sourceCol = iota
	recordCol
	firstSeen
	kindCol
)

// row gives access to the columns of a batch of parties.
type row struct {
	rec   arrow.Record
	texts []*array.String
	first *array.Date32
}

func newRow(rec arrow.Record, columns []string) (*row, error) {
	if int(rec.NumCols()) != len(columns) {
		return nil, fmt.Errorf("parties have %d columns, want %d", rec.NumCols(), len(columns))
	}
	r := &row{rec: rec, texts: make([]*array.String, len(columns))}
	for at := range columns {
		switch col := rec.Column(at).(type) {
		case *array.String:
			r.texts[at] = col
		case *array.Date32:
			if at == firstSeen {
				r.first = col
			}
		}
	}
	if r.first == nil || r.texts[sourceCol] == nil {
		return nil, fmt.Errorf("parties must have the columns %v", columns)
	}
	return r, nil
}

// text returns a text of row i, "" for none. It is valid as long as the batch.
func (r *row) text(col, i int) string {
	if r.texts[col] == nil || r.texts[col].IsNull(i) {
		return ""
	}
	return r.texts[col].Value(i)
}

// value is text for columns of any type.
func (r *row) value(col, i int) string {
	if r.texts[col] == nil && r.rec.Column(col).IsValid(i) {
		return r.rec.Column(col).ValueStr(i)
	}
	return r.text(col, i)
}

func (r *row) kind(i int) string {
	if r.text(kindCol, i) == "organisation" {
		return "o"
	}
	return "p"
}

// number returns the number of the party of row i, which stands in the last column.
func (r *row) number(i int) int32 {
	return int32(r.rec.Column(int(r.rec.NumCols()) - 1).(*array.Int64).Value(i))
}

// party copies what is kept of row i; sources holds one copy of each name.
func (r *row) party(i int, sources map[string]string) Party {
	source, ok := sources[r.text(sourceCol, i)]
	if !ok {
		source = string([]byte(r.text(sourceCol, i)))
		sources[source] = source
	}
	p := Party{Source: source, Record: string([]byte(r.text(recordCol, i))), FirstSeen: NoDate}
	if r.first.IsValid(i) {
		p.FirstSeen = int32(r.first.Value(i))
	}
	return p
}
