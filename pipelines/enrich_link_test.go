package pipelines_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/pipelines"
	"clientele/pipelines/calendar"
	"clientele/pipelines/registers"
)

const linkConfig = `version: 1
company: { name: Shop, country: BE, languages: [nl], timezone: Europe/Brussels }
checks: { max_lost: 1 }
registries: { kbo: { path: extracts/* } }
sources:
  customers:
    connector: csv
    path: in/customers*.csv
    options: { delimiter: ";" }
    tables:
      parties:
        key: [Nr]
        delivery: snapshot
        map: { kind: { value: organisation }, name: Naam, street: Straat, house_number: Huis, postcode: Postcode, municipality: Plaats, phone: Telefoon, enterprise_number: Ondernemingsnummer }
`

// registered is a firm of a made-up register.
type registered struct {
	number, name, street, house, postcode, town, phone string
}

// dotted is the number as extracts have it.
func (f registered) dotted() string { return f.number[:4] + "." + f.number[4:7] + "." + f.number[7:] }

// row is the firm as a customer file has it, with some cells another.
func (f registered) row(id string, number string) string {
	return strings.Join([]string{id, f.name, f.street, f.house, f.postcode, f.town, f.phone, number}, ";") + "\n"
}

// registry writes an extract of made-up firms, of which the first has a branch.
func (s *shop) registry(n int) []registered {
	r := rand.New(rand.NewPCG(1, 1))
	word := func() string {
		var b strings.Builder
		for range 3 {
			b.WriteByte("bdfgklmnprstvz"[r.IntN(14)])
			b.WriteByte("aeiou"[r.IntN(5)])
		}
		return b.String()
	}
	out := make([]registered, n)
	files := map[string]string{}
	for name, text := range extract {
		header, _, _ := strings.Cut(text, "\n")
		files[name] = header + "\n"
	}
	files["meta.csv"] = extract["meta.csv"]
	for i := range out {
		serial := 4_000_000 + i
		f := registered{number: fmt.Sprintf("%010d", serial*100+97-serial%97), name: word() + " " + []string{"bouw", "transport", "garage", "bakkerij"}[i%4], street: word() + "straat", house: fmt.Sprint(1 + r.IntN(99)),
			postcode: fmt.Sprint(2000 + 10*(i%90)), town: "Gemeente" + fmt.Sprint(i%90), phone: fmt.Sprintf("03%07d", 2_000_000+r.IntN(7_000_000))}
		out[i] = f
		files["enterprise.csv"] += fmt.Sprintf("\"%s\",\"AC\",\"000\",\"2\",\"610\",,01-02-1999\n", f.dotted())
		files["denomination.csv"] += fmt.Sprintf("\"%s\",\"2\",\"001\",\"%s\"\n", f.dotted(), strings.ToUpper(f.name))
		files["address.csv"] += fmt.Sprintf("\"%s\",\"REGO\",,,\"%s\",\"%s\",\"%s\",\"%s\",\"%s\",\"%s\",\"\",\"\",\n", f.dotted(), f.postcode, f.town, f.town, f.street, f.street, f.house)
		files["contact.csv"] += fmt.Sprintf("\"%s\",\"ENT\",\"TEL\",\"%s\"\n", f.dotted(), f.phone)
		files["activity.csv"] += fmt.Sprintf("\"%s\",\"001\",\"2008\",\"10711\",\"MAIN\"\n", f.dotted())
	}
	files["establishment.csv"] += fmt.Sprintf("\"2.377.470.790\",01-03-2001,\"%s\"\n", out[0].dotted())
	files["address.csv"] += "\"2.377.470.790\",\"BAET\",,,\"9000\",\"Gent\",\"Gand\",\"Veldstraat\",\"Veldstraat\",\"7\",\"\",\"\",\n"
	for name, text := range files {
		s.write("extracts/146/"+name, text)
	}
	return out
}

// TestFirmsWithoutNumber: what no source knows the number of is found in the register, and
// told apart: what bears another name there, a branch, and what took the place of a number
// that is gone. What is found is a landed input like all that registers say.
func TestFirmsWithoutNumber(t *testing.T) {
	s := newShop(t)
	s.write("clientele.yaml", linkConfig)
	firms := s.registry(400)
	file := "Nr;Naam;Straat;Huis;Postcode;Plaats;Telefoon;Ondernemingsnummer\n"
	branch := registered{name: firms[0].name, street: "Veldstraat", house: "7", postcode: "9000", town: "Gent"}
	renamed := firms[1]
	renamed.name = "Quux horeca"
	stranger := registered{name: "Onbekend invest", street: "Nergenslaan", house: "3", postcode: "8999", town: "Elders"}
	gone := firms[2]
	gone.number = "0403019261" // which the register does not have
	file += branch.row("branch", "") + renamed.row("renamed", "") + stranger.row("stranger", "") + gone.row("gone", gone.number)
	file += firms[3].row("same", "") + firms[4].row("known", firms[4].number)
	for i, f := range firms[10:90] {
		number := ""
		if i%2 == 0 {
			number = f.number
		}
		if i%7 == 0 {
			f.phone = ""
		}
		if i%5 == 0 {
			f.name = "Firma " + f.name[1:]
		}
		file += f.row(fmt.Sprintf("f%02d", i), number)
	}
	s.write("in/customers.csv", file)
	p := s.open()
	report := s.run(p)
	if kbo := register(t, report, "kbo"); kbo.Sought < 44 || kbo.Linked < 42 {
		t.Errorf("%+v", kbo)
	}
	s.now = s.now.AddDate(0, 0, 1) // when it is known that a number is gone
	s.run(p)
	linked := func() map[string]string {
		out := map[string]string{}
		for _, line := range s.column(p, `SELECT concat_ws('|', c.source_record_id, coalesce(o.registry_link, ''), coalesce(o.registry_number, ''), coalesce(o.successor_number, ''), coalesce(o.sector_code, ''), coalesce(o.registry_status, ''))
FROM organisations o JOIN customer_sources c USING (customer_id)`) {
			id, rest, _ := strings.Cut(line, "|")
			out[id] = rest
		}
		return out
	}
	got := linked()
	for id, want := range map[string]string{
		"branch": "branch|" + firms[0].number + "||10711|active", "renamed": "renamed|" + firms[1].number + "||10711|active", "stranger": "||||",
		"gone": "||" + firms[2].number + "||not found", "same": "likeness|" + firms[3].number + "||10711|active", "known": "number|" + firms[4].number + "||10711|active",
	} {
		if got[id] != want {
			t.Errorf("%s: %s, want %s", id, got[id], want)
		}
	}
	for id, want := range map[string]registers.Link{"branch": {Number: firms[0].number, Site: "2377470790", Relation: registers.Branch}, "renamed": {Number: firms[1].number, Relation: registers.Renamed}, "stranger": {}} {
		told, err := p.ExplainRegisters(t.Context(), "customers:"+id)
		if err != nil || len(told.Links) != 1 {
			t.Fatalf("%s: %+v, %v", id, told, err)
		}
		l := told.Links[0]
		if sure := l.Probability >= .95; sure != (want.Number != "") || l.Party != "customers:"+id || l.Register != "kbo" || l.SoughtOn != "2026-01-03" {
			t.Errorf("%s: %+v", id, l)
		}
		l.Probability, l.Rival = 0, 0
		if l.Link != want {
			t.Errorf("%s: %+v, want %+v", id, l.Link, want)
		}
	}
	wrong, found := 0, 0
	for i, f := range firms[10:90] {
		switch cells := strings.Split(got[fmt.Sprintf("f%02d", i)], "|"); {
		case cells[1] == f.number:
			found++
		case cells[1] != "":
			wrong++
		}
	}
	if found < 78 || wrong > 0 {
		t.Errorf("%d of 80 are found right, %d wrong", found, wrong)
	}
	// The night after, nothing is sought; a firm whose values change is.
	s.now = s.now.AddDate(0, 0, 1)
	if kbo := register(t, s.run(p), "kbo"); kbo.Sought != 0 {
		t.Errorf("sought again: %+v", kbo)
	}
	changed := strings.Replace(file, stranger.row("stranger", ""), firms[399].row("stranger", ""), 1)
	s.write("in/customers.csv", changed)
	s.now = s.now.AddDate(0, 0, 1)
	if kbo := register(t, s.run(p), "kbo"); kbo.Sought != 1 || kbo.Linked != 1 {
		t.Errorf("%+v", kbo)
	}
	if got := linked()["stranger"]; got != "likeness|"+firms[399].number+"||10711|active" {
		t.Errorf("a firm that was found later: %s", got)
	}
	// Worked anew without the register, the nights are the same.
	tables := []string{"customers", "organisations", "customer_fields", "addresses"}
	before := s.digests(p, tables...)
	for _, dir := range []string{filepath.Join(s.dir, "extracts"), filepath.Join(p.Home, "registries")} {
		if err := os.RemoveAll(dir); err != nil {
			t.Fatal(err)
		}
	}
	night := time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)
	if _, err := p.Backfill(t.Context(), pipelines.BackfillOptions{From: night, To: night.AddDate(0, 0, 4), Every: calendar.Day, OnFailure: pipelines.FailureStop}); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(before, s.digests(p, tables...)); diff != "" {
		t.Errorf("worked anew, the nights differ:\n%s", diff)
	}
}
