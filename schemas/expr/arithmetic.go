package expr

import "math"

// arithmeticInts computes a ∘ b for integers; what overflows is null.
func arithmeticInts(f *frame, operator string, a, b vector) vector {
	fn := addInts
	switch operator {
	case "-":
		fn = subtractInts
	case "*":
		fn = multiplyInts
	}
	out, n := f.result(a, b)
	out.ints, out.null = tryMap2(n, a.ints, b.ints, out.null, fn)
	return out
}

func addInts(x, y int64) (int64, bool) {
	sum := x + y
	return sum, (x^sum)&(y^sum) >= 0
}

func subtractInts(x, y int64) (int64, bool) {
	difference := x - y
	return difference, (x^y)&(x^difference) >= 0
}

func multiplyInts(x, y int64) (int64, bool) {
	product := x * y
	if -1<<31 <= x && x < 1<<31 && -1<<31 <= y && y < 1<<31 || x == 0 || y == 0 {
		return product, true
	}
	leastNegated := x == -1 && y == math.MinInt64 || y == -1 && x == math.MinInt64
	return product, !leastNegated && product/y == x
}

// arithmeticDecimals computes a ∘ b for decimals; what does not fit is null.
// The divisor is that of multiplyDecimal.
func arithmeticDecimals(f *frame, operator string, a, b vector, divisor uint64) vector {
	fn := func(x, y int64) (int64, bool) { return x + y, fitsDecimal(x + y) }
	switch operator {
	case "-":
		fn = func(x, y int64) (int64, bool) { return x - y, fitsDecimal(x - y) }
	case "*":
		fn = func(x, y int64) (int64, bool) { return multiplyDecimal(x, y, divisor) }
	}
	out, n := f.result(a, b)
	out.ints, out.null = tryMap2(n, a.ints, b.ints, out.null, fn)
	return out
}

// arithmeticFloats computes a ∘ b for floats.
func arithmeticFloats(f *frame, operator string, a, b vector) vector {
	fn := func(x, y float64) float64 { return x + y }
	switch operator {
	case "-":
		fn = func(x, y float64) float64 { return x - y }
	case "*":
		fn = func(x, y float64) float64 { return x * y }
	}
	out, n := f.result(a, b)
	out.floats = map2(n, a.floats, b.floats, fn)
	return out
}

// divide computes a ÷ b, null where b is 0.
func divide(f *frame, a, b vector) vector {
	out, n := f.result(a, b)
	out.floats, out.null = tryMap2(n, a.floats, b.floats, out.null, func(x, y float64) (float64, bool) {
		return x / y, y != 0
	})
	return out
}

// onInts applies fn to each cell; where it reports no result, that is null.
func onInts(f *frame, a vector, fn func(int64) (int64, bool)) vector {
	out, n := f.result(a)
	out.ints, out.null = tryMap1(n, a.ints, out.null, fn)
	return out
}

// onFloats applies fn to each cell.
func onFloats(f *frame, a vector, fn func(float64) float64) vector {
	out, n := f.result(a)
	out.floats = map1(n, a.floats, fn)
	return out
}

func negateInt(x int64) (int64, bool) { return -x, x != math.MinInt64 }

func absInt(x int64) (int64, bool) {
	if x < 0 {
		return negateInt(x)
	}
	return x, true
}
