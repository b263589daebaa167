package restapi

import (
	"cmp"
	"encoding/json"
	"errors"
	"strconv"
	"time"

	"clientele/connectors/jsonrows"
	"clientele/schemas/option"
)

// The types of cursors.
const (
	cursorTime   = "time"
	cursorNumber = "number"
	cursorText   = "text"
)

// Layouts of instants that are no layouts of package time.
const (
	layoutUnix      = "unix"
	layoutUnixMilli = "unix_ms"
)

// Cursor is the field of records that tells what is new since the last pull.
type Cursor struct {
	// Field is its path within a record, "" for no cursor.
	Field string
	// Type is time, number or text.
	Type string
	// Layout is how records write a time: a layout of package time, unix or
	// unix_ms; "" for ISO 8601.
	Layout string
	// Send is how {since} writes it; "" for ISO 8601 in UTC, to the second.
	Send string
	// Start is where the first pull begins, "" where it asks for everything.
	Start string
	// Lookback is how far before its end a pull begins the next time.
	Lookback option.Period
}

func (c *Cursor) spec(s *option.Spec) {
	s.String(&c.Field, "field", "", "path within a record of what grows with every change").Example("updated_at")
	s.Enum(&c.Type, "type", cursorTime, []string{cursorTime, cursorNumber, cursorText}, "what it is; texts are compared byte by byte")
	s.String(&c.Layout, "layout", "", "how records write the time, as Go writes 2006-01-02 15:04:05, or unix or unix_ms; ISO 8601 where it is left out; UTC where it has no zone")
	s.String(&c.Send, "send", "", "how {since} writes the time; ISO 8601 in UTC, to the second, where it is left out").Example("unix")
	s.String(&c.Start, "start", "", "where the first pull begins; it asks for everything where this is left out").Example("2020-01-01")
	s.Period(&c.Lookback, "lookback", "how far before its end the next pull begins, for what becomes visible late; the source's own `lookback` goes before it").Example("2d")
	s.Check(c.check)
}

func (c *Cursor) check() error {
	if c.Start == "" || c.Type == cursorText {
		return nil
	}
	_, err := c.parse(quoted(c.Start), true)
	return err
}

// mark is where a source stands: an instant, a number or a text.
type mark struct {
	time   time.Time
	number float64
	text   string // the number as it was written, or the text
}

// isoLayouts are those of ISO 8601 that servers write.
var isoLayouts = []string{time.RFC3339Nano, "2006-01-02T15:04:05.999999999", "2006-01-02 15:04:05.999999999", "2006-01-02T15:04:05.999999999-0700", time.DateOnly}

var errCursor = errors.New("is no value of the cursor's type and layout")

// parse reads the value of a record, or, where kept, one that a delivery kept.
func (c *Cursor) parse(value json.RawMessage, kept bool) (mark, error) {
	text := string(jsonrows.Text(value))
	switch c.Type {
	case cursorText:
		if text == "" {
			return mark{}, errCursor
		}
		return mark{text: text}, nil
	case cursorNumber:
		n, err := strconv.ParseFloat(text, 64)
		if err != nil {
			return mark{}, errCursor
		}
		return mark{number: n, text: text}, nil
	}
	layouts := isoLayouts
	if !kept && c.Layout != "" {
		if c.Layout == layoutUnix || c.Layout == layoutUnixMilli {
			n, err := strconv.ParseInt(text, 10, 64)
			if err != nil {
				return mark{}, errCursor
			}
			if c.Layout == layoutUnix {
				return mark{time: time.Unix(n, 0).UTC()}, nil
			}
			return mark{time: time.UnixMilli(n).UTC()}, nil
		}
		layouts = []string{c.Layout}
	}
	for _, layout := range layouts {
		if t, err := time.Parse(layout, text); err == nil {
			return mark{time: t.UTC()}, nil
		}
	}
	return mark{}, errCursor
}

// compare orders two marks of one cursor.
func (c *Cursor) compare(a, b mark) int {
	return cmp.Or(a.time.Compare(b.time), cmp.Compare(a.number, b.number), cmp.Compare(a.text, b.text))
}

// keep writes a mark as a delivery keeps it.
func (c *Cursor) keep(m mark) string {
	if c.Type == cursorTime {
		return m.time.Format(time.RFC3339Nano)
	}
	return m.text
}

// since returns what {since} stands for in a pull that goes on from a kept mark;
// nil for nothing. A time is a second earlier than the lookback says: a server
// may ask for what is after it, and more may have happened in that second.
func (c *Cursor) since(kept string) (json.RawMessage, error) {
	first := kept == ""
	if first {
		kept = c.Start
	}
	if c.Field == "" || kept == "" {
		return nil, nil
	}
	m, err := c.parse(quoted(kept), true)
	if err != nil {
		return nil, err
	}
	if c.Type != cursorTime {
		if c.Type == cursorNumber && json.Valid([]byte(m.text)) {
			return json.RawMessage(m.text), nil
		}
		return quoted(m.text), nil
	}
	t := m.time
	if !first {
		back := c.Lookback.Before(t) // a date
		t = back.Add(t.Sub(t.Truncate(24 * time.Hour))).Add(-time.Second)
	}
	switch c.Send {
	case "":
		return quoted(t.Format("2006-01-02T15:04:05Z")), nil
	case layoutUnix:
		return json.RawMessage(strconv.FormatInt(t.Unix(), 10)), nil
	case layoutUnixMilli:
		return json.RawMessage(strconv.FormatInt(t.UnixMilli(), 10)), nil
	}
	return quoted(t.Format(c.Send)), nil
}
