// Package compare holds the comparisons that matching is made of: how alike
// are two names, two texts, two telephone numbers.
//
// Every comparison is a pure function, symmetric in its arguments to the last
// bit, and safe for concurrent use. None allocates. Text is compared by runes,
// and a byte that is not UTF-8 counts as U+FFFD. Unless a function says so,
// nothing is normalised on the way: what is compared has gone through package
// normalize once, when its record was read, and not once per pair.
//
// # Which one to use
//
//	what differs                           example                         comparison
//	typing errors in short names           peeters, peetres                JaroWinkler
//	typing errors, counted                 kerkstraat, kerkstrat           Within
//	spelling by ear, across languages      Van Dyck, Vandijk               Phonetic
//	short forms, translations              Bob, Robert; Jan, Jean          SameGiven
//	names given as initials                j p, jan pieter                 AgreeByInitial
//	blanks within a name                   de smet, desmet                 SameJoined
//	acronyms                               vub, vrije universiteit brussel AgreeByAcronym
//	words left out, added, moved           bakkerij peeters, peeters       Jaccard
//	the same, weighed, with typing errors  bakkerij peters, peeters        SoftTFIDF
//	anything, in longer texts              street and town in one line     Trigrams with Jaccard
//	telephone numbers                      +32475123456, 0475/12.34.56     CommonTail
//
// JaroWinkler favours names that begin alike, and hardly tells strangers of one
// length apart: below 0.8 it means little. Within says how many errors
// somebody would have made, which suits numbers, streets and names of more than
// 20 characters. Measures of sets do not see order, and Jaccard lets "bakkerij"
// count as much as the name of the baker; SoftTFIDF weighs words by IDF.
//
// # Prepare once, compare often
//
// What costs something is made once per value: the key of Phonetic, the groups
// of GivenGroups, the sets of Set and Trigrams, and the signatures of MinHash.
// Sets are sorted slices of numbers, so that comparing two of them is one pass
// over both. BandKeys makes blocking keys of a signature, and Phonetic and
// GivenGroups give blocking keys as they are.
package compare
