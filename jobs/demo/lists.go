package demo

import (
	_ "embed"
	"strings"
)

// The word lists: common names, combined at random; nobody in particular.
var (
	//go:embed lists/given.nl.txt
	givenNL string
	//go:embed lists/given.fr.txt
	givenFR string
	//go:embed lists/given.de.txt
	givenDE string
	//go:embed lists/given.en.txt
	givenEN string
	//go:embed lists/family.nl.txt
	familyNL string
	//go:embed lists/family.fr.txt
	familyFR string
	//go:embed lists/family.de.txt
	familyDE string
	//go:embed lists/family.en.txt
	familyEN string
	//go:embed lists/nicknames.txt
	nicknameList string
	//go:embed lists/streets.txt
	streetList string
	//go:embed lists/towns.be.txt
	townsBE string
	//go:embed lists/towns.nl.txt
	townsNL string
	//go:embed lists/trades.txt
	tradeList string
	//go:embed lists/codes.txt
	codeList string
	//go:embed lists/articles.txt
	articleList string
)

// words reads a list separated by commas and line breaks.
func words(list string) []string {
	fields := strings.FieldsFunc(list, func(r rune) bool { return r == ',' || r == '\n' })
	for i := range fields {
		fields[i] = strings.TrimSpace(fields[i])
	}
	return fields
}

// rows reads a list of one row a line, its fields parted by sep.
func rows(list, sep string) [][]string {
	var out [][]string
	for line := range strings.Lines(list) {
		out = append(out, strings.Split(strings.TrimSpace(line), sep))
	}
	return out
}
