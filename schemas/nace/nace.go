// Package nace holds the sections and divisions of NACE, the classification of
// economic activities of the European Union, in two versions. The same digits,
// and the same letters, mean different things in them: a code is nothing without
// its version.
package nace

import (
	_ "embed" // the table
	"encoding/csv"
	"slices"
	"strings"
)

// Version is a version of NACE.
type Version string

// The versions, by the year of the national classifications that follow them.
const (
	V2008 Version = "2008" // NACE Rev. 2
	V2025 Version = "2025" // NACE Rev. 2.1
)

// Code is a code in its version. National classifications add digits behind those
// of NACE (NACE-BEL, SBI, NAF, SIC), which are kept: what they begin with counts.
type Code struct {
	Version Version
	Digits  string // without dots: two or more
}

// Parse reads a code as it is written anywhere: 62.01, 62010, 62.01Z. ok is false
// where the version is unknown or has no such division.
func Parse(version Version, text string) (c Code, ok bool) {
	c = Code{version, strings.NewReplacer(".", "", " ", "").Replace(text)}
	_, ok = entries[entry{version, c.Division()}]
	return c, ok
}

// Division returns the first two digits of the code, "" for one without.
func (c Code) Division() string {
	if len(c.Digits) < 2 || c.Digits[0] < '0' || c.Digits[0] > '9' || c.Digits[1] < '0' || c.Digits[1] > '9' {
		return ""
	}
	return c.Digits[:2]
}

// Section returns the letter of the section that the code's division belongs to
// in its version, "" where there is none.
func (c Code) Section() string { return entries[entry{c.Version, c.Division()}].section }

// Languages are those that titles are in.
var Languages = []string{"nl", "fr", "en", "de"}

// Title returns the title of a section (a letter) or a division (two digits) of a
// version, in a language of Languages, else in English; "" where there is none.
func Title(version Version, code, language string) string {
	t, ok := entries[entry{version, code}]
	if !ok {
		return ""
	}
	if title, ok := t.titles[language]; ok {
		return title
	}
	return t.titles["en"]
}

// Letters returns the letters of sections by version and division, with a blank between
// them: that of "2008 62" is J.
func Letters() map[string]string {
	out := map[string]string{}
	for e, t := range entries {
		if e.code != t.section {
			out[string(e.version)+" "+e.code] = t.section
		}
	}
	return out
}

// Sections returns the letters of the sections of a version, in order.
func Sections(version Version) (letters []string) {
	for e, t := range entries {
		if e.version == version && e.code == t.section {
			letters = append(letters, e.code)
		}
	}
	slices.Sort(letters)
	return letters
}

// Divisions returns the divisions of a version, in order.
func Divisions(version Version) (divisions []string) {
	for e, t := range entries {
		if e.version == version && e.code != t.section {
			divisions = append(divisions, e.code)
		}
	}
	slices.Sort(divisions)
	return divisions
}

//go:embed nace.csv
var table string

type entry struct {
	version Version
	code    string
}

type titled struct {
	section string
	titles  map[string]string
}

var entries = read(table)

func read(text string) map[entry]titled {
	r := csv.NewReader(strings.NewReader(text))
	r.Comment = '#'
	rows, err := r.ReadAll()
	if err != nil {
		panic("nace.csv: " + err.Error()) // it is embedded, and tested
	}
	out := make(map[entry]titled, len(rows))
	for _, row := range rows[1:] {
		t := titled{section: row[2], titles: map[string]string{}}
		for i, language := range rows[0][3:] {
			t.titles[language] = row[3+i]
		}
		out[entry{Version(row[0]), row[1]}] = t
	}
	return out
}
