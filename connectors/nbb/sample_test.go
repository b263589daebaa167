package nbb_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors/nbb"
	"clientele/connectors/registry"
)

// sample reads a real answer from the shared samples; the test is skipped where
// they are not.
func sample(t *testing.T, name string) []byte {
	t.Helper()
	dir := os.Getenv("CLIENTELE_REGISTRIES")
	if dir == "" {
		dir = "../../../shared/data/registries/nbb"
	} else {
		dir = filepath.Join(dir, "nbb")
	}
	body, err := os.ReadFile(filepath.Join(dir, name))
	if err != nil {
		t.Skipf("no samples of registers (CLIENTELE_REGISTRIES): %v", err)
	}
	return body
}

// TestMicroFiling reads a real filing of the micro model: it has a gross margin
// and neither revenue nor headcount.
func TestMicroFiling(t *testing.T) {
	records, err := nbb.New(nbb.Options{}, nil).Parse([]registry.Answer{{Call: "accounts", About: "2023-00000000", Status: 200, Body: sample(t, "m87-micro-example.xbrl"), AskedAt: time.Unix(0, 0)}})
	if err != nil || len(records) != 1 {
		t.Fatal(len(records), err)
	}
	r := records[0]
	if r.Number != "0925590628" || r.Form.Code != "610" || r.Name(registry.LegalName) != "CALYX WORKS" || r.Places[0].Postcode != "5000" || len(r.Doubts) != 0 {
		t.Errorf("%+v", r)
	}
	for item, want := range map[registry.Item][2]registry.Decimal{
		registry.TotalAssets: {"554894.28", "273907.17"}, registry.Equity: {"246428.46"}, registry.GrossMargin: {"48786.15"}, registry.Profit: {"1672.05"},
		registry.Debts: {"308465.82"}, registry.OperatingResult: {"3434.19"}, registry.Cash: {"6580.23"}, registry.StaffCost: {"20070.09"},
	} {
		now, _ := r.Figure(item, 2022)
		old, _ := r.Figure(item, 2021)
		if now.Amount != want[0] || want[1] != "" && old.Amount != want[1] || now.Basis != registry.Reported || now.Currency != "EUR" || now.End != "2022-12-31" {
			t.Errorf("%s: %+v, %+v; want %v", item, now, old, want)
		}
	}
	for _, item := range []registry.Item{registry.Revenue, registry.Headcount} {
		if f, ok := r.Figure(item, 0); ok {
			t.Errorf("%s is not filed, and told as %+v", item, f)
		}
	}
	want := []registry.Officer{{Given: "CAMILLE", Family: "PEETERS", Role: "m13", RoleText: "director"}}
	if diff := cmp.Diff(want, r.Officers); diff != "" {
		t.Errorf("officers (-want +got):\n%s", diff)
	}
}
