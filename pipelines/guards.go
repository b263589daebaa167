package pipelines

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"clientele/connectors"
	"clientele/pipelines/config"
	"clientele/transforms/conform"
)

// The checks that `runs approve` can let pass once: a source's guards are
// called SOURCE.min_rows, SOURCE.max_quarantined, SOURCE.contract and so on.
const (
	checkMinRows        = "min_rows"
	checkEmpty          = "empty"
	checkMaxQuarantined = "max_quarantined"
	// CheckMissing is the check of a source that must have delivered: where it
	// holds, it holds the whole night.
	CheckMissing = "if_missing"
)

// guard returns why the new deliveries of a source must not be loaded, "" when
// they may.
func (r *run) guard(s *config.Source, conformed []*conformed) string {
	var read, quarantined int64
	for _, c := range conformed {
		rows, bad := c.rows()
		read += rows
		quarantined += bad
		name := c.landing.Delivery.Name
		if c.landing.Rows < int64(s.Expect.MinRows) && !r.approved[s.Name+"."+checkMinRows] {
			return fmt.Sprintf("%s has %d rows, and min_rows is %d; let it pass with: clientele runs approve %s %s.%s --why …",
				name, c.landing.Rows, s.Expect.MinRows, r.journal.ID, s.Name, checkMinRows)
		}
		if c.landing.Rows == 0 && r.replaces(s) && !r.approved[s.Name+"."+checkEmpty] {
			return fmt.Sprintf("%s has no rows, and as a snapshot it would delete all that the source ever said; let it pass with: clientele runs approve %s %s.%s --why …",
				name, r.journal.ID, s.Name, checkEmpty)
		}
	}
	if read > 0 && float64(quarantined) > s.Expect.MaxQuarantined*float64(read) && !r.approved[s.Name+"."+checkMaxQuarantined] {
		return fmt.Sprintf("%d of %d rows can't be used (%s), and max_quarantined is %g; see: clientele inspect %s; let it pass with: clientele runs approve %s %s.%s --why …",
			quarantined, read, topCode(conformed), s.Expect.MaxQuarantined, s.Name, r.journal.ID, s.Name, checkMaxQuarantined)
	}
	return ""
}

// replaces reports whether a delivery of s replaces all of it.
func (r *run) replaces(s *config.Source) bool {
	return slices.ContainsFunc(s.Tables, func(m *conform.Mapping) bool { return m.Delivery == conform.Snapshot && m.Scope.Of == "" })
}

// superseded reports whether the i-th landing, which waits, would not count once
// it were loaded, because a later one takes its place: a correction bears the
// same name, a snapshot is all there is.
func (r *run) superseded(s *config.Source, i int) bool {
	l := r.landings[i]
	if !l.Delivery.Named && slices.ContainsFunc(s.Tables, func(m *conform.Mapping) bool { return m.Delivery != conform.Snapshot || m.Scope.Of != "" }) {
		return false
	}
	return slices.ContainsFunc(r.landings[i+1:], func(later connectors.Landing) bool {
		return later.Source == l.Source && later.Delivery.Name == l.Delivery.Name &&
			later.State != connectors.LandingDiscarded && later.State != connectors.LandingWithdrawn
	})
}

// topCode returns the fault that most quarantined rows have.
func topCode(conformed []*conformed) string {
	total := map[string]int64{}
	for _, c := range conformed {
		for _, t := range c.tables {
			for code, n := range t.tally.Quarantined {
				total[code] += n
			}
		}
	}
	top := ""
	for _, c := range conform.Sorted(total) {
		if top == "" || c.Rows > total[top] {
			top = c.Code
		}
	}
	return top
}

// freshness says when a source that delivered nothing is overdue.
func (r *run) freshness(s *config.Source) {
	if s.Register != nil || r.project.Config.Retired(s, r.night.AsOf) {
		return
	}
	limit := s.Expect.MaxAge
	if limit.Zero() {
		limit = s.Expect.Every
	}
	if limit.Zero() {
		if !slices.ContainsFunc(r.landings, func(l connectors.Landing) bool { return l.Source == s.Name }) {
			r.source(s.Name).Note = "there is no file at " + strings.Join(s.Paths, ", ")
		}
		return
	}
	var last time.Time
	for _, l := range r.landings {
		if l.Source == s.Name && l.State == connectors.LandingLoaded && l.AsOf.After(last) {
			last = l.AsOf
		}
	}
	if !last.IsZero() && !last.Before(limit.Before(r.night.AsOf)) {
		return
	}
	why := "it has not delivered anything yet"
	if !last.IsZero() {
		why = fmt.Sprintf("its last delivery came on %s, and it may be %s old", last.Format(time.DateOnly), limit)
	}
	if s.Expect.IfMissing == "hold" && !r.approved[s.Name+"."+CheckMissing] {
		r.report.Failed = append(r.report.Failed, CheckResult{Check: s.Name + "." + CheckMissing, Message: "source " + s.Name + ": " + why})
		return
	}
	r.source(s.Name).Note = why
}

// account writes what became of the rows of a source's new deliveries into the
// report.
func (r *run) account(s *config.Source, conformed []*conformed) {
	out := r.source(s.Name)
	for i, m := range s.Mappings() {
		t := TableReport{Table: m.Name}
		filtered, quarantined := map[string]int64{}, map[string]int64{}
		for _, c := range conformed {
			tally := c.tables[i].tally
			t.Read += tally.Read
			t.Conformed += tally.Conformed
			t.WithoutParty += tally.WithoutParty
			for code, n := range tally.Filtered {
				filtered[code] += n
			}
			for code, n := range tally.Quarantined {
				quarantined[code] += n
			}
		}
		t.Filtered, t.Quarantined = codeCounts(filtered), codeCounts(quarantined)
		out.Tables = append(out.Tables, t)
	}
}

func codeCounts(m map[string]int64) []CodeCount {
	var out []CodeCount
	for _, c := range conform.Sorted(m) {
		out = append(out, CodeCount{c.Code, c.Rows})
	}
	return out
}
