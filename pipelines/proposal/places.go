package proposal

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
	"unicode"

	"clientele/connectors"
	"clientele/connectors/httpclient"
	"clientele/connectors/restapi"
	"clientele/connectors/selection"
	"clientele/connectors/sqldb"
	"clientele/pipelines/config"
	"clientele/schemas/suggest"
)

// kind is what a place is that a proposal is asked for.
type kind uint8

const (
	aFile       kind = iota
	aDatabase        // postgres://…?table=orders, or ${SHOP_DB}?table=orders
	anInterface      // https://…
	aDataset         // bigquery://project/dataset?table=orders
	aPreset          // preset:typeform, or preset:typeform=https://…
)

const presetPrefix = "preset:"

// IsPlace reports whether a text names a place that is no file.
func IsPlace(text string) bool {
	return strings.HasPrefix(text, presetPrefix) || strings.HasPrefix(text, "${") || strings.HasPrefix(text, "sqlite:") || strings.Contains(text, "://")
}

// kindOf returns what a place is, and the place with the references to the
// environment that it holds answered.
func kindOf(p connectors.Project, place string) (k kind, resolved string, err error) {
	switch {
	case !IsPlace(place):
		return aFile, place, nil
	case strings.HasPrefix(place, presetPrefix):
		return aPreset, place, nil
	}
	resolved = reference.ReplaceAllStringFunc(place, func(ref string) string {
		name := reference.FindStringSubmatch(ref)[1]
		if p.Outside.Getenv != nil {
			if value, ok := p.Outside.Getenv(name); ok {
				return value
			}
		}
		err = connectors.Errorf(connectors.KindConfig, "unset_variable", "set it, or write the address itself", "the environment has no %s", name)
		return ""
	})
	switch scheme, _, _ := strings.Cut(resolved, ":"); {
	case err != nil:
		return 0, "", err
	case scheme == "http" || scheme == "https":
		return anInterface, resolved, nil
	case scheme == "bigquery":
		return aDataset, resolved, nil
	}
	return aDatabase, resolved, nil
}

// reference is one to the environment, as configs have them.
var reference = regexp.MustCompile(`\$\{([A-Za-z_][A-Za-z0-9_]*)\}`)

// tableParameter is where an address says which tables are meant.
var tableParameter = regexp.MustCompile(`[?&]table=([^&]*)`)

// tablesOf proposes a source for each of the tables that the address of a database
// names. The address itself stays in the environment: it may hold a password.
func tablesOf(ctx context.Context, p connectors.Project, place, resolved string) ([]*found, error) {
	pattern, named, err := tableOf(resolved)
	if err != nil {
		return nil, err
	}
	address := withoutTable(resolved)
	shown := "${" + variable(databaseOf(address), "db") + "}"
	if written := withoutTable(place); reference.MatchString(written) {
		shown = written
	} else if file, ok := strings.CutPrefix(address, "sqlite:"); ok { // which has no password
		full, err := filepath.Abs(file)
		if err != nil {
			return nil, err
		}
		address, shown = "sqlite:"+full, "sqlite:"+within(p.Dir, full)
	}
	var o sqldb.Options
	o.Spec()
	o.URL, o.Table = address, pattern
	src, err := sqldb.New(p, o)
	if err != nil {
		return nil, err
	}
	list, err := src.Deliveries(ctx, "")
	if err != nil {
		return nil, err
	}
	if !named {
		return nil, namesNoTable("the database", list)
	}
	var out []*found
	for _, d := range list {
		f := &found{name: sourceName(d.Name[strings.LastIndexByte(d.Name, '.')+1:]), connector: "sql", options: []string{"url: " + inQuotes(shown), "table: " + scalar(d.Name)}}
		o.Table = d.Name
		one, err := sqldb.New(p, o)
		if err != nil {
			return nil, err
		}
		if err := f.previewed(ctx, one, d); err != nil {
			return nil, err
		}
		out = append(out, f)
	}
	return out, nil
}

// tableOf is the table that an address names, or the pattern of several; named is
// false where it names none, and means all.
func tableOf(address string) (pattern string, named bool, err error) {
	table := tableParameter.FindStringSubmatch(address)
	if table == nil {
		return "*", false, nil
	}
	if pattern, err = url.QueryUnescape(table[1]); err != nil {
		return "", true, connectors.Errorf(connectors.KindConfig, "bad_url", "write it like ?table=orders", "the table of an address can't be read")
	}
	return pattern, true, nil
}

// namesNoTable says which tables an address could name.
func namesNoTable(of string, tables []connectors.Delivery) error {
	names := make([]string, min(len(tables), 20))
	for i := range names {
		names[i] = tables[i].Name
	}
	return connectors.Errorf(connectors.KindConfig, "no_table", "write it behind the address: ?table=NAME, or with a * for several; there are: "+strings.Join(names, ", "),
		"the address of %s names no table", of)
}

// previewer is a source of tables that can be looked at before their key is known.
type previewer interface {
	Preview(ctx context.Context, d connectors.Delivery, rows int64) (*selection.Preview, error)
}

// previewed looks at a table. Reading it needs a key, which few tables declare.
func (f *found) previewed(ctx context.Context, src previewer, d connectors.Delivery) error {
	p, err := src.Preview(ctx, d, sampled)
	if err != nil {
		return err
	}
	defer p.Close()
	if err := f.read(ctx, p); err != nil || p.Keyed {
		return err
	}
	i := slices.IndexFunc(f.columns, func(c Column) bool { return c.Nulls == 0 && c.Unique() && slices.Contains(p.Sortable, c.Name) })
	if i < 0 {
		f.guesses = append(f.guesses, "it declares no primary key: name the columns that tell its rows apart, like key: [order_id, line_no]")
		return nil
	}
	f.options = append(f.options, "key: "+scalar(f.columns[i].Name))
	f.guesses = append(f.guesses, "the column that tells rows apart")
	return nil
}

// withoutTable is an address as a server is to have it.
func withoutTable(address string) string {
	at := tableParameter.FindStringIndex(address)
	if at == nil {
		return address
	}
	rest := address[at[1]:]
	if address[at[0]] == '?' && strings.HasPrefix(rest, "&") {
		rest = "?" + rest[1:]
	}
	return address[:at[0]] + rest
}

// databaseOf is what the database of an address is called.
func databaseOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	if name := u.Query().Get("database"); name != "" {
		return name
	}
	return strings.Trim(u.Path, "/")
}

// variable makes the name of one of the environment: SHOP_DB of shop and db.
func variable(words ...string) string {
	name := strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return unicode.ToUpper(r)
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return '_'
	}, strings.Join(words, "_"))
	if name = strings.Trim(name, "_"); name[0] <= '9' {
		name = "SOURCE_" + name
	}
	return name
}

// inQuotes writes a text whose references to the environment stay such.
func inQuotes(text string) string {
	q := quoted(text)
	return strings.ReplaceAll(q, "$${", "${")
}

// answersAt asks an interface once, and proposes a source of what it answers.
func answersAt(ctx context.Context, p connectors.Project, place, resolved string) (*found, error) {
	u, err := url.Parse(resolved)
	if err != nil || u.Host == "" {
		return nil, connectors.Errorf(connectors.KindConfig, "bad_url", "write it like https://host/path", "the address of an interface can't be read")
	}
	f := &found{name: sourceName(path.Base(u.Path)), connector: "rest"}
	if f.name == "source" {
		f.name = sourceName(strings.ReplaceAll(u.Hostname(), ".", "_"))
	}
	var c restapi.Config
	c.Spec()
	c.Auth.Spec()
	if u.User != nil {
		c.Auth.User = u.User.Username()
		c.Auth.Password, _ = u.User.Password()
		u.User = nil
	}
	c.URL = u.String()
	client := httpclient.New(httpclient.Options{Agent: "clientele/" + p.Version, Timeout: time.Minute, SameHost: true, SecretPath: true, Outside: p.Outside})
	defer client.Close()
	request := client.R(ctx).SetHeader("Accept", "application/json")
	if c.Auth.User != "" {
		request.SetBasicAuth(c.Auth.User, c.Auth.Password)
	}
	answer, err := client.Do(request, http.MethodGet, c.URL)
	if err != nil {
		return nil, err
	}
	c.Records = recordsOf(bytes.NewReader(answer.Body()))
	src, err := restapi.New(p, c)
	if err != nil {
		return nil, err
	}
	if err := f.sample(ctx, src, connectors.Delivery{Name: f.name}); err != nil {
		return nil, err
	}
	f.place = []string{"url: " + inQuotes(f.shown(place)) + "   # guess: does it answer in pages? docs/rest.md says how to ask for the next"}
	if c.Auth.User != "" {
		f.place = append(f.place, fmt.Sprintf("auth: { user: %s, password: %s }", inQuotes("${"+variable(f.name, "user")+"}"), inQuotes("${"+variable(f.name, "password")+"}")))
	}
	if c.Records != "" {
		f.options = append(f.options, "records: "+scalar(c.Records))
	}
	return f, nil
}

// plainValue are values of a query that can be no secret: short words and numbers.
var plainValue = regexp.MustCompile(`^(\$\{[A-Za-z_][A-Za-z0-9_]*\}|[a-z_,-]{0,20}|[0-9]{1,6}|[0-9]{4}-[0-9]{2}-[0-9]{2})$`)

// shown is an address with what may be a secret left to the environment: who reads,
// and every value of the query that is more than a short word or a number.
func (f *found) shown(place string) string {
	address, query, asks := strings.Cut(place, "?")
	if scheme, rest, ok := strings.Cut(address, "://"); ok {
		if at := strings.LastIndexByte(strings.SplitN(rest, "/", 2)[0], '@'); at >= 0 {
			address = scheme + "://" + rest[at+1:]
		}
	}
	if !asks {
		return address
	}
	parts := strings.Split(query, "&")
	for i, part := range parts {
		name, value, _ := strings.Cut(part, "=")
		if !plainValue.MatchString(value) || secretName.MatchString(name) && !reference.MatchString(value) {
			parts[i] = name + "=${" + variable(f.name, name) + "}"
		}
	}
	return address + "?" + strings.Join(parts, "&")
}

// secretName are parameters whose values are secrets, however short.
var secretName = regexp.MustCompile(`(?i)key|token|secret|pass|pwd|auth|sig|cred`)

// presetAt proposes a source of a preset, which says itself what it reads.
func presetAt(place string) (*found, error) {
	name, at, _ := strings.Cut(strings.TrimPrefix(place, presetPrefix), "=")
	presets, err := config.Presets()
	if err != nil {
		return nil, err
	}
	names := make([]string, len(presets))
	for i, p := range presets {
		if names[i] = p.Name; p.Name != name {
			continue
		}
		f := &found{name: sourceName(name), connector: "rest", preset: true, place: []string{"preset: " + name}}
		switch {
		case at != "":
			f.place = append(f.place, "url: "+inQuotes(f.shown(at)))
		case p.At != "":
			f.place = append(f.place, "url: "+scalar(p.At)+"   # guess: your own")
		}
		f.place = append(f.place, "auth: "+p.Auth)
		return f, nil
	}
	hint := "there are: " + strings.Join(names, ", ")
	if like := suggest.Suggest(name, names); like != "" {
		hint = fmt.Sprintf("did you mean %q?", like)
	}
	return nil, connectors.Errorf(connectors.KindConfig, "unknown_preset", hint, "no preset is called %q", name)
}
