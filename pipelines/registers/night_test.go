package registers_test

import (
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/connectors"
	"clientele/connectors/registry"
	"clientele/pipelines/config"
	"clientele/pipelines/registers"
	"clientele/schemas"
	"clientele/schemas/option"
)

// TestQuestions: each register is asked by the number that it knows firms by, once per
// firm, about customers first and then by what they are worth.
func TestQuestions(t *testing.T) {
	r, _ := asked(t, http.StatusOK, func(*config.Registries) {})
	firms := []registers.Firm{
		{Enterprise: "0244142664", Class: 2, Value: 900}, {VAT: "BE0428759497", Class: 0, Value: 5}, {Enterprise: "0403019261", VAT: "BE0403019261", Class: 0, Value: 50},
		{Enterprise: "0244142664", Class: 1}, {Enterprise: "69599084", Country: "NL"}, {Enterprise: "69599084", Country: "GB", Class: 3}, {VAT: "DE136695976"}, {VAT: "FR12732829320"},
		{Enterprise: "0244142665"}, {Enterprise: "no number"}, {},
	}
	for name, want := range map[string]string{
		"kbo":   "enterprise_number=0403019261 enterprise_number=0428759497 enterprise_number=0244142664",
		"nbb":   "enterprise_number=0403019261 enterprise_number=0428759497 enterprise_number=0244142664",
		"kvk":   "kvk_number=69599084",
		"vies":  "vat_number=BE0403019261 vat_number=BE0428759497 vat_number=DE136695976 vat_number=FR12732829320",
		"gleif": "enterprise_number=0403019261 enterprise_number=0428759497 kvk_number=69599084 siren=732829320 enterprise_number=0244142664 company_number=69599084",
	} {
		var got []string
		for _, q := range r.Questions(name, firms) {
			got = append(got, registers.QuestionKey(q))
		}
		if diff := cmp.Diff(want, strings.Join(got, " ")); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		shuffled := slices.Clone(firms)
		slices.Reverse(shuffled)
		if diff := cmp.Diff(r.Questions(name, firms), r.Questions(name, shuffled)); diff != "" {
			t.Errorf("%s: the order of firms counts:\n%s", name, diff)
		}
	}
}

// TestLanded: what lands is read again as it was, whatever bytes a register answered.
func TestLanded(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		list := rapid.SliceOfN(rapid.Custom(func(rt *rapid.T) registers.Landed {
			l := registers.Landed{By: registry.KeyVAT, Number: rapid.String().Draw(rt, "number"), AskedOn: "2026-02-01", Calls: rapid.Int64Range(0, 9).Draw(rt, "calls")}
			for range rapid.IntRange(0, 2).Draw(rt, "answers") {
				l.Answers = append(l.Answers, registry.Answer{Register: "vies", Call: "c", Status: 200, AskedAt: time.Unix(rapid.Int64Range(0, 1e9).Draw(rt, "at"), 0).UTC(), Body: rapid.SliceOfN(rapid.Byte(), 1, 50).Draw(rt, "body")})
			}
			return l
		}), 1, 5).Draw(rt, "landed")
		rec, err := registers.WriteLanded(list, 1)
		if err != nil {
			rt.Fatal(err)
		}
		defer rec.Release()
		again, err := registers.ReadLanded(rec)
		if diff := cmp.Diff(list, again); diff != "" || err != nil {
			rt.Fatalf("%v\n%s", err, diff)
		}
	})
}

// TestRows: a row of the firm whether the register knows it or not; amounts are exact.
func TestRows(t *testing.T) {
	r, _ := asked(t, http.StatusOK, func(*config.Registries) {})
	at := time.Date(2026, 2, 1, 3, 0, 0, 0, time.UTC)
	profile := `{"kvkNummer":"69599084","naam":"Holland","indNonMailing":"Ja","totaalWerkzamePersonen":4,"sbiActiviteiten":[],"handelsnamen":[]}`
	known := registers.Landed{By: registry.KeyKvK, Number: "69599084", AskedOn: "2026-02-01", Calls: 1, Answers: []registry.Answer{{Call: "basisprofiel", About: "69599084", Status: 200, AskedAt: at, Body: []byte(profile)}}}
	unknown := registers.Landed{By: registry.KeyEnterprise, Number: "0403019261", AskedOn: "2026-02-01"}
	value := func(table int, row registers.Row, column string) any {
		in, _ := schemas.Input(schemas.RegistryInputs()[table])
		return row[slices.Index(in.ColumnNames(), column)]
	}
	tables, err := r.Rows("kvk", known, registers.Origin{Source: "registry.kvk", Delivery: "d", Position: 7})
	if err != nil || len(tables[0]) != 1 || len(tables[1]) != 1 {
		t.Fatalf("%v, %v", tables, err)
	}
	if f := tables[0][0]; value(0, f, "known") != true || value(0, f, "non_mailing") != true || value(0, f, "position") != int64(7) || value(0, f, "record_id") != "kvk_number=69599084" {
		t.Errorf("%v", f)
	}
	if a := tables[1][0]; value(1, a, "year") != int64(2026) || value(1, a, "headcount") != decimal128.FromI64(40_000) || value(1, a, "firm") != "kvk_number=69599084" {
		t.Errorf("%v", a)
	}
	if tables, err = r.Rows("kbo", unknown, registers.Origin{}); err != nil || len(tables[0]) != 1 || value(0, tables[0][0], "known") != false {
		t.Errorf("%v, %v", tables, err)
	}
	known.Answers[0].Body = []byte("<html>")
	if _, err := r.Rows("kvk", known, registers.Origin{}); connectors.CodeOf(err) != "bad_answer" {
		t.Error(err)
	}
}

// TestAsk: what is answered lands in parts; a register that refuses thrice in a row, or
// whose calls are used up, is left alone.
func TestAsk(t *testing.T) {
	questions := make([]registry.Question, 250)
	for i := range questions {
		questions[i] = registry.Question{By: registry.KeyEnterprise, Value: fmt.Sprintf("%010d", i), Country: "BE"}
	}
	for _, test := range []struct {
		name   string
		status int
		calls  int64
		knew   bool
		want   registers.Outcome
		code   string
		parts  string
	}{
		{name: "all", status: 200, calls: 1000, want: registers.Outcome{Unknown: 250, Calls: 250}, parts: "[100 100 50]"},
		{name: "budget", status: 200, calls: 120, want: registers.Outcome{Unknown: 120, Left: 130, Calls: 120}, parts: "[100 20]"},
		{name: "none", status: 200, want: registers.Outcome{Left: 250}, parts: "[]"},
		{name: "all gone", status: 200, calls: 1000, knew: true, want: registers.Outcome{Refused: 250, Calls: 250}, code: "gone", parts: "[]"},
		{name: "down", status: 503, calls: 1000, want: registers.Outcome{Refused: 3, Left: 247, Calls: 9}, code: "unavailable", parts: "[]"},
		{name: "budget in a retry", status: 503, calls: 2, want: registers.Outcome{Left: 250, Calls: 2}, parts: "[]"},
		{name: "refused", status: 403, calls: 1000, want: registers.Outcome{Refused: 1, Left: 249, Calls: 1}, code: "credential", parts: "[]"},
	} {
		t.Run(test.name, func(t *testing.T) {
			r, _ := asked(t, test.status, func(*config.Registries) {})
			parts, spent := []int{}, int64(0)
			got, err := r.Ask(t.Context(), "gleif", registers.Asking{Questions: questions, Calls: test.calls, Trusted: func(string) bool { return !test.knew },
				Spent: func(calls int64) error { spent += calls; return nil },
				Land:  func(l []registers.Landed) error { parts = append(parts, len(l)); return nil }})
			if connectors.CodeOf(got.Err) != test.code {
				t.Errorf("%v, want %q", got.Err, test.code)
			}
			got.Err = nil
			if spent != got.Calls {
				t.Errorf("%d calls are told of, and %d were made", spent, got.Calls)
			}
			if diff := cmp.Diff(test.want, got); diff != "" || err != nil || fmt.Sprint(parts) != test.parts {
				t.Errorf("%v, parts of %v\n%s", err, parts, diff)
			}
		})
	}
	r, _ := asked(t, http.StatusOK, func(*config.Registries) {})
	full := errors.New("full")
	if _, err := r.Ask(t.Context(), "gleif", registers.Asking{Questions: questions, Calls: 500, Trusted: func(string) bool { return true },
		Spent: func(int64) error { return nil }, Land: func([]registers.Landed) error { return full }}); !errors.Is(err, full) {
		t.Errorf("answers that can't land give %v", err)
	}
	if _, err := r.Ask(t.Context(), "gleif", registers.Asking{Questions: questions, Calls: 500, Spent: func(int64) error { return full }}); !errors.Is(err, full) {
		t.Errorf("calls that can't be noted give %v", err)
	}
}

// TestRead: of files that are read, what differs from the last answers lands, and that
// the register does not know a firm is an answer too.
func TestRead(t *testing.T) {
	r, _ := asked(t, http.StatusOK, func(c *config.Registries) {
		c.Sirene.Named, c.Sirene.Options.Paths = true, []string{"units.csv", "places.csv"}
	})
	asOf, err := r.AsOf(t.Context(), "sirene")
	if err != nil || len(asOf) != len(time.DateOnly) {
		t.Fatalf("%q, %v", asOf, err)
	}
	last := map[string]registers.Last{}
	for _, want := range []string{"[siren=111111118 siren=732829320] whole", "[] whole"} {
		var got []string
		out, err := r.Read(t.Context(), "sirene", registers.Reading{AsOf: "2026-02-01", Last: last,
			Questions: r.Questions("sirene", []registers.Firm{{VAT: "FR12732829320"}, {Enterprise: "111111118"}}),
			Land: func(part []registers.Landed, whole bool) error {
				keys := []string{}
				for _, l := range part {
					keys = append(keys, l.Key())
					last[l.Key()] = r.Recall("sirene", l)
				}
				got = append(got, fmt.Sprint(keys))
				if whole {
					got = append(got, "whole")
				}
				return nil
			}})
		if err != nil || out.Answered != 1 || out.Unknown != 1 || strings.Join(got, " ") != want {
			t.Errorf("%+v, %v: %v, want %s", out, err, got, want)
		}
	}
	if !last["siren=111111118"].Known || last["siren=732829320"].Known {
		t.Errorf("%v", last)
	}
}

// TestRenewal: the day on which an answer is as old as it may be it is not too old.
func TestRenewal(t *testing.T) {
	r := registers.Renewal{Known: option.Period{Days: 30}, Unknown: option.Period{Days: 90}}
	night := time.Date(2026, 3, 31, 0, 0, 0, 0, time.UTC)
	for days, want := range map[int][2]bool{29: {false, false}, 30: {false, false}, 31: {true, false}, 90: {true, false}, 91: {true, true}} {
		on := night.AddDate(0, 0, -days)
		if believed := r.Believed(night, registers.Last{On: on, Known: true}); believed != (days > 60) || !r.Believed(night, registers.Last{On: on}) {
			t.Errorf("after %d days a firm that is gone: %v", days, believed)
		}
		if got := [2]bool{r.Due(night, registers.Last{On: on, Known: true}), r.Due(night, registers.Last{On: on})}; got != want {
			t.Errorf("after %d days: %v, want %v", days, got, want)
		}
	}
}
