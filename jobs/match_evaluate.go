package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientele/pipelines/matching"
)

func (a *app) matchEvaluateCommand() *cobra.Command {
	var o matchOptions
	var in, truth string
	worst := 0
	cmd := &cobra.Command{
		Use:   "evaluate --truth F (--in DIR | FILE…)",
		Short: "How right a match is, by a known truth",
		Long: `Matches the files of --in under its model, or files, and compares the clusters with
--truth: precision, recall and F1 of pairs and of records (B-cubed), what the blocking
rules found, what other thresholds would give, and the worst mistakes, explained. All pairs
that belong together count, those that were never compared too.

--truth is a file with a header, in one of two forms: record_id,cluster, a row for
each record that is judged; or two columns of ids, a row for each pair that belongs
together, in which case records that it does not name belong to nobody else. Where several
files have an id, a column file, or file_a and file_b, says which. It shows personal data.`,
		Example: `  clientele match evaluate --truth truth.csv --in matched
  clientele match evaluate --truth pairs.csv customers.csv --config match.yaml --worst 10`,
		Args: cobra.ArbitraryArgs,
	}
	cmd.RunE = a.matchVerb(&o, func(ctx context.Context, _ []string) error { return a.matchEvaluate(ctx, o, in, truth, worst) })
	a.matchFlags(cmd, &o)
	inFlag(cmd, &in)
	cmd.Flags().StringVar(&truth, "truth", "", "file that says which records belong together")
	cmd.Flags().IntVar(&worst, "worst", 3, "mistakes of each kind to explain")
	return cmd
}

func (a *app) matchEvaluate(ctx context.Context, o matchOptions, in, truthFile string, worst int) error {
	if truthFile == "" {
		return &usageError{errors.New("--truth F says which records belong together")}
	}
	var j *matchJob
	var err error
	switch {
	case in != "":
		j, _, err = a.earlier(ctx, o, in)
	case len(o.files) == 0:
		err = errInOrFiles
	default:
		j, err = a.matchJob(ctx, o)
	}
	if err != nil {
		return err
	}
	defer j.close()
	roster, err := j.Prepare(ctx)
	if err != nil {
		return err
	}
	truth, err := matching.ReadTruth(ctx, j.temp, truthFile, roster, j.Config)
	if err != nil {
		return err
	}
	found, err := j.Match(ctx, roster, j.Model) // also of --in: what was not written counts, too
	if err != nil {
		return err
	}
	e := found.Evaluate(truth, worst)
	summary := fmt.Sprintf("F1 %.4f of pairs (precision %.4f, recall %.4f), %.4f of records", e.Pairwise.F1, e.Pairwise.Precision, e.Pairwise.Recall, e.PerRecord.F1)
	return a.done(summary, e, func(w io.Writer) error { return writeEvaluation(w, e) })
}

func writeEvaluation(w io.Writer, e *matching.Evaluation) error {
	fmt.Fprintf(w, "%s records are judged, %s true pairs", thousands(int64(e.Records)), thousands(e.Pairwise.TruePairs))
	if e.Unjudged > 0 {
		fmt.Fprintf(w, "; of %s records the truth says nothing", thousands(int64(e.Unjudged)))
	}
	fmt.Fprintln(w)
	if e.Unknown > 0 {
		fmt.Fprintf(w, "%s rows of the truth name records that no file has\n", thousands(int64(e.Unknown)))
	}
	fmt.Fprintf(w, "%s pairs compared: the blocking rules find %.2f %% of the true pairs, and leave out %.4f %% of all pairs\n\n", thousands(e.Blocking.Compared),
		100*e.Blocking.Recall, 100*e.Blocking.Reduction)
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, "accept above\tclusters\tP\tR\tF1\tB³ P\tB³ R\tB³ F1\t")
	for _, row := range e.Thresholds {
		here := ""
		if row.AcceptAbove == e.AcceptAbove {
			here = " *"
		}
		fmt.Fprintf(t, "%g%s\t%s\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t%.4f\t\n", row.AcceptAbove, here, thousands(int64(row.Clusters)),
			row.Pairwise.Precision, row.Pairwise.Recall, row.Pairwise.F1, row.PerRecord.Precision, row.PerRecord.Recall, row.PerRecord.F1)
	}
	if err := t.Flush(); err != nil {
		return err
	}
	fmt.Fprintf(w, "\n%s pairs joined wrongly, %s missed, of which %s were never compared\n", thousands(e.Joined), thousands(e.Missed), thousands(e.Uncompared))
	titles := map[string]string{matching.WronglyJoined: "joined wrongly", matching.WronglyMissed: "missed", matching.Uncompared: "never compared"}
	for _, m := range e.Worst {
		fmt.Fprintf(w, "\n%s: ", titles[m.What])
		if err := writeExplanation(w, m.Explanation); err != nil {
			return err
		}
	}
	return nil
}
