package kbo

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Firm is what the register knows of a firm; a text is empty, and a date zero, where
// it says nothing.
type Firm struct {
	Number string // ten digits
	// Situation and Form are codes of the register; FormFiled is the form of the
	// statutes, where the law takes it for another one.
	Situation, Form, FormFiled string
	StartedOn                  time.Time
	// Name is the Dutch name, else the French one, else one in another language.
	Name, NameNL, NameFR           string
	Abbreviation, TradeName        string
	StreetNL, StreetFR             string
	HouseNumber, Box, Postcode     string
	MunicipalityNL, MunicipalityFR string
	Country                        string // empty for Belgium
	Phone, Email, Website          string
	Sector                         string // code of the main activity
	SectorVersion                  string // of which code list: 2003, 2008 or 2025
	SectorGroup                    string // which administration says so
	Establishments                 int
}

// firmText is a column of text, and where it goes.
type firmText struct {
	column string
	into   *string
}

func (f *Firm) texts() []firmText {
	return []firmText{
		{"situation", &f.Situation}, {"form", &f.Form}, {"form_filed", &f.FormFiled}, {"name", &f.Name}, {"name_nl", &f.NameNL}, {"name_fr", &f.NameFR},
		{"abbreviation", &f.Abbreviation}, {"trade_name", &f.TradeName}, {"street_nl", &f.StreetNL}, {"street_fr", &f.StreetFR},
		{"house_number", &f.HouseNumber}, {"box", &f.Box}, {"postcode", &f.Postcode}, {"municipality_nl", &f.MunicipalityNL},
		{"municipality_fr", &f.MunicipalityFR}, {"country", &f.Country}, {"phone", &f.Phone}, {"email", &f.Email}, {"website", &f.Website},
		{"sector_code", &f.Sector}, {"sector_version", &f.SectorVersion}, {"sector_group", &f.SectorGroup},
	}
}

// firmColumns are the columns that scan reads.
func firmColumns() string {
	columns := []string{"firms.number", "started_on", "establishments"}
	for _, t := range new(Firm).texts() {
		columns = append(columns, t.column)
	}
	return strings.Join(columns, ", ")
}

// scan reads a row of firmColumns.
func (f *Firm) scan(row interface{ Scan(into ...any) error }) error {
	var number int64
	var started sql.NullTime
	texts := f.texts()
	into, cells := []any{&number, &started, &f.Establishments}, make([]sql.NullString, len(texts))
	for i := range texts {
		into = append(into, &cells[i])
	}
	if err := row.Scan(into...); err != nil {
		return err
	}
	for i, t := range texts {
		*t.into = cells[i].String
	}
	f.Number, f.StartedOn = fmt.Sprintf("%010d", number), started.Time
	return nil
}

// read reads the card of a firm.
func (f *Firm) read(card string) error {
	var cells map[string]any
	if err := json.Unmarshal([]byte(card), &cells); err != nil {
		return fmt.Errorf("the copy of KBO has a card that can't be read: %w", err)
	}
	for _, t := range f.texts() {
		*t.into, _ = cells[t.column].(string) // null for none
	}
	started, _ := cells["started_on"].(string)
	f.StartedOn, _ = time.Parse(time.DateOnly, started) // zero for none
	establishments, _ := cells["establishments"].(float64)
	f.Establishments = int(establishments)
	return nil
}

// Firm returns what the register knows of the firm with a number of ten digits; ok
// is false where it knows none.
func (s *Store) Firm(ctx context.Context, number string) (f Firm, ok bool, err error) {
	if !isNumber(number) {
		return Firm{}, false, nil
	}
	// The number stands in the text: the engine uses its index for constants alone.
	// One column is read, since each costs the engine a tenth of a millisecond.
	var card string
	query := fmt.Sprintf("SELECT card FROM cards WHERE number = CAST(%s AS BIGINT)", quote(number))
	if err := s.db.QueryRowContext(ctx, query).Scan(&card); errors.Is(err, sql.ErrNoRows) {
		return Firm{}, false, nil
	} else if err != nil {
		return Firm{}, false, failure(err)
	}
	f.Number = number
	return f, true, f.read(card)
}

// isNumber reports whether a text can be the number of a firm.
func isNumber(number string) bool {
	return len(number) == 10 && strings.Trim(number, "0123456789") == ""
}
