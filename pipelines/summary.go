package pipelines

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"clientele/connectors"
)

// Counts are what a night did, in numbers. Rows count once per table that they
// were mapped to, so that read = conformed + filtered + quarantined.
type Counts struct {
	Deliveries  int   `json:"deliveries"`
	Read        int64 `json:"read"`
	Conformed   int64 `json:"conformed"`
	Filtered    int64 `json:"filtered"`
	Quarantined int64 `json:"quarantined"`
	Customers   int64 `json:"customers"`
}

// Counts adds up what the report says.
func (r *Report) Counts() Counts {
	c := Counts{Customers: r.Tables["customers"]}
	for _, s := range r.Sources {
		c.Deliveries += s.Deliveries
		for _, t := range s.Tables {
			c.Read += t.Read
			c.Conformed += t.Conformed
			c.Filtered += rowsOf(t.Filtered)
			c.Quarantined += rowsOf(t.Quarantined)
		}
	}
	return c
}

func rowsOf(counts []CodeCount) (n int64) {
	for _, c := range counts {
		n += c.Rows
	}
	return n
}

// HeldSource is a source that was held back in a night.
type HeldSource struct {
	Source string `json:"source"`
	Code   string `json:"code"`
	Why    string `json:"why"`
}

// Held returns the sources that were held back.
func (r *Report) Held() []HeldSource {
	var out []HeldSource
	for _, s := range r.Sources {
		if s.Held != "" {
			out = append(out, HeldSource{Source: s.Source, Code: s.HeldCode, Why: s.Held})
		}
	}
	return out
}

// hasPublished reports whether a run with that status has published, whole or
// partly.
func hasPublished(s connectors.RunStatus) bool {
	return s == connectors.RunPublished || s == connectors.RunPartly
}

// Recovered reports whether the run published after one that did not.
func (r *Report) Recovered() bool {
	return hasPublished(r.Status) && r.Before != "" && !hasPublished(r.Before)
}

// Headline says in one line how the run ended.
func (r *Report) Headline() string {
	night := "night " + r.AsOf
	if r.AsOf == "" {
		night = "the night"
	}
	switch {
	case r.Run == "":
		return night + " did not start"
	case r.Status == connectors.RunPublished:
		return fmt.Sprintf("%s is published: %s customers", night, Thousands(r.Tables["customers"]))
	case r.Status == connectors.RunPartly:
		return fmt.Sprintf("%s is published: %s customers, with %d sources held back", night, Thousands(r.Tables["customers"]), len(r.Held()))
	case r.Status == connectors.RunHeld:
		return fmt.Sprintf("%s is held: %d checks failed, nothing new is published", night, len(r.Failed))
	case r.Status == connectors.RunRunning:
		return night + " was stopped before its end: the next run takes it up"
	}
	return night + " failed: readers see the night before"
}

// Next returns the commands by which a person goes on; none after a good night.
func (r *Report) Next() []string {
	if r.Run == "" {
		return []string{"clientele doctor"}
	}
	return next(r.Run, r.AsOf, r.Status, r.Held(), r.Failed)
}

func next(run, asOf string, status connectors.RunStatus, held []HeldSource, failed []CheckResult) []string {
	again := "clientele run --as-of " + asOf
	switch status {
	case connectors.RunPublished:
		return nil
	case connectors.RunPartly:
		var lines []string
		for _, s := range held {
			lines = append(lines, "clientele inspect "+s.Source)
		}
		return append(lines, again)
	case connectors.RunHeld:
		var lines []string
		for _, c := range failed {
			lines = append(lines, fmt.Sprintf("clientele runs approve %s %s --why …", run, quotedCheck(c.Check)))
		}
		if len(lines) == 0 {
			lines = []string{fmt.Sprintf("clientele runs approve %s CHECK --why …", run)}
		}
		return append(lines, again)
	case connectors.RunRunning:
		return []string{again}
	}
	return []string{"clientele doctor", again}
}

// quotedCheck quotes a check for a shell, where its name has spaces.
func quotedCheck(name string) string {
	if strings.ContainsAny(name, " '\"$") {
		return "'" + strings.ReplaceAll(name, "'", `'\''`) + "'"
	}
	return name
}

// Digest is the end of a night in a few lines: how it ended, the counts, what was
// held back, and how to go on. What stopped it, if anything did, is said before.
func (r *Report) Digest() []string {
	lines := []string{r.Headline()}
	if r.Run != "" {
		c := r.Counts()
		lines = append(lines, fmt.Sprintf("  run %s, %s; rows of all tables: %s read = %s conformed + %s filtered + %s quarantined", r.Run, r.Took().Round(time.Second/10),
			Thousands(c.Read), Thousands(c.Conformed), Thousands(c.Filtered), Thousands(c.Quarantined)))
	}
	for _, s := range r.Held() {
		lines = append(lines, fmt.Sprintf("  %s is held back: %s", s.Source, s.Why))
	}
	for _, x := range r.Registers {
		lines = append(lines, "  "+x.String())
	}
	for _, command := range r.Next() {
		lines = append(lines, "  go on with  "+command)
	}
	return lines
}

// Took is how long this attempt took.
func (r *Report) Took() time.Duration { return max(0, r.FinishedAt.Sub(r.StartedAt)) }

// Thousands writes a number with commas between thousands.
func Thousands(n int64) string {
	s := fmt.Sprint(n)
	for i := len(s) - 3; i > 0 && s[i-1] != '-'; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}

func joined(names []string) string {
	names = slices.Clone(names)
	slices.Sort(names)
	return strings.Join(names, ", ")
}
