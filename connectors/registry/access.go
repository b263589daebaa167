package registry

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"

	"clientele/schemas/option"
)

// Renewal says how long nights take the answers of a register for what it would
// answer now.
type Renewal struct{ RefreshAfter option.Period }

// Spec adds the option to s. after is what holds where the config says nothing.
func (r *Renewal) Spec(s *option.Spec, after, doc string) {
	period(s, &r.RefreshAfter, "refresh_after", after, doc)
}

// period adds a period to s that is def, a constant, where the config says nothing.
func period(s *option.Spec, p *option.Period, name, def, doc string) {
	s.Period(p, name, doc).Default = def
	*p, _ = option.ParsePeriod(def)
}

// Access are the options that all registers have which are called.
type Access struct {
	Renewal
	URL  string  // of the interface, without a slash at its end
	Key  string  // "" for none
	Rate float64 // calls a second
	// UnknownAfter is how long nights believe that a register knows no such firm.
	UnknownAfter option.Period
	// CallsPerRun and CallsPerMonth bound what nights ask; no month is bounded by 0.
	CallsPerRun, CallsPerMonth int
}

// unknownAfter is UnknownAfter where the config says nothing.
const unknownAfter = "90d"

// Spec adds the options to s. address, rate and renewal, a period, are what holds
// where the config says nothing.
func (a *Access) Spec(s *option.Spec, address string, rate float64, renewal string, c Card) {
	a.URL = address
	f := s.Func("url", "URL", "where its interface is; another one for its test service, or for tests", func(text string) error {
		u, err := url.Parse(strings.TrimRight(text, "/"))
		if err != nil || u.Host == "" || u.RawQuery != "" || u.User != nil || u.Scheme != "https" && !loopback(u) {
			return errors.New("must be a URL like https://host/path, with neither user nor query; http only on this machine")
		}
		a.URL = u.String()
		return nil
	})
	f.Default = address
	if c.NeedsKey {
		s.String(&a.Key, "key", "", "key of the interface, got at "+c.KeyFrom).Secret().Example(`"${` + strings.ToUpper(c.Name) + `_KEY}"`)
	}
	s.Float(&a.Rate, "rate", rate, 0.001, 1000, "calls a second at most")
	a.Renewal.Spec(s, renewal, "age from which a night asks about a firm again")
	period(s, &a.UnknownAfter, "unknown_after", unknownAfter, "age from which a night asks again about a firm that the register did not know")
	s.Int(&a.CallsPerRun, "calls_per_run", 500, 0, 1<<40, "calls of a night at most; 0 leaves the register to `clientele enrich lookup`")
	s.Int(&a.CallsPerMonth, "calls_per_month", 0, 0, 1<<40, "calls of the nights of a calendar month at most; 0 for no bound")
}

// HasKey reports whether there is a key: a reference that the environment does
// not answer is none.
func (a *Access) HasKey() bool { return a.Key != "" && !strings.HasPrefix(a.Key, "${") }

func loopback(u *url.URL) bool {
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback())
}
