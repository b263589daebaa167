package proposal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"clientele/connectors"
	"clientele/connectors/csvfile"
	"clientele/connectors/jsonfile"
	"clientele/connectors/parquetfile"
	"clientele/connectors/savfile"
	"clientele/connectors/triplesfile"
	"clientele/connectors/xlsxfile"
	"clientele/schemas"
)

// sampled is how many rows of a file are looked at.
const sampled = 20_000

// found is what was found in one place: a file, a table of a database, what an
// interface answers.
type found struct {
	name      string // of the source
	connector string
	place     []string // lines of YAML that say where it is
	path      string   // of a file: relative to the config, with forward slashes
	options   []string // "key: value"
	guesses   []string // about the options
	columns   []Column
	preset    bool // which says what the tables are
}

// look finds out about a place. p.Dir is where the config will stand, p.Temp a
// private folder for temporary files.
func look(ctx context.Context, p connectors.Project, place string) ([]*found, error) {
	kind, resolved, err := kindOf(p, place)
	if err != nil {
		return nil, err
	}
	switch kind {
	case aPreset:
		f, err := presetAt(place)
		return []*found{f}, err
	case aDatabase:
		return tablesOf(ctx, p, place, resolved)
	case aDataset:
		return datasetTables(ctx, p, place, resolved)
	case anInterface:
		f, err := answersAt(ctx, p, place, resolved)
		return []*found{f}, err
	}
	full, err := filepath.Abs(place)
	if err != nil {
		return nil, err
	}
	f := &found{name: sourceName(place), path: within(p.Dir, full)}
	f.place = []string{"path: " + scalar(f.path) + "   # guess: a pattern like *.csv, if more files will come"}
	src, err := f.source(p, full)
	if err != nil {
		return nil, err
	}
	deliveries, err := src.Deliveries(ctx, "")
	if err != nil {
		return nil, err
	}
	if len(deliveries) == 0 {
		return nil, connectors.Errorf(connectors.KindConfig, "no_file", "name files that are there", "there is no file %s", place)
	}
	return []*found{f}, f.sample(ctx, src, deliveries[0])
}

// within is a path as a config in a folder writes it.
func within(dir, full string) string {
	if rel, err := filepath.Rel(dir, full); err == nil && !strings.HasPrefix(rel, ".."+string(filepath.Separator)) {
		full = rel
	}
	return filepath.ToSlash(full)
}

// sample reads the first rows of a delivery.
func (f *found) sample(ctx context.Context, src connectors.Source, d connectors.Delivery) error {
	open := src.Open
	if s, ok := src.(connectors.Sampler); ok {
		open = func(ctx context.Context, d connectors.Delivery) (connectors.Rows, error) {
			return s.Sample(ctx, d, sampled)
		}
	}
	rows, err := open(ctx, d)
	if err != nil {
		return err
	}
	defer rows.Close()
	return f.read(ctx, rows)
}

// Source returns a source of one file that nobody has described: its name asks
// for the connector, its first lines tell how it is written. path is absolute.
func Source(p connectors.Project, path string) (connectors.Source, error) {
	f := &found{path: filepath.ToSlash(path)}
	return f.source(p, path)
}

// source opens the file with the connector that its name asks for.
func (f *found) source(p connectors.Project, full string) (connectors.Source, error) {
	paths := []string{f.path}
	switch strings.ToLower(filepath.Ext(strings.TrimSuffix(full, ".gz"))) {
	case ".xlsx", ".xlsm":
		f.connector = "xlsx"
		var o xlsxfile.Options
		o.Spec()
		o.HeaderAt = 0
		f.options = append(f.options, "header_at: auto")
		return xlsxfile.New(p, paths, o)
	case ".json", ".ndjson", ".jsonl":
		f.connector = "json"
		var o jsonfile.Options
		o.Spec()
		if file, err := os.Open(full); err == nil { // else the source says what is wrong
			o.Records = recordsOf(file)
			_ = file.Close() // which was only read
		}
		if o.Records != "" {
			f.options = append(f.options, "records: "+scalar(o.Records))
		}
		return jsonfile.New(p, paths, o)
	case ".sav", ".zsav":
		f.connector = "sav"
		var o savfile.Options
		o.Spec()
		return savfile.New(p, paths, o)
	case ".sss":
		f.connector = "triples"
		var o triplesfile.Options
		o.Spec()
		return triplesfile.New(p, paths, o)
	}
	if strings.EqualFold(filepath.Ext(full), ".parquet") {
		f.connector = "parquet"
		return parquetfile.New(p, paths, parquetfile.Options{})
	}
	f.connector = "csv"
	o, err := dialectOf(full)
	if errors.Is(err, os.ErrNotExist) {
		return nil, connectors.Errorf(connectors.KindConfig, "no_file", "name files that are there", "there is no file %s", full)
	}
	if errors.Is(err, syscall.EISDIR) {
		return nil, connectors.Errorf(connectors.KindConfig, "is_directory", "name the files in it", "%s is a directory, not a file", full)
	}
	if err != nil {
		return nil, connectors.Errorf(connectors.KindEnvironment, "unreadable", "check its permissions", "look at %s: %w", full, err)
	}
	if o.Delimiter != ',' {
		f.options = append(f.options, "delimiter: "+quoted(strings.ReplaceAll(string(o.Delimiter), "\t", "tab")))
	}
	if o.Encoding != "utf-8" {
		f.options = append(f.options, "encoding: "+o.Encoding)
		f.guesses = append(f.guesses, "the encoding")
	}
	if o.Header > 1 {
		f.options = append(f.options, fmt.Sprintf("header: %d", o.Header))
	}
	return csvfile.New(p, paths, o)
}

func (f *found) read(ctx context.Context, rows connectors.Rows) error {
	lineage := len(schemas.RawLineage())
	for _, field := range rows.Schema().Fields()[lineage:] {
		f.columns = append(f.columns, Column{Name: field.Name})
	}
	for seen := int64(0); seen < sampled; {
		rec, err := rows.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return err
		}
		seen += rec.NumRows()
		for at := range f.columns {
			col := rec.Column(lineage + at)
			for i := range col.Len() {
				text := ""
				if col.IsValid(i) && rec.Column(2).IsNull(i) { // a faulty row says nothing
					text = col.ValueStr(i)
				}
				f.columns[at].Add(text)
			}
		}
		rec.Release()
	}
	if f.connector != "csv" {
		return nil
	}
	comma, point := 0, 0
	for i := range f.columns {
		if c, ok := f.columns[i].DecimalComma(); ok && c {
			comma++
		} else if ok {
			point++
		}
	}
	if comma > point {
		f.options = append(f.options, `decimal: ","`)
		f.guesses = append(f.guesses, "the decimal comma")
	}
	return nil
}

// recordsOf returns where the records of a JSON document stand: the only member
// of it that is a list of objects, "" for the document itself.
func recordsOf(r io.Reader) string {
	d := json.NewDecoder(r)
	if t, err := d.Token(); err != nil || t != json.Delim('{') {
		return ""
	}
	var lists []string
	for d.More() {
		key, err := d.Token()
		if err != nil {
			return ""
		}
		var value json.RawMessage
		if err := d.Decode(&value); err != nil {
			return ""
		}
		if text := strings.TrimSpace(strings.TrimPrefix(string(value), "[")); strings.HasPrefix(string(value), "[") && strings.HasPrefix(text, "{") {
			lists = append(lists, fmt.Sprint(key))
		}
	}
	if _, err := d.Token(); err != nil || d.More() || len(lists) != 1 {
		return "" // one object per line, or several lists
	}
	return lists[0]
}

// sourceName makes the name of a source of that of its file.
func sourceName(path string) string {
	base := strings.ToLower(filepath.Base(path))
	base, _, _ = strings.Cut(base, ".")
	parts := strings.FieldsFunc(base, func(r rune) bool { return (r < 'a' || r > 'z') && (r < '0' || r > '9') })
	parts = slices.DeleteFunc(parts, func(p string) bool { return strings.Trim(p, "0123456789") == "" })
	if len(parts) == 0 {
		return "source"
	}
	return strings.Join(parts, "_")
}
