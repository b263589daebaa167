package records

import "slices"

// Kind says what the values of a field are, and so how they are normalised,
// compared and blocked on.
type Kind string

// The kinds of fields.
const (
	PersonName  Kind = "person_name"  // full name of a person, in any order
	GivenName   Kind = "given_name"   // given names
	FamilyName  Kind = "family_name"  // family name with its particles
	FirmName    Kind = "firm_name"    // name of a firm, with or without its legal form
	Address     Kind = "address"      // street with number, and perhaps postcode and town
	Street      Kind = "street"       // street, with or without the number
	HouseNumber Kind = "house_number" // house number
	Box         Kind = "box"          // flat, bus, suite
	Postcode    Kind = "postcode"     // postcode
	Town        Kind = "town"         // town, suburb, locality
	Region      Kind = "region"       // state, province
	Country     Kind = "country"      // country, as a code or a name
	BirthDate   Kind = "birth_date"   // date of birth; two that wholly differ speak of two persons
	Date        Kind = "date"         // any other date
	Email       Kind = "email"        // e-mail address
	Phone       Kind = "phone"        // telephone or fax number
	Website     Kind = "website"      // web address or host
	Identifier  Kind = "identifier"   // a number or code that one record has, perhaps mistyped
	Enterprise  Kind = "enterprise"   // enterprise, VAT or trade-register number with a check digit
	IBAN        Kind = "iban"         // bank account
	Number      Kind = "number"       // a quantity
	Category    Kind = "category"     // one of few values: gender, language, industry
	Text        Kind = "text"         // free text, title, description
)

// Kinds are all kinds, in the order of the manual.
func Kinds() []Kind {
	return []Kind{PersonName, GivenName, FamilyName, FirmName, Address, Street, HouseNumber, Box, Postcode, Town, Region, Country,
		BirthDate, Date, Email, Phone, Website, Identifier, Enterprise, IBAN, Number, Category, Text}
}

// Valid reports whether k is a kind.
func (k Kind) Valid() bool { return slices.Contains(Kinds(), k) }

// Role is what the values of a column are to its record.
type Role string

// The roles of columns. Those that a kind of field has for itself carry its name.
const (
	RoleGiven      = Role(GivenName)
	RoleFamily     = Role(FamilyName)
	RoleFirm       = Role(FirmName)
	RoleLegalForm  = Role("legal_form")
	RoleWritten    = Role("firm_written") // the name with its legal form
	RoleStreet     = Role(Street)
	RoleHouse      = Role(HouseNumber)
	RoleBox        = Role(Box)
	RolePostcode   = Role(Postcode)
	RoleTown       = Role(Town)
	RoleRegion     = Role(Region)
	RoleCountry    = Role(Country)
	RoleBirthDate  = Role(BirthDate)
	RoleDate       = Role(Date)
	RoleEmail      = Role(Email)
	RolePhone      = Role(Phone)
	RoleWebsite    = Role(Website)
	RoleIdentifier = Role(Identifier)
	RoleEnterprise = Role(Enterprise)
	RoleIBAN       = Role(IBAN)
	RoleNumber     = Role(Number)
	RoleCategory   = Role(Category)
	RoleText       = Role(Text)
)

// shared are the roles of which a record has one column, whatever fields feed
// it: a full name in one source and its parts in another meet there.
var shared = map[Role]bool{RoleGiven: true, RoleFamily: true, RoleFirm: true, RoleLegalForm: true, RoleWritten: true, RoleStreet: true, RoleHouse: true,
	RoleBox: true, RolePostcode: true, RoleTown: true}

// roles are those that a field of a kind can fill.
func (k Kind) roles() []Role {
	switch k {
	case PersonName:
		return []Role{RoleGiven, RoleFamily}
	case FirmName:
		return []Role{RoleFirm, RoleLegalForm, RoleWritten}
	case Address:
		return []Role{RoleStreet, RoleHouse, RoleBox, RolePostcode, RoleTown}
	case Street:
		return []Role{RoleStreet, RoleHouse, RoleBox}
	}
	return []Role{Role(k)}
}

// Field is a property of records as a config names it. Several values of one
// record in one field are alternatives: the best pair of them counts.
type Field struct {
	Name string `json:"name"`
	Kind Kind   `json:"kind"`
	// Country is the ISO code of the country whose notations the values use where
	// they do not say it; "" for none.
	Country string `json:"country,omitempty"`
	// Levels are those of agreement on which the values are compared, the best first,
	// separated by semicolons; "" for those of the kind.
	Levels string `json:"levels,omitempty"`
}
