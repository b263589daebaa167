// Package scoring judges customers by criteria that the user defines. A
// scorecard's score is the sum of the points of its rules, and every point can
// be traced to the rule and the value that gave it.
package scoring

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"

	"clientele/schemas/option"
)

// Scorecard is one score: rules that give points, and classes of their sum.
type Scorecard struct {
	Name    string
	For     string // customers, prospects, organisations or persons
	Rules   []*Rule
	Classes []Class
	At      option.Position
}

// Rule gives points for the value of a criterion.
type Rule struct {
	Name    string
	Of      string // expression over the criteria of a customer
	Label   string
	Bins    []Bin
	Linear  *Linear
	Missing string // points where the criterion has no value, a decimal
	At      option.Position
}

// Bin gives its points to values in it. The first bin of a rule that holds the
// value counts.
type Bin struct {
	Below  string // decimal: values less than it
	Above  string // decimal: values greater than it
	Is     string // text: values equal to it
	Points string // decimal
}

// Linear gives points in proportion: none at From, all of Points at To, and no
// more beyond.
type Linear struct {
	From, To float64
	Points   string // decimal
}

// Class is a range of values, from AtLeast up to the class above.
type Class struct {
	Name    string
	AtLeast string // decimal
}

// Spec returns the options of a scorecard, bound to s.
func (s *Scorecard) Spec() *option.Spec {
	o := option.New("score", "A score: rules that give points, and classes of their sum.")
	o.At(&s.At)
	o.Enum(&s.For, "for", "customers", []string{"customers", "prospects", "organisations", "persons"}, "whom it is about")
	o.List("rules", "what gives points", func() *option.Spec {
		r := &Rule{}
		s.Rules = append(s.Rules, r)
		return r.spec()
	}).Required()
	o.Pairs("classes", "least value of each class", func(name, text string) error {
		if err := decimal(text); err != nil {
			return err
		}
		s.Classes = append(s.Classes, Class{Name: name, AtLeast: text})
		return nil
	}).Example("{ A: 60, B: 40, C: 0 }")
	o.Check(func() error {
		for i, r := range s.Rules {
			if slices.ContainsFunc(s.Rules[:i], func(o *Rule) bool { return o.Name == r.Name }) {
				return fmt.Errorf("two rules are called %q", r.Name)
			}
		}
		if !slices.IsSortedFunc(s.Classes, func(a, b Class) int { return cmp.Compare(number(b.AtLeast), number(a.AtLeast)) }) {
			return errors.New("the classes must stand in order, the highest first")
		}
		return nil
	})
	return o
}

func (r *Rule) spec() *option.Spec {
	o := option.New("rule", "Gives points for the value of a criterion.")
	o.At(&r.At)
	o.String(&r.Name, "name", "", "name of the rule").Required()
	o.String(&r.Of, "of", "", "criterion: an expression over the columns of customers, organisations, persons and customer_metrics").Required()
	o.String(&r.Label, "label", "", "the rule in words, as score_parts show it")
	o.List("bins", "points by value: the first bin that holds it counts", func() *option.Spec {
		r.Bins = append(r.Bins, Bin{})
		b := &r.Bins[len(r.Bins)-1]
		bo := option.New("bin", "points for a range of values")
		decimalOption(bo, &b.Below, "below", "values less than this")
		decimalOption(bo, &b.Above, "above", "values greater than this")
		bo.String(&b.Is, "is", "", "values equal to this text")
		decimalOption(bo, &b.Points, "points", "points that it gives").Required()
		return bo
	}).Example("[ { below: 30, points: 40 }, { below: 90, points: 20 } ]")
	var l Linear
	var linear bool
	lo := o.Object("linear", "points in proportion to the value").Present(&linear).Spec()
	lo.Float(&l.From, "from", 0, -1e15, 1e15, "value that gives none")
	lo.Float(&l.To, "to", 0, -1e15, 1e15, "value that gives all").Required()
	decimalOption(lo, &l.Points, "points", "points for it").Required()
	r.Missing = "0"
	missing := decimalOption(o, &r.Missing, "missing", "points where there is no value")
	missing.Default = "0"
	r.Missing = "0"
	o.Check(func() error {
		if linear {
			r.Linear = &l
		}
		switch {
		case linear == (len(r.Bins) > 0):
			return errors.New("it needs either bins or linear")
		case linear && l.From == l.To:
			return errors.New("linear needs from and to that differ")
		}
		return nil
	})
	return o
}

func decimalOption(o *option.Spec, p *string, name, doc string) *option.Field {
	*p = ""
	return o.Func(name, "number", doc, func(text string) error {
		*p = text
		return decimal(text)
	})
}

// decimals are what SQL reads exactly: digits, at most four of them behind the
// point.
var decimals = regexp.MustCompile(`^[+-]?\d+(\.\d{1,4})?$`)

// decimal checks that text is a number that SQL reads exactly.
func decimal(text string) error {
	switch {
	case !decimals.MatchString(text):
		return errors.New("must be a number with at most four decimals and no exponent")
	case math.Abs(number(text)) > 1e13:
		return errors.New("must be a number from -1e13 to 1e13")
	}
	return nil
}

func number(text string) float64 {
	f, _ := strconv.ParseFloat(text, 64) // checked by decimal
	return f
}
