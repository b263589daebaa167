package expr

import (
	"time"

	"clientele/schemas"
)

// vector is one column of values during evaluation. The slice of its type's
// class is filled: integers, decimals (units of 1/10000), dates (days since
// 1970) and timestamps (microseconds) are ints. Values of null cells mean
// nothing. Vectors are never changed once made, so that they may share slices.
type vector struct {
	ints   []int64
	floats []float64
	texts  []string
	bools  []bool
	null   []bool // nil when no cell is null
	scalar bool   // one cell that stands for every row
}

// class is the slice of a vector that holds a type's values.
type class uint8

const (
	intClass class = iota
	floatClass
	textClass
	boolClass
)

func classOf(t schemas.Type) class {
	switch t {
	case schemas.String:
		return textClass
	case schemas.Float:
		return floatClass
	case schemas.Bool:
		return boolClass
	default:
		return intClass
	}
}

// frame is what an evaluation works on: one batch and its environment.
type frame struct {
	rows    int
	columns []vector // by slot
	asOf    int64    // days since 1970
	zone    *time.Location
}

// nullScalar is NULL of any type.
var nullScalar = vector{
	ints: []int64{0}, floats: []float64{0}, texts: []string{""}, bools: []bool{false},
	null: []bool{true}, scalar: true,
}

// result begins a vector computed cell by cell from others: a scalar when all
// are, null where any is. It returns the number of cells to compute.
func (f *frame) result(from ...vector) (vector, int) {
	out, n := vector{scalar: true}, 1
	for _, v := range from {
		if !v.scalar {
			out.scalar, n = false, f.rows
		}
	}
	for _, v := range from {
		if v.null == nil {
			continue
		}
		if out.null == nil && len(v.null) == n {
			out.null = v.null
			continue
		}
		merged := make([]bool, n)
		copy(merged, out.null)
		step := stride(v.null, n)
		for i := range merged {
			merged[i] = merged[i] || v.null[i*step]
		}
		out.null = merged
	}
	return out, n
}

// stride is 1 where a slice has a cell per row and 0 where its one cell serves
// all of n rows.
func stride[T any](s []T, n int) int {
	if len(s) == n {
		return 1
	}
	return 0
}

// isNull reports whether cell i is null.
func (v vector) isNull(i int) bool {
	if v.scalar {
		i = 0
	}
	return v.null != nil && v.null[i]
}

func map1[A, R any](n int, a []A, fn func(A) R) []R {
	out := make([]R, n)
	for i := range out {
		out[i] = fn(a[i])
	}
	return out
}

func map2[A, B, R any](n int, a []A, b []B, fn func(A, B) R) []R {
	out := make([]R, n)
	da, db := stride(a, n), stride(b, n)
	for i := range out {
		out[i] = fn(a[i*da], b[i*db])
	}
	return out
}

// tryMap1 and tryMap2 make null the cells for which fn reports no result.
func tryMap1[A, R any](n int, a []A, null []bool, fn func(A) (R, bool)) ([]R, []bool) {
	out, nulls := make([]R, n), nullMask{cells: null}
	for i := range out {
		r, ok := fn(a[i])
		if !ok {
			nulls.set(i, n)
		}
		out[i] = r
	}
	return out, nulls.cells
}

func tryMap2[A, B, R any](n int, a []A, b []B, null []bool, fn func(A, B) (R, bool)) ([]R, []bool) {
	out, nulls := make([]R, n), nullMask{cells: null}
	da, db := stride(a, n), stride(b, n)
	for i := range out {
		r, ok := fn(a[i*da], b[i*db])
		if !ok {
			nulls.set(i, n)
		}
		out[i] = r
	}
	return out, nulls.cells
}

// nullMask adds nulls to a mask that may be shared: it copies before writing.
type nullMask struct {
	cells []bool
	owned bool
}

func (m *nullMask) set(i, n int) {
	if !m.owned {
		own := make([]bool, n)
		copy(own, m.cells)
		m.cells, m.owned = own, true
	}
	m.cells[i] = true
}

// choose gathers row i from options[pick[i]].
func choose(of class, pick []int32, options []vector) vector {
	var out vector
	switch of {
	case intClass:
		out.ints = gather(pick, options, func(v vector) []int64 { return v.ints })
	case floatClass:
		out.floats = gather(pick, options, func(v vector) []float64 { return v.floats })
	case textClass:
		out.texts = gather(pick, options, func(v vector) []string { return v.texts })
	case boolClass:
		out.bools = gather(pick, options, func(v vector) []bool { return v.bools })
	}
	for _, v := range options {
		if v.null != nil {
			out.null = make([]bool, len(pick))
			for i, k := range pick {
				out.null[i] = options[k].isNull(i)
			}
			break
		}
	}
	return out
}

func gather[T any](pick []int32, options []vector, values func(vector) []T) []T {
	cells := make([][]T, len(options))
	strides := make([]int, len(options))
	for k, v := range options {
		cells[k] = values(v)
		strides[k] = stride(cells[k], len(pick))
	}
	out := make([]T, len(pick))
	for i, k := range pick {
		out[i] = cells[k][i*strides[k]]
	}
	return out
}
