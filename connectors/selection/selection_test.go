package selection

import (
	"strings"
	"testing"
)

func TestCheck(t *testing.T) {
	hour, err := Parse("1h")
	if err != nil {
		t.Fatal(err)
	}
	key := []string{"id"}
	for _, c := range []struct {
		s    Selection
		want string // "" for none
	}{
		{Selection{Table: "a"}, ""},
		{Selection{Table: "a*"}, ""},
		{Selection{Query: "select 1", Key: key}, ""},
		{Selection{Table: "a", Cursor: "b", Lookback: hour}, ""},
		{Selection{}, "name a table or a query"},
		{Selection{Table: "a", Query: "select 1", Key: key}, "exclude"},
		{Selection{Query: "select 1"}, "needs a key"},
		{Selection{Table: "a*", Cursor: "b"}, "one table"},
		{Selection{Table: "a", Lookback: hour}, "goes with a cursor"},
		{Selection{Table: "a["}, "close every ["},
	} {
		err := c.s.Check()
		if (c.want == "") != (err == nil) || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.s, err, c.want)
		}
	}
}
