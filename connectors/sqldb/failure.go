package sqldb

import (
	"context"
	"errors"
	"fmt"
	"net"
	"strings"

	"clientele/connectors"
)

// fail says whose an error is, met while name was read, and what to do. Neither
// the address, which may hold a password, nor a value of a row comes through.
func (e *engine) fail(ctx context.Context, name string, err error) error {
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, context.Canceled):
		return context.Canceled
	}
	return fmt.Errorf("%s: %w", name, e.known(err))
}

func (e *engine) known(err error) error {
	var known *connectors.Error
	var network *net.OpError
	if errors.As(err, &known) {
		return err
	}
	if sorted := e.sort(err); sorted != nil {
		sorted.Message = e.name + ": " + e.redact(sorted.Message)
		return sorted
	}
	why := "the connection is gone, or can't be made"
	if errors.As(err, &network) {
		why = e.redact(network.Error())
	}
	return connectors.Errorf(connectors.KindTransient, "unreachable", "check that the server runs and can be reached from here, with the encryption that it asks for", "%s: %s", e.name, why)
}

// redact takes out of a message what is secret.
func (e *engine) redact(message string) string {
	for _, secret := range e.secrets {
		message = strings.ReplaceAll(message, secret, "(redacted)")
	}
	return message
}

func refused(code string) *connectors.Error {
	return connectors.Errorf(connectors.KindEnvironment, "credentials", "check user, password and database of the option url", "the server refuses the user or the database (%s)", code)
}

func forbidden(message, code string) *connectors.Error {
	return connectors.Errorf(connectors.KindEnvironment, "permission", "grant SELECT on it; docs/databases.md has the statements", "%s (%s)", message, code)
}

func noTable(message, code string) *connectors.Error {
	return connectors.Errorf(connectors.KindConfig, "no_table", "correct the option table, with its schema, or grant the user to see it", "%s (%s)", message, code)
}

func noColumn(message, code string) *connectors.Error {
	return connectors.Errorf(connectors.KindConfig, "no_column", "correct key, cursor or query", "%s (%s)", message, code)
}

func badQuery(code string) *connectors.Error {
	return connectors.Errorf(connectors.KindConfig, "bad_query", "try the option query on the server; it is one SELECT without a semicolon or an ORDER BY", "the server does not understand the statement (%s)", code)
}

func busy(code string) *connectors.Error {
	return connectors.Errorf(connectors.KindTransient, "unreachable", "try again when the server is at rest", "the server broke off (%s)", code)
}

func other(code string) *connectors.Error {
	return connectors.Errorf(connectors.KindEnvironment, "engine", "look the code up in the server's manual; its log says more", "the server failed with code %s", code)
}
