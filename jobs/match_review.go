package jobs

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"clientele/connectors"
	"clientele/pipelines"
	"clientele/pipelines/decisions"
	"clientele/pipelines/reviewbook"
)

func (a *app) matchReviewCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:   "review",
		Short: "Let people judge the pairs that are too alike to be two and not enough to be one",
		Example: `  clientele match review export pairs.xlsx
  clientele match review import pairs.xlsx --by Mia`,
	}
	var o matchOptions
	var in string
	export := &cobra.Command{
		Use:   "export FILE.xlsx [--in DIR]",
		Short: "Write the pairs to be judged as a workbook",
		Long: `Writes the pairs between review_above and accept_above of the project's last night, or
of a match of files by --in, as a workbook: a line per pair, with the values of both as
they were compared, the evidence in words, and a cell for the decision: same, different
or later. It holds personal data.`,
		Example: "  clientele match review export pairs.xlsx\n  clientele match review export pairs.xlsx --in matched",
		Args:    cobra.ExactArgs(1),
	}
	export.RunE = a.matchVerb(&o, func(ctx context.Context, args []string) error {
		o.files = nil
		if in != "" {
			return a.exportMatchReview(ctx, o, in, args[0])
		}
		return a.reading(ctx, "match review export", func(p *pipelines.Project) error {
			e, err := p.ExportReview(ctx, args[0])
			if err != nil {
				return err
			}
			return a.reviewExported(e, "")
		})
	})
	inFlag(export, &in)

	var by, out string
	imported := &cobra.Command{
		Use:   "import FILE.xlsx [--by WHO] [--in DIR --decisions FILE]",
		Short: "Take a filled-in workbook back",
		Long: `Takes the decisions of a workbook that people filled in: the next night heeds them. The
receipt says which lines were taken, which said what was decided already, and which
were refused, and why. Importing a workbook twice changes nothing. Decisions on the
records of files, by --in, are added to the file --decisions, which match run takes.`,
		Example: "  clientele match review import pairs.xlsx --by Mia --out receipt.json\n  clientele match review import pairs.xlsx --by Mia --in matched --decisions decisions.jsonl",
		Args:    cobra.ExactArgs(1),
	}
	imported.RunE = a.matchVerb(&o, func(ctx context.Context, args []string) error {
		o.files = nil
		if in != "" || o.decisions != "" {
			return a.importMatchReview(ctx, o, in, args[0], a.who(by), out)
		}
		return a.reading(ctx, "match review import", func(p *pipelines.Project) error {
			r, err := p.ImportReview(ctx, args[0], a.who(by))
			if err != nil {
				return err
			}
			return a.reviewImported(r, out, "the next night heeds them")
		})
	})
	inFlag(imported, &in)
	imported.Flags().StringVar(&o.decisions, "decisions", "", "file that decisions on the records of files are added to")
	imported.Flags().StringVar(&by, "by", "", "who decided (default: the user)")
	imported.Flags().StringVar(&out, "out", "", "file to write the receipt to, as JSON")
	a.mayBreakLock(imported)
	cmd.AddCommand(export, imported)
	return cmd
}

func (a *app) exportMatchReview(ctx context.Context, o matchOptions, in, file string) error {
	m, err := a.matched(ctx, o, in)
	if err != nil {
		return err
	}
	defer m.close()
	sheets := m.Review()
	if len(sheets) == 0 {
		return reviewbook.ErrNothing
	}
	var book bytes.Buffer
	if err := reviewbook.Write(&book, m.job.temp, sheets); err != nil {
		return err
	}
	if err := writeNewPrivate(file, book.Bytes()); err != nil {
		return err
	}
	return a.reviewExported(reviewbook.NewExported(file, sheets), fmt.Sprintf(" --in %s --decisions FILE", in))
}

// writeNewPrivate writes a file that only its owner may read, and that is not there
// yet: it may be the one that somebody is working on.
func writeNewPrivate(path string, content []byte) error {
	if _, err := os.Stat(path); err == nil {
		return connectors.Errorf(connectors.KindConfig, "file_exists", "name another file", "%s is there already", path)
	}
	return replaceFile(path, content, 0o600)
}

func (a *app) reviewExported(e *reviewbook.Exported, flags string) error {
	summary := fmt.Sprintf("%s holds %s; when it comes back: clientele match review import %s%s", e.File, counted(e.Pairs, "pair"), e.File, flags)
	return a.done(summary, e, nil)
}

func (a *app) importMatchReview(ctx context.Context, o matchOptions, in, file, by, out string) error {
	if in == "" || o.decisions == "" {
		return &usageError{errors.New("--in DIR names the match, --decisions FILE the file that its decisions are added to")}
	}
	j, e, err := a.earlier(ctx, matchOptions{}, in)
	if err != nil {
		return err
	}
	defer j.close()
	lines, err := reviewbook.Read(file, j.temp)
	if err != nil {
		return err
	}
	log, err := decisions.Read(o.decisions, false)
	if err != nil {
		return err
	}
	roster, err := e.Job.Prepare(ctx)
	if err != nil {
		return err
	}
	r, err := reviewbook.Take(file, lines, by, a.Now(), decisions.NewBook(log), roster.Knows, func(d connectors.Decision) error {
		return decisions.Append(o.decisions, d)
	})
	if err != nil {
		return err
	}
	return a.reviewImported(r, out, "clientele match run --decisions "+o.decisions+" heeds them")
}

func (a *app) reviewImported(r *reviewbook.Receipt, out, then string) error {
	if out != "" {
		text, err := json.MarshalIndent(r, "", "  ")
		if err != nil {
			return err
		}
		if err := replaceFile(out, append(text, '\n'), 0o600); err != nil {
			return err
		}
	}
	summary := fmt.Sprintf("%d taken, %d unchanged, %d refused, %d left open", len(r.Taken), len(r.Unchanged), len(r.Refused), r.Open)
	return a.done(summary, r, func(w io.Writer) error {
		for _, l := range r.Refused {
			fmt.Fprintf(w, "%s line %d: %s\n", printable(l.Sheet), l.Line, printable(l.Refused))
		}
		if len(r.Taken) > 0 {
			summary += "; " + then
		}
		_, err := fmt.Fprintln(w, summary)
		return err
	})
}
