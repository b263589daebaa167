package jsonrows

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestShape: what the options make of the arrays and of the falsehoods of a
// record.
func TestShape(t *testing.T) {
	const record = `{"id":7,"partner":[14,"Claes"],"tags":["a","b"],"phone":false,"active":true,"answers":[{"k":"q1","v":1},{"k":"q2","v":false}]}`
	for _, test := range []struct {
		shape Shape
		want  map[string]string
	}{
		{Shape{}, map[string]string{"id": "7", "partner": `[14,"Claes"]`, "tags": `["a","b"]`, "phone": "false", "active": "true", "answers": `[{"k":"q1","v":1},{"k":"q2","v":false}]`}},
		{Shape{Tuples: []string{"partner", "none"}, FalseIsNull: true}, map[string]string{"id": "7", "partner.0": "14", "partner.1": "Claes", "tags": `["a","b"]`, "active": "true",
			"answers": `[{"k":"q1","v":1},{"k":"q2","v":false}]`}},
		{Shape{Pivot: Pivot{At: "answers", Key: "k", Prefix: "answer.", Value: []string{"v"}}}, map[string]string{"id": "7", "partner": `[14,"Claes"]`, "tags": `["a","b"]`, "phone": "false",
			"active": "true", "answer.q1": "1", "answer.q2": "false"}},
	} {
		set := NewColumns(nil)
		NewFinder(set, test.shape).Add([]byte(record))
		flat := newFlattener(set, test.shape)
		flat.fill()
		flat.start([]byte(record))
		got := map[string]string{}
		for _, n := range flat.filled {
			got[set.names()[n]] = string(flat.cells[n])
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%+v (-want +got):\n%s", test.shape, diff)
		}
	}
}
