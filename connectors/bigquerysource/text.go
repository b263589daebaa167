package bigquerysource

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// text writes a value that is not null with all that it holds: a decimal number
// with its digits, an ARRAY as JSON.
func text(col arrow.Array, i int) string {
	switch col := col.(type) {
	case *array.Decimal128:
		return digits(col.Value(i).BigInt(), col.DataType().(*arrow.Decimal128Type).Scale)
	case *array.Decimal256:
		return digits(col.Value(i).BigInt(), col.DataType().(*arrow.Decimal256Type).Scale)
	case *array.Binary:
		return base64.StdEncoding.EncodeToString(col.Value(i))
	case *array.Date32:
		return col.Value(i).FormattedString()
	case *array.Time64:
		return col.Value(i).ToTime(col.DataType().(*arrow.Time64Type).Unit).Format("15:04:05.999999")
	case *array.Timestamp:
		t := col.DataType().(*arrow.TimestampType)
		at := col.Value(i).ToTime(t.Unit)
		if t.TimeZone == "" {
			return at.Format("2006-01-02T15:04:05.999999")
		}
		return at.Format(time.RFC3339Nano)
	case *array.List, *array.Struct:
		var b bytes.Buffer
		writeJSON(&b, col, i)
		return b.String()
	}
	return col.ValueStr(i)
}

// digits writes a whole number of last decimals without what it does not need.
func digits(n *big.Int, decimals int32) string {
	s := new(big.Int).Abs(n).String()
	if missing := int(decimals) + 1 - len(s); missing > 0 {
		s = strings.Repeat("0", missing) + s
	}
	if decimals > 0 {
		s = strings.TrimRight(strings.TrimRight(s[:len(s)-int(decimals)]+"."+s[len(s)-int(decimals):], "0"), ".")
	}
	if n.Sign() < 0 {
		return "-" + s
	}
	return s
}

// writeJSON writes a value as JSON, the fields of a STRUCT in their order.
func writeJSON(b *bytes.Buffer, col arrow.Array, i int) {
	if col.IsNull(i) {
		b.WriteString("null")
		return
	}
	switch col := col.(type) {
	case *array.List:
		from, to := col.ValueOffsets(i)
		b.WriteByte('[')
		for at := from; at < to; at++ {
			if at > from {
				b.WriteByte(',')
			}
			writeJSON(b, col.ListValues(), int(at))
		}
		b.WriteByte(']')
	case *array.Struct:
		b.WriteByte('{')
		for f, field := range col.DataType().(*arrow.StructType).Fields() {
			if f > 0 {
				b.WriteByte(',')
			}
			quote(b, field.Name)
			b.WriteByte(':')
			writeJSON(b, col.Field(f), i)
		}
		b.WriteByte('}')
	case *array.Boolean:
		b.WriteString(strconv.FormatBool(col.Value(i)))
	case *array.Int64, *array.Decimal128, *array.Decimal256:
		b.WriteString(text(col, i))
	case *array.Float64:
		if x := col.Value(i); unfit(x) { // for which JSON has no number
			quote(b, strconv.FormatFloat(x, 'g', -1, 64))
		} else {
			b.WriteString(strconv.FormatFloat(x, 'g', -1, 64))
		}
	default:
		quote(b, text(col, i))
	}
}

func quote(b *bytes.Buffer, s string) {
	e := json.NewEncoder(b)
	e.SetEscapeHTML(false)
	_ = e.Encode(s) // a text always can be
	b.Truncate(b.Len() - 1)
}
