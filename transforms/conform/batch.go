package conform

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/schemas"
	"clientele/schemas/expr"
	"clientele/transforms/normalize"
)

// Batch is what came of one batch of rows as they were read.
type Batch struct {
	// Rows are the conformed rows; the caller releases them.
	Rows        arrow.Record
	Quarantined []Quarantined
	Issues      []Issue
}

// fate is what is known of a row before the filters.
type fate struct {
	raw    int // row of the batch as read
	repeat int64
	day    int64  // that it is of, the later one where it has two; noDay where it has none
	fact   int64  // that the fact is of; noDay where it has none
	code   string // of the fault that takes it to quarantine
	column string
}

const noDay = math.MinInt64

// Conform conforms one batch of rows as they were read. first is the ordinal of
// its first row within the delivery, sieved the outcome of the source's own
// filters per row (nil when it has none).
func (c *Conformer) Conform(rec arrow.Record, first int64, sieved []string) (*Batch, error) {
	raw := int(rec.NumCols())
	rec, err := c.computed.extend(rec, expr.Env{AsOf: time.Unix(c.asOf*86400, 0).UTC(), Zone: c.source.Zone})
	if err != nil {
		return nil, err
	}
	defer rec.Release()
	b := &batch{Conformer: c, rec: rec, width: raw, first: first, sieved: sieved,
		rows: rec.Column(0).(*array.Int64), parts: rec.Column(1).(*array.String), faults: rec.Column(2).(*array.String)}
	b.builder = array.NewRecordBuilder(allocator, c.target.Arrow())
	defer b.builder.Release()
	previous := -1
	for i := range int(rec.NumRows()) {
		if c.unpivot == nil {
			if previous >= 0 && c.repeats(rec, previous, i) && sameFate(sieved, previous, i) && !b.faults.IsValid(i) {
				f := &b.fates[len(b.fates)-1]
				f.repeat++
				continue
			}
			previous = -1
			if b.row(i, nil) {
				previous = i
			}
			continue
		}
		if b.faults.IsValid(i) { // the row as a whole can't be used
			b.row(i, nil)
			continue
		}
		for _, cell := range c.unpivot {
			b.cells(i, cell)
		}
	}
	return b.finish()
}

// batch is a batch while it is conformed.
type batch struct {
	*Conformer
	rec     arrow.Record
	width   int // columns as read; computed ones follow
	first   int64
	sieved  []string
	rows    *array.Int64
	parts   *array.String
	faults  *array.String
	builder *array.RecordBuilder
	fates   []fate // of the rows in builder, in order
	out     Batch
}

// repeats reports whether row i says the same as row j in all that the mapping
// reads.
func (c *Conformer) repeats(rec arrow.Record, j, i int) bool {
	if c.compare == nil {
		return false
	}
	for _, col := range c.compare {
		switch v := rec.Column(col).(type) {
		case *array.String:
			if v.IsNull(i) != v.IsNull(j) || v.IsValid(i) && v.Value(i) != v.Value(j) {
				return false
			}
		default:
			if !array.SliceEqual(v, int64(i), int64(i+1), v, int64(j), int64(j+1)) {
				return false
			}
		}
	}
	return true
}

func sameFate(sieved []string, j, i int) bool { return sieved == nil || sieved[i] == sieved[j] }

// answer is one value of an unpivoted cell.
type answer struct {
	column                int // as read
	question, text, label string
}

// cells conforms the values of one unpivoted cell.
func (b *batch) cells(i int, at cell) {
	texts, labels := []string{b.text(at.value, i)}, []string{b.text(at.label, i)}
	if at.choice != "" && texts[0] != "" {
		if !slices.Contains(b.mapping.Unpivot.Chosen, texts[0]) {
			b.tally.Read++
			b.tally.filter(codeNotChosen, 1)
			return
		}
		b.row(i, &answer{column: at.value, question: at.question, text: at.choice})
		return
	}
	if sep := b.mapping.Unpivot.Split; sep != "" {
		texts = strings.Split(texts[0], sep)
		if labels = strings.Split(labels[0], sep); len(labels) != len(texts) {
			labels = make([]string, len(texts)) // nobody can tell which is whose
		}
	}
	if !slices.ContainsFunc(texts, func(t string) bool { return strings.TrimSpace(t) != "" }) {
		b.tally.Read++
		b.tally.filter(codeEmpty, 1)
		return
	}
	for n, t := range texts {
		texts[n] = strings.TrimSpace(t)
		if texts[n] == "" || slices.Contains(texts[:n], texts[n]) {
			continue // one answer, however often the cell says it
		}
		b.row(i, &answer{column: at.value, question: at.question, text: texts[n], label: strings.TrimSpace(labels[n])})
	}
}

// text returns the text of a value as it was read, "" for none and no column.
func (b *batch) text(column, i int) string {
	if column < 0 || b.rec.Column(column).IsNull(i) {
		return ""
	}
	return normalize.Text(cellText(b.rec.Column(column), i))
}

// row conforms one row. It reports whether a next row may be its repeat: one
// with issues has none, so that each of them is counted.
func (b *batch) row(i int, of *answer) bool {
	b.tally.Read++
	if b.faults.IsValid(i) {
		fault := b.faults.Value(i)
		code, _, _ := strings.Cut(fault, ":")
		b.quarantine(i, code, "", fault)
		return false
	}
	if b.sieved != nil && b.sieved[i] != "" {
		if b.ordinal >= 0 {
			b.key(i, of) // the rows of a key are numbered before they are filtered
		}
		b.tally.filter(b.sieved[i], 1)
		return false
	}
	f := fate{raw: i, repeat: 1}
	row := b.slots
	clear(row)
	issues := len(b.out.Issues)
	note := func(column, code string) {
		b.out.Issues = append(b.out.Issues, Issue{Position: b.first + int64(i), Part: b.part(i), Row: b.rows.Value(i), Column: column, Code: code, fate: len(b.fates)})
	}
	country := b.source.Country
	for _, field := range b.fields {
		err := field.read(b.rec, i, country, &row[field.slot])
		if err != nil && field.Name == "postcode" {
			// A row that names no country, and has a postcode of another
			// country's shape, is from there.
			if abroad, code, ok := field.abroad(); ok && !b.saysCountry(row) {
				row[field.slot], country, err = slot{set: true, s: code}, abroad, nil
				b.put(row, "country", abroad)
			}
		}
		if err != nil {
			row[field.slot] = slot{}
			if field.critical {
				if f.code == "" {
					f.code, f.column = err.Error(), field.Column
				}
			} else {
				note(field.Name, err.Error())
			}
		}
		if field.Name == "country" && row[field.slot].set {
			country = row[field.slot].s
		}
	}
	if of != nil {
		b.put(row, b.columnAt(b.named).Name, of.question)
		if of.label != "" {
			row[b.label] = slot{set: true, s: of.label}
		}
		switch err := b.valued.readText(of.text, country, &row[b.valued.slot]); {
		case err == nil:
		case b.valued.critical && b.mapping.Contract.Types == DiscardRow:
			f.code, f.column = err.Error(), b.rec.ColumnName(of.column)
		default:
			note(b.valued.Name, err.Error())
		}
	}
	if b.derive != nil {
		if err := b.derive(b.Conformer, row); err != nil && f.code == "" {
			f.code = err.Error()
		}
	}
	if key, ok := b.key(i, of); ok {
		b.put(row, "record_id", key)
	}
	if b.mapping.parties != nil {
		if key, ok := b.keyWith(b.mapping.parties.suffix, i, of); ok {
			b.put(row, "party", key)
		}
	}
	if f.code != "" {
		b.misfit(Misfit{b.rows.Value(i), f.column, f.code})
	}
	for _, s := range b.strays {
		if f.code == "" && b.rec.Column(s.raw).IsValid(i) {
			if b.mapping.Contract.Columns == DiscardValue {
				note(s.name, codeNewColumn)
				continue
			}
			f.code, f.column = codeNewColumn, s.name
		}
	}
	if f.code != "" {
		b.out.Issues = b.out.Issues[:issues]
		b.quarantine(i, f.code, f.column, message(f.code, f.column))
		return false
	}
	b.lineage(row, i)
	b.append(row)
	f.day, f.fact = b.day(row), b.factDay(row)
	b.fates = append(b.fates, f)
	return issues == len(b.out.Issues)
}

// saysCountry reports whether a row says which country it is from.
func (c *Conformer) saysCountry(row []slot) bool { return row[c.columns["country"]].set }

// day returns the company's date of a row: of the fact and of its being said,
// whichever is later.
func (b *batch) day(row []slot) int64 {
	day := int64(noDay)
	if observed := row[b.columns["observed_on"]]; observed.set {
		day = observed.n
	}
	if b.date >= 0 && row[b.date].set {
		day = max(day, b.localDays(b.date, row[b.date].n))
	}
	return day
}

// lineage fills the columns that say where a row comes from.
func (b *batch) lineage(row []slot, i int) {
	b.put(row, "source", b.source.Name)
	b.put(row, "delivery_id", b.delivery)
	row[b.columns["position"]] = slot{set: true, n: b.first + int64(i)}
	if b.unpivot != nil { // several rows come of one: each has a place of its own
		b.virtual++
		row[b.columns["position"]].n = b.virtual
	}
	if b.mapping.PartySource != "" {
		b.put(row, "party_source", b.mapping.PartySource)
	}
	if b.mapping.OrderSource != "" {
		b.put(row, "order_source", b.mapping.OrderSource)
	}
	if at, ok := b.columns["currency"]; ok && !row[at].set {
		row[at] = slot{set: true, s: b.source.Currency}
	}
	observed := b.columns["observed_on"]
	if b.date >= 0 && row[b.date].set && !row[observed].set {
		row[observed] = slot{set: true, n: b.localDays(b.date, row[b.date].n)}
	}
	row[b.columns["first_observed_on"]] = row[observed]
	if b.scope >= 0 && row[b.scope].set {
		b.put(row, "scope", b.scopeText(row[b.scope]))
	}
}

// localDays returns the company's date of a date or instant.
func (c *Conformer) localDays(column int, n int64) int64 {
	if c.columnAt(column).Type == schemas.Timestamp {
		return days(time.UnixMicro(n).In(c.zone))
	}
	return n
}

func (b *batch) scopeText(v slot) string {
	var date time.Time
	switch b.columnAt(b.scope).Type {
	case schemas.Date, schemas.Timestamp:
		date = time.Unix(b.localDays(b.scope, v.n)*86400, 0).UTC()
	case schemas.String:
		return v.s
	default:
		return strconv.FormatInt(v.n, 10)
	}
	switch b.mapping.Scope.By {
	case "month":
		return date.Format("2006-01")
	case "year":
		return date.Format("2006")
	}
	return date.Format(time.DateOnly)
}

func (b *batch) append(row []slot) {
	for at := range b.target.Columns {
		appendSlot(b.builder.Field(at), &row[at])
	}
}

// allocator serves the batches of this package.
var allocator = memory.DefaultAllocator

// appendSlot appends a value to the builder of its column.
func appendSlot(to array.Builder, v *slot) {
	if !v.set {
		to.AppendNull()
		return
	}
	switch f := to.(type) {
	case *array.StringBuilder:
		f.Append(v.s)
	case *array.Int64Builder:
		f.Append(v.n)
	case *array.Decimal128Builder:
		f.Append(decimal128.FromI64(v.n))
	case *array.Float64Builder:
		f.Append(v.f)
	case *array.BooleanBuilder:
		f.Append(v.n != 0)
	case *array.Date32Builder:
		f.Append(arrow.Date32(v.n))
	case *array.TimestampBuilder:
		f.Append(arrow.Timestamp(v.n))
	}
}

// finish applies the filters and what must not be missing, and counts.
func (b *batch) finish() (*Batch, error) {
	rows := b.builder.NewRecord()
	n := int(rows.NumRows())
	gone := make([]string, n) // filter that takes a row out
	if len(b.filters) > 0 && n > 0 {
		scratch, err := b.scratch(rows)
		if err != nil {
			return nil, err
		}
		for _, f := range b.filters {
			keep, err := f.program.Filter(scratch, expr.Env{AsOf: time.Unix(b.asOf*86400, 0).UTC(), Zone: b.zone})
			if err != nil {
				scratch.Release()
				return nil, fmt.Errorf("filter %q: %w", f.name, err)
			}
			for i := range n {
				if gone[i] == "" && !keep[i] {
					gone[i] = f.name
				}
			}
		}
		scratch.Release()
	}
	mask := array.NewBooleanBuilder(allocator)
	defer mask.Release()
	dropped := make([]bool, n)
	partyCol := -1
	if at, ok := b.columns["party"]; ok {
		partyCol = at
	}
	for i := range n {
		f := &b.fates[i]
		b.tally.Read += f.repeat - 1
		keep := false
		column := b.missing(rows, i)
		if column == "" && b.span.undated(f) {
			column = b.columnAt(b.dated()).Name
		}
		if gone[i] == "" {
			gone[i] = b.span.excludes(f)
		}
		switch {
		case gone[i] != "":
			b.tally.filter(gone[i], f.repeat)
		case column != "":
			for k := range f.repeat {
				b.missingRow(f.raw+int(k), column)
			}
		case f.day >= b.asOf:
			if b.due == 0 || f.day < b.due {
				b.due = f.day
			}
			b.tally.filter(codeFuture, f.repeat)
		default:
			keep = true
			b.tally.Conformed += f.repeat
			if partyCol >= 0 && rows.Column(partyCol).IsNull(i) {
				b.tally.WithoutParty += f.repeat
			}
		}
		dropped[i] = !keep
		mask.Append(keep)
	}
	// What lacks something is found after what is bad: back to the file's order.
	slices.SortStableFunc(b.out.Quarantined, func(a, b Quarantined) int { return cmp.Compare(a.Position, b.Position) })
	b.out.Rows = rows
	if slices.Contains(dropped, true) {
		// What was wrong with a row that is not there is no issue.
		b.out.Issues = slices.DeleteFunc(b.out.Issues, func(i Issue) bool { return dropped[i.fate] })
		kept := mask.NewBooleanArray()
		defer kept.Release()
		filtered, err := selectRows(rows, kept)
		rows.Release()
		if err != nil {
			return nil, err
		}
		b.out.Rows = filtered
	}
	for _, i := range b.out.Issues {
		if i.Code != codeNewColumn {
			b.misfit(Misfit{i.Row, i.Column, i.Code})
		}
	}
	return &b.out, nil
}

// misfit counts a value that does not fit, and remembers the first.
func (b *batch) misfit(m Misfit) {
	if b.tally.Misfits++; b.tally.Misfits == 1 || m.Row < b.tally.FirstMisfit.Row {
		b.tally.FirstMisfit = m
	}
}

// missing returns the required column that row i lacks, "" for none.
func (b *batch) missing(rows arrow.Record, i int) string {
	for at, col := range b.target.Columns {
		if col.Required && rows.Column(at).IsNull(i) {
			return col.Name
		}
	}
	return ""
}

func (b *batch) missingRow(i int, column string) {
	if column == "record_id" {
		code, part := b.keyFault(i)
		b.quarantine(i, code, part, message(code, part))
		return
	}
	b.quarantine(i, "missing_"+column, column, message("missing", column))
}

// scratch returns the rows with the raw columns that filters read.
func (b *batch) scratch(rows arrow.Record) (arrow.Record, error) {
	cols := append([]arrow.Array(nil), rows.Columns()...)
	for _, name := range b.rawNames {
		raw := b.rec.Column(b.rec.Schema().FieldIndices(name)[0])
		sb := array.NewStringBuilder(allocator)
		for _, f := range b.fates {
			if raw.IsNull(f.raw) {
				sb.AppendNull()
			} else {
				sb.Append(cellText(raw, f.raw))
			}
		}
		arr := sb.NewArray()
		defer arr.Release()
		sb.Release()
		cols = append(cols, arr)
	}
	fields := rows.Schema().Fields()
	for _, name := range b.rawNames {
		fields = append(fields, arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	return array.NewRecord(arrow.NewSchema(fields, nil), cols, rows.NumRows()), nil
}
