package config

import (
	"errors"
	"fmt"
	"net/mail"
	"net/netip"
	"net/url"
	"slices"
	"strings"

	"clientele/schemas/option"
	"clientele/schemas/suggest"
)

// The topics of messages: how a night ended.
const (
	TopicFailed    = "failed"    // the work failed, could not begin, or was stopped
	TopicHeld      = "held"      // checks failed, nothing new is published
	TopicPartly    = "partly"    // published with a source held back
	TopicPublished = "published" // published whole
	TopicRecovered = "recovered" // the first published after one that was not
)

var topics = []string{TopicFailed, TopicHeld, TopicPartly, TopicPublished, TopicRecovered}

// Owners is the word for the owners of the sources that were held back, among
// addresses of a Channel.
const Owners = "owners"

// Channel is one way by which word of a night goes out.
type Channel struct {
	On      []string // topics
	Sources []string // only where one of these was held back, and only about them; all where it is empty
	Slack   string
	Teams   string
	Webhook string
	Secret  string // that the webhook is signed with
	Mail    []string
	Ping    Ping
	At      option.Position
}

// Ping are the URLs that a service watches which notices when none is called.
type Ping struct {
	URL, Start, Fail string
}

// Mail is the server that mail goes out by.
type Mail struct {
	Server   string // host or host:port
	User     string
	Password string
	From     string
	TLS      string // starttls, implicit or none
	At       option.Position
}

// Telemetry says where traces and metrics of a run go.
type Telemetry struct {
	Endpoint string
	Headers  map[string]string
	Service  string
}

// OpenLineage says where lineage events of a run go.
type OpenLineage struct {
	File      string
	URL       string
	Key       string
	Namespace string
}

func (c *Config) observeSpec(s *option.Spec) {
	s.List("notify", "who hears how a night ended, and when", func() *option.Spec {
		ch := &Channel{}
		c.Notify = append(c.Notify, ch)
		return ch.spec()
	})
	c.Mail.spec(s.Object("mail", "the server that mail goes out by").Spec())
	t := s.Object("telemetry", "traces and metrics, sent once at the end of a run").Spec()
	otlp := t.Object("otlp", "where they go by OTLP over HTTP; OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_HEADERS are heeded where it is left out").Spec()
	address(otlp, &c.Telemetry.Endpoint, "endpoint", "URL of the collector, without /v1/traces").Example("http://localhost:4318")
	c.Telemetry.Headers = map[string]string{}
	otlp.Pairs("headers", "headers of the requests", func(name, value string) error { c.Telemetry.Headers[name] = value; return nil }).Secret()
	otlp.String(&c.Telemetry.Service, "service", "clientele", "service.name of the resource")
	l := s.Object("openlineage", "OpenLineage events, when a run begins and when it ends").Spec()
	l.String(&c.OpenLineage.File, "file", "", "file that events are added to, one a line; relative to the config").Example("out/lineage.ndjson")
	address(l, &c.OpenLineage.URL, "url", "URL that events are posted to").Example("http://localhost:5000/api/v1/lineage")
	l.String(&c.OpenLineage.Key, "key", "", "bearer token of that URL").Secret()
	l.String(&c.OpenLineage.Namespace, "namespace", "clientele", "namespace of the job")
	l.Check(func() error {
		if c.OpenLineage.File != "" && c.OpenLineage.URL != "" {
			return errors.New("either a file or a url, not both")
		}
		return nil
	})
}

func (ch *Channel) spec() *option.Spec {
	s := option.New("channel", "One way by which word of a night goes out.")
	s.At(&ch.At)
	ch.On = []string{TopicFailed, TopicHeld, TopicPartly, TopicRecovered}
	onSet := false
	on := s.Words("on", "how a night ended that this hears of: "+strings.Join(topics, ", "), func(words []string) error {
		for _, w := range words {
			if !slices.Contains(topics, w) {
				return hinted{fmt.Errorf("can't be %q: one of %s", w, strings.Join(topics, ", ")), suggest.Suggest(w, topics)}
			}
		}
		ch.On = words
		return nil
	}).Present(&onSet)
	on.Default = "[failed, held, partly, recovered]"
	s.Strings(&ch.Sources, "sources", "only where one of these sources was held back, and only about them")
	address(s, &ch.Slack, "slack", "incoming webhook of Slack").Secret().Example(`"${SLACK_URL}"`)
	address(s, &ch.Teams, "teams", "workflow webhook of Microsoft Teams").Secret().Example(`"${TEAMS_URL}"`)
	address(s, &ch.Webhook, "webhook", "URL that the message is posted to as JSON; docs/operation.md describes it").Secret()
	s.String(&ch.Secret, "secret", "", "secret that the webhook's messages are signed with").Secret()
	s.Words("mail", "addresses; owners stands for the owner of each source that was held back, who hears of that source only", func(words []string) error {
		for _, w := range words {
			if !isAddress(w) && w != Owners {
				return fmt.Errorf("can't be %q: it is no mail address", w)
			}
		}
		ch.Mail = words
		return nil
	}).Example("[data@example.com]")
	p := s.Object("ping", "URL that is called when a night ends well, for a service that notices when it is not").Spec()
	p.Shorthand(address(p, &ch.Ping.URL, "url", "called when a night is published").Secret().Required())
	address(p, &ch.Ping.Start, "start", "called when it begins; url/start where it is left out").Secret()
	address(p, &ch.Ping.Fail, "fail", "called when it ends badly; url/fail where it is left out").Secret()
	s.Check(func() error {
		ways := 0
		for _, used := range []bool{ch.Slack != "", ch.Teams != "", ch.Webhook != "", len(ch.Mail) > 0, ch.Ping.URL != ""} {
			if used {
				ways++
			}
		}
		switch {
		case ways != 1:
			return errors.New("needs one of slack, teams, webhook, mail and ping")
		case ch.Secret != "" && ch.Webhook == "":
			return errors.New("a secret goes with a webhook")
		case ch.Ping.URL != "" && (onSet || len(ch.Sources) > 0):
			return errors.New("a ping is called for every night: on and sources do not go with it")
		}
		return nil
	})
	return s
}

func (m *Mail) spec(s *option.Spec) {
	s.At(&m.At)
	s.String(&m.Server, "server", "", "host, or host:port").Required().Example("smtp.example.com:587")
	s.String(&m.User, "user", "", "user of the server; none where it is left out")
	s.String(&m.Password, "password", "", "password of the user").Secret()
	s.String(&m.From, "from", "", "address that mail comes from").Required()
	s.Enum(&m.TLS, "tls", "starttls", []string{"starttls", "implicit", "none"}, "how the connection is encrypted; none is for a relay on the same machine")
	s.Check(func() error {
		if !isAddress(m.From) {
			return fmt.Errorf("from can't be %q: it is no mail address", m.From)
		}
		if m.TLS == "none" && m.Password != "" {
			return errors.New("a password needs tls")
		}
		return nil
	})
}

// address adds an option that is a URL. One that comes from the environment may
// not be known here, and is looked at when it is used.
func address(s *option.Spec, p *string, name, doc string) *option.Field {
	*p = ""
	return s.Func(name, "URL", doc, func(text string) error {
		if scheme, _, ok := strings.Cut(text, "://"); ok && !strings.HasPrefix(text, "${") {
			u, err := url.Parse(text)
			if err != nil || u.Host == "" || scheme != "https" && scheme != "http" {
				return errors.New("must be a URL like https://host/path")
			}
		}
		*p = text
		return nil
	})
}

// isAddress reports whether a text is a mail address, or a reference to the
// environment that is not looked up.
func isAddress(text string) bool {
	_, err := mail.ParseAddress(text)
	return err == nil || strings.HasPrefix(text, "${")
}

// hinted is an error with a proposal.
type hinted struct {
	error
	like string
}

// Hint implements what option asks of errors.
func (h hinted) Hint() string {
	if h.like == "" {
		return ""
	}
	return fmt.Sprintf("did you mean %q?", h.like)
}

// checkObserve finds what is wrong between the parts that send word of a night.
func (c *Config) checkObserve() option.Findings {
	var fs option.Findings
	for _, ch := range c.Notify {
		if len(ch.Mail) > 0 && c.Mail.Server == "" {
			fs = append(fs, c.Finding(option.Error, "missing_option", ch.At, "add mail: { server: …, from: … }", "notify: mail needs a mail server"))
		}
		for _, name := range ch.Sources {
			if _, ok := c.Source(name); !ok {
				fs = append(fs, c.Finding(option.Error, "unknown_source", ch.At, "", "notify.sources: no source is called %q", name))
			}
		}
		if slices.Contains(ch.Mail, Owners) && !slices.ContainsFunc(c.Sources, func(s *Source) bool { return s.OwnerAddress() != "" }) {
			fs = append(fs, c.Finding(option.Warning, "no_owner", ch.At, "say owner: somebody@example.com in a source", "notify: no source has an owner with a mail address"))
		}
		for _, u := range []string{ch.Slack, ch.Teams, ch.Webhook, ch.Ping.URL} {
			if insecure(u) {
				fs = append(fs, c.Finding(option.Warning, "insecure", ch.At, "use https", "notify: what is sent can be read on its way"))
			}
		}
	}
	return fs
}

// insecure reports whether a URL leads over the network without encryption.
func insecure(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "http" {
		return false
	}
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Hostname() != "localhost" && (err != nil || !ip.IsLoopback())
}

// OwnerAddress returns the mail address of who answers for the source, "" where
// none is known.
func (s *Source) OwnerAddress() string {
	a, err := mail.ParseAddress(s.Owner)
	if err != nil {
		return ""
	}
	return a.Address
}
