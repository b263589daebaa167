package jobs

import (
	"testing"

	"clientele/pipelines"
	"clientele/pipelines/registers"
)

// TestLinkLine: each way in which a firm was found, or was not, is a line that says so.
func TestLinkLine(t *testing.T) {
	link := func(l registers.Link) pipelines.PartyLink {
		return pipelines.PartyLink{Register: "kbo", Party: "shop:1", SoughtOn: "2026-01-03", Link: l}
	}
	for want, l := range map[string]registers.Link{
		"shop:1 was looked for in kbo of 2026-01-03, and no firm was found":                                                   {},
		"shop:1 is 0403019261 of kbo by name and place, with probability 0.990; the next firm has 0.008 (copy of 2026-01-03)": {Number: "0403019261", Relation: registers.Likeness, Probability: .99, Rival: .008},
		"shop:1 is 0403019261 of kbo under another name, with probability 0.960 (copy of 2026-01-03)":                         {Number: "0403019261", Relation: registers.Renamed, Probability: .96},
		"shop:1 is 0403019261 of kbo as its establishment 2377470790, with probability 0.970 (copy of 2026-01-03)":            {Number: "0403019261", Site: "2377470790", Relation: registers.Branch, Probability: .97},
		"shop:1 is 0403019261 of kbo in the place of a number that is gone, with probability 0.980 (copy of 2026-01-03)":      {Number: "0403019261", Relation: registers.Succeeded, Probability: .98},
	} {
		if got := linkLine(link(l)); got != want {
			t.Errorf("%s\nwant %s", got, want)
		}
	}
}
