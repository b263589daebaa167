// Package normalize turns what people type into canonical forms: text, names
// of firms and persons, telephone numbers, e-mail and postal addresses, and
// identifiers with their check digits.
//
// Every function is pure and safe for concurrent use. A function that returns
// ok answers false, and the empty string, for what it does not take as a value
// of its kind; it never guesses beyond the notations that it documents.
//
// Two kinds of result must not be confused: a display form (Text, FirmName.
// Display, PersonName.Family) is what a reader sees, and keeps accents and
// case; a key (Fold, FirmName.Core, StreetKey, TownKey) is what records are
// compared by, and is no longer the customer's own spelling. Every normaliser
// is idempotent: given its own result it returns it unchanged.
package normalize
