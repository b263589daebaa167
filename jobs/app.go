// Package jobs is what a person or a scheduler starts: one file per verb, each
// with its options, its command and a function that does the work and can be
// tested without a command line.
package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"clientele/connectors"
	"clientele/pipelines"
	"clientele/pipelines/config"
	"clientele/schemas/option"
)

// World is all that a command sees of the world.
type World struct {
	Out      io.Writer
	Err      io.Writer
	Getenv   func(name string) (string, bool)
	Now      func() time.Time
	Host     string
	PID      int
	User     string
	Terminal bool // Err is a terminal
	Version  string
	// Insisted is closed by a second signal, which ends at once what the first
	// only asked to end; nil for never.
	Insisted <-chan struct{}
	// Executable is this program's file, which the scheduler starts for a night.
	Executable string
	// Wait returns when Now shows until; nil waits by the system's timers.
	Wait func(ctx context.Context, until time.Time) error
}

// The exit codes, a contract with schedulers.
const (
	ExitOK          = 0
	ExitFailed      = 1   // the work failed
	ExitConfig      = 2   // config or usage
	ExitEnvironment = 3   // a lock, a credential, an endpoint, a disk
	ExitHeld        = 4   // checks failed, nothing new is published
	ExitPartly      = 5   // published with something held back
	ExitInterrupted = 130 // stopped by SIGINT; the next run takes it up
	ExitTerminated  = 143 // stopped by SIGTERM; the next run takes it up
)

// stopped is said when a signal ended the work.
const stopped = "stopped; the next run takes it up"

// Stopped is the cause with which a signal ends a context.
type Stopped struct{ Signal syscall.Signal }

// Error names the signal.
func (s *Stopped) Error() string { return "stopped by a signal: " + s.Signal.String() }

// app is one invocation: the global options and what they lead to.
type app struct {
	World
	command   string
	config    string
	home      string
	envFile   string
	json      bool
	quiet     bool
	logFormat string
	exit      int
	findings  option.Findings
	resume    string // how to take up what is under way, "" where the next run does
	// breakLock takes the project's lock over from another process.
	breakLock bool
}

// defaultConfig is the config file that is read where no other is named.
const defaultConfig = "clientele.yaml"

// Main runs the command line and returns its exit code.
func Main(ctx context.Context, args []string, w World) int {
	a := &app{World: w}
	root := a.root()
	root.SetArgs(args)
	root.SetOut(w.Out)
	root.SetErr(w.Err)
	cmd, err := root.ExecuteContextC(ctx)
	if cmd != nil {
		a.command = strings.TrimPrefix(cmd.CommandPath(), "clientele ")
	}
	if err != nil {
		a.fail(ctx, err)
	}
	return a.exit
}

func (a *app) root() *cobra.Command {
	root := &cobra.Command{
		Use:           "clientele",
		Short:         "Every night, one customer base from a company's scattered customer data",
		SilenceUsage:  true,
		SilenceErrors: true,
		Version:       a.Version,
		// What a config refers to is answered alike for all verbs.
		PersistentPreRunE: func(*cobra.Command, []string) error {
			if a.logFormat != "" && a.logFormat != "text" && a.logFormat != "json" {
				return &usageError{fmt.Errorf("--log-format can't be %q: text or json", a.logFormat)}
			}
			return a.resolve()
		},
	}
	f := root.PersistentFlags()
	f.StringVar(&a.config, "config", defaultConfig, "config file")
	f.StringVar(&a.home, "home", "", "folder of base, published, state and landing (default: beside the config)")
	f.StringVar(&a.envFile, "env-file", "", "file of NAME=VALUE lines that answer ${NAME} in the config")
	f.BoolVar(&a.json, "json", false, "print one JSON object instead of text")
	f.BoolVarP(&a.quiet, "quiet", "q", false, "no progress")
	f.StringVar(&a.logFormat, "log-format", "", "text, or json: a record a line (default: json with --json)")
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return &usageError{err} })
	root.AddCommand(a.verbs()...)
	askArguments(root)
	root.CompletionOptions.HiddenDefaultCmd = true
	return root
}

// usageError is a mistake on the command line.
type usageError struct{ error }

// askArguments makes wrong arguments of a command, and of those below it, a
// usageError that says what it takes.
func askArguments(cmd *cobra.Command) {
	if check := cmd.Args; check != nil {
		cmd.Args = func(cmd *cobra.Command, args []string) error {
			if err := check(cmd, args); err != nil {
				return &usageError{fmt.Errorf("%w (usage: %s)", err, cmd.UseLine())}
			}
			return nil
		}
	}
	for _, sub := range cmd.Commands() {
		askArguments(sub)
	}
}

// load reads the config. lookup answers its references to the environment; nil
// leaves them be, which does for verbs that reach no source.
func (a *app) load(lookup func(string) (string, bool)) (*config.Config, error) {
	c, findings, err := config.Load(a.config, lookup)
	if err != nil {
		return nil, err
	}
	a.findings = findings
	if err := findings.Err(); err != nil {
		return nil, err
	}
	return c, nil
}

// open reads the config and opens its project, for a verb that works with its
// sources.
func (a *app) open(ctx context.Context) (*pipelines.Project, error) {
	c, err := a.load(a.Getenv)
	if err != nil {
		return nil, err
	}
	a.sayFindings()
	return a.project(ctx, c)
}

// sayFindings says what is worth saying about the config, where no envelope does.
func (a *app) sayFindings() {
	if a.json || a.quiet {
		return
	}
	for _, f := range a.findings {
		if a.logs() {
			a.log().Warn(f.Message, slog.String("code", f.Code), slog.String("where", f.Where.String()))
			continue
		}
		fmt.Fprintln(a.Err, f)
	}
}

// mayBreakLock gives a verb that takes the project's lock the flag to take it
// over.
func (a *app) mayBreakLock(cmd *cobra.Command) {
	cmd.Flags().BoolVar(&a.breakLock, "break-lock", false, "take the lock over from a process that is gone for good; for people, never for a schedule")
}

// known answers references to what the environment has, and leaves the others
// be: they are of sources that the verb does not reach.
func (a *app) known(name string) (string, bool) {
	if value, ok := a.Getenv(name); ok {
		return value, true
	}
	return "${" + name + "}", true
}

// openToRead reads the config and opens its project, for a verb that only looks
// at what is there.
func (a *app) openToRead(ctx context.Context) (*pipelines.Project, error) {
	c, err := a.load(a.known)
	if err != nil {
		return nil, err
	}
	if !a.hasHome(c) {
		return nil, connectors.Errorf(connectors.KindEnvironment, "no_home", "`clientele run` makes it; --home names another", "there is no data at %s", a.homeOf(c))
	}
	return a.project(ctx, c)
}

// openPublished reads the config and opens what is published, for a verb that
// needs nothing else.
func (a *app) openPublished(ctx context.Context) (connectors.Warehouse, error) {
	c, err := a.load(nil)
	if err != nil {
		return nil, err
	}
	return pipelines.OpenPublished(ctx, c, a.homeOf(c), a.env(nil))
}

// homeOf is where the project's data lives.
func (a *app) homeOf(c *config.Config) string {
	if a.home != "" {
		return a.home
	}
	return filepath.Join(c.Dir(), ".clientele")
}

// hasHome reports whether a night made the place where the project's data lives.
func (a *app) hasHome(c *config.Config) bool {
	_, err := os.Stat(a.homeOf(c))
	return !errors.Is(err, fs.ErrNotExist)
}

func (a *app) project(ctx context.Context, c *config.Config) (*pipelines.Project, error) {
	return pipelines.Open(ctx, c, a.homeOf(c), a.env((&progress{app: a}).show))
}

// env is what pipelines need to know of the world.
func (a *app) env(progress func(pipelines.Event)) pipelines.Env {
	rest, _ := a.Getenv("CLIENTELE_BIGQUERY_ENDPOINT")
	grpc, _ := a.Getenv("CLIENTELE_BIGQUERY_GRPC_ENDPOINT")
	return pipelines.Env{
		Now: a.Now, Host: a.Host, PID: a.PID, Command: "clientele " + a.command, Version: a.Version, Progress: progress, BreakLock: a.breakLock,
		Outside: connectors.Outside{Getenv: a.Getenv, Sleep: a.sleep(), BigQueryEndpoint: rest, BigQueryGRPCEndpoint: grpc},
	}
}

// sleep waits as Wait does; nil for the system's timers.
func (a *app) sleep() func(context.Context, time.Duration) error {
	if a.Wait == nil {
		return nil
	}
	return func(ctx context.Context, d time.Duration) error { return a.Wait(ctx, a.Now().Add(d)) }
}

// envelope is what --json prints.
type envelope struct {
	Command  string          `json:"command"`
	OK       bool            `json:"ok"`
	Summary  string          `json:"summary"`
	Result   any             `json:"result,omitempty"`
	Findings option.Findings `json:"findings,omitempty"`
	Error    *errorJSON      `json:"error,omitempty"`
}

type errorJSON struct {
	Code    string `json:"code"`
	Message string `json:"message"`
	Remedy  string `json:"remedy,omitempty"`
	Exit    int    `json:"exit"`
}

// done prints the result of a verb: as one envelope, or as text.
func (a *app) done(summary string, result any, text func(w io.Writer) error) error {
	if a.json {
		return a.encode(envelope{Command: a.command, OK: true, Summary: summary, Result: result, Findings: a.findings})
	}
	if text == nil {
		_, err := fmt.Fprintln(a.Out, summary)
		return err
	}
	return text(a.Out)
}

// encodeEvent writes an event to standard error, for machines.
func (a *app) encodeEvent(event any) error {
	enc := json.NewEncoder(a.Err)
	enc.SetEscapeHTML(false)
	return enc.Encode(event)
}

func (a *app) encode(e envelope) error {
	enc := json.NewEncoder(a.Out)
	enc.SetEscapeHTML(false)
	return enc.Encode(e)
}

// fail reports an error and sets the exit code that goes with it.
func (a *app) fail(ctx context.Context, err error) {
	a.exit = exitCode(ctx, err)
	report := reportOf(err)
	var held *pipelines.HeldError
	if errors.As(err, &held) {
		err = held // it says all; which step it came from adds nothing
	}
	var invalid *option.InvalidError
	if errors.As(err, &invalid) {
		a.findings = invalid.Findings
	}
	if a.json {
		e := &errorJSON{Code: connectors.CodeOf(err), Message: err.Error(), Exit: a.exit}
		var known *connectors.Error
		switch {
		case a.exit == ExitInterrupted || a.exit == ExitTerminated:
			e.Code, e.Message = "interrupted", a.stoppedText()
		case errors.As(err, &known):
			e.Remedy = known.Remedy
		case held != nil:
			e.Code = "checks_failed"
		case a.exit == ExitConfig:
			e.Code = "usage"
		}
		if invalid != nil {
			e.Code = "invalid_config"
			e.Message = fmt.Sprintf("the config has %d errors", len(invalid.Findings))
		}
		out := envelope{Command: a.command, Summary: e.Message, Findings: a.findings, Error: e}
		if report != nil {
			out.Result = report
		}
		_ = a.encode(out) // a closed pipe has nobody to tell
		return
	}
	if a.logs() {
		if f := pipelines.FailureOf(err); report == nil {
			a.log().Error(f.Message, slog.String("code", f.Code), slog.String("remedy", f.Remedy), slog.Int("exit", a.exit))
		}
		return
	}
	defer func() {
		if report != nil {
			writeLines(a.Err, report.Digest())
		}
	}()
	if a.exit == ExitInterrupted || a.exit == ExitTerminated {
		fmt.Fprintln(a.Err, a.stoppedText())
		return
	}
	if invalid != nil {
		fmt.Fprintln(a.Err, err)
		return
	}
	fmt.Fprintf(a.Err, "error: %v\n", err)
}

// stoppedText says that a signal ended the work, and how to go on.
func (a *app) stoppedText() string {
	if a.resume != "" {
		return "stopped; take it up with: " + a.resume
	}
	return stopped
}

// exitCode returns the exit code for an error.
func exitCode(ctx context.Context, err error) int {
	var held *pipelines.HeldError
	var invalid *option.InvalidError
	var usage *usageError
	var partly *partlyError
	switch {
	case errors.As(err, &held):
		return ExitHeld
	case errors.As(err, &partly):
		return ExitPartly
	case errors.As(err, &invalid), errors.As(err, &usage):
		return ExitConfig
	case ctx.Err() != nil:
		var s *Stopped
		if errors.As(context.Cause(ctx), &s) && s.Signal == syscall.SIGTERM {
			return ExitTerminated
		}
		return ExitInterrupted
	}
	switch connectors.KindOf(err) {
	case connectors.KindConfig:
		return ExitConfig
	case connectors.KindEnvironment, connectors.KindTransient:
		return ExitEnvironment
	}
	if strings.HasPrefix(err.Error(), "unknown command") {
		return ExitConfig
	}
	return ExitFailed
}

// partlyError says that a night is published and something was held back.
type partlyError struct{ held []string }

// Error names what was held back.
func (e *partlyError) Error() string {
	return "published, with something held back: " + strings.Join(e.held, ", ")
}
