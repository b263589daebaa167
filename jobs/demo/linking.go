package demo

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// Firm is the truth about the number of one firm: a row of truth/firms.csv.
type Firm struct {
	Customer  string // as truth/records.csv has it
	Number    string // of the enterprise, or the VAT number of a foreign one; it had it until it stopped
	Standing  string // listed, natural person, foreign, dissolved or merged
	Changes   string // renamed, moved, bankrupt and the like, parted by "; "
	Successor string // number of the firm that took it over
	Numbered  bool   // a record of it holds its number
	Linkable  bool   // it is listed, and its records hold its number, or enough that agrees with the register
}

// The file of the truth about numbers, below the folder of the demo.
var (
	firmsFile    = filepath.Join("truth", "firms.csv")
	firmsColumns = []string{"customer", "number", "standing", "changes", "successor", "numbered", "linkable"}
)

// firmsWriter writes it; csv.Writer keeps the error for close.
type firmsWriter struct {
	*csv.Writer
	file *os.File
}

func newFirmsFile(dir string) (*firmsWriter, error) {
	file, err := create(dir, firmsFile)
	if err != nil {
		return nil, err
	}
	w := &firmsWriter{csv.NewWriter(file), file}
	_ = w.Write(firmsColumns)
	return w, nil
}

func (w *firmsWriter) write(c *customer, s standing) {
	_ = w.Write([]string{strconv.Itoa(c.index), c.number, s.fate.String(), strings.Join(s.changes, "; "), s.successor, strconv.FormatBool(s.numbered), strconv.FormatBool(s.linkable)})
}

func (w *firmsWriter) close() error {
	w.Flush()
	return errors.Join(w.Error(), w.file.Close())
}

// Firms reads the truth about numbers that Generate wrote in a folder.
func Firms(dir string) (firms []Firm, err error) {
	f, err := os.Open(filepath.Join(dir, firmsFile))
	if err != nil {
		return nil, fmt.Errorf("read truth: %w", err)
	}
	defer f.Close()
	rows := csv.NewReader(f)
	for first := true; ; first = false {
		r, err := rows.Read()
		switch {
		case errors.Is(err, io.EOF):
			return firms, nil
		case err != nil:
			return nil, fmt.Errorf("read truth: %w", err)
		case first && !slices.Equal(r, firmsColumns):
			return nil, fmt.Errorf("read truth: %s has other columns", firmsFile)
		case !first:
			firms = append(firms, Firm{r[0], r[1], r[2], r[3], r[4], r[5] == "true", r[6] == "true"})
		}
	}
}

// Linked counts how firms were linked to their numbers.
type Linked struct {
	Firms int `json:"firms"`
	Right int `json:"right"`
	Wrong int `json:"wrong"` // another firm's number
}

func (l *Linked) add(right, wrong bool) {
	l.Firms++
	switch {
	case wrong:
		l.Wrong++
	case right:
		l.Right++
	}
}

// Linking says how right the numbers are that firms were given.
type Linking struct {
	Linkable Linked `json:"linkable"`
	// Numbered are those of them of which a record holds the number, Bare the others,
	// which must be found by what else is known of them.
	Numbered Linked `json:"with_a_number"`
	Bare     Linked `json:"without_a_number"`
	// Others can't be linked: foreign firms, natural persons, firms that stopped, and
	// those of which too little is known. None of them should get another one's number.
	Others Linked `json:"others"`
}

// Link compares the numbers that firms were given with the truth; given has, by the
// customer of truth/records.csv, the numbers of all records of the firm. A firm with any
// number of another one is wrong, even beside its own. A firm that was taken over may have
// its successor's.
func Link(firms []Firm, given map[string][]string) (out Linking) {
	for _, f := range firms {
		right, wrong := false, false
		for _, n := range given[f.Customer] {
			switch n {
			case f.Number, f.Successor:
				right = true
			default:
				wrong = true
			}
		}
		switch {
		case !f.Linkable:
			out.Others.add(right, wrong)
			continue
		case f.Numbered:
			out.Numbered.add(right, wrong)
		default:
			out.Bare.add(right, wrong)
		}
		out.Linkable.add(right, wrong)
	}
	return out
}
