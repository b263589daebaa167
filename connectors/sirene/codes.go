package sirene

import (
	"strconv"
	"strings"

	"clientele/connectors/registry"
)

// given returns a text, "" for the [ND] that stands in place of what the firm
// keeps from the public.
func given(text string) string {
	if text == "[ND]" {
		return ""
	}
	return text
}

// withheld reads the status of diffusion: O is for all, P in part, N not at all.
func withheld(code string) registry.Truth {
	switch code {
	case "O":
		return registry.No
	case "P", "N":
		return registry.Yes
	}
	return registry.Unknown
}

// status reads the state of a firm (A active, C ceased) or an establishment (F
// closed).
func status(code string) registry.Status {
	switch code {
	case "A":
		return registry.Active
	case "C", "F":
		return registry.Dissolved
	}
	return ""
}

// versions of NACE behind the names of French nomenclatures.
var versions = map[string]string{"NAFRev1": "2003", "NAFRev2": "2008", "NAF2025": "2025"}

// sector reads a code like 62.01Z. Codes of nomenclatures before 2003 say nothing
// of NACE.
func sector(code, nomenclature string) registry.Sector {
	code = strings.ReplaceAll(given(code), ".", "")
	version, ok := versions[nomenclature]
	if !ok || code == "" {
		return registry.Sector{}
	}
	return registry.Sector{List: "naf", Version: version, Code: code}
}

// bands are the ends of the bands of employees (tranches d'effectifs). NN, no
// employer, is a headcount of 0 only when its year is told.
var bands = map[string][2]registry.Decimal{
	"NN": {"0", "0"}, "00": {"0", "0"}, "01": {"1", "2"}, "02": {"3", "5"}, "03": {"6", "9"}, "11": {"10", "19"}, "12": {"20", "49"},
	"21": {"50", "99"}, "22": {"100", "199"}, "31": {"200", "249"}, "32": {"250", "499"}, "41": {"500", "999"}, "42": {"1000", "1999"},
	"51": {"2000", "4999"}, "52": {"5000", "9999"}, "53": {"10000", ""},
}

// band returns the headcount of a band.
func band(code, year string) (f registry.Figure, ok bool) {
	ends, ok := bands[code]
	y, _ := strconv.Atoi(year) // 0 where it is not told
	if !ok || code == "NN" && y == 0 {
		return registry.Figure{}, false
	}
	return registry.Figure{Item: registry.Headcount, Year: y, Low: ends[0], High: ends[1], Unit: "persons", Basis: registry.Band, Code: code}, true
}
