package config

import (
	"fmt"
	"io"
	"slices"
	"strings"
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
		if _, err := fmt.Fprintf(w, "\n## Options of connector %s\n\nReads %s. ", name, doc); err != nil {
			return err
		}
		if err := spec.Markdown(w); err != nil {
			return err
		}
		if auth := ConnectorAuth(name); auth != nil {
			if _, err := fmt.Fprintf(w, "\n### `auth` of connector %s\n\n", name); err != nil {
				return err
			}
			if err := auth.Markdown(w); err != nil {
				return err
			}
		}
	}
	return nil
}

// PresetManual writes what the presets read and fill in as a page of the manual,
// with a config for those of each product.
func PresetManual(w io.Writer) error {
	presets, err := Presets()
	if err != nil {
		return err
	}
	if _, err := fmt.Fprint(w, "# Presets\n\nA preset fills in `url`, `options` and `tables` of a source for a product; what a config says goes before it, and its own `tables` take the place of all\n"+
		"of the preset's. Each is tested on answers as the pages named with it describe them. One that no server of its product has answered yet is experimental:\n"+
		"look at `clientele inspect` before the first night. This page is made from the presets.\n"); err != nil {
		return err
	}
	for len(presets) > 0 {
		product, _, _ := strings.Cut(presets[0].Name, "-")
		n := slices.IndexFunc(presets, func(p *Preset) bool { return p.Name != product && !strings.HasPrefix(p.Name, product+"-") })
		if n < 0 {
			n = len(presets)
		}
		if err := productManual(w, product, presets[:n]); err != nil {
			return err
		}
		presets = presets[n:]
	}
	return nil
}

func productManual(w io.Writer, product string, presets []*Preset) error {
	var page, conf strings.Builder
	fmt.Fprintf(&page, "\n## %s\n\n| preset | reads | becomes | state | follows |\n|---|---|---|---|---|\n", product)
	for _, p := range presets {
		var tables, follows []string
		for _, t := range p.Source.Targets() {
			tables = append(tables, "`"+t+"`")
		}
		for _, f := range p.Follows {
			follows = append(follows, "<"+f+">")
		}
		fmt.Fprintf(&page, "| `%s` | %s | %s | %s | %s |\n", p.Name, p.Doc, strings.Join(tables, ", "), p.State(), strings.Join(follows, ", "))
		fmt.Fprintf(&conf, "  %s:\n    connector: rest\n    preset: %s\n", strings.ReplaceAll(p.Name, "-", "_"), p.Name)
		if p.At != "" {
			fmt.Fprintf(&conf, "    url: %s\n", p.At)
		}
		fmt.Fprintf(&conf, "    auth: %s\n", p.Auth)
	}
	_, err := fmt.Fprintf(w, "%s\n```yaml\nversion: 1\ncompany: { name: Voorbeeld, country: BE, timezone: Europe/Brussels }\nsources:\n%s```\n", page.String(), conf.String())
	return err
}
