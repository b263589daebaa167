package config

import (
	"testing"
	"time"

	"clientele/connectors"
)

func TestDated(t *testing.T) {
	brussels, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ layout, name, want string }{
		{"2006-01-02", "in/2026-03-05.csv", "2026-03-05"},
		{"20060102", "in/orders_20260305_0001.csv.gz", "2026-03-05"},
		{"02.01.2006", "in/05.03.2026.xlsx", "2026-03-05"},
		{"2006/01/02", "in/2026/03/05/orders.csv", "2026-03-05"},
		{"2006-01-02", "2026-03-01/until 2026-03-05.csv", "2026-03-05"}, // the last one counts
		{"20060102", "in/120260305.csv", ""},                            // part of a longer number
		{"2006-01-02", "in/2026-02-30.csv", ""},                         // no such day
		{"2006-01-02", "in/orders.csv", ""},
		{"2006-01-02", "", ""},
		{"", "in/2026-03-05.csv", ""},
	} {
		var d Dated
		if tt.layout != "" {
			if d, err = ParseDated(tt.layout); err != nil {
				t.Fatal(err)
			}
		}
		date, ok, err := d.Date(connectors.Delivery{Name: tt.name}, brussels)
		got := ""
		if ok {
			got = date.Format(time.DateOnly)
		}
		if got != tt.want || (err != nil) != (tt.want == "" && tt.layout != "") {
			t.Errorf("%q in %q: %q, %v, want %q", tt.layout, tt.name, got, err, tt.want)
		}
	}
	d, err := ParseDated("modified")
	if err != nil {
		t.Fatal(err)
	}
	// Half past eleven in the evening of 4 March in UTC is the 5th in Brussels.
	date, ok, err := d.Date(connectors.Delivery{Modified: time.Date(2026, 3, 4, 23, 30, 0, 0, time.UTC)}, brussels)
	if err != nil || !ok || date.Format(time.DateOnly) != "2026-03-05" {
		t.Errorf("modified: %v, %t, %v", date, ok, err)
	}
	if _, _, err := d.Date(connectors.Delivery{Name: "x"}, brussels); connectors.CodeOf(err) != "undated" {
		t.Errorf("without a time: %v", err)
	}
	for _, layout := range []string{"", "2006", "2006-01", "06-1-2", "January 2, 2006", "yesterday", "2006-01-02 15h"} {
		if d, err := ParseDated(layout); err == nil {
			t.Errorf("%q is taken as %+v", layout, d)
		}
	}
}
