package registers

import (
	"fmt"
	"io"
	"strings"
)

// Manual writes what each register gives, and under which terms, as a part of the
// manual.
func Manual(w io.Writer) error {
	for _, c := range Cards() {
		keys := make([]string, len(c.AskedBy))
		for i, key := range c.AskedBy {
			keys[i] = words(key)
		}
		countries := strings.Join(c.Countries, ", ")
		if countries == "" {
			countries = "all"
		}
		key := "none"
		if c.NeedsKey {
			key = "yes, from " + c.KeyFrom
		}
		attribution := c.Licence.Attribution
		if attribution == "" {
			attribution = "nothing"
		}
		limits := c.Licence.Limits
		if limits == "" {
			limits = "nothing beyond the licence"
		}
		if _, err := fmt.Fprintf(w, "\n### %s: %s\n\n| | |\n|---|---|\n| countries | %s |\n| asked by | %s |\n| key | %s |\n| gives | %s |\n| does not have | %s |\n| how old | %s |\n| licence | [%s](%s) |\n| to be shown | %s |\n| mind | %s |\n",
			c.Name, c.Title, countries, strings.Join(keys, ", "), key, strings.Join(c.Gives, ", "), strings.Join(c.Lacks, ", "), c.Fresh, c.Licence.Name, c.Licence.URL, attribution, limits); err != nil {
			return err
		}
	}
	return nil
}
