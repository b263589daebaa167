package waterfall

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"strings"
	"unicode"
	"unicode/utf8"
)

// textWidth is the number of characters of the bars of a text.
const textWidth = 32

// Text writes the chart for a terminal: bits, bar and words of each step.
func (c Chart) Text(w io.Writer) error {
	out := bufio.NewWriter(w)
	bars, least, most := c.bars()
	width := 0
	for _, s := range c.Steps {
		width = max(width, utf8.RuneCountInString(s.Label))
	}
	place := func(bits float64) int {
		if most == least {
			return 0
		}
		return int(math.Round((bits - least) / (most - least) * textWidth))
	}
	for i, s := range c.Steps {
		from, to := place(min(bars[i].from, bars[i].to)), place(max(bars[i].from, bars[i].to))
		fill := "+"
		switch {
		case s.Sum:
			fill = "="
		case s.Bits < 0:
			fill = "-"
		}
		line := strings.Repeat(" ", from) + strings.Repeat(fill, max(to-from, 1))
		pad := strings.Repeat(" ", width-utf8.RuneCountInString(s.Label))
		fmt.Fprintf(out, "%+7.1f  %-*s  %s%s  %s\n", s.Bits, textWidth+1, line, printable(s.Label), pad, printable(s.Words))
	}
	return out.Flush()
}

// printable returns a text without what would steer a terminal, or is not XML.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, text)
}
