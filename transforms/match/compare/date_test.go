package compare

import (
	"fmt"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func day() *rapid.Generator[time.Time] {
	return rapid.Custom(func(t *rapid.T) time.Time {
		return time.Date(rapid.IntRange(1, 9999).Draw(t, "year"), 1, 1, 0, 0, 0, 0, time.UTC).AddDate(0, 0, rapid.IntRange(0, 364).Draw(t, "day"))
	})
}

func dateOf(t fataler, day time.Time) Date {
	t.Helper()
	d, ok := DateOf(day.Year(), int(day.Month()), day.Day())
	if !ok {
		t.Fatalf("%s is refused", day)
	}
	return d
}

// TestDate: package time knows the calendar too.
func TestDate(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := day().Draw(t, "a"), day().Draw(t, "b")
		x, y := dateOf(t, a), dateOf(t, b)
		days := int(a.Unix() / 86400)
		if a.Unix()%86400 < 0 {
			days--
		}
		if x.Days() != days {
			t.Fatalf("%d is day %d, want %d", x, x.Days(), days)
		}
		if back, ok := DateOfDays(days); !ok || back != x {
			t.Fatalf("day %d is %d, want %d", days, back, x)
		}
		if got, want := DaysApart(x, y), int(a.Sub(b).Abs().Hours()/24); a.Sub(b).Abs() < 200*365*24*time.Hour && got != want {
			t.Fatalf("%d and %d are %d days apart, want %d", x, y, got, want)
		}
	})
	for _, c := range [][3]int{{1900, 2, 29}, {2023, 2, 29}, {2024, 4, 31}, {2024, 13, 1}, {2024, 0, 1}, {2024, 1, 0}, {0, 1, 1}, {10000, 1, 1}, {2024, 1, 32}} {
		if d, ok := DateOf(c[0], c[1], c[2]); ok || d != 0 {
			t.Errorf("%v is %d", c, d)
		}
	}
	for _, days := range []int{-1 << 40, 1 << 40, -daysTo1970, 10000 * 366} {
		if d, ok := DateOfDays(days); ok || d != 0 {
			t.Errorf("day %d is %d", days, d)
		}
	}
	if d, ok := DateOf(2000, 2, 29); !ok || d != 20000229 {
		t.Errorf("the leap day of 2000 is %d", d)
	}
}

func TestCompareDates(t *testing.T) {
	for _, c := range []struct {
		a, b Date
		want DateLevel
	}{
		{0, 19850312, DateMissing},
		{19850312, 19850312, DateEqual},
		{19850312, 19851203, DateSwapped},
		{19850312, 19850313, DateTyped}, // a digit
		{19850312, 19950312, DateTyped}, // the decade
		{19850312, 18850312, DateTyped}, // the century
		{19850312, 19580312, DateTyped}, // 85 and 58
		{19850312, 19850321, DateTyped}, // 12 and 21
		{19850112, 19851012, DateTyped}, // 01 and 10
		{19991231, 20001231, DateNextYear},
		{19891231, 19901231, DateNextYear},
		{19850312, 19850325, DateYearMonth},
		{19850312, 19670312, DateMonthDay},
		{19850312, 19851125, DateYear},
		{19850312, 19860413, DateElse},
		{19850312, 20011125, DateElse},
	} {
		got := CompareDates(c.a, c.b)
		if got != c.want || CompareDates(c.b, c.a) != got {
			t.Errorf("%d and %d are %s, the other way %s; want %s", c.a, c.b, got, CompareDates(c.b, c.a), c.want)
		}
	}
}

// TestMistypedDates: mistyped agrees with the digits as text.
func TestMistypedDates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := dateOf(t, day().Draw(t, "a"))
		b := dateOf(t, day().Draw(t, "b"))
		if rapid.Bool().Draw(t, "near") {
			b = a + Date(rapid.SampledFrom([]int{1, 9, 10, 90, 100, 900, 10000, 90000, 100000, 900000, 11, 99}).Draw(t, "by"))
		}
		if a == b {
			return
		}
		x, y := fmt.Sprintf("%08d", a), fmt.Sprintf("%08d", b)
		differ, first := 0, -1
		for i := range x {
			if x[i] != y[i] {
				differ++
				if first < 0 {
					first = i
				}
			}
		}
		want := differ == 1 || differ == 2 && x[first] == y[first+1] && x[first+1] == y[first] && x[first+1] != y[first+1]
		if mistyped(a, b) != want || mistyped(b, a) != want {
			t.Fatalf("mistyped(%s, %s) = %t, want %t", x, y, mistyped(a, b), want)
		}
	})
}
