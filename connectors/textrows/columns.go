package textrows

import (
	"strconv"
	"strings"

	"clientele/connectors"
)

// Columns makes names of columns out of the texts of a header. Blanks around a
// text, line breaks and no-break blanks become single blanks inside it and none
// around it; an empty text becomes column_N, N its place from 1; the second,
// third … of equal names gets _2, _3 …, passing over names that the header
// itself holds.
func Columns(header []string) []string {
	names := make([]string, len(header))
	taken := map[string]bool{connectors.ColumnRow: true, connectors.ColumnPart: true, connectors.ColumnFault: true}
	for i, text := range header {
		names[i] = strings.Join(strings.Fields(text), " ")
		if names[i] == "" {
			names[i] = "column_" + strconv.Itoa(i+1)
		}
	}
	held := map[string]bool{}
	for _, name := range names {
		held[name] = true
	}
	for i, name := range names {
		for n := 2; taken[names[i]]; n++ {
			if candidate := name + "_" + strconv.Itoa(n); !held[candidate] {
				names[i] = candidate
			}
		}
		taken[names[i]] = true
	}
	return names
}
