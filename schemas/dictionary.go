package schemas

import (
	"bufio"
	"fmt"
	"io"
	"strings"
)

// Dictionary writes the data dictionary of the published tables as Markdown.
func Dictionary(w io.Writer) error {
	b := bufio.NewWriter(w)
	fmt.Fprintln(b, "# Published tables")
	fmt.Fprintln(b)
	fmt.Fprintln(b, "Instants are UTC; dates have no zone; decimals are exact with four decimals. A column in *italics* is volatile: it differs")
	fmt.Fprintln(b, "between equal results and is left out of digests. Partitions and clusters are those of BigQuery. This page is made by")
	fmt.Fprintln(b, "`clientele tables`.")
	for _, t := range Published() {
		fmt.Fprintf(b, "\n## %s\n\n%s. Key: %s.%s\n\n", t.Name, sentence(t.Doc), codes(t.Key), layoutText(t))
		fmt.Fprintln(b, "| column | type | personal data | purpose | meaning |")
		fmt.Fprintln(b, "|---|---|---|---|---|")
		for _, c := range t.Columns {
			name := "`" + c.Name + "`"
			if c.Volatile {
				name = "*" + name + "*"
			}
			personal := string(c.Personal)
			if personal == "" {
				personal = "–"
			}
			fmt.Fprintf(b, "| %s | %s | %s | %s | %s |\n", name, c.Type, personal, c.Purpose, strings.ReplaceAll(c.Doc, "|", `\|`))
		}
	}
	return b.Flush()
}

func codes(names []string) string { return "`" + strings.Join(names, "`, `") + "`" }

// layoutText says how BigQuery lays the table out.
func layoutText(t Table) string {
	text := ""
	if t.Partition != "" {
		text += " Partitioned by month of " + codes([]string{t.Partition}) + "."
	}
	if len(t.Cluster) > 0 {
		text += " Clustered by " + codes(t.Cluster) + "."
	}
	return text
}

// sentence begins a text with a capital.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
