package calendar

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

func date(text string) time.Time {
	d, err := time.Parse(time.DateOnly, text)
	if err != nil {
		panic(err) // of a test's own making
	}
	return d
}

func zone(t testing.TB, name string) *time.Location {
	t.Helper()
	loc, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return loc
}

func TestParseRange(t *testing.T) {
	brussels := zone(t, "Europe/Brussels")
	for _, tt := range []struct{ from, to, first, end string }{
		{"2026-03-01", "2026-03-31", "2026-03-01", "2026-04-01"}, // a date alone is a whole day
		{"2026-03-01", "2026-03-01", "2026-03-01", "2026-03-02"},
		{"2026-03-01", "2026-03-31T00:00", "2026-03-01", "2026-03-31"}, // an instant is the end
		{"2026-03-01", "2026-03-31T00:00:01", "2026-03-01", "2026-04-01"},
		{"2026-03-01T00:00:00+01:00", "2026-03-31T00:00:00+02:00", "2026-03-01", "2026-03-31"},
		{"2026-03-01T00:00:00Z", "2026-03-30T22:00:00Z", "2026-03-02", "2026-03-31"}, // one in the night of the 1st is past it
		{"2026-03-02", "2026-03-01", "", ""},
		{"2026-03-02", "2026-03-02T00:00", "", ""},
		{"2026-02-30", "2026-03-01", "", ""},
		{"", "2026-03-01", "", ""},
		{"2026-03-01", "tomorrow", "", ""},
	} {
		first, end, err := ParseRange(tt.from, tt.to, brussels)
		if (err != nil) != (tt.first == "") {
			t.Errorf("%s to %s: %v", tt.from, tt.to, err)
		}
		if err == nil && (first != date(tt.first) || end != date(tt.end)) {
			t.Errorf("%s to %s: %s to %s, want %s to %s", tt.from, tt.to, first.Format(time.DateOnly), end.Format(time.DateOnly), tt.first, tt.end)
		}
	}
}

func TestHours(t *testing.T) {
	for _, tt := range []struct {
		zone, from, to string
		want           float64
	}{
		{"Europe/Brussels", "2026-03-28", "2026-03-29", 24},
		{"Europe/Brussels", "2026-03-29", "2026-03-30", 23},
		{"Europe/Brussels", "2026-10-25", "2026-10-26", 25},
		{"Europe/Brussels", "2026-03-23", "2026-03-30", 7*24 - 1},
		{"America/Sao_Paulo", "2018-11-04", "2018-11-05", 23}, // the clocks skipped midnight
		{"America/Sao_Paulo", "2018-11-03", "2018-11-04", 24},
		{"UTC", "2026-03-29", "2026-03-30", 24},
	} {
		if got := Hours(date(tt.from), date(tt.to), zone(t, tt.zone)); got != tt.want {
			t.Errorf("%s to %s in %s: %v hours, want %v", tt.from, tt.to, tt.zone, got, tt.want)
		}
	}
}

// TestNightsTile: the stretches of the nights of a range leave no gap and share
// no instant, each ends on the calendar but for the last, and none is empty.
func TestNightsTile(t *testing.T) {
	zones := []*time.Location{time.UTC, zone(t, "Europe/Brussels"), zone(t, "America/Sao_Paulo"), zone(t, "Australia/Lord_Howe"), zone(t, "Africa/Cairo")}
	rapid.Check(t, func(t *rapid.T) {
		in := rapid.SampledFrom(zones).Draw(t, "zone")
		every := rapid.SampledFrom([]Every{Day, Week, Month}).Draw(t, "every")
		from := date("2008-01-01").AddDate(0, 0, rapid.IntRange(0, 8000).Draw(t, "from"))
		to := from.AddDate(0, 0, rapid.IntRange(1, 400).Draw(t, "days"))
		nights := Nights(from, to, every)
		if len(nights) == 0 || !nights[len(nights)-1].Equal(to.AddDate(0, 0, -1)) {
			t.Fatalf("the last night of the range is not among %v", nights)
		}
		before, sum := Before(nights[0], every), 0.0
		start := before
		for i, n := range nights {
			if !before.Before(n) || n.Before(from) || !n.Before(to) {
				t.Fatalf("night %v after %v", n, before)
			}
			if every != Day && i < len(nights)-1 && !aligned(n, every) {
				t.Fatalf("%v is not aligned with a %s", n, every)
			}
			hours := Hours(before, n, in)
			if days := n.Sub(before).Hours() / 24; hours < days*24-1.5 || hours > days*24+1.5 {
				t.Fatalf("%v days of %v hours", days, hours)
			}
			sum += hours
			before = n
		}
		if whole := Hours(start, before, in); sum-whole > 1e-6 || whole-sum > 1e-6 {
			t.Fatalf("the nights have %v hours, the range %v", sum, whole)
		}
		// No aligned night of the range is left out.
		for n := from; n.Before(to); n = n.AddDate(0, 0, 1) {
			found := false
			for _, have := range nights {
				found = found || have.Equal(n)
			}
			if aligned(n, every) && !found {
				t.Fatalf("%v is left out", n)
			}
		}
	})
}
