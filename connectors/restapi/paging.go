package restapi

import (
	"bytes"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"

	"github.com/zeebo/xxh3"

	"clientele/connectors"
	"clientele/connectors/jsonrows"
)

// walk is the way through the pages of a list.
type walk struct {
	list   *list
	values values
	next   string // URL of the page, where the answer before gave one
	page   int
	offset int
	pages  int // so far
	empty  int // in a row
	asked  map[xxh3.Uint128]bool
	seen   map[xxh3.Uint128]bool // pages, by their records
}

// maxEmpty is how many pages without records may follow one another: a server
// that filters behind its paging gives some.
const maxEmpty = 100

func newWalk(l *list, v values) *walk {
	w := &walk{list: l, values: values{}, page: l.pages.Start, asked: map[xxh3.Uint128]bool{}, seen: map[xxh3.Uint128]bool{}}
	for name, value := range v {
		w.values[name] = value
	}
	w.values[valueSize] = number(l.pages.Size)
	w.place()
	return w
}

func (w *walk) place() {
	w.values[valuePage], w.values[valueOffset] = number(w.page), number(w.offset)
}

// ask returns the request of the page at hand. One that was sent before is a
// circle.
func (w *walk) ask() (exchange, error) {
	e, err := w.list.prepare(w.values, w.next)
	if err != nil {
		return e, err
	}
	print := xxh3.Hash128(append([]byte(e.url+"\x00"), e.body...))
	if w.asked[print] {
		return e, connectors.Errorf(connectors.KindData, "endless_pages", "check the option pages", "page %d leads back to one that was read", w.pages)
	}
	w.asked[print] = true
	return e, nil
}

// turn goes to the page behind p, and reports whether there is one. count is how
// many records p has, last the last of them.
func (w *walk) turn(p *page, count int, last json.RawMessage) (bool, error) {
	w.pages++
	l := w.list.pages
	if count > 0 {
		w.empty = 0
		print := xxh3.Hash128(p.records)
		if w.seen[print] {
			return false, connectors.Errorf(connectors.KindData, "repeated_page", "check the option pages: the server may not know the parameter that tells pages apart",
				"page %d has the same records as an earlier one", w.pages)
		}
		w.seen[print] = true
	} else if w.empty++; w.empty > maxEmpty {
		return false, endless(w.pages)
	}
	if l.More != "" && !tells(jsonrows.At(p.body, jsonrows.Path(l.More))) {
		return false, nil
	}
	more, err := w.step(p, count, last)
	if more && w.pages >= l.Max {
		return false, endless(w.pages)
	}
	w.place()
	return more, err
}

func endless(pages int) error {
	return connectors.Errorf(connectors.KindData, "endless_pages", "check the option pages; pages.max allows more", "there is no end after %d pages", pages)
}

// step goes on as the option pages says.
func (w *walk) step(p *page, count int, last json.RawMessage) (bool, error) {
	l := w.list.pages
	switch l.By {
	case PagesPage:
		w.page++
		if n, ok := p.number(l.Count); ok {
			return w.page-l.Start < n, nil
		}
		return count > 0, nil
	case PagesOffset:
		w.offset += count // what a server gives, which may be less than was asked for
		if n, ok := p.number(l.Total); ok && w.offset >= n {
			return false, nil
		}
		return count > 0, nil
	case PagesCursor:
		next := jsonrows.At(p.body, jsonrows.Path(l.Next))
		w.values[valueNext] = bytes.Clone(next)
		return tells(next), nil
	case PagesKeyset:
		if count == 0 {
			return false, nil
		}
		value := jsonrows.At(last, jsonrows.Path(l.Field))
		if value == nil {
			return false, connectors.Errorf(connectors.KindData, "missing_key", "check the option pages.field", "the last record of page %d has no %s", w.pages, l.Field)
		}
		w.values[valueNext] = bytes.Clone(value)
		return true, nil
	case PagesLink:
		return w.follow(p, linkNext(p.header.Values("Link")))
	case PagesURL:
		next := jsonrows.At(p.body, jsonrows.Path(l.Next))
		if !tells(next) {
			return false, nil
		}
		return w.follow(p, string(jsonrows.Text(next)))
	}
	return false, nil
}

// follow goes to a URL that an answer gave. Only one of the host that answered may
// have the credentials.
func (w *walk) follow(p *page, next string) (bool, error) {
	if next == "" {
		return false, nil
	}
	to, err := url.Parse(next)
	if err != nil {
		return false, connectors.Errorf(connectors.KindData, "bad_next", "report it to whom the interface belongs", "page %d gives a next page whose URL is not valid", w.pages)
	}
	to = p.url.ResolveReference(to)
	if to.Scheme != p.url.Scheme || to.Host != p.url.Host {
		return false, connectors.Errorf(connectors.KindData, "foreign_next", "it is not asked, as it would get the credentials", "page %d gives a next page on another host, %s", w.pages, to.Host)
	}
	w.next = to.String()
	return true, nil
}

// number returns the number that stands at a path of the document, or in a
// header.
func (p *page) number(where string) (int, bool) {
	if where == "" {
		return 0, false
	}
	text := ""
	if name, ok := strings.CutPrefix(where, "header:"); ok {
		text = p.header.Get(name)
	} else if v := jsonrows.At(p.body, jsonrows.Path(where)); v != nil {
		text = string(jsonrows.Text(v))
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	return n, err == nil
}

// linkNext returns the URL of the next page in Link headers (RFC 8288), "" for
// none.
func linkNext(headers []string) string {
	for _, header := range headers {
		for header != "" {
			_, rest, ok := strings.Cut(header, "<")
			if !ok {
				break
			}
			target, params, ok := strings.Cut(rest, ">")
			if !ok {
				break
			}
			end := strings.Index(params, ",")
			for end >= 0 && strings.Count(params[:end], `"`)%2 == 1 { // a comma within quotes
				further := strings.Index(params[end+1:], ",")
				if further < 0 {
					end = -1
					break
				}
				end += 1 + further
			}
			header = ""
			if end >= 0 {
				params, header = params[:end], params[end+1:]
			}
			for _, param := range strings.Split(params, ";") {
				name, value, _ := strings.Cut(strings.TrimSpace(param), "=")
				if strings.EqualFold(name, "rel") && strings.Contains(" "+strings.ToLower(strings.Trim(value, `"`))+" ", " next ") {
					return strings.TrimSpace(target)
				}
			}
		}
	}
	return ""
}
