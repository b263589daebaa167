package registers

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"
	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/registry"
)

// Landed is a question about a firm with what a register answered, as nights land
// it: a row of a delivery.
type Landed struct {
	By      registry.Key
	Number  string
	AskedOn registry.Date // of a copy, the day that it is of
	Calls   int64         // that it took
	// Answers are byte for byte what came; none where a copy knows no such firm.
	Answers []registry.Answer
}

// Key is the question in one text, which tells it from others to the same register.
func (l Landed) Key() string { return key(l.By, l.Number) }

func key(by registry.Key, number string) string { return string(by) + "=" + number }

// Hash is the SHA-256 of what was answered, whenever that was.
func (l Landed) Hash() string {
	sum := sha256.New()
	for _, a := range l.Answers {
		fmt.Fprintf(sum, "%q %q %q %d %d\n", a.Call, a.About, a.Media, a.Status, len(a.Body))
		sum.Write(a.Body)
	}
	return hex.EncodeToString(sum.Sum(nil))
}

// Columns are those of landed answers behind the lineage.
var landedColumns = []string{"asked_by", "number", "asked_on", "calls", "answers"}

// LandedSchema is that of landed answers.
func LandedSchema() *arrow.Schema { return connectors.TextSchema(landedColumns) }

// WriteLanded makes a batch of landed answers, the first of which stands in row
// first of the delivery.
func WriteLanded(list []Landed, first int64) (arrow.Record, error) {
	b := array.NewRecordBuilder(memory.DefaultAllocator, LandedSchema())
	defer b.Release()
	for i, l := range list {
		answers, err := json.Marshal(l.Answers)
		if err != nil {
			return nil, fmt.Errorf("write answers: %w", err)
		}
		b.Field(0).(*array.Int64Builder).Append(first + int64(i))
		b.Field(1).AppendNull()
		b.Field(2).AppendNull()
		for at, text := range []string{string(l.By), l.Number, string(l.AskedOn), strconv.FormatInt(l.Calls, 10), string(answers)} {
			b.Field(3 + at).(*array.StringBuilder).Append(text)
		}
	}
	return b.NewRecord(), nil
}

// ReadLanded reads a batch of landed answers. Errors name the row and quote nothing.
func ReadLanded(rec arrow.Record) ([]Landed, error) {
	if !rec.Schema().Equal(LandedSchema()) {
		return nil, connectors.Errorf(connectors.KindData, "bad_answers", "take the delivery back: clientele deliveries withdraw", "these are no answers of a register")
	}
	out := make([]Landed, rec.NumRows())
	for i := range out {
		text := func(at int) string { return rec.Column(3 + at).(*array.String).Value(i) }
		l := Landed{By: registry.Key(text(0)), Number: text(1), AskedOn: registry.Date(text(2))}
		var err error
		if l.Calls, err = strconv.ParseInt(text(3), 10, 64); err == nil {
			err = json.Unmarshal([]byte(text(4)), &l.Answers)
		}
		if err != nil {
			return nil, connectors.Errorf(connectors.KindData, "bad_answers", "take the delivery back: clientele deliveries withdraw", "row %d holds no answers of a register", rec.Column(0).(*array.Int64).Value(i))
		}
		out[i] = l
	}
	return out, nil
}
