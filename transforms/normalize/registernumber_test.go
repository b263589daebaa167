package normalize

import (
	"testing"

	"pgregory.net/rapid"
)

func TestRegisterNumbers(t *testing.T) {
	for _, test := range []struct {
		of         string
		read       func(string) (string, bool)
		text, want string
	}{
		{"lei", LEI, "529900D6BF99LW9R2E68", "529900D6BF99LW9R2E68"}, {"lei", LEI, "5299 00d6 bf99 lw9r 2e68", "529900D6BF99LW9R2E68"},
		{"lei", LEI, "529900D6BF99LW9R2E69", ""}, {"lei", LEI, "529900D6BF99LW9R2E6", ""}, {"lei", LEI, "529900D6BF99LW9R2EAB", ""},
		{"siren", SIREN, "732 829 320", "732829320"}, {"siren", SIREN, "732829321", ""}, {"siren", SIREN, "73282932000074", "732829320"}, {"siren", SIREN, "73282932000075", ""},
		{"siren", SIREN, "356000000 12345", "356000000"}, {"siren", SIREN, "000000000", ""},
		{"company", CompanyNumber, "00445790", "00445790"}, {"company", CompanyNumber, "445790", "00445790"}, {"company", CompanyNumber, "sc 95000", "SC095000"},
		{"company", CompanyNumber, "S0095000", ""}, {"company", CompanyNumber, "123", ""}, {"company", CompanyNumber, "123456789", ""}, {"company", CompanyNumber, "SCABCDEF", ""},
	} {
		if got, ok := test.read(test.text); ok != (test.want != "") || ok && got != test.want {
			t.Errorf("%s %q: %q, %v; want %q", test.of, test.text, got, ok, test.want)
		}
	}
}

// TestRegisterNumbersAreIdempotent: what was normalised stays as it is.
func TestRegisterNumbersAreIdempotent(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringMatching(`[A-Z]{0,2} ?[0-9]{4,18}`).Draw(t, "text")
		for _, read := range []func(string) (string, bool){LEI, SIREN, CompanyNumber} {
			once, ok := read(text)
			if !ok {
				continue
			}
			if twice, ok := read(once); !ok || twice != once {
				t.Fatalf("%q becomes %q, that %q, %v", text, once, twice, ok)
			}
		}
	})
}
