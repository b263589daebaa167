package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
)

// response is one of a form, as Typeform's Responses API gives it
// (https://www.typeform.com/developers/responses/reference/retrieve-responses/).
type response struct {
	ResponseID  string   `json:"response_id"`
	Token       string   `json:"token"`
	SubmittedAt string   `json:"submitted_at"`
	Answers     []answer `json:"answers"`
}

type answer struct {
	Field  field             `json:"field"`
	Type   string            `json:"type"`
	Text   string            `json:"text,omitempty"`
	Email  string            `json:"email,omitempty"`
	Choice map[string]string `json:"choice,omitempty"`
}

type field struct {
	Ref  string `json:"ref"`
	Type string `json:"type"`
}

// asked makes a response.
func asked(id, at, name, email, postcode, style string) response {
	return response{id, id, at, []answer{
		{Field: field{"name", "short_text"}, Type: "text", Text: name},
		{Field: field{"email", "email"}, Type: "email", Email: email},
		{Field: field{"postcode", "short_text"}, Type: "text", Text: postcode},
		{Field: field{"style", "multiple_choice"}, Type: "choice", Choice: map[string]string{"label": style}},
	}}
}

// responses to the form, the newest first.
var responses = []response{
	asked("r4", "2026-11-19T20:11:00Z", "Gilles Lambert", "gilles.lambert@voorbeeld.example", "4000", "Modern"),
	asked("r3", "2026-11-15T07:42:10Z", "Drukkerij Letterlijk BV", "info@letterlijk.example", "9800", "Industrial"),
	asked("r2", "2026-10-30T12:00:00Z", "an peeters", "An.Peeters@voorbeeld.example", "9000", "Cottage"),
	asked("r1", "2026-09-02T18:30:05Z", "Hanne Jacobs", "hanne.jacobs@voorbeeld.example", "3500", "Modern"),
}

// forms answers as Typeform does, who comes with the token.
func forms(token string) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /forms/AbC123/responses", func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+token {
			http.Error(w, `{"code":"AUTHENTICATION_FAILED"}`, http.StatusForbidden)
			return
		}
		q := r.URL.Query()
		list := responses
		if before := q.Get("before"); before != "" {
			list = list[1+slices.IndexFunc(list, func(r response) bool { return r.Token == before }):]
		}
		if since := q.Get("since"); since != "" {
			list = slices.DeleteFunc(slices.Clone(list), func(r response) bool { return r.SubmittedAt < since })
		}
		total := len(list)
		if size, err := strconv.Atoi(q.Get("page_size")); err == nil {
			list = list[:min(len(list), size)]
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(map[string]any{"total_items": total, "page_count": 1, "items": list}) // whoever is gone asks again
	})
	return mux
}
