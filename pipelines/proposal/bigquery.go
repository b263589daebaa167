package proposal

import (
	"context"
	"slices"
	"strings"

	"clientele/connectors"
	"clientele/connectors/bigquerysource"
	"clientele/connectors/selection"
)

const bigqueryPrefix = "bigquery://"

// billed is what looking at a view of BigQuery may cost, in bytes.
const billed = 10_000_000_000

// dataset is where tables of BigQuery lie: bigquery://project/dataset, whose project
// is billed; a dataset of another one is written other-project.dataset.
type dataset struct {
	project, name string
}

// datasetOf reads an address without its table.
func datasetOf(address string) (dataset, bool) {
	rest, ok := strings.CutPrefix(address, bigqueryPrefix)
	project, name, _ := strings.Cut(rest, "/")
	name = strings.Trim(name, "/")
	return dataset{project, name}, ok && project != "" && name != ""
}

// datasetTables proposes a source for each of the tables that an address of BigQuery
// names.
func datasetTables(ctx context.Context, p connectors.Project, place, resolved string) ([]*found, error) {
	pattern, named, err := tableOf(resolved)
	if err != nil {
		return nil, err
	}
	at, ok := datasetOf(withoutTable(resolved))
	if !ok {
		return nil, connectors.Errorf(connectors.KindConfig, "bad_url", "write it like bigquery://project/dataset?table=orders", "the address of BigQuery can't be read")
	}
	written, ok := datasetOf(withoutTable(place))
	if !ok { // the environment holds all of it
		written = at
	}
	o := bigquerysource.Options{Project: at.project, Selection: selection.Selection{Table: at.name + "." + pattern}, MaximumBytesBilled: billed}
	src, err := bigquerysource.New(p, o)
	if err != nil {
		return nil, err
	}
	list, err := src.Deliveries(ctx, "")
	if err != nil {
		return nil, err
	}
	if !named {
		return nil, namesNoTable("BigQuery", list)
	}
	var out []*found
	for _, d := range list {
		table := d.Name[strings.LastIndexByte(d.Name, '.')+1:]
		f := &found{name: sourceName(table), connector: "bigquery", options: []string{"project: " + inQuotes(written.project), "table: " + inQuotes(written.name+"."+table)}}
		if err := f.previewed(ctx, src, d); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// previewed looks at a table. Reading it needs a key, which few tables declare.
func (f *found) previewed(ctx context.Context, src *bigquerysource.Source, d connectors.Delivery) error {
	p, err := src.Preview(ctx, d, sampled)
	if err != nil {
		return err
	}
	defer p.Close()
	if err := f.read(ctx, p); err != nil || p.Keyed {
		return err
	}
	i := slices.IndexFunc(f.columns, func(c Column) bool { return c.Nulls == 0 && c.Unique() && slices.Contains(p.Sortable, c.Name) })
	if i < 0 {
		f.guesses = append(f.guesses, "it declares no primary key: name the columns that tell its rows apart, like key: [order_id, line_no]")
		return nil
	}
	f.options = append(f.options, "key: "+scalar(f.columns[i].Name))
	f.guesses = append(f.guesses, "the column that tells rows apart")
	return nil
}
