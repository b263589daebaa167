// Package notify sends people and machines word of how a night ended: to Slack,
// to Microsoft Teams, to any webhook, by mail, and to services that notice when
// they are not called.
package notify

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Version is the version of Message as JSON: it goes up when a member changes its
// meaning or goes away, and not when one is added.
const Version = 1

// The events that a Message is of.
const (
	EventNight = "night_ended"
	EventTest  = "test"
)

// Message is word of a night. It holds no personal data: counts, names of
// sources, files and checks, and errors that the program itself worded.
type Message struct {
	Version    int       `json:"version"`
	ID         string    `json:"id"` // the same when the message is sent again
	Event      string    `json:"event"`
	Topics     []string  `json:"topics"`
	Project    string    `json:"project"`
	Night      string    `json:"night,omitempty"` // date, 2026-11-21
	Run        string    `json:"run,omitempty"`
	Status     string    `json:"status"`
	Headline   string    `json:"headline"`
	Host       string    `json:"host,omitempty"`
	StartedAt  time.Time `json:"started_at,omitzero"`
	FinishedAt time.Time `json:"finished_at,omitzero"`
	Counts     *Counts   `json:"counts,omitempty"`
	Held       []Held    `json:"held,omitempty"`
	Failed     []Check   `json:"failed_checks,omitempty"`
	Error      *Error    `json:"error,omitempty"`
	Next       []string  `json:"next,omitempty"` // commands
}

// Counts are what the night did.
type Counts struct {
	Deliveries  int   `json:"deliveries"`
	Read        int64 `json:"rows_read"`
	Conformed   int64 `json:"rows_conformed"`
	Filtered    int64 `json:"rows_filtered"`
	Quarantined int64 `json:"rows_quarantined"`
	Customers   int64 `json:"customers"`
}

// Held is a source that was held back.
type Held struct {
	Source string `json:"source"`
	Code   string `json:"code"`
	Why    string `json:"why"`
}

// Check is a check that failed.
type Check struct {
	Check   string `json:"check"`
	Message string `json:"message"`
}

// Error is what stopped the run.
type Error struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
}

// Sender sends messages one way.
type Sender interface {
	// Name says which way, without what is secret about it.
	Name() string
	// Send sends a message.
	Send(ctx context.Context, m Message) error
	// Reach finds out whether a message could be sent, and sends none.
	Reach(ctx context.Context) error
}

// About returns the message for who answers for some sources only: what held
// them back, and how to go on with them.
func (m Message) About(sources ...string) Message {
	m.Held = slices.DeleteFunc(slices.Clone(m.Held), func(h Held) bool { return !slices.Contains(sources, h.Source) })
	names := make([]string, len(m.Held))
	m.Next = nil
	for i, h := range m.Held {
		names[i] = h.Source
		m.Next = append(m.Next, "clientele inspect "+h.Source)
	}
	m.ID += "." + strings.Join(names, ".")
	m.Headline = fmt.Sprintf("night %s held back %s, which keeps its last good data", m.Night, strings.Join(names, ", "))
	m.Counts, m.Failed, m.Error = nil, nil, nil
	return m
}

// good reports whether there is nothing in the message to worry about.
func (m Message) good() bool { return m.Error == nil && len(m.Held) == 0 && len(m.Failed) == 0 }

// Subject is the message in one line.
func (m Message) Subject() string { return m.Project + ": " + m.Headline }

// fact is something about a night that has a name.
type fact struct{ name, value string }

// facts are those of the night as a whole.
func (m Message) facts() []fact {
	var out []fact
	add := func(name, value string) {
		if value != "" {
			out = append(out, fact{name, value})
		}
	}
	add("Project", m.Project)
	add("Night", m.Night)
	add("Run", m.Run)
	add("Status", m.Status)
	if took := m.FinishedAt.Sub(m.StartedAt); !m.FinishedAt.IsZero() && took >= 0 {
		add("Took", took.Round(time.Second).String())
	}
	add("Host", m.Host)
	if c := m.Counts; c != nil {
		add("Customers", fmt.Sprint(c.Customers))
		add("Rows", fmt.Sprintf("%d read, %d conformed, %d filtered, %d quarantined", c.Read, c.Conformed, c.Filtered, c.Quarantined))
	}
	return out
}

// paragraph is a heading and lines; code is for those that are commands.
type paragraph struct {
	heading string
	lines   []string
	code    bool
}

// paragraphs are what is wrong and how to go on.
func (m Message) paragraphs() []paragraph {
	var out []paragraph
	if len(m.Held) > 0 {
		p := paragraph{heading: "Held back"}
		for _, h := range m.Held {
			p.lines = append(p.lines, fmt.Sprintf("%s (%s): %s", h.Source, h.Code, h.Why))
		}
		out = append(out, p)
	}
	if len(m.Failed) > 0 {
		p := paragraph{heading: "Failed checks"}
		for _, c := range m.Failed {
			p.lines = append(p.lines, c.Check+": "+c.Message)
		}
		out = append(out, p)
	} else if e := m.Error; e != nil {
		p := paragraph{heading: "Error", lines: []string{e.Code + ": " + e.Message}}
		if e.Remedy != "" {
			p.lines = append(p.lines, "What to do: "+e.Remedy)
		}
		out = append(out, p)
	}
	if len(m.Next) > 0 {
		out = append(out, paragraph{heading: "How to go on", lines: m.Next, code: true})
	}
	return out
}

// Text is the message as plain text, a line at most 400 characters long.
func (m Message) Text() string {
	var b strings.Builder
	fmt.Fprintln(&b, m.Headline)
	fmt.Fprintln(&b)
	for _, f := range m.facts() {
		fmt.Fprintf(&b, "%-10s %s\n", f.name, f.value)
	}
	for _, p := range m.paragraphs() {
		fmt.Fprintf(&b, "\n%s\n", p.heading)
		for _, l := range p.lines {
			fmt.Fprintf(&b, "  %s\n", shorten(l, 400))
		}
	}
	return b.String()
}

// shorten cuts a text to at most n characters.
func shorten(text string, n int) string {
	runes := []rune(text)
	if len(runes) <= n {
		return text
	}
	return string(runes[:n-1]) + "…"
}

// Test returns a message by which a way can be tried out.
func Test(project, host string, at time.Time) Message {
	return Message{Version: Version, ID: fmt.Sprintf("test.%d", at.UnixMilli()), Event: EventTest, Topics: []string{}, Project: project, Status: "test", Host: host,
		Headline: "this is a test: word of a night comes here", StartedAt: at, FinishedAt: at}
}
