package duckdbwarehouse

import (
	"context"
	"os"
	"slices"

	"clientele/connectors"
)

// Probe finds out, before a night has to, whether the published file can be given
// to the group that is to read it.
func (w *Warehouse) Probe(context.Context) map[string]error {
	if w.opts.Group == "" {
		return nil
	}
	return map[string]error{"group": mayGive(w.opts.Group)}
}

// mayGive reports whether this process may make a group the owner of a file: one
// that it is a member of, or any where it is root.
func mayGive(name string) error {
	gid, err := lookupGroup(name)
	if err != nil || os.Geteuid() == 0 {
		return err
	}
	groups, err := os.Getgroups()
	if err != nil {
		return connectors.SystemError(err)
	}
	if gid != os.Getegid() && !slices.Contains(groups, gid) {
		return connectors.Errorf(connectors.KindEnvironment, "not_in_group", "make the user that runs clientele a member of it", "this user is no member of the group %s, to which the published file is to belong", name)
	}
	return nil
}
