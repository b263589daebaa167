// Package blocking finds the pairs that are worth comparing.
//
// A Rule is a set of keys: two records are a pair of the rule when they share
// each of them. Rules are chosen from the data (Choose): of all rules that the
// columns allow, those that find most of the likely matches for the fewest pairs,
// within a budget. The likely matches are those that a model finds among the
// pairs of a sample of records with all others (Sample).
//
// A block is the set of records that share a rule's keys. Blocks that are too
// large are split by further keys, and at last by a window over a sorted order:
// no block is left out. A pair is compared once: in the first block that both
// records share.
package blocking
