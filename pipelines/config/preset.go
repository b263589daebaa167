package config

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"clientele/connectors/restapi"
	"clientele/schemas/option"
	"clientele/schemas/suggest"
)

// Preset is a source as a product needs it: its url, options and tables, which
// stand for what a config leaves out.
type Preset struct {
	Name string
	Doc  string
	// Follows names the pages that describe the answers which it was tested on.
	Follows []string
	// Tried names the product and version whose own answers it has read, "" for
	// none: it is experimental then, as documentation may be wrong or old.
	Tried string
	// At is a url as a config gives it, "" where the source has its own.
	At string
	// Auth is the auth of a source as a config gives it.
	Auth string
	// Source is what it fills in.
	Source *Source

	source option.Part
}

func (p *Preset) spec() *option.Spec {
	s := option.New("preset", "A preset.")
	s.String(&p.Doc, "doc", "", "what it reads").Required()
	s.Strings(&p.Follows, "follows", "pages that describe the answers").Required()
	s.String(&p.Tried, "tried", "", "product and version whose own answers it has read")
	s.String(&p.At, "at", "", "url as a config gives it")
	s.String(&p.Auth, "needs", "", "auth as a config gives it").Required()
	s.Later(&p.source, "source", "object", "what it fills in").Required()
	return s
}

// State says whether a preset has read what its product answers, or only what the
// product's documentation says that it does.
func (p *Preset) State() string {
	if p.Tried == "" {
		return "experimental"
	}
	return "tried on " + p.Tried
}

// Presets returns all presets, by name.
func Presets() ([]*Preset, error) {
	var out []*Preset
	for _, name := range restapi.Presets() {
		p, err := presetOf(name)
		if err != nil {
			return nil, err
		}
		out = append(out, p)
	}
	return out, nil
}

func presetOf(name string) (*Preset, error) {
	text, _ := restapi.Preset(name)
	doc, findings := option.Open("preset "+name, text, nil)
	if doc == nil {
		return nil, findings.Err()
	}
	p := &Preset{Name: name, Source: &Source{Name: name}}
	findings = append(findings, doc.Parse(p.spec())...)
	findings = append(findings, p.source.Parse(p.Source.spec(), option.Position{File: "preset " + name})...)
	if err := findings.Err(); err != nil {
		return nil, fmt.Errorf("preset %s: %w", name, err)
	}
	return p, nil
}

// fillIn gives sources what their presets say and they do not.
func (c *Config) fillIn() option.Findings {
	var fs option.Findings
	for _, s := range c.Sources {
		if s.Preset == "" {
			continue
		}
		if _, ok := restapi.Preset(s.Preset); !ok {
			hint := "there are: " + strings.Join(restapi.Presets(), ", ")
			if like := suggest.Suggest(s.Preset, restapi.Presets()); like != "" {
				hint = fmt.Sprintf("did you mean %q?", like)
			}
			fs = append(fs, c.Finding(option.Error, "unknown_preset", s.PresetAt, hint, "no preset is called %q", s.Preset))
			continue
		}
		p, err := presetOf(s.Preset)
		if err != nil {
			fs = append(fs, c.Finding(option.Error, "bad_preset", s.PresetAt, "", "%v", err))
			continue
		}
		if p.Source.Connector != s.Connector {
			fs = append(fs, c.Finding(option.Error, "bad_value", s.PresetAt, "", "the preset %s is one of connector %s", s.Preset, p.Source.Connector))
			continue
		}
		s.preset = p.Source
		s.URL = cmp.Or(s.URL, p.Source.URL)
		s.Lookback = cmp.Or(s.Lookback, p.Source.Lookback)
		s.Zone = cmp.Or(s.Zone, p.Source.Zone)
		if len(s.Tables) == 0 {
			s.Tables = p.Source.Tables
			fs = append(fs, c.settle(s)...)
		}
		if len(s.Filters) == 0 {
			s.Filters = p.Source.Filters
		}
	}
	return fs
}

// wordSource is what a preset's tables have for the name of the source.
const wordSource = "{source}"

// settle fills in what only the config can tell of a preset's tables: the name of
// the source, and which sources have the parties and the orders that they refer to
// by the name of a preset, in braces.
func (c *Config) settle(s *Source) option.Findings {
	var fs option.Findings
	for _, m := range s.Tables {
		for _, f := range m.Fields {
			if f.Constant && f.Value == wordSource {
				f.Value = s.Name
			}
		}
		for _, other := range []*string{&m.PartySource, &m.OrderSource} {
			preset, ok := strings.CutPrefix(*other, "{")
			if !ok {
				continue
			}
			preset = strings.TrimSuffix(preset, "}")
			i := slices.IndexFunc(c.Sources, func(o *Source) bool { return o.Preset == preset })
			if i < 0 {
				fs = append(fs, c.Finding(option.Error, "missing_source", s.PresetAt, "add a source with preset: "+preset,
					"the preset %s refers to what preset %s reads, and no source has that", s.Preset, preset))
				*other = ""
				continue
			}
			*other = c.Sources[i].Name
		}
	}
	return fs
}
