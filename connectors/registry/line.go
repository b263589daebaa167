package registry

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"
	"sync/atomic"
	"time"

	"clientele/connectors"
	"clientele/connectors/httpclient"
)

// Line is the way to a register that is called: one client, at a pace that the
// register allows. It may be used by several goroutines.
type Line struct {
	register string
	client   *httpclient.Client
	outside  connectors.Outside
	calls    atomic.Int64 // attempts that were sent
	bounded  atomic.Bool
	left     atomic.Int64 // attempts that may still be sent, where they are bounded
}

// World is what a Line needs to know of the world.
type World struct {
	Version string // of this program, for the User-Agent
	connectors.Outside
}

// How patient a Line is.
const (
	lineTimeout  = 20 * time.Second
	lineAttempts = 3
	lineMaxWait  = 20 * time.Second
	// againAfter is how long a register is left alone that answered by saying that
	// it has too much to do.
	againAfter = 2 * time.Second
)

// NewLine returns the line to a register, by which at most rate calls a second
// are made; 0 for no bound. Now must be set.
func NewLine(register string, rate float64, w World) *Line {
	l := &Line{register: register, outside: w.Outside}
	l.client = httpclient.New(httpclient.Options{
		Agent: "clientele/" + w.Version, Timeout: lineTimeout, Attempts: lineAttempts, MaxWait: lineMaxWait, Rate: rate,
		SameHost:   true, // the key goes nowhere else
		SecretPath: true, // it names the firm that was asked about
		Admit:      l.admit,
		Outside:    w.Outside,
	})
	return l
}

// Bound lets so many more calls be made, each attempt counted. Those beyond fail with
// the code "no_budget".
func (l *Line) Bound(calls int64) {
	l.left.Store(calls)
	l.bounded.Store(true)
}

func (l *Line) admit() error {
	if l.bounded.Load() && l.left.Add(-1) < 0 {
		return connectors.Errorf(connectors.KindConfig, "no_budget", "raise calls_per_run or calls_per_month of registries."+l.register, "%s: the calls that it may take are used up", l.register)
	}
	l.calls.Add(1)
	return nil
}

// Close drops connections that are kept for reuse.
func (l *Line) Close() { l.client.Close() }

// Count returns how many calls were made, each attempt counted.
func (l *Line) Count() int64 { return l.calls.Load() }

// Now is the time of the line's world.
func (l *Line) Now() time.Time { return l.outside.Now() }

// Request is one call.
type Request struct {
	Call   string // name of the call, for the Answer
	About  string // what it asks about, for the Answer
	URL    string
	Query  map[string]string
	Header map[string]string
	Body   any // sent as JSON by POST; nil for a GET
}

// Ask makes a call. Where the status is not one of success it returns the Answer
// and the error that goes with the status: the register may have said more in
// the body. An answer of markup where JSON was asked for, as overloaded servers
// and the gateways before them give, is an error.
func (l *Line) Ask(ctx context.Context, r Request) (Answer, error) {
	a := Answer{Register: l.register, Call: r.Call, About: r.About, AskedAt: l.Now()}
	method, request := http.MethodGet, l.client.R(ctx).SetQueryParams(r.Query).SetHeaders(r.Header)
	if r.Body != nil {
		method, request = http.MethodPost, request.SetBody(r.Body).SetHeader("Content-Type", "application/json")
	}
	resp, err := request.Execute(method, r.URL)
	if err != nil {
		return Answer{}, l.client.Explain(ctx, method, r.URL, 0, err)
	}
	a.Status, a.Body = resp.StatusCode(), resp.Body()
	if media, _, err := mime.ParseMediaType(resp.Header().Get("Content-Type")); err == nil {
		a.Media = media
	}
	if a.Status/100 != 2 {
		return a, l.client.Explain(ctx, method, r.URL, a.Status, nil)
	}
	if strings.Contains(r.Header["Accept"], "json") && bytes.HasPrefix(bytes.TrimSpace(a.Body), []byte("<")) {
		return a, Garbled(l.register, nil)
	}
	return a, nil
}

// Wait waits before a register is asked again.
func (l *Line) Wait(ctx context.Context) error {
	if l.outside.Sleep != nil {
		return l.outside.Sleep(ctx, againAfter)
	}
	t := time.NewTimer(againAfter)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-t.C:
		return nil
	}
}

// Garbled is the error of an answer that can't be read: cut off, or not the
// register's at all. What it holds is not quoted.
func Garbled(register string, err error) error {
	const remedy = "try again later; when it lasts, the register has changed its answers"
	if err == nil {
		return connectors.Errorf(connectors.KindTransient, "bad_answer", remedy, "%s: the answer is not what the register gives", register)
	}
	return connectors.Errorf(connectors.KindTransient, "bad_answer", remedy, "%s: the answer is not what the register gives: %s", register, reason(err))
}

// NoKey is the error of a register that answers nobody without a key.
func NoKey(c Card) error {
	name := strings.ToUpper(c.Name) + "_KEY"
	return connectors.Errorf(connectors.KindEnvironment, "no_key",
		"get one at "+c.KeyFrom+", set "+name+" and write registries: { "+c.Name+": { key: \"${"+name+"}\" } }", "%s needs a key", c.Title)
}

// reason says what is wrong with an answer, without what stands in it.
func reason(err error) string {
	var (
		syntax *json.SyntaxError
		typ    *json.UnmarshalTypeError
	)
	switch {
	case errors.As(err, &syntax):
		return fmt.Sprintf("no JSON at byte %d", syntax.Offset)
	case errors.As(err, &typ):
		return fmt.Sprintf("%s is of another type", typ.Field)
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "it breaks off"
	}
	return "it can't be read"
}
