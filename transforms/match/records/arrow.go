package records

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// Layout tells which columns of Arrow batches make records.
type Layout struct {
	// Source is the column with the name of the source, −1 where all records are of
	// the source Name.
	Source int
	Name   string
	ID     int
	// Fields lists, per field of the builder, the columns that feed it.
	Fields [][]int
}

// AddBatch adds the records of a batch. Columns that are not text are read as the
// text that Arrow writes their values as; lists are several values. The batch
// may be released afterwards.
func (b *Builder) AddBatch(rec arrow.Record, layout Layout) error {
	b.flush() // rows that were added one by one come first
	columns := int(rec.NumCols())
	for f, own := range layout.Fields {
		for _, c := range own {
			if c < 0 || c >= columns {
				return fmt.Errorf("field %d is fed by column %d of a batch of %d columns", f, c, columns)
			}
		}
	}
	if layout.ID < 0 || layout.ID >= columns || layout.Source >= columns || len(layout.Fields) != len(b.fields) {
		return fmt.Errorf("the layout has the id in column %d, the source in column %d and %d fields; the batch has %d columns and the records %d fields",
			layout.ID, layout.Source, len(layout.Fields), columns, len(b.fields))
	}
	for i := range int(rec.NumRows()) {
		source := layout.Name
		if layout.Source >= 0 {
			source = text(rec.Column(layout.Source), i)
		}
		b.named(source, text(rec.Column(layout.ID), i))
	}
	b.each(func(g *group) {
		for i := range int(rec.NumRows()) {
			for _, f := range g.fields {
				for _, c := range layout.Fields[f] {
					g.addFrom(f, rec.Column(c), i)
				}
			}
			g.close()
		}
	})
	return nil
}

// addFrom adds the values of a cell.
func (g *group) addFrom(f int, col arrow.Array, i int) {
	if list, ok := col.(*array.List); ok {
		if list.IsValid(i) {
			from, to := list.ValueOffsets(i)
			for at := from; at < to; at++ {
				g.add(f, text(list.ListValues(), int(at)))
			}
		}
		return
	}
	g.add(f, text(col, i))
}

func text(col arrow.Array, i int) string {
	if col.IsNull(i) {
		return ""
	}
	if s, ok := col.(*array.String); ok {
		return s.Value(i)
	}
	return col.ValueStr(i)
}
