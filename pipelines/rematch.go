package pipelines

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/apache/arrow/go/v15/arrow"
	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/schemas"
	"clientele/transforms/delta"
	"clientele/transforms/load"
	"clientele/transforms/match"
	"clientele/transforms/match/blocking"
)

// rematch matches what changed since the night before, and reports whether that is enough: not
// where the base keeps nothing of the matching before, nor where all must be matched.
func (n *nightTx) rematch(ctx context.Context, engine *match.Probabilistic, absences []load.Absence) (bool, error) {
	unnumbered, err := count(ctx, n.tx, "SELECT COUNT(*) AS n FROM "+n.table("base_members")+" WHERE number IS NULL")
	if err != nil || unnumbered > 0 {
		return false, err
	}
	parties, err := count(ctx, n.tx, "SELECT COUNT(*) AS n FROM "+n.table("base_members"))
	if err != nil {
		return false, err
	}
	if err := n.script(ctx)(delta.Numbered(n.d, n.ns)); err != nil {
		return false, err
	}
	kept := &keptMatching{n: n, ctx: ctx, absences: absences}
	changes := match.Changes{Most: max(int(parties)/2, 1000)}
	if err := n.tx.Read(ctx, "SELECT number, is_new FROM "+n.ns("numbered_changes")+" ORDER BY number ASC NULLS LAST", func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			party := int32(number(rec, 0, i))
			changes.Came = append(changes.Came, party)
			if number(rec, 1, i) == 0 {
				changes.Left = append(changes.Left, party)
			}
		}
		return nil
	}); err != nil {
		return false, err
	}
	if changes.Decided, err = n.redecided(ctx); err != nil {
		return false, err
	}
	engine.Keep = n.newKeeper(true)
	n.clusters, err = engine.Rematch(ctx, kept, changes)
	if errors.Is(err, match.ErrWhole) {
		n.keeper = nil
		return false, nil
	}
	n.partial = err == nil
	return n.partial, err
}

// keptMatching reads what the base keeps of the matching of the night before, and the parties
// of tonight.
type keptMatching struct {
	n        *nightTx
	ctx      context.Context
	absences []load.Absence
}

// Pairs returns the pairs of a kind of party.
func (k *keptMatching) Pairs(kind string) ([]match.KeptPair, error) {
	var out []match.KeptPair
	sql := fmt.Sprintf("SELECT number_a, number_b, weight, rule FROM %s WHERE kind = %s", k.n.table("base_pairs"), k.n.d.String(kind))
	err := k.n.tx.Read(k.ctx, sql, func(rec arrow.Record) error {
		a, b := rec.Column(0).(*array.Int64), rec.Column(1).(*array.Int64)
		weight, rule := rec.Column(2).(*array.Float64), rec.Column(3).(*array.Int64)
		for i := range int(rec.NumRows()) {
			out = append(out, match.KeptPair{A: int32(a.Value(i)), B: int32(b.Value(i)), Bits: float32(weight.Value(i)), Rule: uint8(rule.Value(i))})
		}
		return nil
	})
	return out, err
}

// Parties streams those of some parties that are there tonight.
func (k *keptMatching) Parties(numbers []int32) match.Reader {
	n := k.n
	return func(each func(arrow.Record) error) error {
		if len(numbers) == 0 {
			return nil
		}
		stage, err := n.stageNumbers(k.ctx, numbers)
		if err != nil {
			return err
		}
		parties, _ := schemas.Input("parties")
		parties = load.WithColumns(parties, n.engine.Columns())
		if err := n.script(k.ctx)(delta.Wanted(n.d, n.ns, parties, stage)); err != nil {
			return err
		}
		wanted := delta.WantedParties(n.ns)
		if err := n.exec(k.ctx, load.Slice(n.d, wanted, n.ns, parties, k.absences)...); err != nil {
			return err
		}
		return n.tx.Read(k.ctx, n.partiesOf(wanted("current_parties"), n.engine.Columns(), ", w.number",
			"JOIN "+n.ns("wanted_numbers")+" w ON w.source = p.source AND w.record_id = p.record_id"), each)
	}
}

// Numbers returns the numbers of records.
func (k *keptMatching) Numbers(records []match.Record) (map[match.Record]int32, error) {
	out := map[match.Record]int32{}
	if len(records) == 0 {
		return out, nil
	}
	table := schemas.Table{Name: "asked_records", Columns: []schemas.Column{{Name: "source", Type: schemas.String}, {Name: "record_id", Type: schemas.String}}}
	asked := map[match.Record]bool{}
	stage, err := k.n.stageRows(k.ctx, table, func(add func(...any) error) error {
		for _, r := range records {
			if asked[r] {
				continue
			}
			asked[r] = true
			if err := add(r.Source, r.ID); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	n := k.n
	sql := fmt.Sprintf(`SELECT m.source, m.record_id, m.number FROM %s m JOIN %s a ON a.source = m.source AND a.record_id = m.record_id
UNION ALL
SELECT c.source, c.record_id, c.number FROM %s c JOIN %s a ON a.source = c.source AND a.record_id = c.record_id WHERE c.is_new = 1`,
		n.table("base_members"), stage, n.ns("numbered_changes"), stage)
	err = n.tx.Read(k.ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			out[match.Record{Source: text(rec, 0, i), ID: text(rec, 1, i)}] = int32(number(rec, 2, i))
		}
		return nil
	})
	return out, err
}

// Blocks returns the blocks of a kind of party.
func (k *keptMatching) Blocks(kind string) blocking.Kept { return &keptBlocks{k, kind} }

type keptBlocks struct {
	*keptMatching
	kind string
}

// Sizes returns the number of parties of blocks.
func (k *keptBlocks) Sizes(blocks []blocking.ID) (map[blocking.ID]int32, error) {
	out := make(map[blocking.ID]int32, len(blocks))
	err := k.read("SELECT b.block, COUNT(*) AS parties", "block", "GROUP BY b.block", ids(blocks), func(rec arrow.Record) {
		block, n := rec.Column(0).(*array.Int64), rec.Column(1).(*array.Int64)
		for i := range int(rec.NumRows()) {
			out[blocking.ID(block.Value(i))] = int32(n.Value(i))
		}
	})
	return out, err
}

// Members returns who is in blocks.
func (k *keptBlocks) Members(blocks []blocking.ID) ([]blocking.Part, error) {
	return k.parts("block", ids(blocks))
}

// Parts returns the blocks of parties.
func (k *keptBlocks) Parts(parties []int32) ([]blocking.Part, error) {
	return k.parts("number", longs(parties))
}

func (k *keptBlocks) parts(column string, values []int64) (out []blocking.Part, err error) {
	err = k.read("SELECT b.block, b.part_of, b.number", column, "", values, func(rec arrow.Record) {
		block, of, party := rec.Column(0).(*array.Int64), rec.Column(1).(*array.Int64), rec.Column(2).(*array.Int64)
		for i := range int(rec.NumRows()) {
			part := blocking.Part{Block: blocking.ID(block.Value(i)), Record: int32(party.Value(i))}
			if of.IsValid(i) {
				part.Of = blocking.ID(of.Value(i))
			}
			out = append(out, part)
		}
	})
	return out, err
}

// read reads the rows of base_blocks that have one of some values in a column. Few values
// stand in the query, many are staged.
func (k *keptBlocks) read(sql, column, group string, values []int64, each func(arrow.Record)) error {
	n := k.n
	if len(values) == 0 {
		return nil
	}
	from, which := n.table("base_blocks")+" b", ""
	if len(values) <= 100 {
		texts := make([]string, len(values))
		for i, v := range values {
			texts[i] = fmt.Sprint(v)
		}
		which = " AND b." + column + " IN (" + strings.Join(texts, ", ") + ")"
	} else {
		stage, err := n.stageLongs(k.ctx, values)
		if err != nil {
			return err
		}
		from += " JOIN " + stage + " s ON s.number = b." + column
	}
	sql = fmt.Sprintf("%s FROM %s WHERE b.kind = %s%s %s", sql, from, n.d.String(k.kind), which, group)
	return n.tx.Read(k.ctx, sql, func(rec arrow.Record) error {
		each(rec)
		return nil
	})
}

func ids(blocks []blocking.ID) []int64 {
	out := make([]int64, len(blocks))
	for i, b := range blocks {
		out[i] = int64(b)
	}
	return out
}

func longs(numbers []int32) []int64 {
	out := make([]int64, len(numbers))
	for i, n := range numbers {
		out[i] = int64(n)
	}
	return out
}

// stageNumbers stages numbers of parties, each once, and returns the quoted name.
func (n *nightTx) stageNumbers(ctx context.Context, numbers []int32) (string, error) {
	return n.stageLongs(ctx, longs(numbers))
}

// stageLongs stages whole numbers as the column number of a table, and returns its quoted
// name.
func (n *nightTx) stageLongs(ctx context.Context, values []int64) (string, error) {
	table := schemas.Table{Name: "asked_numbers", Columns: []schemas.Column{{Name: "number", Type: schemas.Int}}}
	return n.stageRows(ctx, table, func(add func(...any) error) error {
		for _, v := range values {
			if err := add(v); err != nil {
				return err
			}
		}
		return nil
	})
}

// stageRows stages the rows that a function adds, and returns the quoted name.
func (n *nightTx) stageRows(ctx context.Context, t schemas.Table, rows func(add func(...any) error) error) (string, error) {
	stage := n.stageName(t.Name)
	file := n.project.temp(stage + ".parquet")
	if err := writeRows(file, t, rows); err != nil {
		return "", err
	}
	return n.d.Ident(stage), n.tx.Stage(ctx, stage, t, []string{file})
}

// keptDecision is a decision as the base keeps it.
type keptDecision struct {
	match.Link
	same bool
}

func decisionSet(d match.Decisions) []keptDecision {
	var out []keptDecision
	for _, l := range d.Same {
		out = append(out, keptDecision{l, true})
	}
	for _, l := range d.Different {
		out = append(out, keptDecision{l, false})
	}
	return out
}

// decisionsBefore are those that the night before heeded.
func (n *nightTx) decisionsBefore(ctx context.Context) (out []keptDecision, err error) {
	same := n.d.Ident("same")
	sql := fmt.Sprintf(`SELECT source_a, record_a, source_b, record_b, %s FROM %s
ORDER BY source_a ASC NULLS LAST, record_a ASC NULLS LAST, source_b ASC NULLS LAST, record_b ASC NULLS LAST`, same, n.table("base_decisions"))
	err = n.tx.Read(ctx, sql, func(rec arrow.Record) error {
		for i := range int(rec.NumRows()) {
			out = append(out, keptDecision{match.Link{A: match.Record{Source: text(rec, 0, i), ID: text(rec, 1, i)}, B: match.Record{Source: text(rec, 2, i), ID: text(rec, 3, i)}},
				rec.Column(4).(*array.Boolean).Value(i)})
		}
		return nil
	})
	return out, err
}

// redecided returns the records on which people decided since the night before, or took a
// decision back.
func (n *nightTx) redecided(ctx context.Context) ([]match.Record, error) {
	was, err := n.decisionsBefore(ctx)
	if err != nil {
		return nil, err
	}
	is := decisionSet(n.decided.Match())
	held, holds := map[keptDecision]bool{}, map[keptDecision]bool{}
	for _, d := range was {
		held[d] = true
	}
	var out []match.Record
	for _, d := range is {
		if holds[d] = true; !held[d] {
			out = append(out, d.A, d.B)
		}
	}
	for _, d := range was {
		if !holds[d] {
			out = append(out, d.A, d.B)
		}
	}
	return out, nil
}

// rejoined returns the clusters of touched parties: of those that changes concern as they came
// out tonight, of the others as they were.
func (n *nightTx) rejoined(ctx context.Context) (*match.Clusters, error) {
	tonight := n.clusters
	place := make(map[match.Record]int32, len(tonight.Parties))
	for i, p := range tonight.Parties {
		place[match.Record{Source: p.Source, ID: p.Record}] = int32(i)
	}
	out := &match.Clusters{Grey: tonight.Grey, Models: tonight.Models}
	first, before := map[int32]int32{}, map[string]int32{} // party of a cluster, by that of tonight and by the customer of the night before
	sql := n.partiesOf(n.rows("current_parties"), []string{"source", "record_id", "first_observed_on"}, ", m.customer_id, m.probability, m.matched_by, m.number",
		"LEFT JOIN "+n.table("base_members")+" m ON m.source = p.source AND m.record_id = p.record_id")
	err := n.tx.Read(ctx, sql, func(rec arrow.Record) error {
		days := rec.Column(2).(*array.Date32)
		for i := range int(rec.NumRows()) {
			at := int32(len(out.Parties))
			p := match.Party{Source: text(rec, 0, i), Record: text(rec, 1, i), FirstSeen: match.NoDate}
			if days.IsValid(i) {
				p.FirstSeen = int32(days.Value(i))
			}
			var root int32
			var rule string
			var probability float64
			if x, ok := place[match.Record{Source: p.Source, ID: p.Record}]; ok {
				root, rule, probability = founder(first, tonight.Root[x], at), tonight.Rule[x], tonight.Probability[x]
				p.Number = tonight.Parties[x].Number
			} else {
				customer := text(rec, 3, i)
				if customer == "" {
					return errors.New("a party of the base was never matched")
				}
				root, rule, probability = founder(before, customer, at), text(rec, 5, i), rec.Column(4).(*array.Float64).Value(i)
				p.Number = int32(number(rec, 6, i))
			}
			out.Parties, out.Root = append(out.Parties, p), append(out.Root, root)
			out.Rule, out.Probability = append(out.Rule, rule), append(out.Probability, probability)
		}
		return nil
	})
	return out, err
}

// founder returns the first party of a cluster, which is this one where none is known.
func founder[K comparable](known map[K]int32, cluster K, party int32) int32 {
	if first, ok := known[cluster]; ok {
		return first
	}
	known[cluster] = party
	return party
}
