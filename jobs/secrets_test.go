package jobs

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseEnvFile(t *testing.T) {
	text := "\ufeff# secrets\n\nPLAIN=a b  # and a comment\nexport EXPORTED=x#y\r\nEMPTY=\nSINGLE='a \"b\" $HOME \\n'\nDOUBLE=\"a \\\"b\\\" \\\\ \\n$HOME\" # why\nEQUALS=a=b==\n  INDENTED=1\n"
	got, err := parseEnvFile("f", []byte(text))
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"PLAIN": "a b", "EXPORTED": "x#y", "EMPTY": "", "SINGLE": `a "b" $HOME \n`,
		"DOUBLE": "a \"b\" \\ \n$HOME", "EQUALS": "a=b==", "INDENTED": "1"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseEnvFileRefuses(t *testing.T) {
	for text, want := range map[string]string{
		"hunter2":                 "f:1: is not NAME=VALUE",
		"A=1\n1B=hunter2":         "f:2: is not NAME=VALUE",
		"A=1\n\nA=hunter2":        "f:3: A is set twice",
		`A="hunter2`:              "f:1: a quote",
		`A='hunter2' hunter2`:     "f:1: a quote",
		`A=hunter2"\nhunter2"`:    "",
		"A-B=hunter2":             "f:1: is not NAME=VALUE",
		"A = hunter2":             "f:1: is not NAME=VALUE",
		`A="hun\"ter2" 'hunter2'`: "f:1: a quote",
	} {
		_, err := parseEnvFile("f", []byte(text))
		if want == "" {
			if err != nil {
				t.Errorf("%q: %v", text, err)
			}
			continue
		}
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want %q", text, err, want)
		}
		if err != nil && strings.Contains(err.Error(), "hunter2") {
			t.Errorf("%q: the error shows the value: %v", text, err)
		}
	}
}
