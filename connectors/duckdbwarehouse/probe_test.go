package duckdbwarehouse

import (
	"os/user"
	"testing"

	"clientele/connectors"
)

func TestProbe(t *testing.T) {
	if found := (&Warehouse{}).Probe(t.Context()); len(found) != 0 {
		t.Errorf("no group is asked for: %v", found)
	}
	unknown := (&Warehouse{opts: Options{Group: "no-such-group"}}).Probe(t.Context())
	if connectors.CodeOf(unknown["group"]) != "unknown_group" {
		t.Errorf("%v", unknown)
	}
	me, err := user.Current()
	if err != nil {
		t.Skip(err)
	}
	mine, err := user.LookupGroupId(me.Gid)
	if err != nil {
		t.Skip(err)
	}
	if found := (&Warehouse{opts: Options{Group: mine.Name}}).Probe(t.Context()); found["group"] != nil {
		t.Error(found["group"])
	}
}
