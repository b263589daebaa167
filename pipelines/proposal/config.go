package proposal

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"clientele/connectors"
)

// First is a config to begin with, where there are no files to look at.
const First = `# What to do every night. Check it with: clientele validate
version: 1
company: { name: My Company, country: BE, languages: [nl, fr], currency: EUR, timezone: Europe/Brussels }
sources:
  orders:                           # a name of your own for a place that data comes from
    connector: csv                  # clientele connectors list
    path: incoming/orders/*.csv     # relative to this file; each file is read once
    options: { delimiter: ";", encoding: windows-1252, decimal: "," }   # clientele connectors describe csv
    origin: own                     # own, form, survey or purchased: says whose value wins
    tables:                         # what the rows become; left the column of the table, right that of the file
      parties:     { key: [Klantnr], delivery: changes, map: { name: Klant, vat_number: BTW, email: { column: Mail, optional: true } } }
      orders:      { key: [Ordernr], delivery: append, map: { order_id: Ordernr, party: Klantnr, ordered_at: { column: Datum, layout: "02/01/2006" } } }
      order_lines: { key: [Ordernr, Lijn], delivery: append, map: { order_id: Ordernr, line_no: Lijn, product: Artikel, quantity: Aantal, unit_price: Prijs } }
scores:
  customer_value:
    for: customers
    rules:
      - { name: recent, of: days_since_last_order, bins: [ { below: 30, points: 40 }, { below: 90, points: 20 } ] }
      - { name: much, of: order_amount_total, linear: { from: 0, to: 10000, points: 60 } }
    classes: { A: 60, B: 30, C: 0 }
retention:
  landing: { of: landing, after: { period: 30d }, action: delete }   # rows as they were received
`

// Config looks at places and returns the text of a config that reads them: files,
// tables of databases, interfaces, presets. p.Dir is where it will stand, p.Temp a
// private folder for temporary files. No secret of a place stands in the text.
func Config(ctx context.Context, p connectors.Project, places []string) (string, error) {
	var b strings.Builder
	b.WriteString(`# What to do every night, as far as the files tell. Look at every guess, then: clientele validate
version: 1
company: { name: My Company, country: BE, languages: [nl, fr], currency: EUR, timezone: Europe/Brussels }   # guess: all of it
sources:
`)
	sources, err := Sources(ctx, p, places, nil)
	if err != nil {
		return "", err
	}
	b.WriteString(sources)
	b.WriteString("retention:\n  landing: { of: landing, after: { period: 30d }, action: delete }   # rows as they were received\n")
	return b.String(), nil
}

// Sources looks at places and returns the text of the sources that read them, as it
// stands under `sources:`. They get none of the names that are taken.
func Sources(ctx context.Context, p connectors.Project, places, taken []string) (string, error) {
	names := map[string]bool{}
	for _, name := range taken {
		names[name] = true
	}
	var all []*found
	for _, place := range places {
		fs, err := look(ctx, p, place)
		if err != nil {
			return "", err
		}
		all = append(all, fs...)
	}
	finders := make([]finder, len(all))
	known := ""  // source that numbers its customers and says who they are
	orders := "" // source that says when orders were made
	for i, f := range all {
		stem := f.name
		for n := 2; names[f.name]; n++ {
			f.name = fmt.Sprintf("%s_%d", stem, n)
		}
		names[f.name] = true
		finders[i] = newFinder(f)
		if known == "" && finders[i].has(customerNumber) && finders[i].describes() {
			known = f.name
		}
		if orders == "" && finders[i].hasOrders() {
			orders = f.name
		}
	}
	var b strings.Builder
	for i, f := range all {
		if f.name != known {
			finders[i].known = known
		}
		finders[i].orders = orders
		f.write(&b, finders[i])
	}
	return b.String(), nil
}

// write writes a source with its tables.
func (f *found) write(b *strings.Builder, finder finder) {
	fmt.Fprintf(b, "  %s:\n    connector: %s\n", f.name, f.connector)
	for _, line := range f.place {
		fmt.Fprintf(b, "    %s\n", line)
	}
	if len(f.options) > 0 {
		fmt.Fprintf(b, "    options: { %s }%s\n", strings.Join(f.options, ", "), guess(f.guesses))
	}
	b.WriteString("    origin: own   # guess: own, form, survey or purchased\n")
	if f.preset {
		return
	}
	b.WriteString("    tables:\n")
	for _, t := range finder.tables(f.columns) {
		parts := []string{"key: [" + strings.Join(scalars(t.key), ", ") + "]"}
		if t.ordinal != "" {
			parts = append(parts, "ordinal: "+t.ordinal)
		}
		parts = append(parts, "delivery: "+t.delivery)
		if t.partySource != "" {
			parts = append(parts, "party_source: "+t.partySource)
		}
		if t.orderSource != "" {
			parts = append(parts, "order_source: "+t.orderSource)
		}
		parts = append(parts, "map: { "+strings.Join(t.fields, ", ")+" }")
		fmt.Fprintf(b, "      %s: { %s }%s\n", t.name, strings.Join(parts, ", "), guess(t.guesses))
	}
}

func guess(guesses []string) string {
	if len(guesses) == 0 {
		return ""
	}
	return "   # guess: " + strings.Join(guesses, "; ")
}

// plain are the texts that YAML, also within braces, takes as they are.
var plain = regexp.MustCompile(`^[\pL/][\pL\pN_./-]*( [\pL\pN_./-]+)*$`)

// notTexts are those of them that it would take for something else.
var notTexts = []string{"true", "false", "yes", "no", "on", "off", "y", "n", "null"}

// Scalar writes a text as YAML, also within braces.
func Scalar(text string) string { return scalar(text) }

// scalar writes a text as YAML.
func scalar(text string) string {
	if plain.MatchString(text) && !slices.Contains(notTexts, strings.ToLower(text)) {
		return text
	}
	return quoted(text)
}

func scalars(texts []string) []string {
	out := make([]string, len(texts))
	for i, t := range texts {
		out[i] = scalar(t)
	}
	return out
}

// quoted writes a text in quotes, with $ doubled: configs expand ${NAME}.
func quoted(text string) string {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	_ = e.Encode(strings.ReplaceAll(text, "$", "$$")) // a text is always encoded
	return strings.TrimSuffix(b.String(), "\n")
}
