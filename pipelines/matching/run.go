package matching

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"

	"clientele/connectors"
	"clientele/pipelines/decisions"
	"clientele/transforms/match"
	"clientele/transforms/match/model"
)

// Job is what is matched and how.
type Job struct {
	Config *Config
	Files  *Files
	// Model is that of the pairs; nil trains one.
	Model *model.Model
	// Labels is a file that says of some records which belong together, "" for none: a
	// model that is trained learns from it. Temp is a private folder for reading it.
	Labels, Temp string
	// Decided is what people decided on the records, whose source is their file.
	Decided *decisions.Book
	// Progress hears when a step has ended, and of how many records or pairs; nil for
	// nobody.
	Progress func(step string, n int64)
}

// The steps of a match, as Progress hears of them.
const (
	StepRead  = "read"
	StepTrain = "train"
	StepMatch = "match"
	StepWrite = "write"
)

func (j *Job) said(step string, n int64) {
	if j.Progress != nil {
		j.Progress(step, n)
	}
}

// Outcome is what a match found.
type Outcome struct {
	*match.Matching
	Roster *Roster
	// Config is that of the match, with all that was left open filled in.
	Config match.Config
	// Decided is what people decided; nil for nothing.
	Decided *decisions.Book
}

// Prepare reads the records, and trains a model of them where the job has none.
func (j *Job) Prepare(ctx context.Context) (*Roster, error) {
	roster, err := Read(ctx, j.Config, j.Files)
	if err != nil {
		return nil, err
	}
	j.said(StepRead, int64(roster.Len()))
	if j.Model == nil {
		var labels []string
		if j.Labels != "" {
			if labels, err = ReadLabels(ctx, j.Temp, j.Labels, roster, j.Config); err != nil {
				return nil, err
			}
		}
		if j.Model, err = match.TrainTold(ctx, j.rules(roster), roster.Records, match.Told{Labels: labels}); err != nil {
			return nil, err
		}
		j.said(StepTrain, int64(j.Model.Report.SampledPairs))
	} else if err := j.fits(); err != nil {
		return nil, err
	}
	return roster, nil
}

// Run matches the files.
func (j *Job) Run(ctx context.Context) (*Outcome, error) {
	roster, err := j.Prepare(ctx)
	if err != nil {
		return nil, err
	}
	return j.Match(ctx, roster, j.Model)
}

// Match matches records that were prepared under a model.
func (j *Job) Match(ctx context.Context, roster *Roster, m *model.Model) (*Outcome, error) {
	rules := j.rules(roster)
	found, err := match.Match(ctx, rules, roster.Records, m, j.decided(roster))
	if err != nil {
		return nil, err
	}
	j.said(StepMatch, found.Compared)
	return &Outcome{Matching: found, Roster: roster, Config: rules, Decided: j.Decided}, nil
}

// rules is the config of the match, by the sources that the files have become.
func (j *Job) rules(roster *Roster) match.Config {
	c := j.Config.Match
	c.LinkOnly = j.Files.Link
	if len(c.DuplicateFree) > 0 {
		free := map[string]bool{}
		for i, f := range roster.Files {
			known, seen := free[roster.sides[i]]
			free[roster.sides[i]] = slices.Contains(c.DuplicateFree, f.Name) && (known || !seen)
		}
		c.DuplicateFree = nil
		for _, side := range roster.sides {
			if free[side] && !slices.Contains(c.DuplicateFree, side) {
				c.DuplicateFree = append(c.DuplicateFree, side)
			}
		}
	}
	return c
}

// fits reports whether the model was trained for the fields of the config.
func (j *Job) fits() error {
	if slices.Equal(j.Model.Fields, j.Config.Match.Fields) {
		return nil
	}
	return connectors.Errorf(connectors.KindConfig, "other_fields", "train anew: clientele match train --out FILE", "the model was trained for other fields than the config has")
}

// LoadModel reads a model.
func LoadModel(path string) (*model.Model, error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, connectors.Errorf(connectors.KindConfig, "no_model", "`clientele match train` makes one", "there is no model %s", path)
	}
	if err != nil {
		return nil, connectors.Errorf(connectors.KindEnvironment, "unreadable", "check its permissions", "read model: %w", err)
	}
	m := &model.Model{}
	if err := json.Unmarshal(text, m); err != nil || m.Version == 0 || m.Plan == nil {
		return nil, connectors.Errorf(connectors.KindData, "not_a_model", "`clientele match train` makes one", "%s is not a model of matching", path)
	}
	return m, nil
}

// EncodeModel returns the text of a model's file.
func EncodeModel(m *model.Model) ([]byte, error) { return encode(m) }

func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("encode: %w", err)
	}
	return b.Bytes(), nil
}
