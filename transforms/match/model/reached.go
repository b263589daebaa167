package model

import (
	"strings"

	"github.com/zeebo/xxh3"

	"clientele/transforms/match/compare"
	"clientele/transforms/normalize"
)

// mailboxes compares e-mail addresses. What it holds of them tells most pairs apart
// without a look at the texts.
type mailboxes struct {
	values []string
	of     []mailbox
}

// mailbox is what is held of an address.
type mailbox struct {
	whole, local sketch
	// stem is the hash of what stands before the @, without digits.
	stem uint64
	host uint32 // 0 for none, and for one that gives mailboxes to everybody
	at   uint32 // the length of what stands before the @
	// number is the hash of the number in what stands before the @, 0 for none of three
	// digits or more.
	number uint64
}

func newMailboxes(values []string) *mailboxes {
	m := &mailboxes{values: values, of: make([]mailbox, len(values))}
	hosts := map[string]uint32{}
	var stem []byte
	for v, s := range values {
		local, host, _ := strings.Cut(s, "@")
		stem = stem[:0]
		for i := 0; i < len(local); i++ {
			if !digit(local[i]) {
				stem = append(stem, local[i])
			}
		}
		id, known := hosts[host]
		if !known {
			if host != "" && !normalize.IsPublicMailHost(host) {
				id = uint32(len(hosts) + 1)
			}
			hosts[host] = id
		}
		m.of[v] = mailbox{whole: sketchOf(s), local: sketchOf(local), stem: xxh3.Hash(stem), host: id, at: uint32(len(local))}
		if n := numberIn(local); len(n) >= 3 {
			m.of[v].number = xxh3.HashString(n)
		}
	}
	return m
}

func (m *mailboxes) level(a, b uint32) uint8 {
	if level, ok := m.alike(a, b); ok {
		return level
	}
	if x, y := &m.of[a], &m.of[b]; x.host == y.host && x.host != 0 {
		return 5
	}
	return 6
}

// alike gives the level of addresses that resemble one another.
func (m *mailboxes) alike(a, b uint32) (level uint8, ok bool) {
	x, y := &m.of[a], &m.of[b]
	if x.stem == y.stem {
		s, t := m.values[a], m.values[b]
		localS, localT := s[:x.at], t[:y.at]
		if numbered(localS, localT) { // jan.peeters7 and jan.peeters12 chose so not to be confused
			return 0, false
		}
		if m.few(a, b) {
			return 2, true
		}
		if localS == localT && len(localS) >= 4 {
			return 3, true
		}
	} else if m.few(a, b) {
		return 2, true
	}
	if x.number != 0 && x.number == y.number { // who takes a second address takes its number along
		return 4, true
	}
	if x.local.within(y.local, mostTypos) {
		if s, t := m.values[a], m.values[b]; typo(s[:x.at], t[:y.at]) && compare.JaroWinkler(s, t) >= .92 {
			return 4, true
		}
	}
	return 0, false
}

// numberIn returns the first longest run of digits.
func numberIn(s string) string {
	longest := ""
	for from := 0; from < len(s); {
		to := from
		for to < len(s) && digit(s[to]) {
			to++
		}
		if to-from > len(longest) {
			longest = s[from:to]
		}
		from = to + 1
	}
	return longest
}

// few reports whether two addresses are a typing error or two apart.
func (m *mailboxes) few(a, b uint32) bool {
	if !m.of[a].whole.within(m.of[b].whole, mostTypos) {
		return false
	}
	_, ok := compare.Within(m.values[a], m.values[b], mostTypos)
	return ok
}

// phones compares telephone numbers.
type phones struct {
	values []string
	of     []phone
}

// phone is what is held of a number.
type phone struct {
	sketch
	tail uint32 // its last digits, 0 where it has fewer
}

// tailDigits is the number of last digits that two numbers must share to be one with
// and without prefix.
const tailDigits = 7

func newPhones(values []string) *phones {
	p := &phones{values: values, of: make([]phone, len(values))}
	for v, s := range values {
		p.of[v].sketch = sketchOf(s)
		tail, unit, n := uint32(1), uint32(1), 0 // the one in front keeps zeros apart from nothing
		for i := len(s) - 1; i >= 0 && n < tailDigits; i-- {
			if digit(s[i]) {
				tail += uint32(s[i]-'0') * unit * 10
				unit *= 10
				n++
			}
		}
		if n == tailDigits {
			p.of[v].tail = tail
		}
	}
	return p
}

func (p *phones) level(a, b uint32) uint8 {
	x, y := &p.of[a], &p.of[b]
	if x.tail == y.tail && x.tail != 0 {
		s, t := p.values[a], p.values[b]
		if n := compare.CommonTail(s, t); n == min(len(s), len(t)) || n >= 9 {
			return 2
		}
	}
	if x.within(y.sketch, 1) {
		if _, ok := compare.Within(p.values[a], p.values[b], 1); ok {
			return 3
		}
	}
	return 4
}
