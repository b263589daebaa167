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
		Use:   "init [DIR] [--from PLACE…] [--add]",
		Short: "Write a first config; with --from it looks at real data",
		Long: `Writes a commented clientele.yaml. With --from it looks at places and proposes how
to read them: delimiter, encoding, decimal comma, header, date layouts, and what
their columns fill. What it can't know is marked # guess; whether day or month comes
first it never guesses. A place is

  a file: CSV, Excel, JSON, Parquet, SPSS, Triple-S
  a table of a database: postgres://user@host/shop?table=orders, with a * several
  a table of BigQuery: bigquery://project/dataset?table=orders
  an interface: https://api.example.com/v1/orders
  a preset: preset:typeform, or preset:typeform=https://… for an address of its own

An address may hold ${NAME}, which the environment answers. The config never gets
what may be a secret: it names the variables that are to be set. With --add the
proposed sources join those of the config that is there; nothing else of it is
touched.`,
		Example: "  clientele init shop\n  clientele init --from customers.csv orders.xlsx\n  clientele init --add --from survey.sav\n  clientele init --from 'sqlite:shop.db?table=*' preset:typeform",
		Args:    cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, args []string) error {
			a.command = "init"
			dir := ""
			for _, arg := range args {
				info, err := os.Stat(arg)
				switch isPlace := proposal.IsPlace(arg) || err == nil && !info.IsDir(); {
				case isPlace && len(from) > 0: // a shell makes many words of --from *.csv
					from = append(from, arg)
				case isPlace:
					return &usageError{fmt.Errorf("%s is no folder: --from looks at it", arg)}
				case dir != "":
					return &usageError{fmt.Errorf("%s and %s can't both be the folder", dir, arg)}
				default:
					dir = arg
				}
			}
			if add && len(from) == 0 {
				return &usageError{errors.New("--add goes with --from: the places whose sources are added")}
			}
			if add {
				return a.addSources(cmd.Context(), filepath.Clean(dir), from)
			}
			return a.init(cmd.Context(), filepath.Clean(dir), from)
		},
	}
	cmd.Flags().StringSliceVar(&from, "from", nil, "places to look at: files, tables, interfaces, presets")
	cmd.Flags().BoolVar(&add, "add", false, "add the sources to the config that is there")
	return cmd
}

// initialised is what init wrote.
type initialised struct {
	File    string `json:"file"`
	Lines   int    `json:"lines"`
	Guesses int    `json:"guesses"`
	// Needs are the variables of the environment that its sources refer to.
	Needs []string `json:"needs,omitempty"`
}

// next says what to do with what was written.
func (i *initialised) next() string {
	set := ""
	if len(i.Needs) > 0 {
		set = "set " + strings.Join(i.Needs, ", ") + ", then "
	}
	return fmt.Sprintf("next: %sclientele --config %s validate", set, i.File)
}

func (a *app) init(ctx context.Context, dir string, from []string) error {
	path := filepath.Join(dir, "clientele.yaml")
	if _, err := os.Lstat(path); err == nil {
		return errConfigThere(path)
	}
	text := proposal.First
	if len(from) > 0 {
		var err error
		if text, err = a.looking(dir, func(p connectors.Project) (string, error) { return proposal.Config(ctx, p, from) }); err != nil {
			return err
		}
	}
	if _, findings := config.Parse(path, []byte(text), nil); findings.Err() != nil {
		return fmt.Errorf("what was found in these places makes no config: %w", findings.Err())
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
	out := initialised{File: path, Lines: strings.Count(text, "\n"), Guesses: strings.Count(text, "# guess"), Needs: variables(text)}
	return a.done(fmt.Sprintf("%s is written, %d lines, %d with guesses; %s", path, out.Lines, out.Guesses, out.next()), out, nil)
}

// addSources adds the sources of places to a config.
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
	sources, err := a.looking(dir, func(p connectors.Project) (string, error) { return proposal.Sources(ctx, p, from, taken) })
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
	out := initialised{File: path, Lines: strings.Count(sources, "\n"), Guesses: strings.Count(sources, "# guess"), Needs: variables(sources)}
	return a.done(fmt.Sprintf("%s has %d more lines, %d with guesses; %s", path, out.Lines, out.Guesses, out.next()), out, nil)
}

func cantAdd(path string) error {
	return connectors.Errorf(connectors.KindConfig, "cant_add", "write `sources:` on a line of its own with two blanks before each name, or keep the files' sources in a config of their own: clientele init DIR --from FILE",
		"sources can't be added to %s", path)
}

// looking has places looked at for the config of a folder, with a folder for what is
// unpacked of them.
func (a *app) looking(dir string, look func(p connectors.Project) (string, error)) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	temp, err := os.MkdirTemp("", "clientele-init-")
	if err != nil {
		return "", unwritable("a temporary folder", err)
	}
	defer os.RemoveAll(temp)
	outside := a.env(nil).Outside
	outside.Now = a.Now
	return look(connectors.Project{Dir: dir, Temp: temp, Version: a.Version, Outside: outside})
}

func errConfigThere(path string) error {
	return connectors.Errorf(connectors.KindConfig, "config_exists", "remove it first, or name another folder", "%s is there already", path)
}

func unwritable(path string, err error) error {
	return connectors.Errorf(connectors.KindEnvironment, "unwritable", "check the folder and the disk", "write %s: %w", path, err)
}
