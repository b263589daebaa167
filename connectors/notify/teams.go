package notify

import "strings"

// teamsEscaper takes their meaning from characters that Adaptive Cards give one
// in texts.
var teamsEscaper = strings.NewReplacer(`\`, `\\`, "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "`", "'", "#", `\#`)

// teamsMessage returns the message as an Adaptive Card, wrapped as a workflow
// webhook takes it. Such a message may have 28 kB.
func teamsMessage(m Message) any {
	type object = map[string]any
	color := "Good"
	if !m.good() {
		color = "Attention"
	}
	facts := []object{}
	for _, f := range m.facts() {
		facts = append(facts, object{"title": f.name, "value": teamsEscaper.Replace(f.value)})
	}
	body := []object{
		{"type": "TextBlock", "text": teamsEscaper.Replace(m.Subject()), "size": "Medium", "weight": "Bolder", "wrap": true, "color": color},
		{"type": "FactSet", "facts": facts},
	}
	const most = 20 // lines of a paragraph, which keeps the whole below the limit
	for _, p := range m.paragraphs() {
		body = append(body, object{"type": "TextBlock", "text": p.heading, "weight": "Bolder", "wrap": true, "spacing": "Medium"})
		lines := p.lines
		if len(lines) > most {
			lines = append(lines[:most:most], "…")
		}
		for _, l := range lines {
			block := object{"type": "TextBlock", "text": teamsEscaper.Replace(shorten(l, 300)), "wrap": true, "spacing": "Small"}
			if p.code {
				block["fontType"] = "Monospace"
			}
			body = append(body, block)
		}
	}
	card := object{"$schema": "http://adaptivecards.io/schemas/adaptive-card.json", "type": "AdaptiveCard", "version": "1.4", "msteams": object{"width": "Full"}, "body": body}
	return object{"type": "message", "attachments": []object{{"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": nil, "content": card}}}
}
