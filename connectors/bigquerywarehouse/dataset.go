package bigquerywarehouse

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"cloud.google.com/go/bigquery"
	"golang.org/x/sync/errgroup"

	"clientele/connectors"
	"clientele/connectors/bigqueryclient"
	"clientele/schemas"
	"clientele/schemas/dialect"
)

// slot is the dataset of one of the two slots of the base.
func (w *Warehouse) slot(n int) string { return fmt.Sprintf("%s_base_%d", w.opts.Dataset, n) }

// staging is the dataset of what is on its way into the base. Its tables expire,
// so that nothing of a killed program stays there.
func (w *Warehouse) staging() string { return w.opts.Dataset + "_staging" }

const (
	// timeTravel is the least that BigQuery allows: erased rows can be read back
	// that long.
	timeTravel = 48 * time.Hour
	// stagedFor is how long a staged table lies there at most.
	stagedFor = 24 * time.Hour
	// parallel calls and copies.
	parallel = 8
)

// ensureDatasets makes those of the datasets that are missing.
func (w *Warehouse) ensureDatasets(ctx context.Context, names ...string) error {
	for _, name := range names {
		err := w.bq.Call(ctx, func(ctx context.Context) error {
			return w.ensureDataset(ctx, name)
		})
		if err != nil {
			return fmt.Errorf("dataset %s: %w", name, err)
		}
	}
	return nil
}

func (w *Warehouse) ensureDataset(ctx context.Context, name string) error {
	have, err := w.bq.API.Dataset(name).Metadata(ctx)
	if err == nil {
		if w.opts.Location != "" && have.Location != "" && !strings.EqualFold(have.Location, w.opts.Location) {
			return connectors.Errorf(connectors.KindConfig, "location", "write that location in the config, or name another dataset",
				"the dataset lies in %s, and the config says %s", have.Location, w.opts.Location)
		}
		return nil
	}
	if bigqueryclient.Status(err) != http.StatusNotFound {
		return err
	}
	md := &bigquery.DatasetMetadata{Location: w.opts.Location, Labels: w.tableLabels(), MaxTimeTravel: timeTravel,
		Description: "Made by Clientele."}
	if name == w.staging() {
		md.DefaultTableExpiration = stagedFor
	}
	if w.opts.KMSKey != "" {
		md.DefaultEncryptionConfig = &bigquery.EncryptionConfig{KMSKeyName: w.opts.KMSKey}
	}
	err = w.bq.API.Dataset(name).Create(ctx, md)
	if bigqueryclient.Status(err) == http.StatusConflict { // another process made it meanwhile
		return nil
	}
	return err
}

// tableLabels are those of datasets and tables.
func (w *Warehouse) tableLabels() map[string]string {
	labels := map[string]string{"app": "clientele"}
	for k, v := range w.opts.Labels {
		labels[k] = v
	}
	return labels
}

// each calls f for every name, several at a time.
func each(ctx context.Context, names []string, f func(ctx context.Context, name string) error) error {
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(parallel)
	for _, name := range names {
		g.Go(func() error { return f(ctx, name) })
	}
	return g.Wait()
}

// drop deletes a table or view, if it is there.
func (w *Warehouse) drop(ctx context.Context, dataset, table string) error {
	return w.bq.Call(ctx, func(ctx context.Context) error {
		err := w.bq.API.Dataset(dataset).Table(table).Delete(ctx)
		if bigqueryclient.Status(err) == http.StatusNotFound {
			return nil
		}
		return err
	})
}

// ensureTables makes tables of a dataset that are missing, and columns that are
// new in their definition. A column whose type changed is an error with the code
// "type_changed".
func (w *Warehouse) ensureTables(ctx context.Context, dataset string, tables []schemas.Table, published bool) error {
	have, err := w.bq.Tables(ctx, w.bq.API.Dataset(dataset))
	if err != nil {
		return err
	}
	byName := make(map[string]schemas.Table, len(tables))
	names := make([]string, len(tables))
	for i, t := range tables {
		byName[t.Name], names[i] = t, t.Name
	}
	return each(ctx, names, func(ctx context.Context, name string) error {
		t := byName[name]
		make := w.create
		if slices.Contains(have, name) {
			make = w.evolve
		}
		if err := make(ctx, dataset, t, published); err != nil {
			return fmt.Errorf("create table %s: %w", name, err)
		}
		return nil
	})
}

// create makes a table with all that it is to have: partitions and clusters
// can't be given to it later.
func (w *Warehouse) create(ctx context.Context, dataset string, t schemas.Table, published bool) error {
	md := &bigquery.TableMetadata{Schema: w.schema(t, published), Description: t.Doc, Labels: w.tableLabels()}
	if t.Partition != "" {
		md.TimePartitioning = &bigquery.TimePartitioning{Type: bigquery.MonthPartitioningType, Field: t.Partition}
	}
	if len(t.Cluster) > 0 {
		md.Clustering = &bigquery.Clustering{Fields: t.Cluster}
	}
	return w.bq.Call(ctx, func(ctx context.Context) error {
		err := w.bq.API.Dataset(dataset).Table(t.Name).Create(ctx, md)
		if bigqueryclient.Status(err) == http.StatusConflict { // by an earlier attempt of this call
			return nil
		}
		return err
	})
}

// evolve adds the columns that a table lacks, and renews what a published table
// says of itself.
func (w *Warehouse) evolve(ctx context.Context, dataset string, t schemas.Table, published bool) error {
	md, err := w.bq.Metadata(ctx, w.bq.API.Dataset(dataset).Table(t.Name))
	if err != nil {
		return err
	}
	want := w.schema(t, published)
	missing, err := lacking(md.Schema, want)
	if err != nil {
		return err
	}
	if len(missing) > 0 {
		d := dialect.BigQuery
		add := make([]string, len(missing))
		for i, name := range missing {
			c, _ := t.Column(name)
			add[i] = "ADD COLUMN IF NOT EXISTS " + d.Ident(name) + " " + d.Type(c.Type)
		}
		if _, err := w.run(ctx, "ALTER TABLE "+w.qualified(dataset, t.Name)+" "+strings.Join(add, ", ")); err != nil {
			return err
		}
		if md, err = w.bq.Metadata(ctx, w.bq.API.Dataset(dataset).Table(t.Name)); err != nil {
			return err
		}
	}
	described, same := describe(md.Schema, want)
	if !published || same && md.Description == t.Doc {
		return nil
	}
	update := bigquery.TableMetadataToUpdate{Schema: described, Description: t.Doc}
	for k, v := range w.tableLabels() {
		update.SetLabel(k, v)
	}
	return w.bq.Call(ctx, func(ctx context.Context) error {
		_, err := w.bq.API.Dataset(dataset).Table(t.Name).Update(ctx, update, md.ETag)
		return err
	})
}

func find(s bigquery.Schema, name string) *bigquery.FieldSchema {
	i := slices.IndexFunc(s, func(f *bigquery.FieldSchema) bool { return strings.EqualFold(f.Name, name) })
	if i < 0 {
		return nil
	}
	return s[i]
}

// lacking returns the columns that a table has yet to get.
func lacking(have, want bigquery.Schema) ([]string, error) {
	var missing []string
	for _, c := range want {
		switch f := find(have, c.Name); {
		case f == nil:
			missing = append(missing, c.Name)
		case f.Type != c.Type:
			return nil, connectors.Errorf(connectors.KindEnvironment, "type_changed", "give the column another name, or start a new dataset",
				"column %s is %s in the table, and should be %s", c.Name, f.Type, c.Type)
		}
	}
	return missing, nil
}

// describe returns the columns of a table with the descriptions and policy tags
// that they are to have, and whether they have them already.
func describe(have, want bigquery.Schema) (described bigquery.Schema, same bool) {
	described, same = slices.Clone(have), true
	for i, f := range described {
		c := find(want, f.Name)
		if c == nil || f.Description == c.Description && tags(f) == tags(c) {
			continue
		}
		changed := *f
		changed.Description, changed.PolicyTags = c.Description, c.PolicyTags
		if changed.PolicyTags == nil && tags(f) != "" { // an empty list takes them off
			changed.PolicyTags = &bigquery.PolicyTagList{}
		}
		described[i], same = &changed, false
	}
	return described, same
}

func tags(f *bigquery.FieldSchema) string {
	if f.PolicyTags == nil {
		return ""
	}
	return strings.Join(f.PolicyTags.Names, " ")
}

var fieldTypes = map[schemas.Type]bigquery.FieldType{
	schemas.String:    bigquery.StringFieldType,
	schemas.Int:       bigquery.IntegerFieldType,
	schemas.Decimal:   bigquery.NumericFieldType,
	schemas.Float:     bigquery.FloatFieldType,
	schemas.Bool:      bigquery.BooleanFieldType,
	schemas.Date:      bigquery.DateFieldType,
	schemas.Timestamp: bigquery.TimestampFieldType,
}

// schema returns the columns of a table as BigQuery defines them. Those of
// published tables bear the policy tags of the personal data that they hold.
func (w *Warehouse) schema(t schemas.Table, published bool) bigquery.Schema {
	out := make(bigquery.Schema, len(t.Columns))
	for i, c := range t.Columns {
		out[i] = &bigquery.FieldSchema{Name: c.Name, Type: fieldTypes[c.Type], Description: c.Doc}
		if tag := w.opts.PolicyTags[string(c.Personal)]; published && tag != "" && c.Personal != schemas.NotPersonal {
			out[i].PolicyTags = &bigquery.PolicyTagList{Names: []string{tag}}
		}
	}
	return out
}
