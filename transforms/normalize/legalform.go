package normalize

import (
	"maps"
	"slices"
	"strings"
)

// LegalForm is a legal form of firms as one country's law knows it.
type LegalForm struct {
	Code          string            // ISO country, dash, abbreviation: BE-BV, FR-SARL
	Country       string            // ISO 3166-1 alpha-2
	Names         map[string]string // abbreviation or short name by language (ISO 639-1)
	NaturalPerson bool              // the firm is a natural person, hence personal data
}

// LegalForms returns every legal form that Firm knows, in a fixed order: home
// countries first. Belgian forms are those of the Code of companies and
// associations of 2019; the ones that it abolished are spellings of what
// replaced them.
func LegalForms() []LegalForm {
	forms := make([]LegalForm, len(legalForms))
	for i, f := range legalForms {
		forms[i] = f
		forms[i].Names = maps.Clone(f.Names)
	}
	return forms
}

// LegalFormLabel returns the abbreviation of a legal form in a language; where
// the form has none in lang, that of the alphabetically first language that it
// has; "" for an unknown code.
func LegalFormLabel(code, lang string) string {
	i, ok := legalFormByCode[code]
	if !ok {
		return ""
	}
	names := legalForms[i].Names
	if name, ok := names[lang]; ok {
		return name
	}
	return names[slices.Min(slices.Collect(maps.Keys(names)))]
}

// spelling is one way of writing a legal form.
type spelling struct {
	form   int16 // index in legalForms; stateOnly for words such as "in vereffening"
	former bool  // abolished, and replaced by form
	back   bool  // counts at the end of a name
	front  bool  // counts at the front of a name
	middle bool  // unmistakable: counts in the middle of a name
	exact  bool  // a word of its own in lower case: counts only in capitals or dotted
	name   bool  // a family name too: does not count as "Sa", with one capital
	local  bool  // counts only in its own country
	land   string
}

// stateOnly marks spellings that tell the state of a firm and not its form.
const stateOnly = -1

// legalForms, and by code the index of each; spellings by folded words; and by
// the first and the last word of a spelling, how many words it has at most.
var (
	legalForms      []LegalForm
	legalFormByCode = map[string]int{}
	filedForms      = map[filedForm]string{} // code of the form
	spellings       = map[string][]spelling{}
	formStarts      = map[string]int{}
	formEnds        = map[string]int{}
)

func init() {
	for line := range strings.Lines(strings.TrimSpace(legalFormTable)) {
		addLegalForm(strings.TrimSpace(line))
	}
	for text := range strings.SplitSeq(stateWords, "; ") {
		addSpelling(text, spelling{form: stateOnly})
	}
}

// addLegalForm reads a line of legalFormTable.
func addLegalForm(line string) {
	code, rest, _ := strings.Cut(line, " ")
	labels, texts, _ := strings.Cut(rest, " : ")
	labels, codes, _ := strings.Cut(labels, " / ")
	form := LegalForm{Code: code, Country: code[:2], Names: map[string]string{}}
	if strings.HasPrefix(labels, "person ") {
		form.NaturalPerson, labels = true, labels[len("person "):]
	}
	for label := range strings.SplitSeq(labels, ", ") {
		lang, name, _ := strings.Cut(label, "=")
		form.Names[lang] = name
	}
	index := len(legalForms)
	legalForms = append(legalForms, form)
	legalFormByCode[code] = index
	for list := range strings.SplitSeq(codes, "; ") {
		for i, word := range strings.Fields(list) {
			if i > 0 {
				filedForms[filedForm{list: FormList(strings.Fields(list)[0]), code: word}] = code
			}
		}
	}
	for text := range strings.SplitSeq(texts, "; ") {
		addSpelling(text, spelling{form: int16(index), land: form.Country})
	}
}

// addSpelling reads one spelling with its marks.
func addSpelling(text string, s spelling) {
	s.back = true
	for {
		switch text[0] {
		case '^':
			s.front = true
		case '<':
			s.front, s.back = true, false
		case '*':
			s.front, s.middle = true, true
		case '!':
			s.former = true
		case '=':
			s.exact = true
		case '~':
			s.name = true
		case '@':
			s.local = true
		default:
			for _, and := range [...]string{" en ", " et ", " und "} { // as endWord rewrites them
				text = strings.ReplaceAll(text, and, " and ")
			}
			spellings[text] = append(spellings[text], s)
			words := strings.Fields(text)
			n := len(words)
			formStarts[words[0]] = max(formStarts[words[0]], n)
			formEnds[words[n-1]] = max(formEnds[words[n-1]], n)
			return
		}
		text = text[1:]
	}
}
