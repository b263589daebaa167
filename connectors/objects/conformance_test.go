package objects_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v15/arrow/memory"

	"clientele/connectors"
	"clientele/connectors/connectortest"
	"clientele/connectors/csvfile"
	"clientele/connectors/objects"
)

// TestConformance reads CSV files through a store as the suite asks it of every
// source.
func TestConformance(t *testing.T) {
	for _, kind := range []string{"S3", "SFTP"} {
		t.Run(kind, func(t *testing.T) {
			root, store, put, remove := objects.Shelf(t, kind)
			there := map[string]bool{}
			connectortest.Run(t, connectortest.Harness{LargeRows: 700_000, New: func(t testing.TB, mem memory.Allocator) connectortest.Place {
				for key := range there {
					remove(key)
				}
				clear(there)
				var o csvfile.Options
				o.Spec()
				o.Store = store
				s, err := csvfile.New(connectors.Project{Dir: t.TempDir(), Temp: t.TempDir()}, []string{root + "part-*.csv"}, o)
				if err != nil {
					t.Fatal(err)
				}
				s.Memory = mem
				return connectortest.Place{Source: s,
					Put: func(n, rows int) {
						key := fmt.Sprintf("part-%d.csv", n)
						there[key] = true
						var b strings.Builder
						b.WriteString("id,name,email,street,amount,note\n")
						for i := range rows {
							fmt.Fprintf(&b, "%d,\"Janssens, %d\",klant%d@example.com,Kerkstraat %d,%d.%02d,een nota\n", i, i, i, i%300, i%1000, i%100)
						}
						put(key, b.String())
					},
					Vanish: func() { remove("part-1.csv") }}
			}})
		})
	}
}
