package normalize

import "testing"

func TestText(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "  ": "", "a": "a", " a  b\t\nc ": "a b c", "a\u00a0\u00a0b": "a b", "\ufeffa\u200bb": "ab", "a\x00b": "ab", "e\u0301": "é",
		"caf\u00e9": "café", "soft\u00adhyphen": "softhyphen", "a\u2003b\u3000": "a b", "\xffa": "\ufffda", "\r\n": "", "a\vb": "a b", "x \u200b y": "x y",
	} {
		if got := Text(in); got != want {
			t.Errorf("Text(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestFold(t *testing.T) {
	for in, want := range map[string]string{
		"": "", "É": "e", "Straße": "strasse", "STRAẞE": "strasse", "Ærø": "aero", "cœur": "coeur", "D'Hondt & Co.": "d hondt co", "  A--b ": "a b",
		"Łódź": "lodz", "Þór": "thor", "ﬁrma": "firma", "Ĳzer": "ijzer", "№ 5": "no 5", "İstanbul": "istanbul", "Ø": "o", "...": "", "a\u00a0b": "a b",
		"e\u0301a": "ea", "Αθήνα": "αθηνα", "½": "1 2",
	} {
		if got := Fold(in); got != want {
			t.Errorf("Fold(%q) = %q, want %q", in, got, want)
		}
	}
}
