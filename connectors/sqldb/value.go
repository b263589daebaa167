package sqldb

import (
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"

	"clientele/connectors/textrows"
)

// put appends a value as a driver gives it, and returns about how many bytes it
// takes; ok is false for one that the column can't hold as it is, which is not
// appended.
func put(b array.Builder, value any, single bool) (bytes int, ok bool) {
	if value == nil {
		b.AppendNull()
		return 0, true
	}
	switch b := b.(type) {
	case *array.Int64Builder:
		n, ok := integer(value)
		if ok {
			b.Append(n)
		}
		return 8, ok
	case *array.Float64Builder:
		x, ok := float(value, single)
		if ok {
			b.Append(x)
		}
		return 8, ok
	case *array.BooleanBuilder:
		v, ok := value.(bool)
		if ok {
			b.Append(v)
		}
		return 1, ok
	case *array.Decimal128Builder:
		n, ok := exact(text(value), b.Type().(*arrow.Decimal128Type))
		if ok {
			b.Append(n)
		}
		return 16, ok
	case *array.Date32Builder:
		t, none, ok := moment(value)
		switch {
		case none:
			b.AppendNull()
		case ok:
			b.Append(arrow.Date32FromTime(t))
		}
		return 4, ok
	case *array.TimestampBuilder:
		t, none, ok := moment(value)
		switch {
		case none:
			b.AppendNull()
		case ok:
			b.Append(arrow.Timestamp(t.UnixMicro()))
		}
		return 8, ok
	case *array.StringBuilder:
		s := text(value)
		b.Append(s)
		return len(s), true
	case *array.BinaryBuilder:
		switch v := value.(type) {
		case []byte:
			b.Append(v)
			return len(v), true
		case string:
			b.AppendString(v)
			return len(v), true
		}
	}
	return 0, false
}

func integer(value any) (int64, bool) {
	switch v := value.(type) {
	case int64:
		return v, true
	case uint64:
		return int64(v), v <= 1<<63-1
	case []byte:
		n, err := strconv.ParseInt(string(v), 10, 64)
		return n, err == nil
	}
	return 0, false
}

// float returns a number of 64 bits. One of 32 bits becomes the number that it
// is written as: 0.1, and not 0.10000000149.
func float(value any, single bool) (float64, bool) {
	var x float64
	switch v := value.(type) {
	case float32:
		x, single = float64(v), true
	case float64:
		x = v
	case int64:
		x = float64(v)
	case []byte:
		var err error
		if x, err = strconv.ParseFloat(string(v), 64); err != nil {
			return 0, false
		}
	default:
		return 0, false
	}
	if single {
		short, err := strconv.ParseFloat(strconv.FormatFloat(x, 'g', -1, 32), 64)
		return short, err == nil
	}
	return x, true
}

// text returns a value as text, with all its digits.
func text(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case []byte:
		return string(v)
	case int64:
		return strconv.FormatInt(v, 10)
	case uint64:
		return strconv.FormatUint(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		return strconv.FormatBool(v)
	case time.Time:
		return v.Format(time.RFC3339Nano)
	}
	return ""
}

// exact reads a decimal number without rounding it.
func exact(s string, typ *arrow.Decimal128Type) (decimal128.Num, bool) {
	whole, fraction, _ := strings.Cut(s, ".")
	if extra := len(fraction) - int(typ.Scale); extra > 0 {
		if strings.Trim(fraction[typ.Scale:], "0") != "" {
			return decimal128.Num{}, false
		}
		fraction = fraction[:typ.Scale]
	}
	if strings.TrimLeft(whole+fraction, "-") == "" {
		return decimal128.Num{}, false
	}
	digits := whole + fraction + strings.Repeat("0", int(typ.Scale)-len(fraction))
	if len(digits) <= 18 {
		n, err := strconv.ParseInt(digits, 10, 64)
		return decimal128.FromI64(n), err == nil
	}
	n, ok := new(big.Int).SetString(digits, 10)
	if !ok || n.BitLen() > 127 {
		return decimal128.Num{}, false
	}
	num := decimal128.FromBigInt(n)
	return num, num.FitsInPrecision(typ.Precision)
}

// zeroDate is how MySQL writes that there is no date.
const zeroDate = "0000-00-00"

// moment returns a date or time; none says that MySQL holds its date that is
// none.
func moment(value any) (t time.Time, none, ok bool) {
	switch v := value.(type) {
	case time.Time:
		return v, false, true
	case string, []byte:
		s := text(v)
		if day, clock, _ := strings.Cut(s, " "); day == zeroDate && strings.Trim(clock, "0:.") == "" {
			return time.Time{}, true, true
		}
		for _, layout := range []string{time.DateOnly, time.DateTime} {
			if t, err := time.Parse(layout, s); err == nil {
				return t, false, true
			}
		}
	}
	return time.Time{}, false, false
}

// columnNames are the names of a relation's columns as batches have them.
func columnNames(rel *relation) []string {
	names := make([]string, len(rel.columns))
	for i, c := range rel.columns {
		names[i] = c.name
	}
	return textrows.Columns(names)
}
