package jsonrows

import (
	"clientele/connectors"
	"clientele/connectors/textrows"
)

// MaxColumns is how many columns a delivery may have.
const MaxColumns = 2000

// A pivoted key and a path are two columns, even when they read the same; this
// stands before a key in the index.
const pivoted = "\x00"

// Columns numbers the columns of records, in the order in which they appear.
type Columns struct {
	index map[string]int // by path, or pivoted and key
	texts []string
}

// NewColumns returns the columns that are given, or none yet.
func NewColumns(given []string) *Columns {
	c := &Columns{index: map[string]int{}, texts: given}
	for i, name := range given {
		c.index[name] = i
		c.index[pivoted+name] = i
	}
	return c
}

// number returns the number of a column, or false when it is not among them.
func (c *Columns) number(path []byte) (int, bool) {
	n, ok := c.index[string(path)]
	return n, ok
}

// add numbers a column that is new.
func (c *Columns) add(path []byte) {
	if _, ok := c.index[string(path)]; ok {
		return
	}
	c.index[string(path)] = len(c.texts)
	if string(path[:min(len(path), 1)]) == pivoted {
		path = path[1:]
	}
	c.texts = append(c.texts, string(path))
}

// names are the columns' names.
func (c *Columns) names() []string { return textrows.Columns(c.texts) }

// Check refuses a delivery with more columns than any record could have on
// purpose.
func (c *Columns) Check(delivery string) error {
	if len(c.texts) <= MaxColumns {
		return nil
	}
	return connectors.Errorf(connectors.KindData, "too_many_columns",
		"names that are data make columns without end: name the columns by the option columns, or use pivot or explode",
		"%s has more than %d columns", delivery, MaxColumns)
}
