package transformstest

import (
	"context"
	"fmt"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/scoring"
	"clientele/transforms"
	"clientele/transforms/account"
	"clientele/transforms/delta"
	"clientele/transforms/enrich"
	"clientele/transforms/facts"
	"clientele/transforms/history"
	"clientele/transforms/load"
	"clientele/transforms/match"
	"clientele/transforms/merge"
	"clientele/transforms/metrics"
)

// night is one night of a base, in its transaction.
type night struct {
	*Base
	transforms.Night
	tx connectors.Tx
	d  *dialect.Dialect
	// confined says that only what changes concern is made anew.
	confined bool
}

// run does the steps of a night in their order.
func (n *night) run(ctx context.Context) error {
	if !n.created {
		if err := n.tx.Create(ctx, slices.Concat(schemas.Inputs(), schemas.Bases(), schemas.Published())); err != nil {
			return err
		}
		n.created = true
	}
	for _, step := range []func(context.Context) error{n.forget, n.describe, n.load, n.match} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	rows := n.ns
	if n.confined {
		rows = delta.Confined(n.ns)
	}
	for _, step := range []func() ([]dialect.Statement, error){
		func() ([]dialect.Statement, error) { return merge.Choose(n.d, rows, n.Policy), nil },
		func() ([]dialect.Statement, error) { return facts.Statements(n.d, rows, n.Night) },
		func() ([]dialect.Statement, error) { return metrics.Statements(n.d, rows, n.Night) },
		func() ([]dialect.Statement, error) { return merge.Golden(n.d, rows) },
		func() ([]dialect.Statement, error) {
			if !n.registers() {
				return enrich.Nothing(n.d, rows), nil
			}
			return enrich.Statements(n.d, rows, n.Base.Currency, n.Policy.PartiesFirst)
		},
		func() ([]dialect.Statement, error) { return merge.Customers(n.d, rows, n.Night, labels) },
		n.inPlace,
		func() ([]dialect.Statement, error) {
			return enrich.Derived(n.d, n.ns, enrich.Deriving{Registers: n.registers(), LeastFirms: n.LeastFirms})
		},
		func() ([]dialect.Statement, error) { return facts.Campaigns(n.d, n.ns) },
		func() ([]dialect.Statement, error) { return scoring.Statements(n.d, n.ns, n.Night, n.Scores) },
		n.history,
		func() ([]dialect.Statement, error) { return account.Statements(n.d, n.ns) },
	} {
		ss, err := step()
		if err := n.exec(ctx, ss, err); err != nil {
			return err
		}
	}
	return nil
}

// inPlace puts what was made of a slice in the place of what was there.
func (n *night) inPlace() ([]dialect.Statement, error) {
	if !n.confined {
		return nil, nil
	}
	ss, err := delta.Replace(n.d, n.ns)
	return append(ss, metrics.Age(n.d, n.ns, n.Night), merge.Checked(n.d, n.ns, n.Night)), err
}

func (n *night) history() ([]dialect.Statement, error) {
	if n.confined {
		return history.Statements(n.d, delta.Confined(n.ns), n.Night, delta.Customers)
	}
	never, err := history.Never(n.d, n.ns)
	if err != nil {
		return nil, err
	}
	ss, err := history.Statements(n.d, n.ns, n.Night, "")
	return append(never, ss...), err
}

func (n *night) score(ctx context.Context) error {
	ss, err := scoring.Statements(n.d, n.ns, n.Night, n.Scores)
	return n.exec(ctx, ss, err)
}

// labels are those of the codes that tests have.
var labels = merge.Labels{Forms: map[string]string{"BE-BV": "besloten vennootschap", "BE-EZ": "eenmanszaak"}, Sectors: map[string]string{"2008 62": "informatica"}}

func (n *night) ns(table string) string { return n.warehouse.Base(table) }

func (n *night) exec(ctx context.Context, ss []dialect.Statement, err error) error {
	if err != nil {
		return err
	}
	for _, s := range ss {
		if _, err := n.tx.Exec(ctx, s.SQL); err != nil {
			return fmt.Errorf("%s: %w\n%s", s.Name, err, s.SQL)
		}
	}
	return nil
}

func (n *night) do(ctx context.Context, name, sql string) error {
	return n.exec(ctx, []dialect.Statement{{Name: name, SQL: sql}}, nil)
}

// stage makes rows readable under the name that it returns.
func (n *night) stage(ctx context.Context, t schemas.Table, rows [][]string) (string, error) {
	n.files++
	name := fmt.Sprintf("stage_%d", n.files)
	file := filepath.Join(n.dir, name+".parquet")
	if n.Shuffle != nil {
		n.Shuffle(rows)
	}
	if err := write(file, t, rows); err != nil {
		return "", err
	}
	return n.d.Ident(name), n.tx.Stage(ctx, name, t, []string{file})
}

func (n *night) insert(ctx context.Context, table string, rows [][]string) error {
	t, _ := schemas.Lookup(table)
	staged, err := n.stage(ctx, t, rows)
	if err != nil {
		return err
	}
	cols := n.d.Idents(t.ColumnNames())
	return n.do(ctx, "fill "+table, fmt.Sprintf("INSERT INTO %s (%s) SELECT %s FROM %s", n.ns(table), cols, cols, staged))
}

func (n *night) replace(ctx context.Context, table string, rows [][]string) error {
	if err := n.do(ctx, "empty "+table, "DELETE FROM "+n.ns(table)+" WHERE TRUE"); err != nil {
		return err
	}
	return n.insert(ctx, table, rows)
}

// forget takes back what was withdrawn.
func (n *night) forget(ctx context.Context) error {
	for _, id := range n.withdrawn {
		for _, t := range slices.Concat(schemas.Inputs(), schemas.Bases()) {
			if _, ok := t.Column("delivery_id"); !ok {
				continue
			}
			if err := n.do(ctx, "forget", fmt.Sprintf("DELETE FROM %s WHERE delivery_id = %s", n.ns(t.Name), n.d.String(id))); err != nil {
				return err
			}
		}
	}
	return nil
}

// describe writes what is known of the sources.
func (n *night) describe(ctx context.Context) error {
	var sources, modes, collectives [][]string
	for _, name := range n.sourceNames() {
		s := n.sources[name]
		sources = append(sources, []string{name, s.Origin, strconv.Itoa(s.Trust), "", "", "", "", s.LicenceUntil, "", "", s.Channels, s.NoticeDue, s.Outdated, "false", "", "", "", s.Licence, "", s.FreshSince})
		for table, mode := range s.Modes {
			modes = append(modes, []string{name, table, mode})
		}
		for _, account := range s.Collective {
			collectives = append(collectives, []string{name, account})
		}
	}
	if err := n.replace(ctx, "base_sources", sources); err != nil {
		return err
	}
	if err := n.replace(ctx, "base_modes", modes); err != nil {
		return err
	}
	return n.replace(ctx, "base_collectives", collectives)
}

// load enters the pending deliveries in the ledger and brings in their rows.
func (n *night) load(ctx context.Context) error {
	var ledger, absences, tallies, issues [][]string
	for _, p := range n.pending {
		ledger = append(ledger, []string{p.ID, p.Source, p.Name, "hash", strconv.Itoa(p.Seq), n.AsOf.Format(time.DateOnly), strconv.FormatBool(p.Named), "", "", "0"})
		for _, a := range p.Absent {
			table, column, _ := strings.Cut(a, ".")
			absences = append(absences, []string{p.ID, table, column})
		}
		_, rows := parse(p.Tallies)
		for _, r := range rows {
			tallies = append(tallies, slices.Concat([]string{p.ID, p.Source}, r))
		}
		_, rows = parse(p.Issues)
		for _, r := range rows {
			issues = append(issues, []string{p.ID, p.Source, r[0], r[1], "", r[1], r[2], r[3]})
		}
	}
	for table, rows := range map[string][][]string{"base_tallies": tallies, "base_issues": issues} {
		if err := n.insert(ctx, table, rows); err != nil {
			return err
		}
	}
	if err := n.insert(ctx, "base_deliveries", ledger); err != nil {
		return err
	}
	if err := n.insert(ctx, "base_absences", absences); err != nil {
		return err
	}
	for _, t := range schemas.Inputs() {
		name := strings.TrimPrefix(t.Name, schemas.InputPrefix)
		for _, p := range n.pending {
			text, ok := p.Tables[name]
			if !ok {
				continue
			}
			rows, err := conformed(t, p, text)
			if err != nil {
				return err
			}
			staged, err := n.stage(ctx, t, rows)
			if err != nil {
				return err
			}
			if err := n.exec(ctx, load.Collapse(n.d, n.ns, staged, t, p.Picks[name]), nil); err != nil {
				return err
			}
		}
	}
	held, err := n.absent(ctx)
	if err != nil {
		return err
	}
	if n.Confine && !n.last.IsZero() && n.last.Before(n.AsOf) && len(n.withdrawn) == 0 {
		return n.confine(ctx, held)
	}
	if err := n.exec(ctx, n.readable(n.ns, held), nil); err != nil {
		return err
	}
	ss, err := merge.Corrected(n.d, n.ns)
	return n.exec(ctx, ss, err)
}

// confine finds what changes concern, and makes the current rows of that.
func (n *night) confine(ctx context.Context, absences []load.Absence) error {
	n.confined = true
	c := n.changes()
	for _, step := range []func() ([]dialect.Statement, error){
		func() ([]dialect.Statement, error) { return delta.Changed(n.d, n.ns, n.Night, c) },
		func() ([]dialect.Statement, error) {
			return delta.Touched(n.d, n.ns, n.Night, c, match.Exact{}.Shared())
		},
	} {
		ss, err := step()
		if err := n.exec(ctx, ss, err); err != nil {
			return err
		}
	}
	for before := ""; ; {
		parties, err := n.one(ctx, "SELECT COUNT(*) AS n FROM "+n.ns("touched_parties"))
		if err != nil {
			return err
		}
		if parties == before {
			break
		}
		before = parties
		ss, err := delta.Widen(n.d, n.ns, n.registers())
		if err := n.exec(ctx, ss, err); err != nil {
			return err
		}
	}
	for _, step := range []func() ([]dialect.Statement, error){
		func() ([]dialect.Statement, error) { return delta.Identities(n.d, n.ns) },
		func() ([]dialect.Statement, error) { return delta.Slice(n.d, n.ns, n.registers()) },
		func() ([]dialect.Statement, error) {
			return n.readable(delta.Unsieved(n.ns), absences), nil
		},
		func() ([]dialect.Statement, error) { return delta.Sieve(n.d, n.ns) },
		func() ([]dialect.Statement, error) { return merge.Corrected(n.d, delta.Confined(n.ns)) },
	} {
		ss, err := step()
		if err := n.exec(ctx, ss, err); err != nil {
			return err
		}
	}
	return nil
}

// registers reports whether a source is an official register.
func (n *night) registers() bool {
	for _, s := range n.sources {
		if s.Origin == "register" {
			return true
		}
	}
	return false
}

func (n *night) readable(ns dialect.Namespace, absences []load.Absence) []dialect.Statement {
	out := load.Statements(n.d, ns, n.ns, absences)
	if n.registers() {
		out = append(out, load.Registers(n.d, ns, n.ns)...)
	}
	return out
}

// one returns the one value of a query.
func (n *night) one(ctx context.Context, sql string) (value string, err error) {
	err = n.tx.Read(ctx, sql, func(rec arrow.Record) error {
		value = format(rec.Column(0), 0)
		return nil
	})
	return value, err
}

// changes are what pending deliveries bring, and what counts no more for them.
func (n *night) changes() delta.Changes {
	c := delta.Changes{Since: n.last, Registers: n.registers()}
	after, scoped := map[string]string{}, map[string]bool{}
	for _, p := range n.pending {
		c.Deliveries = append(c.Deliveries, p.ID)
		after[p.Source] = p.ID
		for table, text := range p.Tables {
			if header, _ := parse(text); slices.Contains(header, "scope") {
				scoped[p.Source+"."+table] = true
			}
		}
		if p.Named {
			c.Deliveries = append(c.Deliveries, n.loaded[p.Source+" "+p.Name])
		}
	}
	for _, source := range n.sourceNames() {
		before := n.loaded[source]
		if after[source] == "" || before == "" {
			continue
		}
		for table, mode := range n.sources[source].Modes {
			switch {
			case mode != "snapshot":
			case scoped[source+"."+table]:
				c.Deliveries = append(c.Deliveries, before)
			default:
				c.Snapshots = append(c.Snapshots, delta.Snapshot{Target: table, Before: before, After: after[source]})
			}
		}
	}
	return c
}

// absent returns the columns that some delivery lacked.
func (n *night) absent(ctx context.Context) ([]load.Absence, error) {
	var out []load.Absence
	err := n.tx.Read(ctx, "SELECT DISTINCT target, "+n.d.Ident("column")+" FROM "+n.ns("base_absences"), func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			out = append(out, load.Absence{Target: format(rec.Column(0), i), Column: format(rec.Column(1), i)})
		}
		return nil
	})
	return out, err
}

// conformed returns rows written by hand in the order of t's columns, with what
// conforming adds.
func conformed(t schemas.Table, p Delivery, text string) ([][]string, error) {
	header, body := parse(text)
	var rows [][]string
	for i, cells := range body {
		if len(cells) != len(header) {
			return nil, fmt.Errorf("%s: %q has not the %d cells of the header", t.Name, cells, len(header))
		}
		values := map[string]string{"source": p.Source, "delivery_id": p.ID, "position": strconv.Itoa(i)}
		for c, name := range header {
			if _, ok := t.Column(name); !ok {
				return nil, fmt.Errorf("%s has no column %q", t.Name, name)
			}
			values[name] = cells[c]
		}
		fill := func(name, value string) {
			if _, ok := t.Column(name); ok && values[name] == "" {
				values[name] = value
			}
		}
		fill("first_observed_on", values["observed_on"])
		if t.Name == schemas.InputPrefix+"parties" {
			fill("kind", "organisation")
			fill("name_key", strings.ToLower(values["name"]))
		}
		row := make([]string, len(t.Columns))
		for c, col := range t.Columns {
			row[c] = values[col.Name]
		}
		rows = append(rows, row)
	}
	return rows, nil
}

// match joins parties by the exact engine and issues ids.
func (n *night) match(ctx context.Context) error {
	clusters, err := match.Exact{}.Cluster(ctx, func(each func(arrow.Record) error) error {
		return n.tx.Read(ctx, fmt.Sprintf(`SELECT %s FROM %s p
WHERE NOT EXISTS (SELECT 1 FROM %s c WHERE c.source = p.source AND c.record_id = p.record_id)
ORDER BY p.first_observed_on ASC NULLS LAST, p.source ASC NULLS LAST, p.record_id ASC NULLS LAST`,
			n.d.Idents(match.Exact{}.Columns()), n.ns("current_parties"), n.ns("base_collectives")), each)
	})
	if err != nil {
		return err
	}
	ids, members := n.from()
	var known []match.Identity
	if err := n.tx.Read(ctx, "SELECT customer_id, source, record_id, current_customer_id, state, founded_on FROM "+n.ns(ids), func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			text := func(c int) string { return format(rec.Column(c), i) }
			id := match.Identity{ID: text(0), Source: text(1), Record: text(2), Current: text(3), State: text(4), FoundedOn: match.NoDate}
			if day := rec.Column(5).(*array.Date32); day.IsValid(i) {
				id.FoundedOn = int32(day.Value(i))
			}
			known = append(known, id)
		}
		return nil
	}); err != nil {
		return err
	}
	var before []match.Assignment
	if err := n.tx.Read(ctx, "SELECT source, record_id, customer_id FROM "+n.ns(members), func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			before = append(before, match.Assignment{Source: format(rec.Column(0), i), Record: format(rec.Column(1), i), ID: format(rec.Column(2), i)})
		}
		return nil
	}); err != nil {
		return err
	}
	return n.issue(ctx, clusters, match.Issue(clusters, known, before))
}

// from returns the tables in which match looks up what was known.
func (n *night) from() (ids, members string) {
	if !n.confined {
		return "base_ids", "base_members"
	}
	return "touched_ids", "touched_members"
}

// issue writes who is which customer.
func (n *night) issue(ctx context.Context, clusters *match.Clusters, issued match.Issued) error {
	var members, ids, merges [][]string
	for i, p := range clusters.Parties {
		members = append(members, []string{p.Source, p.Record, issued.Customers[i], "1", clusters.Rule[i], ""})
	}
	if !n.confined {
		n.labels = map[string]string{}
	}
	for _, id := range issued.Identities {
		founded := ""
		if id.FoundedOn != match.NoDate {
			founded = time.Unix(int64(id.FoundedOn)*86400, 0).UTC().Format(time.DateOnly)
		}
		ids = append(ids, []string{id.ID, id.Source, id.Record, founded, id.Current, id.State})
		n.labels[id.ID] = id.Source + "/" + id.Record
	}
	for _, e := range issued.Events {
		merges = append(merges, []string{n.AsOf.Format(time.DateOnly), e.From, e.To, e.Why, "", ""})
	}
	fill := n.replace
	if n.confined {
		fill = n.insert
		ss, err := delta.Unissue(n.d, n.ns)
		if err := n.exec(ctx, ss, err); err != nil {
			return err
		}
	}
	if err := fill(ctx, "base_members", members); err != nil {
		return err
	}
	if err := fill(ctx, "base_ids", ids); err != nil {
		return err
	}
	return n.insert(ctx, "base_merges", merges)
}
