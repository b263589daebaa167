package schedule

import (
	"context"
	"encoding/json"
	"net/http"
	"time"
)

// answerWithin is how long a question to the health endpoint may take.
const answerWithin = 10 * time.Second

// Handler answers who watches a scheduler: /healthz while it goes on, /readyz
// while it will work the next night, /status in JSON. night looks up the last
// night in the journal; its error makes the scheduler unready. Nothing of it
// holds personal data.
func (s *Scheduler) Handler(night func(ctx context.Context) (any, error)) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) {
		say(w, s.Alive(), "it does not look at the clock")
	})
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, r *http.Request) {
		_, err := night(r.Context())
		switch {
		case s.Status().State == Stopping:
			say(w, false, "stopping")
		case err != nil:
			say(w, false, "the journal can't be read: "+err.Error())
		default:
			say(w, s.Alive(), "it does not look at the clock")
		}
	})
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, r *http.Request) {
		answer := struct {
			Scheduler Status `json:"scheduler"`
			Night     any    `json:"night,omitempty"`
			Error     string `json:"error,omitempty"`
		}{Scheduler: s.Status()}
		var err error
		if answer.Night, err = night(r.Context()); err != nil {
			answer.Night, answer.Error = nil, err.Error()
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(answer) // who asked may be gone
	})
	return http.TimeoutHandler(mux, answerWithin, "no answer in time\n")
}

// say answers a probe: ok, or 503 and why not.
func say(w http.ResponseWriter, ok bool, why string) {
	text := "ok\n"
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if !ok {
		w.WriteHeader(http.StatusServiceUnavailable)
		text = why + "\n"
	}
	_, _ = w.Write([]byte(text)) // who asked may be gone
}
