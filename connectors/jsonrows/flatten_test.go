package jsonrows

import (
	"bytes"
	"encoding/json"
	"fmt"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

// naive flattens what package json has decoded.
func naive(path string, v any, into map[string]string) {
	switch v := v.(type) {
	case nil:
	case map[string]any:
		for key, value := range v {
			name := key
			if path != "" {
				name = path + "." + key
			}
			naive(name, value, into)
		}
	case []any:
		into[path] = "array"
	default:
		into[path] = fmt.Sprint(v)
	}
}

// ambiguous reports whether keys of objects repeat or hold points, so that the
// order in which they come decides what a column gets.
func ambiguous(object []byte) bool {
	seen, twice := map[string]bool{}, false
	members(object, func(key, value []byte) bool {
		name := string(text(key))
		if seen[name] || name == "" || bytes.ContainsAny(key, ".") || value[0] == '{' && ambiguous(value) {
			twice = true
		}
		seen[name] = true
		return !twice
	})
	return twice
}

func FuzzFlatten(f *testing.F) {
	for _, s := range []string{`{"a":1}`, `{"a":{"b":"x\"\\","c":[1,{"d":"]"}]} , "e":null}`, `{"a":{},"b":[],"c":"\u00e9\ud800","d":-1.5E+3,"e":true }`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		raw = bytes.TrimSpace(raw)
		if !json.Valid(raw) || !utf8.Valid(raw) || raw[0] != '{' || ambiguous(raw) {
			t.Skip("no object, or one with ambiguous names")
		}
		var decoded any
		d := json.NewDecoder(bytes.NewReader(raw))
		d.UseNumber()
		if err := d.Decode(&decoded); err != nil {
			t.Skip("package json has limits of its own")
		}
		want := map[string]string{}
		naive("", decoded, want)

		set := NewColumns(nil)
		newFlattener(set, Shape{}).start(raw)
		flat := newFlattener(set, Shape{})
		flat.fill()
		flat.start(raw)
		got := map[string]string{}
		for _, n := range flat.filled {
			got[set.texts[n]] = string(flat.cells[n])
			if want[set.texts[n]] == "array" && json.Valid(flat.cells[n]) {
				got[set.texts[n]] = "array"
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("(-naive +flattener):\n%s", diff)
		}
	})
}
