package jobs

import (
	"encoding/json"
	"fmt"
	"time"

	"clientele/pipelines"
)

// progress shows how far a night is: a live line on a terminal, one line a step
// in a pipe, JSON events with --json.
type progress struct {
	app  *app
	last time.Time
}

func (p *progress) show(e pipelines.Event) {
	a := p.app
	switch {
	case a.quiet:
	case a.json:
		enc := json.NewEncoder(a.Err)
		if e.Done || e.Step == "held" {
			_ = enc.Encode(e) // progress that can't be shown is no error
		}
	case e.Step == "held":
		fmt.Fprintf(a.Err, "%s! %s is held back: %s\n", p.clear(), e.Source, e.Detail)
	case e.Done:
		fmt.Fprintf(a.Err, "%s  %-10s %12s  %7.2fs\n", p.clear(), e.Step, rowsText(e.Rows), e.Took.Seconds())
	case a.Terminal && a.Now().Sub(p.last) > 100*time.Millisecond:
		p.last = a.Now()
		fmt.Fprintf(a.Err, "%s  %-10s %s %s", p.clear(), e.Step, e.Source, rowsText(e.Rows))
	}
}

// clear returns what empties the live line of a terminal.
func (p *progress) clear() string {
	if p.app.Terminal {
		return "\r\x1b[K"
	}
	return ""
}

func rowsText(n int64) string {
	if n == 0 {
		return ""
	}
	return thousands(n) + " rows"
}

func thousands(n int64) string { return pipelines.Thousands(n) }
