package restapi

import (
	"errors"
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"

	"clientele/connectors/jsonrows"
	"clientele/schemas/option"
)

// Options say how an interface is asked and how its answers become rows.
type Options struct {
	Request
	// Document is the path of a text that holds the document itself, as JSON or
	// as base64 of it; "" where the answer is the document.
	Document string
	// Records is the path of the array of records, "" for the document itself.
	Records string
	// Failure is the path that is there, and neither null nor false nor empty, in
	// an answer that tells a failure with a status of success.
	Failure string
	// Shape says how records become rows.
	jsonrows.Shape
	Pages  Pages
	Cursor Cursor
	// Each asks for the same thing of each of a list of things, one delivery each.
	Each Each

	// Rate is how many requests a second are sent at most, 0 for no bound.
	Rate float64
	// Timeout of one attempt in seconds.
	Timeout int
	// Retries is how many attempts beyond the first a run has.
	Retries int
	// PageBytes bounds one answer in bytes, unpacked.
	PageBytes int
}

// Partial reports whether a delivery holds what changed, or what one thing has,
// and not all there is.
func (o *Options) Partial() bool { return o.Cursor.Field != "" || o.Each.Used }

// Request is what is sent. Its texts may hold placeholders: {since} and the
// others of Values.
type Request struct {
	Method     string
	Query      map[string]string
	Headers    map[string]string
	Body       string // JSON
	Repeatable bool   // though the method does not say so
}

// Each is a list of things, each of which is asked for what it has.
type Each struct {
	Used bool
	URL  string
	Request
	Records string
	// ID is the path of what {id} stands for.
	ID string
	// Keep are paths within a thing whose values every record of it gets, as
	// columns each.PATH.
	Keep   []string
	Pages  Pages
	Cursor Cursor
}

// The ways in which servers divide records into pages.
const (
	PagesNone   = "none"
	PagesPage   = "page"
	PagesOffset = "offset"
	PagesCursor = "cursor"
	PagesLink   = "link"
	PagesURL    = "url"
	PagesKeyset = "keyset"
)

// Pages says how one page leads to the next.
type Pages struct {
	By string
	// Next is the path of the cursor, or of the URL, of the next page.
	Next string
	// Field is the path, within the last record of a page, behind which the next
	// page begins.
	Field string
	// Total and Count are where the number of records and of pages stands: a
	// path, or header:NAME.
	Total, Count string
	// More is the path of a flag that says whether there are further pages.
	More string
	// Size is what {size} stands for, Start the number of the first page.
	Size, Start int
	// Max is how many pages a pull has at most.
	Max int
}

func (p *Pages) spec(s *option.Spec) {
	s.Enum(&p.By, "by", PagesNone, []string{PagesNone, PagesPage, PagesOffset, PagesCursor, PagesLink, PagesURL, PagesKeyset},
		"how the next page is asked for: by its number {page}, by how many records came before it {offset}, by a cursor of the answer {next}, by the Link header, "+
			"by a URL in the answer, or behind the last record {next}")
	s.String(&p.Next, "next", "", "path of the cursor, or of the URL, of the next page; where it is absent the page is the last").Example("paging.next.after")
	s.String(&p.Field, "field", "", "path within the last record of a page of what the next page is behind").Example("token")
	s.String(&p.Total, "total", "", "where the number of all records stands: a path, or header:NAME").Example("total_items")
	s.String(&p.Count, "count", "", "where the number of all pages stands: a path, or header:NAME").Example("header:X-WP-TotalPages")
	s.String(&p.More, "more", "", "path of a flag that says whether there are further pages").Example("has_more")
	s.Int(&p.Size, "size", 100, 1, 1_000_000, "what {size} stands for")
	s.Int(&p.Start, "start", 1, 0, 1_000_000, "number of the first page")
	s.Int(&p.Max, "max", 100_000, 1, 100_000_000, "pages of one pull at most: more of them is an error")
	s.Check(p.check)
}

func (p *Pages) check() error {
	switch {
	case (p.By == PagesCursor || p.By == PagesURL) && p.Next == "":
		return fmt.Errorf("pages by %s need next: the path of the %s of the next page", p.By, p.By)
	case p.By == PagesKeyset && p.Field == "":
		return errors.New("pages by keyset need field: the path within a record of what the next page is behind")
	}
	return nil
}

func (r *Request) spec(s *option.Spec) {
	s.Enum(&r.Method, "method", http.MethodGet, []string{http.MethodGet, http.MethodPost}, "HTTP method")
	r.Query, r.Headers = map[string]string{}, map[string]string{}
	s.Pairs("query", "parameters of the URL; one whose placeholder stands for nothing is left out", pairs(r.Query)).Example(`{ since: "{since}", limit: "{size}" }`)
	s.Pairs("headers", "headers of the request", pairs(r.Headers)).Example("{ X-Odoo-Database: shop }")
	s.String(&r.Body, "body", "", "body of the request as JSON: a text that is one placeholder becomes its value, and a member whose placeholder stands for nothing is left out").
		Example(`{"limit": "{size}", "offset": "{offset}"}`)
	s.Bool(&r.Repeatable, "repeatable", false, "the request only reads, so that it may be sent again though it is a POST")
}

// pairs sets one pair of a map; an empty text takes one away that a preset has.
func pairs(m map[string]string) func(k, v string) error {
	return func(k, v string) error {
		if m[k] = v; v == "" {
			delete(m, k)
		}
		return nil
	}
}

// Spec returns the description of the options, bound to o.
func (o *Options) Spec() *option.Spec {
	s := option.New("rest", "Interfaces that answer JSON over HTTP. A preset fills these options in for a product; what a config says goes before it. "+
		"Texts of a request may hold placeholders: {since} where the last pull ended, less the lookback; {page}, {offset}, {next} and {size} of pages; {id} of `each`; "+
		"{session} of `auth.login`; and the names of `auth.values`. Nested objects become columns with dotted names.")
	o.Request.spec(s)
	s.String(&o.Records, "records", "", "the path of the array of records within the answer").Example("data.items")
	s.String(&o.Document, "document", "", "the path of a text that holds the document itself, as JSON or as base64 of it").Example("result")
	s.String(&o.Failure, "failure", "", "the path of what only answers have that tell a failure with a status of success").Example("error")
	o.Shape.Spec(s)
	o.Pages.spec(s.Object("pages", "how one page leads to the next").Example("{ by: cursor, next: paging.next.after }").Spec())
	o.Cursor.spec(s.Object("cursor", "what tells what is new since the last pull; without it every pull is of everything").Example("{ field: updated_at }").Spec())
	o.Each.spec(s.Object("each", "a list of things to ask first: what they have is one delivery each").Present(&o.Each.Used).Spec())
	s.Float(&o.Rate, "rate", 0, 0, 1000, "requests a second at most; 0 for no bound").Example("2")
	s.Int(&o.Timeout, "timeout", 60, 1, 3600, "seconds that one attempt may take")
	s.Int(&o.Retries, "retries", 100, 1, 100_000, "requests to its host that may be sent again in a run, those of other sources of that host included")
	s.Int(&o.PageBytes, "page_bytes", 64<<20, 1<<10, 1<<30, "bytes of an answer at most, unpacked")
	s.Check(o.Shape.Check)
	return s
}

func (e *Each) spec(s *option.Spec) {
	s.String(&e.URL, "url", "", "where the list is asked for; relative to the source's url").Example("/3.0/reports")
	e.Request.spec(s)
	s.String(&e.Records, "records", "", "the path of the array of things within the answer").Example("reports")
	s.String(&e.ID, "id", "id", "the path within a thing of what {id} stands for")
	s.Strings(&e.Keep, "keep", "paths within a thing whose values every record of it gets, as columns each.PATH").Example("[send_time]")
	e.Pages.spec(s.Object("pages", "how one page of the list leads to the next").Spec())
	e.Cursor.spec(s.Object("cursor", "what tells which things are asked for: those since the last pull").Spec())
}

// unknown returns a placeholder of the request that nothing ever fills, "" for
// none.
func (r *Request) unknown(known []string, texts ...string) string {
	texts = append(texts, slices.Sorted(maps.Values(r.Query))...)
	texts = append(texts, slices.Sorted(maps.Values(r.Headers))...)
	for _, text := range texts {
		for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
			if !slices.Contains(known, m[1]) {
				return m[0]
			}
		}
	}
	return ""
}

func names(list []string) string {
	out := make([]string, len(list))
	for i, name := range list {
		out[i] = "{" + name + "}"
	}
	return strings.Join(out, ", ")
}
