package matching

import (
	"path/filepath"

	"clientele/connectors"
	"clientele/transforms/match"
	"clientele/transforms/match/model"
)

// summaryVersion is that of the form of summary.json and of the files beside it.
const summaryVersion = 1

// Summary is what a match found, in numbers, and what it was made of: enough to do
// it again.
type Summary struct {
	Version int           `json:"version"`
	Files   []FileSummary `json:"files"`
	// Linked says that records of two sides were linked, and not deduped.
	Linked bool `json:"linked"`
	// Config is the text of the config, Proposed that it was proposed from the data.
	Config   string `json:"config"`
	Proposed bool   `json:"proposed,omitempty"`

	Records int `json:"records"`
	// Clusters counts those that were found, a record by itself too; Duplicates the records
	// that are not the first of their cluster.
	Clusters       int   `json:"clusters"`
	Duplicates     int   `json:"duplicates"`
	LargestCluster int   `json:"largest_cluster"`
	Compared       int64 `json:"compared_pairs"`
	// Accepted pairs are from accept_above on, Asked those between review_above and it.
	Accepted    int     `json:"accepted_pairs"`
	Asked       int     `json:"asked_pairs"`
	AcceptAbove float64 `json:"accept_above"`
	ReviewAbove float64 `json:"review_above"`
	// EstimatedRecall is the share of true pairs that the blocking rules are
	// estimated to find.
	EstimatedRecall float64 `json:"estimated_blocking_recall"`
	// Decisions are those of people that the match heeded.
	Decisions []connectors.Decision `json:"decisions,omitempty"`
}

// FileSummary is a file of a match.
type FileSummary struct {
	Name string `json:"name"`
	// Path is relative to the folder of the summary, with forward slashes.
	Path    string `json:"path"`
	Against bool   `json:"against,omitempty"`
	SHA256  string `json:"sha256"`
	Count
}

// Summary sums an outcome up, for the folder dir.
func (o *Outcome) Summary(c *Config, proposed bool, dir string) (*Summary, error) {
	s := &Summary{Version: summaryVersion, Linked: o.Config.LinkOnly, Config: c.Text, Proposed: proposed, Records: o.Records.Len(), Compared: o.Compared,
		AcceptAbove: o.Config.AcceptAbove, ReviewAbove: o.Config.ReviewAbove, EstimatedRecall: o.Model.Plan.Recall}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return nil, err
	}
	for i, f := range o.Roster.Files {
		path, err := filepath.Rel(dir, f.Path)
		if err != nil {
			path = f.Path
		}
		s.Files = append(s.Files, FileSummary{Name: f.Name, Path: filepath.ToSlash(path), Against: f.Against, SHA256: f.SHA256, Count: o.Roster.Counts[i]})
	}
	if o.Decided != nil {
		s.Decisions = o.Decided.Holds()
	}
	sizes := map[int32]int{}
	for _, root := range o.Cluster {
		sizes[root]++
		s.LargestCluster = max(s.LargestCluster, sizes[root])
	}
	s.Clusters = len(sizes)
	s.Duplicates = s.Records - s.Clusters
	for _, p := range o.Pairs {
		switch class(o.Config, float64(p.Bits)) {
		case Same:
			s.Accepted++
		case Asked:
			s.Asked++
		}
	}
	return s, nil
}

// class says what becomes of a pair by its weight.
func class(c match.Config, bits float64) string {
	switch {
	case bits >= model.Bits(c.AcceptAbove):
		return Same
	case bits >= model.Bits(c.ReviewAbove):
		return Asked
	}
	return Different
}

// The classes of pairs.
const (
	Same      = "same"
	Asked     = "asked"
	Different = "different"
)
