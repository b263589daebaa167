package schedule

import (
	"context"
	"flag"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/pipelines/config"
	"clientele/pipelines/cron"
)

var update = flag.Bool("update", false, "write the examples of docs/deploy")

// deployment is what the examples of docs/deploy are written for.
func deployment(t *testing.T) *Deployment {
	t.Helper()
	c := &config.Config{}
	c.Spec() // which sets what a schedule is by default
	s := c.Schedule
	var err error
	if s.Cron, err = cron.Parse("30 2 * * *"); err != nil {
		t.Fatal(err)
	}
	if s.Zone, err = time.LoadLocation("Europe/Brussels"); err != nil {
		t.Fatal(err)
	}
	return &Deployment{
		Schedule: &s, Name: "clientele", Company: "Voorbeeld Groothandel",
		Executable: "/usr/local/bin/clientele", Config: "/etc/clientele/clientele.yaml", Home: "/var/lib/clientele", EnvFile: "/etc/clientele/secrets.env",
		Variables: []string{"FORMS_TOKEN"}, User: "clientele", Image: "registry.example.com/clientele:latest", IfDue: true,
		Listen: "127.0.0.1:8080", Start: time.Date(2026, 11, 21, 0, 0, 0, 0, s.Zone),
	}
}

// awkward is a deployment whose names and paths try to break out of their place.
func awkward(t *testing.T) *Deployment {
	d := deployment(t)
	d.Company = "O'Brien & \"Sons\" \"\"\" 100%\n- # {{x}} \\ $(touch /tmp/x) éé"
	d.Config, d.Home, d.EnvFile = `/etc/a b/50% "q" 'x' $HOME {{y}}.yaml`, `/var/lib/a b%h`, ""
	d.Outputs = []string{"/srv/out put", "/srv/out put", `/srv/$x\y`}
	d.Jitter = 10 * time.Minute
	d.CatchUp, d.IfDue, d.Within = false, false, 0
	var err error
	if d.Cron, err = cron.Parse("*/20 5,6 * 1-3,12 MON-FRI"); err != nil {
		t.Fatal(err)
	}
	return d
}

// text returns one text of a deployment.
func text(t *testing.T, d *Deployment, kind string, serve bool, name string) string {
	t.Helper()
	files, err := d.Files(kind, serve)
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if f.Name == name {
			return f.Text
		}
	}
	t.Fatalf("no %s for %s in %v", name, kind, files)
	return ""
}

// TestDocsDeploy holds the examples of docs/deploy to what is printed.
func TestDocsDeploy(t *testing.T) {
	for _, c := range []struct {
		file, kind, name string
		serve            bool
	}{
		{"crontab", "crontab", "crontab", false},
		{"clientele.service", "systemd", "clientele.service", false},
		{"clientele.timer", "systemd", "clientele.timer", false},
		{"clientele-scheduler.service", "systemd", "clientele-scheduler.service", true},
		{"kubernetes.yaml", "kubernetes", "clientele.yaml", false},
		{"airflow.py", "airflow", "clientele.py", false},
		{"cloudrun.yaml", "cloudrun", "clientele.yaml", false},
	} {
		t.Run(c.file, func(t *testing.T) {
			got := text(t, deployment(t), c.kind, c.serve, c.name)
			path := filepath.Join("../../docs/deploy", c.file)
			if *update {
				if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("go test ./jobs/schedule -run Deploy -update writes it anew (-committed +printed):\n%s", diff)
			}
		})
	}
}

func TestFilesRefuses(t *testing.T) {
	for kind, want := range map[string]string{"nomad": "one of crontab", "crontab": "systemd alone", "kubernetes": "systemd alone"} {
		if _, err := deployment(t).Files(kind, kind != "nomad"); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v", kind, err)
		}
	}
	d := deployment(t)
	d.Home = "/var/lib\n* * * * * rm -rf /"
	if _, err := d.Files("crontab", false); err == nil || !strings.Contains(err.Error(), "line break") {
		t.Errorf("a path with a line break: %v", err)
	}
}

// tool skips the test where the program is not installed, and else returns what
// it says.
func tool(t *testing.T, dir, name string, args ...string) (said string, err error) {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Skipf("%s is not installed", name)
	}
	cmd := exec.CommandContext(context.Background(), path, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

func write(t *testing.T, name, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// jobLine returns the line of a crontab that works the nights: its expression,
// and what cron gives to the shell.
func jobLine(t *testing.T, crontab string) (expression, command string) {
	t.Helper()
	for line := range strings.Lines(crontab) {
		if fields := strings.SplitN(strings.TrimSpace(line), " ", 6); len(fields) == 6 && !strings.HasPrefix(line, "#") && strings.Contains(line, " run") {
			return strings.Join(fields[:5], " "), strings.ReplaceAll(fields[5], `\%`, "%")
		}
	}
	t.Fatalf("no line works the nights:\n%s", crontab)
	return "", ""
}

func TestCrontab(t *testing.T) {
	for _, d := range []*Deployment{deployment(t), awkward(t)} {
		crontab := text(t, d, "crontab", false, "crontab")
		for line := range strings.Lines(crontab) {
			if name, _, ok := strings.Cut(line, "="); !strings.HasPrefix(line, "#") && strings.TrimSpace(line) != "" && (!ok || strings.Contains(name, " ")) {
				if _, err := cron.Parse(strings.Join(strings.Fields(line)[:5], " ")); err != nil {
					t.Errorf("%q: %v", line, err)
				}
			}
		}
		expression, command := jobLine(t, crontab)
		if expression != d.Cron.String() {
			t.Errorf("expression %q", expression)
		}
		// A shell reads the arguments as they are meant.
		command, _, _ = strings.Cut(command, " | logger")
		if _, rest, ok := strings.Cut(command, "; "); ok {
			command = rest
		}
		out, err := exec.Command("/bin/sh", "-c", `printf '%s\n' `+command).Output()
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(strings.Join(d.Command(), "\n")+"\n", string(out)); diff != "" {
			t.Errorf("arguments (-want +got):\n%s", diff)
		}
	}
	if _, command := jobLine(t, text(t, awkward(t), "crontab", false, "crontab")); !strings.HasPrefix(command, "sleep ") {
		t.Errorf("no jitter: %s", command)
	}
}

// TestCrontabByCron asks Debian's crontab.
func TestCrontabByCron(t *testing.T) {
	for _, d := range []*Deployment{deployment(t), awkward(t)} {
		said, err := tool(t, "", "crontab", "-n", write(t, "crontab", text(t, d, "crontab", false, "crontab")))
		if err != nil {
			t.Errorf("%v: %s", err, said)
		}
	}
	// It would find what is wrong.
	if said, err := tool(t, "", "crontab", "-n", write(t, "crontab", "61 2 * * * true\n")); err == nil {
		t.Errorf("crontab -n lets a bad minute pass: %s", said)
	}
}

// TestUnits asks systemd to verify the units.
func TestUnits(t *testing.T) {
	for _, d := range []*Deployment{deployment(t), awkward(t)} {
		d.Executable, d.User = "/bin/true", "root" // which must be there
		dir := t.TempDir()
		for name, text := range map[string]string{
			"clientele.service": text(t, d, "systemd", false, "clientele.service"), "clientele.timer": text(t, d, "systemd", false, "clientele.timer"),
			"clientele-scheduler.service": text(t, d, "systemd", true, "clientele-scheduler.service"),
		} {
			if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
				t.Fatal(err)
			}
		}
		said, err := tool(t, dir, "systemd-analyze", "verify", "--man=no", "./clientele.service", "./clientele.timer", "./clientele-scheduler.service")
		for line := range strings.Lines(said) { // of other units of this machine it may say what it likes
			if strings.Contains(line, "clientele") {
				t.Errorf("%v: %s", err, line)
			}
		}
	}
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "clientele.timer"), []byte("[Timer]\nOnCalendar=*-*-* 25:00\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if said, _ := tool(t, dir, "systemd-analyze", "verify", "--man=no", "./clientele.timer"); !strings.Contains(said, "clientele.timer") {
		t.Errorf("systemd-analyze lets a bad time pass: %s", said)
	}
}

// TestCalendar holds systemd's calendar to the expressions that it is made of.
func TestCalendar(t *testing.T) {
	d := deployment(t)
	for _, expression := range []string{"30 2 * * *", "0 5 * * MON-FRI", "15 4 1 jan,jul *", "*/20 5,6 * 1-3,12 *", "0 0 29 2 *", "5 * * * 0"} {
		var err error
		if d.Cron, err = cron.Parse(expression); err != nil {
			t.Fatal(err)
		}
		from := time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)
		said, err := tool(t, "", "systemd-analyze", "calendar", "--base-time=2026-11-21 03:00:00 UTC", d.Calendar())
		if err != nil {
			t.Fatalf("%s: %v: %s", d.Calendar(), err, said)
		}
		want := d.Cron.Next(from, d.Zone).UTC().Format("Mon 2006-01-02 15:04:05 UTC")
		if !strings.Contains(said, want) {
			t.Errorf("%s is %s, which is next on\n%s, want %s", expression, d.Calendar(), said, want)
		}
	}
}

// TestAirflow runs the DAG's file, with modules in the place of Airflow's that
// say what they were asked for.
func TestAirflow(t *testing.T) {
	modules := t.TempDir()
	for name, text := range map[string]string{
		"pendulum.py":           "def datetime(*args, **named): return (args, named)\n",
		"airflow/__init__.py":   "",
		"airflow/exceptions.py": "class AirflowException(Exception): pass\nclass AirflowFailException(AirflowException): pass\n",
		"airflow/decorators.py": "asked = {}\ntasks = []\ndef dag(**named):\n    asked.update(named)\n    return lambda f: f\ndef task(f):\n    return lambda: tasks.append(f)\n",
	} {
		path := filepath.Join(modules, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, d := range []*Deployment{deployment(t), awkward(t)} {
		file := write(t, "clientele.py", text(t, d, "airflow", false, "clientele.py"))
		script := `
import json, runpy, sys
sys.path.insert(0, sys.argv[1])
module = runpy.run_path(sys.argv[2])
from airflow import decorators, exceptions
assert len(decorators.tasks) == 1, decorators.tasks
night = decorators.tasks[0]
def run(code):
    module["COMMAND"][:] = [sys.executable, "-c", "import sys; print('said'); sys.exit(%d)" % code]
    try:
        night()
        return "ok"
    except exceptions.AirflowException as e:
        return type(e).__name__ + ": " + str(e)
command = list(module["COMMAND"])
print(json.dumps({"command": command, "schedule": decorators.asked["schedule"], "start": decorators.asked["start_date"][1]["tz"],
    "id": decorators.asked["dag_id"], "0": run(0), "3": run(3), "4": run(4), "5": run(5)}))
`
		said, err := tool(t, "", "python3", "-I", "-c", script, modules, file)
		if err != nil {
			t.Fatalf("%v: %s", err, said)
		}
		for _, want := range []string{`"schedule": ` + must(t, d.Cron.String()), `"start": "Europe/Brussels"`, `"id": "clientele"`, `"0": "ok"`,
			`"3": "AirflowException: exit code 3"`, `"4": "AirflowFailException: checks failed, nothing new is published"`, `"5": "AirflowFailException: published, with a source held back"`} {
			if !strings.Contains(said, want) {
				t.Errorf("not %s in\n%s", want, said)
			}
		}
		for _, arg := range d.Command() {
			if !strings.Contains(said, must(t, arg)) {
				t.Errorf("no argument %s in\n%s", arg, said)
			}
		}
		if strings.Count(said, "said\n") != 4 {
			t.Errorf("what the night says is lost:\n%s", said)
		}
	}
}

func must(t *testing.T, text string) string {
	t.Helper()
	q, err := quote(text)
	if err != nil {
		t.Fatal(err)
	}
	return q
}
