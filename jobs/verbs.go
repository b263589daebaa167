package jobs

import "github.com/spf13/cobra"

// verbs returns every verb: a new one is added here.
func (a *app) verbs() []*cobra.Command {
	return []*cobra.Command{
		a.demoCommand(),
		a.initCommand(),
		a.validateCommand(),
		a.doctorCommand(),
		a.planCommand(),
		a.inspectCommand(),
		a.runCommand(),
		a.backfillCommand(),
		a.runsCommand(),
		a.scheduleCommand(),
		a.statusCommand(),
		a.notifyCommand(),
		a.backupCommand(),
		a.restoreCommand(),
		a.warehouseCommand(),
		a.deliveriesCommand(),
		a.quarantineCommand(),
		a.matchCommand(),
		a.customerCommand(),
		a.enrichCommand(),
		a.queryCommand(),
		a.tablesCommand(),
		a.lineageCommand(),
		a.connectorsCommand(),
		a.versionCommand(),
	}
}
