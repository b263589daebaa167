package csvfile

import (
	"errors"
	"slices"
	"strconv"

	"clientele/connectors/objects"
	"clientele/schemas/option"
)

// Options says how the files of a source are written. Spec gives them their
// defaults.
type Options struct {
	Delimiter rune
	// Quote is 0 for files without quoting.
	Quote rune
	// Header is the line of the header, counted from 1 after the skipped rows;
	// 0 when there is none.
	Header int
	// Columns are names for the columns, in place of those of a header.
	Columns  []string
	Encoding string
	Decimal  rune
	// Thousands is 0 where numbers are not grouped.
	Thousands rune
	SkipRows  int
	// Comment is 0 when no line is a comment.
	Comment rune
	// Variant is what wrote the files, where that matters, "" for none.
	Variant string
	// Null are texts that stand for an absent value; the empty one always does.
	Null []string
	// Store says how files elsewhere are reached.
	Store objects.Options
}

// The encodings of Options.Encoding.
const (
	encodingUTF8   = "utf-8"
	encoding1252   = "windows-1252"
	encodingLatin1 = "iso-8859-1"
	encodingLatin9 = "iso-8859-15"
)

// variantFlamingo are the exports of Flamingo, which keeps what Contact Form 7 sends.
const variantFlamingo = "flamingo"

// Spec returns the description of the options, bound to o.
func (o *Options) Spec() *option.Spec {
	s := option.New("csv", "Delimited text files, one row per record. Gzipped files are unpacked by themselves; "+
		"lines may end in LF, CRLF or CR.")
	s.Rune(&o.Delimiter, "delimiter", ',', "the character between two fields").Example(`";"`).Example("tab")
	s.Rune(&o.Quote, "quote", '"', "the character around fields that hold delimiters or line breaks, doubled inside them; none for files without quoting").Example("none")
	o.Header = 1
	header := s.Func("header", "true | false | line", "whether the first line names the columns, or the line that does; lines before it are passed over", o.setHeader)
	header.Default = "true"
	header.Example("false").Example("4")
	s.Strings(&o.Columns, "columns", "names of the columns, in place of those of the header").Example("[id, name, email]")
	s.Enum(&o.Encoding, "encoding", encodingUTF8, []string{encodingUTF8, encoding1252, encodingLatin1, encodingLatin9},
		"how characters are written; a byte order mark of UTF-8 or UTF-16 goes before this option").Example(encoding1252)
	s.Rune(&o.Decimal, "decimal", '.', "the decimal separator of numbers").Example(`","`)
	s.Rune(&o.Thousands, "thousands", 0, "the separator of thousands in numbers").Example(`"."`)
	s.Int(&o.SkipRows, "skip_rows", 0, 0, 1_000_000, "lines to pass over at the start of a file").Example("2")
	s.Rune(&o.Comment, "comment", 0, "a line that begins with this character is passed over").Example(`"#"`)
	s.Enum(&o.Variant, "variant", "", []string{variantFlamingo}, "what wrote the files, where more than the dialect differs. flamingo: the form store of WordPress puts a warning before what begins with = + - or @, like a telephone number, and it is taken off again").Example(variantFlamingo)
	s.Strings(&o.Null, "null", "texts that stand for an absent value, beside the empty one").Example("[NA, NULL]")
	o.Store.Spec(s)
	s.Check(o.check)
	return s
}

func (o *Options) setHeader(text string) error {
	switch text {
	case "true":
		o.Header = 1
		return nil
	case "false":
		o.Header = 0
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		return errors.New("must be true, false or the number of a line from 1")
	}
	o.Header = n
	return nil
}

func (o *Options) check() error {
	marks := []rune{o.Delimiter, o.Quote, o.Comment}
	for i, r := range marks {
		switch {
		case r > 0x7e || r == '\n' || r == '\r':
			return errors.New("delimiter, quote and comment must be ASCII characters other than line ends")
		case r != 0 && slices.Contains(marks[:i], r):
			return errors.New("delimiter, quote and comment must differ")
		}
	}
	if o.Delimiter == 0 {
		return errors.New("delimiter can't be none")
	}
	if o.Decimal == 0 || o.Decimal == o.Thousands {
		return errors.New("decimal must be a character, and another than thousands")
	}
	return nil
}
