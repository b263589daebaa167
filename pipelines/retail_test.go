package pipelines_test

import (
	"archive/tar"
	"compress/gzip"
	"errors"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// retailConfig is the example's, with another path.
func retailConfig(t *testing.T, path string) string {
	t.Helper()
	text, err := os.ReadFile("../examples/online-retail/clientele.yaml")
	if err != nil {
		t.Fatal(err)
	}
	const whole = "${ONLINE_RETAIL_DIR}/online_retail.csv.gz"
	if !strings.Contains(string(text), whole) {
		t.Fatalf("the example does not read %s", whole)
	}
	return strings.Replace(string(text), whole, path, 1)
}

// retailData returns the folder of the UCI Online Retail data, which holds the
// orders of a year in one file and in one file a day.
func retailData(t *testing.T) string {
	t.Helper()
	if testing.Short() {
		t.Skip("half a million rows take their time")
	}
	dir, ok := os.LookupEnv("ONLINE_RETAIL_DIR")
	if !ok {
		dir = "../../shared/data/orders/online-retail"
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range []string{"online_retail.csv.gz", "by-day.tar.gz"} {
		if _, err := os.Stat(filepath.Join(dir, file)); err != nil {
			t.Skipf("the Online Retail data is not there, set ONLINE_RETAIL_DIR: %v", err)
		}
	}
	return dir
}

// retailDays returns the daily files of an archive by date.
func retailDays(t *testing.T, archive string) map[string]string {
	t.Helper()
	file, err := os.Open(archive)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	unpacked, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for members := tar.NewReader(unpacked); ; {
		m, err := members.Next()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		if day, ok := strings.CutSuffix(filepath.Base(m.Name), ".csv"); ok && m.Typeflag == tar.TypeReg {
			content, err := io.ReadAll(members)
			if err != nil {
				t.Fatal(err)
			}
			out[day] = string(content)
		}
	}
}

// TestOnlineRetail works the year's orders in one night and in many: both end
// with the same figures, which are those of the data.
//
// The 305 daily files come one a night for the first six, the rest in three
// nights; with CLIENTELE_REPLAY=full each has a night of its own.
func TestOnlineRetail(t *testing.T) {
	data := retailData(t)
	const lastNight = "2011-12-10"
	tables := []string{"customers", "orders", "order_lines", "customer_metrics"}

	whole := company{t, t.TempDir()}
	whole.write("clientele.yaml", retailConfig(t, filepath.Join(data, "online_retail.csv.gz")))
	once := newHouse(t, whole)
	started := time.Now()
	once.run(lastNight)
	t.Logf("one night of all: %s", time.Since(started).Round(time.Second))
	checkRetail(t, once)
	want := once.digests()

	days := retailDays(t, filepath.Join(data, "by-day.tar.gz"))
	daily := company{t, t.TempDir()}
	daily.write("clientele.yaml", retailConfig(t, "days/*.csv"))
	h := newHouse(t, daily)
	started = time.Now()
	nights := 0
	full := os.Getenv("CLIENTELE_REPLAY") == "full"
	for i, day := range slices.Sorted(maps.Keys(days)) {
		daily.write("days/"+day+".csv", days[day])
		if full || i < 6 || i%120 == 0 || i == len(days)-1 {
			h.run(date(day).AddDate(0, 0, 1).Format(time.DateOnly))
			nights++
		}
	}
	t.Logf("%d daily files in %d nights: %s", len(days), nights, time.Since(started).Round(time.Second))
	checkRetail(t, h)
	sameTables(t, "daily files against one file", h.digests(), want, tables...)

	before := h.digests()
	h.run(lastNight)
	sameTables(t, "the last night again", h.digests(), before)
	const day = "2011-11-14"
	daily.write("days/again-"+day+".csv", days[day])
	h.run(lastNight)
	sameTables(t, "a day again under another name", h.digests(), want, tables...)
	daily.remove("days/again-" + day + ".csv")
	h.withdraw("days/again-" + day + ".csv")

	// A day with ten other prices, delivered again and then right from the start.
	corrected := correctedRetail(days[day])
	daily.write("days/"+day+".csv", corrected)
	h.run(lastNight)
	right := company{t, t.TempDir()}
	right.write("clientele.yaml", retailConfig(t, "days/*.csv"))
	for d, content := range days {
		right.write("days/"+d+".csv", content)
	}
	right.write("days/"+day+".csv", corrected)
	alone := newHouse(t, right)
	alone.run(lastNight)
	sameTables(t, "a corrected day against the right one alone", h.digests(), alone.digests(), tables...)
	if h.digests()["order_lines"] == want["order_lines"] {
		t.Error("the correction changes nothing, and proves nothing")
	}

	// A day taken back, and never delivered.
	h.withdraw("days/" + day + ".csv")
	h.withdraw("days/" + day + ".csv") // what the correction superseded
	h.run(lastNight)
	right.remove("days/" + day + ".csv")
	never := newHouse(t, right)
	never.run(lastNight)
	sameTables(t, "a day withdrawn against never delivered", h.digests(), never.digests(), tables...)
}

// correctedRetail changes the price of ten lines of a daily file.
func correctedRetail(file string) string {
	lines := strings.Split(file, "\n")
	for i := range 10 {
		cells := strings.Split(lines[2+i*5], ",")
		cells[len(cells)-3] = "1.11" // the price, before the customer and the country
		lines[2+i*5] = strings.Join(cells, ",")
	}
	return strings.Join(lines, "\n")
}

// checkRetail compares what is published with the figures of the data.
func checkRetail(t *testing.T, h *house) {
	t.Helper()
	got := map[string]string{}
	for what, query := range map[string]string{
		"rows":                  `SELECT SUM("rows") FROM deliveries`,
		"customers with orders": "SELECT COUNT(*) FROM customer_metrics WHERE order_count > 0",
		"orders":                "SELECT SUM(order_count) FROM customer_metrics",
		"amount":                "SELECT CAST(SUM(order_amount_total) AS DECIMAL(18, 2)) FROM customer_metrics",
		"cancelled":             "SELECT COUNT(*) FROM orders WHERE status = 'cancelled'",
		"lines read":            "SELECT SUM(rows_read) FROM run_tables WHERE code IS NULL AND target = 'order_lines'",
		"lines lost":            "SELECT COUNT(*) FROM run_tables WHERE code IS NULL AND rows_read <> rows_conformed + rows_filtered + rows_quarantined",
	} {
		got[what] = strings.Join(h.rows(query), "\n")
	}
	want := map[string]string{
		"rows": "541909", "customers with orders": "4338", "orders": "18532", "amount": "8911407.9",
		"cancelled": "3836", "lines read": "541909", "lines lost": "0",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("figures of %s (-want +got):\n%s", h.dir, diff)
	}
}
