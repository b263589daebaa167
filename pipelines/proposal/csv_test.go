package proposal

import (
	"os"
	"path/filepath"
	"testing"
)

func TestDialect(t *testing.T) {
	for name, c := range map[string]struct {
		text      string
		delimiter rune
		header    int
	}{
		"commas, and one name with a semicolon": {"id,company\n1,Orn; Hahn\n2,\"Lemke, Fahey\"\n3,Veum\n", ',', 1},
		"semicolons, and decimal commas":        {"id;weight;height\n1;1,5;2,5\n2;1,25;3,5\n", ';', 1},
		"titles above the header":               {"Export of today\n\nid;name;town\n1;Veum;Gent\n2;Orn;Aalst\n", ';', 3},
		"tabs":                                  {"id\tname\n1\tOrn, Hahn; and sons\n", '\t', 1},
	} {
		file := filepath.Join(t.TempDir(), "f.csv")
		if err := os.WriteFile(file, []byte(c.text), 0o600); err != nil {
			t.Fatal(err)
		}
		o, err := dialectOf(file)
		if err != nil {
			t.Fatal(err)
		}
		if o.Delimiter != c.delimiter || o.Header != c.header {
			t.Errorf("%s: delimiter %q and header in line %d, want %q and %d", name, o.Delimiter, o.Header, c.delimiter, c.header)
		}
	}
}
