package jobs

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"clientele/connectors"
	"clientele/jobs/schedule"
	"clientele/pipelines/config"
	"clientele/pipelines/cron"
)

type scheduleOptions struct {
	kind, at, to      string
	name, user, image string
	serve             bool
	listen            string
}

func (a *app) scheduleCommand() *cobra.Command {
	var o scheduleOptions
	cmd := &cobra.Command{
		Use:   "schedule",
		Short: "Print what another scheduler needs to work the nights, or work them by the clock",
		Long: `With --for, prints a ready text for a scheduler: a crontab, a service and a timer
of systemd, a CronJob of Kubernetes, a DAG of Airflow, a job of Cloud Run. It has
the paths of this config and its home, its time zone and its schedule.

With --serve, works the nights itself until it is stopped, each in a process of
its own: what is missed is caught up, what fails is tried again, what is due while
a night is under way is skipped. With --listen it answers /healthz, /readyz and
/status. --serve --for systemd prints a service that keeps it going.

Without either it says when the nights are due.`,
		Example: "  clientele schedule\n  clientele schedule --for crontab\n  clientele schedule --for systemd --to /etc/systemd/system\n  clientele schedule --serve --listen 127.0.0.1:8080",
		Args:    cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			a.command = "schedule"
			return a.schedule(cmd, o)
		},
	}
	f := cmd.Flags()
	f.StringVar(&o.kind, "for", "", "scheduler to print for: "+strings.Join(schedule.Kinds, ", "))
	f.StringVar(&o.at, "at", "", "cron expression (default: the config's schedule)")
	f.StringVar(&o.to, "to", "", "folder to write the texts to, instead of printing them")
	f.StringVar(&o.name, "name", "clientele", "what the scheduler calls it, with --for")
	f.StringVar(&o.user, "user", "clientele", "user that works the nights, with --for systemd")
	f.StringVar(&o.image, "image", "registry.example.com/clientele:latest", "container image, with --for kubernetes and cloudrun")
	f.BoolVar(&o.serve, "serve", false, "work the nights until stopped")
	f.StringVar(&o.listen, "listen", "", "address of the health endpoint, with --serve")
	return cmd
}

// nameOf is what a DNS label may be, with room for what Kubernetes adds to it.
var nameOf = regexp.MustCompile(`^[a-z]([-a-z0-9]{0,44}[a-z0-9])?$`)

func (a *app) schedule(cmd *cobra.Command, o scheduleOptions) error {
	if o.listen != "" && !o.serve {
		return &usageError{errors.New("--listen goes with --serve")}
	}
	if o.to != "" && o.kind == "" {
		return &usageError{errors.New("--to goes with --for")}
	}
	if !nameOf.MatchString(o.name) {
		return &usageError{fmt.Errorf("--name can't be %q: small letters, digits and hyphens, at most 46", o.name)}
	}
	lookup := a.Getenv
	if o.kind != "" || !o.serve {
		lookup = nil // the secrets are where the nights are
	}
	c, err := a.load(lookup)
	if err != nil {
		return err
	}
	own := c.Schedule.Set && o.at == ""
	if o.at != "" {
		if c.Schedule.Cron, err = cron.Parse(o.at); err != nil {
			return &usageError{fmt.Errorf("--at %w", err)}
		}
		c.Schedule.Set = true
	}
	switch {
	case !c.Schedule.Set:
		return errNoSchedule
	case o.kind != "":
		return a.writeTexts(c, o, own)
	case o.serve:
		return a.serve(cmd.Context(), c, o.listen)
	}
	return a.showDue(c)
}

// showDue says when the nights are due.
func (a *app) showDue(c *config.Config) error {
	s := &c.Schedule
	var due []string
	at := a.Now()
	for range 3 {
		if at = s.Next(at); at.IsZero() {
			break
		}
		due = append(due, at.Add(schedule.Jitter(s, c.Company.Name)).Format("Mon 2006-01-02 15:04:05 -07:00"))
	}
	return a.done(fmt.Sprintf("%s in %s", s.Cron, s.Zone), map[string]any{"cron": s.Cron.String(), "timezone": s.Zone.String(), "next": due}, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s in %s; the next nights begin on\n  %s\n", s.Cron, s.Zone, strings.Join(due, "\n  "))
		return err
	})
}

// writeTexts prints, or writes to a folder, what a scheduler needs.
func (a *app) writeTexts(c *config.Config, o scheduleOptions, own bool) error {
	d, err := a.deployment(c, o, own)
	if err != nil {
		return err
	}
	files, err := d.Files(o.kind, o.serve)
	if err != nil {
		return &usageError{err}
	}
	if o.to == "" {
		texts := make([]string, len(files))
		result := map[string]string{}
		for i, f := range files {
			texts[i], result[f.Name] = f.Text, f.Text
		}
		return a.done(fmt.Sprintf("the nights for %s", o.kind), result, func(w io.Writer) error {
			_, err := io.WriteString(w, strings.Join(texts, "\n"))
			return err
		})
	}
	var names []string
	for _, f := range files {
		name := filepath.Join(o.to, f.Name)
		if err := os.WriteFile(name, []byte(f.Text), 0o644); err != nil { // they hold no secrets, and others must read them
			return connectors.Errorf(connectors.KindEnvironment, "unwritable", "--to names a folder that you may write to", "write the texts: %w", err)
		}
		names = append(names, name)
	}
	return a.done("wrote "+strings.Join(names, ", "), map[string]any{"files": names}, nil)
}

// deployment is what the texts say of this project.
func (a *app) deployment(c *config.Config, o scheduleOptions, own bool) (*schedule.Deployment, error) {
	d := &schedule.Deployment{
		Schedule: &c.Schedule, Name: o.name, Company: c.Company.Name,
		Executable: a.Executable, Config: a.config, Home: a.homeOf(c), EnvFile: a.envFile,
		User: o.user, Image: o.image, IfDue: own, Listen: o.listen, Start: a.Now().In(c.Schedule.Zone),
	}
	for _, path := range []string{c.Publish.CSV, c.Publish.Parquet, c.Publish.XLSX} {
		if path == "" {
			continue
		}
		if !filepath.IsAbs(path) {
			path = filepath.Join(c.Dir(), path)
		}
		if path, err := filepath.Abs(path); err != nil {
			return nil, err
		} else if d.Outputs = append(d.Outputs, path); strings.HasSuffix(path, ".xlsx") {
			d.Outputs[len(d.Outputs)-1] = filepath.Dir(path)
		}
	}
	for _, path := range []*string{&d.Config, &d.Home, &d.EnvFile} {
		if *path == "" {
			continue
		}
		whole, err := filepath.Abs(*path)
		if err != nil {
			return nil, err
		}
		*path = whole
	}
	text, err := os.ReadFile(a.config)
	if err != nil {
		return nil, connectors.SystemError(err)
	}
	d.Variables = variables(string(text))
	return d, nil
}

// reference is a reference of a config to its environment.
var reference = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// variables returns the names that a config refers to, in order.
func variables(text string) []string {
	var names []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, m := range reference.FindAllStringSubmatch(line, -1) {
			names = append(names, m[1])
		}
	}
	slices.Sort(names)
	return slices.Compact(names)
}
