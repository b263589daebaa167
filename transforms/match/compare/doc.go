// Package compare holds the comparisons that matching is made of: how alike
// are two names, two dates, two identifiers.
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
//	typing errors, counted                 kerkstraat, kerkstrat           Within, DamerauLevenshtein
//	spelling by ear, across languages      Van Dyck, Vandijk               Phonetic
//	short forms, translations              Bob, Robert; Jan, Jean          SameGiven
//	names given as initials                j p, jan pieter                 AgreeByInitial
//	blanks within a name                   de smet, desmet                 SameJoined
//	acronyms                               vub, vrije universiteit brussel AgreeByAcronym
//	words left out, added, moved           bakkerij peeters, peeters       Overlap, Jaccard
//	the same, where words differ in worth  bakkerij peeters, slagerij p.   Weights.Cosine, Weights.Overlap
//	the same, with typing errors           bakkerij peters, peeters        SoftTFIDF
//	anything, in longer texts              street and town in one line     Trigrams with Dice
//	birth dates                            12/3/1985, 3/12/1985            CompareDates, DaysApart
//	amounts, sizes, coordinates            1000, 1010                      RelativeDifference
//	registered numbers                     0403.019.261, 0403.019.216      CompareIdentifiers
//	telephone numbers                      +32475123456, 0475/12.34.56     CommonTail
//
// JaroWinkler favours names that begin alike, and hardly tells strangers of one
// length apart: below 0.8 it means little. DamerauLevenshtein says how many
// errors somebody would have made, which suits numbers, streets and names of
// more than 20 characters. Measures of sets do not see order, and those
// without weights let "bakkerij" count as much as the name of the baker.
//
// # Prepare once, compare often
//
// What costs something is made once per value: the key of Phonetic, the groups
// of GivenGroups, the sets of Set, Bigrams and Trigrams, and the signatures of
// MinHash. Sets are sorted slices of numbers, so that comparing two of them is
// one pass over both. BandKeys makes blocking keys of a signature, and Phonetic,
// GivenGroups and Acronym give blocking keys as they are.
//
// # Levels
//
// CompareDates and CompareIdentifiers answer a level, in the order in which a
// probabilistic model asks for them; the level of a missing value is zero, and
// no evidence either way. IdentifierVeto says more: two right check digits that
// belong to different numbers are evidence that two records are not one.
package compare
