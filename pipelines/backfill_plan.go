package pipelines

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
	"strings"
	"time"

	"clientele/connectors"
	"clientele/pipelines/calendar"
	"clientele/pipelines/config"
	"clientele/schemas/option"
)

// BackfillPlan is what a backfill would do.
type BackfillPlan struct {
	Backfill string `json:"backfill,omitempty"` // "" for one that has not begun
	// From and To are the nights asked for, half-open: To is the day after the
	// last.
	From      string `json:"from"`
	To        string `json:"to"`
	Every     string `json:"every"`
	Zone      string `json:"timezone"`
	OnFailure string `json:"on_failure"`
	Reverse   bool   `json:"reverse"`
	Rerun     string `json:"rerun,omitempty"`
	Workers   int    `json:"workers"`
	WhySo     string `json:"why_so_many_workers"`
	// Nights counts the partitions, Asked those that were asked for; the others
	// are published nights before and after them, without which the base would
	// not be whole.
	Nights     int              `json:"nights"`
	Asked      int              `json:"asked"`
	Done       int              `json:"done"`
	Deliveries int              `json:"deliveries"`
	Bytes      int64            `json:"bytes"`
	ToRead     int              `json:"deliveries_to_read"` // from their sources; the others landed before
	Later      int              `json:"deliveries_after"`   // that belong to a night after the last
	Partitions []PartitionPlan  `json:"partitions"`
	Findings   option.Findings  `json:"-"`
	nights     []*backfillNight // in order
}

// PartitionPlan is one night of a plan. What is new in it are facts of its
// half-open interval.
type PartitionPlan struct {
	Partition  string    `json:"partition"`
	Night      string    `json:"night"`
	Role       string    `json:"role"`
	FactsFrom  time.Time `json:"facts_from"`
	FactsTo    time.Time `json:"facts_to"`
	Hours      float64   `json:"hours"`
	Deliveries int       `json:"deliveries"`
	Bytes      int64     `json:"bytes"`
}

// The roles of a night in a backfill.
const (
	roleBefore = "before" // published before the first night asked for
	roleAsked  = "asked"
	roleAfter  = "after" // published after the last
)

// backfillNight is one night of a backfill.
type backfillNight struct {
	id          string
	asOf, after time.Time
	role        string
	arrivals    []*arrival
	attempts    []connectors.Partition
}

// arrival is a delivery in the night that it belongs to.
type arrival struct {
	id       string
	source   *config.Source
	delivery connectors.Delivery
	kept     string // where its rows are in landing, "" where they must be read
	known    bool   // the state has a landing of it
	asOf     time.Time
	ordinal  int
}

// last returns the newest attempt.
func (n *backfillNight) last() connectors.Partition {
	if len(n.attempts) == 0 {
		return connectors.Partition{}
	}
	return n.attempts[len(n.attempts)-1]
}

// partitionID names a night of a backfill by what is worked, how, and which
// stretch of time.
func (p *Project) partitionID(every calendar.Every, after, asOf time.Time) string {
	sum := sha256.Sum256(fmt.Appendf(nil, "%s\x00%s\x00%s\x00%s\x00%s", p.Config.Company.Name, every, p.Config.Hash, after.Format(time.DateOnly), asOf.Format(time.DateOnly)))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// publishedNights returns the nights that the base went through, in order: those
// of the newest backfill whose base took the place of the one before, and those
// that were run since.
func (p *Project) publishedNights(ctx context.Context) ([]time.Time, error) {
	runs, err := p.State.Runs(ctx, 0)
	if err != nil {
		return nil, err
	}
	backfills, err := p.State.Backfills(ctx)
	if err != nil {
		return nil, err
	}
	var nights []time.Time
	var since time.Time
	for _, b := range backfills {
		if b.Status != connectors.BackfillDone && b.Status != connectors.BackfillPartly || !b.FinishedAt.After(since) {
			continue
		}
		since, nights = b.FinishedAt, nil
		attempts, err := p.State.Partitions(ctx, b.ID)
		if err != nil {
			return nil, err
		}
		for _, a := range attempts {
			if a.Status == connectors.PartitionDone {
				nights = append(nights, a.AsOf)
			}
		}
	}
	for _, r := range runs {
		if (r.Status == connectors.RunPublished || r.Status == connectors.RunPartly) && !r.StartedAt.Before(since) {
			nights = append(nights, r.AsOf)
		}
	}
	slices.SortFunc(nights, time.Time.Compare)
	return slices.CompactFunc(nights, time.Time.Equal), nil
}

// backfillNights returns the nights of a backfill in order: those asked for, and
// the published ones before and after them.
func (p *Project) backfillNights(ctx context.Context, b connectors.Backfill) ([]*backfillNight, error) {
	published, err := p.publishedNights(ctx)
	if err != nil {
		return nil, err
	}
	every := calendar.Every(b.Every)
	var out []*backfillNight
	add := func(asOf time.Time, role string) {
		n := &backfillNight{asOf: asOf, after: calendar.Before(asOf, every), role: role}
		if len(out) > 0 {
			n.after = out[len(out)-1].asOf
		}
		n.id = p.partitionID(every, n.after, n.asOf)
		out = append(out, n)
	}
	for _, n := range published {
		if n.Before(b.From) {
			add(n, roleBefore)
		}
	}
	for _, n := range calendar.Nights(b.From, b.To, every) {
		add(n, roleAsked)
	}
	for _, n := range published {
		if !n.Before(b.To) {
			add(n, roleAfter)
		}
	}
	return out, nil
}

// PlanBackfill says what a backfill would do. It writes nothing, and takes no
// lock.
func (p *Project) PlanBackfill(ctx context.Context, o BackfillOptions) (*BackfillPlan, error) {
	b, err := p.backfillOf(ctx, o)
	if err != nil {
		return nil, err
	}
	return p.planBackfill(ctx, b, o)
}

func (p *Project) planBackfill(ctx context.Context, b connectors.Backfill, o BackfillOptions) (*BackfillPlan, error) {
	nights, err := p.backfillNights(ctx, b)
	if err != nil {
		return nil, err
	}
	if today := p.Today(); nights[len(nights)-1].asOf.After(today) {
		return nil, connectors.Errorf(connectors.KindConfig, "night_to_come", "let it end with --to "+today.Format(time.DateOnly),
			"the night of %s has not come yet", nights[len(nights)-1].asOf.Format(time.DateOnly))
	}
	attempts, err := p.State.Partitions(ctx, b.ID)
	if err != nil {
		return nil, err
	}
	for _, n := range nights {
		for _, a := range attempts {
			if a.ID == n.id {
				n.attempts = append(n.attempts, a)
			}
		}
	}
	out := &BackfillPlan{Backfill: b.ID, From: b.From.Format(time.DateOnly), To: b.To.Format(time.DateOnly), Every: b.Every, Zone: p.Config.Company.Zone.String(),
		OnFailure: b.OnFailure, Reverse: b.Reverse, Rerun: o.Rerun, Nights: len(nights), nights: nights}
	out.Workers, out.WhySo = workers(o.Workers, len(nights))
	if err := p.assign(ctx, out); err != nil {
		return nil, err
	}
	for _, n := range nights {
		part := PartitionPlan{Partition: n.id, Night: n.asOf.Format(time.DateOnly), Role: n.role, Deliveries: len(n.arrivals),
			FactsFrom: calendar.Midnight(n.after, p.Config.Company.Zone), FactsTo: calendar.Midnight(n.asOf, p.Config.Company.Zone),
			Hours: calendar.Hours(n.after, n.asOf, p.Config.Company.Zone)}
		for _, a := range n.arrivals {
			part.Bytes += a.delivery.Size
			if a.kept == "" {
				out.ToRead++
			}
		}
		if n.role == roleAsked {
			out.Asked++
		}
		if n.last().Status == connectors.PartitionDone {
			out.Done++
		}
		out.Deliveries += part.Deliveries
		out.Bytes += part.Bytes
		out.Partitions = append(out.Partitions, part)
	}
	return out, nil
}

// workers returns how many nights are prepared at a time, and why.
func workers(asked, nights int) (n int, why string) {
	switch {
	case asked > 0 && asked <= nights:
		return asked, fmt.Sprintf("--workers %d; nights are committed one at a time, in order", asked)
	case asked == 0 && cores() <= nights:
		return cores(), fmt.Sprintf("one per core, of %d; nights are committed one at a time, in order", cores())
	}
	return nights, fmt.Sprintf("there are only %d nights", nights)
}

// assign finds what the sources deliver and gives each delivery to its night.
func (p *Project) assign(ctx context.Context, plan *BackfillPlan) error {
	landings, err := p.State.Landings(ctx)
	if err != nil {
		return err
	}
	p.forgotten(plan, landings)
	last := plan.nights[len(plan.nights)-1].asOf
	var gone []string
	for _, s := range p.Config.AllSources() {
		found, lost, err := p.arrivals(ctx, s, landings, last)
		if err != nil {
			if connectors.CodeOf(err) == "not_built" {
				continue // held back in every night, as in a run
			}
			return fmt.Errorf("source %s: %w", s.Name, err)
		}
		gone = append(gone, lost...)
		undated := 0
		for _, a := range found {
			i := slices.IndexFunc(plan.nights, func(n *backfillNight) bool { return !n.asOf.Before(a.asOf) })
			if i < 0 {
				plan.Later++
				continue
			}
			n := plan.nights[i]
			n.arrivals = append(n.arrivals, a)
			if a.asOf.IsZero() {
				undated++
			}
		}
		if undated > 1 {
			plan.Findings = append(plan.Findings, p.Config.Finding(option.Warning, "undated", s.At, "say `dated:`, where their names or the time of their last change tell their day",
				"nothing dates %d deliveries of source %s: they belong to the first night, and every night reads again those with rows that waited for their day", undated, s.Name))
		}
	}
	if len(gone) > 0 {
		return connectors.Errorf(connectors.KindEnvironment, "landing_gone", "put the files back where they came from, unchanged; a longer retention of landing keeps such rows",
			"the rows of %d deliveries are no longer kept, the first is %s", len(gone), gone[0])
	}
	sources := p.Config.AllSources()
	for _, n := range plan.nights {
		slices.SortStableFunc(n.arrivals, func(a, b *arrival) int {
			if a.source != b.source {
				return cmp.Compare(slices.Index(sources, a.source), slices.Index(sources, b.source))
			}
			return cmp.Compare(a.ordinal, b.ordinal)
		})
	}
	return nil
}

// forgotten warns of sources that the config no longer has: a base that is made
// anew holds nothing of them.
func (p *Project) forgotten(plan *BackfillPlan, landings []connectors.Landing) {
	var said []string
	for _, l := range landings {
		if _, ok := p.Config.Source(l.Source); ok || l.State != connectors.LandingLoaded || slices.Contains(said, l.Source) {
			continue
		}
		said = append(said, l.Source)
		plan.Findings = append(plan.Findings, p.Config.Finding(option.Warning, "forgotten_source", option.Position{File: p.Config.Path}, "configure it again where its data must stay",
			"the config has no source %q any more: what it delivered will be gone", l.Source))
	}
}

// arrivals returns the deliveries of a source, each with the first night that
// can know it, and the names of those whose rows are gone. What landed before
// arrives once more, unless somebody threw it away; what did not is new.
func (p *Project) arrivals(ctx context.Context, s *config.Source, landings []connectors.Landing, last time.Time) (out []*arrival, gone []string, err error) {
	src, err := s.Open(p.project())
	if err != nil {
		return nil, nil, err
	}
	listed, err := src.Deliveries(ctx, cursorOf(landings, s.Name))
	if err != nil {
		return nil, nil, err
	}
	names := map[string]bool{} // that arrived
	add := func(a *arrival, came time.Time) error {
		date, dated, err := s.Dated.Date(a.delivery, p.Config.Company.Zone)
		if err != nil {
			return err
		}
		// The night after its date is the first to know it. What comes under a
		// name again is known from when it came.
		switch {
		case dated && names[a.delivery.Name]:
			a.asOf = latest(date.AddDate(0, 0, 1), came)
		case dated:
			a.asOf = date.AddDate(0, 0, 1)
		case a.known || names[a.delivery.Name]:
			a.asOf = came
		}
		names[a.delivery.Name] = true
		a.source, a.ordinal = s, len(out)
		out = append(out, a)
		return nil
	}
	r := p.newRun(last)
	r.landings = landings
	for _, l := range landings {
		if l.Source != s.Name || l.State == connectors.LandingWithdrawn || l.State == connectors.LandingDiscarded {
			continue
		}
		a := &arrival{id: l.ID, delivery: l.Delivery, known: true}
		if l.File != "" {
			if _, err := os.Stat(p.landing(l.File)); err == nil {
				a.kept = l.File
			} else if !errors.Is(err, fs.ErrNotExist) {
				return nil, nil, homeError(err)
			}
		}
		same := func(d connectors.Delivery) bool { return d.Name == l.Delivery.Name && d.Hash == l.Delivery.Hash }
		if a.kept == "" && !slices.ContainsFunc(listed, same) {
			gone = append(gone, l.Delivery.Name)
			continue
		}
		if err := add(a, l.AsOf); err != nil {
			return nil, nil, err
		}
	}
	var fresh []*arrival
	known := len(out)
	for _, d := range listed {
		if d.Hash == "" || r.read(s, d) { // what is pulled is of now: a night pulls it
			continue
		}
		if err := add(&arrival{delivery: d}, last); err != nil {
			return nil, nil, err
		}
	}
	fresh, out = out[known:], out[:known:known]
	// Where rows are only ever added, the first night to know a content is the
	// one that reads it.
	slices.SortStableFunc(fresh, func(a, b *arrival) int { return a.asOf.Compare(b.asOf) })
	for _, a := range fresh {
		if r.read(s, a.delivery) {
			continue
		}
		a.id = r.deliveryID(s.Name, a.delivery)
		r.landings = append(slices.Clip(r.landings), connectors.Landing{ID: a.id, Source: s.Name, Delivery: a.delivery, State: connectors.LandingNew})
		out = append(out, a)
	}
	return out, gone, nil
}

func latest(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
