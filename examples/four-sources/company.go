package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/jackc/pgx/v5"
	"github.com/xuri/excelize/v2"

	"clientele/connectors/savtest"
)

// customer is one of the shop's. The names, numbers and addresses are invented.
type customer struct {
	no                                              int
	name, vat, email, phone, street, postcode, town string
}

// customers of the shop. The first three are in other sources too.
var customers = []customer{
	{101, "An Peeters", "", "an.peeters@voorbeeld.example", "0470 00 00 01", "Kerkstraat 12", "9000", "Gent"},
	{102, "Bram Claes", "", "", "09 000 00 02", "Veldweg 3", "8000", "Brugge"},
	{103, "Drukkerij Letterlijk BV", "BE0999990123", "info@letterlijk.example", "09 000 00 03", "Nijverheidslaan 40", "9800", "Deinze"},
	{104, "Chloé Dubois", "", "chloe.dubois@voorbeeld.example", "0470 00 00 04", "Rue Haute 7", "7000", "Mons"},
	{105, "Garage Van Aken NV", "BE0999990222", "garage@vanaken.example", "03 000 00 05", "Steenweg 221", "2300", "Turnhout"},
	{106, "Dirk Maes", "", "", "", "Lindelaan 9", "3000", "Leuven"},
}

// order is one of a customer, by the place in customers.
type order struct {
	customer           int
	at, amount, status string
}

var orders = []order{
	{0, "2025-11-03 10:15", "4250.00", "delivered"},
	{0, "2026-10-12 16:40", "310.50", "delivered"},
	{1, "2026-02-20 09:05", "7899.00", "delivered"},
	{2, "2026-06-01 14:30", "12400.00", "delivered"},
	{2, "2026-11-18 11:20", "2150.75", "placed"},
	{3, "2026-03-14 13:00", "5600.00", "delivered"},
	{4, "2024-08-09 08:45", "9300.00", "delivered"},
	{5, "2026-11-02 17:55", "640.00", "cancelled"},
}

// fillShop makes the shop's tables, in a schema of their own that takes the place
// of one that an earlier night left.
func fillShop(ctx context.Context, url string) error {
	db, err := pgx.Connect(ctx, url)
	if err != nil {
		return err
	}
	defer db.Close(ctx)
	if _, err := db.Exec(ctx, `
DROP SCHEMA IF EXISTS kitchen_shop CASCADE;
CREATE SCHEMA kitchen_shop;
CREATE TABLE kitchen_shop.customers (customer_no int PRIMARY KEY, name text NOT NULL, vat_number text, email text, phone text, street text, postcode text, town text);
CREATE TABLE kitchen_shop.orders (order_id int PRIMARY KEY, customer_no int NOT NULL REFERENCES kitchen_shop.customers, ordered_at timestamp NOT NULL, amount numeric(12, 2) NOT NULL, status text NOT NULL)`); err != nil {
		return err
	}
	for _, c := range customers {
		if _, err := db.Exec(ctx, `INSERT INTO kitchen_shop.customers VALUES ($1, $2, NULLIF($3, ''), NULLIF($4, ''), NULLIF($5, ''), $6, $7, $8)`,
			c.no, c.name, c.vat, c.email, c.phone, c.street, c.postcode, c.town); err != nil {
			return err
		}
	}
	for i, o := range orders {
		if _, err := db.Exec(ctx, fmt.Sprintf(`INSERT INTO kitchen_shop.orders VALUES (%d, %d, '%s', %s, '%s')`, 5001+i, customers[o.customer].no, o.at, o.amount, o.status)); err != nil {
			return err
		}
	}
	return nil
}

// writeSurvey writes what the agency returned.
func writeSurvey(file string) error {
	const day = 13_996_800_000 + 170*86_400.0 // 18 October 2026 in SPSS's seconds
	s := &savtest.File{
		Packed: savtest.Codes,
		Variables: []savtest.Variable{
			{Name: "NR", Format: savtest.Number, Label: "Respondent"}, {Name: "NAME", Width: 32}, {Name: "STREET", Width: 32}, {Name: "POSTCODE", Width: 8}, {Name: "TOWN", Width: 24},
			{Name: "DAY", Format: savtest.Date}, {Name: "RESULT", Format: savtest.Number}, {Name: "Q1", Format: savtest.Number, Label: "How satisfied are you with your kitchen?"},
		},
		Rows: [][]any{
			{1.0, "Peeters An", "Kerkstraat 12", "9000", "Gent", day, 1.0, 1.0},
			{2.0, "Bram Claes", "Veldweg 3", "8000", "Brugge", day, 1.0, 3.0},
			{3.0, "Elke Wouters", "Dorpsplein 1", "9700", "Oudenaarde", day + 86_400, 1.0, 2.0},
			{4.0, "Dirk Maes", "Lindelaan 9", "3000", "Leuven", day + 86_400, 3.0, nil},
		},
	}
	s.Extensions = []savtest.Extension{savtest.Text(20, "UTF-8")}
	elements := 1 + 4 + 4 + 1 + 3 + 1 // before RESULT, one for each eight letters
	s.Sets = []savtest.Labels{
		{Values: []any{1.0, 2.0, 3.0}, Labels: []string{"Answered", "Refused", "No answer"}, Variables: []int{elements + 1}},
		{Values: []any{1.0, 2.0, 3.0}, Labels: []string{"Very", "Somewhat", "Not at all"}, Variables: []int{elements + 2}},
	}
	return write(file, s.Bytes())
}

// writeList writes the workbook that was bought.
func writeList(file string) error {
	f := excelize.NewFile()
	defer f.Close()
	for i, row := range [][]any{
		{"Id", "Name", "VAT", "Street", "Postcode", "Town", "Phone", "NACE", "Opt-out"},
		{"P-1", "CLAES BRAM", "", "Veldweg 3", "8000", "BRUGGE", "", "", ""},
		{"P-2", "Letterlijk, drukkerij", "BE 0999.990.123", "Nijverheidslaan 40", "9800", "Deinze", "09 000 00 03", "1812", ""},
		{"P-3", "Bakkerij De Korenaar BV", "BE 0999.990.321", "Markt 5", "8500", "Kortrijk", "056 00 00 06", "1071", ""},
		{"P-4", "Fatima El Amrani", "", "Stationsstraat 88", "1000", "Brussel", "", "", "x"},
	} {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			return err
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		return err
	}
	return write(file, b.Bytes())
}

func write(file string, content []byte) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o600)
}
