package restapi_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"clientele/connectors"
	"clientele/connectors/connectortest"
)

// TestLarge: an answer of 1 GB is refused when as much of it has come as an answer
// may have, and not asked for again.
func TestLarge(t *testing.T) {
	const whole, limit = 1 << 30, 64 << 20 // the limit is that of page_bytes where it is left out
	record := strings.Repeat(`{"id":1,"name":{"given":"An","family":"Peeters"},"email":"an@peeters.example"},`, 1<<10)
	for _, coding := range []string{"identity", "gzip"} {
		t.Run(coding, func(t *testing.T) {
			connectortest.Large{Refused: "too_large", Resident: 256 << 20,
				Make: func(t testing.TB) string {
					sent := make(chan int, 10) // by each answer
					server := serve(t, func(w http.ResponseWriter, _ *http.Request, _ int) {
						var body io.Writer = w
						if coding == "gzip" {
							w.Header().Set("Content-Encoding", coding)
							packed := gzip.NewWriter(w)
							defer packed.Close()
							body = packed
						}
						n := 0
						defer func() { sent <- n }()
						for fmt.Fprint(body, "["); n < whole; n += len(record) {
							if _, err := io.WriteString(body, record); err != nil {
								return // nobody reads on
							}
						}
					})
					t.Cleanup(func() {
						n := <-sent
						t.Logf("the server sent %d MiB", n>>20)
						if coding == "identity" && n > 2*limit || len(server.asked) != 1 {
							t.Errorf("asked %d times, the first answer has %d bytes", len(server.asked), n)
						}
					})
					return server.server.URL + "/rows"
				},
				Source: func(t testing.TB, address string) connectors.Source {
					return source(t, &world{}, configure(t, address, "", ""))
				}}.Run(t)
		})
	}
}
