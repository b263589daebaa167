package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientele/pipelines"
	"clientele/pipelines/matching"
)

func (a *app) matchPlanCommand() *cobra.Command {
	var o matchOptions
	cmd := &cobra.Command{
		Use:   "plan FILE… [--against FILE]",
		Short: "Which pairs would be compared, and what that misses",
		Long: `Trains a model of the files, or takes --model, and prints the blocking rules that it
chose: the pairs that each finds, its largest block, the share of true pairs that it
is estimated to find, and that of all rules together. Nothing is written.`,
		Example: "  clientele match plan customers.csv --config match.yaml\n  clientele match plan leads.csv --against customers.csv",
		Args:    cobra.MinimumNArgs(1),
	}
	cmd.RunE = a.matchVerb(&o, func(ctx context.Context, _ []string) error { return a.matchPlan(ctx, o) })
	a.matchFlags(cmd, &o)
	return cmd
}

func (a *app) matchPlan(ctx context.Context, o matchOptions) error {
	j, err := a.matchJob(ctx, o)
	if err != nil {
		return err
	}
	defer j.close()
	p, err := j.Plan(ctx)
	if err != nil {
		return err
	}
	summary := fmt.Sprintf("%s of %s pairs by %s, which find an estimated %.2f %% of the true pairs", rounded(p.Estimated), rounded(p.Pairs),
		counted(len(p.Rules), "rule"), 100*p.Recall)
	return a.done(summary, p, func(w io.Writer) error {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		fmt.Fprintln(t, "rule\tpairs\tblocks\tlargest\tsplit\tfinds\tadds")
		for _, r := range p.Rules {
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t%.2f %%\t%.2f %%\n", printable(r.Name), rounded(r.Pairs), thousands(int64(r.Blocks)), thousands(int64(r.Largest)),
				thousands(int64(r.Split)), 100*r.Found, 100*r.Added)
		}
		if err := t.Flush(); err != nil {
			return err
		}
		fmt.Fprintf(w, "%s, a budget of %s; %s records are expected to hold %s true pairs\n", summary, rounded(p.Budget), thousands(int64(p.Records)), rounded(p.ExpectedMatches))
		if !p.Converged {
			fmt.Fprintf(w, "training had not settled after %d rounds: the data says little of what a match looks like\n", p.Iterations)
		}
		return nil
	})
}

// rounded writes an estimated number.
func rounded(n float64) string { return thousands(int64(n + .5)) }

func (a *app) matchTrainCommand() *cobra.Command {
	var o matchOptions
	var out string
	cmd := &cobra.Command{
		Use:   "train FILE… --out MODEL",
		Short: "Estimate a model of files, to be used again",
		Long: `Estimates from the files, without examples, how likely each level of agreement is
among records that are one and among others, chooses blocking rules, and writes the
model as JSON that a person can read. match run --model uses it; what it counted of the
values stays frozen, so that the same records are judged alike tomorrow. What people
know of some records is learnt from where --labels names a file of it: those of one
cluster are matches, those of two are not; nothing is said of the others.`,
		Example: "  clientele match train customers.csv --config match.yaml --out model.json",
		Args:    cobra.MinimumNArgs(1),
	}
	cmd.RunE = a.matchVerb(&o, func(ctx context.Context, _ []string) error { return a.matchTrain(ctx, o, out) })
	cmd.Flags().StringArrayVar(&o.against, "against", nil, "file that the others are linked with; may be given several times")
	cmd.Flags().StringVar(&o.labels, "labels", "", "file that says of some records which belong together, with a header like record_id,cluster")
	cmd.Flags().StringVar(&out, "out", "", "file to write")
	return cmd
}

func (a *app) matchTrain(ctx context.Context, o matchOptions, out string) error {
	if out == "" {
		return &usageError{errors.New("--out MODEL says where the model is written")}
	}
	j, err := a.matchJob(ctx, o)
	if err != nil {
		return err
	}
	defer j.close()
	if _, err := j.Prepare(ctx); err != nil {
		return err
	}
	text, err := matching.EncodeModel(j.Model)
	if err != nil {
		return err
	}
	if err := replaceFile(out, text, 0o600); err != nil {
		return err
	}
	r := j.Model.Report
	return a.done(fmt.Sprintf("%s is a model of %s records: %s, %s, %s true pairs expected", out, thousands(int64(r.Records)), counted(len(j.Model.Comparisons), "comparison"),
		counted(len(j.Model.Plan.Rules), "blocking rule"), rounded(r.ExpectedMatches)), r, nil)
}

// replaceFile writes a file, whole or not at all.
func replaceFile(path string, text []byte, mode os.FileMode) error {
	temp, err := os.CreateTemp(filepath.Dir(path), ".clientele-*")
	if err != nil {
		return unwritable(path, err)
	}
	defer os.Remove(temp.Name())
	_, err = temp.Write(text)
	if err = errors.Join(err, temp.Chmod(mode), temp.Sync(), temp.Close()); err == nil {
		err = os.Rename(temp.Name(), path)
	}
	if err != nil {
		return unwritable(path, err)
	}
	return nil
}

func (a *app) matchDiffCommand() *cobra.Command {
	var o matchOptions
	var in string
	cmd := &cobra.Command{
		Use:   "diff [--in DIR --model NEW]",
		Short: "What another model would merge, split and reclassify",
		Long: `Matches the files of a match that was written under another model, and prints what
would change: clusters that would become one or come apart, and pairs of another class.

Without --in, the models of the project that --config names are trained anew on the
parties of its last night, and what clientele run --retrain would merge and split is
printed. Nothing is written.`,
		Example: "  clientele match diff --in matched --model model.json\n  clientele match diff",
		Args:    cobra.NoArgs,
	}
	cmd.RunE = a.matchVerb(&o, func(ctx context.Context, _ []string) error {
		if in == "" && o.model == "" && a.hasProject(o) {
			return a.reading(ctx, "match diff", func(p *pipelines.Project) error { return a.previewRetraining(ctx, p) })
		}
		return a.matchDiff(ctx, o, in)
	})
	cmd.Flags().StringVar(&o.model, "model", "", "the other model, as train wrote it")
	inFlag(cmd, &in)
	return cmd
}

func (a *app) previewRetraining(ctx context.Context, p *pipelines.Project) error {
	r, err := p.PreviewRetraining(ctx)
	if err != nil {
		return err
	}
	summary := fmt.Sprintf("%s would become %s: %s and %s", counted(r.Customers, "customer"), thousands(int64(r.After)), counted(r.Merges, "merge"), counted(r.Splits, "split"))
	return a.done(summary, r, func(w io.Writer) error {
		for _, m := range r.Models {
			of := "there is none yet"
			if m.TrainedOn != "" {
				of = fmt.Sprintf("that of %s was trained on %s", m.TrainedOn, thousands(int64(m.Parties)))
			}
			fmt.Fprintf(w, "model of kind %s: %s parties now; %s\n", m.Kind, thousands(int64(m.Now)), of)
		}
		for _, e := range r.Events {
			fmt.Fprintf(w, "%s: %s into %s\n", e.Why, e.From, e.To)
		}
		if more := r.Merges + r.Splits - len(r.Events); more > 0 {
			fmt.Fprintf(w, "and %s more\n", thousands(int64(more)))
		}
		_, err := fmt.Fprintf(w, "%s; clientele run --retrain does it\n", summary)
		return err
	})
}

func (a *app) matchDiff(ctx context.Context, o matchOptions, in string) error {
	if in == "" || o.model == "" {
		return &usageError{errors.New("--in DIR names the match, --model NEW the other model")}
	}
	next, err := matching.LoadModel(o.model)
	if err != nil {
		return err
	}
	j, e, err := a.earlier(ctx, o, in)
	if err != nil {
		return err
	}
	defer j.close()
	d, err := e.Diff(ctx, next)
	if err != nil {
		return err
	}
	summary := fmt.Sprintf("%s would become %s: %s made of several, %s come apart, %s records move", counted(d.ClustersBefore, "cluster"), counted(d.ClustersAfter, "cluster"),
		thousands(int64(d.Merged)), thousands(int64(d.Split)), thousands(int64(d.Moved)))
	return a.done(summary, d, func(w io.Writer) error {
		fmt.Fprintln(w, summary)
		writeRegroupings(w, "would be one", d.Merged, d.Merges)
		writeRegroupings(w, "would come apart", d.Split, d.Splits)
		for _, p := range d.Pairs {
			fmt.Fprintf(w, "%s pairs: %s now, %s then\n", thousands(int64(p.Pairs)), p.Before, p.After)
		}
		return nil
	})
}

// keysShown bounds the records that are named of one cluster.
const keysShown = 4

func writeRegroupings(w io.Writer, what string, all int, some []matching.Regrouping) {
	if all > len(some) {
		what += fmt.Sprintf(" (the first %d of %s)", len(some), thousands(int64(all)))
	}
	if all > 0 {
		fmt.Fprintf(w, "%s:\n", what)
	}
	for _, r := range some {
		for i, part := range r.Parts {
			lead := "  "
			if i > 0 {
				lead = "  | "
			}
			fmt.Fprint(w, lead)
			for k, key := range part[:min(len(part), keysShown)] {
				if k > 0 {
					fmt.Fprint(w, ", ")
				}
				fmt.Fprint(w, printable(key.String()))
			}
			if len(part) > keysShown {
				fmt.Fprintf(w, " and %d more", len(part)-keysShown)
			}
		}
		fmt.Fprintln(w)
	}
}
