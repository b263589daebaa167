package postgresstate

import (
	"context"
	"errors"
	"net"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"clientele/connectors"
)

// failure says whose an error of the server or of the network is and what to
// do. Neither the address, which holds a password, nor a value comes through.
func failure(err error) error {
	var known *connectors.Error
	var server *pgconn.PgError
	switch {
	case err == nil:
		return nil
	case errors.As(err, &known):
		return err
	case errors.Is(err, context.Canceled):
		return context.Canceled
	case errors.As(err, &server):
		return serverFailure(server)
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded
	}
	why := "the connection is gone"
	var network *net.OpError
	var connect *pgconn.ConnectError
	if errors.As(err, &network) {
		why = network.Error()
	} else if errors.As(err, &connect) {
		why = "the connection can't be made"
	}
	return connectors.Errorf(connectors.KindTransient, "unreachable", "check that the server runs and can be reached from here", "PostgreSQL: %s", why)
}

// serverFailure sorts by the class of the SQLSTATE.
func serverFailure(e *pgconn.PgError) error {
	environment := func(code, remedy string) error {
		return connectors.Errorf(connectors.KindEnvironment, code, remedy, "PostgreSQL: %s (%s)", e.Message, e.Code)
	}
	switch {
	case strings.HasPrefix(e.Code, "28"), e.Code == "42501": // who may not log in, or not do this
		return environment("permission", "give the user of state.postgres.url access to the database and to the schema")
	case e.Code == "3D000", e.Code == "3F000":
		return environment("no_database", "make the database that state.postgres.url names")
	case e.Code == "53100":
		return environment("disk_full", "free some space on the server and run again")
	case strings.HasPrefix(e.Code, "08"), strings.HasPrefix(e.Code, "57P"), strings.HasPrefix(e.Code, "53"), strings.HasPrefix(e.Code, "40"):
		return connectors.Errorf(connectors.KindTransient, "unreachable", "try again when the server is at rest", "PostgreSQL: %s (%s)", e.Message, e.Code)
	case strings.HasPrefix(e.Code, "22"), strings.HasPrefix(e.Code, "23"): // whose message may quote a value
		return connectors.Errorf(connectors.KindData, "bad_value", "", "PostgreSQL refuses a value (%s)", e.Code)
	}
	return environment("engine", "")
}
