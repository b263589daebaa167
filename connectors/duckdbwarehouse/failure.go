package duckdbwarehouse

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"clientele/connectors"
)

// signs are what DuckDB's message says when the machine, not the statement, is
// at fault. The first that fits counts.
var signs = []struct{ text, code, remedy string }{
	{"Could not set lock", "locked", "wait until the other process is done with the file, or stop it"},
	{"No space left", "disk_full", "free some space and run again"},
	{"Disk quota exceeded", "disk_full", "free some space and run again"},
	{"max_temp_directory_size", "disk_full", "free some space for temporary files and run again"},
	{"Permission denied", "permission", "give the user that runs clientele access to the file"},
	{"Out of Memory Error", "out_of_memory", "raise the memory limit of the warehouse, or lower its threads"},
}

// withheld are the errors whose messages may quote values of rows, and what is
// said in their place.
var withheld = map[duckdb.ErrorType]string{
	duckdb.ErrorTypeConversion:   "a value can't be converted to the type that a statement asks for",
	duckdb.ErrorTypeOutOfRange:   "a number is out of the range of its type",
	duckdb.ErrorTypeMismatchType: "a value has another type than a statement asks for",
	duckdb.ErrorTypeDecimal:      "a decimal number is out of range",
	duckdb.ErrorTypeInvalidInput: "a statement gave a function what it can't take",
	duckdb.ErrorTypeConstraint:   "a row breaks a constraint",
	duckdb.ErrorTypeDivideByZero: "a statement divides by zero",
}

var (
	literal = regexp.MustCompile(`'(?:[^']|'')*'?`)
	quoted  = regexp.MustCompile(`"(?:[^"]|"")*"?|'(?:[^']|'')*'?`)
)

// failure turns an error of the engine or the file system into one that says
// whose it is and what to do. No value of a row comes through: DuckDB's own
// message, which may quote some, is dropped and not kept as the cause.
func failure(err error) error {
	var known *connectors.Error
	var engine *duckdb.Error
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	case errors.As(err, &engine):
		return engineFailure(engine)
	}
	return connectors.SystemError(err)
}

func engineFailure(e *duckdb.Error) error {
	if strings.Contains(e.Msg, "disabled by configuration") { // as it is for who reads what is published
		return connectors.Errorf(connectors.KindConfig, "not_allowed", "a query reads published tables, and nothing else", "the SQL reaches for a file or the network")
	}
	first, rest, _ := strings.Cut(e.Msg, "\n")
	for _, s := range signs {
		if strings.Contains(e.Msg, s.text) {
			// Such messages quote paths in double quotes, never rows.
			return connectors.Errorf(connectors.KindEnvironment, s.code, s.remedy, "duckdb: %s", literal.ReplaceAllString(first, "'…'"))
		}
	}
	if said, ok := withheld[e.Type]; ok {
		return connectors.Errorf(connectors.KindData, "bad_value", "", "duckdb: %s", said)
	}
	switch e.Type {
	case duckdb.ErrorTypeIO, duckdb.ErrorTypePermission:
		return connectors.Errorf(connectors.KindEnvironment, "io", "", "duckdb: %s", literal.ReplaceAllString(first, "'…'"))
	case duckdb.ErrorTypeBinder, duckdb.ErrorTypeCatalog, duckdb.ErrorTypeNotImplemented:
		return connectors.Errorf(connectors.KindConfig, "bad_sql", likely(rest), "duckdb: %s", literal.ReplaceAllString(first, "'…'"))
	case duckdb.ErrorTypeParser, duckdb.ErrorTypeSyntax: // these quote any part of the text
		return connectors.Errorf(connectors.KindConfig, "bad_sql", "", "duckdb: %s", quoted.ReplaceAllString(first, "'…'"))
	}
	class, _, _ := strings.Cut(first, ": ")
	return connectors.Errorf(connectors.KindEnvironment, "engine", "run again; if it comes back, restore the base", "duckdb: %s", class)
}

// likely returns the names that the engine proposes in place of an unknown one.
func likely(details string) string {
	for line := range strings.Lines(details) {
		if strings.HasPrefix(line, "Did you mean ") || strings.HasPrefix(line, "Candidate ") {
			return strings.TrimSpace(line)
		}
	}
	return ""
}
