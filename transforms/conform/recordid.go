package conform

import "github.com/apache/arrow/go/v15/arrow"

// RecordID returns the record id that row i of a batch, as it was read, has in
// the input table; ok is false where a part of its key is absent. Where rows of
// one key are numbered it is called for every row, in their order. A row that is
// unpivoted has several ids, and this is none of them.
func (c *Conformer) RecordID(rec arrow.Record, i int) (id string, ok bool) {
	return (&batch{Conformer: c, rec: rec}).key(i, -1, "")
}
