package records

import (
	"fmt"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// Batch is records of one source as rows of columns.
type Batch struct {
	Source string
	// IDs are those of the records, and Rows the row of each in the columns.
	IDs  []string
	Rows []int
	// Fields lists, per field of the builder, the columns that feed it. Cells are read as
	// AppendTexts says.
	Fields [][]arrow.Array
}

// AddBatch adds the records of a batch. What is kept of it is copied: it may be released
// afterwards.
func (b *Builder) AddBatch(batch Batch) error {
	b.flush() // rows that were added one by one come first
	if len(batch.Fields) != len(b.fields) || len(batch.IDs) != len(batch.Rows) {
		return fmt.Errorf("a batch of %d fields, %d ids and %d rows for records of %d fields", len(batch.Fields), len(batch.IDs), len(batch.Rows), len(b.fields))
	}
	for _, id := range batch.IDs {
		b.named(batch.Source, id)
	}
	b.each(func(g *group) {
		var texts []string
		for _, row := range batch.Rows {
			for _, f := range g.fields {
				for _, column := range batch.Fields[f] {
					if text, ok := column.(*array.String); ok {
						if text.IsValid(row) {
							g.add(f, text.Value(row))
						}
						continue
					}
					texts = AppendTexts(texts[:0], column, row)
					for _, text := range texts {
						g.add(f, text)
					}
				}
			}
			g.close()
		}
	})
	return nil
}
