package schemas

import (
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/decimal128"
)

// The columns that stand before a source's own in the rows as they are read and
// landed: they say where each row stands.
const (
	// RawRow is where the row stands, as a person would look it up: the line of
	// a text file on which the row begins, the row of a sheet, the ordinal of a
	// record. It starts at 1 and grows from row to row of a part.
	RawRow = "_row"
	// RawPart is the sheet or member within the delivery, null where there is
	// only one.
	RawPart = "_part"
	// RawFault says why the row as a whole can't be used ("ragged: 7 fields, the
	// header has 8"), null for a good one. Its first word is the code.
	RawFault = "_fault"
)

// RawLineage returns the fields of the columns above, in order.
func RawLineage() []arrow.Field {
	return []arrow.Field{
		{Name: RawRow, Type: arrow.PrimitiveTypes.Int64},
		{Name: RawPart, Type: arrow.BinaryTypes.String, Nullable: true},
		{Name: RawFault, Type: arrow.BinaryTypes.String, Nullable: true},
	}
}

// Format says how the texts of a source write numbers and times.
type Format struct {
	// Decimal is the decimal separator, '.' where it is 0.
	Decimal rune
	// Thousands is the separator of thousands, 0 for none.
	Thousands rune
	// DateLayouts are layouts, as package time has them, in which the source
	// itself is known to write dates and instants (a workbook's cells); they are
	// tried after the layout that a mapping declares.
	DateLayouts []string
}

// DecimalText writes a decimal number with all decimals of its scale. Arrow's own
// text is that of a binary fraction near by.
func DecimalText(n decimal128.Num, scale int32) string {
	digits := n.BigInt().String()
	sign := ""
	if digits[0] == '-' {
		sign, digits = "-", digits[1:]
	}
	if scale <= 0 {
		return sign + digits + strings.Repeat("0", int(-scale))
	}
	if missing := int(scale) + 1 - len(digits); missing > 0 {
		digits = strings.Repeat("0", missing) + digits
	}
	point := len(digits) - int(scale)
	return sign + digits[:point] + "." + digits[point:]
}
