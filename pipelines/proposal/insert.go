package proposal

import "strings"

// Insert puts sources, as Sources returns them, at the end of the block `sources:`
// of a config. ok is false where there is no such block, as when the sources stand
// in braces or in files of their own.
func Insert(config, sources string) (text string, ok bool) {
	lines := strings.SplitAfter(config, "\n")
	last := -1 // line of the block
scan:
	for i, line := range lines {
		content := strings.TrimSpace(line)
		indented := strings.HasPrefix(line, " ")
		switch {
		case last < 0 && strings.HasPrefix(line, "sources:") && (content == "sources:" || strings.HasPrefix(strings.TrimSpace(content[len("sources:"):]), "#")):
			last = i
		case last < 0 || content == "" || !indented && strings.HasPrefix(line, "#"):
		case indented:
			last = i
		default:
			break scan
		}
	}
	if last < 0 {
		return "", false
	}
	lines[last] = strings.TrimRight(lines[last], "\r\n") + "\n" + sources
	return strings.Join(lines, ""), true
}
