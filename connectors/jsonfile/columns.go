package jsonfile

import (
	"clientele/connectors"
	"clientele/connectors/textrows"
)

// maxColumns is how many columns a file may have.
const maxColumns = 2000

// A pivoted key and a path are two columns, even when they read the same; this
// stands before a key in the index.
const pivoted = "\x00"

// columns numbers the columns of a file.
type columns struct {
	index map[string]int // by path, or pivoted and key
	texts []string
}

func newColumns(given []string) *columns {
	c := &columns{index: map[string]int{}, texts: given}
	for i, name := range given {
		c.index[name] = i
		c.index[pivoted+name] = i
	}
	return c
}

// number returns the number of a column, or false when it is not among them.
func (c *columns) number(path []byte) (int, bool) {
	n, ok := c.index[string(path)]
	return n, ok
}

// add numbers a column that is new.
func (c *columns) add(path []byte) {
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
func (c *columns) names() []string { return textrows.Columns(c.texts) }

// check refuses a file with more columns than any record could have on purpose.
func (c *columns) check(file string) error {
	if len(c.texts) <= maxColumns {
		return nil
	}
	return connectors.Errorf(connectors.KindData, "too_many_columns",
		"names that are data make columns without end: name the columns by the option columns, or use pivot or explode",
		"%s has more than %d columns", file, maxColumns)
}
