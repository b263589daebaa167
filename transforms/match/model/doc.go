// Package model holds the probabilistic model of matching (Fellegi and Sunter
// 1969) and its training without labels.
//
// Each column of the records is compared on a few ordered levels of agreement. A
// level has m, its probability among matches, and u, its probability among all other
// pairs; agreement at it weighs log2(m/u) bits. A pair's weight is the
// sum over its columns and of log2(λ/(1−λ)), where λ is the share of matches
// among all pairs; its probability is 2^w/(1+2^w). A column that one of the two
// records lacks weighs nothing.
//
// Train estimates λ, m and u by expectation maximisation over the pairs of a sample,
// starting from a shipped prior per role, which also carries a file that is too small
// to tell. A Model is what was estimated, and JSON that a person can read; a Scorer
// is a model bound to records.
package model
