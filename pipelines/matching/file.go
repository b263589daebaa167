package matching

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/pipelines/proposal"
	"clientele/schemas"
	"clientele/schemas/option"
	"clientele/schemas/suggest"
)

// Files are the files of a match, in the order of their names.
type Files struct {
	List []*File
	// Link says that records of the two sides are linked, and not those of one.
	Link bool
}

// File is a file of records.
type File struct {
	// Path is where it lies, Name what results call it: the last part of its path,
	// or the whole where two files share that.
	Path, Name string
	// Against says that it is of the second side of a link.
	Against bool
	// SHA256 of its bytes, in hexadecimal.
	SHA256 string
	// Columns are those that it has.
	Columns []string

	open func(ctx context.Context) (table, error)
	id   int     // its column with ids, -1 for row numbers
	cell [][]int // per field, its columns
}

// table streams the rows of a file.
type table interface {
	Schema() *arrow.Schema
	Next(ctx context.Context) (arrow.Record, error)
	Close() error
}

// Open opens files and reads their headers. Where there are some of the second side,
// against, those of the first are linked to them. temp is a private folder for
// temporary files.
func Open(ctx context.Context, temp string, paths, against []string) (*Files, error) {
	files := &Files{Link: len(against) > 0}
	seen := map[string]bool{}
	for i, path := range slices.Concat(paths, against) {
		full, err := filepath.Abs(path)
		if err != nil {
			return nil, fmt.Errorf("find %s: %w", path, err)
		}
		if seen[full] {
			return nil, connectors.Errorf(connectors.KindConfig, "file_twice", "name it once: one file is searched for duplicates without --against", "%s is named twice", path)
		}
		seen[full] = true
		f := &File{Path: full, Name: filepath.Base(full), Against: i >= len(paths)}
		if err := f.look(ctx, temp); err != nil {
			return nil, err
		}
		files.List = append(files.List, f)
	}
	files.name(slices.Concat(paths, against))
	return files, nil
}

// name gives each file a name of its own and sorts them.
func (f *Files) name(paths []string) {
	count := map[string]int{}
	for _, file := range f.List {
		count[file.Name]++
	}
	for i, file := range f.List {
		if count[file.Name] > 1 {
			file.Name = filepath.ToSlash(filepath.Clean(paths[i]))
		}
	}
	slices.SortFunc(f.List, compareNames)
}

func compareNames(a, b *File) int { return cmp.Compare(a.Name, b.Name) }

// look finds how a file is written and what its columns are.
func (f *File) look(ctx context.Context, temp string) error {
	var err error
	switch strings.ToLower(filepath.Ext(f.Path)) {
	case ".parquet", ".pq":
		err = f.parquet()
	default:
		err = f.delivered(ctx, temp)
	}
	if err != nil {
		return err
	}
	t, err := f.open(ctx)
	if err != nil {
		return err
	}
	for _, field := range t.Schema().Fields() {
		f.Columns = append(f.Columns, field.Name)
	}
	f.Columns = f.Columns[f.lineage(t):]
	return t.Close()
}

// lineage is the number of columns that stand before a file's own.
func (f *File) lineage(t table) int {
	if lineage := schemas.RawLineage(); t.Schema().NumFields() >= len(lineage) && t.Schema().Field(0).Name == lineage[0].Name {
		return len(lineage)
	}
	return 0
}

// errEnough ends the reading of a file before its end.
var errEnough = errors.New("enough rows")

// each calls use with the batches of the file, and how many columns stand before its
// own. errEnough ends it.
func (f *File) each(ctx context.Context, use func(rec arrow.Record, lineage int) error) error {
	t, err := f.open(ctx)
	if err != nil {
		return err
	}
	defer t.Close()
	lineage := f.lineage(t)
	for err == nil {
		var rec arrow.Record
		if rec, err = t.Next(ctx); err == nil {
			err = use(rec, lineage)
			rec.Release()
		}
	}
	if errors.Is(err, io.EOF) || errors.Is(err, errEnough) {
		return nil
	}
	return fmt.Errorf("read %s: %w", f.Name, err)
}

// faulty reports whether a row of a batch can't be used as a whole, and why.
func faulty(rec arrow.Record, lineage, i int) (why string, bad bool) {
	if lineage == 0 || rec.Column(lineage-1).IsNull(i) {
		return "", false
	}
	return rec.Column(lineage - 1).ValueStr(i), true
}

func (f *File) parquet() error {
	file, err := os.Open(f.Path)
	if errors.Is(err, fs.ErrNotExist) {
		return errNoFile(f.Path)
	}
	if err != nil {
		return connectors.SystemError(err)
	}
	defer file.Close()
	sum := sha256.New()
	if _, err := io.Copy(sum, file); err != nil {
		return connectors.Errorf(connectors.KindEnvironment, "unreadable", "name a file, and check its permissions", "read %s: %w", f.Path, err)
	}
	f.SHA256 = hex.EncodeToString(sum.Sum(nil))
	f.open = func(context.Context) (table, error) {
		r, err := parquetio.Open(f.Path)
		if err != nil {
			return nil, connectors.Errorf(connectors.KindData, "not_parquet", "ask for the file again", "%w", err)
		}
		return r, nil
	}
	return nil
}

// delivered opens a file by the connector that its name asks for.
func (f *File) delivered(ctx context.Context, temp string) error {
	dir, base := filepath.Split(f.Path)
	src, err := proposal.Source(connectors.Project{Dir: dir, Temp: temp}, f.Path)
	if err != nil {
		return err
	}
	found, err := src.Deliveries(ctx, "")
	if err != nil {
		return err
	}
	if len(found) != 1 || filepath.Base(found[0].Name) != base {
		return errNoFile(f.Path)
	}
	f.SHA256 = found[0].Hash
	f.open = func(ctx context.Context) (table, error) { return src.Open(ctx, found[0]) }
	return nil
}

func errNoFile(path string) error {
	return connectors.Errorf(connectors.KindConfig, "no_file", "name files that are there", "there is no file %s", path)
}

// Bind finds the columns of a config in the files. What it does not find it says
// with its place in the config.
func (f *Files) Bind(c *Config) option.Findings {
	var findings option.Findings
	for _, file := range f.List {
		file.id = -1
		for _, name := range c.ID {
			if at := slices.Index(file.Columns, name); at >= 0 {
				file.id = at
				break
			}
		}
		file.cell = make([][]int, len(c.Fields))
	}
	findings = append(findings, f.withoutID(c)...)
	for i, field := range c.Fields {
		for _, column := range field.Columns {
			held := 0
			for _, file := range f.List {
				if at := slices.Index(file.Columns, column); at >= 0 {
					file.cell[i] = append(file.cell[i], at)
					held++
				}
			}
			if held == 0 {
				findings = append(findings, c.finding(option.Error, "missing_column", field.at, f.like(column), "match.fields.%s: no file has a column %q", field.Name, column))
			}
		}
		for _, file := range f.List {
			if len(file.cell[i]) == 0 && len(f.List) > 1 {
				like, _ := file.near(field.Columns)
				findings = append(findings, c.finding(option.Warning, "missing_column", field.at, like, "match.fields.%s: %s has no column %s, its records have no such value", field.Name, file.Name, quotedNames(field.Columns)))
			}
		}
	}
	for _, name := range c.Match.DuplicateFree {
		if !slices.ContainsFunc(f.List, func(file *File) bool { return file.Name == name }) {
			findings = append(findings, c.finding(option.Error, "unknown_file", c.at, "", "match.duplicate_free: no file is called %q", name))
		}
	}
	findings.Sort()
	return findings
}

// withoutID says which files lack the column with ids: a mistake where all do.
func (f *Files) withoutID(c *Config) option.Findings {
	var findings option.Findings
	has := slices.ContainsFunc(f.List, func(file *File) bool { return file.id >= 0 })
	for _, file := range f.List {
		switch {
		case len(c.ID) == 0 || file.id >= 0:
		case has:
			like, _ := file.near(c.ID)
			findings = append(findings, c.finding(option.Warning, "missing_column", c.idAt, like, "match.id: %s has no column %s, its records are called by their rows", file.Name, quotedNames(c.ID)))
		default:
			findings = append(findings, c.finding(option.Error, "missing_column", c.idAt, file.like(c.ID), "match.id: %s has no column %s", file.Name, quotedNames(c.ID)))
		}
	}
	return findings
}

// near proposes the column that was probably meant.
func (f *File) near(names []string) (string, bool) {
	for _, name := range names {
		if like := suggest.Suggest(name, f.Columns); like != "" {
			return fmt.Sprintf("did you mean %q?", like), true
		}
	}
	return "", false
}

// like proposes the column that was probably meant, or names those that there are.
func (f *File) like(names []string) string {
	if near, ok := f.near(names); ok {
		return near
	}
	return "its columns are " + quotedNames(f.Columns)
}

func (f *Files) like(name string) string {
	all := &File{}
	for _, file := range f.List {
		for _, c := range file.Columns {
			if !slices.Contains(all.Columns, c) {
				all.Columns = append(all.Columns, c)
			}
		}
	}
	return strings.Replace(all.like([]string{name}), "its columns", "the columns", 1)
}

func quotedNames(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = fmt.Sprintf("%q", n)
	}
	return strings.Join(out, ", ")
}
