package records

import (
	"strconv"
	"time"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
)

// AppendTexts appends what a cell holds as texts: none where it is absent,
// several where it is a list.
func AppendTexts(dst []string, col arrow.Array, i int) []string {
	if col.IsNull(i) {
		return dst
	}
	switch v := col.(type) {
	case *array.String:
		return appendText(dst, v.Value(i))
	case *array.LargeString:
		return appendText(dst, v.Value(i))
	case *array.Dictionary:
		return AppendTexts(dst, v.Dictionary(), v.GetValueIndex(i))
	case array.ListLike:
		from, to := v.ValueOffsets(i)
		for at := from; at < to; at++ {
			dst = AppendTexts(dst, v.ListValues(), int(at))
		}
		return dst
	case *array.Float64:
		return append(dst, strconv.FormatFloat(v.Value(i), 'f', -1, 64))
	case *array.Float32:
		return append(dst, strconv.FormatFloat(float64(v.Value(i)), 'f', -1, 32))
	case *array.Date32:
		return append(dst, v.Value(i).ToTime().Format(time.DateOnly))
	case *array.Date64:
		return append(dst, v.Value(i).ToTime().Format(time.DateOnly))
	case *array.Timestamp:
		unit := v.DataType().(*arrow.TimestampType).Unit
		return append(dst, v.Value(i).ToTime(unit).UTC().Format(time.RFC3339Nano))
	case *array.Binary:
		return appendText(dst, string(v.Value(i)))
	}
	return append(dst, col.ValueStr(i))
}

func appendText(dst []string, text string) []string {
	if text == "" {
		return dst
	}
	return append(dst, text)
}
