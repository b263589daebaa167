package pipelines

import (
	"context"
	"errors"

	"clientele/connectors"
	"clientele/pipelines/config"
	"clientele/schemas/nace"
	"clientele/scoring"
	"clientele/transforms/delta"
	"clientele/transforms/enrich"
	"clientele/transforms/facts"
	"clientele/transforms/history"
	"clientele/transforms/merge"
	"clientele/transforms/metrics"
	"clientele/transforms/normalize"
)

const (
	// reasonReplay marks a landing that is to be conformed again.
	reasonReplay = "replay"
	// reasonSuperseded is why a landing that was held back is discarded.
	reasonSuperseded = "superseded by a later delivery"
)

// base brings the base up to the night, in one transaction: until it commits,
// the base is that of the night before.
func (r *run) base(ctx context.Context, pending []*conformed) error {
	w := r.project.Warehouse
	tx, err := r.project.begin(ctx)
	if err != nil {
		return err
	}
	defer tx.Rollback(ctx)
	n := &nightTx{run: r, tx: tx, d: w.Dialect()}
	if n.decided, err = r.project.decisions(ctx); err != nil {
		return err
	}
	if err := n.openEngine(ctx); err != nil {
		return err
	}
	if err := r.step(ctx, "load", func() (int64, error) { return n.load(ctx, pending) }); err != nil {
		return err
	}
	if err := r.step(ctx, "match", func() (int64, error) { return n.match(ctx) }); err != nil {
		return err
	}
	if err := r.step(ctx, "merge", func() (int64, error) { return r.report.Match.Customers, n.merge(ctx) }); err != nil {
		return err
	}
	if err := r.step(ctx, "score", func() (int64, error) {
		return 0, n.script(ctx)(scoring.Statements(n.d, n.ns, r.night, r.project.Config.Scores))
	}); err != nil {
		return err
	}
	if err := r.step(ctx, "history", func() (int64, error) { return 0, n.history(ctx) }); err != nil {
		return err
	}
	if err := r.step(ctx, "account", func() (int64, error) { return 0, n.operation(ctx) }); err != nil {
		return err
	}
	if err := r.step(ctx, "check", func() (int64, error) { return 0, n.check(ctx) }); err != nil {
		return err
	}
	return r.step(ctx, "commit", func() (int64, error) { return 0, n.commit(ctx, pending) })
}

// merge makes the golden records, the facts of customers and what is counted of
// them: of all, or of those that the night is confined to, whose rows then take
// the place of the old ones.
func (n *nightTx) merge(ctx context.Context) error {
	run := n.script(ctx)
	if err := n.exec(ctx, merge.Choose(n.d, n.rows, n.project.Config.Merge)...); err != nil {
		return err
	}
	if err := run(facts.Statements(n.d, n.rows, n.night)); err != nil {
		return err
	}
	if err := run(metrics.Statements(n.d, n.rows, n.night)); err != nil {
		return err
	}
	if err := run(merge.Golden(n.d, n.rows)); err != nil {
		return err
	}
	if n.registers() {
		if err := run(enrich.Statements(n.d, n.rows, n.night.Currency, n.project.Config.Merge.PartiesFirst)); err != nil {
			return err
		}
	} else if err := n.exec(ctx, enrich.Nothing(n.d, n.rows)...); err != nil {
		return err
	}
	if err := run(merge.Customers(n.d, n.rows, n.night, labels(n.project.Config.Company))); err != nil {
		return err
	}
	if n.confined {
		if err := run(delta.Replace(n.d, n.ns)); err != nil {
			return err
		}
		if err := n.exec(ctx, metrics.Age(n.d, n.ns, n.night), merge.Checked(n.d, n.ns, n.night)); err != nil {
			return err
		}
	}
	if err := run(enrich.Derived(n.d, n.ns, deriving(n.project.Config))); err != nil {
		return err
	}
	return run(facts.Campaigns(n.d, n.ns))
}

// deriving is what a night derives of all organisations together.
func deriving(c *config.Config) enrich.Deriving {
	return enrich.Deriving{Registers: len(c.Registers) > 0, LeastFirms: c.Estimates.LeastFirms()}
}

// history brings the versions of customers up to the night.
func (n *nightTx) history(ctx context.Context) error {
	run := n.script(ctx)
	if n.confined {
		return run(history.Statements(n.d, n.rows, n.night, delta.Customers))
	}
	if err := run(history.Never(n.d, n.ns)); err != nil {
		return err
	}
	return run(history.Statements(n.d, n.ns, n.night, ""))
}

// languageOf is the language of a company that names none, by country.
var languageOf = map[string]string{"BE": "nl", "NL": "nl", "FR": "fr", "LU": "fr", "DE": "de", "AT": "de"}

// labels returns the words of codes in the company's first language.
func labels(c config.Company) merge.Labels {
	lang, known := languageOf[c.Country]
	if !known {
		lang = "en"
	}
	if len(c.Languages) > 0 {
		lang = c.Languages[0]
	}
	out := merge.Labels{Forms: map[string]string{}, Sectors: map[string]string{}}
	for _, f := range normalize.LegalForms() {
		out.Forms[f.Code] = normalize.LegalFormLabel(f.Code, lang)
	}
	for _, version := range []nace.Version{nace.V2008, nace.V2025} {
		for _, division := range nace.Divisions(version) {
			out.Sectors[string(version)+" "+division] = nace.Title(version, division, lang)
		}
	}
	return out
}

// commit makes the night last, and then tells the state.
func (n *nightTx) commit(ctx context.Context, pending []*conformed) error {
	if err := n.made(ctx); err != nil {
		return err
	}
	if err := n.dropWorking(ctx); err != nil {
		return err
	}
	if err := n.project.fence(ctx); err != nil {
		return err
	}
	if err := n.tx.Commit(ctx); err != nil {
		return err
	}
	n.project.point("commit:committed")
	n.journal.Committed = true
	errs := []error{n.project.State.SaveRun(ctx, n.journal)}
	for _, c := range pending {
		l := c.landing
		l.State, l.Reason = connectors.LandingLoaded, ""
		errs = append(errs, n.project.State.SaveLanding(ctx, l))
	}
	for _, l := range n.useless {
		l.State, l.Reason = connectors.LandingDiscarded, reasonSuperseded
		errs = append(errs, n.project.State.SaveLanding(ctx, l))
	}
	for _, l := range n.landings {
		if why, held := n.stale[l.Source]; held && (l.State == connectors.LandingNew || l.State == connectors.LandingHeld) {
			l.State, l.Reason = connectors.LandingHeld, why
			errs = append(errs, n.project.State.SaveLanding(ctx, l))
		}
	}
	return errors.Join(errs...)
}
