package jobs

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/cobra"

	"clientele/pipelines/config"
	"clientele/pipelines/matching"
	"clientele/schemas/option"
)

// dummy answers every reference to the environment.
func dummy(string) (string, bool) { return "dummy", true }

// pages returns the pages of the documentation by their paths.
func pages(t *testing.T) map[string]string {
	t.Helper()
	texts := map[string]string{}
	for _, pattern := range []string{"../*.md", "../docs/*.md", "../examples/*/README.md"} {
		files, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			texts[file] = string(text)
		}
	}
	if len(texts) == 0 {
		t.Fatal("there is no page")
	}
	return texts
}

// fence matches a code block: its language and its text.
var fence = regexp.MustCompile("(?ms)^```([a-z]*)\n(.*?)^```$")

// TestDocsConfigs holds every config that is shown to what validate says.
func TestDocsConfigs(t *testing.T) {
	configs := map[string]string{}
	for page, text := range pages(t) {
		for i, block := range fence.FindAllStringSubmatch(text, -1) {
			if block[1] == "yaml" && strings.HasPrefix(block[2], "version:") {
				configs[fmt.Sprintf("%s block %d", page, i+1)] = block[2]
			}
		}
	}
	for _, pattern := range []string{"../examples/*/clientele.yaml", "demo/clientele.yaml"} {
		files, err := filepath.Glob(pattern)
		if err != nil || len(files) == 0 {
			t.Fatalf("%s: no file, or %v", pattern, err)
		}
		for _, file := range files {
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			configs[file] = string(text)
		}
	}
	for name, text := range configs {
		t.Run(name, func(t *testing.T) {
			if _, findings := config.Parse(name, []byte(text), dummy); len(findings) > 0 {
				for _, f := range findings {
					t.Error(f)
				}
			}
		})
	}
}

// TestDocsSurveys holds the configs of the page on surveys to those whose nights are
// stories.
func TestDocsSurveys(t *testing.T) {
	text, err := os.ReadFile("../docs/surveys.md")
	if err != nil {
		t.Fatal(err)
	}
	blocks := fence.FindAllStringSubmatch(string(text), -1)
	for i, story := range []string{"survey", "forms"} {
		script, err := os.ReadFile("testdata/script/" + story + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(script), "-- clientele.yaml --\n"+blocks[i][2]) {
			t.Errorf("config %d of docs/surveys.md is not that of the story %s", i+1, story)
		}
	}
}

// TestDocsMatchConfigs holds every config of matching that is shown to what match
// run says, and the page to all options that there are.
func TestDocsMatchConfigs(t *testing.T) {
	const page = "../docs/matching.md"
	seen := 0
	for name, text := range pages(t) {
		for i, block := range fence.FindAllStringSubmatch(text, -1) {
			if block[1] == "yaml" && strings.HasPrefix(block[2], "match:") {
				seen++
				if _, findings := matching.Parse(fmt.Sprintf("%s block %d", name, i+1), block[2]); len(findings) > 0 {
					t.Error(findings)
				}
			}
		}
	}
	if seen == 0 {
		t.Error("no page shows a config of matching")
	}
	var options func(list []option.Description)
	options = func(list []option.Description) {
		for _, o := range list {
			if !strings.Contains(pages(t)[page], o.Name) {
				t.Errorf("%s does not say what %s is", page, o.Name)
			}
			options(o.Options)
		}
	}
	options((&matching.Config{}).Spec().Describe())
}

// TestDocsMatching works the example of docs/matching.md: the first block of CSV is
// matched under the config, and gives the second and the text.
func TestDocsMatching(t *testing.T) {
	const page = "../docs/matching.md"
	blocks := map[string][]string{}
	text := pages(t)[page]
	for _, block := range fence.FindAllStringSubmatch(text, -1) {
		blocks[block[1]] = append(blocks[block[1]], block[2])
	}
	if len(blocks["csv"]) != 2 || len(blocks["yaml"]) != 1 || len(blocks["text"]) != 1 {
		t.Fatalf("%s has other blocks than the example", page)
	}
	full, err := filepath.Abs(page)
	if err != nil {
		t.Fatal(err)
	}
	t.Chdir(t.TempDir())
	for name, text := range map[string]string{"customers.csv": blocks["csv"][0], "match.yaml": blocks["yaml"][0]} {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	run := func(args ...string) string {
		var stdout, stderr bytes.Buffer
		world := World{Out: &stdout, Err: &stderr, Now: func() time.Time { return time.Unix(0, 0) }, Getenv: func(string) (string, bool) { return "", false }}
		if code := Main(t.Context(), args, world); code != 0 {
			t.Fatalf("clientele %v: exit %d\n%s", args, code, stderr.String())
		}
		return stdout.String()
	}
	run("match", "run", "customers.csv", "--config", "match.yaml", "--out", "matched")
	clusters, err := os.ReadFile("matched/clusters.csv")
	if err != nil {
		t.Fatal(err)
	}
	got := strings.Replace(text, blocks["csv"][1], string(clusters), 1)
	got = strings.Replace(got, blocks["text"][0], run("match", "explain", "1", "2", "--in", "matched"), 1)
	if *update {
		if err := os.WriteFile(full, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(text, got); diff != "" {
		t.Errorf("%s is not what the program says; run the test with -update (-page +program):\n%s", page, diff)
	}
}

var update = flag.Bool("update", false, "write what the program says into the manual")

// TestDocsSample holds the sample, which also says what is not built yet, to
// exactly the warnings that go with it.
func TestDocsSample(t *testing.T) {
	const file = "testdata/sample.yaml"
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	c, findings := config.Parse(file, text, dummy)
	if c == nil {
		t.Fatal(findings.Err())
	}
	var got []string
	for _, f := range findings {
		got = append(got, f.Code+": "+f.Message)
	}
	want := []string{
		"no_tables: sources.purchased_2026 has no tables: its rows are landed and become nothing",
		"not_built: lists is not built yet: call, mail and visit lists come later",
		`not_built: retention of persons is not built yet: the rule "prospects" removes nothing`,
		`not_built: retention of persons is not built yet: the rule "customers" removes nothing`,
		`not_built: retention of invoices is not built yet: the rule "invoices" removes nothing`,
		`not_built: retention of purchased_values is not built yet: the rule "purchased" removes nothing`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("warnings (-want +got):\n%s", diff)
	}
}

// A command is shown whole, on a line of a code block, or mentioned in a span of
// code, maybe without its arguments. A line may go on after a backslash.
var (
	shown     = regexp.MustCompile(`(?m)^(?:\$ )?(?:bin/)?clientele (.+)$`)
	mentioned = regexp.MustCompile("`clientele ([^`]+)`")
	goesOn    = regexp.MustCompile(`\\\n\s*`)
)

// TestDocsCommands holds every command that is shown to the verbs and flags
// that there are.
func TestDocsCommands(t *testing.T) {
	seen := 0
	for page, text := range pages(t) {
		text = goesOn.ReplaceAllString(text, " ")
		for _, pattern := range []*regexp.Regexp{shown, mentioned} {
			for _, m := range pattern.FindAllStringSubmatch(text, -1) {
				seen++
				if err := understood(m[1], pattern == shown); err != nil {
					t.Errorf("%s: clientele %s: %v", page, m[1], err)
				}
			}
		}
	}
	if seen == 0 {
		t.Fatal("no page shows a command")
	}
}

// TestDocsExamples holds the examples of --help to the same.
func TestDocsExamples(t *testing.T) {
	var visit func(cmd *cobra.Command)
	visit = func(cmd *cobra.Command) {
		for line := range strings.Lines(cmd.Example) {
			if err := understood(strings.TrimPrefix(strings.TrimSpace(line), "clientele "), true); err != nil {
				t.Errorf("%s: example %q: %v", cmd.CommandPath(), strings.TrimSpace(line), err)
			}
		}
		if cmd.Runnable() && cmd.HasParent() && cmd.Example == "" && cmd.Name() != "help" {
			t.Errorf("%s has no example", cmd.CommandPath())
		}
		for _, sub := range cmd.Commands() {
			visit(sub)
		}
	}
	visit((&app{}).root())
}

// understood reports what is wrong with a command line: a verb or a flag that
// there is not, or, where it is whole, the number of its arguments.
func understood(line string, whole bool) error {
	root := (&app{}).root()
	cmd, rest, err := root.Find(words(line))
	if err != nil {
		return err
	}
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	if whole && cmd.Runnable() {
		return cmd.ValidateArgs(cmd.Flags().Args())
	}
	return nil
}

// words splits a command line as a shell does, up to a pipe or a redirection.
func words(line string) []string {
	var list []string
	for _, m := range regexp.MustCompile(`"((?:[^"\\]|\\.)*)"|'([^']*)'|(\S+)`).FindAllStringSubmatch(line, -1) {
		if m[3] == "|" || m[3] == ">" || m[3] == "#" || m[3] == "&&" {
			break
		}
		list = append(list, m[1]+m[2]+m[3])
	}
	return list
}
