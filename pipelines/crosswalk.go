package pipelines

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/pipelines/config"
	"clientele/schemas/dialect"
	"clientele/transforms/conform"
	"clientele/transforms/match"
)

// ruleCrosswalk is the rule that joins what a crosswalk says is one.
const ruleCrosswalk = "crosswalk"

// crossing is a row of a crosswalk: a record of the replaced source and what it
// became.
type crossing struct {
	from, to match.Record
	row      int64
}

// CrosswalkReport is what came of a crosswalk. It names rows by their line, never
// by the ids in them.
type CrosswalkReport struct {
	Rows   int64 `json:"rows"`
	Linked int64 `json:"linked"` // rows of which both records are there
	// Waiting are rows of which one of the two records is there: the other has
	// not been delivered yet, or is gone.
	Waiting int64 `json:"waiting"`
	// Unknown are rows of which neither is, FirstUnknown the line of the first.
	Unknown      int64 `json:"unknown"`
	FirstUnknown int64 `json:"first_unknown,omitempty"`
}

// replacement returns which source takes the place of s, and from when.
func (r *run) replacement(s *config.Source) (name string, from time.Time) {
	if by, ok := r.project.Config.Successor(s.Name); ok {
		return by.Name, by.Replaces.From
	}
	return "", time.Time{}
}

// extractRetired reads what comes late from a source that was replaced. That
// nothing comes, or that it can't be reached, is no alarm. A snapshot of a system
// that is being emptied would delete what it said before: it is not read.
func (r *run) extractRetired(ctx context.Context, s *config.Source, extract func(context.Context, *config.Source) (int, error)) error {
	if r.silent(s) {
		if n := r.unread(ctx, s); n > 0 {
			r.source(s.Name).Note = r.unreadNote(s, n)
		}
		return nil
	}
	n, err := extract(ctx, s)
	r.source(s.Name).Deliveries = n
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case connectors.CodeOf(err) == "disk_full":
		return err
	case err != nil:
		r.source(s.Name).Note = "it is replaced, and could not be read: " + err.Error()
	}
	return nil
}

// silent reports whether a source that was replaced is not listened to any more:
// each of its deliveries would replace all that the base holds of it.
func (r *run) silent(s *config.Source) bool {
	if !r.replaces(s) {
		return false
	}
	for _, l := range r.ledger {
		if l.source == s.Name {
			return true
		}
	}
	return false
}

func (r *run) unreadNote(s *config.Source, n int) string {
	by, from := r.replacement(s)
	return fmt.Sprintf("%d new files are not read: %s takes its place from %s, and what it said before stays", n, by, from.Format(time.DateOnly))
}

// unread counts what a source has to read that was not read before, as far as
// it can be reached.
func (r *run) unread(ctx context.Context, s *config.Source) (n int) {
	src, err := s.Open(r.project.project())
	if err != nil {
		return 0
	}
	deliveries, err := src.Deliveries(ctx, cursorOf(r.landings, s.Name))
	if err != nil {
		return 0
	}
	for _, d := range deliveries {
		if !r.read(s, d) {
			n++
		}
	}
	return n
}

// readCrosswalk reads the crosswalk of a source that has one.
func (r *run) readCrosswalk(ctx context.Context, s *config.Source) error {
	if s.Replaces.IDs.Path == "" {
		return nil
	}
	rows, err := r.project.crosswalk(ctx, s)
	if err != nil {
		return fmt.Errorf("crosswalk: %w", err)
	}
	if r.crosswalks == nil {
		r.crosswalks = map[string][]crossing{}
	}
	r.crosswalks[s.Name] = rows
	return nil
}

// crosswalk reads which record of the source that s replaces became which of s,
// for each pair of their mappings of parties.
func (p *Project) crosswalk(ctx context.Context, s *config.Source) ([]crossing, error) {
	ids := &s.Replaces.IDs
	old, _ := p.Config.Source(s.Replaces.Source)
	src, err := ids.Open(p.project())
	if err != nil {
		return nil, err
	}
	deliveries, err := src.Deliveries(ctx, "")
	if err != nil {
		return nil, err
	}
	if len(deliveries) != 1 {
		return nil, connectors.Errorf(connectors.KindConfig, "crosswalk", "put it there, or correct replaces.ids", "there are %d files at %s, want one", len(deliveries), ids.Path)
	}
	rows, err := src.Open(ctx, deliveries[0])
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	read := crosswalkReader{file: deliveries[0].Name, old: old, new: s, pairs: pairs(old, s), seen: map[match.Link]bool{}}
	if err := read.bind(rows.Schema(), ids); err != nil {
		return nil, err
	}
	for {
		rec, err := rows.Next(ctx)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		err = read.batch(rec)
		rec.Release()
		if err != nil {
			return nil, err
		}
	}
	return read.out, nil
}

// pairs returns the mappings of parties of two sources that mean the same: by
// the suffix of their keys.
func pairs(old, s *config.Source) (out [][2]*conform.Mapping) {
	for _, a := range old.Parties() {
		for _, b := range s.Parties() {
			if a.Suffix() == b.Suffix() {
				out = append(out, [2]*conform.Mapping{a, b})
				break
			}
		}
	}
	return out
}

// crosswalkReader makes crossings of the rows of a crosswalk.
type crosswalkReader struct {
	file     string
	old, new *config.Source
	pairs    [][2]*conform.Mapping
	from, to []int // columns
	seen     map[match.Link]bool
	out      []crossing
}

// bind finds the columns of the ids.
func (c *crosswalkReader) bind(raw *arrow.Schema, ids *config.Crosswalk) error {
	find := func(names []string) (at []int, err error) {
		for _, name := range names {
			i := raw.FieldIndices(name)
			if len(i) == 0 {
				return nil, connectors.Errorf(connectors.KindConfig, "crosswalk", "name its columns with old and new in replaces.ids",
					"%s has no column %q. It has: %s", c.file, name, strings.Join(ownColumns(raw), ", "))
			}
			at = append(at, i[0])
		}
		return at, nil
	}
	var err error
	if c.from, err = find(ids.Old); err != nil {
		return err
	}
	c.to, err = find(ids.New)
	return err
}

// batch reads a batch of rows.
func (c *crosswalkReader) batch(rec arrow.Record) error {
	lines, faults := rec.Column(0).(*array.Int64), rec.Column(2).(*array.String)
	for i := range int(rec.NumRows()) {
		bad := func(what string) error {
			return connectors.Errorf(connectors.KindData, "crosswalk", "correct the row", "%s: line %d: %s", c.file, lines.Value(i), what)
		}
		if faults.IsValid(i) {
			return bad(faults.Value(i))
		}
		for _, pair := range c.pairs {
			from, ok := pair[0].RecordID(cells(rec, c.from, i))
			to, ok2 := pair[1].RecordID(cells(rec, c.to, i))
			if !ok || !ok2 {
				return bad("it needs an old and a new id")
			}
			x := crossing{from: match.Record{Source: c.old.Name, ID: from}, to: match.Record{Source: c.new.Name, ID: to}, row: lines.Value(i)}
			if link := (match.Link{A: x.from, B: x.to}); !c.seen[link] {
				c.seen[link] = true
				c.out = append(c.out, x)
			}
		}
	}
	return nil
}

// cells returns the texts of a row in some columns.
func cells(rec arrow.Record, columns []int, i int) []string {
	out := make([]string, len(columns))
	for k, at := range columns {
		if col := rec.Column(at); col.IsValid(i) {
			out[k] = strings.Clone(col.ValueStr(i))
		}
	}
	return out
}

// enterCrosswalks writes the crosswalks that were read into the base. One that
// was not read tonight stays as it is; that of a source which replaces nothing
// any more goes.
func (n *nightTx) enterCrosswalks(ctx context.Context) error {
	keep := []string{n.d.String("")}
	for _, s := range n.project.Config.Sources {
		if _, read := n.crosswalks[s.Name]; !read && s.Replaces.IDs.Path != "" {
			keep = append(keep, n.d.String(s.Name))
		}
	}
	sql := fmt.Sprintf("DELETE FROM %s WHERE source NOT IN (%s)", n.table("base_crosswalk"), strings.Join(keep, ", "))
	if err := n.exec(ctx, dialect.Statement{Name: "forget crosswalks", SQL: sql}); err != nil {
		return err
	}
	if len(n.crosswalks) == 0 {
		return nil
	}
	return n.insert(ctx, "base_crosswalk", func(add func(...any) error) error {
		for _, s := range n.project.Config.Sources {
			for _, x := range n.crosswalks[s.Name] {
				if err := add(x.to.Source, x.to.ID, x.from.Source, x.from.ID, x.row); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// link joins the parties that crosswalks say are one, so that a customer keeps
// its id when the source of its records is replaced.
func (n *nightTx) link(ctx context.Context, clusters *match.Clusters) error {
	var rows []crossing
	var links []match.Link
	sql := fmt.Sprintf("SELECT source, record_id, replaced_source, replaced_record_id, %[1]s FROM %[2]s ORDER BY source ASC NULLS LAST, %[1]s ASC NULLS LAST, replaced_record_id ASC NULLS LAST, record_id ASC NULLS LAST",
		n.d.Ident("row"), n.table("base_crosswalk"))
	err := n.tx.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			x := crossing{to: match.Record{Source: text(rec, 0, i), ID: text(rec, 1, i)}, from: match.Record{Source: text(rec, 2, i), ID: text(rec, 3, i)}, row: number(rec, 4, i)}
			if n.collective(x.from) || n.collective(x.to) {
				continue
			}
			rows = append(rows, x)
			links = append(links, match.Link{A: x.from, B: x.to})
		}
		return nil
	})
	if err != nil || len(links) == 0 {
		return err
	}
	for i, ends := range clusters.Link(ruleCrosswalk, links, n.decided.Match()) {
		s := n.source(rows[i].to.Source)
		if s.Crosswalk == nil {
			s.Crosswalk = &CrosswalkReport{}
		}
		c := s.Crosswalk
		c.Rows++
		switch ends {
		case 2:
			c.Linked++
		case 1:
			c.Waiting++
		default:
			if c.Unknown++; c.Unknown == 1 {
				c.FirstUnknown = rows[i].row
			}
		}
	}
	return nil
}

// collective reports whether a record stands for nobody in particular.
func (r *run) collective(record match.Record) bool {
	s, ok := r.project.Config.Source(record.Source)
	return ok && slices.Contains(s.Collectives, record.ID)
}
