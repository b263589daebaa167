package matching

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"golang.org/x/sync/errgroup"

	"clientele/connectors"
	"clientele/schemas/suggest"
	"clientele/transforms/match/records"
)

// Roster is the records of files: what matching sees of them, and where each
// stands.
type Roster struct {
	*records.Records
	Files  []*File
	Counts []Count // per file

	start []int32 // per file, its first record in the order of reading
	row   []int32 // per record in the order of reading, its row from 1
	order []int32 // records in the order of file and row
	// prefixed says, per file, that the ids of its records carry its name: it is
	// one of several that are one side of a link.
	prefixed []bool
	sides    []string // per file, the source of its records
}

// Count is how many rows a file has, and what became of them.
type Count struct {
	Rows    int `json:"rows"`
	Records int `json:"records"`
	// WithoutID are rows whose id is empty: they are called by their row.
	WithoutID int `json:"without_id,omitempty"`
	// Unusable are rows that can't be read, by code: ragged, undecodable.
	Unusable map[string]int `json:"unusable,omitempty"`
}

// Read reads the files, which were bound to the config, into records.
func Read(ctx context.Context, c *Config, files *Files) (*Roster, error) {
	b, err := records.NewBuilder(c.Match.Fields)
	if err != nil {
		return nil, connectors.Errorf(connectors.KindConfig, "bad_fields", "", "%w", err)
	}
	r := &Roster{Files: files.List, Counts: make([]Count, len(files.List))}
	r.divide(files)
	for i, f := range files.List {
		r.start = append(r.start, int32(len(r.row)))
		if err := r.read(ctx, b, i, f); err != nil {
			return nil, err
		}
	}
	if r.Records, err = b.Records(); err != nil {
		return nil, r.failure(c, err)
	}
	r.order = make([]int32, r.Len())
	for i := range int32(r.Len()) {
		r.order[r.Input(i)] = i
	}
	return r, nil
}

// divide says which source each file is. Files are sources of their own, but those
// of a side of a link are one: nobody asked to link them with one another.
func (r *Roster) divide(files *Files) {
	var names [2][]string
	side := func(f *File) int {
		if f.Against {
			return 1
		}
		return 0
	}
	for _, f := range files.List {
		names[side(f)] = append(names[side(f)], f.Name)
	}
	for _, f := range files.List {
		own := names[side(f)]
		several := files.Link && len(own) > 1
		r.prefixed = append(r.prefixed, several)
		if several {
			r.sides = append(r.sides, strings.Join(own, " + "))
		} else {
			r.sides = append(r.sides, f.Name)
		}
	}
}

// read adds the rows of a file. The next batch is read while one is taken in.
func (r *Roster) read(ctx context.Context, b *records.Builder, at int, f *File) error {
	type batch struct {
		rec     arrow.Record
		lineage int
	}
	batches := make(chan batch, 1)
	group, ctx := errgroup.WithContext(ctx)
	group.Go(func() error {
		defer close(batches)
		return f.each(ctx, func(rec arrow.Record, lineage int) error {
			rec.Retain()
			select {
			case batches <- batch{rec, lineage}:
				return nil
			case <-ctx.Done():
				return ctx.Err()
			}
		})
	})
	group.Go(func() error {
		for got := range batches {
			err := r.add(b, at, f, got.rec, got.lineage)
			got.rec.Release()
			if err != nil {
				return err
			}
		}
		return nil
	})
	return group.Wait()
}

// add adds the rows of a batch.
func (r *Roster) add(b *records.Builder, at int, f *File, rec arrow.Record, lineage int) error {
	count := &r.Counts[at]
	batch := records.Batch{Source: r.sides[at], Fields: make([][]arrow.Array, len(f.cell))}
	for field, columns := range f.cell {
		for _, column := range columns {
			batch.Fields[field] = append(batch.Fields[field], rec.Column(lineage+column))
		}
	}
	var texts []string
	for i := range int(rec.NumRows()) {
		count.Rows++
		if why, bad := faulty(rec, lineage, i); bad {
			code, _, _ := strings.Cut(why, ":")
			if count.Unusable == nil {
				count.Unusable = map[string]int{}
			}
			count.Unusable[code]++
			continue
		}
		id := ""
		if f.id >= 0 {
			if texts = records.AppendTexts(texts[:0], rec.Column(lineage+f.id), i); len(texts) > 0 {
				id = strings.TrimSpace(texts[0])
			}
			if id == "" {
				id = fmt.Sprintf("row %d", count.Rows)
				count.WithoutID++
			}
		} else {
			id = strconv.Itoa(count.Rows)
		}
		if r.prefixed[at] {
			id = f.Name + "/" + id
		}
		batch.IDs, batch.Rows = append(batch.IDs, id), append(batch.Rows, i)
		count.Records++
		r.row = append(r.row, int32(count.Rows))
	}
	return b.AddBatch(batch)
}

// failure says in which rows an id stands twice.
func (r *Roster) failure(c *Config, err error) error {
	var twice *records.DuplicateError
	if !errors.As(err, &twice) {
		return err
	}
	slices.Sort(twice.Rows[:])
	file := r.Files[r.fileOf(twice.Rows[0])]
	column := ""
	if file.id >= 0 {
		column = file.Columns[file.id]
	}
	return connectors.Errorf(connectors.KindData, "id_twice", "name another column as id, or leave id out: records are then called by their rows",
		"%s: rows %d and %d have the same id in column %q", file.Name, r.row[twice.Rows[0]], r.row[twice.Rows[1]], column)
}

// fileOf returns the place of the file of a record, given in the order of
// reading.
func (r *Roster) fileOf(input int32) int {
	at, found := slices.BinarySearch(r.start, input)
	if !found {
		return at - 1
	}
	for at+1 < len(r.start) && r.start[at+1] == input { // files without records
		at++
	}
	return at
}

// Order returns the records in the order of their files' names and rows.
func (r *Roster) Order() []int32 { return r.order }

// Key returns the file and the id of a record.
func (r *Roster) Key(i int32) Key {
	at := r.fileOf(r.Input(i))
	id := r.ID(i)
	if r.prefixed[at] {
		id = strings.TrimPrefix(id, r.Files[at].Name+"/")
	}
	return Key{r.Files[at].Name, id}
}

// Row returns the row of a record in its file, from 1, the header left out.
func (r *Roster) Row(i int32) int { return int(r.row[r.Input(i)]) }

// Key calls a record.
type Key struct {
	File string `json:"file"`
	ID   string `json:"record_id"`
}

// String is FILE:ID.
func (k Key) String() string { return k.File + ":" + k.ID }

// At returns the record of a key.
func (r *Roster) At(k Key) (int32, bool) {
	for f, file := range r.Files {
		if file.Name != k.File {
			continue
		}
		id := k.ID
		if r.prefixed[f] {
			id = file.Name + "/" + id
		}
		return r.Find(r.sides[f], id)
	}
	return 0, false
}

// Lookup returns the record that a person names: FILE:ID, or ID where only one of
// the files has it.
func (r *Roster) Lookup(text string) (int32, error) {
	var found []Key
	var at int32
	if file, id, ok := strings.Cut(text, ":"); ok {
		if i, ok := r.At(Key{file, id}); ok {
			return i, nil
		}
	}
	for _, file := range r.Files {
		k := Key{file.Name, text}
		if i, ok := r.At(k); ok {
			found, at = append(found, k), i
		}
	}
	switch len(found) {
	case 1:
		return at, nil
	case 0:
		remedy := "a record is called by its id, or by the number of its row where the config has no id"
		if file, _, ok := strings.Cut(text, ":"); ok && len(r.Files) > 1 {
			names := make([]string, len(r.Files))
			for i, f := range r.Files {
				names[i] = f.Name
			}
			if like := suggest.Suggest(file, names); like != "" && like != file {
				remedy = fmt.Sprintf("did you mean the file %q?", like)
			}
		}
		return 0, connectors.Errorf(connectors.KindConfig, "unknown_record", remedy, "no record is called %q", text)
	}
	return 0, connectors.Errorf(connectors.KindConfig, "several_records", fmt.Sprintf("say which: %s or %s", found[0], found[1]), "several files have a record %q", text)
}
