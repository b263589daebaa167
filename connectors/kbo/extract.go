// Package kbo keeps a copy of the open data of the Belgian register of enterprises
// (KBO, BCE, CBE) in a file of its own, and answers what it knows of a firm.
//
// The register publishes full extracts, monthly, and updates, daily, as ZIP files
// of CSV tables; its cookbook (R018.00) describes them. A full extract replaces the
// copy; an update takes all rows of the entities it names out, and puts the new ones
// in, in one transaction. Natural persons are left out: the licence of the data
// forbids using personal data for marketing.
package kbo

import (
	"archive/zip"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"clientele/connectors"
)

// Meta says which extract this is.
type Meta struct {
	// Number counts extracts of both kinds, without gaps.
	Number int
	// Full is true for a full extract, false for an update.
	Full bool
	// Snapshot is the date for which it holds.
	Snapshot time.Time
}

// Extract is an extract as it was downloaded: a ZIP file or a folder.
type Extract struct {
	Meta
	path  string
	files fs.FS
	close func() error
}

// OpenExtract opens an extract and reads which one it is.
func OpenExtract(path string) (_ *Extract, err error) {
	e := &Extract{path: path, close: func() error { return nil }}
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, connectors.Errorf(connectors.KindConfig, "no_extract", "download it from the open data portal of KBO", "there is no extract %s", path)
	case err != nil:
		return nil, connectors.SystemError(err)
	case info.IsDir():
		e.files = os.DirFS(path)
	default:
		archive, err := zip.OpenReader(path)
		if err != nil {
			return nil, connectors.Errorf(connectors.KindData, "bad_extract", "download it again", "%s is no ZIP file: %w", path, err)
		}
		e.files, e.close = archive, archive.Close
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, e.close())
		}
	}()
	if e.Meta, err = e.meta(); err != nil {
		return nil, err
	}
	return e, nil
}

// Close frees the extract.
func (e *Extract) Close() error { return e.close() }

// layout is how the register writes dates.
const layout = "02-01-2006"

func (e *Extract) meta() (m Meta, err error) {
	bad := func(format string, args ...any) error {
		return connectors.Errorf(connectors.KindData, "bad_extract", "is it an extract of KBO Open Data?", "%s: "+format, append([]any{e.path}, args...)...)
	}
	f, err := e.files.Open("meta.csv")
	if err != nil {
		return m, bad("it has no meta.csv")
	}
	defer f.Close()
	rows, err := csv.NewReader(io.LimitReader(f, 1<<20)).ReadAll()
	if err != nil {
		return m, bad("meta.csv: %w", err)
	}
	said := map[string]string{}
	for _, r := range rows {
		if len(r) == 2 {
			said[r[0]] = r[1]
		}
	}
	if m.Number, err = strconv.Atoi(said["ExtractNumber"]); err != nil || m.Number < 1 {
		return m, bad("meta.csv has no ExtractNumber")
	}
	if m.Snapshot, err = time.Parse(layout, said["SnapshotDate"]); err != nil {
		return m, bad("meta.csv has no SnapshotDate")
	}
	switch said["ExtractType"] {
	case "full":
		m.Full = true
	case "update":
	default:
		return m, bad("its ExtractType is neither full nor update")
	}
	return m, nil
}

// with unpacks a table of the extract where that is needed, and calls do with the
// path of its file and the names of its columns. A file that is not there is an
// error, but for one of an update, whose path is then empty.
func (e *Extract) with(ctx context.Context, temp, file string, do func(path string, columns []string) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	in, err := e.files.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		if !e.Full {
			return do("", nil)
		}
		return connectors.Errorf(connectors.KindData, "bad_extract", "download it again", "%s has no %s", e.path, file)
	}
	if err != nil {
		return connectors.SystemError(err)
	}
	defer in.Close()
	path := filepath.Join(e.path, file)
	if _, plain := in.(*os.File); !plain {
		out, err := os.CreateTemp(temp, "kbo-*.csv")
		if err != nil {
			return connectors.SystemError(err)
		}
		path = out.Name()
		defer os.Remove(path)
		_, err = io.Copy(out, contextReader{ctx, in})
		if err = errors.Join(err, out.Close()); err != nil {
			return fmt.Errorf("unpack %s: %w", file, connectors.SystemError(err))
		}
	}
	columns, err := header(path)
	if err != nil {
		return connectors.Errorf(connectors.KindData, "bad_extract", "download it again", "%s: %s has no header", e.path, file)
	}
	return do(path, columns)
}

func header(path string) ([]string, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	columns, err := csv.NewReader(io.LimitReader(f, 1<<16)).Read()
	if err != nil {
		return nil, err
	}
	for i := range columns {
		columns[i] = strings.TrimSpace(strings.TrimPrefix(columns[i], "\ufeff"))
	}
	return columns, nil
}

// contextReader stops reading when its context ends.
type contextReader struct {
	ctx context.Context
	io.Reader
}

// Read reads, unless the context has ended.
func (r contextReader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.Reader.Read(p)
}

// table is a table of the register as the copy keeps it.
type table struct {
	name string
	// entity is the column of the file that says which entity a row is of, and
	// by which an update takes rows out.
	entity  string
	columns []column
	// kept is the condition of the rows that are kept; "" for all.
	kept string
}

// column is a column of the copy, and the one of the file that fills it.
type column struct {
	name, from string
	kind       kind
}

type kind int

const (
	text kind = iota
	number
	date
)

// tables are those of the register, in the order in which they are filled: which
// rows are kept of the later ones is told by the earlier ones.
var tables = []table{
	{"enterprise", "EnterpriseNumber", []column{
		{"number", "EnterpriseNumber", number}, {"situation", "JuridicalSituation", text}, {"form", "JuridicalForm", text},
		{"form_cac", "JuridicalFormCAC", text}, {"started_on", "StartDate", date},
	}, `"TypeOfEnterprise" = '2'`},
	{"establishment", "EstablishmentNumber", []column{
		{"number", "EstablishmentNumber", number}, {"enterprise", "EnterpriseNumber", number}, {"started_on", "StartDate", date},
	}, "enterprise IN (SELECT number FROM enterprise)"},
	{"branch", "Id", []column{
		{"number", "Id", number}, {"enterprise", "EnterpriseNumber", number}, {"started_on", "StartDate", date},
	}, "enterprise IN (SELECT number FROM enterprise)"},
	{"denomination", "EntityNumber", []column{
		{"number", "EntityNumber", number}, {"language", "Language", text}, {"type", "TypeOfDenomination", text}, {"name", "Denomination", text},
	}, ofLegalPerson},
	{"address", "EntityNumber", []column{
		{"number", "EntityNumber", number}, {"type", "TypeOfAddress", text}, {"country_nl", "CountryNL", text}, {"country_fr", "CountryFR", text},
		{"postcode", "Zipcode", text}, {"municipality_nl", "MunicipalityNL", text}, {"municipality_fr", "MunicipalityFR", text},
		{"street_nl", "StreetNL", text}, {"street_fr", "StreetFR", text}, {"house_number", "HouseNumber", text}, {"box", "Box", text},
		{"struck_off_on", "DateStrikingOff", date},
	}, ofLegalPerson},
	{"contact", "EntityNumber", []column{
		{"number", "EntityNumber", number}, {"type", "ContactType", text}, {"value", "Value", text},
	}, ofLegalPerson},
	{"activity", "EntityNumber", []column{
		{"number", "EntityNumber", number}, {"activity_group", "ActivityGroup", text}, {"version", "NaceVersion", text},
		{"code", "NaceCode", text}, {"classification", "Classification", text},
	}, ofLegalPerson},
}

// ofLegalPerson is the condition of rows of firms that are no natural persons, of
// their establishments and of their branches.
const ofLegalPerson = `number IN (SELECT number FROM enterprise UNION ALL SELECT number FROM establishment UNION ALL SELECT number FROM branch)`

// create returns the statement that makes the table.
func (t table) create() string {
	columns := make([]string, len(t.columns))
	for i, c := range t.columns {
		columns[i] = c.name + " " + [...]string{text: "VARCHAR", number: "BIGINT", date: "DATE"}[c.kind]
	}
	return "CREATE TABLE " + t.name + " (" + strings.Join(columns, ", ") + ")"
}

// query returns the query of the rows of a table in a file with these columns. A
// column that the file does not have is empty: older extracts lack some.
func (t table) query(path string, columns []string) (string, error) {
	if !slices.Contains(columns, t.entity) {
		return "", connectors.Errorf(connectors.KindData, "bad_extract", "download it again", "the file of %s has no column %s", t.name, t.entity)
	}
	selected := make([]string, len(t.columns))
	for i, c := range t.columns {
		from := `"` + c.from + `"`
		switch {
		case !slices.Contains(columns, c.from):
			from = "CAST(NULL AS VARCHAR)"
		case c.kind == number:
			from = "CAST(REPLACE(" + from + ", '.', '') AS BIGINT)"
		case c.kind == date:
			from = "CAST(TRY_STRPTIME(" + from + ", '%d-%m-%Y') AS DATE)"
		}
		selected[i] = from + " AS " + c.name
	}
	rows := "SELECT " + strings.Join(selected, ", ") + " FROM " + reader(path)
	switch {
	case t.kept == "":
	case t.name == "enterprise": // by a column of the file
		rows += " WHERE " + t.kept
	default:
		rows = "SELECT * FROM (" + rows + ") WHERE " + t.kept
	}
	return rows, nil
}

// reader reads a CSV file as the register writes it, every cell as text. Cells
// that are empty, with quotes or without, are null.
func reader(path string) string {
	return "read_csv('" + strings.ReplaceAll(path, "'", "''") + `', header = true, all_varchar = true, delim = ',', quote = '"', escape = '"', nullstr = '', max_line_size = 65536)`
}
