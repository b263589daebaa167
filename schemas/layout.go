package schemas

// layout is how an engine that can do so keeps the rows of a table apart and
// together: by the months of a date or instant, and by columns that queries ask
// for.
type layout struct {
	partition string
	cluster   []string
}

// layouts are those of the published tables that grow. The others are small, and
// read whole.
var layouts = map[string]layout{
	"customers":           {cluster: []string{"customer_id"}},
	"customers_history":   {partition: "valid_from", cluster: []string{"customer_id"}},
	"customer_sources":    {cluster: []string{"customer_id"}},
	"customer_fields":     {cluster: []string{"customer_id", "field"}},
	"customer_attributes": {cluster: []string{"customer_id", "name"}},
	"addresses":           {cluster: []string{"customer_id"}},
	"contact_points":      {cluster: []string{"customer_id"}},
	"contact_rights":      {cluster: []string{"customer_id", "channel"}},
	"orders":              {partition: "ordered_at", cluster: []string{"customer_id"}},
	"order_lines":         {cluster: []string{"order_id", "product"}},
	"quotes":              {partition: "requested_at", cluster: []string{"customer_id"}},
	"invoices":            {partition: "invoiced_on", cluster: []string{"customer_id"}},
	"interactions":        {partition: "occurred_at", cluster: []string{"customer_id", "channel"}},
	"survey_answers":      {partition: "answered_on", cluster: []string{"survey", "customer_id"}},
	"customer_metrics":    {cluster: []string{"customer_id"}},
	"scores":              {cluster: []string{"score", "customer_id"}},
	"score_parts":         {cluster: []string{"score", "customer_id"}},
}

// laid gives tables their layouts.
func laid(tables []Table) []Table {
	for i, t := range tables {
		tables[i].Partition, tables[i].Cluster = layouts[t.Name].partition, layouts[t.Name].cluster
	}
	return tables
}
