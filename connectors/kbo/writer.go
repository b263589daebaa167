package kbo

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"clientele/connectors"
)

// file is a file of an extract as the register publishes it (cookbook R018.00).
type file struct {
	name    string
	columns []string
}

// files are all of them. An update has two for each, but for meta and code: one of the
// entities whose rows go, and one of rows that come.
var files = []file{
	{"meta", []string{"Variable", "Value"}},
	{"code", []string{"Category", "Code", "Language", "Description"}},
	{"enterprise", []string{"EnterpriseNumber", "Status", "JuridicalSituation", "TypeOfEnterprise", "JuridicalForm", "JuridicalFormCAC", "StartDate"}},
	{"establishment", []string{"EstablishmentNumber", "StartDate", "EnterpriseNumber"}},
	{"branch", []string{"Id", "StartDate", "EnterpriseNumber"}},
	{"denomination", []string{"EntityNumber", "Language", "TypeOfDenomination", "Denomination"}},
	{"address", []string{"EntityNumber", "TypeOfAddress", "CountryNL", "CountryFR", "Zipcode", "MunicipalityNL", "MunicipalityFR", "StreetNL", "StreetFR",
		"HouseNumber", "Box", "ExtraAddressInfo", "DateStrikingOff"}},
	{"contact", []string{"EntityNumber", "EntityContact", "ContactType", "Value"}},
	{"activity", []string{"EntityNumber", "ActivityGroup", "NaceVersion", "NaceCode", "Classification"}},
}

// dates are the columns whose values stand without quotes.
var dates = []string{"StartDate", "DateStrikingOff"}

// numbers are the columns of numbers that are punctuated.
var numbers = []string{"EnterpriseNumber", "EstablishmentNumber", "EntityNumber"}

// blanks are the columns that hold an empty text where others hold nothing.
var blanks = []string{"Box", "ExtraAddressInfo"}

// Date writes a day as extracts do; the zero time is no date.
func Date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.Format(layout)
}

// Writer writes an extract of invented firms, byte for byte in the format of the
// register: demonstrations and tests are made of it. The first error of writing is
// told by Close.
type Writer struct {
	dir string
	out map[string]*output
	err error
}

// output is a file that is being written.
type output struct {
	file
	*bufio.Writer
	close                 func() error
	dates, numbers, blank []bool // by column
	line                  []byte
}

// Create begins an extract in a folder, which is made where there is none.
func Create(dir string, m Meta) (*Writer, error) {
	if err := os.MkdirAll(dir, privateDir); err != nil {
		return nil, connectors.SystemError(err)
	}
	w := &Writer{dir: dir, out: map[string]*output{}}
	for _, f := range files {
		switch {
		case m.Full || f.name == "meta" || f.name == "code":
			w.open(f)
		default:
			w.open(file{f.name + "_delete", f.columns[:1]})
			w.open(file{f.name + "_insert", f.columns})
		}
	}
	kind := "update"
	if m.Full {
		kind = "full"
	}
	for _, row := range [][2]string{
		{"SnapshotDate", Date(m.Snapshot)}, {"ExtractTimestamp", Date(m.Snapshot.AddDate(0, 0, 1)) + " 07:40:18"},
		{"ExtractType", kind}, {"ExtractNumber", strconv.Itoa(m.Number)}, {"Version", "1.0.0"},
	} {
		w.Put("meta", row[0], row[1])
	}
	if w.err != nil {
		return nil, w.Close()
	}
	return w, nil
}

func (w *Writer) open(f file) {
	out, err := os.Create(filepath.Join(w.dir, f.name+".csv"))
	if err != nil {
		w.fail(connectors.SystemError(err))
		return
	}
	o := &output{file: f, Writer: bufio.NewWriterSize(out, 1<<18), close: out.Close}
	for i, c := range f.columns {
		o.dates = append(o.dates, slices.Contains(dates, c))
		o.numbers = append(o.numbers, slices.Contains(numbers, c))
		o.blank = append(o.blank, slices.Contains(blanks, c))
		if i > 0 {
			o.line = append(o.line, ',')
		}
		o.line = quoted(o.line, c)
	}
	w.out[f.name] = o
	w.end(o)
}

// Put adds a row to a file, in an update to that of rows that come. There is a cell for
// each column: text, a date as Date writes it, or a number of ten digits.
func (w *Writer) Put(name string, cells ...string) {
	if _, ok := w.out[name]; !ok {
		name += "_insert"
	}
	w.put(name, cells)
}

// Delete takes out all rows that an entity has in a file, by its number; the extract is
// an update.
func (w *Writer) Delete(name, entity string) { w.put(name+"_delete", []string{entity}) }

func (w *Writer) put(name string, cells []string) {
	o, ok := w.out[name]
	if !ok || len(cells) != len(o.columns) {
		w.fail(fmt.Errorf("kbo: an extract has no file %s of %d columns", name, len(cells)))
		return
	}
	for i, cell := range cells {
		if i > 0 {
			o.line = append(o.line, ',')
		}
		switch {
		case cell == "" && !o.blank[i]:
		case o.dates[i]:
			o.line = append(o.line, cell...)
		case o.numbers[i] && len(cell) == numberLength:
			o.line = append(append(append(o.line, '"'), punctuated(cell)...), '"')
		default:
			o.line = quoted(o.line, cell)
		}
	}
	w.end(o)
}

func (w *Writer) end(o *output) {
	o.line = append(o.line, '\n')
	if _, err := o.Write(o.line); err != nil {
		w.fail(connectors.SystemError(err))
	}
	o.line = o.line[:0]
}

func (w *Writer) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}

// Close finishes the extract.
func (w *Writer) Close() error {
	for _, o := range w.out {
		if err := errors.Join(o.Flush(), o.close()); err != nil {
			w.fail(connectors.SystemError(err))
		}
	}
	return w.err
}

// quoted appends a text in quotes.
func quoted(line []byte, text string) []byte {
	line = append(line, '"')
	for i := range len(text) {
		if text[i] == '"' {
			line = append(line, '"')
		}
		line = append(line, text[i])
	}
	return append(line, '"')
}

// numberLength is how many digits the number of an entity has.
const numberLength = 10

// punctuated returns a number of ten digits as the register prints it: 0403.019.261 of
// an enterprise, 2.377.470.790 of an establishment.
func punctuated(n string) string {
	if n[0] < '2' {
		return n[:4] + "." + n[4:7] + "." + n[7:]
	}
	return n[:1] + "." + n[1:4] + "." + n[4:7] + "." + n[7:]
}
