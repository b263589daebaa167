package savfile

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// The formats of variables whose numbers are seconds.
const (
	formatDate     = 20
	formatTime     = 21
	formatDateTime = 22
	formatADate    = 23
	formatJDate    = 24
	formatDTime    = 25
	formatMonth    = 28 // of a year
	formatQuarter  = 29
	formatWeek     = 30
	formatEDate    = 38
	formatSDate    = 39
	formatMTime    = 40
	formatYMDHMS   = 41
)

// epoch is how many seconds lie between the first day of the Gregorian calendar,
// 1582-10-14, from which the format counts, and 1970.
const epoch = 12_219_379_200

// The seconds since 1970 of years 1 to 9999, half-open.
const (
	firstSecond = -62_135_596_800
	lastSecond  = 253_402_300_800
)

var instant = &arrow.TimestampType{Unit: arrow.Microsecond} // without a zone, as the files have them

// column makes the values of a variable those of a column.
type column struct {
	*variable
	order  binary.ByteOrder
	text   *decoder
	sysmis uint64
	typ    arrow.DataType
	labels map[string]string // of which texts take the place of values, nil for none
	alone  bool              // only labels: the second column of a variable
	number func(float64) bool
	string func([]byte) bool
	buffer []byte // of a text of several segments
}

// columnsOf returns the columns of a variable.
func columnsOf(v *variable, in *input, d *dictionary, text *decoder, o Options) []*column {
	c := &column{variable: v, order: in.order, text: text, sysmis: d.sysmis, typ: v.typ()}
	switch {
	case o.Missing != missingNull:
	case v.width > 0:
		c.string = v.missing.texts()
	default:
		c.number = v.missing.numbers(in.order)
	}
	if len(v.labels) == 0 || o.Labels == labelsCode {
		return []*column{c}
	}
	labelled := *c
	labelled.typ, labelled.labels = arrow.BinaryTypes.String, v.labels
	if o.Labels == labelsText {
		return []*column{&labelled}
	}
	labelled.alone = true
	return []*column{c, &labelled}
}

// title is what the column is called.
func (c *column) title(o Options) string {
	name := c.name
	if o.Names == namesLabel && c.variable.title != "" {
		name = c.variable.title
	}
	if c.alone {
		name += labelsSuffix
	}
	return name
}

// typ is the Arrow type of a variable's values.
func (v *variable) typ() arrow.DataType {
	if v.width > 0 {
		return arrow.BinaryTypes.String
	}
	switch v.format {
	case formatDate, formatADate, formatEDate, formatSDate, formatJDate, formatMonth, formatQuarter, formatWeek:
		return arrow.FixedWidthTypes.Date32
	case formatDateTime, formatYMDHMS:
		return instant
	case formatTime, formatDTime, formatMTime:
		return arrow.BinaryTypes.String
	}
	return arrow.PrimitiveTypes.Float64
}

// append appends the value that a case has to a builder of the column's type. It
// returns how many bytes that took, and the fault of a value that can't be read.
func (c *column) append(to array.Builder, row []byte) (size int, fault string) {
	if c.width > 0 {
		return c.appendText(to.(*array.StringBuilder), row)
	}
	b := row[8*c.element : 8*c.element+8]
	bits := c.order.Uint64(b)
	x := math.Float64frombits(bits)
	if bits == c.sysmis || math.IsNaN(x) || math.IsInf(x, 0) || c.number != nil && c.number(x) {
		to.AppendNull()
		return 8, ""
	}
	if c.labels != nil {
		label, ok := c.labels[string(b)]
		if !ok && !c.alone {
			if label, ok = plainText(x, c.format); !ok {
				fault = c.fault()
			}
		}
		return appendString(to.(*array.StringBuilder), label), fault
	}
	switch to := to.(type) {
	case *array.Float64Builder:
		to.Append(x)
	case *array.Date32Builder:
		if !inCalendar(x) {
			to.AppendNull()
			return 8, c.fault()
		}
		to.Append(arrow.Date32(math.Floor((x - epoch) / 86400)))
	case *array.TimestampBuilder:
		if !inCalendar(x) {
			to.AppendNull()
			return 8, c.fault()
		}
		to.Append(arrow.Timestamp(micros(x - epoch)))
	case *array.StringBuilder:
		text, ok := plainText(x, c.format)
		if !ok {
			fault = c.fault()
		}
		return appendString(to, text), fault
	}
	return 8, ""
}

func (c *column) fault() string {
	return fmt.Sprintf("bad_date: the variable %s has a value that is no date or time", c.name)
}

func (c *column) appendText(to *array.StringBuilder, row []byte) (size int, fault string) {
	raw := trim(c.raw(row))
	switch {
	case len(raw) == 0, c.string != nil && c.string(raw):
		to.AppendNull()
		return 4, ""
	case c.labels != nil:
		label, ok := c.labels[string(raw)]
		if ok || c.alone {
			return appendString(to, label), ""
		}
	}
	text, ok := c.text.decode(raw)
	if !ok {
		fault = fmt.Sprintf("undecodable: the variable %s is not %s", c.name, c.text.name)
	}
	to.BinaryBuilder.Append(text)
	return 4 + len(text), fault
}

// raw returns the bytes of a text, valid until the next call.
func (c *column) raw(row []byte) []byte {
	at := 8 * c.element
	if c.width <= segmentWidth {
		return row[at : at+c.width]
	}
	c.buffer = c.buffer[:0]
	segments, last := segmentsOf(c.width)
	for n := range segments {
		width := segmentWidth
		if n == segments-1 {
			width = last
		}
		c.buffer = append(c.buffer, row[at:at+width]...)
		at += 8 * segmentElements
	}
	return c.buffer[:min(len(c.buffer), c.width)]
}

func appendString(to *array.StringBuilder, text string) int {
	if text == "" {
		to.AppendNull()
	} else {
		to.Append(text)
	}
	return 4 + len(text)
}

// inCalendar reports whether a number of seconds is one of years 1 to 9999.
func inCalendar(x float64) bool { return firstSecond <= x-epoch && x-epoch < lastSecond }

// micros returns seconds in microseconds, to the nearest.
func micros(seconds float64) int64 {
	whole := math.Floor(seconds)
	return int64(whole)*1e6 + int64(math.Round((seconds-whole)*1e6))
}

// plainText returns a number as text in the way of its format; ok is false where
// it is no date or time, as the format says.
func plainText(x float64, format byte) (text string, ok bool) {
	v := variable{format: format}
	switch v.typ() {
	case arrow.FixedWidthTypes.Date32:
		if !inCalendar(x) {
			return "", false
		}
		return arrow.Date32(math.Floor((x - epoch) / 86400)).FormattedString(), true
	case instant:
		if !inCalendar(x) {
			return "", false
		}
		return arrow.Timestamp(micros(x - epoch)).ToTime(arrow.Microsecond).Format("2006-01-02 15:04:05.999999"), true
	case arrow.BinaryTypes.String:
		if math.Abs(x) >= lastSecond {
			return "", false
		}
		return duration(micros(x)), true
	}
	return strconv.FormatFloat(x, 'f', -1, 64), true
}

// duration writes a time of day, or a duration, as hours, minutes and seconds.
func duration(micros int64) string {
	sign := ""
	if micros < 0 {
		sign, micros = "-", -micros
	}
	seconds, rest := micros/1e6, micros%1e6
	text := fmt.Sprintf("%s%02d:%02d:%02d", sign, seconds/3600, seconds/60%60, seconds%60)
	if rest > 0 {
		text += strings.TrimRight(fmt.Sprintf(".%06d", rest), "0")
	}
	return text
}
