package blocking

import (
	"cmp"
	"slices"
)

// keyEntry is a key of a record.
type keyEntry struct {
	hash   uint64
	record int32
}

// sortKeys sorts entries, of which those of one hash stand in the order of their records, by
// hash and then by record: by the upper half of the hashes in four passes of a byte, and by
// the rest where these are equal and the hashes are not.
func sortKeys(entries []keyEntry) {
	if len(entries) < 256 {
		sortRun(entries)
		return
	}
	from, to := entries, make([]keyEntry, len(entries))
	for shift := 32; shift < 64; shift += 8 {
		var at [257]int
		for _, e := range from {
			at[int(byte(e.hash>>shift))+1]++
		}
		for b := range 256 {
			at[b+1] += at[b]
		}
		for _, e := range from {
			b := byte(e.hash >> shift)
			to[at[b]] = e
			at[b]++
		}
		from, to = to, from
	}
	for start := 0; start < len(entries); {
		end, mixed := start+1, false
		for end < len(entries) && entries[end].hash>>32 == entries[start].hash>>32 {
			mixed = mixed || entries[end].hash != entries[start].hash
			end++
		}
		if mixed {
			sortRun(entries[start:end])
		}
		start = end
	}
}

func sortRun(entries []keyEntry) {
	slices.SortFunc(entries, func(a, b keyEntry) int { return cmp.Or(cmp.Compare(a.hash, b.hash), cmp.Compare(a.record, b.record)) })
}

// sortNumbers sorts numbers, byte by byte where there are many. Bytes that all have alike
// cost nothing.
func sortNumbers(numbers []uint64) {
	if len(numbers) < 1024 {
		slices.Sort(numbers)
		return
	}
	var differ uint64
	for _, n := range numbers {
		differ |= n ^ numbers[0]
	}
	from, to := numbers, make([]uint64, len(numbers))
	for shift := 0; shift < 64; shift += 8 {
		if byte(differ>>shift) == 0 {
			continue
		}
		var at [257]int
		for _, n := range from {
			at[int(byte(n>>shift))+1]++
		}
		for b := range 256 {
			at[b+1] += at[b]
		}
		for _, n := range from {
			b := byte(n >> shift)
			to[at[b]] = n
			at[b]++
		}
		from, to = to, from
	}
	if &from[0] != &numbers[0] {
		copy(numbers, from)
	}
}
