package registers_test

import (
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"clientele/connectors/kbo"
	"clientele/connectors/registry"
	"clientele/pipelines/config"
	"clientele/pipelines/registers"
)

// made makes firms of a register that are as hard to tell apart as real ones: names of few
// words, of which some come often, and addresses that one in five shares with another.
type made struct {
	*rand.Rand
	words, streets []string
}

func (m *made) word() string {
	var b strings.Builder
	for range 2 + m.IntN(2) {
		b.WriteByte("bdfgklmnprstvz"[m.IntN(14)])
		b.WriteByte("aeiou"[m.IntN(5)])
	}
	return b.String()
}

func (m *made) party() registers.Party {
	name := m.words[m.IntN(len(m.words))] + " " + []string{"bouw", "transport", "consulting", "garage", "horeca", "immo", "invest", "tuinen"}[m.IntN(8)]
	if m.IntN(2) == 0 {
		name = m.words[m.IntN(len(m.words))] + " " + name
	}
	town := m.IntN(1100)
	p := registers.Party{Names: []string{name}, Form: "BE-BV", Street: m.streets[m.IntN(len(m.streets))] + "straat", HouseNumber: strconv.Itoa(1 + m.IntN(250)),
		Postcode: strconv.Itoa(1000 + 8*town), Town: "Gemeente " + m.words[town]}
	if m.IntN(3) == 0 {
		p.Phones = []string{fmt.Sprintf("+329%07d", 2_000_000+m.IntN(7_000_000))}
	}
	return p
}

// BenchmarkLink links 100,000 firms without a number, of which one in ten is not registered, to a register
// of 1.94 million, with 20,000 whose number is known to learn from. It reports seconds,
// those of processor time, how many are right, wrong and missed, and the peak memory of the
// process.
func BenchmarkLink(b *testing.B) {
	const registered, asked, known = 1_940_000, 100_000, 20_000
	m := &made{Rand: rand.New(rand.NewPCG(1, 6))}
	for range 40_000 {
		m.words = append(m.words, m.word())
	}
	for range 12_000 {
		m.streets = append(m.streets, m.word())
	}
	folder := filepath.Join(b.TempDir(), "extract")
	w, err := kbo.Create(folder, kbo.Meta{Number: 146, Full: true, Snapshot: time.Date(2026, 1, 3, 0, 0, 0, 0, time.UTC)})
	if err != nil {
		b.Fatal(err)
	}
	var parties []registers.Party
	var truth []string
	last := registers.Party{}
	for i := range registered {
		n := fmt.Sprintf("%010d", (2_000_000+i)*100+97-(2_000_000+i)%97)
		p := m.party()
		if m.IntN(5) == 0 && i > 0 {
			p.Street, p.HouseNumber, p.Postcode, p.Town = last.Street, last.HouseNumber, last.Postcode, last.Town
		}
		last = p
		dotted := n[:4] + "." + n[4:7] + "." + n[7:]
		w.Put("enterprise", dotted, "AC", "000", "2", "610", "", "01-02-1999")
		w.Put("denomination", dotted, "2", "001", strings.ToUpper(p.Names[0]))
		w.Put("address", dotted, "REGO", "", "", p.Postcode, p.Town, p.Town, p.Street, p.Street, p.HouseNumber, "", "", "")
		for _, phone := range p.Phones {
			w.Put("contact", dotted, "ENT", "TEL", phone)
		}
		if i%16 == 0 && len(parties) < asked+known {
			p.Source, p.Record = "shop", strconv.Itoa(i)
			if len(parties) >= asked {
				p.Number = n
			} else if i%160 == 0 {
				p.Names, n = m.party().Names, "" // of nobody, at the address of a firm
			}
			if m.IntN(6) == 0 {
				name := p.Names[0]
				at := 1 + m.IntN(len(name)-2)
				p.Names = []string{name[:at] + name[at+1:]}
			}
			switch m.IntN(12) {
			case 0:
				moved := m.party()
				p.Street, p.HouseNumber = moved.Street, moved.HouseNumber
			case 1:
				p.Phones = nil
			}
			parties, truth = append(parties, p), append(truth, n)
		}
	}
	if err := w.Close(); err != nil {
		b.Fatal(err)
	}
	var c config.Registries
	c.KBO.Named, c.KBO.Options.Paths = true, []string{folder}
	r := registers.Open(c, "", b.TempDir(), registry.World{})
	defer r.Close()
	if err := r.RefreshOne(b.Context(), "kbo"); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		began, before := time.Now(), processor(b)
		links, err := r.Link(b.Context(), "kbo", parties, .95)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(time.Since(began).Seconds(), "link_s")
		b.ReportMetric(processor(b).Seconds()-before.Seconds(), "link_cpu_s")
		var right, wrong, missed float64
		for i, l := range links[:asked] {
			switch {
			case l.Number == truth[i] && l.Number != "":
				right++
			case l.Number != "":
				wrong++
			case truth[i] != "":
				missed++
			}
		}
		b.ReportMetric(right, "right")
		b.ReportMetric(wrong, "wrong")
		b.ReportMetric(missed, "missed")
	}
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(u.Maxrss)/1024, "peak_MiB")
	b.ReportMetric(0, "ns/op")
}

func processor(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
