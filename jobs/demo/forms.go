package demo

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"
)

// response is one item of a Typeform Responses API answer. Answers that were
// skipped are missing.
type response struct {
	LandingID   string            `json:"landing_id"`
	Token       string            `json:"token"`
	ResponseID  string            `json:"response_id"`
	LandedAt    time.Time         `json:"landed_at"`
	SubmittedAt time.Time         `json:"submitted_at"`
	Metadata    metadata          `json:"metadata"`
	Hidden      map[string]string `json:"hidden"`
	Calculated  map[string]int    `json:"calculated"`
	Answers     []answer          `json:"answers"`
}

type metadata struct {
	UserAgent string `json:"user_agent"`
	Platform  string `json:"platform"`
	Referer   string `json:"referer"`
	NetworkID string `json:"network_id"`
	Browser   string `json:"browser"`
}

type answer struct {
	Field       field    `json:"field"`
	Type        string   `json:"type"`
	Text        string   `json:"text,omitempty"`
	Email       string   `json:"email,omitempty"`
	PhoneNumber string   `json:"phone_number,omitempty"`
	Boolean     *bool    `json:"boolean,omitempty"`
	Choice      *choice  `json:"choice,omitempty"`
	Choices     *choices `json:"choices,omitempty"`
}

type field struct {
	ID   string `json:"id"`
	Ref  string `json:"ref"`
	Type string `json:"type"`
}

type choice struct {
	Label string `json:"label"`
}

type choices struct {
	Labels []string `json:"labels"`
}

var (
	agents      = []string{"Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)", "Mozilla/5.0 (Linux; Android 15)"}
	platforms   = []string{"other", "mobile", "mobile"}
	campaigns   = []string{"website", "newsletter", "fair", "search"}
	professions = []string{"Zelfstandige", "Bediende", "Arbeider", "Ambtenaar", "Zaakvoerder", "Aankoper", "Boekhouder", "Leerkracht", "Gepensioneerd", "Student"}
	interests   = []string{"Kantoor", "Verpakking", "Onderhoud", "Veiligheid", "Catering", "Verf en klein materiaal", "Meubilair"}
	messages    = [...][]string{
		{"Graag een offerte.", "Kunt u mij terugbellen?", "Levert u ook op zaterdag?", "Ik zoek een vaste leverancier."},
		{"Merci de m'envoyer une offre.", "Pouvez-vous me rappeler ?", "Livrez-vous le samedi ?", "Je cherche un fournisseur régulier."},
		{"Bitte senden Sie mir ein Angebot.", "Können Sie mich zurückrufen?"},
		{"Please send me a quote.", "Could you call me back?"},
	}
)

// writeForms writes the web form's responses, one file a month.
func (g *generator) writeForms(report func(int) error) (_ []FileRows, err error) {
	files := make([]*os.File, len(g.months))
	outs := make([]*bufio.Writer, len(g.months))
	written := make([]FileRows, len(g.months))
	defer func() {
		for i, f := range files {
			if f != nil {
				err = errors.Join(err, outs[i].Flush(), f.Close())
			}
		}
	}()
	for i, month := range g.months {
		written[i].Path = "incoming/forms/responses-" + month + ".ndjson"
		if files[i], err = create(g.Dir, written[i].Path); err != nil {
			return nil, err
		}
		outs[i] = bufio.NewWriterSize(files[i], 1<<15)
	}
	err = g.visit(streamForm, report, func(c *customer, r *record) error {
		if r.source != forms {
			return nil
		}
		line, err := json.Marshal(g.respond(c, r))
		if err != nil {
			return fmt.Errorf("encode response: %w", err)
		}
		month := g.month[r.day]
		written[month].Rows++
		if _, err := outs[month].Write(append(line, '\n')); err != nil {
			return fmt.Errorf("write %s: %w", written[month].Path, err)
		}
		return nil
	})
	return written, err
}

// respond fills in the form.
func (g *generator) respond(c *customer, r *record) response {
	d := newDice(g.seed, streamForm, r.key(c.index))
	f := g.render(c, r)
	landed := g.start.AddDate(0, 0, r.day).Add(time.Duration(d.between(6*3600, 20*3600)) * time.Second)
	device := d.IntN(len(agents))
	out := response{
		LandingID: r.id, Token: r.id, ResponseID: r.id,
		LandedAt: landed, SubmittedAt: landed.Add(time.Duration(d.between(40, 600)) * time.Second),
		Metadata:   metadata{agents[device], platforms[device], "https://form.example/to/voorbeeld", r.id[:10], "default"},
		Hidden:     map[string]string{"utm_source": pick(d, campaigns), "language": c.speaks.code()},
		Calculated: map[string]int{"score": 0},
	}
	add := func(ref, kind string, a answer) {
		a.Field = field{ID: fieldID(ref), Ref: ref, Type: kind}
		out.Answers = append(out.Answers, a)
	}
	text := func(ref, kind, value string) {
		if value != "" {
			add(ref, kind, answer{Type: "text", Text: value})
		}
	}
	text("name", "short_text", f.person)
	text("company", "short_text", f.company)
	if f.mail != "" {
		add("email", "email", answer{Type: "email", Email: f.mail})
	}
	if f.phone != "" {
		add("phone", "phone_number", answer{Type: "phone_number", PhoneNumber: f.phone})
	}
	text("postcode", "short_text", f.postcode)
	text("town", "short_text", f.town)
	if d.chance(ProfessionShare) {
		add("profession", "dropdown", answer{Type: "choice", Choice: &choice{pick(d, professions)}})
	}
	if d.chance(InterestsShare) {
		var labels []string
		for _, i := range d.Perm(len(interests))[:d.between(1, 3)] {
			labels = append(labels, interests[i])
		}
		add("interests", "multiple_choice", answer{Type: "choices", Choices: &choices{labels}})
	}
	if d.chance(NewsletterShare) {
		yes := d.chance(NewsletterYes)
		add("newsletter", "yes_no", answer{Type: "boolean", Boolean: &yes})
	}
	if d.chance(MessageShare) {
		text("message", "long_text", pick(d, messages[c.speaks]))
	}
	return out
}

// fieldID is the form's own id of a question.
func fieldID(ref string) string {
	const width = 12
	return (strings.ToUpper(ref) + "QzX7kLm4Rw2T")[:width]
}
