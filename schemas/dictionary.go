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
	fmt.Fprintln(b, "between equal results and is left out of digests. This page is made by `clientele tables`.")
	for _, t := range Published() {
		fmt.Fprintf(b, "\n## %s\n\n%s. Key: %s.\n\n", t.Name, sentence(t.Doc), "`"+strings.Join(t.Key, "`, `")+"`")
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

// sentence begins a text with a capital.
func sentence(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}
