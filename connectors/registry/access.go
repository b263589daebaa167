package registry

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"

	"clientele/schemas/option"
)

// Access are the options that all registers have which are called.
type Access struct {
	URL  string  // of the interface, without a slash at its end
	Key  string  // "" for none
	Rate float64 // calls a second
}

// Spec adds the options to s. address and rate are what holds where the config
// says nothing.
func (a *Access) Spec(s *option.Spec, address string, rate float64, c Card) {
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
	var calls int
	s.Int(&calls, "calls_per_run", 0, 0, 1<<40, "calls of a night at most").NotBuilt("nights do not ask registers yet, only `clientele enrich lookup` does")
}

// HasKey reports whether there is a key: a reference that the environment does
// not answer is none.
func (a *Access) HasKey() bool { return a.Key != "" && !strings.HasPrefix(a.Key, "${") }

func loopback(u *url.URL) bool {
	ip, err := netip.ParseAddr(u.Hostname())
	return u.Scheme == "http" && (u.Hostname() == "localhost" || err == nil && ip.IsLoopback())
}
