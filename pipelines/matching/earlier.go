package matching

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"github.com/apache/arrow/go/v15/arrow/array"

	"clientele/connectors"
	"clientele/connectors/parquetio"
	"clientele/pipelines/decisions"
	"clientele/transforms/match"
)

// Earlier is a match that was written to a folder.
type Earlier struct {
	Dir     string
	Summary Summary
	Job     *Job
}

// OpenEarlier opens the folder of a match, with its files, config and model. temp is a
// private folder for temporary files.
func OpenEarlier(ctx context.Context, temp, dir string) (*Earlier, error) {
	e := &Earlier{Dir: dir, Job: &Job{}}
	text, err := os.ReadFile(filepath.Join(dir, summaryFile))
	if errors.Is(err, fs.ErrNotExist) {
		return nil, connectors.Errorf(connectors.KindConfig, "no_match", "name the folder that `clientele match run` wrote", "%s holds no match: it has no %s", dir, summaryFile)
	}
	if err != nil {
		return nil, connectors.SystemError(err)
	}
	if err := json.Unmarshal(text, &e.Summary); err != nil || e.Summary.Version == 0 {
		return nil, connectors.Errorf(connectors.KindData, "not_a_match", "run `clientele match run` again", "%s is not a summary of a match", filepath.Join(dir, summaryFile))
	}
	if e.Summary.Version > summaryVersion {
		return nil, connectors.Errorf(connectors.KindConfig, "newer", "use the program that wrote it, or run again", "%s was written by a newer program", dir)
	}
	c, findings := Parse(filepath.Join(dir, summaryFile)+" config", e.Summary.Config)
	if err := findings.Err(); err != nil {
		return nil, err
	}
	if e.Job.Model, err = LoadModel(filepath.Join(dir, modelFile)); err != nil {
		return nil, err
	}
	e.Job.Config = c
	e.Job.Decided = decisions.NewBook(e.Summary.Decisions)
	if e.Job.Files, err = e.files(ctx, temp); err != nil {
		return nil, err
	}
	return e, e.Job.Files.Bind(c).Err()
}

// files opens the files of the match, which must be what they were.
func (e *Earlier) files(ctx context.Context, temp string) (*Files, error) {
	var paths, against []string
	for _, f := range e.Summary.Files {
		path := filepath.FromSlash(f.Path)
		if !filepath.IsAbs(path) {
			path = filepath.Join(e.Dir, path)
		}
		if f.Against {
			against = append(against, path)
		} else {
			paths = append(paths, path)
		}
	}
	files, err := Open(ctx, temp, paths, against)
	if err != nil {
		return nil, err
	}
	for _, f := range e.Summary.Files {
		full, err := filepath.Abs(filepath.Join(e.Dir, filepath.FromSlash(f.Path)))
		if err != nil {
			return nil, err
		}
		for _, file := range files.List {
			if file.Path != full && file.Path != filepath.FromSlash(f.Path) {
				continue
			}
			file.Name = f.Name // two files of one name are called as they were
			if file.SHA256 != f.SHA256 {
				return nil, connectors.Errorf(connectors.KindData, "file_changed", "run `clientele match run` again", "%s is not what it was when %s was written", f.Name, e.Dir)
			}
		}
	}
	slices.SortFunc(files.List, compareNames)
	return files, nil
}

// Load reads the records, and the clusters and pairs that were found.
func (e *Earlier) Load(ctx context.Context) (*Outcome, error) {
	roster, err := e.Job.Prepare(ctx)
	if err != nil {
		return nil, err
	}
	o := &Outcome{Matching: &match.Matching{Records: roster.Records, Model: e.Job.Model}, Roster: roster, Config: e.Job.rules(roster), Decided: e.Job.Decided}
	if o.Scorer, err = e.Job.Model.Bind(roster.Records, o.Config.CannotLink...); err != nil {
		return nil, err
	}
	if o.Cluster, err = e.clusters(roster); err != nil {
		return nil, err
	}
	o.Pairs, err = e.pairs(ctx, roster)
	return o, err
}

func (e *Earlier) damaged(file string) error {
	return connectors.Errorf(connectors.KindData, "not_a_match", "run `clientele match run` again", "%s is not of the files that the match was of", filepath.Join(e.Dir, file))
}

// clusters reads, per record, the first record of its cluster. The lines stand in the
// order of files and rows, so that what each must begin with is known.
func (e *Earlier) clusters(roster *Roster) ([]int32, error) {
	file, err := os.Open(filepath.Join(e.Dir, clustersFile))
	if err != nil {
		return nil, connectors.SystemError(err)
	}
	defer file.Close()
	in := bufio.NewReaderSize(file, 1<<18)
	if _, err := in.ReadString('\n'); err != nil {
		return nil, e.damaged(clustersFile)
	}
	numbers := make([]int, roster.Len())
	least := make([]int32, roster.Len()+1) // per number
	for i := range least {
		least[i] = int32(roster.Len())
	}
	var want, have []byte
	for _, i := range roster.Order() {
		want = append(appendKey(want[:0], roster.Key(i)), ',')
		have = append(have[:0], want...)
		if _, err := io.ReadFull(in, have); err != nil || string(have) != string(want) {
			return nil, e.damaged(clustersFile)
		}
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, e.damaged(clustersFile)
		}
		n, err := strconv.Atoi(line[:len(line)-1])
		if err != nil || n < 1 || n > roster.Len() {
			return nil, e.damaged(clustersFile)
		}
		numbers[i] = n
		least[n] = min(least[n], i)
	}
	out := make([]int32, roster.Len())
	for i, n := range numbers {
		out[i] = least[n]
	}
	return out, nil
}

// pairs reads the pairs that were reported.
func (e *Earlier) pairs(ctx context.Context, roster *Roster) ([]match.ScoredPair, error) {
	r, err := parquetio.Open(filepath.Join(e.Dir, pairsFile))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	if !r.Schema().Equal(pairsSchema(e.Job.Model)) {
		return nil, e.damaged(pairsFile)
	}
	rules := map[string]uint8{}
	for i, rule := range e.Job.Model.Plan.Rules {
		rules[rule.Name] = uint8(i)
	}
	var out []match.ScoredPair
	for {
		rec, err := r.Next(ctx)
		if errors.Is(err, io.EOF) {
			return out, nil
		}
		if err != nil {
			return nil, fmt.Errorf("read pairs: %w", err)
		}
		text := func(at, i int) string { return rec.Column(at).(*array.String).Value(i) }
		weights := rec.Column(5).(*array.Float64)
		for i := range int(rec.NumRows()) {
			a, ok := roster.At(Key{text(0, i), text(1, i)})
			b, has := roster.At(Key{text(2, i), text(3, i)})
			if !ok || !has {
				return nil, e.damaged(pairsFile)
			}
			out = append(out, match.ScoredPair{A: a, B: b, Bits: float32(weights.Value(i)), Rule: rules[text(6, i)]})
		}
		rec.Release()
	}
}
