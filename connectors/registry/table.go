package registry

import (
	"bufio"
	"encoding/csv"
	"errors"
	"io"
	"iter"
	"slices"
	"strings"

	"clientele/connectors"
)

// Table is a register's file of comma-separated values, read by the names of its
// header.
type Table struct {
	Register string
	By       Key      // what the firm's number is
	Key      string   // the column of the firm's number
	Needs    []string // further columns without which it is another file
	// Numbers returns the further numbers of the firm of a row; nil for none.
	Numbers func(Row) []Number
}

// Row is a row of a Table.
type Row struct {
	index map[string]int
	cells []string
}

// Get returns the cell of a column without blanks around it, "" for a column that
// the file lacks. Bytes that are no UTF-8 become the replacement character.
func (r Row) Get(column string) string {
	if i, ok := r.index[column]; ok && i < len(r.cells) {
		return strings.ToValidUTF8(strings.TrimSpace(r.cells[i]), "\ufffd")
	}
	return ""
}

// Has reports whether the file has a column.
func (r Row) Has(column string) bool { _, ok := r.index[column]; return ok }

// Records reads the rows of wanted firms one by one. Errors name the line, and
// nothing that stands in it.
func (t Table) Records(r io.Reader, wanted Wanted, record func(Row) Record) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		reader := csv.NewReader(unmarked(r))
		reader.ReuseRecord = true
		row, err := t.header(reader)
		for err == nil {
			row.cells, err = reader.Read()
			if err == nil && t.holds(row, wanted) && !yield(record(row), nil) {
				return
			}
		}
		if !errors.Is(err, io.EOF) {
			yield(Record{}, t.failure(err))
		}
	}
}

// holds reports whether a row is of a firm that is looked for.
func (t Table) holds(row Row, wanted Wanted) bool {
	return wanted(t.By, row.Get(t.Key)) ||
		t.Numbers != nil && slices.ContainsFunc(t.Numbers(row), func(n Number) bool { return wanted(n.Key, n.Value) })
}

// header reads the first line, whose names may have blanks around them.
func (t Table) header(r *csv.Reader) (Row, error) {
	cells, err := r.Read()
	if errors.Is(err, io.EOF) {
		err = nil // an empty file lacks its header
	}
	if err != nil {
		return Row{}, err
	}
	row := Row{index: map[string]int{}}
	for i, name := range cells {
		row.index[strings.TrimSpace(name)] = i
	}
	for _, name := range slices.Concat([]string{t.Key}, t.Needs) {
		if !row.Has(name) {
			return Row{}, connectors.Errorf(connectors.KindData, "missing_column", "name the register's own file, unpacked", "%s: the file has no column %s", t.Register, name)
		}
	}
	return row, nil
}

func (t Table) failure(err error) error {
	var known *connectors.Error
	var bad *csv.ParseError
	switch {
	case errors.As(err, &known):
		return err
	case errors.As(err, &bad):
		return connectors.Errorf(connectors.KindData, "bad_row", "get the file again", "%s: line %d: %w", t.Register, bad.Line, bad.Err)
	}
	return connectors.Errorf(connectors.KindData, "unreadable", "get the file again", "%s: %w", t.Register, err)
}

// unmarked skips a byte order mark.
func unmarked(r io.Reader) io.Reader {
	b := bufio.NewReaderSize(r, 1<<16)
	if head, err := b.Peek(3); err == nil && string(head) == "\ufeff" {
		_, _ = b.Discard(3) // they were peeked at
	}
	return b
}
