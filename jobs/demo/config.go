package demo

import _ "embed"

// Config is the config of the demo's project, to be written beside its incoming
// files.
//
//go:embed clientele.yaml
var Config []byte
