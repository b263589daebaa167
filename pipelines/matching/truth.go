package matching

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/transforms/match/records"
)

// Truth is which records belong together, as people know it.
type Truth struct {
	// Of is, per record, the name of what it belongs to; "" where the truth says
	// nothing of it.
	Of []string
	// Unknown is the number of records that the truth names and no file has.
	Unknown int
}

// Words of headers in a file of truth.
var (
	clusterHeaders = []string{"cluster", "clusterid", "trueid", "truecluster", "truth", "entity", "entityid"}
	idHeaders      = []string{"recordid", "id", "record"}
	fileHeaders    = []string{"file"}
)

// truthForm is where in a file of truth things stand: a record and its cluster, or
// the two records of a pair.
type truthForm struct {
	id, file [2]int // of both records; the second −1 in a file of clusters, files −1 where none is named
	cluster  int    // −1 in a file of pairs
}

// ReadTruth reads a file that says which records belong together, in one of two
// forms, told apart by its header. With a column cluster, each row is a record
// (record_id or the column of the config's id, and file where several have the id); records
// that it leaves out are not judged. Else each row is a pair of records that belong
// together, of two columns with ids or of file_a, record_id_a, file_b, record_id_b, and all
// that pairs join belongs together; every other record belongs to nobody else. Of
// sides that are linked, the first id is of the first side.
func ReadTruth(ctx context.Context, temp, path string, roster *Roster, c *Config) (*Truth, error) {
	f, form, err := openTruth(ctx, temp, path, c)
	if err != nil {
		return nil, err
	}
	return readTruth(ctx, f, form, roster)
}

// ReadLabels reads, per record, what it belongs to from a file of truth with a column
// cluster; "" for records that it leaves out.
func ReadLabels(ctx context.Context, temp, path string, roster *Roster, c *Config) ([]string, error) {
	f, form, err := openTruth(ctx, temp, path, c)
	if err != nil {
		return nil, err
	}
	if form.cluster < 0 {
		return nil, connectors.Errorf(connectors.KindConfig, "no_labels", "give it a header like record_id,cluster", "%s names pairs: of labels it must be known which records they do not speak of", f.Name)
	}
	t, err := readTruth(ctx, f, form, roster)
	if err != nil {
		return nil, err
	}
	return t.Of, nil
}

func openTruth(ctx context.Context, temp, path string, c *Config) (*File, truthForm, error) {
	full, err := filepath.Abs(path)
	if err != nil {
		return nil, truthForm{}, fmt.Errorf("find %s: %w", path, err)
	}
	f := &File{Path: full, Name: filepath.Base(full)}
	if err := f.look(ctx, temp); err != nil {
		return nil, truthForm{}, err
	}
	form, err := formOf(f, c)
	return f, form, err
}

func readTruth(ctx context.Context, f *File, form truthForm, roster *Roster) (*Truth, error) {
	r := &truthReader{Truth: &Truth{Of: make([]string, roster.Len())}, roster: roster, form: form}
	if form.cluster < 0 {
		for i := range r.Of {
			r.Of[i] = fmt.Sprint(i)
		}
		r.parent = make([]int32, roster.Len())
		for i := range r.parent {
			r.parent[i] = int32(i)
		}
	}
	if err := r.read(ctx, f); err != nil {
		return nil, err
	}
	for i := range r.parent {
		r.Of[i] = fmt.Sprint(r.find(int32(i)))
	}
	return r.Truth, nil
}

// formOf tells by its header what a file of truth holds.
func formOf(f *File, c *Config) (truthForm, error) {
	var joined []string
	for _, name := range f.Columns {
		j, _ := folded(name)
		joined = append(joined, j)
	}
	at := func(names []string) int {
		return slices.IndexFunc(joined, func(j string) bool { return slices.Contains(names, j) })
	}
	id := at(idHeaders)
	for _, name := range c.ID {
		if own := slices.Index(f.Columns, name); own >= 0 {
			id = own
		}
	}
	if cluster := at(clusterHeaders); cluster >= 0 && id >= 0 {
		return truthForm{id: [2]int{id, -1}, file: [2]int{at(fileHeaders), -1}, cluster: cluster}, nil
	}
	a, b := at([]string{"recordida", "ida"}), at([]string{"recordidb", "idb"})
	if a >= 0 && b >= 0 {
		return truthForm{id: [2]int{a, b}, file: [2]int{at([]string{"filea"}), at([]string{"fileb"})}, cluster: -1}, nil
	}
	if len(f.Columns) == 2 {
		return truthForm{id: [2]int{0, 1}, file: [2]int{-1, -1}, cluster: -1}, nil
	}
	return truthForm{}, connectors.Errorf(connectors.KindConfig, "bad_truth", "its header must be record_id,cluster or two columns of ids, each with a column file before it where several files are matched",
		"%s says in no known form which records belong together: its columns are %s", f.Name, quotedNames(f.Columns))
}

// truthReader takes in rows of a truth.
type truthReader struct {
	*Truth
	roster *Roster
	form   truthForm
	parent []int32 // of records that pairs join; nil in a file of clusters
}

func (r *truthReader) find(i int32) int32 {
	for r.parent[i] != i {
		r.parent[i] = r.parent[r.parent[i]]
		i = r.parent[i]
	}
	return i
}

func (r *truthReader) read(ctx context.Context, f *File) error {
	row := 0
	return f.each(ctx, func(rec arrow.Record, lineage int) error {
		for i := range int(rec.NumRows()) {
			row++
			text := func(column int) string {
				if column < 0 {
					return ""
				}
				if texts := records.AppendTexts(nil, rec.Column(lineage+column), i); len(texts) > 0 {
					return strings.Clone(strings.TrimSpace(texts[0]))
				}
				return ""
			}
			if err := r.take(text); err != nil {
				return fmt.Errorf("row %d: %w", row, err)
			}
		}
		return nil
	})
}

// take takes in a row, of which text gives the columns.
func (r *truthReader) take(text func(column int) string) error {
	a, known, err := r.record(text(r.form.file[0]), text(r.form.id[0]), 0)
	if err != nil {
		return err
	}
	if r.form.cluster >= 0 {
		if !known {
			r.Unknown++
			return nil
		}
		r.Of[a] = text(r.form.cluster)
		return nil
	}
	b, has, err := r.record(text(r.form.file[1]), text(r.form.id[1]), 1)
	if err != nil {
		return err
	}
	if !known || !has {
		r.Unknown++
		return nil
	}
	x, y := r.find(a), r.find(b)
	r.parent[max(x, y)] = min(x, y)
	return nil
}

// record finds a record by its file, "" where the truth names none, and id. side is
// the side of a link on which an id without a file is looked for.
func (r *truthReader) record(file, id string, side int) (int32, bool, error) {
	if file != "" {
		i, ok := r.roster.At(Key{file, id})
		return i, ok, nil
	}
	linked := slices.ContainsFunc(r.roster.Files, func(f *File) bool { return f.Against })
	var at int32
	found := 0
	for _, f := range r.roster.Files {
		if linked && r.form.cluster < 0 && f.Against != (side == 1) {
			continue
		}
		if i, ok := r.roster.At(Key{f.Name, id}); ok {
			at = i
			found++
		}
	}
	if found > 1 {
		return 0, false, connectors.Errorf(connectors.KindData, "several_records", "add columns with the file of a record", "several files have a record of this id")
	}
	return at, found == 1, nil
}
