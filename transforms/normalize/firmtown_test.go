package normalize

import "testing"

func TestWithoutTown(t *testing.T) {
	for _, c := range []struct{ core, town, rest string }{
		{"drukwerk gent", "Gent", "drukwerk"},
		{"drukwerk gand", "Gent", "drukwerk"},
		{"glaswerken menen menen", "Menen", "glaswerken"},
		{"solastacon construct woluwe saint lambert", "Sint-Lambrechts-Woluwe", "solastacon construct"},
		{"impressions la louviere", "La Louvière", "impressions"},
		{"drukwerk gent", "Aalst", ""},
		{"gent drukwerk", "Gent", ""},
		{"gent", "Gent", ""},
		{"", "Gent", ""},
	} {
		rest, ok := WithoutTown(c.core, TownKey(c.town))
		if ok != (c.rest != "") || ok && rest != c.rest || !ok && rest != c.core {
			t.Errorf("%q in %s: %q, %v; want %q", c.core, c.town, rest, ok, c.rest)
		}
	}
}
