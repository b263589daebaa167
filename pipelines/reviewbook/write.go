// Package reviewbook is the workbook in which people judge pairs of records that
// are too alike to be two and not enough to be one: a line per pair, with the
// values of both side by side, the evidence in words, and a cell for the decision.
package reviewbook

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/xuri/excelize/v2"

	"clientele/connectors"
	"clientele/pipelines/rowbook"
	"clientele/transforms/match/model"
)

// Sheet is a sheet of the workbook: the pairs that one model compared.
type Sheet struct {
	Name  string
	Pairs []Pair
}

// fields are what is compared, in the order of the model, but for what no record of
// the sheet has.
func (s *Sheet) fields() []string {
	var out []string
	if len(s.Pairs) == 0 {
		return nil
	}
	for at, c := range s.Pairs[0].Evidence.Columns {
		if slices.ContainsFunc(s.Pairs, func(p Pair) bool { return len(p.Evidence.Columns[at].A)+len(p.Evidence.Columns[at].B) > 0 }) {
			out = append(out, c.Column)
		}
	}
	return out
}

// Pair is a line.
type Pair struct {
	A, B     connectors.RecordKey
	Evidence model.Explanation
	// Decision is what was decided already: same, different or "".
	Decision string
	Why      string
}

// What the decision of a line can be.
const (
	Same      = string(connectors.VerdictSame)
	Different = string(connectors.VerdictDifferent)
	Later     = "later"
)

// The columns before those of the fields. Those with a line in front say which pair it
// is, and are left alone.
const (
	columnDecision    = "decision"
	columnWhy         = "why"
	columnProbability = "probability"
	columnBits        = "bits"
	columnSourceA     = "_source_a"
	columnRecordA     = "_record_a"
	columnSourceB     = "_source_b"
	columnRecordB     = "_record_b"
	columnCheck       = "_check"
)

var lead = []string{columnDecision, columnWhy, columnProbability, columnBits, columnSourceA, columnRecordA, columnSourceB, columnRecordB, columnCheck}

// What a sheet holds.
const (
	maxRows    = 1_048_576
	maxColumns = 16_384
)

// telling is the weight in bits from which evidence is coloured, either way.
const telling = 1

// check tells a line whose records were edited.
func check(a, b connectors.RecordKey) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%q %q %q %q", rowbook.Cell(a.Source), rowbook.Cell(a.Record), rowbook.Cell(b.Source), rowbook.Cell(b.Record)))
	return hex.EncodeToString(sum[:6])
}

// styles are the ways in which cells look. All are formatted as text, but numbers: a
// spreadsheet neither computes a text nor turns it into a date.
type styles struct{ head, told, value, decision, speaksFor, speaksAgainst, silent, probability, bits int }

func newStyles(f *excelize.File) (s styles, err error) {
	const text = 49 // @ among the built-in formats
	fill := func(colour string) excelize.Fill {
		return excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{colour}}
	}
	oneDecimal, fourDecimals := "+0.0;-0.0;0.0", "0.0000"
	for _, w := range []struct {
		to    *int
		style excelize.Style
	}{
		{&s.head, excelize.Style{NumFmt: text, Font: &excelize.Font{Bold: true}, Fill: fill("DDE3EA"), Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}}},
		{&s.told, excelize.Style{NumFmt: text, Font: &excelize.Font{Color: "808080"}}},
		{&s.value, excelize.Style{NumFmt: text}},
		{&s.decision, excelize.Style{NumFmt: text, Fill: fill("FFF2CC"), Font: &excelize.Font{Bold: true}}},
		{&s.speaksFor, excelize.Style{NumFmt: text, Fill: fill("D9EAD3")}},
		{&s.speaksAgainst, excelize.Style{NumFmt: text, Fill: fill("F4CCCC")}},
		{&s.silent, excelize.Style{NumFmt: text, Font: &excelize.Font{Color: "808080"}}},
		{&s.probability, excelize.Style{CustomNumFmt: &fourDecimals}},
		{&s.bits, excelize.Style{CustomNumFmt: &oneDecimal}},
	} {
		if *w.to, err = f.NewStyle(&w.style); err != nil {
			return s, err
		}
	}
	return s, nil
}

// Write writes a workbook. What does not fit in memory goes to the folder temp.
func Write(w io.Writer, temp string, sheets []Sheet) (err error) {
	f := excelize.NewFile(excelize.Options{TmpDir: temp})
	defer func() { err = errors.Join(err, f.Close()) }()
	style, err := newStyles(f)
	if err != nil {
		return err
	}
	for i, s := range sheets {
		if i == 0 {
			err = f.SetSheetName("Sheet1", s.Name)
		} else {
			_, err = f.NewSheet(s.Name)
		}
		if err != nil {
			return err
		}
		if err := s.write(f, style); err != nil {
			return fmt.Errorf("sheet %s: %w", s.Name, err)
		}
	}
	_, err = f.WriteTo(w)
	return err
}

func (s *Sheet) write(f *excelize.File, style styles) error {
	fields := s.fields()
	width := len(lead) + 3*len(fields)
	if len(s.Pairs)+1 > maxRows || width > maxColumns {
		return connectors.Errorf(connectors.KindConfig, "too_many_pairs", "raise review_above", "%d pairs of %d columns do not fit in a sheet", len(s.Pairs), width)
	}
	out, err := f.NewStreamWriter(s.Name)
	if err != nil {
		return err
	}
	// The decision and why stay in sight, like the header.
	if err := errors.Join(
		out.SetColWidth(1, 1, 12), out.SetColWidth(2, 2, 24), out.SetColWidth(3, 4, 11), out.SetColWidth(5, len(lead), 10), out.SetColWidth(len(lead)+1, max(width, len(lead)+1), 22),
		out.SetPanes(&excelize.Panes{Freeze: true, XSplit: 2, YSplit: 1, TopLeftCell: "C2", ActivePane: "bottomRight"}),
	); err != nil {
		return err
	}
	choice := excelize.NewDataValidation(true)
	choice.SetSqref(fmt.Sprintf("A2:A%d", max(2, len(s.Pairs)+1)))
	choice.SetError(excelize.DataValidationErrorStyleStop, "decision", "same, different or later")
	if err := choice.SetDropList([]string{Same, Different, Later}); err != nil {
		return err
	}
	if err := f.AddDataValidation(s.Name, choice); err != nil {
		return err
	}
	if err := out.SetRow("A1", header(fields, style)); err != nil {
		return err
	}
	for i, p := range s.Pairs {
		if err := out.SetRow("A"+strconv.Itoa(i+2), p.row(fields, style)); err != nil {
			return err
		}
	}
	return out.Flush()
}

func text(style int, value string) excelize.Cell {
	return excelize.Cell{StyleID: style, Value: rowbook.Cell(value)}
}

func header(fields []string, style styles) []any {
	var cells []any
	for _, name := range lead {
		cells = append(cells, text(style.head, name))
	}
	for _, field := range fields {
		for _, part := range []string{" of a", " of b", ": evidence"} {
			cells = append(cells, text(style.head, field+part))
		}
	}
	return cells
}

func (p Pair) row(fields []string, style styles) []any {
	cells := []any{text(style.decision, p.Decision), text(style.value, p.Why),
		excelize.Cell{StyleID: style.probability, Value: p.Evidence.Probability}, excelize.Cell{StyleID: style.bits, Value: p.Evidence.Bits},
		text(style.told, p.A.Source), text(style.told, p.A.Record), text(style.told, p.B.Source), text(style.told, p.B.Record), text(style.told, check(p.A, p.B))}
	for _, field := range fields {
		at := slices.IndexFunc(p.Evidence.Columns, func(c model.Explained) bool { return c.Column == field })
		c := p.Evidence.Columns[at]
		evidence := text(style.silent, "")
		switch {
		case c.Level == "":
		case c.Bits >= telling:
			evidence = text(style.speaksFor, c.Says())
		case c.Bits <= -telling:
			evidence = text(style.speaksAgainst, c.Says())
		default:
			evidence = text(style.value, c.Says())
		}
		cells = append(cells, text(style.value, joined(c.A)), text(style.value, joined(c.B)), evidence)
	}
	return cells
}
