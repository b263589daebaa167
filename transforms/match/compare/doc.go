// Package compare holds the comparisons that matching is made of: how alike
// are two names, two dates, two identifiers.
//
// Every comparison is a pure function, symmetric in its arguments and safe for
// concurrent use. None allocates. Text is compared by runes, and a byte that is
// not UTF-8 counts as U+FFFD. Nothing is normalised on the way, unless a
// function says so: what is compared has gone through package normalize once,
// when its record was read, and not once per pair.
package compare
