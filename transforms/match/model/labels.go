package model

import "clientele/transforms/match/blocking"

// mostKnown bounds the pairs of one labelled cluster that are learnt from.
const mostKnown = 200

// learn takes what labels say of pairs: who belongs to one cluster is a match, who
// belongs to two is not. Labelled pairs are expected to be nothing else, whatever they
// weigh; those of clusters count also where the sample does not have them.
func (e *expectation) learn(s *Scorer, of []int32, labels []string) {
	if len(labels) == 0 {
		return
	}
	seen := map[blocking.Pair]bool{}
	for i, p := range e.sample.Pairs {
		if labels[p.A] == "" || labels[p.B] == "" {
			continue
		}
		e.counts[of[i]].count--
		if labels[p.A] == labels[p.B] {
			seen[p] = true
			e.known = append(e.known, pattern{levels: e.counts[of[i]].levels, count: 1})
		}
		of[i] = labelled
	}
	e.sampled = len(e.known)
	members := map[string][]int32{}
	var names []string
	for i, name := range labels {
		if name == "" {
			continue
		}
		if len(members[name]) == 0 {
			names = append(names, name)
		}
		members[name] = append(members[name], int32(i))
	}
	for _, name := range names {
		n := 0
		for x, a := range members[name] {
			for _, b := range members[name][x+1:] {
				if n == mostKnown {
					break
				}
				if !seen[blocking.Pair{A: a, B: b}] {
					_, levels := s.Score(a, b)
					e.known = append(e.known, pattern{levels: levels, count: 1})
					n++
				}
			}
		}
	}
}

// labelled stands for the pattern of a pair of which labels say what it is.
const labelled = -1
