package kbo

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"

	"clientele/connectors/registry"
)

// many is how many firms are read from the copy at a time.
const many = 20_000

// AsOf implements registry.Kept.
func (r *Register) AsOf(ctx context.Context) (registry.Date, error) {
	m, err := r.have(ctx)
	if err != nil || m.Number == 0 {
		return "", err
	}
	return registry.Date(m.Snapshot.Format("2006-01-02")), nil
}

// All implements registry.Kept. A record has the firm's establishments too, and no
// date: all that the copy says is of the day of the copy.
func (r *Register) All(ctx context.Context, numbers []string, each func(number string, record registry.Record) error) (err error) {
	store, err := r.open(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, store.Close()) }()
	words, err := store.words(ctx)
	if err != nil {
		return err
	}
	for batch := range slices.Chunk(numbers, many) {
		if err := store.wanted(ctx, batch); err != nil {
			return err
		}
		places, err := store.places(ctx)
		if err != nil {
			return err
		}
		firms, err := store.firms(ctx)
		if err != nil {
			return err
		}
		for _, f := range firms {
			record := f.record()
			record.Places = append(record.Places, places[f.Number]...)
			words.say(&record, f)
			if err := each(f.Number, record); err != nil {
				return err
			}
		}
	}
	return nil
}

// wanted makes the table of the numbers that are looked for.
func (s *Store) wanted(ctx context.Context, numbers []string) error {
	values := make([]string, 0, len(numbers))
	for _, n := range numbers {
		if digits := strings.TrimLeft(n, "0"); isNumber(n) && digits != "" {
			values = append(values, "("+digits+")")
		}
	}
	statements := []string{"CREATE OR REPLACE TEMP TABLE wanted (number BIGINT)"}
	if len(values) > 0 {
		statements = append(statements, "INSERT INTO wanted VALUES "+strings.Join(values, ", "))
	}
	return s.run(ctx, statements...)
}

// firms returns the wanted firms, in the order of their numbers.
func (s *Store) firms(ctx context.Context) (out []Firm, err error) {
	err = s.each(ctx, "SELECT "+firmColumns()+" FROM firms WHERE number IN (SELECT number FROM wanted) ORDER BY number", func(rows *sql.Rows) error {
		var f Firm
		if err := f.scan(rows); err != nil {
			return err
		}
		out = append(out, f)
		return nil
	})
	return out, err
}

// places returns the establishments of the wanted firms, by the number of the firm,
// in the order of theirs.
func (s *Store) places(ctx context.Context) (map[string][]registry.Place, error) {
	out := map[string][]registry.Place{}
	err := s.each(ctx, `SELECT e.enterprise, e.number, e.started_on, a.street_nl, a.street_fr, a.house_number, a.box, a.postcode, a.municipality_nl, a.municipality_fr, a.country_nl
FROM establishment e JOIN address a ON a.number = e.number
WHERE e.enterprise IN (SELECT number FROM wanted) AND a.type = 'BAET' AND a.struck_off_on IS NULL
ORDER BY e.enterprise, e.number, a.street_nl, a.street_fr, a.house_number, a.box`, func(rows *sql.Rows) error {
		var firm, number int64
		var since sql.NullTime
		var streetNL, streetFR, house, box, postcode, townNL, townFR, country sql.NullString
		if err := rows.Scan(&firm, &number, &since, &streetNL, &streetFR, &house, &box, &postcode, &townNL, &townFR, &country); err != nil {
			return err
		}
		key, p := fmt.Sprintf("%010d", firm), registry.Place{Kind: registry.Establishment, Number: fmt.Sprintf("%010d", number),
			House: house.String, Box: box.String, Postcode: postcode.String, Country: cmp.Or(country.String, "BE")}
		if since.Valid {
			p.Since = registry.Date(since.Time.Format("2006-01-02"))
		}
		out[key] = append(out[key], written(p, [2]string{streetNL.String, townNL.String}, [2]string{streetFR.String, townFR.String})...)
		return nil
	})
	return out, err
}

// dictionary are the words of the codes of the register, by category and code.
type dictionary map[[2]string]string

// words reads the code lists: Dutch where there is any, else the first language.
func (s *Store) words(ctx context.Context) (dictionary, error) {
	out := dictionary{}
	err := s.each(ctx, `SELECT category, code, COALESCE(MIN(CASE WHEN language = 'nl' THEN description END), MIN(description), '') FROM code
WHERE category IN ('JuridicalForm', 'JuridicalSituation', 'Nace2003', 'Nace2008', 'Nace2025') GROUP BY category, code`, func(rows *sql.Rows) error {
		var category, code, text string
		if err := rows.Scan(&category, &code, &text); err != nil {
			return err
		}
		out[[2]string{category, code}] = text
		return nil
	})
	return out, err
}

// say puts the words of its codes into a record.
func (d dictionary) say(r *registry.Record, f Firm) {
	r.Filed, r.Form.Text = d[[2]string{"JuridicalSituation", f.Situation}], d[[2]string{"JuridicalForm", f.Form}]
	for i := range r.Sectors {
		s := &r.Sectors[i]
		s.Text = d[[2]string{"Nace" + s.Version, s.Code}]
	}
}

// each calls a function for the rows of a query.
func (s *Store) each(ctx context.Context, query string, row func(*sql.Rows) error) (err error) {
	rows, err := s.db.QueryContext(ctx, query)
	if err != nil {
		return failure(err)
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := row(rows); err != nil {
			return failure(err)
		}
	}
	return failure(rows.Err())
}
