package restapi

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"slices"
	"sync"
	"time"

	"clientele/connectors"
	"clientele/connectors/httpclient"
	"clientele/connectors/jsonrows"
	"clientele/schemas/option"
)

// Auth says who asks. What is set is sent; nothing of it is in any message.
type Auth struct {
	// Bearer is a token.
	Bearer string
	// User and Password are for basic authentication.
	User, Password string
	// Key is sent in the header or the query parameter of that name.
	Key, Header, Query string
	OAuth2             OAuth2
	Login              Login
	// Values are further placeholders of requests.
	Values map[string]string
}

// OAuth2 asks for tokens with client credentials (RFC 6749, section 4.4).
type OAuth2 struct {
	Used                            bool
	URL                             string
	ClientID, ClientSecret          string
	Scope, Audience, AuthenticateBy string
}

// The ways in which a client tells a token server who it is.
const (
	byHeader = "header"
	byBody   = "body"
)

// Login asks for what {session} stands for.
type Login struct {
	// Body is the JSON that is posted, "" for no login.
	Body string
	// Session is the path of the session within the answer.
	Session string
}

// Spec returns the description of the options, bound to a.
func (a *Auth) Spec() *option.Spec {
	s := option.New("auth", "Who asks; best written as ${NAME}, from the environment.")
	s.String(&a.Bearer, "bearer", "", "token that is sent as Authorization: Bearer").Secret()
	s.String(&a.User, "user", "", "user of basic authentication").Secret()
	s.String(&a.Password, "password", "", "password of basic authentication").Secret()
	s.String(&a.Key, "key", "", "key that is sent in the header or the query parameter named beside it").Secret()
	s.String(&a.Header, "header", "", "header that takes the key").Example("X-Api-Key")
	s.String(&a.Query, "query", "", "query parameter that takes the key")
	o := s.Object("oauth2", "client credentials, for which tokens are asked and renewed").Present(&a.OAuth2.Used).Spec()
	o.String(&a.OAuth2.URL, "url", "", "where tokens are asked for").Required()
	o.String(&a.OAuth2.ClientID, "client_id", "", "id of the client").Required().Secret()
	o.String(&a.OAuth2.ClientSecret, "client_secret", "", "secret of the client").Required().Secret()
	o.String(&a.OAuth2.Scope, "scope", "", "scopes, with blanks between")
	o.String(&a.OAuth2.Audience, "audience", "", "audience, where the server wants one")
	o.Enum(&a.OAuth2.AuthenticateBy, "by", byHeader, []string{byHeader, byBody}, "whether id and secret are sent as basic authentication or in the body")
	l := s.Object("login", "a request whose answer has what {session} stands for").Spec()
	l.String(&a.Login.Body, "body", "", "JSON that is posted to the source's url; it may hold the names of values").Required()
	l.String(&a.Login.Session, "session", "result", "path of the session within the answer")
	a.Values = map[string]string{}
	s.Pairs("values", "what further placeholders of requests stand for, by name", pairs(a.Values)).Secret().Example(`{ database: shop, user: reader, password: "${ODOO_KEY}" }`)
	return s
}

// credentials put what Auth says on requests, and get the tokens that it takes.
type credentials struct {
	auth   *Auth
	client *httpclient.Client
	url    string // of the source
	now    func() time.Time

	mu      sync.Mutex
	token   string
	until   time.Time // zero where the token does not say
	session json.RawMessage
}

// apply puts the credentials on a request.
func (c *credentials) apply(ctx context.Context, header http.Header, query url.Values) error {
	a := c.auth
	switch {
	case a.OAuth2.Used:
		token, err := c.bearer(ctx)
		if err != nil {
			return err
		}
		header.Set("Authorization", "Bearer "+token)
	case a.Bearer != "":
		header.Set("Authorization", "Bearer "+a.Bearer)
	case a.User != "" || a.Password != "":
		header.Set("Authorization", basic(a.User, a.Password))
	}
	switch {
	case a.Key == "":
	case a.Header != "":
		header.Set(a.Header, a.Key)
	case a.Query != "":
		query.Set(a.Query, a.Key)
	}
	return nil
}

func basic(user, password string) string {
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user+":"+password))
}

// early is how long before its end a token is renewed, so that none ends on its
// way.
const early = time.Minute

// bearer returns a token that holds for a while, a new one if need be.
func (c *credentials) bearer(ctx context.Context) (string, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.token != "" && (c.until.IsZero() || c.now == nil || c.now().Before(c.until)) {
		return c.token, nil
	}
	o := c.auth.OAuth2
	form := url.Values{"grant_type": {"client_credentials"}}
	for name, value := range map[string]string{"scope": o.Scope, "audience": o.Audience} {
		if value != "" {
			form.Set(name, value)
		}
	}
	r := c.client.R(httpclient.Repeatable(ctx)) // a token more does no harm
	if o.AuthenticateBy == byBody {
		form.Set("client_id", o.ClientID)
		form.Set("client_secret", o.ClientSecret)
	} else {
		r.SetHeader("Authorization", basic(url.QueryEscape(o.ClientID), url.QueryEscape(o.ClientSecret)))
	}
	r.SetHeader("Accept", "application/json").SetHeader("Content-Type", "application/x-www-form-urlencoded").SetBody(form.Encode())
	resp, err := c.client.Do(r, http.MethodPost, o.URL)
	if err != nil {
		return "", err
	}
	var answer struct {
		Token   string      `json:"access_token"`
		Expires json.Number `json:"expires_in"`
	}
	if json.Unmarshal(resp.Body(), &answer) != nil || answer.Token == "" {
		return "", connectors.Errorf(connectors.KindEnvironment, "credential", "check auth.oauth2", "the token server answered without an access_token")
	}
	c.token, c.until = answer.Token, time.Time{}
	if seconds, err := answer.Expires.Int64(); err == nil && c.now != nil {
		c.until = c.now().Add(time.Duration(seconds)*time.Second - early)
	}
	return c.token, nil
}

// renew forgets a token that the server did not take. It returns false where
// there is none that could be another the next time.
func (c *credentials) renew() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	held := c.token != "" || c.session != nil
	c.token, c.session = "", nil
	return held
}

// values returns what the placeholders of credentials stand for; it logs in where
// there is a login.
func (c *credentials) values(ctx context.Context) (values, error) {
	v := values{}
	for name, text := range c.auth.Values {
		v[name] = quoted(text)
	}
	if c.auth.Login.Body == "" {
		return v, nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.session == nil {
		body, err := v.body(c.auth.Login.Body)
		if err != nil {
			return nil, connectors.Errorf(connectors.KindConfig, "bad_option", "write it as JSON", "auth.login.body is not valid JSON")
		}
		r := c.client.R(httpclient.Repeatable(ctx)).SetHeader("Content-Type", "application/json").SetBody([]byte(body))
		resp, err := c.client.Do(r, http.MethodPost, c.url)
		if err != nil {
			return nil, err
		}
		session := json.RawMessage(nil)
		if json.Valid(resp.Body()) {
			session = slices.Clone(jsonrows.At(resp.Body(), jsonrows.Path(c.auth.Login.Session)))
		}
		// A login that is refused is told by no session, by false, or by an object
		// that says why.
		if len(session) == 0 || session[0] == 'f' || session[0] == '{' {
			return nil, connectors.Errorf(connectors.KindEnvironment, "credential", "check auth.values, and what they may do", "the login at %s was refused", c.url)
		}
		c.session = session
	}
	v[valueSession] = c.session
	return v, nil
}

// known returns the names of all placeholders.
func (a *Auth) known() []string {
	out := slices.Clone(placeholders)
	for name := range a.Values {
		out = append(out, name)
	}
	slices.Sort(out)
	return out
}
