// Package triplesfile reads surveys in Triple-S, the interchange format of survey
// software: an XML description of the variables beside a file of the answers, of
// fixed columns or delimited by commas.
//
// Versions 1.1 to 3.0 of Triple-S XML are read as their specifications, published
// at triple-s.org, have them. What only analysis needs is passed over: filters,
// which say who was asked a question, scores and weights. A hierarchy is several
// surveys, each with a description of its own, and each is read as a source.
package triplesfile

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"path"
	"strings"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/objects"
)

// Source reads the surveys whose descriptions its paths name.
type Source struct {
	// Memory allocates the batches; nil for Go's own.
	Memory memory.Allocator

	project connectors.Project
	paths   []string
	files   *objects.Files
	options Options
}

var _ connectors.Source = (*Source)(nil)

// New returns a source of the surveys whose descriptions paths name, each relative
// to the project's folder or an address of a store, and possibly a glob pattern.
func New(p connectors.Project, paths []string, o Options) (*Source, error) {
	if err := o.check(); err != nil {
		return nil, connectors.Errorf(connectors.KindConfig, "bad_option", "", "%w", err)
	}
	return &Source{project: p, paths: paths, files: objects.At(p, paths, o.Store), options: o}, nil
}

// Deliveries lists one delivery per description, in natural order of the names.
// It is a delivery of both its files: a change of either changes its hash.
func (s *Source) Deliveries(ctx context.Context, _ string) ([]connectors.Delivery, error) {
	list, err := s.files.List(ctx)
	if err != nil {
		return nil, err
	}
	for i, d := range list {
		survey, err := s.survey(ctx, d)
		if err != nil {
			return nil, err
		}
		data, err := s.data(ctx, d, survey)
		if err != nil {
			return nil, err
		}
		list[i] = together(d, data)
	}
	return list, nil
}

// together is the delivery of a description and its data.
func together(description, data connectors.Delivery) connectors.Delivery {
	sum := sha256.Sum256([]byte(description.Hash + data.Hash))
	description.Hash = hex.EncodeToString(sum[:])
	description.Size += data.Size
	if data.Modified.After(description.Modified) {
		description.Modified = data.Modified
	}
	return description
}

// data finds the file of the answers, which lies beside the description: under the
// name that this gives, or the same name with another ending.
func (s *Source) data(ctx context.Context, d connectors.Delivery, survey *survey) (connectors.Delivery, error) {
	dir, base := path.Split(d.Name)
	var names []string
	if href := survey.Record.Href; href != "" {
		names = append(names, path.Base(strings.ReplaceAll(href, `\`, "/"))) // elsewhere it lay in another folder
	}
	stem := strings.TrimSuffix(base, path.Ext(base))
	for _, ending := range []string{".asc", ".dat", ".csv", ".txt"} {
		names = append(names, stem+ending, stem+strings.ToUpper(ending))
	}
	for _, name := range names {
		found, ok, err := s.files.Find(ctx, dir+name)
		if err != nil {
			return connectors.Delivery{}, err
		}
		if ok && found.Name != d.Name {
			return found, nil
		}
	}
	return connectors.Delivery{}, connectors.Errorf(connectors.KindData, "missing_data", "put "+names[0]+" beside it",
		"%s describes a survey, and there is no file of its answers", d.Name)
}

// Open reads the description of a survey and starts reading its answers.
func (s *Source) Open(ctx context.Context, d connectors.Delivery) (connectors.Rows, error) {
	// Both files are listed again: a delivery has one size, and says nothing of
	// which of the two it was.
	description, ok, err := s.files.Find(ctx, d.Name)
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, connectors.Errorf(connectors.KindEnvironment, "file_vanished", "put it back, or run again to read what is there now", "%s is gone since it was listed", d.Name)
	}
	survey, err := s.survey(ctx, description)
	if err != nil {
		return nil, err
	}
	data, err := s.data(ctx, d, survey)
	if err != nil {
		return nil, err
	}
	if d.Hash != "" && together(description, data).Hash != d.Hash {
		return nil, connectors.Errorf(connectors.KindTransient, "file_changed", "run again when it is complete", "%s or its answers changed since they were listed", d.Name)
	}
	return s.open(ctx, survey, data)
}

// Format is that of the answers: a point for decimals, dates as ISO 8601.
func (s *Source) Format() connectors.Format { return connectors.Format{Decimal: '.'} }
