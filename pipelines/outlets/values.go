package outlets

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/decimal128"

	"clientele/schemas"
)

// appendValue appends the value of a row, which is not null and not a text, in
// the form that CSV has it.
func appendValue(dst []byte, values arrow.Array, row int) []byte {
	switch v := values.(type) {
	case *array.Int64:
		return strconv.AppendInt(dst, v.Value(row), 10)
	case *array.Float64:
		return strconv.AppendFloat(dst, v.Value(row), 'f', -1, 64)
	case *array.Boolean:
		return strconv.AppendBool(dst, v.Value(row))
	case *array.Date32:
		return v.Value(row).ToTime().AppendFormat(dst, time.DateOnly)
	case *array.Timestamp:
		return time.UnixMicro(int64(v.Value(row))).UTC().AppendFormat(dst, time.RFC3339Nano)
	case *array.Decimal128:
		return appendDecimal(dst, v.Value(row))
	}
	return append(dst, values.ValueStr(row)...)
}

// one is 1 in units of the last digit of schemas.Decimal.
var one = int64(math.Pow10(schemas.DecimalScale))

// unscaled returns a schemas.Decimal in units of its last digit; its 18 digits
// fit.
func unscaled(d decimal128.Num) int64 { return int64(d.LowBits()) }

// appendDecimal appends a schemas.Decimal without zeros at its end.
func appendDecimal(dst []byte, d decimal128.Num) []byte {
	units := unscaled(d)
	if units < 0 {
		dst, units = append(dst, '-'), -units
	}
	dst = strconv.AppendInt(dst, units/one, 10)
	fraction := strconv.FormatInt(one+units%one, 10)[1:] // with its zeros in front
	if fraction = strings.TrimRight(fraction, "0"); fraction != "" {
		dst = append(append(dst, '.'), fraction...)
	}
	return dst
}
