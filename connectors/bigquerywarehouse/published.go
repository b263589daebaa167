package bigquerywarehouse

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"cloud.google.com/go/bigquery"
	"github.com/apache/arrow/go/v15/arrow"

	"clientele/connectors"
	"clientele/connectors/bigqueryclient"
	"clientele/schemas/dialect"
)

// published reads the published dataset. Each query sees one publication; the
// next may see a later one.
type published struct{ w *Warehouse }

// Published opens what readers see. Queries name the tables alone. They can
// neither write nor reach other datasets: BigQuery says before a query is run
// what it is and which tables it reads.
func (w *Warehouse) Published(ctx context.Context) (connectors.Reader, error) {
	have, err := w.bq.Tables(ctx, w.bq.API.Dataset(w.opts.Dataset))
	if err != nil {
		return nil, err
	}
	n := 0
	if slices.Contains(have, publications.Name) {
		sql := "SELECT COUNT(*) AS publications FROM " + dialect.BigQuery.Ident(publications.Name)
		if n, err = w.count(ctx, sql, w.opts.Dataset); err != nil {
			return nil, err
		}
	}
	if n == 0 {
		return nil, connectors.Errorf(connectors.KindEnvironment, "not_published", "`clientele run` publishes the first night",
			"nothing is published in the dataset %s yet", w.opts.Dataset)
	}
	return published{w}, nil
}

// Read streams the rows of a query, typed as those of the base.
func (r published) Read(ctx context.Context, query string, each func(arrow.Record) error) error {
	if err := r.allowed(ctx, query); err != nil {
		return err
	}
	return r.w.read(ctx, query, r.w.opts.Dataset, each)
}

// allowed asks BigQuery what a query would do. It asks within brackets, where
// only one query is one: an emulator was seen to carry out a script that it was
// only to look at.
func (r published) allowed(ctx context.Context, query string) error {
	if !queryWord.MatchString(query) {
		return bigqueryclient.NotQuery()
	}
	one := strings.TrimRight(query, "; \t\r\n")
	s, err := r.w.bq.DryRun(ctx, "SELECT * FROM ("+one+"\n)", r.w.opts.Dataset)
	if err != nil {
		if connectors.CodeOf(err) == "bad_sql" && strings.Contains(one, ";") {
			return bigqueryclient.NotQuery()
		}
		return err
	}
	if s.StatementType != "SELECT" {
		return bigqueryclient.NotQuery()
	}
	outside := slices.ContainsFunc(s.ReferencedTables, func(t *bigquery.Table) bool {
		return t.ProjectID != r.w.opts.Project || t.DatasetID != r.w.opts.Dataset
	})
	if outside || r.reaches(query) {
		return connectors.Errorf(connectors.KindConfig, "not_allowed", "a query reads published tables, and nothing else", "the SQL reaches outside of the dataset %s", r.w.opts.Dataset)
	}
	return nil
}

// queryWord is what a query begins with, after comments.
var queryWord = regexp.MustCompile(`(?is)^(?:\s|--[^\n]*\n|#[^\n]*\n|/\*.*?\*/)*(?:SELECT\b|WITH\b|FROM\b|\()`)

// reaches looks for what is not always among the tables of a dry run: the
// program's own datasets, where an emulator lists no tables, and queries of other
// databases.
func (r published) reaches(query string) bool {
	query = strings.ToLower(query)
	own := strings.ToLower(r.w.opts.Dataset)
	return slices.ContainsFunc([]string{own + "_base_", own + "_staging", "external_query"}, func(name string) bool { return strings.Contains(query, name) })
}

// Close frees nothing: the Warehouse holds what there is.
func (r published) Close() error { return nil }
