package records_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/transforms/match/records"
)

// of returns the values of the first record, by column.
func of(recs *records.Records) map[string]string {
	out := map[string]string{}
	for _, c := range recs.Columns {
		var values []string
		for _, v := range c.Of(0) {
			values = append(values, c.Values[v])
		}
		if len(values) > 0 {
			out[c.Name] = strings.Join(values, "; ")
		}
	}
	return out
}

func TestKindsAreTakenApart(t *testing.T) {
	for _, c := range []struct {
		kind    records.Kind
		country string
		value   string
		want    map[string]string
	}{
		{records.PersonName, "", "Dhr. Jan Van den Berg", map[string]string{"f.given_name": "jan", "f.family_name": "van den berg"}},
		{records.FirmName, "BE", "Bakkerij Claes BVBA", map[string]string{"f": "bakkerij claes", "f.legal_form": "BE-BV", "f.firm_written": "bakkerij claes bvba"}},
		{records.Address, "BE", "Kerkstraat 12 bus 3, 9000 Gent", map[string]string{"f.street": "kerkstr", "f.house_number": "12", "f.box": "3", "f.postcode": "9000", "f.town": "gent"}},
		{records.Address, "", "1919 W. Taylor (m/c 525) Rm. 128", map[string]string{"f.street": "w taylor", "f.house_number": "1919"}},
		{records.Address, "", "7954-58 S. Western", map[string]string{"f.street": "s western", "f.house_number": "7954-58"}},
		{records.Street, "", "12 High Street", map[string]string{"f": "highstr", "f.house_number": "12"}},
		{records.Postcode, "NL", "1234ab", map[string]string{"f": "1234ab"}},
		{records.Town, "", "Mons", map[string]string{"f": "bergen"}},
		{records.BirthDate, "", "24/06/1971", map[string]string{"f": "19710624"}},
		{records.BirthDate, "", "1971-6-4", map[string]string{"f": "19710604"}},
		{records.BirthDate, "", "19711324", map[string]string{"f": "19711324"}},
		{records.BirthDate, "", "1971-06-24 00:00:00", map[string]string{"f": "19710624"}},
		{records.BirthDate, "", "24.6.71", nil},
		{records.Email, "", " Jan@Firm.BE ", map[string]string{"f": "jan@firm.be"}},
		{records.Phone, "BE", "0475/12.34.56", map[string]string{"f": "32475123456"}},
		{records.Phone, "", "226-2649", map[string]string{"f": "2262649"}},
		{records.Website, "", "https://www.firm.be/contact", map[string]string{"f": "firm.be"}},
		{records.Enterprise, "BE", "BTW BE 0403.019.261", map[string]string{"f": "0403019261"}},
		{records.Enterprise, "BE", "0403.019.262", nil},
		{records.Identifier, "", "AB-123 4", map[string]string{"f": "ab1234"}},
		{records.Number, "", "1.234,50", map[string]string{"f": "1234.5"}},
		{records.Number, "", "1,234", map[string]string{"f": "1234"}},
		{records.Category, "", " Food & Drink ", map[string]string{"f": "food drink"}},
		{records.Text, "", "N/A", nil},
		{records.Text, "", "unknown", nil},
	} {
		b, err := records.NewBuilder([]records.Field{{Name: "f", Kind: c.kind, Country: c.country}})
		if err != nil {
			t.Fatal(err)
		}
		b.Add("s", "1", [][]string{{c.value}})
		recs, err := b.Records()
		if err != nil {
			t.Fatal(err)
		}
		got := of(recs)
		if len(got) != len(c.want) {
			t.Errorf("%s %q gives %v, want %v", c.kind, c.value, got, c.want)
			continue
		}
		for name, want := range c.want {
			if got[name] != want {
				t.Errorf("%s %q gives %s %q, want %q", c.kind, c.value, name, got[name], want)
			}
		}
	}
}

// Fields of several kinds that name one thing feed one column, each value once.
func TestFieldsShareColumns(t *testing.T) {
	b, err := records.NewBuilder([]records.Field{
		{Name: "name", Kind: records.PersonName}, {Name: "given", Kind: records.GivenName}, {Name: "family", Kind: records.FamilyName},
		{Name: "phone", Kind: records.Phone}, {Name: "fax", Kind: records.Phone}})
	if err != nil {
		t.Fatal(err)
	}
	b.Add("b", "2", [][]string{{"Jan Claes"}, {"Johan"}, {"Claes"}, {"226-2649", "226-2650"}, {"226-2649"}})
	b.Add("a", "9", [][]string{nil, {"An"}, nil, nil, nil})
	recs, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	if at, ok := recs.Find("b", "2"); !ok || at != 1 || recs.Input(at) != 0 {
		t.Errorf("record 2 of b stands at %d, %v", at, ok)
	}
	if _, ok := recs.Find("b", "3"); ok {
		t.Error("a record was found that nobody added")
	}
	given, family := recs.Column(records.RoleGiven), recs.Column(records.RoleFamily)
	if len(given.Of(1)) != 2 || len(family.Of(1)) != 1 || len(given.Of(0)) != 1 || len(family.Of(0)) != 0 {
		t.Errorf("given names %v, family names %v", given.Of(1), family.Of(1))
	}
	var names []string
	for _, c := range recs.Columns {
		names = append(names, c.Name)
	}
	if want := []string{"name.given_name", "name.family_name", "phone", "fax"}; !slices.Equal(names, want) {
		t.Errorf("columns are %v, want %v", names, want)
	}
}

func TestFieldsAreChecked(t *testing.T) {
	for want, fields := range map[string][]records.Field{
		"no fields":    nil,
		"unknown kind": {{Name: "a", Kind: "colour"}},
		"stands twice": {{Name: "a", Kind: records.Town}, {Name: "a", Kind: records.Phone}},
	} {
		if _, err := records.NewBuilder(fields); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("fields %v: error is %v, want %q", fields, err, want)
		}
	}
	b, err := records.NewBuilder([]records.Field{{Name: "a", Kind: records.Town}})
	if err != nil {
		t.Fatal(err)
	}
	b.Add("s", "1", [][]string{nil})
	b.Add("s", "1", [][]string{nil})
	if _, err := b.Records(); err == nil || !strings.Contains(err.Error(), "twice") {
		t.Errorf("two records with one id: error is %v", err)
	}
}

// Batches give what rows give.
func TestAddBatch(t *testing.T) {
	fields := []records.Field{{Name: "town", Kind: records.Town}, {Name: "phone", Kind: records.Phone}}
	schema := arrow.NewSchema([]arrow.Field{{Name: "town", Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: "phones", Type: arrow.ListOf(arrow.BinaryTypes.String), Nullable: true}}, nil)
	rb := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer rb.Release()
	rb.Field(0).(*array.StringBuilder).AppendValues([]string{"Gent", ""}, []bool{true, false})
	phones := rb.Field(1).(*array.ListBuilder)
	phones.Append(true)
	phones.ValueBuilder().(*array.StringBuilder).AppendValues([]string{"226-2649", "226-2650"}, nil)
	phones.AppendNull()
	rec := rb.NewRecord()
	defer rec.Release()
	b, err := records.NewBuilder(fields)
	if err != nil {
		t.Fatal(err)
	}
	batch := records.Batch{Source: "s", IDs: []string{"7", "8"}, Rows: []int{0, 1}, Fields: [][]arrow.Array{{rec.Column(0)}, {rec.Column(1)}}}
	if err := b.AddBatch(batch); err != nil {
		t.Fatal(err)
	}
	batch.Fields = batch.Fields[:1]
	if err := b.AddBatch(batch); err == nil {
		t.Error("a batch without the columns of a field was taken")
	}
	recs, err := b.Records()
	if err != nil {
		t.Fatal(err)
	}
	if got := of(recs); got["town"] != "gent" || got["phone"] != "2262649; 2262650" || recs.ID(1) != "8" || recs.Len() != 2 {
		t.Errorf("records are %v and %d in all", got, recs.Len())
	}
}
