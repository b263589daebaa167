package model

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"clientele/transforms/match/compare"
	"clientele/transforms/match/records"
)

// custom are the levels of a comparison that a config declares, between exact and
// differs, each with its test of two different values.
type custom struct {
	labels []string
	tests  []func(c *records.Column) func(a, b uint32) bool
}

// mostCustom is the number of levels that a config can declare.
const mostCustom = 8

// customKinds are the kinds of fields whose levels a config can declare.
var customKinds = []records.Kind{records.Number, records.Date, records.BirthDate, records.Identifier, records.Category, records.Region, records.Text}

// CheckLevels says what is wrong with levels that a config declares for a kind of
// field, written as records.Field has them: "exact; within 2 %; within 10 %".
func CheckLevels(kind records.Kind, levels string) error {
	if !slices.Contains(customKinds, kind) {
		names := make([]string, len(customKinds))
		for i, k := range customKinds {
			names[i] = strings.ReplaceAll(string(k), "_", " ")
		}
		return fmt.Errorf("the levels of this kind are given: those of %s can be declared", strings.Join(names, ", "))
	}
	_, err := parseCustom(records.Role(kind), levels)
	return err
}

// parseCustom reads declared levels. "exact" and "differs" may be left out.
func parseCustom(base records.Role, levels string) (*custom, error) {
	c := &custom{}
	for text := range strings.SplitSeq(levels, ";") {
		text = strings.ToLower(strings.Join(strings.Fields(text), " "))
		if text == "exact" && len(c.labels) == 0 {
			continue
		}
		test, err := customTest(base, text)
		if err != nil {
			return nil, err
		}
		c.labels, c.tests = append(c.labels, text), append(c.tests, test)
	}
	switch {
	case len(c.labels) == 0:
		return nil, fmt.Errorf("levels must name one besides exact")
	case len(c.labels) > mostCustom:
		return nil, fmt.Errorf("%d levels are more than %d", len(c.labels), mostCustom)
	}
	return c, nil
}

// customTest reads one declared level: within N, within N %, within N days,
// jaro-winkler N, jaccard N, edits N, same words, first N.
func customTest(base records.Role, text string) (func(c *records.Column) func(a, b uint32) bool, error) {
	word, rest, _ := strings.Cut(text, " ")
	rest = strings.TrimSpace(strings.TrimPrefix(strings.TrimPrefix(rest, ">="), "<="))
	dates := base == records.RoleDate || base == records.RoleBirthDate
	amount, unit, _ := strings.Cut(rest, " ")
	if percent, ok := strings.CutSuffix(amount, "%"); ok {
		amount, unit = percent, "%"
	}
	n, err := strconv.ParseFloat(amount, 64)
	number := err == nil && n > 0
	whole := number && n == float64(int(n)) && unit == ""
	switch {
	case word == "within" && base == records.RoleNumber && number && unit == "":
		return func(c *records.Column) func(a, b uint32) bool {
			return func(a, b uint32) bool { return distance(c.Number[a], c.Number[b]) <= n }
		}, nil
	case word == "within" && base == records.RoleNumber && number && unit == "%":
		return func(c *records.Column) func(a, b uint32) bool {
			return func(a, b uint32) bool {
				x, y := c.Number[a], c.Number[b]
				return distance(x, y) <= n/100*max(x, y, -x, -y)
			}
		}, nil
	case word == "within" && dates && number && (unit == "days" || unit == "day"):
		return func(c *records.Column) func(a, b uint32) bool {
			return func(a, b uint32) bool {
				x, y := c.Day[a], c.Day[b]
				return x != records.NoDay && y != records.NoDay && distance(float64(x), float64(y)) <= n
			}
		}, nil
	case word == "jaro-winkler" && base != records.RoleNumber && !dates && number && n < 1 && unit == "":
		return onTexts(func(a, b string) bool { return compare.JaroWinkler(a, b) >= n }), nil
	case word == "jaccard" && base == records.RoleText && number && n < 1 && unit == "":
		return onWords(func(a, b []uint32) bool { return compare.Jaccard(a, b) >= n }), nil
	case word == "edits" && base != records.RoleNumber && whole:
		return onTexts(func(a, b string) bool { _, ok := compare.Within(a, b, int(n)); return ok }), nil
	case word == "first" && base != records.RoleNumber && whole:
		return onTexts(func(a, b string) bool { return sameStart(a, b, int(n)) }), nil
	case text == "same words" && base == records.RoleText:
		return onWords(slices.Equal[[]uint32]), nil
	}
	can := "jaro-winkler 0.9, edits 2, first 4"
	switch {
	case base == records.RoleNumber:
		can = "within 2, within 5 %"
	case dates:
		can = "within 31 days, edits 1, first 4"
	case base == records.RoleText:
		can += ", jaccard 0.6, same words"
	}
	return nil, fmt.Errorf("%q is no level of these values: they are like %s", text, can)
}

func onTexts(test func(a, b string) bool) func(c *records.Column) func(a, b uint32) bool {
	return func(c *records.Column) func(a, b uint32) bool {
		return func(a, b uint32) bool { return test(c.Values[a], c.Values[b]) }
	}
}

// onWords tests the sets of words of two texts.
func onWords(test func(a, b []uint32) bool) func(c *records.Column) func(a, b uint32) bool {
	return func(c *records.Column) func(a, b uint32) bool {
		return func(a, b uint32) bool { return test(c.Tokens.Of(a), c.Tokens.Of(b)) }
	}
}

// sameStart reports whether the first n characters of two texts are there and the same.
func sameStart(a, b string, n int) bool {
	for range n {
		x, width := utf8.DecodeRuneInString(a)
		y, other := utf8.DecodeRuneInString(b)
		if width == 0 || x != y {
			return false
		}
		a, b = a[width:], b[other:]
	}
	return true
}

func distance(x, y float64) float64 { return max(x-y, y-x) }

// comparer gives the first of the levels that two values reach.
func (c *custom) comparer(column *records.Column) comparer {
	tests := make([]func(a, b uint32) bool, len(c.tests))
	for i, t := range c.tests {
		tests[i] = t(column)
	}
	return func(a, b uint32) uint8 {
		for i, test := range tests {
			if test(a, b) {
				return uint8(i + levelExact + 1)
			}
		}
		return uint8(len(tests) + levelExact + 1)
	}
}

// scale is that of the base with other levels: what is expected of matches halves from
// level to level.
func (c *custom) scale(base scale) scale {
	base.labels = slices.Concat([]string{"exact"}, c.labels, []string{"differs"})
	differs := base.prior[len(base.prior)-1]
	base.prior = make([]float64, len(base.labels))
	rest := 1 - differs
	for l := range base.prior {
		share := .1 / float64(int(1)<<l)
		base.prior[l] = share
		if l > 0 {
			rest -= share
		}
	}
	last := len(base.prior) - 1
	base.prior[0], base.prior[last] = rest+base.prior[last], differs
	base.chain = len(base.labels)
	return base
}

// scaleOf returns the levels of a role, the declared ones where there are any.
func scaleOf(role records.Role) (scale, bool) {
	base, ok := scales[role.Base()]
	if !ok || role.Levels() == "" {
		return base, ok
	}
	c, err := parseCustom(role.Base(), role.Levels())
	if err != nil {
		return scale{}, false
	}
	return c.scale(base), true
}
