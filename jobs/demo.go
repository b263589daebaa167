package jobs

import (
	"cmp"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"text/tabwriter"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/spf13/cobra"

	"clientele/connectors"
	"clientele/jobs/demo"
	"clientele/pipelines"
	"clientele/transforms/match"
)

type demoOptions struct {
	dir       string
	customers int
	seed      uint64
	asOf      string
}

func (a *app) demoCommand() *cobra.Command {
	var o demoOptions
	cmd := &cobra.Command{
		Use:   "demo [DIR]",
		Short: "Make a fictitious company's sources with known truth, and work a night on them",
		Long: `Writes the sources of a fictitious wholesaler below DIR (default: demo), with the
truth beside them, works one night and compares what it found with the truth.
What an earlier demo left in DIR is replaced; a folder with anything else in it is refused.`,
		Example: "  clientele demo\n  clientele demo --customers 500 --seed 7 --as-of 2026-11-21 /tmp/demo",
		Args:    cobra.MaximumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.command = "demo"
			o.dir = "demo"
			if len(args) == 1 {
				o.dir = args[0]
			}
			return a.demo(cmd.Context(), o)
		},
	}
	cmd.Flags().IntVar(&o.customers, "customers", 20_000, "true customers")
	cmd.Flags().Uint64Var(&o.seed, "seed", 1, "seed: the same one makes the same files")
	cmd.Flags().StringVar(&o.asOf, "as-of", "", "date of the night (default: today)")
	cmd.AddCommand(a.demoPersonsCommand())
	return cmd
}

// demoSummary is what the demo found; it is written to summary.json.
type demoSummary struct {
	Night         string            `json:"night"`
	Customers     int               `json:"true_customers"`
	Found         int               `json:"customers_found"`
	Records       int               `json:"records"`
	Engine        string            `json:"engine"`
	Accuracy      match.Accuracy    `json:"accuracy"`
	Firms         match.Accuracy    `json:"accuracy_of_firms"` // and of persons in trade
	Persons       match.Accuracy    `json:"accuracy_of_persons"`
	Linking       demo.Linking      `json:"register"`
	Classes       []classCount      `json:"classes"`
	GenerateTook  time.Duration     `json:"generate_took_ns"`
	NightTook     time.Duration     `json:"night_took_ns"`
	Report        *pipelines.Report `json:"report"`
	PublishedFile string            `json:"published"`
}

type classCount struct {
	Class     string `json:"class"`
	Customers int64  `json:"customers"`
}

func (a *app) demo(ctx context.Context, o demoOptions) error {
	asOf, err := parseDate(o.asOf)
	if err != nil {
		return err
	}
	if asOf.IsZero() {
		y, m, d := a.Now().Date()
		asOf = time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
	}
	if err := clearDemo(o.dir); err != nil {
		return err
	}
	start := a.Now()
	show := (&progress{app: a}).show
	truth, err := demo.Generate(ctx, demo.Options{Dir: o.dir, Customers: o.customers, Seed: o.seed, AsOf: asOf,
		Progress: func(step string, done, _ int) {
			show(pipelines.Event{Step: "generate", Source: step, Rows: int64(done)})
		}})
	if err != nil {
		return err
	}
	a.config = filepath.Join(o.dir, "clientele.yaml")
	if err := os.WriteFile(a.config, demo.Config, 0o600); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	generated := a.Now()
	show(pipelines.Event{Step: "generate", Rows: int64(truth.Records), Done: true, Took: generated.Sub(start)})
	p, err := a.open(ctx)
	if err != nil {
		return err
	}
	defer p.Close()
	report, err := p.Run(ctx, pipelines.RunOptions{AsOf: asOf})
	if err != nil {
		return err
	}
	s := &demoSummary{Night: report.AsOf, Customers: truth.Customers, Records: truth.Records, Engine: report.Match.Engine, Report: report,
		GenerateTook: generated.Sub(start), NightTook: a.Now().Sub(generated), PublishedFile: filepath.Join(o.dir, ".clientele", filepath.Base(p.PublishedIn()))}
	if err := s.compare(ctx, p.Warehouse, o.dir); err != nil {
		return err
	}
	text, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	if err := os.WriteFile(filepath.Join(o.dir, "summary.json"), append(text, '\n'), 0o600); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	return a.done(fmt.Sprintf("%d customers found of %d", s.Found, s.Customers), s, func(w io.Writer) error { return s.write(w, a.config) })
}

// clearDemo removes what an earlier demo wrote, and refuses a folder that holds
// anything else.
func clearDemo(dir string) error {
	own := []string{"incoming", "registries", "truth", ".clientele", "clientele.yaml", "summary.json"}
	entries, err := os.ReadDir(dir)
	if errors.Is(err, os.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	for _, e := range entries {
		if !slices.Contains(own, e.Name()) {
			return connectors.Errorf(connectors.KindConfig, "not_empty", "name an empty folder, or none", "%s holds %s, which no demo wrote", dir, e.Name())
		}
	}
	for _, name := range own {
		if err := os.RemoveAll(filepath.Join(dir, name)); err != nil {
			return fmt.Errorf("demo: %w", err)
		}
	}
	return nil
}

// compare reads which customer each record became, and by which number each firm goes,
// and compares both with the truth in the folder.
func (s *demoSummary) compare(ctx context.Context, w connectors.Warehouse, dir string) error {
	type record struct{ source, id string }
	r, err := w.Published(ctx)
	if err != nil {
		return err
	}
	defer r.Close()
	found := map[record]string{}
	err = r.Read(ctx, "SELECT source, source_record_id, customer_id FROM customer_sources", func(rec arrow.Record) error {
		source, id, customer := rec.Column(0).(*array.String), rec.Column(1).(*array.String), rec.Column(2).(*array.String)
		for i := range int(rec.NumRows()) {
			found[record{source.ValueStr(i), string([]byte(id.Value(i)))}] = string([]byte(customer.Value(i)))
		}
		return nil
	})
	if err != nil {
		return err
	}
	numbers, err := firmNumbers(ctx, r)
	if err != nil {
		return err
	}
	firms, err := demo.Firms(dir)
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	given := map[string][]string{}
	f, err := os.Open(filepath.Join(dir, "truth", "records.csv"))
	if err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	defer f.Close()
	var truth, kinds, got []string
	rows := csv.NewReader(f)
	if _, err := rows.Read(); err != nil {
		return fmt.Errorf("demo: read truth: %w", err)
	}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return fmt.Errorf("demo: read truth: %w", err)
		}
		customer, ok := found[record{row[0], row[1]}]
		if !ok { // quarantined: a customer of its own
			customer = row[0] + "/" + row[1]
		}
		if n := numbers[customer]; n != "" {
			given[row[2]] = append(given[row[2]], n)
		}
		truth, kinds, got = append(truth, row[2]), append(kinds, row[3]), append(got, customer)
	}
	s.Accuracy = match.Pairwise(truth, got)
	s.Firms = match.PairwiseOf(truth, got, func(i int) bool { return kinds[i] == "person" })
	s.Persons = match.PairwiseOf(truth, got, func(i int) bool { return kinds[i] != "person" })
	s.Found = match.Distinct(got)
	s.Linking = demo.Link(firms, given)
	return r.Read(ctx, "SELECT class, COUNT(*) FROM scores GROUP BY class ORDER BY class ASC NULLS LAST", func(rec arrow.Record) error {
		class, n := rec.Column(0).(*array.String), rec.Column(1).(*array.Int64)
		for i := range int(rec.NumRows()) {
			s.Classes = append(s.Classes, classCount{class.ValueStr(i), n.Value(i)})
		}
		return nil
	})
}

// firmNumbers reads by which number each customer that is a firm goes: this is what the
// measure takes for linked.
func firmNumbers(ctx context.Context, r connectors.Reader) (map[string]string, error) {
	out := map[string]string{}
	err := r.Read(ctx, "SELECT customer_id, COALESCE(registry_number, enterprise_number, CASE WHEN vat_number LIKE 'BE%' THEN SUBSTR(vat_number, 3) END, vat_number) FROM organisations", func(rec arrow.Record) error {
		customer, number := rec.Column(0).(*array.String), rec.Column(1).(*array.String)
		for i := range int(rec.NumRows()) {
			if number.IsValid(i) {
				out[string([]byte(customer.Value(i)))] = string([]byte(number.Value(i)))
			}
		}
		return nil
	})
	return out, err
}

// share writes a part of a whole in percent.
func share(part, whole int) string {
	return fmt.Sprintf("%.1f %%", 100*float64(part)/float64(max(1, whole)))
}

// write prints the summary for people.
func (s *demoSummary) write(w io.Writer, config string) error {
	fmt.Fprintf(w, "Night of %s\n\n", s.Night)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "source\trows\tquarantined\t")
	codes := map[string]int64{}
	for _, source := range s.Report.Sources {
		var rows, quarantined int64
		for _, table := range source.Tables {
			rows = max(rows, table.Read)
			for _, c := range table.Quarantined {
				quarantined += c.Rows
				codes[c.Code] += c.Rows
			}
		}
		fmt.Fprintf(t, "%s\t%s\t%s\t\n", source.Source, thousands(rows), thousands(quarantined))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintln(w, "\nQuarantined by code")
	names := make([]string, 0, len(codes))
	for code := range codes {
		names = append(names, code)
	}
	slices.SortFunc(names, func(a, b string) int { return cmp.Or(cmp.Compare(codes[b], codes[a]), cmp.Compare(a, b)) })
	for _, code := range names {
		fmt.Fprintf(w, "  %-14s %6s\n", code, thousands(codes[code]))
	}
	fmt.Fprintf(w, "\n%s records of %s true customers: the %s matcher found %s customers\n", thousands(int64(s.Records)), thousands(int64(s.Customers)), s.Engine, thousands(int64(s.Found)))
	for _, of := range []struct {
		name string
		match.Accuracy
	}{{"all", s.Accuracy}, {"firms", s.Firms}, {"persons", s.Persons}} {
		fmt.Fprintf(w, "  %-8s pairwise precision %.3f, recall %.3f, F1 %.3f\n", of.name, of.Precision, of.Recall, of.F1)
	}
	l := s.Linking
	fmt.Fprintf(w, "\nregister: %s of %s firms that can be linked have the right number (%s), %s another one's (%s)\n", thousands(int64(l.Linkable.Right)), thousands(int64(l.Linkable.Firms)),
		share(l.Linkable.Right, l.Linkable.Firms), thousands(int64(l.Linkable.Wrong)), share(l.Linkable.Wrong, l.Linkable.Firms))
	for _, of := range []struct {
		name string
		demo.Linked
	}{{"with a number of their own", l.Numbered}, {"without", l.Bare}} {
		fmt.Fprintf(w, "  %-26s %s of %s right, %s wrong\n", of.name, thousands(int64(of.Right)), thousands(int64(of.Firms)), thousands(int64(of.Wrong)))
	}
	fmt.Fprintf(w, "  of %s others, foreign, natural persons, gone or hardly known, %s have another one's\n", thousands(int64(l.Others.Firms)), thousands(int64(l.Others.Wrong)))
	fmt.Fprintln(w, "\nCustomers by class of customer_value")
	for _, c := range s.Classes {
		fmt.Fprintf(w, "  %-3s %8s\n", c.Class, thousands(c.Customers))
	}
	fmt.Fprintf(w, "\nPublished in %s\nTry:\n", s.PublishedFile)
	for _, sql := range []string{
		"select lifecycle, kind, count(*) from customers group by all order by all",
		"select name, municipality, value, class from scores join customers using (customer_id) order by value desc, name limit 10",
		"select source, target, rows_read, rows_conformed, rows_filtered, rows_quarantined from run_tables where code is null limit 10",
	} {
		fmt.Fprintf(w, "  clientele --config %s query %q\n", config, sql)
	}
	_, err := fmt.Fprintf(w, "\ngenerated in %.1fs, night in %.1fs\n", s.GenerateTook.Seconds(), s.NightTook.Seconds())
	return err
}
