package jobs

import "github.com/spf13/cobra"

// verbs returns every verb: a new one is added here.
func (a *app) verbs() []*cobra.Command {
	return []*cobra.Command{
		a.demoCommand(),
		a.validateCommand(),
		a.runCommand(),
		a.queryCommand(),
		a.tablesCommand(),
		a.versionCommand(),
	}
}
