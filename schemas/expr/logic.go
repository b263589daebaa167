package expr

import "cmp"

// not3, and3 and or3 are the connectives of three-valued logic.
func not3(f *frame, a vector) vector {
	out, n := f.result(a)
	out.bools = map1(n, a.bools, func(x bool) bool { return !x })
	return out
}

func and3(f *frame, a, b vector) vector { return connect(f, a, b, false) }
func or3(f *frame, a, b vector) vector  { return connect(f, a, b, true) }

// connect is and3 for decisive false and or3 for decisive true: a cell is
// decisive if either side is, else null if either side is.
func connect(f *frame, a, b vector, decisive bool) vector {
	out, n := f.result(a, b)
	da, db := stride(a.bools, n), stride(b.bools, n)
	out.bools = make([]bool, n)
	if out.null == nil {
		for i := range out.bools {
			x, y := a.bools[i*da], b.bools[i*db]
			out.bools[i] = x && y || decisive && (x || y)
		}
		return out
	}
	out.null = make([]bool, n)
	for i := range out.bools {
		xNull, yNull := a.isNull(i), b.isNull(i)
		x, y := a.bools[i*da], b.bools[i*db]
		switch {
		case !xNull && x == decisive, !yNull && y == decisive:
			out.bools[i] = decisive
		case xNull || yNull:
			out.null[i] = true
		default:
			out.bools[i] = !decisive
		}
	}
	return out
}

// testNull tells which cells are null, or are not.
func testNull(f *frame, a vector, negated bool) vector {
	out, n := vector{scalar: a.scalar}, f.rows
	if a.scalar {
		n = 1
	}
	out.bools = make([]bool, n)
	for i := range out.bools {
		out.bools[i] = a.isNull(i) != negated
	}
	return out
}

// compare applies one of = <> < <= > >= to vectors of one class. Texts compare
// by code point, which is the order of their UTF-8 bytes.
func compare(f *frame, of class, operator string, a, b vector) vector {
	out, n := f.result(a, b)
	out.bools = make([]bool, n)
	switch of {
	case intClass:
		compareOrdered(out.bools, operator, a.ints, b.ints)
	case floatClass:
		compareOrdered(out.bools, operator, a.floats, b.floats)
	case textClass:
		compareOrdered(out.bools, operator, a.texts, b.texts)
	case boolClass:
		equal(out.bools, a.bools, b.bools, operator == "<>")
	}
	return out
}

// compareOrdered reduces the six comparisons to = and <.
func compareOrdered[T cmp.Ordered](out []bool, operator string, a, b []T) {
	switch operator {
	case "=":
		equal(out, a, b, false)
	case "<>":
		equal(out, a, b, true)
	case "<":
		less(out, a, b, false)
	case ">=":
		less(out, a, b, true)
	case ">":
		less(out, b, a, false)
	case "<=":
		less(out, b, a, true)
	}
}

// equal and less loop over the usual case of a constant side on their own, so
// that the compiler keeps the constant in a register.
func equal[T comparable](out []bool, a, b []T, negated bool) {
	switch {
	case len(a) == len(b):
		for i := range out {
			out[i] = (a[i] == b[i]) != negated
		}
	case len(b) == 1:
		k := b[0]
		for i := range out {
			out[i] = (a[i] == k) != negated
		}
	default:
		k := a[0]
		for i := range out {
			out[i] = (k == b[i]) != negated
		}
	}
}

func less[T cmp.Ordered](out []bool, a, b []T, negated bool) {
	switch {
	case len(a) == len(b):
		for i := range out {
			out[i] = (a[i] < b[i]) != negated
		}
	case len(b) == 1:
		k := b[0]
		for i := range out {
			out[i] = (a[i] < k) != negated
		}
	default:
		k := a[0]
		for i := range out {
			out[i] = (k < b[i]) != negated
		}
	}
}

// member tells which cells of x equal one of items: true if one does, else null
// if x or an item is null, else false.
func member(f *frame, of class, x vector, items []vector) vector {
	constant := true
	for _, item := range items {
		constant = constant && item.scalar && item.null == nil
	}
	if constant && of != boolClass {
		out, n := f.result(x)
		switch of {
		case intClass:
			out.bools = memberOf(n, x.ints, items, func(v vector) int64 { return v.ints[0] })
		case floatClass:
			out.bools = memberOf(n, x.floats, items, func(v vector) float64 { return v.floats[0] })
		case textClass:
			out.bools = memberOf(n, x.texts, items, func(v vector) string { return v.texts[0] })
		}
		return out
	}
	out := compare(f, of, "=", x, items[0])
	for _, item := range items[1:] {
		out = or3(f, out, compare(f, of, "=", x, item))
	}
	return out
}

func memberOf[T comparable](n int, x []T, items []vector, value func(vector) T) []bool {
	set := make(map[T]bool, len(items))
	for _, item := range items {
		set[value(item)] = true
	}
	return map1(n, x, func(v T) bool { return set[v] })
}

// firstNotNull is coalesce.
func firstNotNull(f *frame, of class, options []vector) vector {
	pick := make([]int32, f.rows)
	for i := range pick {
		for k, v := range options {
			if pick[i] = int32(k); !v.isNull(i) {
				break
			}
		}
	}
	return choose(of, pick, options)
}

// whenTrue picks for each row the option of the first condition that is true,
// else the last option, of which there is one more than conditions.
func whenTrue(f *frame, of class, conditions, options []vector) vector {
	pick := make([]int32, f.rows)
	for i := range pick {
		k := 0
		for k < len(conditions) && !conditions[k].isTrue(i) {
			k++
		}
		pick[i] = int32(k)
	}
	return choose(of, pick, options)
}

func (v vector) isTrue(i int) bool {
	if v.scalar {
		i = 0
	}
	return v.bools[i] && (v.null == nil || !v.null[i])
}

// extreme picks the least (operator <) or greatest (operator >) of the options
// that are not null.
func extreme(f *frame, of class, operator string, options []vector) vector {
	best := options[0]
	for _, option := range options[1:] {
		better := compare(f, of, operator, option, best)
		pick := make([]int32, f.rows)
		for i := range pick {
			if best.isNull(i) || better.isTrue(i) {
				pick[i] = 1
			}
		}
		best = choose(of, pick, []vector{best, option})
	}
	return best
}
