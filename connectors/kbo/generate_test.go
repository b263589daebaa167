package kbo_test

import (
	"fmt"
	"math/rand/v2"
	"strconv"
	"testing"
	"time"

	"clientele/connectors/kbo"
)

// extractOf writes a full extract of so many enterprises, of whom three in five are
// legal persons, with as many other rows for each as the register has: 36 million
// activities for 1.94 million enterprises. The same size gives the same bytes.
func extractOf(t testing.TB, dir string, number, enterprises int) {
	t.Helper()
	w, err := kbo.Create(dir, kbo.Meta{Number: number, Full: true, Snapshot: time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		t.Fatal(err)
	}
	r := rand.New(rand.NewPCG(1, 2))
	w.Put("code", "JuridicalForm", "610", "NL", "Besloten Vennootschap")
	started := func() string { return "01-02-" + strconv.Itoa(1990+r.IntN(30)) }
	place := func(entity, kind string, i int) {
		w.Put("address", entity, kind, "", "", strconv.Itoa(1000+r.IntN(8999)), fmt.Sprintf("Gemeente %d", i%589), fmt.Sprintf("Commune %d", i%589),
			fmt.Sprintf("Straat %d", i%9000), fmt.Sprintf("Rue %d", i%9000), strconv.Itoa(1+r.IntN(200)), "", "", "")
	}
	activities := func(entity string, n int) {
		var group, classification string
		var filed int
		for i := range n {
			version, now := "2008", 0
			switch {
			case i%16 == 8:
				version = "2003"
			case i%2 == 0 || group == "":
				group, classification = [...]string{"003", "001", "003", "003", "006"}[r.IntN(5)], [...]string{"MAIN", "MAIN", "MAIN", "MAIN", "SECO"}[r.IntN(5)]
				filed = 1110 + 90*r.IntN(1000)
				version, now = "2025", 1
				if filed%900 == 210 {
					now += r.IntN(2)
				}
			}
			w.Put("activity", entity, group, version, fmt.Sprintf("%05d", filed+now), classification)
		}
	}
	for i := range enterprises {
		n := plain(2_000_000 + i)
		if natural := i%5 < 2; natural {
			w.Put("enterprise", n, "AC", "000", "1", "", "", started())
			w.Put("denomination", n, "0", "001", fmt.Sprintf("Familienaam %d, Voornaam", i))
		} else {
			w.Put("enterprise", n, "AC", [...]string{"000", "000", "000", "012", "050"}[r.IntN(5)], "2", [...]string{"610", "015", "014", "017"}[r.IntN(4)], "", started())
			w.Put("denomination", n, "2", "001", fmt.Sprintf("ONDERNEMING %d", i))
			if i%3 == 0 {
				w.Put("denomination", n, "1", "001", fmt.Sprintf("ENTREPRISE %d", i))
			}
			place(n, "REGO", i)
		}
		activities(n, 9+r.IntN(3))
		if i%7 != 0 {
			e := plain(20_000_000 + i)
			w.Put("establishment", e, "01-03-2015", n)
			w.Put("denomination", e, "2", "003", fmt.Sprintf("Handelsnaam %d", i))
			place(e, "BAET", i)
			activities(e, 9+r.IntN(3))
		}
		if i%3 == 1 {
			w.Put("contact", n, "ENT", [...]string{"TEL", "WEB", "EMAIL"}[r.IntN(3)], strconv.Itoa(i))
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
}

// plain is the number of an enterprise, or of an establishment, whose first eight
// digits are given, with its check digits.
func plain(serial int) string { return fmt.Sprintf("%010d", serial*100+97-serial%97) }
