package normalize

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"testing"
)

// registryFile reads a CSV file of the enterprise register from the folder that
// CLIENTELE_KBO names, without its header; without that folder the test is skipped.
func registryFile(t *testing.T, name string) [][]string {
	t.Helper()
	dir := os.Getenv("CLIENTELE_KBO")
	if dir == "" {
		t.Skip("CLIENTELE_KBO names no folder with an extract of the enterprise register")
	}
	f, err := os.Open(filepath.Join(dir, name))
	if err != nil {
		t.Skipf("no extract: %v", err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	return rows[1:]
}

func TestRegistryNumbers(t *testing.T) {
	for _, file := range []string{"enterprise_insert.csv", "enterprise_delete.csv", "establishment_insert.csv", "establishment_delete.csv", "activity_insert.csv", "address_insert.csv", "denomination_delete.csv"} {
		for _, row := range registryFile(t, file) {
			_, enterprise := EnterpriseNumber(row[0])
			_, establishment := EstablishmentNumber(row[0])
			if enterprise == establishment {
				t.Errorf("%s: %s is an enterprise %v, an establishment %v", file, row[0], enterprise, establishment)
			}
		}
	}
}

// TestRegistryNames: no name of the register loses its core, and a form found
// in it is a Belgian one.
func TestRegistryNames(t *testing.T) {
	for _, row := range registryFile(t, "denomination_insert.csv") {
		f := Firm(row[3], "BE")
		if f.Core == "" || (f.LegalForm != "" && f.LegalForm[:3] != "BE-") {
			t.Errorf("%s: %+v", row[0], f)
		}
		t.Logf("%s -> %+v", row[3], f)
	}
}

func TestRegistryContacts(t *testing.T) {
	for _, row := range registryFile(t, "contact_insert.csv") {
		ok := false
		switch row[2] {
		case "TEL":
			_, ok = Phone(row[3], "BE")
		case "EMAIL":
			_, ok = Email(row[3])
		case "WEB":
			_, ok = WebHost(row[3])
		}
		if !ok {
			t.Errorf("%s: a %s is refused", row[0], row[2])
		}
	}
}
