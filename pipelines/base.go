package pipelines

import (
	"context"
	"errors"

	"clientele/connectors"
	"clientele/pipelines/config"
	"clientele/scoring"
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
	if err := r.step(ctx, "load", func() (int64, error) { return n.load(ctx, pending) }); err != nil {
		return err
	}
	if err := r.step(ctx, "match", func() (int64, error) { return n.match(ctx) }); err != nil {
		return err
	}
	night := r.night
	if err := r.step(ctx, "merge", func() (int64, error) {
		if err := n.exec(ctx, merge.Choose(n.d, n.ns, r.project.Config.Merge)...); err != nil {
			return 0, err
		}
		if err := n.script(ctx)(facts.Statements(n.d, n.ns, night)); err != nil {
			return 0, err
		}
		if err := n.script(ctx)(metrics.Statements(n.d, n.ns, night)); err != nil {
			return 0, err
		}
		err := n.script(ctx)(merge.Customers(n.d, n.ns, night, formLabels(r.project.Config.Company)))
		return r.report.Match.Customers, err
	}); err != nil {
		return err
	}
	if err := r.step(ctx, "score", func() (int64, error) {
		return 0, n.script(ctx)(scoring.Statements(n.d, n.ns, night, r.project.Config.Scores))
	}); err != nil {
		return err
	}
	if err := r.step(ctx, "history", func() (int64, error) { return 0, n.script(ctx)(history.Statements(n.d, n.ns, night)) }); err != nil {
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

// languageOf is the language of a company that names none, by country.
var languageOf = map[string]string{"BE": "nl", "NL": "nl", "FR": "fr", "LU": "fr", "DE": "de", "AT": "de"}

// formLabels returns the legal forms in the company's first language.
func formLabels(c config.Company) map[string]string {
	lang, known := languageOf[c.Country]
	if !known {
		lang = "en"
	}
	if len(c.Languages) > 0 {
		lang = c.Languages[0]
	}
	out := map[string]string{}
	for _, f := range normalize.LegalForms() {
		out[f.Code] = normalize.LegalFormLabel(f.Code, lang)
	}
	return out
}

// commit makes the night last, and then tells the state.
func (n *nightTx) commit(ctx context.Context, pending []*conformed) error {
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
