package proposal_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"clientele/connectors"
	"clientele/pipelines/config"
	"clientele/pipelines/proposal"
)

// propose returns the config for files, by name, whose content is text.
func propose(t *testing.T, order []string, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	var paths []string
	for _, name := range order {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(files[name]), 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	text, err := proposal.Config(t.Context(), connectors.Project{Dir: dir, Temp: t.TempDir()}, paths)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// valid parses a proposed config, which must be one.
func valid(t *testing.T, text string) *config.Config {
	t.Helper()
	c, findings := config.Parse("clientele.yaml", []byte(text), nil)
	if err := findings.Err(); err != nil {
		t.Fatalf("%v\n%s", err, text)
	}
	return c
}

func TestFirst(t *testing.T) {
	valid(t, proposal.First)
	if lines := strings.Count(proposal.First, "\n"); lines > 30 {
		t.Errorf("the first config has %d lines, want at most 30", lines)
	}
}

func TestConfig(t *testing.T) {
	latin, err := charmap.Windows1252.NewEncoder().String("N° client;Société;Code postal;Localité;Adresse;N° TVA\n1;Café Müller;1000;Liège;Rue Haute 1;BE0403170701\n")
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, file, content string
		want, lacks         []string
	}{
		{"dutch orders", "bestellingen 2026.csv",
			"Ordernr;Lijn;Klantnr;Klant;E-mail;Datum;Artikel;Aantal;Prijs\nA1;1;7;Peeters;p@peeters.example;31/01/2026 10:30;brood;2;1.234,50\n",
			[]string{"  bestellingen:", `delimiter: ";"`, `decimal: ","`, `key: [Klantnr]`, `name: Klant`, `email: E-mail`, `party: Klantnr`,
				`ordered_at: { column: Datum, layout: "02/01/2006 15:04" }`, "key: [Ordernr, Lijn]", "unit_price: Prijs"}, []string{"day and month", "thousands: ambiguous"}},
		{"french customers", "clients.csv", latin,
			[]string{"encoding: windows-1252", `key: ["N° client"]`, "name: Société", "postcode: Code postal", "municipality: Localité", "address_line: Adresse", `vat_number: "N° TVA"`}, []string{"decimal"}},
		{"english, comma, ambiguous", "orders.csv",
			"Order ID,Customer No,Order Date,Total\n1,9,03/04/2026,12.50\n2,9,05/06/2026,1.00\n",
			[]string{`ordered_at: Order Date`, "day and month can't be told apart", `layout: "02/01/2006" }`, `layout: "01/02/2006" }`, "amount: Total", "customers are firms"}, []string{"delimiter"}},
		{"german, title above", "kunden.csv", "Kundenliste\n\nKundennr;Firmenname;PLZ;Ort;Straße;Hausnr\n5;Müller GmbH;10115;Berlin;Torstraße;5\n",
			[]string{"header: 3", "key: [Kundennr]", "name: Firmenname", "municipality: Ort", "street: Straße", "house_number: Hausnr"}, nil},
		{"without numbers", "leads.csv", "Naam,Postcode\nJan,1000\n", []string{"key: [Naam, Postcode]", "as there is no customer number"}, nil},
		{"unknown", "odd.csv", "x,y\n1,a\n1,b\n", []string{"nothing is known of these columns", "key: [\"y\"]"}, nil},
		{"ndjson", "forms.ndjson", "{\"email\":\"a@example.org\",\"name\":\"An\"}\n{\"email\":\"b@example.org\",\"name\":\"Bo\"}\n", []string{"connector: json", "key: [email]"}, []string{"records"}},
		{"json", "forms.json", `{"total":1,"items":[{"email":"a@example.org","name":"An"}]}`, []string{"records: items", "key: [email]"}, nil},
		{"dollars and quotes", "a.csv", "Klantnr,Naam,\"Bedrag $\"\n1,Jan,2\n", []string{"key: [Klantnr]"}, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := propose(t, []string{tt.file}, map[string]string{tt.file: tt.content})
			valid(t, text)
			for _, want := range tt.want {
				if !strings.Contains(text, want) {
					t.Errorf("lacks %s:\n%s", want, text)
				}
			}
			for _, lacks := range tt.lacks {
				if strings.Contains(text, lacks) {
					t.Errorf("has %s:\n%s", lacks, text)
				}
			}
			if strings.Count(text, "\n") > 30 {
				t.Errorf("more than 30 lines:\n%s", text)
			}
		})
	}
}

func TestConfigOfTwoFiles(t *testing.T) {
	text := propose(t, []string{"orders.csv", "customers.csv"}, map[string]string{
		"customers.csv": "Klantnr,Naam\n1,Jan Peeters\n",
		"orders.csv":    "Ordernr,Klant,Datum,Bedrag\nA,1,2026-01-02,10\n",
	})
	c := valid(t, text)
	orders, _ := c.Source("orders")
	if len(orders.Tables) != 1 || orders.Tables[0].PartySource != "customers" {
		t.Errorf("orders are not those of the customers:\n%s", text)
	}
}

func TestConfigOfOrdersAndTheirLines(t *testing.T) {
	text := propose(t, []string{"lines.csv", "orders.csv"}, map[string]string{
		"lines.csv":  "Ordernr,Lijn,Artikel,Aantal,Prijs\nA,1,brood,2,2.50\n",
		"orders.csv": "Ordernr,Klantnr,Naam,Datum\nA,1,Jan Peeters,2026-01-02\n",
	})
	c := valid(t, text)
	lines, _ := c.Source("lines")
	if len(lines.Tables) != 1 || lines.Tables[0].Target != "order_lines" || lines.Tables[0].OrderSource != "orders" {
		t.Errorf("lines are not those of the orders:\n%s", text)
	}
}

func TestConfigOfWorkbook(t *testing.T) {
	f := excelize.NewFile()
	for cell, value := range map[string]any{"A1": "Onze klanten", "A3": "Klantnr", "B3": "Naam", "C3": "Gemeente", "A4": 1, "B4": "Jan", "C4": "Gent"} {
		if err := f.SetCellValue("Sheet1", cell, value); err != nil {
			t.Fatal(err)
		}
	}
	dir := t.TempDir()
	path := filepath.Join(dir, "klanten.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	text, err := proposal.Config(t.Context(), connectors.Project{Dir: dir, Temp: t.TempDir()}, []string{path})
	if err != nil {
		t.Fatal(err)
	}
	valid(t, text)
	if !strings.Contains(text, "header_at: auto") || !strings.Contains(text, "municipality: Gemeente") {
		t.Error(text)
	}
}

// Files of surveys say themselves how they are written.
func TestConfigOfSurveys(t *testing.T) {
	sav, err := os.ReadFile("../../connectors/savfile/testdata/readstat.sav")
	if err != nil {
		t.Fatal(err)
	}
	text := propose(t, []string{"wave.sav"}, map[string]string{"wave.sav": string(sav)})
	if s := valid(t, text).Sources[0]; s.Connector != "sav" || s.Paths[0] != "wave.sav" {
		t.Errorf("the connector of %v is %s:\n%s", s.Paths, s.Connector, text)
	}
	dir := t.TempDir()
	for name, content := range map[string]string{
		"calls.sss": `<sss version="2.0"><survey><record ident="A"><variable ident="1" type="character"><name>E-mail</name><position start="1" finish="20"/></variable></record></survey></sss>`,
		"calls.asc": "an@claes.example\nbo@baert.example\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if text, err = proposal.Config(t.Context(), connectors.Project{Dir: dir, Temp: t.TempDir()}, []string{filepath.Join(dir, "calls.sss")}); err != nil {
		t.Fatal(err)
	}
	if s := valid(t, text).Sources[0]; s.Connector != "triples" || s.Paths[0] != "calls.sss" || !strings.Contains(text, "email: E-mail") {
		t.Errorf("the connector of %v is %s:\n%s", s.Paths, s.Connector, text)
	}
}

func TestConfigIsAlwaysTheSame(t *testing.T) {
	files := map[string]string{"a.csv": "Klantnr,Naam,Datum,Order\n1,Jan,02/03/2026,7\n"}
	if diff := cmp.Diff(propose(t, []string{"a.csv"}, files), propose(t, []string{"a.csv"}, files)); diff != "" {
		t.Error(diff)
	}
}

func TestConfigOfNoFile(t *testing.T) {
	if _, err := proposal.Config(t.Context(), connectors.Project{Dir: t.TempDir(), Temp: t.TempDir()}, []string{"none.csv"}); err == nil {
		t.Error("a file that is not there is no error")
	}
}
