package jobs

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os/exec"
	"sync"
	"syscall"
	"time"

	"clientele/connectors"
	"clientele/jobs/schedule"
	"clientele/pipelines"
	"clientele/pipelines/config"
)

// serve works nights by the config's schedule until it is told to stop.
func (a *app) serve(ctx context.Context, c *config.Config, listen string) error {
	if !c.Schedule.Set {
		return errNoSchedule
	}
	s := &schedule.Scheduler{
		Plan: &c.Schedule, Name: c.Company.Name, Clock: schedule.Real(a.Now), Log: a.log(),
		Begun: func(ctx context.Context) (begun bool, err error) {
			err = a.journal(ctx, c, func(p *pipelines.Project) error {
				runs, err := p.Runs(ctx, 1)
				begun = len(runs) > 0
				return err
			})
			return begun, err
		},
		Night: a.childNight,
	}
	if a.Wait != nil {
		s.Clock.Wait = a.Wait
	}
	if listen != "" {
		closed, err := a.answer(ctx, s, c, listen)
		if err != nil {
			return err
		}
		defer closed()
	}
	return s.Run(ctx)
}

// log returns the log of the program, a line of text or of JSON an event.
func (a *app) log() *slog.Logger {
	level := slog.LevelInfo
	if a.quiet {
		level = slog.LevelWarn
	}
	o := &slog.HandlerOptions{Level: level, ReplaceAttr: func(_ []string, at slog.Attr) slog.Attr {
		if at.Key == slog.TimeKey { // the clock is passed in
			return slog.Time(at.Key, a.Now())
		}
		return at
	}}
	if a.logs() {
		return slog.New(slog.NewJSONHandler(a.Err, o))
	}
	return slog.New(slog.NewTextHandler(a.Err, o))
}

// journal opens the project to look at its journal, where it has one.
func (a *app) journal(ctx context.Context, c *config.Config, look func(p *pipelines.Project) error) error {
	if !a.hasHome(c) {
		return nil
	}
	p, err := a.project(ctx, c)
	if err != nil {
		return err
	}
	return errors.Join(look(p), p.Close())
}

// answer serves the health endpoint on an address until closed is called.
func (a *app) answer(ctx context.Context, s *schedule.Scheduler, c *config.Config, address string) (closed func(), err error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, connectors.Errorf(connectors.KindEnvironment, "listen", "choose a free address, like 127.0.0.1:8080, with --listen", "serve the health endpoint: %w", err)
	}
	var one sync.Mutex // a look at the journal at a time
	server := &http.Server{
		Handler: s.Handler(func(ctx context.Context) (any, error) {
			one.Lock()
			defer one.Unlock()
			var f pipelines.Freshness
			f.Why = "no night is published yet"
			err := a.journal(ctx, c, func(p *pipelines.Project) (err error) {
				f, err = p.Freshness(ctx, 0)
				return err
			})
			return f, err
		}),
		ReadTimeout: 10 * time.Second, WriteTimeout: 20 * time.Second, IdleTimeout: time.Minute, MaxHeaderBytes: 16 << 10,
	}
	s.Log.Info("listening", "address", listener.Addr().String())
	done := make(chan struct{})
	go func() {
		defer close(done)
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.Log.Error("the health endpoint is gone", "error", err)
		}
	}()
	return func() {
		_ = server.Close() // there is nobody left to tell
		<-done
	}, nil
}

// killAfter is how long a night that is told to stop may take to do so, before it
// is killed: it takes up where it was either way.
const killAfter = 30 * time.Second

// childNight works a night in a process of its own: one that crashes, or that the
// system ends for want of memory, does not end the scheduler, and what it took of
// memory is given back.
func (a *app) childNight(ctx context.Context, due time.Time) schedule.End {
	args := []string{"--config", a.config}
	if a.home != "" {
		args = append(args, "--home", a.home)
	}
	if a.envFile != "" {
		args = append(args, "--env-file", a.envFile)
	}
	if a.json {
		args = append(args, "--json")
	}
	if a.logFormat != "" {
		args = append(args, "--log-format", a.logFormat)
	}
	if a.quiet {
		args = append(args, "--quiet")
	}
	cmd := exec.CommandContext(ctx, a.Executable, append(args, "run", "--if-due="+due.Format(time.RFC3339))...)
	cmd.Args[0] = "clientele"
	cmd.Stdout, cmd.Stderr = a.Out, a.Err
	// Ctrl-C on a terminal is for the scheduler, which stops the night in time.
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) }
	cmd.WaitDelay = killAfter
	err := cmd.Run()
	if cmd.ProcessState == nil {
		return schedule.End{Again: true, Exit: -1, What: "the night could not be started: " + err.Error()}
	}
	return endOf(cmd.ProcessState.ExitCode(), cmd.ProcessState.String())
}

// endOf says what an exit code of a night means for its scheduler.
func endOf(exit int, how string) schedule.End {
	switch exit {
	case ExitOK:
		return schedule.End{Good: true, Exit: exit, What: "published"}
	case ExitPartly:
		return schedule.End{Good: true, Exit: exit, What: "published, with a source held back"}
	case ExitHeld:
		return schedule.End{Exit: exit, What: "checks failed, nothing new is published"}
	case ExitConfig:
		return schedule.End{Exit: exit, What: "the config is wrong"}
	case ExitEnvironment:
		return schedule.End{Again: true, Exit: exit, What: "the environment failed, or another process works on the project"}
	case ExitInterrupted, ExitTerminated:
		return schedule.End{Again: true, Exit: exit, What: "stopped"}
	case ExitFailed:
		return schedule.End{Again: true, Exit: exit, What: "the work failed"}
	}
	return schedule.End{Again: true, Exit: exit, What: fmt.Sprintf("the night ended unexpectedly: %s", how)}
}
