package config

import (
	"fmt"
	"io"
)

// Manual writes all options of a config as a page of the manual, with those of
// each connector behind them.
func Manual(w io.Writer) error {
	if _, err := fmt.Fprint(w, "# Options\n\nNAME stands for a name that you choose, [] for the elements of a list. A single value may stand for a list of one.\n"+
		"This page is made from the definitions that read configs.\n\n"); err != nil {
		return err
	}
	if err := (&Config{}).Spec().Markdown(w); err != nil {
		return err
	}
	for _, name := range ConnectorNames() {
		spec, doc, _ := ConnectorSpec(name)
		if spec == nil {
			continue
		}
		if _, err := fmt.Fprintf(w, "\n## Options of connector %s\n\nReads %s. ", name, doc); err != nil {
			return err
		}
		if err := spec.Markdown(w); err != nil {
			return err
		}
	}
	return nil
}
