package jobs

import (
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"github.com/spf13/cobra"

	"clientele/pipelines/config"
	"clientele/schemas/option"
	"clientele/schemas/suggest"
)

// connectorJSON is a connector as --json prints it.
type connectorJSON struct {
	Name    string               `json:"name"`
	Doc     string               `json:"doc"`
	Options []option.Description `json:"options,omitempty"`
	Auth    []option.Description `json:"auth,omitempty"`
	Presets []presetJSON         `json:"presets,omitempty"`
}

// presetJSON is a preset as --json prints it.
type presetJSON struct {
	Name    string   `json:"name"`
	Doc     string   `json:"doc"`
	State   string   `json:"state"`
	Follows []string `json:"follows"`
}

// presetsOf are the presets of a connector.
func presetsOf(name string) ([]presetJSON, error) {
	all, err := config.Presets()
	var out []presetJSON
	for _, p := range all {
		if p.Source.Connector == name {
			out = append(out, presetJSON{p.Name, p.Doc, p.State(), p.Follows})
		}
	}
	return out, err
}

func (a *app) connectorsCommand() *cobra.Command {
	cmd := &cobra.Command{
		Use:     "connectors",
		Short:   "What sources can be read, and the options of each kind",
		Example: "  clientele connectors list\n  clientele connectors describe csv",
	}
	cmd.AddCommand(
		&cobra.Command{
			Use:     "list",
			Short:   "Print the connectors that a source can name",
			Example: "  clientele connectors list",
			Args:    cobra.NoArgs,
			RunE: func(*cobra.Command, []string) error {
				a.command = "connectors list"
				return a.listConnectors()
			},
		},
		&cobra.Command{
			Use:     "describe NAME",
			Short:   "Print the options of a connector as a page of Markdown",
			Example: "  clientele connectors describe csv > csv.md",
			Args:    cobra.ExactArgs(1),
			RunE: func(_ *cobra.Command, args []string) error {
				a.command = "connectors describe"
				return a.describeConnector(args[0])
			},
		},
	)
	return cmd
}

func (a *app) listConnectors() error {
	var list []connectorJSON
	for _, name := range config.ConnectorNames() {
		_, doc, _ := config.ConnectorSpec(name)
		list = append(list, connectorJSON{Name: name, Doc: doc})
	}
	return a.done(fmt.Sprintf("%d connectors", len(list)), list, func(w io.Writer) error {
		t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
		for _, c := range list {
			fmt.Fprintf(t, "%s\t%s\n", c.Name, c.Doc)
		}
		return t.Flush()
	})
}

func (a *app) describeConnector(name string) error {
	spec, doc, ok := config.ConnectorSpec(name)
	if !ok {
		return &usageError{unknownName("connector", name, config.ConnectorNames())}
	}
	c := connectorJSON{Name: name, Doc: doc, Options: spec.Describe()}
	auth := config.ConnectorAuth(name)
	if auth != nil {
		c.Auth = auth.Describe()
	}
	var err error
	if c.Presets, err = presetsOf(name); err != nil {
		return err
	}
	return a.done("connector "+name, c, func(w io.Writer) error {
		if _, err := fmt.Fprintf(w, "# connector: %s\n\n", name); err != nil {
			return err
		}
		if err := spec.Markdown(w); err != nil {
			return err
		}
		if auth != nil {
			fmt.Fprint(w, "\n## auth\n\n")
			if err := auth.Markdown(w); err != nil {
				return err
			}
		}
		if len(c.Presets) > 0 {
			fmt.Fprint(w, "\n## presets\n\n| preset | reads | state |\n|---|---|---|\n")
		}
		for _, p := range c.Presets {
			fmt.Fprintf(w, "| `%s` | %s | %s |\n", p.Name, p.Doc, p.State)
		}
		return nil
	})
}

// unknownName says that nothing of a kind has that name, and which one was
// probably meant.
func unknownName(kind, name string, known []string) error {
	if like := suggest.Suggest(name, known); like != "" {
		return fmt.Errorf("no %s is called %q; did you mean %q?", kind, name, like)
	}
	return fmt.Errorf("no %s is called %q; there are: %s", kind, name, strings.Join(known, ", "))
}
