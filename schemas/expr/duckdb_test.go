package expr_test

import (
	"database/sql"
	"fmt"
	"math"
	"math/rand/v2"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
	"github.com/apache/arrow/go/v15/arrow/memory"
	_ "github.com/duckdb/duckdb-go/v2"
	"pgregory.net/rapid"

	"clientele/schemas"
	"clientele/schemas/dialect"
	"clientele/schemas/expr"
)

// columns are those of the table on which Go and DuckDB are compared: two of
// each type.
var columns = schemas.Table{Columns: []schemas.Column{
	{Name: "s1", Type: schemas.String}, {Name: "s2", Type: schemas.String},
	{Name: "i1", Type: schemas.Int}, {Name: "i2", Type: schemas.Int},
	{Name: "d1", Type: schemas.Decimal}, {Name: "d2", Type: schemas.Decimal},
	{Name: "f1", Type: schemas.Float}, {Name: "f2", Type: schemas.Float},
	{Name: "b1", Type: schemas.Bool}, {Name: "b2", Type: schemas.Bool},
	{Name: "t1", Type: schemas.Date}, {Name: "t2", Type: schemas.Date},
	{Name: "z1", Type: schemas.Timestamp}, {Name: "z2", Type: schemas.Timestamp},
}}

var asOf = time.Date(2026, 1, 31, 0, 0, 0, 0, time.UTC)

// TestGoAndDuckDBAgree draws expressions of every type and compares, row by
// row, what Go computes with what DuckDB makes of the rendered SQL.
func TestGoAndDuckDBAgree(t *testing.T) {
	e := openEngines(t)
	rapid.Check(t, func(t *rapid.T) {
		typ := rapid.SampledFrom([]schemas.Type{
			schemas.String, schemas.Int, schemas.Decimal, schemas.Float, schemas.Bool, schemas.Bool, schemas.Bool, schemas.Date, schemas.Timestamp,
		}).Draw(t, "type")
		e.agree(t, draw(t, typ, 3), typ)
	})
}

// edges are expressions that engines are known to take in different ways. In the
// first ones DuckDB drops a TRY_CAST.
var edges = map[string]schemas.Type{
	"0 = d1 + i1":                            schemas.Bool,
	"0 between i1 and i1 + i1":               schemas.Bool,
	"abs(i1) > 0":                            schemas.Bool,
	"-i1 < 0":                                schemas.Bool,
	"to_decimal(i1, 2) > 0":                  schemas.Bool,
	"if(b1, 2000000000, 1) * 2":              schemas.Int,
	"2000000000 + 2000000000":                schemas.Int,
	"d1 * d2":                                schemas.Decimal,
	"i1 * d1":                                schemas.Decimal,
	"t1 + i1":                                schemas.Date,
	"z1 - i1":                                schemas.Date,
	"f1 / f2":                                schemas.Float,
	"d1 / d2":                                schemas.Float,
	"to_decimal(f1, 4)":                      schemas.Decimal,
	"round(f1, 2)":                           schemas.Float,
	"round(d1, 0)":                           schemas.Decimal,
	"upper(s1) || lower(s1) || trim(s2)":     schemas.String,
	"s1 like '%\\%' or s1 like '_'":          schemas.Bool,
	"greatest(t1, z1, t2)":                   schemas.Date,
	"days_since(z1)":                         schemas.Int,
	"s1 < s2":                                schemas.Bool,
	"i1 > f1 or d1 > f1":                     schemas.Bool,
	"i1 in (d1, 7, 30.0) and s1 not in (s2)": schemas.Bool,
}

func TestGoAndDuckDBAgreeAtTheEdges(t *testing.T) {
	e := openEngines(t)
	for text, typ := range edges {
		e.agree(t, text, typ)
	}
}

// engines holds the same rows for Go and in DuckDB.
type engines struct {
	db   *sql.DB
	rec  arrow.Record
	zone *time.Location
}

func openEngines(t *testing.T) engines {
	zone, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Skip("no time zone data: ", err)
	}
	db, err := sql.Open("duckdb", "")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	db.SetMaxOpenConns(1)
	rec := table(t, db)
	t.Cleanup(rec.Release)
	return engines{db: db, rec: rec, zone: zone}
}

// agree fails unless Go and DuckDB compute the same for every row.
func (e engines) agree(t rapid.TB, text string, typ schemas.Type) {
	compiled, err := expr.Compile(text, expr.ScopeOf(columns), typ)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	program, err := compiled.Bind(e.rec.Schema())
	if err != nil {
		t.Fatalf("%v", err)
	}
	env := expr.Env{AsOf: asOf, Zone: e.zone}
	out, err := program.Eval(e.rec, env, memory.DefaultAllocator)
	if err != nil {
		t.Fatalf("%v", err)
	}
	defer out.Release()
	rendered := compiled.Render(dialect.DuckDB, expr.RenderEnv{AsOf: asOf, Zone: e.zone.String()})
	want, err := query(e.db, rendered, typ)
	if err != nil {
		t.Fatalf("%s\nrendered %s\n%v", text, rendered, err)
	}
	for i, want := range want {
		if got := cell(out, i); got != want {
			t.Fatalf("%s\nrendered %s\nrow %d: Go has %s, DuckDB %s\n%s", text, rendered, i, got, want, row(e.rec, i))
		}
	}
	if typ != schemas.Bool {
		return
	}
	keep, err := program.Filter(e.rec, env)
	if err != nil {
		t.Fatalf("%v", err)
	}
	for i := range keep {
		if keep[i] != (want[i] == "true") {
			t.Fatalf("%s: row %d kept: %v, value %s", text, i, keep[i], want[i])
		}
	}
}

// draw writes an expression of a type that nests up to depth.
func draw(t *rapid.T, typ schemas.Type, depth int) string {
	pick := func(options ...string) string { return rapid.SampledFrom(options).Draw(t, "form") }
	sub := func(typ schemas.Type) string { return draw(t, typ, depth-1) }
	number := func() string {
		return sub(rapid.SampledFrom([]schemas.Type{schemas.Int, schemas.Decimal, schemas.Float}).Draw(t, "number"))
	}
	exact := func() string {
		return sub(rapid.SampledFrom([]schemas.Type{schemas.Int, schemas.Decimal}).Draw(t, "exact"))
	}
	calendar := func() string {
		return sub(rapid.SampledFrom([]schemas.Type{schemas.Date, schemas.Timestamp}).Draw(t, "calendar"))
	}
	if depth == 0 || rapid.IntRange(0, 5).Draw(t, "leaf") == 0 {
		return leaf(t, typ)
	}
	if form := pick("own", "own", "own", "own", "case", "if", "coalesce", "nullif", "extreme"); form != "own" {
		switch {
		case form == "case":
			return fmt.Sprintf("case when %s then %s when %s then %s else %s end", sub(schemas.Bool), sub(typ), sub(schemas.Bool), sub(typ), sub(typ))
		case form == "if":
			return fmt.Sprintf("if(%s, %s, %s)", sub(schemas.Bool), sub(typ), sub(typ))
		case form == "nullif":
			return fmt.Sprintf("nullif(%s, %s)", sub(typ), sub(typ))
		case form == "extreme" && typ != schemas.Bool:
			return fmt.Sprintf("%s(%s, %s, %s)", pick("least", "greatest"), sub(typ), sub(typ), sub(typ))
		default:
			return fmt.Sprintf("coalesce(%s, %s, %s)", sub(typ), sub(typ), sub(typ))
		}
	}
	operator := pick("+", "-", "*")
	switch typ {
	case schemas.String:
		return pick(
			"("+sub(typ)+" || "+sub(typ)+")",
			pick("lower", "upper", "trim")+"("+sub(typ)+")",
			fmt.Sprintf("substr(%s, %d, %d)", sub(typ), rapid.IntRange(1, 5).Draw(t, "start"), rapid.IntRange(0, 5).Draw(t, "n")))
	case schemas.Int:
		return pick(
			"("+sub(typ)+" "+operator+" "+sub(typ)+")",
			"-("+sub(typ)+")", "abs("+sub(typ)+")", "length("+sub(schemas.String)+")",
			pick("year", "month", "day", "days_since")+"("+calendar()+")",
			"days_between("+calendar()+", "+calendar()+")", "("+calendar()+" - "+calendar()+")")
	case schemas.Decimal:
		return pick(
			"("+sub(typ)+" "+operator+" "+exact()+")", "("+exact()+" "+operator+" "+sub(typ)+")",
			"-("+sub(typ)+")", "abs("+sub(typ)+")",
			fmt.Sprintf("round(%s, %d)", sub(typ), rapid.IntRange(0, 6).Draw(t, "n")),
			fmt.Sprintf("to_decimal(%s, %d)", number(), rapid.IntRange(0, 4).Draw(t, "n")))
	case schemas.Float:
		return pick(
			"("+sub(typ)+" "+operator+" "+number()+")", "("+number()+" / "+number()+")",
			"-("+sub(typ)+")", "abs("+sub(typ)+")",
			fmt.Sprintf("round(%s, %d)", sub(typ), rapid.IntRange(0, 9).Draw(t, "n")))
	case schemas.Bool:
		return boolean(t, sub, number, calendar, pick)
	case schemas.Date:
		return pick("("+sub(typ)+" "+pick("+", "-")+" "+sub(schemas.Int)+")", "("+sub(schemas.Int)+" + "+calendar()+")", "("+calendar()+" - 30)")
	default:
		return leaf(t, typ)
	}
}

func boolean(t *rapid.T, sub func(schemas.Type) string, number, calendar func() string, pick func(...string) string) string {
	comparison := pick("=", "<>", "<", "<=", ">", ">=")
	text := func() string { return sub(schemas.String) }
	switch pick("logic", "logic", "compare", "compare", "null", "in", "between", "like", "text") {
	case "logic":
		b := schemas.Bool
		return pick("("+sub(b)+" and "+sub(b)+" and "+sub(b)+")", "("+sub(b)+" or "+sub(b)+")", "(not "+sub(b)+")", "("+sub(b)+" = "+sub(b)+")")
	case "compare":
		return "(" + pick(number()+" "+comparison+" "+number(), text()+" "+comparison+" "+text(), calendar()+" "+comparison+" "+calendar()) + ")"
	case "null":
		return "(" + pick(number(), text(), calendar(), sub(schemas.Bool)) + pick(" is null", " is not null") + ")"
	case "in":
		list := func(one func() string) string {
			return one() + pick(" in (", " not in (") + one() + ", " + one() + ", " + one() + ")"
		}
		return "(" + pick(list(number), list(text), list(calendar)) + ")"
	case "between":
		bounds := func(one func() string) string {
			return one() + pick(" between ", " not between ") + one() + " and " + one()
		}
		return "(" + pick(bounds(number), bounds(text), bounds(calendar)) + ")"
	case "like":
		pattern := rapid.StringOfN(rapid.RuneFrom([]rune(`aAé%_\'ß `)), 0, 6, -1).Draw(t, "pattern")
		return "(" + text() + pick(" like ", " not like ") + "'" + strings.ReplaceAll(pattern, "'", "''") + "')"
	default:
		return pick("starts_with", "ends_with", "contains") + "(" + text() + ", " + text() + ")"
	}
}

// leaf writes a column or a literal.
func leaf(t *rapid.T, typ schemas.Type) string {
	var names []string
	for _, c := range columns.Columns {
		if c.Type == typ {
			names = append(names, c.Name)
		}
	}
	switch typ {
	case schemas.String:
		names = append(names, "'a'", "''", "'é_%'", `'\'`, "'it''s'")
	case schemas.Int:
		names = append(names, "0", "1", "-3", "2000000000", "9223372036854775807", "-9223372036854775808")
	case schemas.Decimal:
		names = append(names, "0.5", "-12.25", "0.0001", "99999999999999.9999", "3.0")
	case schemas.Float:
		names = append(names, "(1 / 3)", "(-7.5 / 2)")
	case schemas.Bool:
		names = append(names, "true", "false")
	case schemas.Date:
		names = append(names, "as_of()", "date '2024-02-29'", "date '0001-01-01'", "date '9999-12-31'")
	}
	return rapid.SampledFrom(names).Draw(t, "leaf")
}

// table makes the rows, in DuckDB and as a record: ordinary values, values at
// the edges, and nulls.
func table(t *testing.T, db *sql.DB) arrow.Record {
	t.Helper()
	random := rand.New(rand.NewPCG(1, 2))
	texts := []string{"", "a", "A", "ab", "é", "É", "ß", "ẞ", "İ", "Straße", " a ", "\u00a0a\t", "a%", "_", `a\b`, "it's", "😀a", "zz", "\r\na\n"}
	ints := []int64{0, 1, -1, 7, 30, 365, -3, 12345, 5_000_000_000, 3_000_000, math.MaxInt64, math.MinInt64, 123456789012345, 2147483648}
	decimals := []int64{0, 1, -1, 5000, 12_5000, -12_2500, 33_3333, 999999999999999999, -999999999999999999, 123456_7890, 10_0000, 90071992547409931}
	floats := []float64{0, 0.1, -0.5, 1.005, 2.675, 1e6, -123.456, 1e15, 0.00005, 2.5, 1e-7}
	days := []int64{0, 20484, 19782, -719162, 2932896, 10957, 20483}
	instants := []int64{0, 1769900400000000, 1769813999999999, 1711846800000000, 1729987200000000, 1640995199000000, 1750000000123456}

	d := dialect.DuckDB
	schema := columns.Arrow()
	build := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer build.Release()
	var rows []string
	for i := range 120 {
		literals := []string{strconv.Itoa(i)}
		for c, column := range columns.Columns {
			literal := d.Null(column.Type)
			if random.IntN(6) == 0 {
				build.Field(c).AppendNull()
				literals = append(literals, literal)
				continue
			}
			switch b := build.Field(c).(type) {
			case *array.StringBuilder:
				v := texts[random.IntN(len(texts))]
				b.Append(v)
				literal = d.String(v)
			case *array.Int64Builder:
				v := ints[random.IntN(len(ints))]
				b.Append(v)
				literal = fmt.Sprintf("CAST('%d' AS BIGINT)", v)
			case *array.Decimal128Builder:
				v := decimals[random.IntN(len(decimals))]
				b.Append(decimal128.FromI64(v))
				literal = fmt.Sprintf("CAST('%s' AS DECIMAL(18,4))", decimal128.FromI64(v).ToString(4))
			case *array.Float64Builder:
				v := floats[random.IntN(len(floats))]
				b.Append(v)
				literal = fmt.Sprintf("CAST('%v' AS DOUBLE)", v)
			case *array.BooleanBuilder:
				v := random.IntN(2) == 0
				b.Append(v)
				literal = strconv.FormatBool(v)
			case *array.Date32Builder:
				v := days[random.IntN(len(days))]
				b.Append(arrow.Date32(v))
				literal = d.Date(time.Unix(v*86400, 0).UTC())
			case *array.TimestampBuilder:
				v := instants[random.IntN(len(instants))]
				b.Append(arrow.Timestamp(v))
				literal = "TIMESTAMPTZ '" + time.UnixMicro(v).UTC().Format("2006-01-02 15:04:05.999999") + "+00'"
			}
			literals = append(literals, literal)
		}
		rows = append(rows, "("+strings.Join(literals, ", ")+")")
	}
	statement := "CREATE TABLE t (n BIGINT,\n" + d.Columns(columns) + ")"
	if _, err := db.Exec(statement); err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("INSERT INTO t VALUES " + strings.Join(rows, ",\n")); err != nil {
		t.Fatal(err)
	}
	return build.NewRecord()
}

// query returns the values of an expression, spelled as cell does. It fails
// where a value is not of the type that the expression has. (A constant null
// may be: DuckDB gives -ABS(NULL) a type of its own.)
func query(db *sql.DB, rendered string, typ schemas.Type) ([]string, error) {
	value := "CAST(x AS VARCHAR)"
	switch typ {
	case schemas.Float:
		value = "x"
	case schemas.Timestamp:
		value = "epoch_us(x)"
	}
	rows, err := db.Query("SELECT typeof(x), " + value + " FROM (SELECT n, " + rendered + " AS x FROM t) ORDER BY n")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var have string
		var value any
		if err := rows.Scan(&have, &value); err != nil {
			return nil, err
		}
		if want := strings.Replace(dialect.DuckDB.Type(typ), "TIMESTAMPTZ", "TIMESTAMP WITH TIME ZONE", 1); value != nil && have != want {
			return nil, fmt.Errorf("the SQL is of type %s, not %s", have, want)
		}
		switch v := value.(type) {
		case nil:
			out = append(out, "null")
		case float64:
			out = append(out, spellFloat(v))
		default:
			out = append(out, fmt.Sprint(v))
		}
	}
	return out, rows.Err()
}

func spellFloat(x float64) string { return strconv.FormatFloat(x+0, 'g', -1, 64) } // +0 makes -0 plain 0

// cell spells one value as query does.
func cell(a arrow.Array, i int) string {
	if a.IsNull(i) {
		return "null"
	}
	switch a := a.(type) {
	case *array.String:
		return a.Value(i)
	case *array.Decimal128:
		return a.Value(i).ToString(4)
	case *array.Float64:
		return spellFloat(a.Value(i))
	case *array.Date32:
		return a.Value(i).ToTime().Format(time.DateOnly)
	case *array.Timestamp:
		return strconv.FormatInt(int64(a.Value(i)), 10)
	default:
		return a.ValueStr(i)
	}
}

func row(rec arrow.Record, i int) string {
	var parts []string
	for c := range int(rec.NumCols()) {
		parts = append(parts, rec.ColumnName(c)+"="+strconv.Quote(cell(rec.Column(c), i)))
	}
	return strings.Join(parts, " ")
}
