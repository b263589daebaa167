package bigqueryclient

import (
	"slices"
	"testing"
)

func TestJobIDs(t *testing.T) {
	ids := func(token string) (ids []string) {
		c := &Client{opts: Options{Token: token}}
		return []string{c.JobID("load", "a"), c.JobID("load", "a"), c.JobID("load", "a", "b")}
	}
	a, again, b := ids("1"), ids("1"), ids("2")
	if !slices.Equal(a, again) {
		t.Errorf("%v, then %v", a, again)
	}
	all := append(slices.Clone(a), b...)
	slices.Sort(all)
	if n := len(slices.Compact(all)); n != 6 {
		t.Errorf("%d ids are different, want 6", n)
	}
}
