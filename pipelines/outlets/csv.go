package outlets

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"unicode/utf8"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/schemas"
)

// byteOrderMark tells Excel that a file is UTF-8.
const byteOrderMark = "\uFEFF"

// CSV replaces the folder dir by one of a file <table>.csv per table: RFC 4180
// with commas, CRLF and a header, in UTF-8 with a byte order mark. Dates are
// ISO 8601, timestamps RFC 3339 in UTC, decimals plain; null and the empty text
// are both empty.
//
// A text that a spreadsheet would read as a formula gets an apostrophe in front
// (see defused), so a program that wants the exact values reads Parquet.
func CSV(ctx context.Context, r connectors.Reader, q Query, tables []schemas.Table, dir string) error {
	return Folder(dir, filesOf(tables, ".csv"), func(dir string) error {
		for _, t := range tables {
			if err := csvFile(ctx, r, q, t, filepath.Join(dir, t.Name+".csv")); err != nil {
				return fmt.Errorf("csv of table %s: %w", t.Name, err)
			}
		}
		return nil
	})
}

func csvFile(ctx context.Context, r connectors.Reader, q Query, t schemas.Table, path string) error {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, privateFile)
	if err != nil {
		return failure(err)
	}
	defer file.Close() // again, when all went well
	out := bufio.NewWriterSize(file, 1<<18)
	if _, err := out.WriteString(byteOrderMark + strings.Join(t.ColumnNames(), ",") + "\r\n"); err != nil {
		return failure(err)
	}
	var line, text []byte
	err = read(ctx, r, q, t, func(rec arrow.Record) error {
		for row := range int(rec.NumRows()) {
			line = line[:0]
			for i, c := range t.Columns {
				if i > 0 {
					line = append(line, ',')
				}
				values := rec.Column(i)
				if values.IsNull(row) {
					continue
				}
				if s, ok := values.(*array.String); ok {
					text = append(text[:0], defused(s.Value(row), c)...)
					line = appendField(line, text)
				} else {
					line = appendValue(line, values, row)
				}
			}
			if len(line) == 0 { // the one column is empty; readers skip an empty line
				line = append(line, `""`...)
			}
			if _, err := out.Write(append(line, '\r', '\n')); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return failure(err)
	}
	if err := out.Flush(); err != nil {
		return failure(err)
	}
	return failure(file.Close())
}

// AppendText appends a text as a field of CSV, in the form in which a
// spreadsheet takes it for a text and not for a formula.
func AppendText(dst []byte, text string) []byte {
	return appendField(dst, []byte(defused(text, schemas.Column{})))
}

// appendField appends a text as a field. Unlike encoding/csv it leaves line
// breaks inside a text as they are: Excel shows a line feed as a line break
// and a carriage return as rubbish.
func appendField(dst, text []byte) []byte {
	if !bytes.ContainsAny(text, "\",\r\n") && (len(text) == 0 || text[0] != ' ' && text[len(text)-1] != ' ') {
		return append(dst, text...)
	}
	dst = append(dst, '"')
	for _, b := range text {
		if b == '"' {
			dst = append(dst, '"')
		}
		dst = append(dst, b)
	}
	return append(dst, '"')
}

// defused returns a text as a spreadsheet may read it: with an apostrophe in
// front where it would otherwise be taken for a formula, which could send the
// row somewhere or start a program.
//
// A telephone number in a Contact column, + and digits and nothing else, stays
// as it is: as a formula it is only a number, and people dial and import these.
func defused(s string, c schemas.Column) string {
	if !looksLikeFormula(s) || c.Personal == schemas.Contact && isPhoneNumber(s) {
		return s
	}
	return "'" + s
}

// looksLikeFormula reports whether a text begins as OWASP's page on CSV
// injection lists it: with a sign that starts a formula, also in the wide form
// that East Asian versions take for it, or with a character that is skipped
// before one.
func looksLikeFormula(s string) bool {
	switch first, _ := utf8.DecodeRuneInString(s); first {
	case '=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠':
		return true
	}
	return false
}

// isPhoneNumber reports whether s is + and digits.
func isPhoneNumber(s string) bool {
	digits, ok := strings.CutPrefix(s, "+")
	return ok && digits != "" && strings.Trim(digits, "0123456789") == ""
}
