package pipelines_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestPickedNamesMatch shows that what is derived of a value is picked with it: a
// form gives each answer a row of its own, and who it names is still known by the
// name.
func TestPickedNamesMatch(t *testing.T) {
	s := newShop(t)
	s.write("clientele.yaml", `version: 1
company: { name: Shop, country: BE, timezone: Europe/Brussels }
checks: { max_merged: 1 }
sources:
  shop:
    connector: csv
    path: customers.csv
    tables:
      parties: { key: [nr], map: { name: name, postcode: postcode } }
  forms:
    connector: csv
    path: forms.csv
    tables:
      parties:
        key: [response]
        map:
          name: { expr: "case when question = 'name' then answer end", pick: max }
          postcode: { expr: "case when question = 'postcode' then answer end", pick: max }
          email: { expr: "case when question = 'email' then answer end", pick: max }
`)
	s.write("customers.csv", "nr,name,postcode\n1,An Peeters,9000\n2,Bakkerij Maes bv,8000\n")
	s.write("forms.csv", `response,question,answer
a,name,Peeters An
a,email,an@example.com
a,postcode,9000
b,postcode,8000
b,name,BAKKERIJ MAES BVBA
b,email,info@example.com
c,name,Chloé Dubois
c,email,chloe@example.com
`)
	p := s.open()
	s.run(p)
	got := s.column(p, "SELECT c.kind || ' ' || COALESCE(c.email, '') || ' ' || CAST(c.source_count AS VARCHAR) FROM customers c ORDER BY c.email")
	if diff := cmp.Diff([]string{"person an@example.com 2", "person chloe@example.com 1", "organisation info@example.com 2"}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
