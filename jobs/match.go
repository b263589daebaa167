package jobs

import (
	"context"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"clientele/connectors"
	"clientele/pipelines"
	"clientele/pipelines/decisions"
	"clientele/pipelines/matching"
	"clientele/schemas/option"
)

func (a *app) matchCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "match",
		Short: "Which records are one firm or person: of files, or as people decide for a project",
		Long: `Dedupes files, one or several together, or links files with others, of any columns:
CSV, Parquet and Excel. A config of a few lines says what the columns are; without
one it is proposed from the data. Nothing is sent anywhere, and nothing is learnt from
examples: the model is estimated from the files themselves.

Of a project, whose nights match by themselves, people decide here what evidence can't:
same, different, forget.`,
		Example: `  clientele match init customers.csv > match.yaml
  clientele match run customers.csv --config match.yaml --out matched
  clientele match explain 17 204 --in matched
  clientele match same shop:1042 web:77 --why "she told me on the phone"`,
	}
	cmd.AddCommand(a.matchInitCommand(), a.matchPlanCommand(), a.matchRunCommand(), a.matchExplainCommand(), a.matchTrainCommand(), a.matchDiffCommand(), a.matchEvaluateCommand())
	cmd.AddCommand(a.matchDecideCommands()...)
	cmd.AddCommand(a.matchReviewCommand())
	return cmd
}

// matchOptions are what verbs of match have in common: which files, and how.
type matchOptions struct {
	files     []string
	against   []string
	model     string
	labels    string // file of records that belong together, "" for none
	decisions string // file of what people decided, "" for none
	// configured says that --config names a config of matching.
	configured bool
}

// matchFlags adds the flags of a verb that reads files.
func (a *app) matchFlags(cmd *cobra.Command, o *matchOptions) {
	cmd.Flags().StringArrayVar(&o.against, "against", nil, "file that the others are linked with; may be given several times")
	cmd.Flags().StringVar(&o.model, "model", "", "model to use, as train wrote it (default: train one)")
}

// matchVerb wraps the work of a verb of match.
func (a *app) matchVerb(o *matchOptions, work func(ctx context.Context, args []string) error) func(*cobra.Command, []string) error {
	return func(cmd *cobra.Command, args []string) error {
		a.command = strings.TrimPrefix(cmd.CommandPath(), "clientele ")
		o.files, o.configured = args, cmd.Flags().Changed("config")
		return work(cmd.Context(), args)
	}
}

// matchJob is a job and what it was made of.
type matchJob struct {
	*matching.Job
	proposed bool
	temp     string
}

func (j *matchJob) close() { _ = os.RemoveAll(j.temp) }

// matchJob opens the files of a verb, with the config that it names, or else one that is
// proposed from them. The caller closes the job.
func (a *app) matchJob(ctx context.Context, o matchOptions) (*matchJob, error) {
	temp, err := os.MkdirTemp("", "clientele-match-") // a workbook is unpacked there
	if err != nil {
		return nil, unwritable("a temporary folder", err)
	}
	j := &matchJob{Job: &matching.Job{Progress: a.matchProgress()}, temp: temp}
	if err := a.fillMatchJob(ctx, j, o); err != nil {
		j.close()
		return nil, err
	}
	return j, nil
}

func (a *app) fillMatchJob(ctx context.Context, j *matchJob, o matchOptions) error {
	// The config first: what is wrong with it is found without reading anything.
	var err error
	if o.configured {
		if j.Config, err = a.matchConfig(a.config); err != nil {
			return err
		}
	}
	if o.decisions != "" {
		log, err := decisions.Read(o.decisions, true)
		if err != nil {
			return err
		}
		j.Decided = decisions.NewBook(log)
	}
	j.Labels, j.Temp = o.labels, j.temp
	if o.model != "" {
		if j.Model, err = matching.LoadModel(o.model); err != nil {
			return err
		}
	}
	if j.Files, err = matching.Open(ctx, j.temp, o.files, o.against); err != nil {
		return err
	}
	if j.Config == nil {
		text, err := matching.Propose(ctx, j.Files)
		if err != nil {
			return err
		}
		j.proposed = true
		if j.Config, a.findings = matching.Parse("the proposed config", text); j.Config == nil {
			return fmt.Errorf("what was found in these files makes no config: %w", a.findings.Err())
		}
		a.sayProposed(text)
	}
	return a.bindMatch(j)
}

// matchConfig reads a config of matching.
func (a *app) matchConfig(path string) (*matching.Config, error) {
	c, findings, err := matching.Load(path)
	if err != nil {
		return nil, err
	}
	a.findings = findings
	return c, findings.Err()
}

// bindMatch finds the columns of the config in the files, and says what is worth
// saying of both. That a proposed field is not in every file is no news.
func (a *app) bindMatch(j *matchJob) error {
	found := j.Files.Bind(j.Config)
	if j.proposed {
		found = found.Errors()
	}
	a.findings = append(a.findings, found...)
	if err := a.findings.Err(); err != nil {
		return err
	}
	a.sayFindings()
	return nil
}

// sayProposed shows a config that nobody wrote.
func (a *app) sayProposed(text string) {
	if a.json || a.quiet {
		return
	}
	fmt.Fprintln(a.Err, "no --config: this one is proposed from the data")
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(line, "# ") {
			fmt.Fprint(a.Err, "  ", line)
		}
	}
}

// matchProgress shows the steps of a match as they end.
func (a *app) matchProgress() func(step string, n int64) {
	began := a.Now()
	show := (&progress{app: a}).show
	return func(step string, n int64) {
		now := a.Now()
		unit := "records"
		if step == matching.StepTrain || step == matching.StepMatch {
			unit = "pairs"
		}
		show(pipelines.Event{Step: step, Rows: n, Unit: unit, Done: true, Took: now.Sub(began)})
		began = now
	}
}

// sayUnusable warns of rows that could not be taken in whole.
func (a *app) sayUnusable(s *matching.Summary) {
	var found option.Findings
	warn := func(file, code, format string, n int) {
		found = append(found, option.Finding{Severity: option.Warning, Code: code, Where: option.Position{File: file}, Message: fmt.Sprintf(format, thousands(int64(n)))})
	}
	for _, f := range s.Files {
		for _, code := range slices.Sorted(maps.Keys(f.Unusable)) {
			warn(f.Name, code, "%s rows can't be used and are in no cluster: "+code, f.Unusable[code])
		}
		if f.WithoutID > 0 {
			warn(f.Name, "no_id", "%s rows have no id: they are called by their row", f.WithoutID)
		}
	}
	if !a.json && !a.quiet {
		for _, f := range found {
			fmt.Fprintln(a.Err, f)
		}
	}
	a.findings = append(a.findings, found...)
}

func (a *app) matchRunCommand() *cobra.Command {
	var o matchOptions
	var out string
	cmd := &cobra.Command{
		Use:   "run FILE… [--against FILE] --out DIR",
		Short: "Dedupe files, or link them with others, into a folder",
		Long: `Reads the files, trains a model of them (or uses --model), and writes the folder
--out: clusters.csv says of every record which cluster it is in, pairs.parquet holds the
pairs with their probability and evidence, model.json the model, summary.json the
numbers. With --against, the records of one side are linked with those of the other,
and not with one another. The same files and config give the same bytes. A folder
that an earlier run wrote is replaced as a whole. Without --config, one is proposed
from the data, shown and used.`,
		Example: `  clientele match run customers.csv --out matched
  clientele match run customers.csv leads.xlsx --config match.yaml --out matched
  clientele match run leads.csv --against customers.parquet --config match.yaml --out linked`,
		Args: cobra.MinimumNArgs(1),
	}
	cmd.RunE = a.matchVerb(&o, func(ctx context.Context, _ []string) error { return a.matchRun(ctx, o, out) })
	a.matchFlags(cmd, &o)
	cmd.Flags().StringVar(&o.decisions, "decisions", "", "file of what people decided, as match review import writes it")
	cmd.Flags().StringVar(&out, "out", "", "folder to write")
	return cmd
}

func (a *app) matchRun(ctx context.Context, o matchOptions, out string) error {
	if out == "" {
		return &usageError{fmt.Errorf("--out DIR says where the clusters are written")}
	}
	began := a.Now()
	j, err := a.matchJob(ctx, o)
	if err != nil {
		return err
	}
	defer j.close()
	found, err := j.Run(ctx)
	if err != nil {
		return err
	}
	s, err := found.Summary(j.Config, j.proposed, out)
	if err != nil {
		return err
	}
	if err := found.Write(ctx, out, s); err != nil {
		return err
	}
	j.Progress(matching.StepWrite, int64(s.Records))
	a.sayUnusable(s)
	took := a.Now().Sub(began)
	summary := fmt.Sprintf("%s are %s: %s", counted(s.Records, "record"), counted(s.Clusters, "cluster"), out)
	return a.done(summary, s, func(w io.Writer) error { return writeMatch(w, s, out, took) })
}

// writeMatch prints what a match found for people.
func writeMatch(w io.Writer, s *matching.Summary, out string, took time.Duration) error {
	for _, f := range s.Files {
		side := ""
		if f.Against {
			side = ", the second side"
		}
		fmt.Fprintf(w, "%s: %s of %s rows%s\n", f.Name, thousands(int64(f.Records)), thousands(int64(f.Rows)), side)
	}
	verb := "deduped"
	if s.Linked {
		verb = "linked"
	}
	fmt.Fprintf(w, "%s %s into %s: %s found, the largest cluster has %s\n", counted(s.Records, "record"), verb, counted(s.Clusters, "cluster"),
		counted(s.Duplicates, "duplicate"), counted(s.LargestCluster, "record"))
	fmt.Fprintf(w, "%s pairs compared: %s accepted from %g on, %s to be asked from %g on; the rules find an estimated %.1f %% of the true pairs\n", thousands(s.Compared),
		thousands(int64(s.Accepted)), s.AcceptAbove, thousands(int64(s.Asked)), s.ReviewAbove, 100*s.EstimatedRecall)
	_, err := fmt.Fprintf(w, "written to %s in %.1fs; why two records are one or two: clientele match explain A B --in %s\n", out, took.Seconds(), out)
	return err
}

// counted writes a number of things.
func counted(n int, thing string) string {
	if n != 1 {
		thing += "s"
	}
	return thousands(int64(n)) + " " + thing
}

func (a *app) matchInitCommand() *cobra.Command {
	var o matchOptions
	var to string
	cmd := &cobra.Command{
		Use:   "init FILE… [--against FILE]",
		Short: "Propose a config for matching files",
		Long: `Looks at the first rows of the files and prints a commented config that
match run takes: which column is the id, and what the others hold, by their headers in
Dutch, French, German and English and by their values. What it can't know is marked
# guess.`,
		Example: "  clientele match init customers.csv > match.yaml\n  clientele match init customers.csv leads.xlsx --to match.yaml",
		Args:    cobra.MinimumNArgs(1),
	}
	cmd.RunE = a.matchVerb(&o, func(ctx context.Context, _ []string) error { return a.matchInit(ctx, o, to) })
	cmd.Flags().StringArrayVar(&o.against, "against", nil, "file that the others are linked with; may be given several times")
	cmd.Flags().StringVar(&to, "to", "", "file to write; it must not be there yet (default: print it)")
	return cmd
}

// proposedConfig is what match init found.
type proposedConfig struct {
	Config  string `json:"config"`
	File    string `json:"file,omitempty"`
	Fields  int    `json:"fields"`
	Guesses int    `json:"guesses"`
}

func (a *app) matchInit(ctx context.Context, o matchOptions, to string) error {
	temp, err := os.MkdirTemp("", "clientele-match-")
	if err != nil {
		return unwritable("a temporary folder", err)
	}
	defer os.RemoveAll(temp)
	files, err := matching.Open(ctx, temp, o.files, o.against)
	if err != nil {
		return err
	}
	text, err := matching.Propose(ctx, files)
	if err != nil {
		return err
	}
	c, findings := matching.Parse("match.yaml", text)
	if c == nil {
		return fmt.Errorf("what was found in these files makes no config: %w", findings.Err())
	}
	out := proposedConfig{Config: text, File: to, Fields: len(c.Fields), Guesses: strings.Count(text, "# guess")}
	summary := fmt.Sprintf("%s, %d marked as guesses", counted(out.Fields, "field"), out.Guesses)
	if to == "" {
		return a.done(summary, out, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
	}
	if err := writeNew(to, text); err != nil {
		return err
	}
	return a.done(fmt.Sprintf("%s is written: %s", to, summary), out, nil)
}

// writeNew writes a file that is not there yet.
func writeNew(path, text string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644) // an ordinary file
	if os.IsExist(err) {
		return connectors.Errorf(connectors.KindConfig, "config_exists", "remove it first, or name another file", "%s is there already", path)
	}
	if err != nil {
		return unwritable(path, err)
	}
	if _, err := f.WriteString(text); err != nil {
		_ = f.Close()
		return unwritable(path, err)
	}
	if err := f.Close(); err != nil {
		return unwritable(path, err)
	}
	return nil
}
