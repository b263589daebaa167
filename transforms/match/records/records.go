package records

import "slices"

// Records are all records to be matched, in the order of source and id.
type Records struct {
	Fields  []Field
	Columns []*Column
	Sources []string // names of the sources, in order

	source []int32
	ids    []string
	input  []int32
}

// Len is the number of records.
func (r *Records) Len() int { return len(r.ids) }

// Source returns the place of a record's source in Sources.
func (r *Records) Source(i int32) int32 { return r.source[i] }

// ID returns a record's id within its source.
func (r *Records) ID(i int32) string { return r.ids[i] }

// Input returns the place that a record had in the order of adding.
func (r *Records) Input(i int32) int32 { return r.input[i] }

// Find returns the place of a record.
func (r *Records) Find(source, id string) (int32, bool) {
	s, ok := slices.BinarySearch(r.Sources, source)
	if !ok {
		return 0, false
	}
	from, _ := slices.BinarySearch(r.source, int32(s))
	to, _ := slices.BinarySearch(r.source, int32(s+1))
	at, ok := slices.BinarySearch(r.ids[from:to], id)
	return int32(from + at), ok
}

// Named returns the column of a name and role, nil where there is none.
func (r *Records) Named(name string, role Role) *Column {
	for _, c := range r.Columns {
		if c.Name == name && c.Role == role {
			return c
		}
	}
	return nil
}

// Column returns the first column of a role, nil where there is none.
func (r *Records) Column(role Role) *Column {
	for _, c := range r.Columns {
		if c.Role == role {
			return c
		}
	}
	return nil
}
