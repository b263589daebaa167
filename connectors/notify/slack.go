package notify

import "strings"

// Slack takes so many characters in a header, in a text and in a field, and so
// many fields in a section.
const (
	slackHeader = 150
	slackText   = 3000
	slackField  = 2000
	slackFields = 10
)

type slackObject = map[string]any

// slackEscaper takes their meaning from characters that Slack gives one:
// https://docs.slack.dev/messaging/formatting-message-text.
var slackEscaper = strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;")

// slackMessage returns the message as blocks, with a text for notifications.
func slackMessage(m Message) any {
	mark := "✅ "
	if !m.good() {
		mark = "⚠️ "
	}
	blocks := []slackObject{{"type": "header", "text": slackObject{"type": "plain_text", "text": shorten(mark+m.Subject(), slackHeader)}}}
	var fields []slackObject
	for _, f := range m.facts() {
		if len(fields) < slackFields {
			fields = append(fields, slackObject{"type": "mrkdwn", "text": shorten("*"+f.name+"*\n"+slackEscaper.Replace(f.value), slackField)})
		}
	}
	blocks = append(blocks, slackObject{"type": "section", "fields": fields})
	for _, p := range m.paragraphs() {
		var b strings.Builder
		for i, l := range p.lines {
			l = slackEscaper.Replace(shorten(l, 400))
			if b.Len()+len(l) > slackText-200 {
				b.WriteString("\n…")
				break
			}
			if i > 0 {
				b.WriteByte('\n')
			}
			b.WriteString(l)
		}
		text := b.String()
		if p.code {
			text = "```\n" + strings.ReplaceAll(text, "`", "'") + "\n```"
		}
		blocks = append(blocks, slackObject{"type": "section", "text": slackObject{"type": "mrkdwn", "text": "*" + p.heading + "*\n" + text}})
	}
	return slackObject{"text": slackEscaper.Replace(mark + m.Subject()), "blocks": blocks}
}
