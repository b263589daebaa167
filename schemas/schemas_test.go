package schemas_test

import (
	"bytes"
	"flag"
	"math/big"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/google/go-cmp/cmp"

	"clientele/schemas"
)

var update = flag.Bool("update", false, "write the golden files")

// promised are the published tables and the columns that readers count on.
var promised = map[string]string{
	"customers": `customer_id kind name lifecycle language country region postcode municipality street house_number box email email_status phone
		phone_status website salutation account_manager account_numbers household_id parent_customer_id first_seen_on last_activity_on purge_after
		source_count may_email may_call may_post updated_at`,
	"organisations": `customer_id enterprise_number vat_number registry legal_name trade_name legal_form_code legal_form sector_code sector_version
		sector purpose revenue revenue_year revenue_basis headcount headcount_year headcount_basis size_class equity total_assets profit
		natural_person founded_on registry_status enriched_on sector_2025 sector_2025_section sector_2025_basis sector_2025_confidence`,
	"organisation_years":  "customer_id year revenue revenue_basis headcount headcount_basis equity total_assets profit source",
	"directors":           "customer_id name role since source as_of",
	"sector_concordance":  "from_version from_code to_version to_code share firms source as_of licence",
	"sector_medians":      "field sector_version level sector_code median firms",
	"persons":             "customer_id given_name family_name birth_date profession habits",
	"contacts":            "organisation_id person_id role is_primary until",
	"addresses":           "customer_id kind status source observed_on",
	"contact_points":      "customer_id kind value status source observed_on",
	"customer_ids":        "customer_id current_customer_id state",
	"customer_sources":    "customer_id source source_record_id match_probability matched_by first_seen_on last_seen_on",
	"customer_fields":     "customer_id field source source_record_id observed_on rule",
	"customer_attributes": "customer_id name value type",
	"products":            "product name",
	"orders":              "order_id customer_id ordered_at status amount currency amount_base margin",
	"order_lines":         "order_id line_no product quantity unit_price amount",
	"quotes":              "quote_id customer_id requested_at sent_at valid_until amount status order_id salesperson follow_up_on",
	"invoices":            "invoice_id customer_id due_on paid_on open_amount",
	"interactions":        "interaction_id customer_id contact_id occurred_at channel direction campaign by place order_id quote_id outcome",
	"survey_answers":      "survey wave customer_id question code label answered_on",
	"campaigns":           "campaign channel sent_on cost contacted responses orders_after amount_after cost_per_order",
	"consents":            "customer_id purpose channel basis status since evidence",
	"contact_rights":      "customer_id purpose channel allowed reason checked_on",
	"customer_metrics": `customer_id order_count order_amount_total average_order_amount first_order_on last_order_on days_since_last_order contact_count
		response_count response_rate visit_count last_visit_on open_amount overdue_amount days_beyond_terms`,
	"scores":            "customer_id score value class previous_class class_since as_of policy_hash",
	"score_parts":       "customer_id score rule raw_value points label",
	"segments":          "customer_id segment since",
	"lists":             "customer_id list rank reason channel contact_ref",
	"customers_history": "customer_id valid_from valid_to changed_fields",
	"customer_merges":   "as_of from_customer_id to_customer_id why",
	"sources":           "source origin owner basis last_delivery_on expected_by stale licence_until",
	"deliveries":        "delivery_id source rows hash state",
	"runs":              "run_id started_at as_of status",
	"run_steps":         "run_id step rows",
	"run_tables":        "delivery_id source target code rows_read rows_conformed rows_filtered rows_quarantined",
	"data_issues":       "source target column code rows",
	"purges":            "rule table_name action rows cutoff policy_hash proof",
}

func TestPromisedTables(t *testing.T) {
	var names []string
	for _, table := range schemas.Published() {
		names = append(names, table.Name)
		columns, ok := promised[table.Name]
		if !ok {
			t.Errorf("%s is published, and nobody is promised it", table.Name)
		}
		for name := range strings.FieldsSeq(columns) {
			if _, ok := table.Column(name); !ok {
				t.Errorf("%s lacks %s", table.Name, name)
			}
		}
	}
	for name := range promised {
		if !slices.Contains(names, name) {
			t.Errorf("%s is promised and not published", name)
		}
	}
}

var snake = regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`)

func TestTablesAreWellDefined(t *testing.T) {
	var names []string
	for _, table := range schemas.All() {
		if !snake.MatchString(table.Name) || slices.Contains(names, table.Name) || table.Doc == "" || table.Layer == 0 {
			t.Errorf("table %+v has a bad or a second name, no layer or says nothing", table.Name)
		}
		names = append(names, table.Name)
		var columns []string
		for _, c := range table.Columns {
			at := table.Name + "." + c.Name
			if !snake.MatchString(c.Name) || slices.Contains(columns, c.Name) {
				t.Errorf("%s has a bad or a second name", at)
			}
			columns = append(columns, c.Name)
			if c.Doc == "" || strings.HasSuffix(c.Doc, ".") {
				t.Errorf("%s: what it means is %q, want a phrase", at, c.Doc)
			}
			if !slices.Contains([]schemas.Purpose{schemas.Operation, schemas.Service, schemas.Marketing, schemas.Accounting}, c.Purpose) {
				t.Errorf("%s has the purpose %q", at, c.Purpose)
			}
			if !slices.Contains([]schemas.Category{schemas.NotPersonal, schemas.Pseudonym, schemas.Identity, schemas.Contact, schemas.Location,
				schemas.Profile, schemas.Behaviour, schemas.Financial}, c.Personal) {
				t.Errorf("%s has the category %q", at, c.Personal)
			}
			if c.Type.String() == "unknown" || c.Type == 0 {
				t.Errorf("%s has no type", at)
			}
			if strings.HasSuffix(c.Name, "_on") && c.Type != schemas.Date {
				t.Errorf("%s is a %s, though its name is that of a date", at, c.Type)
			}
		}
		if len(table.Key) == 0 {
			t.Errorf("%s has no key", table.Name)
		}
		for _, k := range table.Key {
			if _, ok := table.Column(k); !ok {
				t.Errorf("%s has no column %s, which is of its key", table.Name, k)
			}
		}
		if fields := table.Arrow().Fields(); len(fields) != len(table.Columns) {
			t.Errorf("%s has %d Arrow fields", table.Name, len(fields))
		}
		if found, ok := schemas.Lookup(table.Name); !ok || found.Doc != table.Doc {
			t.Errorf("%s is not found", table.Name)
		}
	}
}

func TestInputTables(t *testing.T) {
	for _, name := range schemas.InputNames() {
		table, ok := schemas.Input(name)
		if !ok || table.Name != schemas.InputPrefix+name {
			t.Fatalf("%s is %v, %v", name, table.Name, ok)
		}
		if diff := cmp.Diff(schemas.Lineage(), table.Columns[:len(schemas.Lineage())]); diff != "" {
			t.Errorf("%s does not begin with the lineage:\n%s", name, diff)
		}
		if date := schemas.FactDate(name); date != "" {
			if c, ok := table.Column(date); !ok || c.Type != schemas.Date && c.Type != schemas.Timestamp {
				t.Errorf("%s is dated by %s, which is no date", name, date)
			}
		}
		// Direct identifiers of people must be known as such.
		for _, c := range table.MappedColumns() {
			if slices.Contains([]string{"given_name", "family_name", "email", "phone", "mobile", "street", "birth_date", "iban", "party"}, c.Name) && c.Personal == schemas.NotPersonal {
				t.Errorf("%s.%s is said to be no personal data", name, c.Name)
			}
		}
	}
}

func TestTypes(t *testing.T) {
	for typ := schemas.String; typ <= schemas.Timestamp; typ++ {
		if again, ok := schemas.ParseType(typ.String()); !ok || again != typ {
			t.Errorf("%s is read as %s, %v", typ, again, ok)
		}
	}
	for _, bad := range []string{"", "text", "unknown", "Integer"} {
		if typ, ok := schemas.ParseType(bad); ok {
			t.Errorf("%q is read as %s", bad, typ)
		}
	}
	if typ := schemas.Timestamp.Arrow().(*arrow.TimestampType); typ.Unit != arrow.Microsecond || typ.TimeZone != "UTC" {
		t.Errorf("instants are %s", typ)
	}
}

func TestDictionary(t *testing.T) {
	var got bytes.Buffer
	if err := schemas.Dictionary(&got); err != nil {
		t.Fatal(err)
	}
	golden := filepath.Join("..", "docs", "tables.md")
	if *update {
		if err := os.WriteFile(golden, got.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatalf("%v; run the test with -update", err)
	}
	if diff := cmp.Diff(string(want), got.String()); diff != "" {
		t.Errorf("%s is not what the definitions say; run the test with -update (-page +definitions):\n%s", golden, diff)
	}
}

func TestLayouts(t *testing.T) {
	known := 0
	for _, table := range schemas.Published() {
		if table.Partition != "" || len(table.Cluster) > 0 {
			known++
		}
		if p, ok := table.Column(table.Partition); table.Partition != "" && (!ok || p.Type != schemas.Date && p.Type != schemas.Timestamp) {
			t.Errorf("%s is partitioned by %q, which is no date or instant of it", table.Name, table.Partition)
		}
		if len(table.Cluster) > 4 {
			t.Errorf("%s is clustered by more than four columns", table.Name)
		}
		for _, name := range table.Cluster {
			if c, ok := table.Column(name); !ok || c.Type == schemas.Float {
				t.Errorf("%s is clustered by %q, which is no column of it that can be", table.Name, name)
			}
		}
	}
	if want := schemas.Layouts(); known != want {
		t.Errorf("%d tables have a layout, and %d layouts are defined: one is of no table", known, want)
	}
}

func TestDecimalText(t *testing.T) {
	for _, c := range []struct {
		text  string
		scale int32
		want  string
	}{
		{"-123456700", 4, "-12345.6700"}, {"5", 2, "0.05"}, {"-5", 1, "-0.5"}, {"0", 3, "0.000"}, {"12", 0, "12"}, {"12", -2, "1200"},
		{"12345678901234567890123456789012345678", 38, "0.12345678901234567890123456789012345678"},
	} {
		n, ok := new(big.Int).SetString(c.text, 10)
		if !ok {
			t.Fatal(c.text)
		}
		if got := schemas.DecimalText(decimal128.FromBigInt(n), c.scale); got != c.want {
			t.Errorf("%s with scale %d is %s, want %s", c.text, c.scale, got, c.want)
		}
	}
}
