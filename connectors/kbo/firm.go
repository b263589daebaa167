package kbo

import (
	"context"
	"database/sql"
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

// Firm returns what the register knows of the firm with a number of ten digits; ok
// is false where it knows none.
func (s *Store) Firm(ctx context.Context, number string) (f Firm, ok bool, err error) {
	texts := []struct {
		column string
		into   *string
	}{
		{"situation", &f.Situation}, {"form", &f.Form}, {"form_filed", &f.FormFiled}, {"name", &f.Name}, {"name_nl", &f.NameNL}, {"name_fr", &f.NameFR},
		{"abbreviation", &f.Abbreviation}, {"trade_name", &f.TradeName}, {"street_nl", &f.StreetNL}, {"street_fr", &f.StreetFR},
		{"house_number", &f.HouseNumber}, {"box", &f.Box}, {"postcode", &f.Postcode}, {"municipality_nl", &f.MunicipalityNL},
		{"municipality_fr", &f.MunicipalityFR}, {"country", &f.Country}, {"phone", &f.Phone}, {"email", &f.Email}, {"website", &f.Website},
		{"sector_code", &f.Sector}, {"sector_version", &f.SectorVersion}, {"sector_group", &f.SectorGroup},
	}
	if len(number) != 10 || strings.Trim(number, "0123456789") != "" {
		return Firm{}, false, nil // no number of a firm
	}
	var started sql.NullTime
	columns, into, cells := []string{"started_on", "establishments"}, []any{&started, &f.Establishments}, make([]sql.NullString, len(texts))
	for i, t := range texts {
		columns, into = append(columns, t.column), append(into, &cells[i])
	}
	// The number stands in the text: the engine uses its index for constants alone.
	query := fmt.Sprintf("SELECT %s FROM firms WHERE number = CAST(%s AS BIGINT)", strings.Join(columns, ", "), quote(number))
	if err := s.db.QueryRowContext(ctx, query).Scan(into...); errors.Is(err, sql.ErrNoRows) {
		return Firm{}, false, nil
	} else if err != nil {
		return Firm{}, false, failure(err)
	}
	for i, t := range texts {
		*t.into = cells[i].String
	}
	f.Number, f.StartedOn = number, started.Time
	return f, true, nil
}
