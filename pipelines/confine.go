package pipelines

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/pipelines/config"
	"clientele/schemas/dialect"
	"clientele/transforms/conform"
	"clientele/transforms/delta"
	"clientele/transforms/load"
)

// The rows of base_meta that say what the base was made for: the night, and all
// else that what is made of the same rows depends on.
const (
	metaNight = "night"
	metaBasis = "basis"
)

// confinable is the share of parties up to which a night is confined to what
// concerns them. Beyond it, making all anew costs less.
const confinable = 0.3

// basis is the SHA-256 of what the tables of a base depend on beside its rows and
// the night: a base that has another one is made anew as a whole. Which decisions of
// people hold is not part of it, as all parties are matched first where any do.
func (n *nightTx) basis() string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s%s\x00%t", n.project.Config.Hash, n.project.Config.Given, n.project.env.Version, n.engine.Name(), n.models.digest(), n.decided.Empty()))
	return hex.EncodeToString(sum[:])
}

// since returns the night before, which the base was made for, where tonight can
// be confined to what changed since: zero where it can't. Crosswalks join what
// has no value in common, and a night that is worked again undoes itself.
func (n *nightTx) since(ctx context.Context) (time.Time, error) {
	meta := map[string]string{}
	sql := fmt.Sprintf("SELECT name, %s FROM %s ORDER BY name ASC NULLS LAST", n.d.Ident("value"), n.table("base_meta"))
	if err := n.tx.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			meta[text(rec, 0, i)] = text(rec, 1, i)
		}
		return nil
	}); err != nil {
		return time.Time{}, err
	}
	replaces := func(s *config.Source) bool { return s.Replaces.Source != "" }
	if n.retrain || meta[metaBasis] != n.basis() || len(n.outlived) > 0 || slices.ContainsFunc(n.project.Config.Sources, replaces) {
		return time.Time{}, nil
	}
	before, err := time.Parse(time.DateOnly, meta[metaNight])
	if err != nil {
		return time.Time{}, fmt.Errorf("the night that the base was made for: %w", err)
	}
	if !before.Before(n.night.AsOf) || n.turns(before) {
		return time.Time{}, nil
	}
	return before, nil
}

// made writes down what the base was made for.
func (n *nightTx) made(ctx context.Context) error {
	meta := n.table("base_meta")
	for _, row := range [][2]string{{metaNight, n.night.AsOf.Format(time.DateOnly)}, {metaBasis, n.basis()}} {
		if err := n.exec(ctx,
			dialect.Statement{Name: "forget the " + row[0], SQL: fmt.Sprintf("DELETE FROM %s WHERE name = %s", meta, n.d.String(row[0]))},
			dialect.Statement{Name: "the " + row[0], SQL: fmt.Sprintf("INSERT INTO %s (name, %s) VALUES (%s, %s)", meta, n.d.Ident("value"), n.d.String(row[0]), n.d.String(row[1]))},
		); err != nil {
			return err
		}
	}
	return nil
}

// changes are what pending deliveries bring, and what counts no more for them.
func (n *nightTx) changes(since time.Time, pending []*conformed) delta.Changes {
	out := delta.Changes{Since: since, Registers: n.registers()}
	fresh := map[string]string{} // source → its last delivery that is new to the base
	for _, c := range pending {
		l := c.landing
		out.Deliveries = append(out.Deliveries, l.ID)
		if _, held := n.ledger[l.ID]; held {
			out.Again = true
			continue
		}
		fresh[l.Source] = l.ID
		if ended := n.lastLoaded(func(r ledgerRow) bool {
			return r.source == l.Source && r.named && l.Delivery.Named && r.name == l.Delivery.Name
		}); ended != "" {
			out.Deliveries = append(out.Deliveries, ended)
		}
	}
	for _, s := range n.project.Config.Sources {
		after, before := fresh[s.Name], n.lastLoaded(func(r ledgerRow) bool { return r.source == s.Name })
		if after == "" || before == "" {
			continue
		}
		whole := map[string]bool{} // by input table: every mapping replaces all of it
		for _, m := range s.Mappings() {
			if m.Delivery == conform.Snapshot {
				unscoped, seen := whole[m.Target]
				whole[m.Target] = m.Scope.Of == "" && (unscoped || !seen)
			}
		}
		for _, m := range s.Mappings() {
			switch unscoped, snapshot := whole[m.Target]; {
			case !snapshot:
			case unscoped:
				out.Snapshots = append(out.Snapshots, delta.Snapshot{Target: m.Target, Before: before, After: after})
			default:
				out.Deliveries = append(out.Deliveries, before)
			}
			delete(whole, m.Target)
		}
	}
	return out
}

// lastLoaded returns the last delivery of the base of which something is true.
func (n *nightTx) lastLoaded(is func(ledgerRow) bool) (id string) {
	last := int64(-1)
	for _, row := range n.ledger {
		if row.seq > last && is(row) {
			id, last = row.id, row.seq
		}
	}
	return id
}

// confine finds the parties that changes concern and cuts their rows out, unless
// these are so many that all may as well be made anew.
func (n *nightTx) confine(ctx context.Context, c delta.Changes, absences []load.Absence) error {
	run := n.script(ctx)
	if err := run(delta.Changed(n.d, n.ns, n.night, c)); err != nil {
		return err
	}
	if matched, err := n.matchFirst(ctx, absences); err != nil || !matched {
		return err
	}
	if err := run(delta.Touched(n.d, n.ns, n.night, c, n.engine.Shared())); err != nil {
		return err
	}
	if n.clusters != nil {
		if err := n.joined(ctx); err != nil {
			return err
		}
	}
	all, err := count(ctx, n.tx, "SELECT COUNT(*) AS n FROM "+n.table("base_members"))
	if err != nil {
		return err
	}
	for before := int64(-1); ; {
		parties, err := count(ctx, n.tx, "SELECT COUNT(*) AS n FROM "+n.ns("touched_parties"))
		if err != nil || float64(parties) > confinable*float64(all) {
			if n.partial {
				n.clusters, n.keeper, n.partial = nil, nil, false
			}
			return err
		}
		if parties == before {
			break
		}
		before = parties
		if err := run(delta.Widen(n.d, n.ns, c.Registers)); err != nil {
			return err
		}
	}
	n.confined = true
	n.report.Match.Touched, err = count(ctx, n.tx, "SELECT COUNT(*) AS n FROM "+n.ns("touched_parties"))
	if err != nil {
		return err
	}
	if err := run(delta.Identities(n.d, n.ns)); err != nil {
		return err
	}
	return run(delta.Slice(n.d, n.ns, c.Registers))
}

// joined adds to the touched parties those that the engine joins otherwise than
// the night before.
func (n *nightTx) joined(ctx context.Context) error {
	file, stage := n.project.temp("joined_parties.parquet"), n.stageName(delta.JoinedParties.Name)
	c := n.clusters
	if err := writeRows(file, delta.JoinedParties, func(add func(...any) error) error {
		for i, p := range c.Parties {
			if err := add(p.Source, p.Record, int64(c.Root[i]), c.Probability[i], c.Rule[i]); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	if err := n.tx.Stage(ctx, stage, delta.JoinedParties, []string{file}); err != nil {
		return err
	}
	cols := n.d.Idents(delta.JoinedParties.ColumnNames())
	if err := n.exec(ctx, n.d.ReplaceAs("clusters of tonight", n.ns(delta.JoinedParties.Name), "SELECT "+cols+" FROM "+n.d.Ident(stage))...); err != nil {
		return err
	}
	return n.script(ctx)(delta.Joined(n.d, n.ns))
}

// rows is the namespace of the rows that the night works on: all, or the slices
// that it is confined to.
func (n *nightTx) rows(name string) string {
	if n.confined {
		return delta.Confined(n.ns)(name)
	}
	return n.ns(name)
}

// leaving returns the deliveries of the base that come again, and those that people
// took back.
func (n *nightTx) leaving(pending []*conformed) (reloaded, withdrawn []string) {
	for _, l := range n.landings {
		if _, held := n.ledger[l.ID]; held && l.State == connectors.LandingWithdrawn {
			withdrawn = append(withdrawn, l.ID)
		}
	}
	for _, c := range pending {
		if _, held := n.ledger[c.landing.ID]; held {
			reloaded = append(reloaded, c.landing.ID)
		}
	}
	return reloaded, withdrawn
}
