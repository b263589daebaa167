package jobs

import (
	"context"
	"fmt"
	"io"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"
	"github.com/spf13/cobra"

	"clientele/connectors/parquetio"
	"clientele/jobs/demo"
)

type personsOptions struct {
	file    string
	records int
	seed    uint64
}

func (a *app) demoPersonsCommand() *cobra.Command {
	var o personsOptions
	cmd := &cobra.Command{
		Use:   "persons FILE",
		Short: "Make a Parquet file of fictitious persons with known duplicates",
		Long: `Writes records of private persons to FILE, a fifth of them second records of a person
who has another, misspelt and incomplete as people type them. The column cluster says
which person each record is of: it is the truth for clientele match evaluate.`,
		Example: `  clientele demo persons persons.parquet --records 100000
  clientele match run persons.parquet --out matched
  clientele match evaluate --in matched --truth persons.parquet`,
		Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			a.command = "demo persons"
			o.file = args[0]
			return a.demoPersons(cmd.Context(), o)
		},
	}
	cmd.Flags().IntVar(&o.records, "records", 100_000, "records")
	cmd.Flags().Uint64Var(&o.seed, "seed", 1, "seed: the same one makes the same file")
	return cmd
}

func (a *app) demoPersons(ctx context.Context, o personsOptions) error {
	if o.records < 1 {
		return &usageError{fmt.Errorf("--records %d makes no file", o.records)}
	}
	if err := writePersons(ctx, o); err != nil {
		return err
	}
	return a.done(fmt.Sprintf("%d records", o.records), map[string]any{"file": o.file, "records": o.records}, func(w io.Writer) error {
		_, err := fmt.Fprintf(w, "%s records of persons in %s\n", thousands(int64(o.records)), o.file)
		return err
	})
}

// writePersons writes a file of persons, a batch at a time.
func writePersons(ctx context.Context, o personsOptions) error {
	var fields []arrow.Field
	for _, name := range demo.PersonColumns {
		fields = append(fields, arrow.Field{Name: name, Type: arrow.BinaryTypes.String, Nullable: true})
	}
	schema := arrow.NewSchema(fields, nil)
	w, err := parquetio.Create(o.file, schema)
	if err != nil {
		return err
	}
	defer func() { _ = w.Abort() }() // nothing after Close
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	const batch = 1 << 14
	flush := func() error {
		rec := b.NewRecord()
		defer rec.Release()
		if err := ctx.Err(); err != nil {
			return err
		}
		return w.Write(rec)
	}
	n := 0
	for r := range demo.Persons(o.seed, o.records) {
		for at, text := range r.Row() {
			if text == "" {
				b.Field(at).AppendNull()
			} else {
				b.Field(at).(*array.StringBuilder).Append(text)
			}
		}
		if n++; n%batch == 0 {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	if err := flush(); err != nil {
		return err
	}
	return w.Close()
}
