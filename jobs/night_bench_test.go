package jobs

import (
	"bufio"
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"clientele/jobs/demo"
	"clientele/pipelines"
	"clientele/pipelines/config"
)

// BenchmarkNightOfPersons matches a night on which one record of persons of a hundred is new or
// changed, against all that the base holds. It reports the seconds of matching, from the
// parties that changed to the ids of all customers, of that night and of the first, on which
// models are trained and all are matched.
func BenchmarkNightOfPersons(b *testing.B) {
	for _, records := range []int{100_000, 1_000_000} {
		b.Run(strconv.Itoa(records), func(b *testing.B) {
			for b.Loop() {
				dir := b.TempDir()
				persons := personsNights{dir: dir, records: records, changed: records / 100}
				persons.write(b)
				c, findings, err := config.Load(filepath.Join(dir, "clientele.yaml"), os.LookupEnv)
				if err != nil {
					b.Fatal(err)
				}
				if err := findings.Err(); err != nil {
					b.Fatal(err)
				}
				first := matchedNight(b, c, dir, 1)
				persons.change(b)
				second := matchedNight(b, c, dir, 2)
				if second.Touched == 0 {
					b.Fatal("the second night was not confined to what changed")
				}
				b.ReportMetric(first.Took.Seconds(), "first_s")
				b.ReportMetric(second.Took.Seconds(), "changed_s")
				b.ReportMetric(float64(second.Touched), "touched")
				b.ReportMetric(float64(rusage(b).Maxrss)/1024, "peak_MiB")
			}
			b.ReportMetric(0, "ns/op")
		})
	}
}

// matchedNight works a night and tells what its matching did.
func matchedNight(b *testing.B, c *config.Config, dir string, night int) pipelines.MatchReport {
	began, beganCPU := time.Now(), processor(b)
	watch := func(e pipelines.Event) {
		if e.Done {
			b.Logf("night %d: %s took %.1f s", night, e.Step, e.Took.Seconds())
		}
	}
	p, err := pipelines.Open(b.Context(), c, filepath.Join(dir, "home"), pipelines.Env{Now: time.Now, Host: "bench", PID: os.Getpid(), Command: "bench", Progress: watch})
	if err != nil {
		b.Fatal(err)
	}
	defer p.Close()
	report, err := p.Run(b.Context(), pipelines.RunOptions{AsOf: time.Date(2026, 1, 1+night, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("night %d: %.1f s, %.1f s of processor time", night, time.Since(began).Seconds(), processor(b)-beganCPU)
	return report.Match
}

// personsNights is a company of persons of which some change on its second night.
type personsNights struct {
	dir              string
	records, changed int
}

const personsNightsConfig = `version: 1
company: { name: Persons, country: BE, languages: [nl, fr], currency: EUR, timezone: Europe/Brussels }
match: { engine: probabilistic }
sources:
  people:
    connector: csv
    path: in/*.csv
    tables:
      parties:
        key: [record_id]
        delivery: changes
        map: { kind: { value: person }, given_name: given_name, family_name: family_name, street: street, house_number: house_number, postcode: postcode, municipality: town, birth_date: birth_date, email: email, phone: phone }
`

// write writes the config, and what the first night reads: all but half of those that
// change, which are new on the second.
func (n personsNights) write(b *testing.B) {
	if err := os.WriteFile(filepath.Join(n.dir, "clientele.yaml"), []byte(personsNightsConfig), 0o600); err != nil {
		b.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(n.dir, "in"), 0o700); err != nil {
		b.Fatal(err)
	}
	n.file(b, "first", func(id int, values *[9]string) bool { return id > n.changed/2 })
}

// change writes what the second night reads: of those that change, half are new, and half
// have another phone.
func (n personsNights) change(b *testing.B) {
	n.file(b, "second", func(id int, values *[9]string) bool {
		if id > n.changed/2 && values[8] != "" {
			values[8] = fmt.Sprintf("+3249%07d", id)
		}
		return id <= n.changed
	})
}

// file writes those of the persons that each wants, as it leaves them.
func (n personsNights) file(b *testing.B, name string, each func(id int, values *[9]string) bool) {
	f, err := os.Create(filepath.Join(n.dir, "in", name+".csv"))
	if err != nil {
		b.Fatal(err)
	}
	defer f.Close()
	out := bufio.NewWriter(f)
	w := csv.NewWriter(io.Writer(out))
	_ = w.Write(strings.Fields("record_id " + strings.Join(demo.PersonFields[:], " "))) // Flush tells
	for r := range demo.Persons(1, n.records) {
		if each(r.ID, &r.Values) {
			_ = w.Write(append([]string{strconv.Itoa(r.ID)}, r.Values[:]...))
		}
	}
	if w.Flush(); w.Error() != nil || out.Flush() != nil {
		b.Fatal("the file of persons can't be written")
	}
}
