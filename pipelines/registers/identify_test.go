package registers_test

import (
	"testing"

	"clientele/connectors"
	"clientele/connectors/registry"
	"clientele/pipelines/registers"
)

func TestIdentify(t *testing.T) {
	for _, test := range []struct {
		text, country string
		by            registry.Key
		value         string
		also          registry.Key // follows from it
		code          string
	}{
		{"0403.019.261", "BE", registry.KeyEnterprise, "0403019261", registry.KeyVAT, ""},
		{"403 019 261", "BE", registry.KeyEnterprise, "0403019261", registry.KeyVAT, ""},
		{"BE0403019261", "NL", registry.KeyVAT, "BE0403019261", registry.KeyEnterprise, ""},
		{"be 0403.019.261", "", registry.KeyVAT, "BE0403019261", registry.KeyEnterprise, ""},
		{"FR40303265045", "", registry.KeyVAT, "FR40303265045", registry.KeySIREN, ""},
		{"69599084", "NL", registry.KeyKvK, "69599084", "", ""},
		{"732829320", "FR", registry.KeySIREN, "732829320", "", ""},
		{"732 829 320 00074", "FR", registry.KeySIREN, "732829320", "", ""},
		{"SC095000", "GB", registry.KeyCompany, "SC095000", "", ""},
		{"529900d6bf99lw9r2e68", "BE", registry.KeyLEI, "529900D6BF99LW9R2E68", "", ""},
		{"Bakkerij Voorbeeld", "BE", registry.KeyName, "Bakkerij Voorbeeld", "", ""},
		{"Studio 54", "BE", registry.KeyName, "Studio 54", "", ""},
		{"0403019262", "BE", "", "", "", "bad_number"},
		{"BE0403019262", "BE", "", "", "", "bad_number"},
		{"1234567890", "", "", "", "", "bad_number"},
		{"  ", "BE", "", "", "", "no_question"},
	} {
		id, err := registers.Identify(test.text, test.country)
		if connectors.CodeOf(err) != test.code {
			t.Errorf("%q: %v, want code %q", test.text, err, test.code)
			continue
		}
		if err == nil && (id.By != test.by || id.Values[id.By] != test.value || test.also != "" && id.Values[test.also] == "") {
			t.Errorf("%q: %+v", test.text, id)
		}
	}
}
