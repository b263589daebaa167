package proposal

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestColumn(t *testing.T) {
	tests := []struct {
		name    string
		values  []string
		typ     string
		layouts []string
	}{
		{"nothing", []string{"", " "}, Empty, nil},
		{"integers", []string{"1", "-20", "300"}, Integer, nil},
		{"codes", []string{"0012", "0013"}, Text, nil},
		{"decimal comma", []string{"1,5", "1.234,50", "12"}, Number, nil},
		{"decimal point", []string{"1.5", "€ 12"}, Number, nil},
		{"text", []string{"12", "Jansen"}, Text, nil},
		{"booleans", []string{"ja", "Nee"}, Boolean, nil},
		{"e-mails", []string{"a@example.org", "b@example.org"}, Email, nil},
		{"iso", []string{"2026-01-02", "2026-12-31"}, Date, []string{"2006-01-02"}},
		{"day first", []string{"02/01/2026", "31/12/2026"}, Date, []string{"02/01/2006"}},
		{"month first", []string{"01/02/2026 10:30", "12/31/2026 11:00"}, DateTime, []string{"01/02/2006 15:04"}},
		{"ambiguous", []string{"02/01/2026", "03/04/2026"}, Date, []string{"02/01/2006", "01/02/2006"}},
		{"without zeros", []string{"2.1.2026", "31.12.2026"}, Date, []string{"2.1.2006"}},
		{"short years", []string{"31-12-26"}, Date, []string{"02-01-06"}},
		{"a few typed wrongly", []string{"13/01/2026", "14/01/2026", "15/01/2026", "16/01/2026", "17/01/2026", "18/01/2026", "19/01/2026", "20/01/2026", "21/01/2026", "31/02/2026"}, Date, []string{"02/01/2006"}},
		{"both ways", []string{"13/01/2026", "01/13/2026", "01/02/2026", "01/02/2026", "01/02/2026", "01/02/2026", "01/02/2026", "01/02/2026", "01/02/2026", "01/02/2026", "01/02/2026"}, Date, []string{"02/01/2006", "01/02/2006"}},
		{"mixed with text", []string{"31-12-2026", "later"}, Text, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var c Column
			for _, v := range tt.values {
				c.Add(v)
			}
			if c.Type() != tt.typ {
				t.Errorf("type is %s, want %s", c.Type(), tt.typ)
			}
			got := c.Layouts()
			if len(got) == 0 {
				got = nil
			}
			if diff := cmp.Diff(tt.layouts, got); diff != "" {
				t.Errorf("layouts: %s", diff)
			}
		})
	}
}

func FuzzColumn(f *testing.F) {
	for _, s := range []string{"", "1,5", "31/12/2026", "a@b.c", "-", ",", "1.2.3"} {
		f.Add(s, s)
	}
	f.Fuzz(func(t *testing.T, a, b string) {
		var c Column
		c.Add(a)
		c.Add(b)
		if c.Values+c.Nulls != 2 {
			t.Errorf("%d values and %d nulls of 2", c.Values, c.Nulls)
		}
		if c.Type() == "" {
			t.Error("no type")
		}
		if a == b && c.Values == 2 && c.Unique() {
			t.Error("equal values are taken for unique")
		}
	})
}
