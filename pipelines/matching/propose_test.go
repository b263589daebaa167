package matching_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/pipelines/matching"
)

// rows repeats lines of which %d is the row.
func rows(n int, lines ...string) string {
	var b strings.Builder
	for i := range n {
		line := lines[i%len(lines)]
		if strings.Contains(line, "%") {
			line = fmt.Sprintf(line, i)
		}
		b.WriteString(line + "\n")
	}
	return b.String()
}

// What is proposed of files, by their headers and values.
func TestPropose(t *testing.T) {
	for _, c := range []struct {
		name   string
		files  []string
		id     string
		fields string
	}{
		{"Dutch firms", []string{"Klantcode,Firmanaam,Adres,Postnr,Plaats,BTW-nummer,E-mailadres,Opmerking\n" +
			rows(5, "K%d,Bakkerij Peeters bv,Kerkstraat 1,1000,Brussel,BE 0403.019.261,info@peeters.example,belt", "K%d,Garage Maes,Dorp 2,2000,Antwerpen,BE0403170701,garage@maes.example,")},
			"Klantcode", "Firmanaam=firm_name Adres=street Postnr=postcode Plaats=town BTW-nummer=enterprise E-mailadres=email"},
		{"French persons", []string{"Prénom,Nom de famille,Date de naissance,Code postal,Ville\n" + rows(4, "Élodie,Dupont,01/02/1980,75001,Paris", "Luc,Petit,11/12/1990,69001,Lyon")},
			"", "Prénom=given_name Nom de famille=family_name Date de naissance=birth_date Code postal=postcode Ville=town"},
		{"German, with a name that is a person's", []string{"Kundennr,Name,Straße,PLZ,Ort\n" + rows(4, "%d,Hans Müller,Hauptstraße 5,10115,Berlin", "%d,Ute Schmidt,Ring 7,80331,München")},
			"Kundennr", "Name=person_name Straße=street PLZ=postcode Ort=town"},
		{"full addresses", []string{"id,name,address\n" + rows(6, `%d,Acme Ltd,"12 High St, Leeds LS1 4DY"`, `%d,Brown Consulting,"7 Low Rd, York"`)},
			"id", "name=firm_name address=address"},
		{"headers that say nothing, values that do", []string{"a,b,c,d\n" + rows(6, "%d,ann%[1]d@x.example,+32 2 555 12 1%[1]d,BE68539007547034", "%d,bob%[1]d@y.example,02/555.10.1%[1]d,NL91ABNA0417164300", "%d,eve%[1]d@z.example,0475 11 22 3%[1]d,DE89370400440532013000")},
			"", "b=email c=phone d=iban"},
		{"the answer is never a field", []string{"id,name,true_id,cluster,Entity Id\n" + rows(6, "%d,Acme Ltd,%[1]d,%[1]d,%[1]d")}, "id", "name=firm_name"},
		{"an id that stands twice, far down", []string{"id,name\n" + rows(20_500, "%d,Acme Ltd") + "7,Acme Ltd\n"}, "", "id=identifier name=firm_name"},
		{"two phones", []string{"id,company,phone1,phone2,fax\n" + rows(6, "%d,Acme,02 555 12 1%[1]d,0475 11 22 3%[1]d,02 555 99 9%[1]d")}, "id", "company=firm_name phone1+phone2+fax=phone"},
		{"two files of other headers", []string{"nr,naam,stad\n" + rows(4, "%d,Bakkerij Peeters,Gent"), "id,company,city\n" + rows(4, "%d,Acme Ltd,Leeds")}, "nr+id", "naam+company=firm_name stad+city=town"},
		{"a person's name beside its parts is a firm's", []string{"first_name,surname,customer\n" + rows(4, "Jan,Claes,Nele", "An,Maes,Sofie")}, "", "first_name=given_name surname=family_name customer=firm_name"},
		{"an index without a header", []string{",company_name,number per site\n" + rows(4, "%d,Acme Ltd,3")}, "column_1", "company_name=firm_name"},
		{"nothing known", []string{"x,y,z\n" + rows(6, "een twee,%d,rood", "drie vier,%d,blauw")}, "", "x=text y=number z=text"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			var paths []string
			for i, text := range c.files {
				paths = append(paths, d.write(fmt.Sprintf("f%d.csv", i), text))
			}
			j := d.job("", paths, nil) // it is valid, and its columns are there
			var fields []string
			for _, f := range j.Config.Fields {
				fields = append(fields, strings.Join(f.Columns, "+")+"="+string(f.Kind))
			}
			if diff := cmp.Diff([]string{c.id, c.fields}, []string{strings.Join(j.Config.ID, "+"), strings.Join(fields, " ")}); diff != "" {
				t.Errorf("proposed (-want +got):\n%s\n%s", diff, j.Config.Text)
			}
			if _, err := matching.Read(t.Context(), j.Config, j.Files); err != nil {
				t.Errorf("it can't be read: %v", err)
			}
		})
	}
}

// Any table of texts gives a config that is valid, or a message.
func FuzzPropose(f *testing.F) {
	f.Add("id,name\n1,Acme\n")
	f.Add("a;b;a\n\"x\n\";=1;\n")
	f.Add("fields: {}\n# guess,x: y\n1,2\n")
	f.Fuzz(func(t *testing.T, text string) {
		d := newDesk(t)
		files, err := matching.Open(t.Context(), d.dir, []string{d.write("f.csv", text)}, nil)
		if err != nil {
			return
		}
		config, err := matching.Propose(t.Context(), files)
		if err != nil {
			return
		}
		c, findings := matching.Parse("match.yaml", config)
		if err := findings.Err(); err != nil {
			t.Fatalf("%v\n%s", err, config)
		}
		if err := files.Bind(c).Err(); err != nil {
			t.Fatalf("%v\n%s", err, config)
		}
	})
}
