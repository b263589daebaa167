package vies

import (
	"encoding/json"
	"strings"

	"clientele/connectors"
)

// fault returns the code with which the register says that it did not answer, ""
// where it did.
func fault(body []byte) string {
	var f struct {
		Errors []struct {
			Error string `json:"error"`
		} `json:"errorWrappers"`
		User string `json:"userError"`
	}
	if json.Unmarshal(body, &f) != nil {
		return ""
	}
	if len(f.Errors) > 0 {
		return f.Errors[0].Error
	}
	if f.User == "VALID" || f.User == "INVALID" {
		return ""
	}
	return f.User
}

// passing reports whether a fault may be gone soon: the question may be put
// again.
func passing(code string) bool {
	switch code {
	case "SERVICE_UNAVAILABLE", "MS_UNAVAILABLE", "TIMEOUT", "SERVER_BUSY":
		return true
	}
	return strings.Contains(code, "_MAX_CONCURRENT_REQ")
}

// refusal is the error of a fault.
func refusal(code string) error {
	switch {
	case passing(code):
		return connectors.Errorf(connectors.KindTransient, "outage", "try again later; the number is neither valid nor invalid until then",
			"VIES can't answer for this country now (%s)", code)
	case code == "INVALID_INPUT":
		return connectors.Errorf(connectors.KindData, "bad_number", "VAT numbers begin with their country, like BE0403019261", "VIES takes this for no VAT number (%s)", code)
	case strings.HasSuffix(code, "_BLOCKED"):
		return connectors.Errorf(connectors.KindEnvironment, "blocked", "ask less, and the European Commission to lift it", "VIES answers this machine no more (%s)", code)
	}
	return connectors.Errorf(connectors.KindTransient, "outage", "try again later", "VIES did not answer (%s)", code)
}
