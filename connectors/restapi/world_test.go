package restapi_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"clientele/connectors"
	"clientele/connectors/connectortest"
	"clientele/connectors/restapi"
)

// world is a source's outside whose clock goes on only when it waits.
type world struct {
	mu    sync.Mutex
	now   time.Time
	slept time.Duration
}

func (w *world) outside() connectors.Outside {
	if w.now.IsZero() {
		w.now = time.Date(2026, 5, 1, 2, 0, 0, 0, time.UTC)
	}
	return connectors.Outside{
		Now: func() time.Time {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.now
		},
		Sleep: func(ctx context.Context, d time.Duration) error {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.slept += d
			w.now = w.now.Add(d)
			return ctx.Err()
		},
		Jitter: func(limit time.Duration) time.Duration { return limit / 2 },
	}
}

// script is a server that answers a request as told, and remembers what it was
// sent.
type script struct {
	t      testing.TB
	server *httptest.Server
	mu     sync.Mutex
	asked  []string // method, path and query, then the body
	heads  []http.Header
}

// serve starts a server; its answers come of answer, which is told how often it
// was asked before.
func serve(t testing.TB, answer func(w http.ResponseWriter, r *http.Request, n int)) *script {
	s := &script{t: t}
	s.server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		s.mu.Lock()
		n := len(s.asked)
		asked := r.Method + " " + r.URL.RequestURI()
		if len(body) > 0 {
			asked += " " + string(body)
		}
		s.asked, s.heads = append(s.asked, asked), append(s.heads, r.Header.Clone())
		s.mu.Unlock()
		answer(w, r, n)
	}))
	t.Cleanup(s.server.Close)
	return s
}

// pull opens the first delivery of a source and returns its rows and where it
// stands behind it.
func pull(t testing.TB, s *restapi.Source, after string) (columns []string, table [][]string, cursor string) {
	t.Helper()
	list, err := s.Deliveries(t.Context(), after)
	if err != nil {
		t.Fatal(err)
	}
	columns, table = connectortest.Rows(t, s, list[0])
	rows, err := s.Open(t.Context(), list[0])
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	return columns, table, rows.(connectors.Positioned).Cursor()
}

// refused opens the first delivery of a source and returns its error.
func refused(t testing.TB, s *restapi.Source) error {
	t.Helper()
	list, err := s.Deliveries(t.Context(), "")
	if err != nil {
		return err
	}
	rows, err := s.Open(t.Context(), list[0])
	if err == nil {
		for {
			batch, next := rows.Next(t.Context())
			if errors.Is(next, io.EOF) {
				break
			}
			if next != nil {
				err = next
				break
			}
			batch.Release()
		}
		_ = rows.Close()
	}
	return err
}
