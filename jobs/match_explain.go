package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"

	"clientele/pipelines"
	"clientele/pipelines/matching"
	"clientele/transforms/match/waterfall"
)

func (a *app) matchExplainCommand() *cobra.Command {
	var o matchOptions
	var in, svg string
	cmd := &cobra.Command{
		Use:   "explain A B [--in DIR | FILE…]",
		Short: "Why two records are one, or two",
		Long: `Prints how the weight of a pair comes about, in bits, field by field, what decided
beside it, and why not where the two are two: they were never compared, the evidence is
not enough, or their clusters speak against it. A record is called by its id, or
FILE:ID where several files have it; by the number of its row where the config has no id.
--in explains a match that was written; with files instead, they are matched first.

Without either, two parties of the project that --config names are explained, as its
last night matched them: SOURCE:RECORD, or a customer id, which stands for the record
that founded it. It shows personal data.`,
		Example: `  clientele match explain 17 204 --in matched
  clientele match explain customers.csv:17 leads.xlsx:4 --in matched --svg why.svg
  clientele match explain 17 204 customers.csv --config match.yaml
  clientele match explain shop:1042 web:77 --svg why.svg`,
		Args: cobra.MinimumNArgs(2),
	}
	cmd.RunE = a.matchVerb(&o, func(ctx context.Context, args []string) error {
		o.files = args[2:]
		if in == "" && len(o.files)+len(o.against) == 0 && a.hasProject(o) {
			return a.reading(ctx, "match explain", func(p *pipelines.Project) error { return a.explainPair(ctx, p, args[0], args[1], svg) })
		}
		return a.matchExplain(ctx, o, args[0], args[1], in, svg)
	})
	a.matchFlags(cmd, &o)
	inFlag(cmd, &in)
	cmd.Flags().StringVar(&svg, "svg", "", "file to draw it in, too")
	return cmd
}

// hasProject reports whether a project is meant: its config is named, or lies here.
func (a *app) hasProject(o matchOptions) bool {
	_, err := os.Stat(a.config)
	return o.configured || err == nil
}

func (a *app) explainPair(ctx context.Context, p *pipelines.Project, first, second, svg string) error {
	why, err := p.ExplainPair(ctx, first, second)
	if err != nil {
		return err
	}
	if svg != "" {
		if err := drawSVG(svg, why.Chart()); err != nil {
			return err
		}
	}
	return a.done(why.Answer, why, func(w io.Writer) error { return writePair(w, why) })
}

// writePair prints why two parties are one customer, or two.
func writePair(w io.Writer, p *pipelines.PairWhy) error {
	return writeWhy(w, p.Answer, p.Chart(), p.Reasons)
}

func inFlag(cmd *cobra.Command, in *string) {
	cmd.Flags().StringVar(in, "in", "", "folder that match run wrote: its files, config and model are used")
}

// matched is a match that is looked at: one that was written, or one that is worked
// first. The caller closes it.
type matched struct {
	*matching.Outcome
	job  *matchJob
	from *matching.Earlier // nil where it was worked now
}

func (m *matched) close() { m.job.close() }

// errInOrFiles is the mistake of naming both a folder and files, or neither.
var errInOrFiles = &usageError{errors.New("name either the folder of a match by --in DIR, or files")}

// earlier opens the match in a folder.
func (a *app) earlier(ctx context.Context, o matchOptions, in string) (*matchJob, *matching.Earlier, error) {
	if in == "" || len(o.files)+len(o.against) > 0 || o.configured {
		return nil, nil, errInOrFiles
	}
	temp, err := os.MkdirTemp("", "clientele-match-")
	if err != nil {
		return nil, nil, unwritable("a temporary folder", err)
	}
	j := &matchJob{temp: temp}
	e, err := matching.OpenEarlier(ctx, temp, in)
	if err != nil {
		j.close()
		return nil, nil, err
	}
	j.Job = e.Job
	j.Progress = a.matchProgress()
	return j, e, nil
}

// matched reads the match in a folder, or works one of files.
func (a *app) matched(ctx context.Context, o matchOptions, in string) (*matched, error) {
	m := &matched{}
	var err error
	switch {
	case in != "":
		if m.job, m.from, err = a.earlier(ctx, o, in); err != nil {
			return nil, err
		}
		m.Outcome, err = m.from.Load(ctx)
	case len(o.files) == 0:
		return nil, errInOrFiles
	default:
		if m.job, err = a.matchJob(ctx, o); err != nil {
			return nil, err
		}
		m.Outcome, err = m.job.Run(ctx)
	}
	if err != nil {
		m.close()
		return nil, err
	}
	return m, nil
}

func (a *app) matchExplain(ctx context.Context, o matchOptions, first, second, in, svg string) error {
	m, err := a.matched(ctx, o, in)
	if err != nil {
		return err
	}
	defer m.close()
	x, err := m.Roster.Lookup(first)
	if err != nil {
		return err
	}
	y, err := m.Roster.Lookup(second)
	if err != nil {
		return err
	}
	e := m.Explain(x, y)
	if svg != "" {
		if err := drawSVG(svg, e.Chart()); err != nil {
			return err
		}
	}
	return a.done(e.Answer, e, func(w io.Writer) error { return writeExplanation(w, e) })
}

// drawSVG draws evidence in a file that only its owner may read.
func drawSVG(path string, c waterfall.Chart) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return unwritable(path, err)
	}
	if err := errors.Join(c.SVG(f), f.Close()); err != nil {
		return unwritable(path, err)
	}
	return nil
}

func writeExplanation(w io.Writer, e *matching.Explanation) error {
	return writeWhy(w, e.Answer, e.Chart(), e.Reasons)
}

// writeWhy prints an answer, the evidence for it, and what decided beside it.
func writeWhy(w io.Writer, answer string, c waterfall.Chart, reasons []string) error {
	fmt.Fprintf(w, "%s\n\n", printable(answer))
	if len(c.Steps) > 0 {
		if err := c.Text(w); err != nil {
			return err
		}
		fmt.Fprintln(w)
	}
	for _, r := range reasons {
		fmt.Fprintf(w, "- %s\n", printable(r))
	}
	return nil
}
