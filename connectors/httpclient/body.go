package httpclient

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"regexp"
	"strings"
)

var errTooLarge = errors.New("the answer is too large")

// whole is a transport that reads the body of an answer before it returns, so
// that one which breaks off is an attempt that failed.
type whole struct {
	next  http.RoundTripper
	limit int64 // in bytes, unpacked
}

// RoundTrip implements http.RoundTripper.
func (w *whole) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := w.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, w.limit+1))
	switch {
	case err != nil:
		return nil, fmt.Errorf("read the answer: %w", err)
	case int64(len(body)) > w.limit:
		return nil, errTooLarge
	}
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// Answer is an answer of a server that is none of success, as an error.
type Answer struct {
	Status int
	// Word is what the server calls the failure ("invalid_grant"), "" where it
	// does not say so in one word.
	Word string
	// Body is how its text begins, without what looks like a credential, an
	// address or a number of somebody. It is for those who look into a failure,
	// and part of no message.
	Body string
}

// Error names the status, and the server's word for it.
func (a *Answer) Error() string {
	text := fmt.Sprintf("status %d %s", a.Status, http.StatusText(a.Status))
	if a.Word != "" {
		text += " (" + a.Word + ")"
	}
	return text
}

// keptBody is how much of a failure's body is kept, in bytes.
const keptBody = 2 << 10

func answer(status int, body []byte) *Answer {
	return &Answer{Status: status, Word: Word(body), Body: redactBody(body)}
}

// wordNames are the members of an answer where servers name a failure.
var wordNames = []string{"code", "error", "error_code", "errorCode", "category", "type", "name"}

// word is a name made for programs: letters in at least two parts. Names of
// people and sentences are none.
var word = regexp.MustCompile(`^[A-Za-z]+(?:[_.-][A-Za-z]+)+$`)

// Word returns what a server calls a failure in the JSON text of an answer, also
// within an object or a list called error or errors; "" for nothing that is
// surely the name of a failure.
func Word(body []byte) string {
	var v any
	if json.Unmarshal(body, &v) != nil {
		return ""
	}
	return wordIn(v, 3)
}

func wordIn(v any, depth int) string {
	switch v := v.(type) {
	case []any:
		if len(v) > 0 && depth > 0 {
			return wordIn(v[0], depth-1)
		}
	case map[string]any:
		for _, name := range wordNames {
			if text, ok := v[name].(string); ok && len(text) <= 60 && word.MatchString(text) {
				return text
			}
		}
		for _, name := range []string{"error", "errors", "data"} {
			if found := wordIn(v[name], depth-1); depth > 0 && found != "" {
				return found
			}
		}
	}
	return ""
}

// private is what a body may hold of somebody, or of a credential: addresses,
// numbers and long words without a blank.
var private = regexp.MustCompile(`[^\s"'<>]*@[^\s"'<>]*|[0-9][0-9 ./-]{3,}[0-9]|[A-Za-z0-9+/_=-]{20,}`)

// redactBody returns how a body begins, without what is private.
func redactBody(body []byte) string {
	text := strings.ToValidUTF8(string(body[:min(len(body), keptBody)]), "")
	return private.ReplaceAllStringFunc(text, func(found string) string {
		if word.MatchString(found) {
			return found
		}
		return "(redacted)"
	})
}
