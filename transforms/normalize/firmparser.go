package normalize

import (
	"sync"
	"unicode"
)

// firmWord is a word of a name: where its folded form stands in
// firmParser.key, and where it stands in the name.
type firmWord struct {
	keyStart, keyEnd int
	start, end       int
}

// maxFirmWords is the number of words from which a name is prose, and left alone.
const maxFirmWords = 32

// maxFormReadings bounds what one spelling can mean; SA has the most readings.
const maxFormReadings = 8

// reading is a legal form that a spelling can stand for.
type reading struct {
	form   int16
	former bool
}

// firmParser reads one name. Words first to last-1 are left of it once the
// legal forms at both ends are off; words cutFrom to cutTo-1 are one in the
// middle. The folded words stand in key, each with a blank after it, so that
// any run of words is one substring.
type firmParser struct {
	name, country  string
	key            []byte
	words          []firmWord
	first, last    int
	cutFrom, cutTo int
	forms          int // legal forms taken off
	readings       [maxFormReadings]reading
	readingCount   int
}

// firmParsers keeps parsers for their buffers; nothing of a name is kept in a
// result that shares memory with them.
var firmParsers = sync.Pool{New: func() any { return new(firmParser) }}

// parse reads name, which must have gone through Text.
func (p *firmParser) parse(name, country string) {
	*p = firmParser{name: name, country: country, key: p.key[:0], words: p.words[:0]}
	p.readWords()
	if len(p.words) == maxFirmWords {
		return
	}
	p.last = len(p.words)
	for p.stripBack() {
	}
	for p.stripFront() {
	}
	p.stripMiddle()
}

func (p *firmParser) word(i int) []byte { return p.key[p.words[i].keyStart:p.words[i].keyEnd] }

// readWords cuts the name into folded words. Single letters with dots between
// them (and possibly blanks, as in "B. V.") are one word; every and-sign is the
// word "and".
func (p *firmParser) readWords() {
	name := p.name
	joined := false // only a dot stands between the word before, of single letters, and this one
	for i := 0; i < len(name) && len(p.words) < maxFirmWords; {
		start, keyStart := i, len(p.key)
		i = p.foldWord(i)
		if len(p.key) > keyStart {
			single := len(p.key)-keyStart == 1
			p.endWord(keyStart, start, i, joined && single)
			joined = single && i < len(name) && name[i] == '.'
			if joined {
				i++
				p.words[len(p.words)-1].end = i
			}
			continue
		}
		c := name[i]
		if c == '&' || (c == '+' && i > 0 && name[i-1] == ' ') {
			p.key = append(p.key, "and"...)
			p.endWord(keyStart, i, i+1, false)
		}
		joined = joined && (c == ' ' || c == '.')
		i++
		for i < len(name) && name[i]&0xc0 == 0x80 {
			i++
		}
	}
}

// foldWord appends the folded word that begins at name[i] to the key and
// returns where it ends; the key does not grow when no word begins there.
func (p *firmParser) foldWord(i int) int {
	name := p.name
	keyStart := len(p.key)
	for i < len(name) {
		if c := foldASCII[name[i]]; c != 0 {
			if c == ' ' {
				break
			}
			p.key = append(p.key, c)
			i++
			continue
		}
		end := i + 1
		for end < len(name) && name[end]&0xc0 == 0x80 {
			end++
		}
		before := len(p.key)
		p.key = appendFold(p.key, name[i:end])
		if len(p.key) == before && (before == keyStart || !onlyMarks(name[i:end])) {
			break
		}
		i = end
	}
	return i
}

func onlyMarks(s string) bool {
	for _, r := range s {
		if !unicode.Is(unicode.M, r) {
			return false
		}
	}
	return true
}

// endWord makes a word of the key from keyStart on: a new one, or a part of
// the one before. The word before, now that it is not the last, becomes "and"
// when it means that, and what follows it "co" when it means company.
func (p *firmParser) endWord(keyStart, start, end int, join bool) {
	n := len(p.words)
	if join {
		prev := &p.words[n-1]
		letters := copy(p.key[prev.keyEnd:], p.key[keyStart:])
		p.key = append(p.key[:prev.keyEnd+letters], ' ')
		prev.keyEnd, prev.end = prev.keyEnd+letters, end
		return
	}
	if n > 1 && isAnd(p.word(n-1)) {
		prev := &p.words[n-1]
		var buf [64]byte
		word := append(buf[:0], p.key[keyStart:]...)
		if isCompany(word) {
			word = append(word[:0], "co"...)
		}
		p.key = append(append(p.key[:prev.keyStart], "and "...), word...)
		prev.keyEnd = prev.keyStart + len("and")
		keyStart = prev.keyEnd + 1
	}
	p.words = append(p.words, firmWord{keyStart, len(p.key), start, end})
	p.key = append(p.key, ' ')
}

func isAnd(w []byte) bool {
	switch string(w) {
	case "and", "en", "et", "und", "plus":
		return true
	}
	return false
}

func isCompany(w []byte) bool {
	switch string(w) {
	case "co", "cie", "compagnie", "company", "comp", "companie", "kompanie":
		return true
	}
	return false
}
