package nbb

import "strings"

// enum returns the code of a member of an enumeration: pcd:m5000 is 5000, cty:mBE
// is BE.
func enum(member string) string {
	if _, code, ok := strings.Cut(member, ":m"); ok {
		return code
	}
	return member
}

// lgf returns the code of the enterprise register for a legal form: lgf:m610 is
// 610.
func lgf(member string) string {
	code := enum(member)
	if strings.Trim(code, "0123456789") != "" {
		return ""
	}
	return code
}

// function returns the code of a mandate, and what it is called where that is
// certain: those who wrote the codes down differ about all but m13.
func function(member string) (code, text string) {
	code = strings.TrimPrefix(member, "fct:")
	if code == "m13" {
		text = "director"
	}
	return code, text
}

// plain takes dots and blanks out of a number.
func plain(number string) string { return strings.NewReplacer(".", "", " ", "").Replace(number) }
