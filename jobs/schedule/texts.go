package schedule

import (
	"bytes"
	"embed"
	"encoding/json"
	"fmt"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"text/template"
	"time"

	"clientele/pipelines/config"
	"clientele/pipelines/cron"
)

// Kinds are the schedulers that texts can be written for.
var Kinds = []string{"crontab", "systemd", "kubernetes", "airflow", "cloudrun"}

// Deployment is what a scheduler must know of a project to work its nights. Paths
// are whole ones.
type Deployment struct {
	*config.Schedule
	// Name is what the scheduler calls it: small letters, digits and hyphens.
	Name    string
	Company string
	// Executable, Config, Home and EnvFile say what is run; EnvFile may be "".
	Executable, Config, Home, EnvFile string
	// Outputs are folders beside Home that a night writes to.
	Outputs []string
	// Variables are the names that the config refers to.
	Variables []string
	// User is who works the nights on a machine, Image what does in a container.
	User, Image string
	// IfDue says that the schedule is the config's own, so that a night that was
	// worked already is not worked again.
	IfDue bool
	// Listen is the address at which a scheduler of its own answers, "" for none.
	Listen string
	// Start is the first day of the schedule, for those that ask for one.
	Start time.Time
}

// File is a text for a scheduler, and the name of the file that it belongs in.
type File struct{ Name, Text string }

// Files returns the texts for a scheduler. serve asks systemd to keep the
// scheduler of this program going instead.
func (d *Deployment) Files(kind string, serve bool) ([]File, error) {
	for _, text := range append([]string{d.Executable, d.Config, d.Home, d.EnvFile, d.User, d.Image}, d.Outputs...) {
		if strings.ContainsAny(text, "\n\r\x00") {
			return nil, fmt.Errorf("%q can't stand in a text for a scheduler: it has a line break", text)
		}
	}
	switch {
	case kind == "systemd" && serve:
		return d.files(File{d.Name + "-scheduler.service", "scheduler"})
	case serve:
		return nil, fmt.Errorf("--serve goes with --for systemd alone: %s has a scheduler of its own", kind)
	case kind == "crontab":
		return d.files(File{"crontab", "crontab"})
	case kind == "systemd":
		return d.files(File{d.Name + ".service", "service"}, File{d.Name + ".timer", "timer"})
	case kind == "kubernetes":
		return d.files(File{d.Name + ".yaml", "kubernetes"})
	case kind == "airflow":
		return d.files(File{d.Name + ".py", "airflow"})
	case kind == "cloudrun":
		return d.files(File{d.Name + ".yaml", "cloudrun"})
	}
	return nil, fmt.Errorf("no texts are written for %q: one of %s", kind, strings.Join(Kinds, ", "))
}

//go:embed texts
var texts embed.FS

var templates = template.Must(template.New("").Funcs(template.FuncMap{
	"comment": oneLine, "docstring": docstring, "seconds": seconds, "quote": quote,
	"arg": shellWord, "line": shellLine, "percent": cronPercent,
	"exec": execWord, "path": unitPath, "text": unitText,
}).ParseFS(texts, "texts/*.tmpl"))

// files renders the templates that the files name.
func (d *Deployment) files(files ...File) ([]File, error) {
	for i := range files {
		var b bytes.Buffer
		if err := templates.ExecuteTemplate(&b, files[i].Text+".tmpl", d); err != nil {
			return nil, err
		}
		files[i].Text = b.String()
	}
	return files, nil
}

// global are the options before the verb.
func (d *Deployment) global() []string {
	args := []string{d.Executable, "--config", d.Config, "--home", d.Home}
	if d.EnvFile != "" {
		args = append(args, "--env-file", d.EnvFile)
	}
	return args
}

// run is the verb that works a night.
func (d *Deployment) run() []string {
	if d.IfDue {
		return []string{"--quiet", "run", "--if-due"}
	}
	return []string{"--quiet", "run"}
}

// Command is the command line of a night.
func (d *Deployment) Command() []string { return append(d.global(), d.run()...) }

// Status is the command line that asks whether the last night is fresh.
func (d *Deployment) Status() []string { return append(d.global(), "status") }

// Inside are the arguments of a night in a container, whose image says where
// config and home lie.
func (d *Deployment) Inside() []string { return d.run() }

// Serve is the command line of a scheduler of its own.
func (d *Deployment) Serve() []string {
	args := append(d.global(), "schedule", "--serve")
	if !d.IfDue {
		args = append(args, "--at", d.Cron.String())
	}
	if d.Listen != "" {
		args = append(args, "--listen", d.Listen)
	}
	return args
}

// Secrets is the file that the secrets of the config stand in.
func (d *Deployment) Secrets() string {
	if d.EnvFile != "" {
		return d.EnvFile
	}
	return filepath.Join(filepath.Dir(d.Config), "secrets.env")
}

// Writes are the folders that a night writes to.
func (d *Deployment) Writes() []string {
	dirs := append([]string{d.Home}, d.Outputs...)
	slices.Sort(dirs[1:])
	return slices.Compact(dirs)
}

// JitterSeconds is how much later than due the nights of the project begin.
func (d *Deployment) JitterSeconds() int64 { return seconds(Jitter(d.Schedule, d.Company)) }

// StopWithin is how long a scheduler of its own may take to stop.
func (d *Deployment) StopWithin() time.Duration { return d.Grace + time.Minute }

// LateSeconds is how late a night that was missed may begin, in seconds.
func (d *Deployment) LateSeconds() int64 {
	if d.CatchUp {
		return seconds(6 * time.Hour)
	}
	return seconds(late)
}

// Calendar is the schedule as systemd writes it.
func (d *Deployment) Calendar() string {
	return calendar(d.Cron) + " " + d.Zone.String()
}

// calendar returns an expression as systemd's OnCalendar has it.
func calendar(e cron.Expression) string {
	list := func(values []int, all int) string {
		if len(values) == all {
			return "*"
		}
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = fmt.Sprintf("%02d", v)
		}
		return strings.Join(texts, ",")
	}
	days := ""
	if len(e.Weekdays) < 7 {
		names := make([]string, len(e.Weekdays))
		for i, v := range e.Weekdays {
			names[i] = time.Weekday(v).String()[:3]
		}
		days = strings.Join(names, ",") + " "
	}
	return fmt.Sprintf("%s*-%s-%s %s:%s:00", days, list(e.Months, 12), list(e.Days, 31), list(e.Hours, 24), list(e.Minutes, 60))
}

// seconds is a length of time in whole seconds.
func seconds(d time.Duration) int64 { return int64(d / time.Second) }

// quote writes a text as JSON, YAML and Python all read it.
func quote(text any) (string, error) {
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	err := enc.Encode(fmt.Sprint(text))
	return strings.TrimSuffix(b.String(), "\n"), err
}

// breaks are what would end the line that a text stands in.
var breaks = regexp.MustCompile(`[\pC\x{2028}\x{2029}\x{85}]+`)

// oneLine keeps a text on the line of its comment.
func oneLine(text string) string { return breaks.ReplaceAllString(text, " ") }

// docstring keeps a text within its docstring.
func docstring(text string) string {
	return strings.NewReplacer(`\`, `\\`, `"`, `'`).Replace(oneLine(text))
}

// plainWord is what no shell takes for anything else.
var plainWord = regexp.MustCompile(`^[A-Za-z0-9_@%+=:,./-]+$`)

// shellWord quotes one argument for a shell.
func shellWord(text string) string {
	if plainWord.MatchString(text) {
		return text
	}
	return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'"
}

func shellLine(args []string) string {
	words := make([]string, len(args))
	for i, arg := range args {
		words[i] = shellWord(arg)
	}
	return strings.Join(words, " ")
}

// cronPercent keeps cron from reading % as the end of the line.
func cronPercent(line string) string { return strings.ReplaceAll(line, "%", `\%`) }

// unitPath quotes a path in a unit of systemd, which reads % itself.
func unitPath(text string) string {
	text = unitText(text)
	if plainWord.MatchString(text) {
		return text
	}
	return `"` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(text) + `"`
}

// execWord quotes one argument in a unit's ExecStart, where $ is read too.
func execWord(text string) string { return strings.ReplaceAll(unitPath(text), "$", "$$") }

// unitText is a text in a unit.
func unitText(text string) string { return strings.ReplaceAll(oneLine(text), "%", "%%") }
