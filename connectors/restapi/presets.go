package restapi

import (
	"embed"
	"io/fs"
	"strings"
)

// presets are the sources of known products, as a config would write them: what
// they are tested on stands in each.
//
//go:embed presets/*.yaml
var presets embed.FS

// Presets returns the names of the presets, in order.
func Presets() []string {
	files, _ := fs.Glob(presets, "presets/*.yaml") // the pattern is a good one
	for i, file := range files {
		files[i] = strings.TrimSuffix(strings.TrimPrefix(file, "presets/"), ".yaml")
	}
	return files
}

// Preset returns the text of a preset.
func Preset(name string) ([]byte, bool) {
	text, err := presets.ReadFile("presets/" + name + ".yaml")
	return text, err == nil
}
