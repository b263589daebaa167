package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"clientele/connectors"
	"clientele/connectors/registry"
	"clientele/pipelines"
	"clientele/pipelines/config"
	"clientele/pipelines/registers"
)

func (a *app) enrichCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "enrich",
		Short:   "What official registers know of a firm",
		Example: "  clientele enrich lookup BE0403019261",
	}
	var o lookupOptions
	lookup := &cobra.Command{
		Use:   "lookup NUMBER|VAT|LEI|NAME",
		Short: "Ask registers about one firm, by a number or its name",
		Long: `Asks official registers about one firm, and prints each value with the register
that it is of, its date and its terms. A number without a country is one of the
company's own; VAT numbers begin with their country. The registers are those that
the config has under registries; without any, those that need no key.
docs/registries.md says what each gives. Nothing is stored.`,
		Example: `  clientele enrich lookup BE0403019261
  clientele enrich lookup 69599084 --country NL --registry kvk
  clientele enrich lookup 529900D6BF99LW9R2E68 --json`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.command = "enrich lookup"
			return a.lookup(cmd.Context(), strings.Join(args, " "), o)
		},
	}
	f := lookup.Flags()
	f.StringVar(&o.country, "country", "", "country of a number or name, like BE (default: that of the company)")
	f.StringVar(&o.registry, "registry", "", "the one register to ask")
	load := &cobra.Command{
		Use:   "load",
		Short: "Bring the copies of registers up to date",
		Long: `Takes in what is new of the registers of the config of which a copy is kept, as
files that were downloaded: full extracts and updates of KBO, in the order of their
numbers. A copy that a load was stopped at stays as it was.`,
		Example: "  clientele enrich load",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.command = "enrich load"
			return a.loadRegisters(cmd.Context())
		},
	}
	fetch := &cobra.Command{
		Use:   "fetch REGISTER",
		Short: "Download what the copy of a register lacks",
		Long: `Downloads extracts of a register from where the config says (registries.kbo.fetch),
to lie at its path: the updates that follow the copy, or the newest full extract
where there is no copy, or a gap in the updates. What is there is not downloaded
again. "clientele enrich load" and nights take in what came; nights fetch by
themselves before.`,
		Example: "  clientele enrich fetch kbo",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.command = "enrich fetch"
			return a.fetchRegister(cmd.Context(), args[0])
		},
	}
	explain := &cobra.Command{
		Use:   "explain REFERENCE",
		Short: "What registers answered about a customer, and which of it stands",
		Long: `Prints what each register of the config answered about a customer in the nights: by
which number it was asked, when, and its values, with those that are the customer's.
No register is asked. A reference is a customer id, or SOURCE:RECORD as the source
knows it.`,
		Example: "  clientele enrich explain orders:10234",
		Args:    cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			return a.working(cmd.Context(), "enrich explain", func(p *pipelines.Project) error {
				return a.explainRegisters(cmd.Context(), p, args[0])
			})
		},
	}
	cmd.AddCommand(lookup, fetch, load, explain)
	return cmd
}

type lookupOptions struct {
	country  string
	registry string
}

// answerJSON is what one register said, as --json prints it.
type answerJSON struct {
	Register    string             `json:"register"`
	Title       string             `json:"title"`
	Licence     string             `json:"licence"`
	LicenceURL  string             `json:"licence_url,omitempty"`
	Attribution string             `json:"attribution,omitempty"`
	Limits      string             `json:"limits,omitempty"`
	Firms       [][]registry.Value `json:"firms"`
	Error       *errorJSON         `json:"error,omitempty"`
}

func (a *app) loadRegisters(ctx context.Context) error {
	c, err := a.load(a.known)
	if err != nil {
		return err
	}
	r := registers.Open(c.Registries, filepath.Clean(c.Dir()), a.homeOf(c), a.registryWorld())
	defer r.Close()
	show := (&progress{app: a}).show
	loaded, err := r.Refresh(ctx, func(name string, f registry.Refreshed) {
		show(pipelines.Event{Step: "load", Source: name, Rows: f.In, Detail: f.Name, Done: true})
	})
	if err != nil {
		return err
	}
	files := 0
	for _, l := range loaded {
		files += len(l.Files)
	}
	return a.done(fmt.Sprintf("%s taken in", counted(files, "file")), loaded, nil)
}

func (a *app) fetchRegister(ctx context.Context, name string) error {
	c, err := a.load(a.known)
	if err != nil {
		return err
	}
	r := registers.Open(c.Registries, filepath.Clean(c.Dir()), a.homeOf(c), a.registryWorld())
	defer r.Close()
	show := (&progress{app: a}).show
	fetched, err := r.Fetch(ctx, name, func(f registry.Fetched) {
		show(pipelines.Event{Step: "fetch", Source: name, Rows: f.Size, Unit: "bytes", Detail: f.Name, Done: true})
	})
	if err != nil {
		return err
	}
	return a.done(fmt.Sprintf("%s downloaded", counted(len(fetched.Files), "file")), fetched, func(w io.Writer) error {
		for _, f := range fetched.Files {
			fmt.Fprintln(w, f.Name)
		}
		if len(fetched.Files) == 0 {
			fmt.Fprintln(w, "there is nothing new")
		}
		return nil
	})
}

func (a *app) lookup(ctx context.Context, text string, o lookupOptions) error {
	company, registries, dir, home, err := a.registries()
	if err != nil {
		return err
	}
	if o.country == "" {
		o.country = company.Country
	}
	id, err := registers.Identify(text, strings.ToUpper(o.country))
	if err != nil {
		return err
	}
	r := registers.Open(registries, dir, home, a.registryWorld())
	defer r.Close()
	said, err := r.Lookup(ctx, id, o.registry)
	if err != nil {
		return err
	}
	var firms int
	var failed []error
	answers := make([]answerJSON, len(said))
	for i, s := range said {
		l := s.Card.Licence
		answers[i] = answerJSON{Register: s.Card.Name, Title: s.Card.Title, Licence: l.Name, LicenceURL: l.URL, Attribution: l.Attribution, Limits: l.Limits, Firms: [][]registry.Value{}}
		for _, record := range s.Records {
			answers[i].Firms = append(answers[i].Firms, registers.Values(record, s.Card, company.Languages))
		}
		firms += len(s.Records)
		if s.Err != nil {
			failed = append(failed, s.Err)
			answers[i].Error = &errorJSON{Code: connectors.CodeOf(s.Err), Message: s.Err.Error(), Exit: exitCode(ctx, s.Err)}
		}
	}
	if firms == 0 {
		return nothing(said, failed)
	}
	return a.done(fmt.Sprintf("%d registers asked, %d firms found", len(said), firms), answers, func(w io.Writer) error {
		return printAnswers(w, answers)
	})
}

func (a *app) explainRegisters(ctx context.Context, p *pipelines.Project, ref string) error {
	answers, err := p.ExplainRegisters(ctx, ref)
	if err != nil {
		return err
	}
	return a.done(fmt.Sprintf("customer %s: %d registers", answers.Current, len(answers.Registers)), answers, func(w io.Writer) error {
		for _, l := range answers.Links {
			fmt.Fprintln(w, linkLine(l))
		}
		if len(answers.Links) > 0 {
			fmt.Fprintln(w)
		}
		for i, x := range answers.Registers {
			if i > 0 {
				fmt.Fprintln(w)
			}
			fmt.Fprintf(w, "%s: %s\n  %s\n", x.Register, x.Title, said(x))
			lines := make([][]string, 0, len(x.Values))
			for _, v := range x.Values {
				stands := ""
				switch {
				case v.Stands:
					stands = "stands"
				case v.By != "":
					stands = v.By + " stands before it"
				}
				lines = append(lines, []string{v.Field, printable(oneLine(v.Value)), stands, v.Detail})
			}
			if err := printLines(w, lines); err != nil {
				return err
			}
			if x.Known {
				fmt.Fprintf(w, "  licence: %s\n", x.Licence)
			}
		}
		return nil
	})
}

// linkLine says in a line which registered firm a party was taken to be.
func linkLine(l pipelines.PartyLink) string {
	if l.Number == "" {
		return fmt.Sprintf("%s was looked for in %s of %s, and no firm was found", l.Party, l.Register, l.SoughtOn)
	}
	how := map[registers.Relation]string{
		registers.Likeness: "by name and place", registers.Renamed: "under another name", registers.Branch: "as its establishment " + l.Site, registers.Succeeded: "in the place of a number that is gone",
	}[l.Relation]
	rival := ""
	if l.Rival >= 0.0005 {
		rival = fmt.Sprintf("; the next firm has %.3f", l.Rival)
	}
	return fmt.Sprintf("%s is %s of %s %s, with probability %.3f%s (copy of %s)", l.Party, l.Number, l.Register, how, l.Probability, rival, l.SoughtOn)
}

// said says in a line whether and when a register was asked.
func said(x pipelines.RegisterAnswer) string {
	by := strings.ReplaceAll(x.AskedBy, "_", " ") + " " + x.Number
	stale := ""
	if x.Stale {
		stale = "; it is older than it may be"
	}
	switch {
	case x.AskedBy == "":
		return "knows firms by no number that the customer has"
	case x.AskedOn == "":
		return "was not asked yet, by " + by
	case !x.Known:
		return "knows no firm of " + by + ", as of " + x.AskedOn + stale
	}
	return "by " + by + ", as of " + x.AskedOn + stale
}

// registryWorld is what asking registers needs to know of the world.
func (a *app) registryWorld() registry.World {
	w := registry.World{Version: a.Version, Outside: connectors.Outside{Now: a.Now, Getenv: a.Getenv}}
	if a.Wait != nil {
		w.Sleep = func(ctx context.Context, d time.Duration) error { return a.Wait(ctx, a.Now().Add(d)) }
	}
	return w
}

// registries returns the registers of the config, or where there is no config
// those that need none.
func (a *app) registries() (company config.Company, r config.Registries, dir, home string, err error) {
	c, err := a.load(a.known)
	if connectors.CodeOf(err) == "no_config" && a.config == defaultConfig {
		return company, config.DefaultRegistries(), ".", "", nil
	}
	if err != nil {
		return company, r, "", "", err
	}
	return c.Company, c.Registries, filepath.Clean(c.Dir()), a.homeOf(c), nil
}

// nothing is the error of a lookup that found no firm: what kept registers from
// answering, or that none of them knows it.
func nothing(said []registers.Said, failed []error) error {
	if len(failed) > 0 {
		return errors.Join(failed...)
	}
	titles := make([]string, len(said))
	for i, s := range said {
		titles[i] = s.Card.Title
	}
	return connectors.Errorf(connectors.KindData, "unknown_firm", "check it, or its --country; firms that stopped are gone from some registers",
		"no such firm in %s", strings.Join(titles, ", "))
}

// printAnswers prints a table per register: values with their year and how sure
// they are, and below it the terms.
func printAnswers(w io.Writer, answers []answerJSON) error {
	for i, x := range answers {
		if i > 0 {
			fmt.Fprintln(w)
		}
		fmt.Fprintf(w, "%s: %s\n", x.Register, x.Title)
		if x.Error != nil {
			fmt.Fprintf(w, "  error: %s\n", x.Error.Message)
			continue
		}
		if len(x.Firms) == 0 {
			fmt.Fprintln(w, "  knows no such firm")
			continue
		}
		for n, firm := range x.Firms {
			if n > 0 {
				fmt.Fprintln(w)
			}
			lines := make([][]string, 0, len(firm))
			for _, v := range firm {
				year := ""
				if v.Year != 0 {
					year = strconv.Itoa(v.Year)
				}
				lines = append(lines, []string{v.Field, oneLine(v.Text), year, string(v.Basis), string(v.AsOf), oneLine(v.Detail)})
			}
			if err := printLines(w, lines); err != nil {
				return err
			}
		}
		fmt.Fprintf(w, "  licence: %s\n", strings.TrimSpace(x.Licence+" "+x.LicenceURL))
		if x.Attribution != "" {
			fmt.Fprintf(w, "  to be shown with the values: %s\n", x.Attribution)
		}
		if x.Limits != "" {
			fmt.Fprintf(w, "  mind: %s\n", x.Limits)
		}
	}
	return nil
}

// printLines prints lines of cells below each other, indented, without blanks at their
// ends.
func printLines(w io.Writer, lines [][]string) error {
	var table strings.Builder
	t := tabwriter.NewWriter(&table, 0, 0, 2, ' ', 0)
	for _, cells := range lines {
		fmt.Fprintln(t, "  "+strings.Join(cells, "\t"))
	}
	if err := t.Flush(); err != nil {
		return err
	}
	for line := range strings.Lines(table.String()) {
		fmt.Fprintln(w, strings.TrimRight(line, " \n"))
	}
	return nil
}

// oneLine keeps what a register wrote from breaking a table.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
