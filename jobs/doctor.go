package jobs

import (
	"context"
	"errors"
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"clientele/connectors"
	"clientele/pipelines"
	"clientele/pipelines/config"
	"clientele/pipelines/watch"
	"clientele/schemas/option"
)

func (a *app) doctorCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "doctor",
		Short: "Try out each thing that a run needs, and say what is wrong",
		Long: `Tries out each thing that a run needs: the config, the clock, the folder of
the data and its modes, disk and memory, the lock, the state and the base, what
is published, every source, and the ways by which word of a night goes out. It
works no night, sends nothing, and changes nothing.

Exit codes: 0 nothing is wrong, or only warnings; 2 the config; 3 the
environment.`,
		Example: "  clientele doctor\n  clientele --json doctor",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.command = "doctor"
			return a.doctor(cmd.Context())
		},
	}
}

func (a *app) doctor(ctx context.Context) error {
	c, err := a.load(a.Getenv)
	if err != nil {
		return err
	}
	probes := []pipelines.Probe{{About: "config", Severity: pipelines.ProbeOK, Code: "ok", Message: fmt.Sprintf("%s is valid: %d sources, %d warnings", a.config, len(c.Sources), len(a.findings))}}
	for _, f := range a.findings {
		probes = append(probes, pipelines.Probe{About: "config", Severity: f.Severity, Code: f.Code, Message: fmt.Sprintf("%s: %s", f.Where, f.Message), Suggestion: f.Suggestion})
	}
	found, err := pipelines.Diagnose(ctx, c, a.homeOf(c), a.env(nil))
	if err != nil {
		return err
	}
	probes = append(append(probes, found...), a.ways(ctx, c)...)
	a.findings = nil // they are among the probes
	return a.showProbes(probes)
}

// reachWithin bounds how long all ways together are tried.
const reachWithin = time.Minute

// ways tries by which ways word can go out.
func (a *app) ways(ctx context.Context, c *config.Config) []pipelines.Probe {
	ctx, cancel := context.WithTimeout(ctx, reachWithin)
	defer cancel()
	var out []pipelines.Probe
	for _, w := range watch.Ways(c, a.watchWorld()) {
		if err := w.Reach(ctx); err != nil {
			p := pipelines.ProbeError(w.Name, err)
			if p.Kind() != connectors.KindConfig {
				p.Severity = option.Warning // a night is published without it
			}
			out = append(out, p)
			continue
		}
		out = append(out, pipelines.Probe{About: w.Name, Severity: pipelines.ProbeOK, Code: "ok", Message: "it can be reached"})
	}
	return out
}

// showProbes prints what was found, and makes the exit code say who must act.
func (a *app) showProbes(probes []pipelines.Probe) error {
	count := map[option.Severity]int{}
	exit := ExitOK
	for _, p := range probes {
		count[p.Severity]++
		switch {
		case p.Severity != option.Error:
		case p.Kind() == connectors.KindConfig:
			exit = ExitConfig
		case exit == ExitOK:
			exit = ExitEnvironment
		}
	}
	a.exit = exit
	summary := fmt.Sprintf("%d things tried: %d errors, %d warnings", len(probes), count[option.Error], count[option.Warning])
	if a.json {
		return a.encode(envelope{Command: a.command, OK: exit == ExitOK, Summary: summary, Result: probes})
	}
	return a.done(summary, nil, func(w io.Writer) error {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, p := range probes {
			fmt.Fprintf(t, "%s\t%s\t%s\n", p.Severity, p.About, p.Message)
			if p.Suggestion != "" {
				fmt.Fprintf(t, "\t\t→ %s\n", p.Suggestion)
			}
		}
		if err := t.Flush(); err != nil {
			return err
		}
		_, err := fmt.Fprintln(w, summary)
		return err
	})
}

func (a *app) notifyCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "notify",
		Short:   "Who hears how a night ended",
		Example: "  clientele notify test",
	}
	cmd.AddCommand(&cobra.Command{
		Use:   "test",
		Short: "Send a test message by every way that the config names",
		Long: `Sends a test message by every way that notify names, to owners of sources too.
A ping is not called: the service would take it for a night.`,
		Example: "  clientele notify test",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.command = "notify test"
			return a.notifyTest(cmd.Context())
		},
	})
	return cmd
}

// sent is what became of a test message.
type sent struct {
	Way   string             `json:"way"`
	Error *pipelines.Failure `json:"error,omitempty"`
}

func (a *app) notifyTest(ctx context.Context) error {
	c, err := a.load(a.Getenv)
	if err != nil {
		return err
	}
	var results []sent
	var errs []error
	for _, w := range watch.Ways(c, a.watchWorld()) {
		if w.Test == nil {
			continue
		}
		err := w.Test(ctx)
		if ctx.Err() != nil {
			return ctx.Err()
		}
		results = append(results, sent{Way: w.Name, Error: pipelines.FailureOf(err)})
		if err != nil {
			errs = append(errs, fmt.Errorf("%s: %w", w.Name, err))
		}
	}
	if len(results) == 0 {
		return connectors.Errorf(connectors.KindConfig, "no_notify", "add notify: [{ on: [failed], slack: \"${SLACK_URL}\" }]; docs/operation.md has more", "the config names nobody to send a message to")
	}
	if err := errors.Join(errs...); err != nil {
		return err
	}
	return a.done(fmt.Sprintf("%d test messages are sent", len(results)), results, func(w io.Writer) error {
		for _, r := range results {
			fmt.Fprintf(w, "%s: sent\n", r.Way)
		}
		return nil
	})
}
