package proposal

import (
	"slices"
	"strings"

	"clientele/transforms/normalize"
)

// meaning is what a header says that a column holds.
type meaning string

// The meanings that are no column of an input table; all others are called as
// the column that they fill.
const (
	customerNumber meaning = "customer number"
	lineNumber     meaning = "line number"
	anyDate        meaning = "date"
	anyAmount      meaning = "amount"
	streetLine     meaning = "address_line"
)

// words are headers in Dutch, French, German and English, folded, without blanks
// and signs.
var words = map[meaning][]string{
	customerNumber: {"klantnr", "klantnummer", "klantcode", "klantid", "relatienr", "relatienummer", "debiteur", "debiteurnr", "debiteurnummer", "customerid", "customerno", "customernr", "customernumber", "custno", "accountno", "accountnumber", "account",
		"codeclient", "nclient", "noclient", "numclient", "numeroclient", "clientid", "idclient", "refclient", "kundennr", "kundennummer", "kundeid", "kdnr"},
	"name":              {"naam", "klantnaam", "klant", "bedrijf", "bedrijfsnaam", "firma", "firmanaam", "organisatie", "name", "customername", "customer", "company", "companyname", "organisation", "organization", "nom", "nomclient", "client", "societe", "nomsociete", "raisonsociale", "entreprise", "kunde", "kundenname", "firmenname", "unternehmen"},
	"given_name":        {"voornaam", "prenom", "vorname", "firstname", "givenname", "forename"},
	"family_name":       {"achternaam", "familienaam", "nomdefamille", "nachname", "familienname", "lastname", "surname", "familyname"},
	"email":             {"email", "mail", "emailadres", "mailadres", "emailaddress", "courriel", "adresseemail", "adressemail", "emailadresse"},
	"phone":             {"telefoon", "tel", "telefoonnummer", "telefoonnr", "telnr", "telephone", "phone", "phonenumber", "telefon", "telefonnummer", "ntel"},
	"mobile":            {"gsm", "gsmnummer", "mobiel", "mobile", "mobilephone", "portable", "handy", "mobil", "cell"},
	"website":           {"website", "web", "site", "url", "homepage", "siteweb", "webseite"},
	streetLine:          {"straat", "adres", "straatnr", "adresse", "rue", "street", "address", "addressline", "streetaddress", "strasse", "anschrift"},
	"house_number":      {"huisnummer", "huisnr", "housenumber", "houseno", "hausnummer", "hausnr", "numerorue"},
	"box":               {"bus", "busnummer", "boite", "bte", "box"},
	"postcode":          {"postcode", "postnr", "postnummer", "zip", "zipcode", "postalcode", "codepostal", "cp", "plz", "postleitzahl"},
	"municipality":      {"gemeente", "stad", "woonplaats", "plaats", "plaatsnaam", "town", "city", "ville", "localite", "commune", "ort", "stadt", "gemeinde", "wohnort"},
	"country":           {"land", "landcode", "country", "countrycode", "pays", "codepays"},
	"vat_number":        {"btw", "btwnr", "btwnummer", "vat", "vatnr", "vatno", "vatnumber", "tva", "ntva", "numerotva", "notva", "ustid", "ustidnr", "mwst", "mwstnr"},
	"enterprise_number": {"ondernemingsnr", "ondernemingsnummer", "kbo", "kbonr", "kbonummer", "kvk", "kvknr", "kvknummer", "bce", "nbce", "numerodentreprise", "numeroentreprise", "siren", "enterprisenumber", "companynumber", "registrationnumber"},
	"language":          {"taal", "taalcode", "langue", "sprache", "language", "lang"},
	"birth_date":        {"geboortedatum", "geboren", "datedenaissance", "naissance", "geburtsdatum", "birthdate", "dateofbirth", "dob"},
	"order_id":          {"order", "ordernr", "ordernummer", "orderid", "orderno", "ordernumber", "bestelling", "bestelnr", "bestelnummer", "commande", "ncommande", "nocommande", "numcommande", "numerocommande", "bestellung", "bestellnr", "bestellnummer", "auftrag", "auftragsnr", "auftragsnummer"},
	"invoice_id":        {"factuur", "factuurnr", "factuurnummer", "invoice", "invoiceno", "invoicenr", "invoiceid", "invoicenumber", "facture", "nfacture", "nofacture", "numfacture", "numerofacture", "rechnung", "rechnungsnr", "rechnungsnummer"},
	anyDate:             {"datum", "orderdatum", "besteldatum", "factuurdatum", "date", "orderdate", "invoicedate", "datecommande", "datedecommande", "datefacture", "bestelldatum", "auftragsdatum", "rechnungsdatum", "orderedat"},
	"due_on":            {"vervaldatum", "vervaldag", "duedate", "echeance", "datedecheance", "dateecheance", "faelligkeit", "falligkeit", "faellig"},
	lineNumber:          {"lijn", "lijnnr", "regel", "regelnr", "line", "lineno", "linenumber", "ligne", "noligne", "zeile", "position", "pos"},
	"product":           {"artikel", "artikelnr", "artikelnummer", "artikelcode", "product", "productcode", "productid", "productnr", "article", "codearticle", "reference", "ref", "produit", "sku", "stockcode", "produkt", "item", "itemno"},
	"description":       {"omschrijving", "artikelomschrijving", "description", "designation", "libelle", "beschreibung", "bezeichnung"},
	"quantity":          {"aantal", "hoeveelheid", "quantity", "qty", "quantite", "qte", "menge", "anzahl"},
	"unit_price":        {"prijs", "eenheidsprijs", "stukprijs", "price", "unitprice", "prix", "prixunitaire", "pu", "preis", "einzelpreis", "stuckpreis", "stueckpreis"},
	anyAmount:           {"bedrag", "totaal", "totaalbedrag", "amount", "total", "totalamount", "montant", "montanttotal", "betrag", "summe", "gesamtbetrag"},
}

// Meaning returns what a header says that a column holds: the column of parties that it
// fills, "customer number", "address_line"; "" where it says nothing that is known.
func Meaning(header string) string { return string(meaningOf(header)) }

// meaningOf returns what a header says, "" where it says nothing that is known.
func meaningOf(header string) meaning {
	var b strings.Builder
	for _, r := range normalize.Fold(header) {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			b.WriteRune(r)
		}
	}
	for m, known := range words { // no word stands under two meanings
		if slices.Contains(known, b.String()) {
			return m
		}
	}
	return ""
}
