package cron

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func zone(t interface{ Fatal(...any) }, name string) *time.Location {
	z, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func TestNextAndLast(t *testing.T) {
	brussels := "Europe/Brussels"
	for _, c := range []struct {
		name, cron, zone, from string
		next                   []string
	}{
		{"a night", "30 2 * * *", brussels, "2026-11-21T03:00:00Z", []string{"2026-11-22T02:30:00+01:00", "2026-11-23T02:30:00+01:00"}},
		{"strictly after", "30 2 * * *", "UTC", "2026-11-21T02:30:00Z", []string{"2026-11-22T02:30:00Z"}},
		{"a clock is put forward", "30 2 * * *", brussels, "2026-03-28T12:00:00Z", []string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:30:00+02:00"}},
		{"several skipped times are one", "*/15 2 * * *", brussels, "2026-03-28T12:00:00Z", []string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00"}},
		{"a clock is put back", "30 2 * * *", brussels, "2026-10-24T12:00:00Z", []string{"2026-10-25T02:30:00+02:00", "2026-10-26T02:30:00+01:00"}},
		{"between the two", "30 2 * * *", brussels, "2026-10-25T00:45:00Z", []string{"2026-10-26T02:30:00+01:00"}},
		{"half an hour", "45 1 * * *", "Australia/Lord_Howe", "2026-04-04T03:00:00Z", []string{"2026-04-05T01:45:00+11:00", "2026-04-06T01:45:00+10:30"}},
		{"midnight that is skipped", "0 0 * * *", "America/Asuncion", "2023-09-30T12:00:00Z", []string{"2023-10-01T01:00:00-03:00"}},
		{"working days", "0 5 * * MON-FRI", brussels, "2026-11-20T06:00:00Z", []string{"2026-11-23T05:00:00+01:00"}},
		{"leap days", "0 5 29 2 *", "UTC", "2096-03-01T00:00:00Z", []string{"2104-02-29T05:00:00Z"}},
		{"months", "15 4 1 jan,jul *", "UTC", "2026-11-20T06:00:00Z", []string{"2027-01-01T04:15:00Z", "2027-07-01T04:15:00Z"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			e, err := Parse(c.cron)
			if err != nil {
				t.Fatal(err)
			}
			at, err := time.Parse(time.RFC3339, c.from)
			if err != nil {
				t.Fatal(err)
			}
			for _, want := range c.next {
				if at = e.Next(at, zone(t, c.zone)); at.Format(time.RFC3339) != want {
					t.Fatalf("next is %s, want %s", at.Format(time.RFC3339), want)
				}
				if last := e.Last(at, zone(t, c.zone)); !last.Equal(at) {
					t.Errorf("last at %s is %s", want, last)
				}
			}
		})
	}
}

func TestParseRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"":                "five fields",
		"30 2 * *":        "five fields",
		"0 30 2 * * *":    "five fields",
		"@daily":          "five fields",
		"60 2 * * *":      "minute",
		"5/15 2 * * *":    "minute",
		"*/0 2 * * *":     "minute",
		"30 24 * * *":     "hour",
		"30 5-2 * * *":    "hour",
		"30 2,, * * *":    "hour",
		"30 2 L * *":      "day of the month",
		"30 2 0 * *":      "day of the month",
		"30 2 * 13 *":     "month",
		"30 2 * MON *":    "month",
		"30 2 * * 7":      "day of the week",
		"30 2 * * JAN":    "day of the week",
		"30 2 * * FRI#2":  "day of the week",
		"30 2 13 * FRI":   "both",
		"30 2 30 2 *":     "never comes",
		"30 2 * * *; rm":  "five fields",
		"30 2 * * $(id)":  "day of the week",
		"30 2 * * \"*\"":  "day of the week",
		"-1 2 * * *":      "minute",
		"30 2 * * SAT-XX": "day of the week",
	} {
		if e, err := Parse(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, %v; want an error about %s", text, e, err, want)
		}
	}
}

// TestOnceEach holds Next and Last to what clocks show: minute by minute through
// the days around a change, every time that a clock shows, or skips, is due once.
func TestOnceEach(t *testing.T) {
	changes := []struct{ zone, from string }{
		{"Europe/Brussels", "2026-03-28"}, {"Europe/Brussels", "2026-10-24"}, {"America/Sao_Paulo", "2018-11-03"},
		{"Australia/Lord_Howe", "2026-04-04"}, {"Africa/Casablanca", "2026-02-14"}, {"Asia/Kathmandu", "2026-01-01"},
	}
	rapid.Check(t, func(t *rapid.T) {
		change := rapid.SampledFrom(changes).Draw(t, "change")
		z := zone(t, change.zone)
		text := fmt.Sprintf("%s %s * * *", rapid.SampledFrom([]string{"0", "30", "59", "*/20", "5,45", "10-12"}).Draw(t, "minute"),
			rapid.SampledFrom([]string{"0", "1", "2", "3", "*", "23", "0-3", "*/2"}).Draw(t, "hour"))
		e, err := Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		from, _ := time.Parse(time.DateOnly, change.from)
		until := from.Add(72 * time.Hour)

		// What clocks show from minute to minute, and between two minutes skip.
		var want []time.Time
		seen := map[time.Time]bool{}
		last := clock(from, z)
		for at := from.Add(time.Minute); !at.After(until); at = at.Add(time.Minute) {
			wall := clock(at, z)
			for w := last.Add(time.Minute); !w.After(wall); w = w.Add(time.Minute) {
				if e.on(w.Truncate(24*time.Hour)) && slices.Contains(e.Hours, w.Hour()) && slices.Contains(e.Minutes, w.Minute()) && !seen[w] {
					seen[w] = true
					if len(want) == 0 || !want[len(want)-1].Equal(at) {
						want = append(want, at)
					}
				}
			}
			last = wall
		}
		at := from
		for i, w := range want {
			if at = e.Next(at, z); !at.Equal(w) {
				t.Fatalf("%s in %s: due %d is %s, want %s", text, change.zone, i, at.In(z), w.In(z))
			}
		}
		if next := e.Next(at, z); !next.After(until) {
			t.Fatalf("%s in %s: also due at %s", text, change.zone, next.In(z))
		}
		probe := from.Add(time.Duration(rapid.Int64Range(0, int64(72*time.Hour)).Draw(t, "probe")))
		due := e.Last(probe, z)
		if due.After(probe) || !e.Next(due, z).After(probe) {
			t.Fatalf("%s in %s: last before %s is %s, and next %s", text, change.zone, probe.In(z), due.In(z), e.Next(due, z).In(z))
		}
	})
}
