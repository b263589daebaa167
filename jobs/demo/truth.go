package demo

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
)

// Truth says what Generate wrote and how much of it is one.
type Truth struct {
	Customers int            `json:"customers"`  // true customers
	Records   int            `json:"records"`    // records of them in all sources: rows of truth/records.csv
	Pairs     int            `json:"true_pairs"` // pairs of records that are one customer
	Sources   map[string]int `json:"records_by_source"`
	Kinds     map[string]int `json:"customers_by_kind"`
	Files     []FileRows     `json:"files"`
	Bad       BadRows        `json:"bad_order_lines"`
	Register  RegisterRows   `json:"register"`
}

// RegisterRows counts what is in the extract of the register.
type RegisterRows struct {
	Enterprises  int `json:"enterprises"`
	LegalPersons int `json:"legal_persons"` // the others are natural persons
	Strangers    int `json:"strangers"`     // firms that are in no source
}

// FileRows is one file, with its path below the folder of the demo, and its
// rows of data, header and blank rows not counted.
type FileRows struct {
	Path string `json:"path"`
	Rows int    `json:"rows"`
}

// BadRows counts the order lines that were spoilt on purpose.
type BadRows struct {
	Dates   int `json:"impossible_dates"`
	Numbers int `json:"bad_numbers"`
	Ragged  int `json:"ragged_rows"`
	Bytes   int `json:"undecodable_bytes"`
}

// writeTruth writes which customer each record is, and how the register has each firm.
func (g *generator) writeTruth(truth *Truth, report func(int) error) (err error) {
	truth.Customers = g.Customers
	truth.Sources, truth.Kinds = map[string]int{}, map[string]int{}
	file, err := create(g.Dir, "truth/records.csv")
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(file, 1<<16)
	defer func() { err = errors.Join(err, out.Flush(), file.Close()) }()
	_, _ = out.WriteString("source,record_id,customer,kind\n") // bufio keeps the error for Flush
	firms, err := newFirmsFile(g.Dir)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, firms.close()) }()
	for i := range g.Customers {
		if err := report(i); err != nil {
			return err
		}
		c := g.customer(i)
		records := g.records(c)
		truth.Kinds[c.kind.String()]++
		truth.Records += len(records)
		truth.Pairs += len(records) * (len(records) - 1) / 2
		for _, r := range records {
			truth.Sources[r.source.String()]++
			if _, err := fmt.Fprintf(out, "%s,%s,%d,%s\n", r.source, r.id, i, c.kind); err != nil {
				return fmt.Errorf("write truth: %w", err)
			}
		}
		if c.kind != private {
			s, _ := g.stands(c, records)
			firms.write(c, s)
		}
	}
	return nil
}

// writeSummary writes the figures of the truth.
func (g *generator) writeSummary(truth Truth) (err error) {
	file, err := create(g.Dir, "truth/summary.json")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, file.Close()) }()
	encoder := json.NewEncoder(file)
	encoder.SetIndent("", "  ")
	return encoder.Encode(truth)
}
