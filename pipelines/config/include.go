package config

import (
	"fmt"
	"hash"
	"os"
	"path/filepath"
	"slices"

	"clientele/schemas/option"
)

// include reads the files that the config includes, in the order of their names:
// what they hold joins what the config holds, and their bytes what was typed.
func (c *Config) include(typed hash.Hash, lookup func(string) (string, bool)) (findings option.Findings) {
	for _, pattern := range c.Include {
		files, err := filepath.Glob(filepath.Join(c.Dir(), pattern))
		if err != nil || len(files) == 0 {
			at := option.Position{File: c.Path, Line: 1, Column: 1}
			findings = append(findings, c.Finding(option.Error, "no_include", at, "paths are relative to the config; leave include out where all stands in one file", "include: there is no file %s", pattern))
			continue
		}
		slices.Sort(files)
		for _, file := range files {
			if _, again := c.included[file]; !again {
				findings = append(findings, c.includeFile(file, typed, lookup)...)
			}
		}
	}
	return append(findings, c.namedTwice()...)
}

func (c *Config) includeFile(file string, typed hash.Hash, lookup func(string) (string, bool)) option.Findings {
	text, err := os.ReadFile(file)
	if err != nil {
		return option.Findings{{Severity: option.Error, Code: "unreadable", Message: err.Error(), Where: option.Position{File: file}, Suggestion: "check its permissions"}}
	}
	fmt.Fprintf(typed, "\x00%d\x00%s", len(text), text)
	doc, findings := option.Open(file, text, lookup)
	if doc == nil {
		return findings
	}
	c.included[file] = doc
	s := option.New(file, "A part of a config.")
	c.sourcesSpec(s)
	c.scoresSpec(s)
	c.retentionSpec(s)
	return append(findings, doc.Parse(s)...)
}

// namedTwice finds what stands in two files under one name: within a file, YAML
// does not allow it.
func (c *Config) namedTwice() (findings option.Findings) {
	first := map[string]option.Position{}
	note := func(name string, at option.Position) {
		if before, ok := first[name]; ok {
			findings = append(findings, c.Finding(option.Error, "named_twice", at, "give it another name", "%s stands in %s already", name, before))
			return
		}
		first[name] = at
	}
	for _, s := range c.Sources {
		note("sources."+s.Name, s.At)
	}
	for _, s := range c.Scores {
		note("scores."+s.Name, s.At)
	}
	for _, r := range c.Retention {
		note("retention."+r.Name, r.At)
	}
	return findings
}

// docOf returns the file of the config that a place is in.
func (c *Config) docOf(at option.Position) *option.Document {
	if doc, ok := c.included[at.File]; ok {
		return doc
	}
	return c.doc
}
