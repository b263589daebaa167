package csvfile

import "regexp"

// warning is what Flamingo puts before a field that a spreadsheet could take for a
// formula (its includes/csv.php): a sentence in brackets, translated where the site
// is, with the address of a page of Contact Form 7.
var warning = regexp.MustCompile(`^'?[(\x{FF08}].{0,300}?contactform7\.com/\S*.{0,200}? ([=+@-])`)

// unwarned returns a field without the warning before it.
func unwarned(field []byte) []byte {
	if len(field) == 0 || field[0] != '(' && field[0] != '\'' && field[0] < 0x80 {
		return field
	}
	if at := warning.FindSubmatchIndex(field); at != nil {
		return field[at[2]:]
	}
	return field
}
