package jsonrows

import (
	"bytes"
	"encoding/json"
	"strings"
)

// The functions of this file walk JSON that is known to be valid, in place.

// end returns where the value that begins at b[i] ends.
func end(b []byte, i int) int {
	switch b[i] {
	case '"':
		return endString(b, i)
	case '{', '[':
		depth := 0
		for {
			switch b[i] {
			case '"':
				i = endString(b, i)
				continue
			case '{', '[':
				depth++
			case '}', ']':
				depth--
			}
			i++
			if depth == 0 {
				return i
			}
		}
	}
	for i < len(b) && b[i] > ' ' && b[i] != ',' && b[i] != '}' && b[i] != ']' {
		i++
	}
	return i
}

// endString returns where the string that begins at b[i] ends.
func endString(b []byte, i int) int {
	for i++; ; i++ {
		n := bytes.IndexByte(b[i:], '"')
		i += n
		backslashes := 0
		for b[i-1-backslashes] == '\\' {
			backslashes++
		}
		if backslashes%2 == 0 {
			return i + 1
		}
	}
}

func skipBlanks(b []byte, i int) int {
	for i < len(b) && b[i] <= ' ' {
		i++
	}
	return i
}

// members calls each for every member of the object, until it returns false.
// key is still quoted.
func members(object []byte, each func(key, value []byte) bool) {
	for i := skipBlanks(object, 1); object[i] != '}'; i = skipBlanks(object, i) {
		if object[i] == ',' {
			i = skipBlanks(object, i+1)
		}
		from := i
		i = endString(object, i)
		key := object[from:i]
		i = skipBlanks(object, skipBlanks(object, i)+1) // behind the colon
		from = i
		i = end(object, i)
		if !each(key, object[from:i]) {
			return
		}
	}
}

// element returns the element of an array behind position i, and where it ends;
// nil behind the last. The first is behind position 1.
func element(array []byte, i int) (value []byte, next int) {
	i = skipBlanks(array, i)
	if array[i] == ',' {
		i = skipBlanks(array, i+1)
	}
	if array[i] == ']' {
		return nil, i
	}
	next = end(array, i)
	return array[i:next], next
}

// Path is a dotted path as its names, none for "".
func Path(dotted string) []string {
	if dotted == "" {
		return nil
	}
	return strings.Split(dotted, ".")
}

// At returns the value that stands at path within v, which is valid JSON; nil for
// none and for null.
func At(v []byte, path []string) []byte { return at(v, path) }

// Text returns a value, which is valid JSON, as a text: a string without its
// quotes, a number as it is written, objects and arrays as JSON without blanks;
// nil for null.
func Text(v []byte) []byte { return text(v) }

// Elements calls each for every element of an array, which is valid JSON, until
// it returns an error.
func Elements(array []byte, each func(element []byte) error) error {
	for e, i := element(array, 1); e != nil; e, i = element(array, i) {
		if err := each(e); err != nil {
			return err
		}
	}
	return nil
}

// at returns the value that stands at path within v, nil for none and for null.
func at(v []byte, path []string) []byte {
	for _, name := range path {
		if len(v) == 0 || v[0] != '{' {
			return nil
		}
		var found []byte
		members(v, func(key, value []byte) bool {
			if string(text(key)) == name {
				found = value // the last of equal names counts, as in package json
			}
			return true
		})
		v = found
	}
	if len(v) == 0 || v[0] == 'n' {
		return nil
	}
	return v
}

// text returns a value as a text: a string without its quotes, a number as it
// is written, objects and arrays as JSON without blanks; nil for null.
func text(v []byte) []byte {
	switch v[0] {
	case 'n':
		return nil
	case '"':
		if bytes.IndexByte(v, '\\') < 0 {
			return v[1 : len(v)-1]
		}
		return unescaped(v)
	case '{', '[':
		if !bytes.ContainsAny(v, " \t\r\n") {
			return v
		}
		var compact bytes.Buffer
		if json.Compact(&compact, v) != nil {
			return nil // can't be: v is valid
		}
		return compact.Bytes()
	}
	return v
}

// short are the escapes of one letter.
var short = [256]byte{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

// unescaped returns the text of a string with escapes.
func unescaped(v []byte) []byte {
	out := make([]byte, 0, len(v))
	for i := 1; i < len(v)-1; i++ {
		c := v[i]
		if c == '\\' {
			i++
			if c = short[v[i]]; c == 0 { // by code, possibly in two halves
				var s string
				if json.Unmarshal(v, &s) != nil {
					return nil // can't be: v is valid
				}
				return []byte(s)
			}
		}
		out = append(out, c)
	}
	return out
}

// joined is text, but for an array of scalars their texts with ";" between.
func joined(v []byte) []byte {
	if v[0] != '[' {
		return text(v)
	}
	var parts [][]byte
	for e, i := element(v, 1); e != nil; e, i = element(v, i) {
		switch e[0] {
		case '{', '[':
			return text(v)
		case 'n':
		default:
			parts = append(parts, text(e))
		}
	}
	return bytes.Join(parts, []byte{';'})
}
