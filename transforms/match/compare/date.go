package compare

// Date is a day of the Gregorian calendar as the number yyyymmdd; 0 is none.
type Date uint32

// DateOf is the date of a day, and false where the calendar has no such day or
// the year does not have one to four digits.
func DateOf(year, month, day int) (Date, bool) {
	if year < 1 || year > 9999 || month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	return Date(year*10000 + month*100 + day), true
}

// DateOfDays is the date that many days after 1 January 1970, the way in which
// Arrow and Parquet have dates, and false outside the years 1 to 9999.
func DateOfDays(days int) (Date, bool) {
	const era = 146097 // days in 400 years, which begin on 1 March here
	days += daysTo1970
	if days < 0 || days > 10000*366 {
		return 0, false
	}
	ofEra := days % era
	yearOfEra := (ofEra - ofEra/1460 + ofEra/36524 - ofEra/146096) / 365
	ofYear := ofEra - (365*yearOfEra + yearOfEra/4 - yearOfEra/100)
	year, month := days/era*400+yearOfEra, (5*ofYear+2)/153
	day := ofYear - (153*month+2)/5 + 1
	if month < 10 {
		return DateOf(year, month+3, day)
	}
	return DateOf(year+1, month-9, day)
}

// daysTo1970 is the number of days from 1 March of the year 0 to 1 January 1970.
const daysTo1970 = 719468

// Days is the number of days from 1 January 1970 to d.
func (d Date) Days() int {
	year, month, day := d.parts()
	if month <= 2 {
		year--
		month += 12
	}
	return 365*year + year/4 - year/100 + year/400 + (153*(month-3)+2)/5 + day - 1 - daysTo1970
}

func (d Date) parts() (year, month, day int) {
	return int(d / 10000), int(d / 100 % 100), int(d % 100)
}

func daysIn(year, month int) int {
	switch month {
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	case 4, 6, 9, 11:
		return 30
	}
	return 31
}

// DateLevel is how two dates agree, such as the birth dates of two persons. The
// levels that DateMissing comes before are in order: the first that holds is
// the one that counts.
type DateLevel uint8

const (
	DateMissing   DateLevel = iota // one of the two is not known
	DateEqual                      // the same day
	DateSwapped                    // the same year, with day and month in each other's place
	DateTyped                      // as yyyymmdd, one digit differs, or two neighbours are swapped
	DateNextYear                   // the same day of a year before or after
	DateYearMonth                  // the same month of the same year
	DateMonthDay                   // the same day of another year
	DateYear                       // the same year
	DateElse                       // nothing of the kind
)

// String names the level, for explanations.
func (l DateLevel) String() string {
	return [...]string{
		"missing", "equal", "day and month swapped", "one digit mistyped", "a year apart", "same year and month",
		"same month and day", "same year", "different",
	}[l]
}

// CompareDates tells how two dates agree.
func CompareDates(a, b Date) DateLevel {
	if a == 0 || b == 0 {
		return DateMissing
	}
	if a == b {
		return DateEqual
	}
	yearA, monthA, dayA := a.parts()
	yearB, monthB, dayB := b.parts()
	switch sameDay := monthA == monthB && dayA == dayB; {
	case yearA == yearB && monthA == dayB && dayA == monthB:
		return DateSwapped
	case mistyped(a, b):
		return DateTyped
	case sameDay && max(yearA, yearB)-min(yearA, yearB) == 1:
		return DateNextYear
	case sameDay:
		return DateMonthDay
	case yearA != yearB:
		return DateElse
	case monthA == monthB:
		return DateYearMonth
	}
	return DateYear
}

// mistyped reports whether two dates that differ, differ in one digit, or in
// two neighbouring ones that are swapped.
func mistyped(a, b Date) bool {
	for a%10 == b%10 {
		a, b = a/10, b/10
	}
	if a/10 == b/10 {
		return true
	}
	return a%10 == b/10%10 && a/10%10 == b%10 && a/100 == b/100
}

// DaysApart is the number of days between two dates that are known.
func DaysApart(a, b Date) int {
	from, to := a.Days(), b.Days()
	return max(from, to) - min(from, to)
}
