package option

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func describedSpec() *Spec {
	var (
		mark        rune
		name, token string
		n           int
	)
	s := New("demo", "A demonstration.")
	s.Rune(&mark, "delimiter", '|', "the character between two fields").Example(`";"`).Example("tab")
	s.String(&name, "name", "", "what it is called").Required()
	child := s.Object("auth", "how it is opened").Spec()
	child.String(&token, "token", "", "proof of who asks").Secret()
	s.Int(&n, "retries", 3, 0, 9, "how often").NotBuilt("later")
	return s
}

func TestMarkdown(t *testing.T) {
	var got strings.Builder
	if err := describedSpec().Markdown(&got); err != nil {
		t.Fatal(err)
	}
	want := "A demonstration.\n\n" +
		"| option | type | default | meaning | example |\n|---|---|---|---|---|\n" +
		"| `delimiter` | one character | `\\|` | the character between two fields | `\";\"`, `tab` |\n" +
		"| `name` | text | required | what it is called |  |\n" +
		"| `auth` | object |  | how it is opened |  |\n" +
		"| `auth.token` | text |  | proof of who asks (kept out of messages) |  |\n" +
		"| `retries` | number | `3` | how often (not built yet: later) |  |\n"
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Error(diff)
	}
}

func TestMarkdownOfNoOptions(t *testing.T) {
	var got strings.Builder
	if err := New("bare", "").Markdown(&got); err != nil {
		t.Fatal(err)
	}
	if got.String() != "It has no options.\n" {
		t.Errorf("got %q", got.String())
	}
}

func TestDescribe(t *testing.T) {
	got := describedSpec().Describe()
	want := []Description{
		{Name: "delimiter", Type: "one character", Default: "|", Doc: "the character between two fields", Examples: []string{`";"`, "tab"}},
		{Name: "name", Type: "text", Required: true, Doc: "what it is called"},
		{Name: "auth", Type: "object", Doc: "how it is opened", Options: []Description{
			{Name: "token", Type: "text", Secret: true, Doc: "proof of who asks (kept out of messages)"}}},
		{Name: "retries", Type: "number", Default: "3", Doc: "how often (not built yet: later)"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
