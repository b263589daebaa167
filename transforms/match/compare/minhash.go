package compare

import "math"

// golden steps through the seeds of the hash functions, as in splitmix64.
const golden = 0x9e3779b97f4a7c15

// MinHash fills signature with the least value of each of as many hash
// functions over set (Broder 1997). Two sets agree at a place of their
// signatures as likely as their Jaccard similarity is high. The functions never
// change: equal sets have equal signatures in every process and release.
func MinHash(signature, set []uint32) {
	seed := uint64(0)
	for len(signature) > 0 {
		part := signature[:min(len(signature), 64)]
		signature = signature[len(part):]
		var multipliers, offsets [64]uint64
		for i := range part {
			seed += golden
			multipliers[i], offsets[i] = mix(seed)|1, mix(^seed)
			part[i] = math.MaxUint32
		}
		for _, id := range set {
			h := mix(uint64(id))
			for i, least := range part {
				part[i] = min(least, uint32((h*multipliers[i&63]+offsets[i&63])>>32))
			}
		}
	}
}

// BandKeys appends a blocking key per band of rows places of signature to dst:
// locality-sensitive hashing. Sets of Jaccard similarity s share one or more of
// b keys with probability 1−(1−s^rows)^b, which rises steeply around
// s = (1/b)^(1/rows). Places that fill no band are left out, and an empty set
// has no keys.
func BandKeys(dst []uint64, signature []uint32, rows int) []uint64 {
	if rows < 1 || isEmptySignature(signature) {
		return dst
	}
	for band := uint64(1); len(signature) >= rows; band++ {
		h := band * golden
		for _, least := range signature[:rows] {
			h = mix(h ^ uint64(least))
		}
		dst = append(dst, h)
		signature = signature[rows:]
	}
	return dst
}

// isEmptySignature reports whether a signature is that of an empty set: no hash
// function has given any value.
func isEmptySignature(signature []uint32) bool {
	for _, least := range signature {
		if least != math.MaxUint32 {
			return false
		}
	}
	return true
}
