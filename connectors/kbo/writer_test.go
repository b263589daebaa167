package kbo_test

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors/kbo"
)

// TestWriter holds what is written to rows as the register publishes them.
func TestWriter(t *testing.T) {
	snapshot := time.Date(2025, 10, 11, 0, 0, 0, 0, time.UTC)
	dir := update(t, 147, func(w *kbo.Writer) {
		w.Put("enterprise", "0872480059", "AC", "000", "2", "610", "", kbo.Date(time.Date(2005, 3, 14, 0, 0, 0, 0, time.UTC)))
		w.Put("denomination", "1029026280", "2", "001", `Otman "Plus" CommV`)
		w.Put("address", "1029028161", "REGO", "", "", "1080", "Sint-Jans-Molenbeek", "Molenbeek-Saint-Jean", "Louis Mettewielaan", "Boulevard Louis Mettewie", "60", "15", "", kbo.Date(time.Time{}))
		w.Put("contact", "0628983929", "ENT", "TEL", "053/39-00-70")
		w.Put("activity", "2377470790", "006", "2025", "90201", "MAIN")
		w.Delete("establishment", "2377470790")
	})
	want := map[string]string{
		"enterprise_insert":    `"EnterpriseNumber","Status","JuridicalSituation","TypeOfEnterprise","JuridicalForm","JuridicalFormCAC","StartDate"` + "\n" + `"0872.480.059","AC","000","2","610",,14-03-2005` + "\n",
		"enterprise_delete":    `"EnterpriseNumber"` + "\n",
		"establishment_delete": `"EstablishmentNumber"` + "\n" + `"2.377.470.790"` + "\n",
		"denomination_insert":  `"EntityNumber","Language","TypeOfDenomination","Denomination"` + "\n" + `"1029.026.280","2","001","Otman ""Plus"" CommV"` + "\n",
		"address_insert": `"EntityNumber","TypeOfAddress","CountryNL","CountryFR","Zipcode","MunicipalityNL","MunicipalityFR","StreetNL","StreetFR","HouseNumber","Box","ExtraAddressInfo","DateStrikingOff"` + "\n" +
			`"1029.028.161","REGO",,,"1080","Sint-Jans-Molenbeek","Molenbeek-Saint-Jean","Louis Mettewielaan","Boulevard Louis Mettewie","60","15","",` + "\n",
		"contact_insert":  `"EntityNumber","EntityContact","ContactType","Value"` + "\n" + `"0628.983.929","ENT","TEL","053/39-00-70"` + "\n",
		"activity_insert": `"EntityNumber","ActivityGroup","NaceVersion","NaceCode","Classification"` + "\n" + `"2.377.470.790","006","2025","90201","MAIN"` + "\n",
	}
	got := map[string]string{}
	for name := range want {
		text, err := os.ReadFile(filepath.Join(dir, name+".csv"))
		if err != nil {
			t.Fatal(err)
		}
		got[name] = string(text)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("files (-want +got):\n%s", diff)
	}
	full := t.TempDir()
	w, err := kbo.Create(full, kbo.Meta{Number: 147, Full: true, Snapshot: snapshot})
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	e, err := kbo.OpenExtract(full)
	if err != nil {
		t.Fatal(err)
	}
	defer e.Close()
	if diff := cmp.Diff(kbo.Meta{Number: 147, Full: true, Snapshot: snapshot}, e.Meta); diff != "" {
		t.Errorf("meta (-want +got):\n%s", diff)
	}
}

// A row that does not fit its file, or a file that extracts do not have, is told.
func TestWriterRefuses(t *testing.T) {
	for name, put := range map[string]func(w *kbo.Writer){
		"too few cells": func(w *kbo.Writer) { w.Put("contact", "0628983929") },
		"no such file":  func(w *kbo.Writer) { w.Put("directors", "0628983929") },
		"no update":     func(w *kbo.Writer) { w.Delete("contact", "0628983929") },
	} {
		w, err := kbo.Create(t.TempDir(), kbo.Meta{Number: 1, Full: true})
		if err != nil {
			t.Fatal(err)
		}
		put(w)
		if w.Close() == nil {
			t.Errorf("%s: no error", name)
		}
	}
	if _, err := kbo.Create(filepath.Join(os.DevNull, "x"), kbo.Meta{Number: 1}); err == nil {
		t.Error("no folder: no error")
	}
}
