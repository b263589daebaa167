// Package records holds the records that are matched: a column store of
// normalised, dictionary-encoded values.
//
// A config says of which Kind each Field is. A kind is taken apart into
// attributes, each with a Role: a full address becomes a street, a house number,
// a postcode and a town, so that it can be compared with another source's fields.
// A column holds the values of one attribute; its dictionary holds each distinct
// value once, with what is derived from it (tokens, sound, day), so that work per
// value is done once and equality is that of two integers.
//
// Records stand in the order of source and id, whatever order they came in: all
// that is computed from them is free of the order of files.
package records
