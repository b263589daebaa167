package expr

import (
	"time"

	"clientele/schemas"
)

// isNumeric reports whether t is one of the three number types.
func isNumeric(t schemas.Type) bool {
	return t == schemas.Int || t == schemas.Decimal || t == schemas.Float
}

// isCalendar reports whether t is a date or can be read as one.
func isCalendar(t schemas.Type) bool { return t == schemas.Date || t == schemas.Timestamp }

// article names a type as a sentence does.
func article(t schemas.Type) string {
	switch t {
	case 0:
		return "null"
	case schemas.Int:
		return "an integer"
	default:
		return "a " + t.String()
	}
}

// meet returns the type in which values of a and b meet: of numbers the one
// that holds both (integer, decimal, float), of a date and a timestamp the date.
func meet(a, b schemas.Type) (schemas.Type, bool) {
	switch {
	case a == b || b == 0:
		return a, true
	case a == 0:
		return b, true
	case isNumeric(a) && isNumeric(b):
		return max(a, b), true // declared in the order in which each holds the ones before
	case isCalendar(a) && isCalendar(b):
		return schemas.Date, true
	default:
		return 0, false
	}
}

// meetAll returns the type in which all terms meet, or fallback when all are
// null. doing is what the message says cannot be done with two types.
func (c *checker) meetAll(doing string, fallback schemas.Type, terms ...term) (schemas.Type, error) {
	common := schemas.Type(0)
	for _, t := range terms {
		m, ok := meet(common, t.typ)
		if !ok {
			err := c.src.errorf(t.pos, "cannot %s %s and %s", doing, article(common), article(t.typ))
			if isCalendar(common) || isCalendar(t.typ) {
				err.Suggestion = suggestDate(terms)
			}
			return 0, err
		}
		common = m
	}
	if common == 0 {
		common = fallback
	}
	return common, nil
}

// suggestDate returns how to write as a date the text literal that is spelled
// like one, if there is one.
func suggestDate(terms []term) string {
	for _, t := range terms {
		if t.typ != schemas.String || t.literal == nil {
			continue
		}
		if _, err := time.Parse(time.DateOnly, t.literal.text); err == nil {
			return "date " + quoteText(t.literal.text)
		}
	}
	return ""
}

// coerce turns t into a value of type to. An integer of more than 14 digits is
// null as a decimal.
func (c *checker) coerce(t term, to schemas.Type) (term, error) {
	switch {
	case t.typ == to:
		return t, nil
	case t.typ == 0:
		return nullTerm(t.pos, to), nil
	case to == schemas.Date && t.typ == schemas.Timestamp:
		return localDateTerm(t), nil
	case to == schemas.Float && isNumeric(t.typ):
		return floatOf(t), nil
	case to == schemas.Decimal && t.typ == schemas.Int:
		return decimalOf(t), nil
	default:
		return term{}, c.src.errorf(t.pos, "%s is wanted here, this is %s", article(to), article(t.typ))
	}
}

// aligned brings terms that are only compared, or are operands of a decimal
// operation, to one type. Unlike coerce it leaves integers beside decimals as
// they are in SQL, where they mix exactly.
func (c *checker) aligned(to schemas.Type, terms ...term) ([]term, error) {
	out := make([]term, len(terms))
	for i, t := range terms {
		if to == schemas.Decimal && t.typ == schemas.Int {
			out[i] = t
			out[i].typ = schemas.Decimal
			out[i].eval = func(f *frame) vector {
				return onInts(f, t.eval(f), func(x int64) (int64, bool) { return decimalOfInt(x), true })
			}
			continue
		}
		var err error
		if out[i], err = c.coerce(t, to); err != nil {
			return nil, err
		}
	}
	return out, nil
}

func localDateTerm(t term) term {
	return term{
		typ: schemas.Date, pos: t.pos,
		eval: func(f *frame) vector { return localDates(f, t.eval(f)) },
		sql:  func(r *renderer) string { return r.d.LocalDate(r.sql(t, bindPrimary), r.d.String(r.env.Zone)) },
	}
}

func floatOf(t term) term {
	if t.literal != nil {
		return floatTerm(t.literal)
	}
	convert := func(x int64) float64 { return float64(x) }
	if t.typ == schemas.Decimal {
		convert = floatOfDecimal
	}
	return term{
		typ: schemas.Float, pos: t.pos,
		eval: func(f *frame) vector {
			a := t.eval(f)
			out, n := f.result(a)
			out.floats = map1(n, a.ints, convert)
			return out
		},
		sql: func(r *renderer) string { return r.d.Cast(r.sql(t, bindOr), schemas.Float) },
	}
}

func decimalOf(t term) term {
	if t.literal != nil && fitsDecimal(decimalOfInt(t.literal.value)) {
		return literalTerm(&Node{kind: literalNode, pos: t.pos, typ: schemas.Decimal, value: decimalOfInt(t.literal.value)})
	}
	return term{
		typ: schemas.Decimal, pos: t.pos,
		eval: func(f *frame) vector {
			return onInts(f, t.eval(f), func(x int64) (int64, bool) {
				v := decimalOfInt(x)
				return v, fitsDecimal(v)
			})
		},
		sql: func(r *renderer) string { return r.exact(r.sql(t, bindOr)) },
	}
}
