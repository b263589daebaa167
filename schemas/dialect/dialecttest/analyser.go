// Package dialecttest lets a test ask Google's own analyser of GoogleSQL whether
// BigQuery would take a statement, without BigQuery. It knows every rule of
// syntax, names and types; not how a value comes out, nor the service's limits.
// What the service takes and a known emulator does not is refused as well.
//
// The analyser is a program, built by `make bin/googlesql` from a module of its
// own (schemas/dialect/googlesql), as it takes minutes to compile.
package dialecttest

import (
	"encoding/json"
	"fmt"
	"io"
	"os"
	"os/exec"
	"testing"

	"clientele/schemas"
	"clientele/schemas/dialect"
)

// Program is the environment variable that names the analyser's program. Tests
// that need it are skipped where it is not set.
const Program = "CLIENTELE_GOOGLESQL"

// Analyser analyses statements in the order in which they would run: it knows
// the tables and views that those before made.
type Analyser struct {
	t         testing.TB
	in        io.WriteCloser
	questions *json.Encoder
	answers   *json.Decoder
	// Seen are the statements that were right, in their order.
	Seen []string
}

// Column is a column that a statement yields, with its type as BigQuery spells
// it.
type Column struct {
	Name string `json:"name"`
	Type string `json:"type"`
}

// Columns returns the columns of a table as BigQuery has them.
func Columns(t schemas.Table) []Column {
	out := make([]Column, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = Column{c.Name, dialect.BigQuery.Type(c.Type)}
	}
	return out
}

// New starts an analyser that knows no table, and ends it with the test.
func New(t testing.TB) *Analyser {
	t.Helper()
	program := os.Getenv(Program)
	if program == "" {
		t.Skip(Program + " is not set: `make test-googlesql` builds Google's SQL analyser and runs this test")
	}
	cmd := exec.Command(program)
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("%s: %v", program, err)
		}
	})
	return &Analyser{t: t, in: in, questions: json.NewEncoder(in), answers: json.NewDecoder(out)}
}

// Table makes a table known, in the place of one of that name. The name is
// without quotes: a qualified one has its dots.
func (a *Analyser) Table(name string, t schemas.Table) {
	a.t.Helper()
	if _, err := a.ask(map[string]any{"table": map[string]any{"name": name, "columns": Columns(t)}}); err != nil {
		a.t.Fatal(err)
	}
}

// Analyse returns the columns that a statement yields or its table gets, or the
// fault that it has, with its line and column. Several statements, ended by
// semicolons, are analysed in turn.
func (a *Analyser) Analyse(sql string) ([]Column, error) {
	columns, err := a.ask(map[string]any{"sql": sql})
	if err == nil {
		a.Seen = append(a.Seen, sql)
	}
	return columns, err
}

func (a *Analyser) ask(question any) ([]Column, error) {
	a.t.Helper()
	if err := a.questions.Encode(question); err != nil {
		a.t.Fatal(err)
	}
	var answer struct {
		Error   string
		Columns []Column
	}
	if err := a.answers.Decode(&answer); err != nil {
		a.t.Fatal(err)
	}
	if answer.Error != "" {
		return nil, fmt.Errorf("%s", answer.Error)
	}
	return answer.Columns, nil
}
