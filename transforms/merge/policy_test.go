package merge_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/schemas/option"
	"clientele/transforms/merge"
)

func TestPolicyOfAConfig(t *testing.T) {
	read := func(text string) (merge.Policy, error) {
		var p merge.Policy
		s := option.New("merge", "")
		p.Spec(s)
		doc, findings := option.Open("m.yaml", []byte(text), nil)
		return p, append(findings, doc.Parse(s)...).Err()
	}
	p, err := read("email: recency\naddress: [length, trust]")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(map[string][]string{"email": {"recency"}, "address": {"length", "trust"}}, p.Rules); diff != "" {
		t.Error(diff)
	}
	for text, want := range map[string]string{"email: newest": "criteria are trust, recency, frequency, length", "street: recency": "no option is called"} {
		if _, err := read(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s gives %v, want %q", text, err, want)
		}
	}
}
