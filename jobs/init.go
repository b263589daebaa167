package jobs

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"clientele/connectors"
	"clientele/pipelines/config"
	"clientele/pipelines/proposal"
)

func (a *app) initCommand() *cobra.Command {
	var from []string
	var add bool
	cmd := &cobra.Command{
		Use:   "init [DIR] [--from FILE…] [--add]",
		Short: "Write a first config; with --from it looks at real files",
		Long: `Writes a commented clientele.yaml. With --from it looks at CSV, Excel and JSON
files and proposes how to read them: delimiter, encoding, decimal comma, header,
date layouts, and what their columns fill. What it can't know is marked # guess;
whether day or month comes first it never guesses. With --add the proposed sources
join those of the config that is there; nothing else of it is touched.`,
		Example: "  clientele init shop\n  clientele init --from customers.csv orders.xlsx\n  clientele init --add --from survey.xlsx",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			a.command = "init"
			dir := ""
			for _, arg := range args {
				info, err := os.Stat(arg)
				switch isFile := err == nil && !info.IsDir(); {
				case isFile && len(from) > 0: // a shell makes many words of --from *.csv
					from = append(from, arg)
				case isFile:
					return &usageError{fmt.Errorf("%s is a file: --from looks at files", arg)}
				case dir != "":
					return &usageError{fmt.Errorf("%s and %s can't both be the folder", dir, arg)}
				default:
					dir = arg
				}
			}
			if add && len(from) == 0 {
				return &usageError{errors.New("--add goes with --from: the files whose sources are added")}
			}
			if add {
				return a.addSources(cmd.Context(), filepath.Clean(dir), from)
			}
			return a.init(cmd.Context(), filepath.Clean(dir), from)
		},
	}
	cmd.Flags().StringSliceVar(&from, "from", nil, "files to look at")
	cmd.Flags().BoolVar(&add, "add", false, "add the sources to the config that is there")
	return cmd
}

// initialised is what init wrote.
type initialised struct {
	File    string `json:"file"`
	Lines   int    `json:"lines"`
	Guesses int    `json:"guesses"`
}

func (a *app) init(ctx context.Context, dir string, from []string) error {
	path := filepath.Join(dir, "clientele.yaml")
	if _, err := os.Lstat(path); err == nil {
		return errConfigThere(path)
	}
	text := proposal.First
	if len(from) > 0 {
		var err error
		if text, err = looking(dir, func(dir, temp string) (string, error) { return proposal.Config(ctx, dir, temp, from) }); err != nil {
			return err
		}
	}
	if _, findings := config.Parse(path, []byte(text), nil); findings.Err() != nil {
		return fmt.Errorf("what was found in these files makes no config: %w", findings.Err())
	}
	if err := os.MkdirAll(dir, 0o755); err != nil { // an ordinary folder
		return unwritable(path, err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o644) // it holds no secrets: those come from the environment
	if errors.Is(err, fs.ErrExist) {
		return errConfigThere(path)
	}
	if err != nil {
		return unwritable(path, err)
	}
	_, err = f.WriteString(text)
	if err = errors.Join(err, f.Close()); err != nil {
		return unwritable(path, err)
	}
	out := initialised{File: path, Lines: strings.Count(text, "\n"), Guesses: strings.Count(text, "# guess")}
	return a.done(fmt.Sprintf("%s is written, %d lines, %d with guesses; next: clientele --config %s validate", path, out.Lines, out.Guesses, path), out, nil)
}

// addSources adds the sources of files to a config.
func (a *app) addSources(ctx context.Context, dir string, from []string) error {
	path := filepath.Join(dir, "clientele.yaml")
	c, findings, err := config.Load(path, nil)
	if err = errors.Join(err, findings.Err()); err != nil {
		return err
	}
	old, err := os.ReadFile(path)
	if err != nil {
		return unwritable(path, err)
	}
	taken := make([]string, len(c.Sources))
	for i, s := range c.Sources {
		taken[i] = s.Name
	}
	sources, err := looking(dir, func(dir, temp string) (string, error) { return proposal.Sources(ctx, dir, temp, from, taken) })
	if err != nil {
		return err
	}
	text, ok := proposal.Insert(string(old), sources)
	if !ok {
		return cantAdd(path)
	}
	if _, findings := config.Parse(path, []byte(text), nil); findings.Err() != nil {
		return cantAdd(path)
	}
	info, err := os.Stat(path)
	if err != nil {
		return unwritable(path, err)
	}
	if err := replaceFile(path, []byte(text), info.Mode().Perm()); err != nil {
		return err
	}
	out := initialised{File: path, Lines: strings.Count(sources, "\n"), Guesses: strings.Count(sources, "# guess")}
	return a.done(fmt.Sprintf("%s has %d more lines, %d with guesses; next: clientele --config %s validate", path, out.Lines, out.Guesses, path), out, nil)
}

func cantAdd(path string) error {
	return connectors.Errorf(connectors.KindConfig, "cant_add", "write `sources:` on a line of its own with two blanks before each name, or keep the files' sources in a config of their own: clientele init DIR --from FILE",
		"sources can't be added to %s", path)
}

// looking has files looked at for the config of a folder, with a folder for what is
// unpacked of them.
func looking(dir string, look func(dir, temp string) (string, error)) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	temp, err := os.MkdirTemp("", "clientele-init-")
	if err != nil {
		return "", unwritable("a temporary folder", err)
	}
	defer os.RemoveAll(temp)
	return look(dir, temp)
}

func errConfigThere(path string) error {
	return connectors.Errorf(connectors.KindConfig, "config_exists", "remove it first, or name another folder", "%s is there already", path)
}

func unwritable(path string, err error) error {
	return connectors.Errorf(connectors.KindEnvironment, "unwritable", "check the folder and the disk", "write %s: %w", path, err)
}
