package selection

import (
	"strconv"
	"testing"
	"time"

	"pgregory.net/rapid"

	"clientele/connectors"
)

func TestBefore(t *testing.T) {
	for _, c := range []struct{ distance, cursor, want string }{
		{"1h", "2026-05-01 10:00:00.5+00", "2026-05-01 09:00:00.5+00"},
		{"1h", "2026-05-01T00:30:00Z", "2026-04-30T23:30:00Z"},
		{"2d", "2026-03-01", "2026-02-27"},
		{"90m", "2026-05-01 10:00", "2026-05-01 08:30"},
		{"1000", "5", "-995"},
		{"1h", "5", ""},
		{"1000", "2026-03-01", ""},
		{"1h", "AAAAAAAAB9E=", ""},
	} {
		d, err := Parse(c.distance)
		if err != nil {
			t.Fatal(err)
		}
		got, err := d.Before(c.cursor)
		if got != c.want || (err != nil) != (c.want == "") || err != nil && connectors.CodeOf(err) != "bad_lookback" {
			t.Errorf("%s before %s is %q, %v; want %q", c.distance, c.cursor, got, err, c.want)
		}
	}
}

func TestParse(t *testing.T) {
	for _, bad := range []string{"", "d", "-1", "-1h", "0d", "1y", "99999d", "1 h"} {
		if d, err := Parse(bad); err == nil {
			t.Errorf("%q is read as %v", bad, d)
		}
	}
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(1, 36_499).Draw(t, "days")
		d, err := Parse(strconv.Itoa(days) + "d")
		if err != nil || d.Time != time.Duration(days)*24*time.Hour || d.Number != 0 {
			t.Fatalf("%d days are read as %v, %v", days, d, err)
		}
	})
}
