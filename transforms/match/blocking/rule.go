package blocking

import (
	"strings"
	"sync"

	"clientele/transforms/match/records"
)

// Rule finds the pairs of records that share a key of each of its Keys. A rule
// without keys finds all pairs.
type Rule struct {
	Keys []Key `json:"keys"`
}

func (r Rule) String() string {
	if len(r.Keys) == 0 {
		return "all pairs"
	}
	names := make([]string, len(r.Keys))
	for i, k := range r.Keys {
		names[i] = k.String()
	}
	return strings.Join(names, " + ")
}

// keyring holds the keys of the values of all columns, each made when it is
// first asked for.
type keyring struct {
	recs *records.Records
	mu   sync.Mutex
	of   map[Key]*keyed
}

func newKeyring(recs *records.Records) *keyring { return &keyring{recs: recs, of: map[Key]*keyed{}} }

// get returns the keys of a column, nil where the records have no such column.
func (r *keyring) get(k Key) *keyed {
	r.mu.Lock()
	known, ok := r.of[k]
	r.mu.Unlock()
	if ok {
		return known
	}
	var made *keyed
	for _, c := range r.recs.Columns {
		if c.Name == k.Column {
			made = newKeyed(c, k.By)
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.of[k] = made
	return made
}

// ruleKeys derives the keys of one rule; it is for one goroutine.
type ruleKeys struct {
	parts []*keyed
	salt  uint64
	buf   []uint32
}

// rule returns the derivation of a rule's keys. It is nil where the records
// have not all of its columns.
func (r *keyring) rule(rule Rule, salt uint64) *ruleKeys {
	out := &ruleKeys{salt: salt}
	for _, k := range rule.Keys {
		part := r.get(k)
		if part == nil {
			return nil
		}
		out.parts = append(out.parts, part)
	}
	return out
}

// keysPerRecord bounds the keys of one record under one rule.
const keysPerRecord = 24

// append appends the keys of a record under the rule; a record that lacks one
// of the columns has none. Keys are equal across records when all parts are.
func (r *ruleKeys) append(dst []uint64, record int32) []uint64 {
	from := len(dst)
	for i, part := range r.parts {
		r.buf = part.append(r.buf[:0], record)
		if len(r.buf) == 0 {
			return dst[:from]
		}
		if i == 0 {
			for _, h := range r.buf {
				dst = append(dst, mix(uint64(h), r.salt))
			}
			continue
		}
		own := len(dst) - from
		for _, h := range r.buf[1:] {
			for j := range own {
				dst = append(dst, mix(dst[from+j], uint64(h)))
			}
		}
		for j := range own {
			dst[from+j] = mix(dst[from+j], uint64(r.buf[0]))
		}
	}
	return dst[:min(len(dst), from+keysPerRecord)]
}

// blockIDs derives the blocks of records under one rule, before any is split; it is for one
// goroutine.
type blockIDs struct {
	keys *ruleKeys
	rule uint8
	buf  []uint64
}

// ids returns the derivation of a rule's blocks. It is nil where the records have not all
// of its columns. A rule without keys has one block of all records.
func (r *keyring) ids(rule Rule, at uint8) *blockIDs {
	keys := r.rule(rule, uint64(at)+1)
	if keys == nil {
		return nil
	}
	return &blockIDs{keys: keys, rule: at}
}

// append appends the blocks of a record.
func (b *blockIDs) append(dst []ID, record int32) []ID {
	if len(b.keys.parts) == 0 {
		return append(dst, newID(b.rule, 0, 0, 0))
	}
	b.buf = b.keys.append(b.buf[:0], record)
	for _, h := range b.buf {
		dst = append(dst, newID(b.rule, h, 0, 0))
	}
	return dst
}

// sorted returns the blocks of all records in the order of IDs and records.
func (b *blockIDs) sorted(recs *records.Records) []keyEntry {
	out := make([]keyEntry, 0, recs.Len())
	var buf []ID
	for i := range int32(recs.Len()) {
		buf = b.append(buf[:0], i)
		for _, id := range buf {
			out = append(out, keyEntry{uint64(id), i})
		}
	}
	sortKeys(out)
	return out
}

// candidateKeys lists the keys that the columns allow. Rules are made of one of
// them, or of two of different columns: of two keys of one column, the more exact
// implies the other.
func candidateKeys(recs *records.Records) []Key {
	var keys []Key
	for _, c := range recs.Columns {
		if c.Distinct() < 2 {
			continue
		}
		for _, by := range waysOf(c.Role) {
			keys = append(keys, Key{c.Name, by})
		}
	}
	return keys
}
