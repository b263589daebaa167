// Googlesql asks Google's own analyser of GoogleSQL, which BigQuery is built
// on, whether statements are right, and whether they keep to the subset that every
// known emulator runs alike. It reads requests from standard input, one
// JSON object a line, and answers each with a line. Statements come in the order
// in which they would run: the tables and views that they make are known to
// those after them.
//
// It is for tests only, see schemas/dialect/dialecttest.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/goccy/go-googlesql"
)

// request asks for one thing: that a table be known, or that SQL, one statement
// or several that semicolons end, be analysed.
type request struct {
	Table *table `json:"table,omitempty"`
	SQL   string `json:"sql,omitempty"`
}

// table is a table with the columns that statements find in it.
type table struct {
	Name    string   `json:"name"`
	Columns []column `json:"columns"`
}

type column struct {
	Name string `json:"name"`
	Type string `json:"type"` // as BigQuery spells it
}

// answer says what is wrong, or which columns the last statement yields.
type answer struct {
	Error   string   `json:"error,omitempty"`
	Columns []column `json:"columns,omitempty"`
}

func main() {
	if err := serve(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func serve(in io.Reader, out io.Writer) error {
	if err := googlesql.Init(); err != nil {
		return err
	}
	a, err := newAnalyser()
	if err != nil {
		return err
	}
	requests, answers := json.NewDecoder(bufio.NewReader(in)), json.NewEncoder(out)
	for {
		var r request
		if err := requests.Decode(&r); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		var reply answer
		if r.Table != nil {
			err = a.know(r.Table.Name, r.Table.Columns)
		} else {
			reply.Columns, err = a.analyse(r.SQL)
		}
		if err != nil {
			reply = answer{Error: err.Error()}
		}
		if err := answers.Encode(reply); err != nil {
			return err
		}
	}
}
