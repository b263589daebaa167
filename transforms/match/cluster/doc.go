// Package cluster makes clusters of scored pairs.
//
// Connected components chain: one wrong pair joins two clusters of any size. Here
// pairs join clusters in the order of their weights, and two clusters become one
// only when the pairs between them, all of them together, speak for it: the sum of
// their weights, each bounded, is positive (greedy correlation clustering, after
// Bansal, Blum and Chawla 2004, and Keuper and others 2015). What
// people decided, sources without duplicates and evidence that forbids a match hold
// for clusters as wholes.
package cluster
