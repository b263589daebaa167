// Package restapi reads interfaces that answer JSON over HTTP: what is asked, who
// asks, how pages follow one another and what is new since the last time is all
// said by options. A pull is whole or it fails: its records are kept in a
// temporary file until the last page has come.
package restapi

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/httpclient"
	"clientele/connectors/jsonrows"
)

// Config is a source as it is configured.
type Config struct {
	// URL is where records are asked for; it may hold placeholders.
	URL  string
	Auth Auth
	Options
}

// Source reads one interface.
type Source struct {
	// Memory allocates the batches; nil for Go's own.
	Memory memory.Allocator
	// TLS replaces what certificates are verified against.
	TLS *tls.Config

	project connectors.Project
	config  Config
	name    string

	mu    sync.Mutex
	asker *asker                     // one for all deliveries, so that they share rate, retries and tokens
	kept  map[string]json.RawMessage // of things, by id, where records get something of them
}

var (
	_ connectors.Source  = (*Source)(nil)
	_ connectors.Sampler = (*Source)(nil)
)

// maxWait is the longest wait that a server may ask for between two attempts.
const maxWait = 5 * time.Minute

// New returns a source. It asks for nothing yet.
func New(p connectors.Project, c Config) (*Source, error) {
	u, err := url.Parse(placeholder.ReplaceAllString(c.URL, "x"))
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, connectors.Errorf(connectors.KindConfig, "bad_url", "write it like https://host/path", "the url is not one of http")
	}
	if u.User != nil {
		return nil, connectors.Errorf(connectors.KindConfig, "bad_url", "name user and password in auth", "the url holds a credential")
	}
	if c.Auth.Key != "" && c.Auth.Header == "" && c.Auth.Query == "" {
		return nil, connectors.Errorf(connectors.KindConfig, "bad_option", "name the header or the query parameter", "auth.key goes nowhere")
	}
	if c.Each.Used {
		base, err := u.Parse(c.Each.URL)
		if err != nil || base.Host != u.Host {
			return nil, connectors.Errorf(connectors.KindConfig, "bad_url", "write its path", "each.url is not on the host of url")
		}
		c.Each.URL = base.String()
	}
	known := c.Auth.known()
	unknown := c.Request.unknown(known, c.URL)
	if unknown == "" && c.Each.Used {
		unknown = c.Each.Request.unknown(known, c.Each.URL)
	}
	if unknown != "" {
		return nil, connectors.Errorf(connectors.KindConfig, "bad_option", "there are: "+names(known), "nothing is called %s", unknown)
	}
	name, _, _ := strings.Cut(strings.TrimPrefix(strings.TrimPrefix(c.URL, "https://"), "http://"), "?")
	return &Source{project: p, config: c, name: name}, nil
}

// Deliveries returns one pull, or one per thing of `each`. Their content is known
// only by reading it, and so is where the source stands behind a pull.
func (s *Source) Deliveries(ctx context.Context, after string) ([]connectors.Delivery, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if !s.config.Each.Used {
		return []connectors.Delivery{{Name: s.name, Since: after}}, nil
	}
	list, err := s.listThings(ctx, after)
	if err != nil {
		return nil, s.failure(ctx, s.name, err)
	}
	return list, nil
}

// Open pulls a delivery and starts reading its rows.
func (s *Source) Open(ctx context.Context, d connectors.Delivery) (connectors.Rows, error) {
	return s.Sample(ctx, d, 0)
}

// Sample pulls the pages of a delivery that hold its first so many records, 0 for
// all of them, and starts reading their rows.
func (s *Source) Sample(ctx context.Context, d connectors.Delivery, records int64) (connectors.Rows, error) {
	rows, err := s.pull(ctx, d, records)
	if err != nil {
		return nil, s.failure(ctx, d.Name, err)
	}
	return rows, nil
}

func (s *Source) pull(ctx context.Context, d connectors.Delivery, records int64) (_ connectors.Rows, err error) {
	a, v, err := s.ask(ctx)
	if err != nil {
		return nil, err
	}
	defer a.client.Close()
	kept, err := newSpool(s.project.Temp)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			_ = kept.Close() // the error is what is told
		}
	}()
	set := jsonrows.NewColumns(s.config.Columns)
	finder := jsonrows.NewFinder(set, s.config.Shape)
	p := &pull{list: s.records(), now: s.project.Outside.Now, since: d.Since, limit: records}
	var thing json.RawMessage
	p.each = func(record json.RawMessage) error {
		record = joined(thing, record)
		if s.config.Columns == nil {
			finder.Add(record)
			if err := set.Check(d.Name); err != nil {
				return err
			}
		}
		return kept.add(record)
	}
	if thing, err = s.thing(ctx, d, v); err != nil {
		return nil, err
	}
	if err := p.run(ctx, a, v); err != nil {
		return nil, err
	}
	if err := kept.rewind(s.config.PageBytes); err != nil {
		return nil, err
	}
	cursor := d.Cursor
	if !s.config.Each.Used {
		cursor = p.end()
	}
	return &rows{cursor: cursor, Rows: jsonrows.NewRows(d.Name, kept, kept, set, s.config.Shape, s.Memory, func(err error) error {
		return s.failure(ctx, d.Name, err)
	})}, nil
}

// rows are those of a pull.
type rows struct {
	*jsonrows.Rows
	cursor string
}

// Cursor implements connectors.Positioned.
func (r *rows) Cursor() string { return r.cursor }

// Format is that of JSON itself: a point for decimals and no thousands.
func (s *Source) Format() connectors.Format { return connectors.Format{Decimal: '.'} }

// ask returns who asks, and what the placeholders of credentials stand for. Its
// client is to be closed, and can be used again.
func (s *Source) ask(ctx context.Context) (*asker, values, error) {
	a := s.client()
	v, err := a.credentials.values(ctx)
	if err != nil {
		a.client.Close()
		return nil, nil, err
	}
	return a, v, nil
}

func (s *Source) client() *asker {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.asker == nil {
		c := &s.config
		client := httpclient.New(httpclient.Options{
			Agent: "clientele/" + s.project.Version, Timeout: time.Duration(c.Timeout) * time.Second, MaxWait: maxWait, MaxBody: c.PageBytes,
			Rate: c.Rate, Retries: c.Retries, SameHost: true, TLS: s.TLS, Outside: s.project.Outside,
			SecretPath: s.secretPath(),
		})
		s.asker = &asker{client: client, credentials: &credentials{auth: &c.Auth, client: client, url: c.URL, now: s.project.Outside.Now}}
	}
	return s.asker
}

// secretPath reports whether a placeholder of credentials stands in the URL.
func (s *Source) secretPath() bool {
	for name := range s.config.Auth.Values {
		if strings.Contains(s.config.URL, "{"+name+"}") {
			return true
		}
	}
	return false
}

// records is the list of what is read.
func (s *Source) records() *list {
	c := &s.config
	return &list{request: &c.Request, url: c.URL, document: jsonrows.Path(c.Document), records: jsonrows.Path(c.Records), failure: jsonrows.Path(c.Failure),
		pages: &c.Pages, cursor: &c.Cursor}
}

// failure names the delivery that an error is of.
func (s *Source) failure(ctx context.Context, name string, err error) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return fmt.Errorf("%s: %w", name, err)
}
