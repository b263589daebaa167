package demo

// Every rate of the generator's noise lives in this file. The table in
// docs/demo.md is made from these constants and their comments
// (go test ./jobs/demo -update). They state how dirty the data is; they are
// never eased to make a matcher look better.

// Who the customers are.
const (
	PersonShare          = 0.45 // customers that are a private person; the others are firms
	SoleTraderShare      = 0.18 // firms that are one natural person with a trade name
	DutchShare           = 0.07 // customers that live or are seated in the Netherlands
	HouseholdShare       = 0.50 // neighbouring pairs of persons that share address and land line
	HouseholdFamilyShare = 0.75 // household pairs that also share the family name (father and son, brother and sister)
	NamesakeShare        = 0.30 // eligible persons (one in four) that bear the name of another person in the same town
	MovedShare           = 0.14 // customers that moved within the three years
	OldFormShare         = 0.60 // companies founded before the 2019 reform, whose old legal form still goes round
	FreeMailFirmShare    = 0.18 // firms without a domain of their own
	TraderOwnName        = 0.80 // sole traders whose firm bears their family name
	NamedStreetShare     = 0.35 // streets named after somebody
	BoxShare             = 0.18 // addresses with a box
	MovedWithinTown      = 0.50 // movers that stayed in the town
	LandlinePersonShare  = 0.40 // persons that have a land line beside the mobile
)

// In which sources a customer appears.
const (
	ProspectShare         = 0.16 // customers without an account: they never ordered
	DuplicateAccountShare = 0.13 // customers with a second account by mistake
	BranchAccountShare    = 0.09 // firms with an account for a branch in another town
	FormShare             = 0.34 // customers that filled in the web form
	SecondFormShare       = 0.20 // of those, the ones that did it twice
	SurveyShare           = 0.24 // customers called by the survey
	ListFirmShare         = 0.32 // firms with an account that are also on the bought list
	ListPersonShare       = 0.16 // persons with an account that are also on the bought list
	ListProspectShare     = 0.75 // prospects that are on the bought list
	FormProspectShare     = 0.45 // prospects that filled in the web form
	SurveyProspectShare   = 0.12 // prospects called by the survey
)

// Which fields a record holds, before the promise of two agreeing fields is kept.
const (
	AccountNumberShare  = 0.74 // accounts of firms with a VAT number
	ListNumberShare     = 0.58 // list rows of firms with a VAT number
	WrongNumberShare    = 0.05 // numbers typed with wrong check digits
	AccountEmailShare   = 0.58 // accounts with an e-mail address
	FormEmailShare      = 0.92 // form responses with an e-mail address
	ListEmailShare      = 0.42 // list rows with an e-mail address
	OtherEmailShare     = 0.33 // e-mail addresses that are the customer's other one (info@ for firms, an older one for persons)
	WrongEmailShare     = 0.03 // e-mail addresses with a typing error
	AccountPhoneShare   = 0.70 // accounts with a phone number
	FormPhoneShare      = 0.62 // form responses with a phone number
	ListPhoneShare      = 0.68 // list rows with a phone number
	OtherPhoneShare     = 0.35 // phone numbers that are the customer's other one (land line or mobile)
	WrongPhoneShare     = 0.03 // phone numbers with one wrong digit
	StreetShare         = 0.93 // accounts and list rows with a street
	SurveyStreetShare   = 0.70 // survey rows with a street
	HouseMissingShare   = 0.04 // streets without a house number
	BoxMissingShare     = 0.35 // boxes left out
	FormTownShare       = 0.84 // form responses with postcode and town
	PostcodeMissing     = 0.03 // addresses without a postcode
	PostcodeWrong       = 0.04 // postcodes of a neighbouring place or with a typing error
	StaleAddressShare   = 0.30 // accounts of movers that nobody updated
	StaleListShare      = 0.40 // list rows of movers that still have the old address
	FormCompanyMissing  = 0.06 // firms' form responses that leave the company out
	SoleTraderNameShare = 0.30 // records of sole traders that give only the person or only the firm
	ContactChangeShare  = 0.40 // firms' records that name the second contact
)

// How names and addresses are misspelt.
const (
	NameTypo          = 0.10 // names with one typing error (neighbouring key, transposition, omission, doubling)
	SecondTypo        = 0.15 // of those, names with another one
	NameOCR           = 0.02 // names with an optical misreading (l/1, O/0, rn/m)
	NameUpper         = 0.13 // names wholly in capitals
	NameLower         = 0.03 // names wholly in small letters
	AccentsLost       = 0.40 // texts whose accents are gone
	NameReversed      = 0.65 // persons in the order system written family name first
	NameSwapped       = 0.07 // persons elsewhere with given and family name swapped
	NameInitial       = 0.06 // persons with only the initial of the given name
	NameNickname      = 0.20 // persons whose short name is in use, called by it
	GivenMissing      = 0.02 // persons of whom only the family name is given
	HonorificShare    = 0.04 // persons with Dhr., Mevr., M. or Mme in front
	ParticleGlued     = 0.20 // family names whose particle is glued or abbreviated (Vandenberghe, V.d. Berghe)
	FormMissing       = 0.28 // companies without their legal form
	FormStale         = 0.45 // companies with an old form that are still called by it
	FormDotted        = 0.15 // legal forms written with dots
	FormInFront       = 0.08 // legal forms written before the name
	FormForeign       = 0.20 // legal forms in the other national language where both are spoken
	TradeTranslated   = 0.25 // trade words in the other national language where both are spoken
	TradeDropped      = 0.06 // firm names without their trade word, where more than a town is left
	FirmAbbreviated   = 0.30 // firm names with a word that has a usual abbreviation, abbreviated
	PlaceAppended     = 0.06 // firm names with the town behind
	BranchPlace       = 0.55 // branches with their town behind the name
	StreetTypo        = 0.08 // streets with one typing error
	StreetShort       = 0.25 // streets abbreviated (Kerkstr., Av., Ch.)
	StreetForeign     = 0.25 // streets in the other language in Brussels
	TownForeign       = 0.12 // towns by their name in the other language
	TownTypo          = 0.03 // towns with one typing error
	TownUpper         = 0.15 // towns in capitals
	PostcodePrefixed  = 0.04 // Belgian postcodes with B- in front
	PostcodeTight     = 0.50 // Dutch postcodes without the blank
	ParticleInitials  = 0.40 // of the rewritten family names with two particles, abbreviated ones (V.d. Berghe)
	FormLower         = 0.20 // legal forms in small letters
	MailCapital       = 0.08 // e-mail addresses that start with a capital
	TrailingBlankRows = 12   // blank rows at the end of a survey sheet (a count)
	PhoneAsNumber     = 0.40 // survey phones stored as a number, which loses the leading zero
)

// What is wrong with rows of the order files; an account's first order is never hit.
const (
	BadDateRate     = 0.0002 // order lines dated 31/02
	BadNumberRate   = 0.0002 // order lines with a quantity like 12,5x
	RaggedRate      = 0.0002 // order lines with an unquoted semicolon in the name
	BadByteRate     = 0.0001 // order lines with a byte that Windows-1252 does not define
	SampleRate      = 0.012  // order lines with price 0
	ZeroRate        = 0.006  // order lines with quantity 0
	CancelledRate   = 0.02   // orders cancelled
	CreditRate      = 0.02   // delivered orders followed by a credit note
	CounterSaleRate = 0.01   // counter sales on the collective account, per customer and month
	CorrectionRate  = 0.002  // accounts with a correction by staff
	OpenOrderShare  = 0.60   // orders of the last ten days not delivered yet
	GoneShare       = 0.40   // accounts that stopped ordering some day
	PartPaidRate    = 0.15   // open invoices of which half is paid
	LatePayerShare  = 0.22   // customers that pay late as a habit
	ArrearsRate     = 0.02   // invoices that are never paid, fivefold for late payers
)

// What else happened; it makes the facts lively, and says nothing of who is who.
const (
	QuoteAccepted    = 0.60 // quotes accepted where an order follows
	QuoteRefused     = 0.10 // quotes refused, and those meant to be accepted where no order follows
	VisitedShare     = 0.35 // accounts of firms that a salesperson visits
	BouncedRate      = 0.02 // mailings that bounced
	ClickedRate      = 0.25 // opened mailings that were clicked
	AnsweredRate     = 0.30 // clicked mailings that were answered
	UnsubscribedRate = 0.02 // last mailings, where opened, that led to an unsubscription
	CallAnswered     = 0.52 // survey calls answered
	CallRefused      = 0.16 // survey calls refused
	CallAgain        = 0.08 // survey calls to be made again; the others found nobody, or a wrong number
	ProfessionShare  = 0.60 // form responses that tell the profession
	InterestsShare   = 0.70 // form responses that tell interests
	NewsletterShare  = 0.90 // form responses that answer whether the newsletter is wanted
	NewsletterYes    = 0.45 // of those, the ones that want it
	MessageShare     = 0.35 // form responses with a message
	EmployeesShare   = 0.70 // list rows of firms that tell the number of employees
	TurnoverShare    = 0.50 // of those, the ones that tell the turnover
	OptOutShare      = 0.04 // list rows with an opt-out mark
)

// How the register of enterprises knows the firms; sole traders are in it as natural persons, Dutch firms are not.
const (
	DissolvedShare     = 0.020 // firms that stopped: open data no longer has them
	MergedShare        = 0.015 // firms that another one took over: their number is gone, their address is a place of the other
	BankruptShare      = 0.015 // firms that are bankrupt, and still in the register
	LiquidationShare   = 0.010 // firms that are being wound up
	ReorganisedShare   = 0.004 // firms under judicial reorganisation
	RenamedShare       = 0.040 // firms whose legal name is another one than sources know
	OldNameKept        = 0.50  // of those, the ones that keep the old name as a trade name
	RegisterStale      = 0.25  // movers whose seat in the register is still the old one
	RegisterMoved      = 0.020 // firms that moved their seat without a source knowing
	SeatIsPlace        = 0.80  // firms with an establishment at their seat
	PlaceStays         = 0.30  // movers with an establishment where they were
	BranchUnseen       = 0.06  // firms with an establishment elsewhere that no source knows
	PlaceNamed         = 0.50  // establishments with a name
	RegisterForm       = 0.30  // legal names with the legal form behind
	RegisterUpper      = 0.35  // legal names in capitals
	RegisterBothNames  = 0.40  // names with a trade word, where two languages are spoken, in both
	OldFormKept        = 0.30  // firms of before the reform of 2019 that are filed under their old form
	TradeNameShare     = 0.20  // firms with a trade name that sources do not know
	RegisterPhone      = 0.25  // firms whose phone is in the register
	RegisterMobile     = 0.30  // of those, the ones with the mobile number
	RegisterEmail      = 0.15  // firms whose e-mail address is in the register
	RegisterSite       = 0.15  // firms with a domain whose web site is in the register
	RegisterSuffix     = 0.02  // streets of the register with letters of the town behind
	EmployerShare      = 0.40  // firms whose activity is filed by the administration of employers too
	SecondActivity     = 0.45  // firms with a secondary activity of another trade
	StrangerShare      = 0.85  // customers' places in the list that a firm of no source stands beside in the register
	SisterShare        = 0.12  // firms with a holding at the same address that bears their name
	SisterShares       = 0.50  // of those, the ones with the same phones and mailboxes
	RegisterNamesake   = 0.08  // firms with another one of the same name
	NamesakeNear       = 0.35  // of those, the ones in the same town
	RegisterNeighbour  = 0.12  // firms with another one of another name at the next doors of their street
	NeighbourSameHouse = 0.30  // of those, the ones in the same house
)

// How persons are in a file of persons (clientele demo persons), beside all the rates above.
const (
	AgainShare      = 0.20 // persons with one record more, and of those with yet another one
	BirthShare      = 0.85 // records with a date of birth
	WrongBirthShare = 0.05 // of those, dates with day and month swapped or the wrong last digit of the year
)
