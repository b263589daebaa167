package kbo

import (
	"context"
	"errors"
	"regexp"
	"strings"

	"github.com/duckdb/duckdb-go/v2"

	"clientele/connectors"
)

// failure returns an error of the engine without what it quotes of rows.
func failure(err error) error {
	var engine *duckdb.Error
	switch {
	case err == nil:
		return nil
	case errors.Is(err, context.Canceled), errors.Is(err, context.DeadlineExceeded):
		return err
	case !errors.As(err, &engine):
		return connectors.SystemError(err)
	case engine.Type == duckdb.ErrorTypeIO || engine.Type == duckdb.ErrorTypePermission:
		return connectors.Errorf(connectors.KindEnvironment, "io", "check the disk, and that no other run uses the copy of KBO", "the copy of KBO can't be read or written")
	case engine.Type == duckdb.ErrorTypeOutOfMemory:
		return connectors.Errorf(connectors.KindEnvironment, "out_of_memory", "give it more memory, or free disk space for what does not fit in memory", "the copy of KBO needs more memory")
	}
	return connectors.Errorf(connectors.KindData, "bad_extract", "", "the copy of KBO: the engine refused a statement (%s)", class(engine))
}

// line finds where in a file the engine stopped reading.
var line = regexp.MustCompile(`(?:CSV Error on )?Line: (\d+)`)

// inExtract returns an error of the engine that came while it read an extract.
func inExtract(e *Extract, err error) error {
	var engine *duckdb.Error
	if errors.As(err, &engine) {
		if at := line.FindStringSubmatch(engine.Msg); at != nil {
			return connectors.Errorf(connectors.KindData, "bad_extract", "download it again", "%s: line %s of a file can't be read", e.path, at[1])
		}
		if engine.Type == duckdb.ErrorTypeConversion {
			return connectors.Errorf(connectors.KindData, "bad_extract", "download it again", "%s: a number of an enterprise or an establishment can't be read", e.path)
		}
	}
	return failure(err)
}

// class returns the kind of an engine's error, which stands before its text.
func class(e *duckdb.Error) string {
	kind, _, _ := strings.Cut(e.Msg, ":")
	return kind
}
