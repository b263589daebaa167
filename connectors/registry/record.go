package registry

// Record is what one register says of one firm. What the register does not say
// is empty; in particular a figure that is not there is not zero.
type Record struct {
	Register string
	Number   string // as the register numbers firms, without dots and blanks
	AsOf     Date   // the day of which the register says it
	Numbers  []Number
	Names    []Name
	Form     LegalForm
	Status   Status
	Filed    string // the status in the register's own words
	Founded  Date
	Ended    Date
	VAT      Truth // that its VAT number is valid
	Sectors  []Sector
	Purpose  string // the object of its statutes
	Filing   string // the document that the figures and officers are of
	Figures  []Figure
	Officers []Officer
	Places   []Place
	Parents  []Parent
	Sites    []string // web sites
	// Phones and Emails reach the firm. They are no permission to approach it.
	Phones, Emails []string `json:",omitempty"`
	// NonMailing says that the firm objects to mail and visits of those who use
	// the register.
	NonMailing Truth
	// NaturalPerson says that the firm is a person, and all of this personal data.
	NaturalPerson Truth
	// Withheld says that the firm keeps others from seeing part of its record.
	Withheld Truth
	// Doubts are what does not add up in the record itself.
	Doubts []string
}

// Truth is yes, no, or unknown.
type Truth string

// The truths.
const (
	Unknown Truth = ""
	Yes     Truth = "yes"
	No      Truth = "no"
)

// TruthOf returns Yes or No.
func TruthOf(b bool) Truth {
	if b {
		return Yes
	}
	return No
}

// Status tells whether a firm is there to do business with.
type Status string

// The statuses, "" for unknown.
const (
	Active      Status = "active"
	Insolvent   Status = "insolvent"   // bankrupt, or under the court's protection
	Liquidating Status = "liquidating" // being wound up, and still there
	Dissolved   Status = "dissolved"   // gone, or struck off
)

// Number is a further number of a firm.
type Number struct {
	Key   Key
	Value string
}

// Name is a name of a firm.
type Name struct {
	Text     string
	Kind     NameKind
	Language string // ISO 639-1, "" for unknown
}

// NameKind says what a name is for.
type NameKind string

// The kinds of name.
const (
	LegalName    NameKind = "legal"
	TradeName    NameKind = "trade"
	Abbreviation NameKind = "abbreviation"
	FormerName   NameKind = "former"
)

// LegalForm is a legal form as it was filed.
type LegalForm struct {
	List string // whose code it is: kbo, elf, kvk, insee, companieshouse
	Code string // in that list
	Text string
}

// Sector is an activity of a firm. The same digits mean different things in
// different versions, so a code is nothing without its version.
type Sector struct {
	List    string // nacebel, sbi, naf, sic
	Version string // 2003, 2008 or 2025: that of NACE; "" where the register does not say
	Code    string // without dots
	Text    string
	Main    bool
	Group   string // on whose behalf it was filed, where a register tells
	// Converted is how it was made of the code of another version; nil for one that was
	// filed.
	Converted *Conversion `json:",omitempty"`
}

// Officer is a director, manager or representative.
type Officer struct {
	Given    string // of a person
	Family   string
	Firm     string // of a firm, its name
	Number   string // of a firm, its number in its register
	Role     string // the register's code of the function
	RoleText string // in words, where they are certain
	Since    Date
	Until    Date
	Of       string // the firm that a person represents
}

// PlaceKind says what is at an address.
type PlaceKind string

// The kinds of place.
const (
	Seat          PlaceKind = "seat"
	Post          PlaceKind = "post"
	Headquarters  PlaceKind = "headquarters"
	Establishment PlaceKind = "establishment"
)

// Place is an address, or an establishment with its address.
type Place struct {
	Kind     PlaceKind
	Number   string // of an establishment
	Name     string
	Status   Status
	Since    Date
	Sector   Sector
	Staff    Figure // of an establishment
	Lines    string // the address as one text, where that is all there is
	Street   string
	House    string
	Box      string
	Postcode string
	Town     string
	Region   string
	Country  string // ISO 3166-1 alpha-2, or the register's words
	Language string `json:",omitempty"` // ISO 639-1, of an address that the register has in several
	Shielded Truth  // that the register keeps the address from the public
}

// Parent is a firm that owns another.
type Parent struct {
	Kind   string // direct or ultimate
	LEI    string
	Name   string
	Reason string // why none is told
}

// Main returns the main sector of the firm, the zero Sector where there is none.
func (r Record) Main() Sector {
	for _, s := range r.Sectors {
		if s.Main {
			return s
		}
	}
	return Sector{}
}

// Name returns the first name of a kind, "" for none.
func (r Record) Name(kind NameKind) string {
	for _, n := range r.Names {
		if n.Kind == kind {
			return n.Text
		}
	}
	return ""
}

// Figure returns the figure of an item for a year, the latest for year 0; ok is
// false where the register has none.
func (r Record) Figure(item Item, year int) (figure Figure, ok bool) {
	for _, f := range r.Figures {
		if f.Item == item && (f.Year == year || year == 0 && (!ok || f.Year > figure.Year)) {
			figure, ok = f, true
		}
	}
	return figure, ok
}
