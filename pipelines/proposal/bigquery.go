package proposal

import (
	"context"
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
