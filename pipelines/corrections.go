package pipelines

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"os"
	"slices"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/pipelines/rowbook"
	"clientele/schemas"
)

// Exported says what a workbook for the owner of a source holds.
type Exported struct {
	File       string `json:"file"`
	Source     string `json:"source"`
	Rows       int    `json:"rows"`
	Deliveries int    `json:"deliveries"`
}

// ExportQuarantine writes the rows that a source, or one delivery of it, has in
// quarantine as a workbook that their owner can correct. It replaces no file.
func (p *Project) ExportQuarantine(ctx context.Context, file, source, delivery string) (*Exported, error) {
	landings, err := p.State.Landings(ctx)
	if err != nil {
		return nil, err
	}
	landings = slices.DeleteFunc(landings, func(l connectors.Landing) bool {
		return l.Source != source || delivery != "" && l.ID != delivery
	})
	var rejected []QuarantinedRow
	if err := p.quarantined(ctx, landings, func(q QuarantinedRow) error {
		rejected = append(rejected, q)
		return nil
	}); err != nil {
		return nil, err
	}
	rejected = gather(rejected)
	if len(rejected) == 0 {
		return nil, connectors.Errorf(connectors.KindConfig, "nothing_in_quarantine", "`clientele quarantine list` shows what there is", "nothing of source %q is in quarantine", source)
	}
	out := &Exported{File: file, Source: source, Rows: len(rejected)}
	var columns []string
	add := func(column string) {
		if column != "" && !slices.Contains(columns, column) {
			columns = append(columns, column)
		}
	}
	for _, l := range landings {
		if !slices.ContainsFunc(rejected, func(q QuarantinedRow) bool { return q.Delivery == l.ID }) {
			continue
		}
		out.Deliveries++
		for _, column := range p.landedColumns(l) {
			add(column)
		}
	}
	for _, q := range rejected { // where the landed rows are gone
		for _, v := range q.Values {
			add(v.Column)
		}
	}
	lines := make([]rowbook.Row, len(rejected))
	for i, q := range rejected {
		lines[i] = rowbook.Row{Delivery: q.Delivery, Part: q.Part, Row: q.Row, Code: q.Code, Column: q.Column, Message: q.Message}
		for _, column := range columns {
			lines[i].Values = append(lines[i].Values, q.Values.text(column))
		}
	}
	var book bytes.Buffer
	if err := rowbook.Write(&book, p.temp(""), columns, lines); err != nil {
		return nil, err
	}
	return out, writeNew(file, book.Bytes())
}

// writeNew writes a private file that must not be there yet: it may be the one
// that its owner is working on.
func writeNew(file string, content []byte) error {
	f, err := os.OpenFile(file, os.O_CREATE|os.O_EXCL|os.O_WRONLY, privateFile)
	if err != nil {
		if os.IsExist(err) {
			return connectors.Errorf(connectors.KindConfig, "file_exists", "name another file", "%s is there already", file)
		}
		return writeError(file, err)
	}
	_, err = f.Write(content)
	if cerr := f.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		_ = os.Remove(file) // half a workbook is none
		return writeError(file, err)
	}
	return nil
}

func writeError(file string, err error) error {
	var path *fs.PathError
	if errors.As(err, &path) {
		err = path.Err // the name is said once
	}
	return connectors.Errorf(connectors.KindEnvironment, "unwritable", "check the folder and the disk", "write %s: %w", file, err)
}

// landedColumns returns the columns of a delivery as they were received, none
// where its rows are no longer kept.
func (p *Project) landedColumns(l connectors.Landing) []string {
	if l.File == "" {
		return nil
	}
	r, err := parquetio.Open(p.landing(l.File))
	if err != nil {
		return nil
	}
	defer r.Close()
	return ownColumns(r.Schema())
}

// ownColumns returns the names of the source's own text columns in the schema of
// rows as they were read: those that can be corrected.
func ownColumns(raw *arrow.Schema) []string {
	var names []string
	for _, f := range raw.Fields()[len(schemas.RawLineage()):] {
		if f.Type.ID() == arrow.STRING {
			names = append(names, f.Name)
		}
	}
	return names
}

// Imported is the receipt of a workbook that came back.
type Imported struct {
	File      string       `json:"file"`
	Taken     int          `json:"rows_taken"`
	Unchanged int          `json:"rows_unchanged"`
	Refused   []RefusedRow `json:"refused,omitempty"`
	// Left counts the rows taken that are in quarantine again, with the same or
	// another fault.
	Left int     `json:"rows_still_in_quarantine"`
	Run  *Report `json:"run,omitempty"`
}

// RefusedRow is a row of a workbook that was not taken.
type RefusedRow struct {
	Line int    `json:"line"` // of the workbook
	Why  string `json:"why"`
}

// ImportQuarantine takes the cells that the owner of a source corrected in a
// workbook, conforms their deliveries again and works the last published night
// once more.
func (p *Project) ImportQuarantine(ctx context.Context, file, by string) (*Imported, error) {
	unlock, err := p.lock(ctx)
	if err != nil {
		return nil, err
	}
	defer func() { _ = unlock() }() // the lock of a process that ends is free anyway
	edited, err := rowbook.Read(file, p.temp(""))
	if err != nil {
		return nil, err
	}
	waiting, landings, err := p.waiting(ctx, edited)
	if err != nil {
		return nil, err
	}
	out := &Imported{File: file}
	var fixes []connectors.Fix
	for _, e := range edited {
		fix, why := p.fix(e, waiting, landings)
		switch {
		case why != "":
			out.Refused = append(out.Refused, RefusedRow{Line: e.Line, Why: why})
		case len(fix.Values) == 0:
			out.Unchanged++
		default:
			out.Taken++
			fix.By, fix.At = by, p.env.Now()
			fixes = append(fixes, fix)
		}
	}
	ids, err := p.saveFixes(ctx, fixes)
	if err != nil {
		return nil, err
	}
	replayed, err := p.replay(ctx, ids)
	if err != nil {
		return nil, err
	}
	out.Run = replayed.Run
	still, _, err := p.waiting(ctx, edited)
	if err != nil {
		return nil, err
	}
	for _, f := range fixes {
		if _, ok := still[rowPlace{f.Delivery, f.Part, f.Row}]; ok {
			out.Left++
		}
	}
	return out, nil
}

// waiting returns the rows that the deliveries of a workbook have in quarantine,
// and the columns of each delivery that can be corrected.
func (p *Project) waiting(ctx context.Context, edited []rowbook.Edited) (map[rowPlace]QuarantinedRow, map[string][]string, error) {
	all, err := p.State.Landings(ctx)
	if err != nil {
		return nil, nil, err
	}
	named := map[string]bool{}
	for _, e := range edited {
		named[e.Delivery] = true
	}
	columns := map[string][]string{}
	landings := slices.DeleteFunc(all, func(l connectors.Landing) bool { return !named[l.ID] })
	for _, l := range landings {
		columns[l.ID] = p.landedColumns(l)
	}
	rows := map[rowPlace]QuarantinedRow{}
	err = p.quarantined(ctx, landings, func(q QuarantinedRow) error {
		rows[q.place()] = q
		return nil
	})
	return rows, columns, err
}

// fix returns what was corrected in a row, or why it can't be taken.
func (p *Project) fix(e rowbook.Edited, waiting map[rowPlace]QuarantinedRow, columns map[string][]string) (connectors.Fix, string) {
	f := connectors.Fix{Delivery: e.Delivery, Part: e.Part, Row: e.Row, Values: map[string]string{}}
	if e.Refused != "" {
		return f, e.Refused
	}
	known, ok := columns[e.Delivery]
	if !ok {
		return f, "no delivery is called that: leave _delivery as it was"
	}
	q, ok := waiting[rowPlace{e.Delivery, e.Part, e.Row}]
	if !ok {
		return f, "the row is not in quarantine any more"
	}
	for _, column := range slices.Sorted(maps.Keys(e.Values)) {
		value := e.Values[column]
		if value == rowbook.Cell(q.Values.text(column)) {
			continue
		}
		if len(known) > 0 && !slices.Contains(known, column) {
			return f, fmt.Sprintf("the delivery has no column %q that can be corrected", column)
		}
		f.Values[column] = value
	}
	return f, ""
}

// saveFixes keeps corrections, together with those made to the same rows before,
// and returns the deliveries that they are of.
func (p *Project) saveFixes(ctx context.Context, fixes []connectors.Fix) ([]string, error) {
	var ids []string
	for _, f := range fixes {
		ids = append(ids, f.Delivery)
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	for _, id := range ids {
		earlier, err := p.State.Fixes(ctx, id)
		if err != nil {
			return nil, err
		}
		for _, f := range fixes {
			if f.Delivery != id {
				continue
			}
			for _, e := range earlier {
				if e.Part == f.Part && e.Row == f.Row {
					values := maps.Clone(e.Values)
					maps.Copy(values, f.Values)
					f.Values = values
				}
			}
			if err := p.State.SaveFix(ctx, f); err != nil {
				return nil, err
			}
		}
	}
	return ids, nil
}
