package pipelines_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"clientele/connectors"
	"clientele/pipelines"
)

// badOrders has, beside good rows, a date that is none and an amount that is none.
const badOrders = "Order;Lijn;Klant;Datum;Artikel;Aantal;Prijs\n" +
	"B1;1;1;31/02/2026;=1+1;1;1,00\n" +
	"B2;1;2;05/01/2026;worst;2;veel\n" +
	"B3;1;2;06/01/2026;worst;2;2,00\nB4;1;2;06/01/2026;worst;2;2,00\n"

func quarantineShop(t *testing.T) (*shop, *pipelines.Project) {
	s := newShop(t)
	s.write("in/orders-2.csv", badOrders)
	p := s.open()
	s.run(p)
	return s, p
}

func counts(t *testing.T, p *pipelines.Project) []pipelines.QuarantineCount {
	t.Helper()
	q, err := p.Quarantine(t.Context(), "")
	if err != nil {
		t.Fatal(err)
	}
	return q.Counts
}

func TestQuarantineCounts(t *testing.T) {
	_, p := quarantineShop(t)
	want := []pipelines.QuarantineCount{
		{Source: "orders", Table: "order_lines", Code: "bad_date", Name: "in/orders-2.csv", Rows: 1}, // as its order
		{Source: "orders", Table: "order_lines", Code: "bad_number", Name: "in/orders-2.csv", Rows: 1},
		{Source: "orders", Table: "orders", Code: "bad_date", Name: "in/orders-2.csv", Rows: 1},
	}
	if diff := cmp.Diff(want, counts(t, p), cmpopts.IgnoreFields(pipelines.QuarantineCount{}, "Delivery")); diff != "" {
		t.Error(diff)
	}
	var places []string
	err := p.Quarantined(t.Context(), deliveryID(t, p, "in/orders-2.csv"), func(q pipelines.QuarantinedRow) error {
		places = append(places, q.Place()+" "+q.Code+" "+q.Column)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]string{"in/orders-2.csv:2 bad_date Datum", "in/orders-2.csv:2 bad_date Datum", "in/orders-2.csv:3 bad_number Prijs"}, places); diff != "" {
		t.Error(diff)
	}
}

// TestWorkbookRoundTrip exports rejected rows, corrects them and takes them back.
func TestWorkbookRoundTrip(t *testing.T) {
	s, p := quarantineShop(t)
	book := filepath.Join(s.dir, "rejected.xlsx")
	exported, err := p.ExportQuarantine(t.Context(), book, "orders", "")
	if err != nil {
		t.Fatal(err)
	}
	if exported.Rows != 2 || exported.Deliveries != 1 {
		t.Errorf("exported %+v", exported)
	}
	if _, err := p.ExportQuarantine(t.Context(), book, "orders", ""); connectors.CodeOf(err) != "file_exists" {
		t.Errorf("a second export: %v", err)
	}
	edit(t, book, map[string]string{"Datum 2": "01/02/2025", "Prijs 3": "nog altijd niets"})
	receipt, err := p.ImportQuarantine(t.Context(), book, "an")
	if err != nil {
		t.Fatal(err)
	}
	want := &pipelines.Imported{File: book, Taken: 2, Left: 1}
	if diff := cmp.Diff(want, receipt, cmpopts.IgnoreFields(pipelines.Imported{}, "Run")); diff != "" {
		t.Error(diff)
	}
	if got := s.column(p, "SELECT product FROM order_lines WHERE order_id = 'B1'"); !cmp.Equal(got, []string{"=1+1"}) {
		t.Errorf("lines of B1: %v", got)
	}
	if got := s.column(p, "SELECT ordered_on FROM orders WHERE order_id = 'B1'"); !cmp.Equal(got, []string{"2025-02-01"}) {
		t.Errorf("dates of B1: %v", got)
	}
	if got := len(counts(t, p)); got != 1 {
		t.Errorf("%d counts are left, want the one of the price", got)
	}

	// What was corrected before stays when more is corrected.
	again := filepath.Join(s.dir, "again.xlsx")
	if _, err := p.ExportQuarantine(t.Context(), again, "orders", ""); err != nil {
		t.Fatal(err)
	}
	edit(t, again, map[string]string{"Prijs 2": "3,00"})
	receipt, err = p.ImportQuarantine(t.Context(), again, "an")
	if err != nil {
		t.Fatal(err)
	}
	if receipt.Taken != 1 || receipt.Left != 0 || len(counts(t, p)) != 0 {
		t.Errorf("second import: %+v", receipt)
	}
	if got := s.column(p, "SELECT ordered_on FROM orders WHERE order_id = 'B1'"); !cmp.Equal(got, []string{"2025-02-01"}) {
		t.Errorf("dates of B1 after the second import: %v", got)
	}

	// The first workbook again: its rows are no longer in quarantine.
	receipt, err = p.ImportQuarantine(t.Context(), book, "an")
	if err != nil {
		t.Fatal(err)
	}
	if receipt.Taken != 0 || len(receipt.Refused) != 2 || receipt.Run != nil {
		t.Errorf("third import: %+v", receipt)
	}
}

// edit sets cells of a workbook, each called by its column and line.
func edit(t *testing.T, book string, cells map[string]string) {
	t.Helper()
	f, err := excelize.OpenFile(book)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := f.GetRows("Rows")
	if err != nil {
		t.Fatal(err)
	}
	for cell, value := range cells {
		column, line, _ := strings.Cut(cell, " ")
		for i, name := range rows[0] {
			if name != column {
				continue
			}
			letter, err := excelize.ColumnNumberToName(i + 1)
			if err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellStr("Rows", letter+line, value); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := f.Save(); err != nil {
		t.Fatal(err)
	}
}

func TestDiscard(t *testing.T) {
	s, p := quarantineShop(t)
	id := deliveryID(t, p, "in/orders-2.csv")
	before := s.digests(p, "run_tables")
	rows, err := p.Discard(t.Context(), id, "test rows", "an")
	if err != nil {
		t.Fatal(err)
	}
	if rows != 3 || len(counts(t, p)) != 0 {
		t.Errorf("%d rows went, and %v are left", rows, counts(t, p))
	}
	replayed, err := p.Replay(t.Context(), "", id)
	if err != nil {
		t.Fatal(err)
	}
	if replayed.Run == nil || len(counts(t, p)) != 0 {
		t.Errorf("discarded rows came back: %v", counts(t, p))
	}
	if diff := cmp.Diff(before, s.digests(p, "run_tables")); diff != "" {
		t.Errorf("the accounts changed: %s", diff)
	}
	q, err := p.Quarantine(t.Context(), "orders")
	if err != nil {
		t.Fatal(err)
	}
	if len(q.Discarded) != 1 || q.Discarded[0].Why != "test rows" || q.Discarded[0].By != "an" {
		t.Errorf("kept of the discard: %+v", q.Discarded)
	}
}

func TestReplay(t *testing.T) {
	s, p := quarantineShop(t)
	p.Close()
	s.write("clientele.yaml", strings.Replace(shopConfig, `Prijs } }`, `{ column: Prijs, on_bad: "null", default: "1" } } }`, 1))
	p = s.open()
	before := s.digests(p, "orders")
	replayed, err := p.Replay(t.Context(), "orders", "")
	if err != nil {
		t.Fatal(err)
	}
	if len(replayed.Deliveries) != 1 {
		t.Errorf("replayed %v", replayed.Deliveries)
	}
	if diff := cmp.Diff(before, s.digests(p, "orders")); diff != "" {
		t.Errorf("orders changed: %s", diff)
	}

	// Landed rows that are gone are read again from the file, while it is there.
	landed := filepath.Join(s.dir, "home", "landing", "orders", replayed.Deliveries[0]+".parquet")
	if err := os.Remove(landed); err != nil {
		t.Fatal(err)
	}
	if _, err := p.Replay(t.Context(), "", replayed.Deliveries[0]); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(landed); err != nil {
		t.Fatal(err)
	}
	s.remove("in/orders-2.csv")
	if _, err := p.Replay(t.Context(), "", replayed.Deliveries[0]); connectors.CodeOf(err) != "landing_gone" {
		t.Errorf("replay without the rows: %v", err)
	}
}
