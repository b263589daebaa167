// Clientele turns a company's scattered customer data into one customer base,
// every night.
package main

import (
	"context"
	"os"
	"os/signal"
	"os/user"
	"runtime/debug"
	"syscall"
	"time"

	"clientele/jobs"
)

func main() {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals, insisted := make(chan os.Signal, 2), make(chan struct{})
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM)
	go func() {
		s, _ := (<-signals).(syscall.Signal)
		cancel(&jobs.Stopped{Signal: s})
		<-signals
		close(insisted)
	}()
	w := world()
	w.Insisted = insisted
	os.Exit(jobs.Main(ctx, os.Args[1:], w))
}

func world() jobs.World {
	host, err := os.Hostname()
	if err != nil {
		host = "unknown"
	}
	name := "unknown"
	if u, err := user.Current(); err == nil {
		name = u.Username
	}
	info, err := os.Stderr.Stat()
	executable, _ := os.Executable() // where it has no name, only the scheduler misses it
	terminal := err == nil && info.Mode()&os.ModeCharDevice != 0 && os.Getenv("TERM") != "dumb"
	return jobs.World{
		Out: os.Stdout, Err: os.Stderr, Getenv: os.LookupEnv, Now: time.Now,
		Host: host, PID: os.Getpid(), User: name, Terminal: terminal, Version: version(), Executable: executable,
	}
}

// release is the version that a release is built with, by -ldflags.
var release string

// version is the release, the module's version, or the commit that the program
// was built of.
func version() string {
	if release != "" {
		return release
	}
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "unknown"
	}
	v := info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" && (v == "" || v == "(devel)") {
			v = "devel-" + s.Value[:min(12, len(s.Value))]
		}
	}
	return v
}
