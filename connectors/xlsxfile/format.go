package xlsxfile

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// format is what a number format says that a number is.
type format uint8

const (
	formatNumber  format = iota
	formatDate           // a day
	formatInstant        // a day and a time
	formatClock          // a time of day
	formatElapsed        // hours and more of them than a day has
)

// epoch is the day with the serial number 0.
type epoch time.Time

// Excel counts 29 February 1900, which never was: from 1 March 1900 on its
// serial numbers are days since 30 December 1899.
var (
	epoch1900 = epoch(time.Date(1899, 12, 30, 0, 0, 0, 0, time.UTC))
	epoch1904 = epoch(time.Date(1904, 1, 1, 0, 0, 0, 0, time.UTC))
)

// maxSerial is 31 December 9999, the last day that Excel knows.
const maxSerial = 2958465

// formatOf returns the meaning of a number format by its id. Ids below 164 are
// built in (ECMA-376 part 1, 18.8.30); those of 27 to 36 and 50 to 58 are dates
// and times of East Asian languages.
func formatOf(id int, custom map[int]string) format {
	if code, ok := custom[id]; ok {
		return meaning(code)
	}
	switch {
	case id >= 14 && id <= 17, id >= 27 && id <= 31, id == 36, id >= 50 && id <= 54, id == 57, id == 58:
		return formatDate
	case id >= 18 && id <= 21, id >= 32 && id <= 35, id == 45, id == 47, id == 55, id == 56:
		return formatClock
	case id == 22:
		return formatInstant
	case id == 46:
		return formatElapsed
	}
	return formatNumber
}

// meaning reads a format code: letters outside quotes, escapes and brackets
// stand for parts of a date or a time; m is a month unless hours or seconds are
// there and no day or year is.
func meaning(code string) format {
	code, _, _ = strings.Cut(code, ";")
	if strings.EqualFold(code, "General") {
		return formatNumber
	}
	var day, month, clock, elapsed bool
	for i := 0; i < len(code); i++ {
		switch c := code[i] | 0x20; {
		case code[i] == '"':
			i += 1 + max(0, strings.IndexByte(code[i+1:], '"'))
		case code[i] == '\\', code[i] == '_', code[i] == '*':
			i++
		case code[i] == '[':
			n := max(0, strings.IndexByte(code[i:], ']'))
			if inside := strings.ToLower(strings.Trim(code[i:i+n], "[")); inside != "" && strings.Trim(inside, "hms") == "" {
				elapsed = true
			}
			i += n
		case c == 'y' || c == 'd':
			day = true
		case c == 'm':
			month = true
		case c == 'h' || c == 's':
			clock = true
		}
	}
	switch {
	case day && clock:
		return formatInstant
	case elapsed:
		return formatElapsed
	case clock:
		return formatClock
	case day, month:
		return formatDate
	}
	return formatNumber
}

// appendNumber renders the number of a cell as its format means it.
func appendNumber(dst []byte, raw []byte, f format, zero epoch) []byte {
	if f == formatNumber && isPlain(raw) {
		return append(dst, raw...)
	}
	v, err := strconv.ParseFloat(string(raw), 64)
	if err != nil {
		return append(dst, raw...)
	}
	if f == formatNumber || v < 0 || v >= maxSerial+1 {
		return strconv.AppendFloat(dst, v, 'f', -1, 64)
	}
	days := math.Floor(v)
	seconds := int(math.Round((v - days) * 86400))
	if f == formatElapsed {
		return appendElapsed(dst, int(days)*86400+seconds)
	}
	if f == formatClock && days > 0 {
		f = formatInstant // its format hides the day
	}
	if time.Time(zero).Equal(time.Time(epoch1900)) && v < 60 && f != formatClock {
		days++
	}
	at := time.Time(zero).AddDate(0, 0, int(days)).Add(time.Duration(seconds) * time.Second)
	switch f {
	case formatDate:
		return time.Time(zero).AddDate(0, 0, int(days)).AppendFormat(dst, time.DateOnly)
	case formatClock:
		return at.AppendFormat(dst, time.TimeOnly)
	}
	return at.AppendFormat(dst, time.DateTime)
}

// isPlain reports whether a number is written in its shortest form: digits
// that a float64 holds exactly, without leading zeros.
func isPlain(raw []byte) bool {
	if len(raw) == 0 || len(raw) > 15 || raw[0] == '0' && len(raw) > 1 {
		return false
	}
	for _, c := range raw {
		if c < '0' || c > '9' {
			return false
		}
	}
	return true
}

func appendElapsed(dst []byte, seconds int) []byte {
	two := func(n int) {
		if n < 10 {
			dst = append(dst, '0')
		}
		dst = strconv.AppendInt(dst, int64(n), 10)
	}
	two(seconds / 3600)
	dst = append(dst, ':')
	two(seconds / 60 % 60)
	dst = append(dst, ':')
	two(seconds % 60)
	return dst
}
