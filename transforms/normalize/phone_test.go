package normalize

import (
	"fmt"
	"strings"
	"testing"

	"github.com/nyaruka/phonenumbers"
	"pgregory.net/rapid"
)

func TestPhone(t *testing.T) {
	tests := []struct{ in, country, want string }{
		{"+32 (0)475/12.34.56", "BE", "+32475123456"},
		{"0032 475 12 34 56", "BE", "+32475123456"},
		{"0032 (0)475 12 34 56", "NL", "+32475123456"},
		{"475123456", "BE", "+32475123456"},
		{"32475123456", "BE", "+32475123456"},
		{"0475/12.34.56", "BE", "+32475123456"},
		{"053/39-00-70", "BE", "+3253390070"},
		{"(02) 223 45 67", "BE", "+3222234567"},
		{"0475 12 34 56 ext. 12", "BE", "+32475123456"},
		{"Tel: 0475 12 34 56", "BE", "+32475123456"},
		{"0475\u00a012\u00a034\u00a056", "BE", "+32475123456"},
		{"0475 12 34 56 / 03 231 23 45", "BE", "+32475123456"},
		{"03/231.23.45; 0475 12 34 56", "BE", "+3232312345"},
		{"onbekend; 0475 12 34 56", "BE", "+32475123456"},
		{"06-12345678", "NL", "+31612345678"},
		{"020 - 624 11 11", "NL", "+31206241111"},
		{"31612345678", "BE", "+31612345678"},
		{"01 42 68 53 00", "FR", "+33142685300"},
		{"+352 26 12 34 56", "BE", "+35226123456"},
		{"030 123456", "DE", "+4930123456"},
		{"020 7946 0018", "GB", "+442079460018"},
		{"0800 12 345", "BE", "+3280012345"},
		{"123", "BE", ""},
		{"", "BE", ""},
		{"geen", "BE", ""},
		{"0475 12 34", "BE", ""},
		{"0000000000", "BE", ""},
		{"jan@voorbeeld.be", "BE", ""},
	}
	for _, tt := range tests {
		got, ok := Phone(tt.in, tt.country)
		if got != tt.want || ok != (tt.want != "") {
			t.Errorf("Phone(%q, %s) = %q, %v; want %q", tt.in, tt.country, got, ok, tt.want)
		}
	}
}

func TestPhoneKind(t *testing.T) {
	for number, want := range map[string]string{
		"+32475123456": "mobile", "+3222234567": "fixed", "+3280012345": "other", "+31612345678": "mobile",
		"+31206241111": "fixed", "+33612345678": "mobile", "+33142685300": "fixed", "+12125550123": "other", "": "other",
	} {
		if got := PhoneKind(number); got != want {
			t.Errorf("PhoneKind(%q) = %s, want %s", number, got, want)
		}
	}
}

// TestPhoneBlocks holds every block of the tables to the library: whatever
// follows the three digits, the number is valid and of the same kind.
func TestPhoneBlocks(t *testing.T) {
	for _, plan := range []struct {
		code   string
		length int
		table  *[1000]lineKind
	}{{"32", 8, &belgianFixed}, {"32", 9, &belgianMobile}, {"31", 9, &dutchLines}} {
		for prefix, kind := range plan.table {
			if kind == otherLine {
				continue
			}
			for middle := 0; middle < 100; middle += 1 + 9*boolInt(testing.Short()) {
				number := fmt.Sprintf("+%s%03d%02d", plan.code, prefix, middle)
				number += strings.Repeat("7", len("+32")+plan.length-len(number))
				n, err := phonenumbers.Parse(number, "")
				if err != nil || !phonenumbers.IsValidNumber(n) {
					t.Fatalf("%s is not valid", number)
				}
				want := map[lineKind]phonenumbers.PhoneNumberType{fixedLine: phonenumbers.FIXED_LINE, mobileLine: phonenumbers.MOBILE}[kind]
				if got := phonenumbers.GetNumberType(n); got != want {
					t.Fatalf("%s is of type %d, want %d", number, got, want)
				}
			}
		}
	}
}

// TestBeneluxAgreesWithLibrary: what the short cut returns is what the library
// returns.
func TestBeneluxAgreesWithLibrary(t *testing.T) {
	known := 0
	rapid.Check(t, func(t *rapid.T) {
		s := phoneGenerator.Draw(t, "number")
		country := rapid.SampledFrom([]string{"BE", "NL", "FR", "LU", "DE", "GB", ""}).Draw(t, "country")
		fast, ok := benelux(s, country)
		if !ok {
			return
		}
		known++
		if slow, ok := libraryPhone(s, country); !ok || slow != fast {
			t.Fatalf("benelux(%q, %s) = %s, the library says %q, %v", s, country, fast, slow, ok)
		}
	})
	if known == 0 {
		t.Fatal("the generator made no number that the short cut knows")
	}
}

var phoneGenerator = rapid.Custom(func(t *rapid.T) string {
	digits := rapid.StringMatching(`[0-9]{7,9}`).Draw(t, "digits")
	if rapid.Bool().Draw(t, "mobile") {
		digits = rapid.SampledFrom([]string{"4", "6"}).Draw(t, "first") + rapid.StringMatching(`[0-9]{8}`).Draw(t, "rest")
	}
	var b strings.Builder
	b.WriteString(rapid.SampledFrom([]string{"", "0", "+32", "+31", "0032", "0031", "32", "31", "+32 (0)", "+31(0)", "(0)", "00", "+", "+320", "3", "320", "(0032)", "00 32 "}).Draw(t, "prefix"))
	for _, d := range digits {
		b.WriteRune(d)
		b.WriteString(rapid.SampledFrom([]string{"", "", "", " ", ".", "/", "-", " / ", "(", ")"}).Draw(t, "separator"))
	}
	return b.String()
})

func FuzzPhone(f *testing.F) {
	for _, s := range []string{"+32 (0)475/12.34.56", "0475/12.34.56", "020 - 624 11 11", "475123456", "00(32)475123456", "+(32)0475123456", "0-475123456"} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, s string, belgian bool) {
		country := "NL"
		if belgian {
			country = "BE"
		}
		if fast, ok := benelux(s, country); ok {
			if slow, ok := libraryPhone(s, country); !ok || slow != fast {
				t.Fatalf("benelux(%q, %s) = %s, the library says %q, %v", s, country, fast, slow, ok)
			}
		}
		if e164, ok := Phone(s, country); ok {
			if again, ok := Phone(e164, country); !ok || again != e164 {
				t.Fatalf("Phone(%q) = %q, then %q", s, e164, again)
			}
		}
	})
}
