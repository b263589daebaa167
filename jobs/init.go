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
	cmd := &cobra.Command{
		Use:   "init [DIR] [--from FILE…]",
		Short: "Write a first config; with --from it looks at real files",
		Long: `Writes a commented clientele.yaml. With --from it looks at CSV, Excel and JSON
files and proposes how to read them: delimiter, encoding, decimal comma, header,
date layouts, and what their columns fill. What it can't know is marked # guess;
whether day or month comes first it never guesses.`,
		Example: "  clientele init shop\n  clientele init --from customers.csv orders.xlsx",
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
			return a.init(cmd.Context(), filepath.Clean(dir), from)
		},
	}
	cmd.Flags().StringSliceVar(&from, "from", nil, "files to look at")
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
		if text, err = propose(ctx, dir, from); err != nil {
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

// propose looks at files and returns a config that reads them.
func propose(ctx context.Context, dir string, from []string) (string, error) {
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	temp, err := os.MkdirTemp("", "clientele-init-") // a workbook is unpacked there
	if err != nil {
		return "", unwritable("a temporary folder", err)
	}
	defer os.RemoveAll(temp)
	return proposal.Config(ctx, dir, temp, from)
}

func errConfigThere(path string) error {
	return connectors.Errorf(connectors.KindConfig, "config_exists", "remove it first, or name another folder", "%s is there already", path)
}

func unwritable(path string, err error) error {
	return connectors.Errorf(connectors.KindEnvironment, "unwritable", "check the folder and the disk", "write %s: %w", path, err)
}
