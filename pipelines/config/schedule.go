package config

import (
	"errors"
	"fmt"
	"time"

	"clientele/pipelines/cron"
	"clientele/schemas/option"
)

// Schedule says when nights are worked.
type Schedule struct {
	// Set says that the config has a schedule.
	Set bool
	// Cron says when a night is due, on the clocks of Zone.
	Cron cron.Expression
	Zone *time.Location
	// Jitter is how much later than due a night begins at most; which part of it
	// goes with the company's name.
	Jitter time.Duration
	// CatchUp works the last night that was missed while nothing ran.
	CatchUp bool
	// Retry is how long after a failure a night is tried again, twice as long
	// after each further one; Within is how long after its first try.
	Retry, Within time.Duration
	// Timeout is how long a night may take.
	Timeout time.Duration
	// Grace is how long a night may go on once the scheduler is told to stop.
	Grace time.Duration
}

func (s *Schedule) spec(o *option.Spec) {
	o.Func("cron", "cron expression", "when a night is due: minute, hour, day, month and day of the week", func(text string) (err error) {
		s.Cron, err = cron.Parse(text)
		return err
	}).Required().Example(`"30 2 * * *"`)
	zone(o, &s.Zone, "timezone", "time zone of that; the company's where it is left out")
	duration(o, &s.Jitter, "jitter", 0, "how much later it begins at most: always as much for the same company, so that many do not begin at once").Example("10m")
	o.Bool(&s.CatchUp, "catch_up", true, "work the last night that was missed while nothing ran")
	duration(o, &s.Retry, "retry", 5*time.Minute, "how long after a failure a night is tried again; twice as long after each further one, at most an hour")
	duration(o, &s.Within, "within", 4*time.Hour, "how long after its first try a night that failed is tried again; 0s for never")
	duration(o, &s.Timeout, "timeout", 8*time.Hour, "how long a night may take: then it is stopped, and taken up by the next try")
	duration(o, &s.Grace, "grace", 20*time.Second, "how long a night may go on when the scheduler is told to stop: then it is stopped, and taken up by the next run")
	o.Check(func() error {
		if s.Retry < time.Second || s.Timeout < time.Second {
			return errors.New("retry and timeout must be a second or longer")
		}
		return nil
	})
}

// Next returns when the first night after t is due.
func (s *Schedule) Next(t time.Time) time.Time { return s.Cron.Next(t, s.Zone) }

// Last returns when the last night, at t or before, was due.
func (s *Schedule) Last(t time.Time) time.Time { return s.Cron.Last(t, s.Zone) }

// duration adds an option that is a length of time: 90s, 10m, 1h30m.
func duration(s *option.Spec, p *time.Duration, name string, def time.Duration, doc string) *option.Field {
	*p = def
	f := s.Func(name, "duration", doc, func(text string) error {
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 {
			return errors.New("must be a duration like 90s, 10m or 1h30m")
		}
		*p = d
		return nil
	})
	f.Default = brief(def)
	return f
}

// brief writes a duration as people do: 8h, not 8h0m0s.
func brief(d time.Duration) string {
	switch {
	case d == 0:
		return "0s"
	case d%time.Hour == 0:
		return fmt.Sprintf("%dh", d/time.Hour)
	case d%time.Minute == 0:
		return fmt.Sprintf("%dm", d/time.Minute)
	}
	return d.String()
}
