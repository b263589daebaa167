package waterfall

import (
	"bufio"
	"fmt"
	"html"
	"io"
	"unicode/utf8"
)

// Sizes of a drawing, in pixels.
const (
	drawnWidth = 1000
	labelWidth = 160
	barsWidth  = 420
	rowHeight  = 26
	topMargin  = 88
	markHeight = 14 // of the name of a mark, each above the one before
)

// longestWords bounds what is written beside a bar; all of it is its title.
const longestWords = 60

// SVG writes the chart as a drawing that stands by itself: no script, no font, and
// nothing loaded.
func (c Chart) SVG(w io.Writer) error {
	out := bufio.NewWriter(w)
	bars, least, most := c.bars()
	x := func(bits float64) float64 {
		if most == least {
			return labelWidth
		}
		return labelWidth + (bits-least)/(most-least)*barsWidth
	}
	height := topMargin + rowHeight*len(c.Steps) + 16
	fmt.Fprintf(out, `<svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" viewBox="0 0 %d %d" font-family="sans-serif" font-size="13" role="img">`+"\n", drawnWidth, height, drawnWidth, height)
	fmt.Fprintf(out, "<title>%s</title>\n<rect width=\"100%%\" height=\"100%%\" fill=\"#ffffff\"/>\n", text(c.Title))
	fmt.Fprintf(out, `<text x="16" y="26" font-size="16" font-weight="bold">%s</text>`+"\n", text(c.Title))
	line(out, x(0), height, `stroke="#9aa0a6"`)
	for i, m := range c.Marks {
		line(out, x(m.Bits), height, `stroke="#1a73e8" stroke-dasharray="4 3"`)
		fmt.Fprintf(out, `<text x="%.1f" y="%d" text-anchor="middle" font-size="11" fill="#1a73e8">%s</text>`+"\n", x(m.Bits), topMargin-12-markHeight*i, text(m.Label))
	}
	for i, s := range c.Steps {
		c.row(out, i, s, x(min(bars[i].from, bars[i].to)), x(max(bars[i].from, bars[i].to)))
	}
	fmt.Fprintln(out, "</svg>")
	return out.Flush()
}

func (c Chart) row(out io.Writer, i int, s Step, from, to float64) {
	y := topMargin + rowHeight*i
	colour := "#188038"
	switch {
	case s.Sum:
		colour = "#3c4043"
	case s.Bits < 0:
		colour = "#c5221f"
	}
	fmt.Fprintf(out, "<g><title>%s: %s</title>\n", text(s.Label), text(s.Words))
	fmt.Fprintf(out, `<text x="%d" y="%d" text-anchor="end">%s</text>`+"\n", labelWidth-12, y+17, text(short(s.Label, 22)))
	fmt.Fprintf(out, `<rect x="%.1f" y="%d" width="%.1f" height="%d" rx="2" fill="%s"/>`+"\n", from, y+4, max(to-from, 1), rowHeight-8, colour)
	fmt.Fprintf(out, `<text x="%d" y="%d" text-anchor="end" fill="%s">%+.1f</text>`+"\n", labelWidth+barsWidth+56, y+17, colour, s.Bits)
	fmt.Fprintf(out, `<text x="%d" y="%d" font-size="12" fill="#3c4043">%s</text></g>`+"\n", labelWidth+barsWidth+68, y+17, text(short(s.Words, longestWords)))
}

// line draws a line at a weight.
func line(out io.Writer, x float64, height int, style string) {
	fmt.Fprintf(out, `<line x1="%.1f" y1="%d" x2="%.1f" y2="%d" %s/>`+"\n", x, topMargin-8, x, height-12, style)
}

// text returns a text as XML has it, without what XML can't hold.
func text(s string) string { return html.EscapeString(printable(s)) }

func short(s string, most int) string {
	if utf8.RuneCountInString(s) <= most {
		return s
	}
	return string([]rune(s)[:most-1]) + "…"
}
