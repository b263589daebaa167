package config

import (
	"errors"
	"strings"

	"clientele/schemas/option"
)

// State says where the state lives: an SQLite file in --home, unless it names
// another store.
type State struct {
	Postgres Postgres
}

// Postgres is a state in a PostgreSQL database, for nights on several machines.
type Postgres struct {
	Used   bool
	URL    string
	Schema string
}

func (st *State) spec(s *option.Spec) {
	field := s.Object("postgres", "a PostgreSQL database, for nights that run on several machines").Present(&st.Postgres.Used)
	p := field.Spec()
	p.String(&st.Postgres.URL, "url", "", "address of the database, with user and password").Required().Secret().Example(`"${CLIENTELE_STATE_URL}"`)
	schema := p.Func("schema", "text", "schema of this project in it; two projects never share one", func(t string) error {
		if t == "" || len(t) > 63 || strings.ContainsRune(t, 0) {
			return errors.New("must have 1 to 63 bytes, as PostgreSQL names have")
		}
		st.Postgres.Schema = t
		return nil
	})
	st.Postgres.Schema = "clientele"
	schema.Default = "clientele"
}
