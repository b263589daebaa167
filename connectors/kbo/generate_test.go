package kbo_test

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// extractOf writes a full extract of so many enterprises, of whom three in five are
// legal persons, with as many other rows for each as the register has: 36 million
// activities for 1.94 million enterprises. The same size gives the same bytes.
func extractOf(t testing.TB, dir string, number, enterprises int) {
	t.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	files := map[string]*bufio.Writer{}
	open := func(name, header string) *bufio.Writer {
		f, err := os.Create(filepath.Join(dir, name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		w := bufio.NewWriterSize(f, 1<<20)
		files[name] = w
		t.Cleanup(func() { f.Close() })
		fmt.Fprintln(w, header)
		return w
	}
	meta := open("meta", `"Variable","Value"`)
	fmt.Fprintf(meta, "\"SnapshotDate\",\"03-01-2026\"\n\"ExtractTimestamp\",\"04-01-2026 07:40:18\"\n\"ExtractType\",\"full\"\n\"ExtractNumber\",\"%d\"\n\"Version\",\"1.0.0\"\n", number)
	code := open("code", `"Category","Code","Language","Description"`)
	fmt.Fprintln(code, `"JuridicalForm","610","NL","Besloten Vennootschap"`)
	enterprise := open("enterprise", `"EnterpriseNumber","Status","JuridicalSituation","TypeOfEnterprise","JuridicalForm","JuridicalFormCAC","StartDate"`)
	establishment := open("establishment", `"EstablishmentNumber","StartDate","EnterpriseNumber"`)
	open("branch", `"Id","StartDate","EnterpriseNumber"`)
	denomination := open("denomination", `"EntityNumber","Language","TypeOfDenomination","Denomination"`)
	address := open("address", `"EntityNumber","TypeOfAddress","CountryNL","CountryFR","Zipcode","MunicipalityNL","MunicipalityFR","StreetNL","StreetFR","HouseNumber","Box","ExtraAddressInfo","DateStrikingOff"`)
	contact := open("contact", `"EntityNumber","EntityContact","ContactType","Value"`)
	activity := open("activity", `"EntityNumber","ActivityGroup","NaceVersion","NaceCode","Classification"`)
	// Nearly all is filed in two versions, for the same administration and classification;
	// one code in ten of 2008 became two.
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
			fmt.Fprintf(activity, "\"%s\",\"%s\",\"%s\",\"%05d\",\"%s\"\n", entity, group, version, filed+now, classification)
		}
	}
	for i := range enterprises {
		n := dotted(2_000_000 + i)
		natural := i%5 < 2
		if natural {
			fmt.Fprintf(enterprise, "\"%s\",\"AC\",\"000\",\"1\",,,01-02-%d\n", n, 1990+r.IntN(30))
			fmt.Fprintf(denomination, "\"%s\",\"0\",\"001\",\"Familienaam %d, Voornaam\"\n", n, i)
		} else {
			fmt.Fprintf(enterprise, "\"%s\",\"AC\",\"%s\",\"2\",\"%s\",,01-02-%d\n", n, [...]string{"000", "000", "000", "012", "050"}[r.IntN(5)], [...]string{"610", "015", "014", "017"}[r.IntN(4)], 1990+r.IntN(30))
			fmt.Fprintf(denomination, "\"%s\",\"2\",\"001\",\"ONDERNEMING %d\"\n", n, i)
			if i%3 == 0 {
				fmt.Fprintf(denomination, "\"%s\",\"1\",\"001\",\"ENTREPRISE %d\"\n", n, i)
			}
			fmt.Fprintf(address, "\"%s\",\"REGO\",,,\"%d\",\"Gemeente %d\",\"Commune %d\",\"Straat %d\",\"Rue %d\",\"%d\",\"\",\"\",\n", n, 1000+r.IntN(8999), i%589, i%589, i%9000, i%9000, 1+r.IntN(200))
		}
		activities(n, 9+r.IntN(3))
		if i%7 != 0 {
			e := dotted(20_000_000 + i)
			fmt.Fprintf(establishment, "\"%s\",01-03-2015,\"%s\"\n", e, n)
			fmt.Fprintf(denomination, "\"%s\",\"2\",\"003\",\"Handelsnaam %d\"\n", e, i)
			fmt.Fprintf(address, "\"%s\",\"BAET\",,,\"%d\",\"Gemeente %d\",\"Commune %d\",\"Straat %d\",\"Rue %d\",\"%d\",\"\",\"\",\n", e, 1000+r.IntN(8999), i%589, i%589, i%9000, i%9000, 1+r.IntN(200))
			activities(e, 9+r.IntN(3))
		}
		if i%3 == 1 {
			fmt.Fprintf(contact, "\"%s\",\"ENT\",\"%s\",\"%d\"\n", n, [...]string{"TEL", "WEB", "EMAIL"}[r.IntN(3)], i)
		}
	}
	for name, w := range files {
		if err := w.Flush(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
	}
}

// dotted writes the number of an enterprise, or of an establishment, whose first
// eight digits are given, with its check digits.
func dotted(serial int) string {
	n := fmt.Sprintf("%010d", serial*100+97-serial%97)
	if n[0] < '2' {
		return n[:4] + "." + n[4:7] + "." + n[7:]
	}
	return n[:1] + "." + n[1:4] + "." + n[4:7] + "." + n[7:]
}

// plain is a number without dots.
func plain(serial int) string { return strings.ReplaceAll(dotted(serial), ".", "") }
