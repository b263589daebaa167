package decisions_test

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/connectors"
	"clientele/pipelines/decisions"
)

func key(n int) connectors.RecordKey {
	return connectors.RecordKey{Source: "shop", Record: fmt.Sprint(n)}
}

func decide(a, b int, v connectors.Verdict) connectors.Decision {
	return connectors.Decision{A: key(a), B: key(b), Verdict: v, By: "mia", At: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC)}
}

// Whatever people try to decide and take back: what a book holds never contradicts
// itself, reading the log of it again gives the same, and a decision is on two
// records whichever is named first.
func TestBookStaysConsistent(t *testing.T) {
	verdicts := []connectors.Verdict{connectors.VerdictSame, connectors.VerdictDifferent, connectors.VerdictForgotten}
	rapid.Check(t, func(r *rapid.T) {
		book := decisions.NewBook(nil)
		var log []connectors.Decision
		for range rapid.IntRange(0, 30).Draw(r, "tries") {
			d := decide(rapid.IntRange(0, 6).Draw(r, "a"), rapid.IntRange(0, 6).Draw(r, "b"), rapid.SampledFrom(verdicts).Draw(r, "verdict"))
			isNew, err := book.Take(d)
			if err != nil && isNew {
				r.Fatal("refused, and new")
			}
			if isNew {
				log = append(log, d)
			}
		}
		one := [7]int{0, 1, 2, 3, 4, 5, 6}
		index := func(k connectors.RecordKey) int { return int(k.Record[0] - '0') }
		for range book.Holds() { // as often as a chain can be long
			for _, d := range book.Holds() {
				if a, b := index(d.A), index(d.B); d.Verdict == connectors.VerdictSame {
					least := min(one[a], one[b])
					one[a], one[b] = least, least
				}
			}
		}
		for _, d := range book.Holds() {
			if a, b := index(d.A), index(d.B); d.Verdict == connectors.VerdictDifferent && one[a] == one[b] {
				r.Fatalf("%s and %s are different, and the same: %v", d.A, d.B, book.Holds())
			}
		}
		if diff := cmp.Diff(book.Holds(), decisions.NewBook(log).Holds()); diff != "" {
			r.Fatalf("read again (-want +got):\n%s", diff)
		}
	})
}

func TestTake(t *testing.T) {
	book := decisions.NewBook([]connectors.Decision{decide(1, 2, connectors.VerdictSame), decide(3, 2, connectors.VerdictSame)})
	for _, c := range []struct {
		name string
		d    connectors.Decision
		code string
	}{
		{"a record with itself", decide(1, 1, connectors.VerdictSame), "one_record"},
		{"what follows from two others", decide(3, 1, connectors.VerdictDifferent), "contradiction"},
		{"what nobody decided", decide(1, 3, connectors.VerdictForgotten), "no_decision"},
	} {
		if _, err := book.Take(c.d); connectors.CodeOf(err) != c.code {
			t.Errorf("%s: %v, want %s", c.name, err, c.code)
		}
	}
	if isNew, err := book.Take(decide(2, 1, connectors.VerdictSame)); isNew || err != nil {
		t.Errorf("once more: new %t, %v", isNew, err)
	}
	for _, d := range []connectors.Decision{decide(2, 3, connectors.VerdictForgotten), decide(3, 1, connectors.VerdictDifferent)} {
		if isNew, err := book.Take(d); !isNew || err != nil {
			t.Errorf("after it was taken back: new %t, %v", isNew, err)
		}
	}
}

func TestFile(t *testing.T) {
	path := filepath.Join(t.TempDir(), "decisions.jsonl")
	if log, err := decisions.Read(path, false); err != nil || len(log) > 0 {
		t.Errorf("a file that is not there holds %v, %v", log, err)
	}
	if _, err := decisions.Read(path, true); connectors.CodeOf(err) != "no_decisions" {
		t.Errorf("a file that must be there: %v", err)
	}
	want := []connectors.Decision{decide(1, 2, connectors.VerdictSame), decide(1, 2, connectors.VerdictForgotten)}
	want[0].Why = "=1+1\n\"é\""
	for _, d := range want {
		if err := decisions.Append(path, d); err != nil {
			t.Fatal(err)
		}
	}
	got, err := decisions.Read(path, true)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	for _, text := range []string{"{", "{}\n", `{"a":{"source":"a","record_id":"1"},"b":{"source":"a","record_id":"2"},"verdict":"maybe"}`} {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := decisions.Read(path, true); connectors.CodeOf(err) != "not_decisions" {
			t.Errorf("%q: %v", text, err)
		}
	}
}
