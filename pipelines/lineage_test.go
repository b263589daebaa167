package pipelines_test

import (
	"context"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/duckdbwarehouse"
	"clientele/pipelines"
	"clientele/pipelines/config"
	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/transforms/lineage"
)

// recorder is a warehouse that remembers what a night told it to run, with
// tables by their plain names.
type recorder struct {
	connectors.Warehouse
	step       string
	statements []dialect.Statement // named after the step
}

type recorderTx struct {
	connectors.Tx
	of *recorder
}

func (r *recorder) Begin(ctx context.Context) (connectors.Tx, error) {
	tx, err := r.Warehouse.Begin(ctx)
	return &recorderTx{tx, r}, err
}

func (tx *recorderTx) Exec(ctx context.Context, sql string) (int64, error) {
	plain := sql
	for _, qualified := range []string{tx.of.Base("x"), tx.of.Working("x")} {
		plain = strings.ReplaceAll(plain, strings.TrimSuffix(qualified, `"x"`), "")
	}
	tx.of.statements = append(tx.of.statements, dialect.Statement{Name: tx.of.step, SQL: plain})
	return tx.Tx.Exec(ctx, sql)
}

var fromStage = regexp.MustCompile(`^INSERT INTO "(\w+)"[^;]* FROM "stage_`)

// What lineage says is what a night runs: of every published column, the same
// columns on the way; and where it says that a step writes a table itself, it does.
func TestLineageIsThatOfTheNight(t *testing.T) {
	const scores = `scores: { value: { rules: [{ name: orders, of: order_count, bins: [{ above: 1, points: 5 }] }, { name: name, of: name, bins: [{ is: x, points: 1 }] }] } }
`
	t.Run("sources", func(t *testing.T) {
		s := newShop(t)
		s.write("clientele.yaml", shopConfig+scores)
		lineageIsThatOfTheNight(t, s)
	})
	t.Run("registers", func(t *testing.T) {
		s, _ := asking(t)
		s.write("clientele.yaml", s.read("clientele.yaml")+scores)
		lineageIsThatOfTheNight(t, s)
	})
}

func lineageIsThatOfTheNight(t *testing.T, s *shop) {
	t.Helper()
	c, _, err := config.Load(filepath.Join(s.dir, "clientele.yaml"), nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{}
	p, err := pipelines.Open(t.Context(), c, filepath.Join(s.dir, "home"), pipelines.Env{
		Now: func() time.Time { s.now = s.now.Add(time.Second); return s.now }, Outside: s.outside, Progress: func(e pipelines.Event) { r.step = e.Step }})
	if err != nil {
		t.Fatal(err)
	}
	defer p.Close()
	r.Warehouse = p.Warehouse
	p.Warehouse = r
	s.run(p)

	var transforms []dialect.Statement
	writes := map[string]string{}
	for _, ran := range r.statements {
		if m := fromStage.FindStringSubmatch(ran.SQL); m != nil {
			writes[m[1]] = ran.Name
		}
		if strings.Contains(ran.SQL, `"stage_`) { // which brings rows of sources, or of the step, in
			continue
		}
		transforms = append(transforms, ran)
	}
	parser, err := duckdbwarehouse.OpenParser(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer parser.Close()
	graph, err := lineage.Of(t.Context(), parser, schemas.All(), transforms)
	if err != nil {
		t.Fatal(err)
	}
	tracer, err := pipelines.NewTracer(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	for _, table := range schemas.Published() {
		for _, name := range table.ColumnNames() {
			column := lineage.Column{Table: table.Name, Name: name}
			got, err := tracer.Trace(column.String())
			if err != nil {
				t.Fatal(err)
			}
			var want, have []string
			for _, s := range graph.Trace(column) {
				for _, from := range s.From {
					want = append(want, s.Table+"."+s.Name+" of "+from.Table+"."+from.Name)
				}
			}
			for _, s := range got.Steps {
				for _, from := range s.From {
					have = append(have, s.Column+" of "+from.Column)
				}
			}
			slices.Sort(want)
			slices.Sort(have)
			if diff := cmp.Diff(want, have); diff != "" {
				t.Errorf("%s (-night +lineage):\n%s", column, diff)
			}
			if len(got.Steps)+len(got.Origins) == 0 {
				t.Errorf("%s has no lineage", column)
			}
			for _, o := range got.Origins {
				origin, _, _ := strings.Cut(o.Column, ".")
				if step := writes[origin]; step != o.Written && !strings.HasPrefix(origin, schemas.InputPrefix) {
					t.Errorf("%s is written by the step %q, and lineage says %q", origin, step, o.Written)
				}
				if o.Written == "" && len(o.Mapped) == 0 && o.Note == "" {
					t.Errorf("%s ends in %s, of which nothing is said", column, o.Column)
				}
			}
		}
	}
}
