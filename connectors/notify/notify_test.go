package notify_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/httpclient"
	"clientele/connectors/notify"
)

var at = time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)

// held is word of a night whose checks failed.
func held() notify.Message {
	return notify.Message{Version: notify.Version, ID: "n1", Event: notify.EventNight, Topics: []string{"held"}, Project: "Peeters & <Zonen>",
		Night: "2026-11-21", Run: "2026-11-21.1", Status: "held", Headline: "night 2026-11-21 is held: 1 checks failed, nothing new is published",
		StartedAt: at, FinishedAt: at.Add(14 * time.Second), Counts: &notify.Counts{Deliveries: 2, Read: 12, Conformed: 9, Filtered: 2, Quarantined: 1, Customers: 7},
		Held:   []notify.Held{{Source: "orders", Code: "guard", Why: "orders.csv has 3 rows, and min_rows is 100"}, {Source: "forms", Code: "no_file", Why: "there is no file"}},
		Failed: []notify.Check{{Check: "customers.max_lost", Message: "2 of 3 customers would be gone, and max_lost is 0.2"}},
		Error:  &notify.Error{Code: "checks_failed", Message: "customers.max_lost"},
		Next:   []string{"clientele runs approve 2026-11-21.1 customers.max_lost --why …", "clientele run --as-of 2026-11-21"}}
}

// post is a request that a webhook got.
type post struct {
	path   string
	header http.Header
	body   []byte
}

func hook(t *testing.T, status int) (url string, posts *[]post) {
	t.Helper()
	posts = &[]post{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		*posts = append(*posts, post{r.Method + " " + r.URL.RequestURI(), r.Header, body})
		w.WriteHeader(status)
	}))
	t.Cleanup(server.Close)
	return server.URL, posts
}

func client() *httpclient.Client {
	return httpclient.New(httpclient.Options{Agent: "clientele", SecretPath: true,
		Outside: httpclient.Outside{Sleep: func(context.Context, time.Duration) error { return nil }}})
}

func TestSlack(t *testing.T) {
	url, posts := hook(t, 200)
	if err := notify.Slack(client(), url+"/services/T0/B0/geheim").Send(t.Context(), held()); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Text   string
		Blocks []struct {
			Type   string
			Text   struct{ Type, Text string }
			Fields []struct{ Type, Text string }
		}
	}
	if err := json.Unmarshal((*posts)[0].body, &got); err != nil {
		t.Fatal(err)
	}
	if got.Text != "⚠️ Peeters &amp; &lt;Zonen&gt;: night 2026-11-21 is held: 1 checks failed, nothing new is published" {
		t.Errorf("text: %s", got.Text)
	}
	var types, texts []string
	for _, b := range got.Blocks {
		types = append(types, b.Type)
		texts = append(texts, b.Text.Text)
		if len(b.Fields) > 10 || len([]rune(b.Text.Text)) > 3000 {
			t.Errorf("more than Slack takes: %d fields, %d characters", len(b.Fields), len(b.Text.Text))
		}
	}
	if diff := cmp.Diff([]string{"header", "section", "section", "section", "section"}, types); diff != "" {
		t.Error(diff)
	}
	if !strings.HasPrefix(texts[0], "⚠️ Peeters & <Zonen>: ") || texts[2] != "*Held back*\norders (guard): orders.csv has 3 rows, and min_rows is 100\nforms (no_file): there is no file" ||
		texts[4] != "*How to go on*\n```\nclientele runs approve 2026-11-21.1 customers.max_lost --why …\nclientele run --as-of 2026-11-21\n```" {
		t.Errorf("texts: %q", texts)
	}
	long := held()
	for i := range 100 {
		long.Held = append(long.Held, notify.Held{Source: fmt.Sprint("s", i), Code: "guard", Why: strings.Repeat("é", 1000)})
	}
	if err := notify.Slack(client(), url).Send(t.Context(), long); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal((*posts)[1].body, &got); err != nil {
		t.Fatal(err)
	}
	for _, b := range got.Blocks {
		if n := len([]rune(b.Text.Text)); n > 3000 {
			t.Errorf("a text of %d characters", n)
		}
	}
}

func TestTeams(t *testing.T) {
	url, posts := hook(t, 202)
	m := held()
	for i := range 100 {
		m.Held = append(m.Held, notify.Held{Source: fmt.Sprint("s", i), Code: "guard", Why: strings.Repeat("x", 1000)})
	}
	if err := notify.Teams(client(), url).Send(t.Context(), m); err != nil {
		t.Fatal(err)
	}
	body := (*posts)[0].body
	if len(body) > 28<<10 {
		t.Errorf("%d bytes, and Teams takes 28 kB", len(body))
	}
	var got struct {
		Type        string
		Attachments []struct {
			ContentType string
			Content     struct {
				Type, Version string
				Body          []struct {
					Type, Text, Color string
					Facts             []struct{ Title, Value string }
				}
			}
		}
	}
	if err := json.Unmarshal(body, &got); err != nil {
		t.Fatal(err)
	}
	card := got.Attachments[0]
	if got.Type != "message" || card.ContentType != "application/vnd.microsoft.card.adaptive" || card.Content.Type != "AdaptiveCard" || card.Content.Version != "1.4" {
		t.Errorf("the card is %+v", card)
	}
	if card.Content.Body[0].Color != "Attention" || card.Content.Body[1].Facts[0].Title != "Project" || !strings.Contains(string(body), `customers.max\\_lost`) {
		t.Errorf("%s", body)
	}
}

// TestWebhook: what is posted is the documented message, and whoever knows the
// secret can tell that it is ours.
func TestWebhook(t *testing.T) {
	url, posts := hook(t, 200)
	now := func() time.Time { return at }
	for i, test := range []struct {
		secret string
		key    []byte
	}{{"", nil}, {"plain words", []byte("plain words")}, {"whsec_" + base64.StdEncoding.EncodeToString([]byte("random")), []byte("random")}} {
		if err := notify.Webhook(client(), url, test.secret, now).Send(t.Context(), held()); err != nil {
			t.Fatal(err)
		}
		p := (*posts)[i]
		var got notify.Message
		if err := json.Unmarshal(p.body, &got); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(held(), got); diff != "" {
			t.Error(diff)
		}
		if test.secret == "" {
			if p.header.Get("webhook-signature") != "" {
				t.Error("signed without a secret")
			}
			continue
		}
		stamp := p.header.Get("webhook-timestamp")
		if want := "v1," + notify.Signature(test.key, "n1", stamp, p.body); p.header.Get("webhook-signature") != want || p.header.Get("webhook-id") != "n1" || stamp != fmt.Sprint(at.Unix()) {
			t.Errorf("headers %v, want signature %s", p.header, want)
		}
	}
	if err := notify.Webhook(client(), url, "whsec_%", now).Send(t.Context(), held()); connectors.CodeOf(err) != "bad_secret" {
		t.Error(err)
	}
	// The example of the standard, so that others verify what is signed here.
	key, err := base64.StdEncoding.DecodeString("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	if err != nil {
		t.Fatal(err)
	}
	if got := notify.Signature(key, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", []byte(`{"test": 2432232314}`)); got != "g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" {
		t.Errorf("signature of the standard's example: %s", got)
	}
}

// TestAbout: the owner of a source hears of that source only.
func TestAbout(t *testing.T) {
	m := held().About("orders")
	if text := m.Text(); strings.Contains(text, "forms") || strings.Contains(text, "max_lost") || strings.Contains(text, "Customers") || !strings.Contains(text, "min_rows is 100") || !strings.Contains(text, "clientele inspect orders") {
		t.Errorf("%s", text)
	}
	if len(held().Held) != 2 || m.ID == held().ID {
		t.Errorf("id %s", m.ID)
	}
}

func TestRefused(t *testing.T) {
	url, posts := hook(t, 404)
	for _, s := range []notify.Sender{notify.Slack(client(), url+"/geheim"), notify.Teams(client(), url+"/geheim"), notify.Webhook(client(), url+"/geheim", "", nil)} {
		if err := s.Send(t.Context(), held()); connectors.CodeOf(err) != "not_found" || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", s.Name(), err)
		}
		sent := len(*posts)
		if err := s.Reach(t.Context()); err != nil || len(*posts) != sent {
			t.Errorf("%s: reach: %v, and %d requests", s.Name(), err, len(*posts)-sent)
		}
	}
}

func TestPing(t *testing.T) {
	url, posts := hook(t, 200)
	const id = "0d338dcc-a054-51ec-b909-0242ac120002"
	p := notify.Ping{Client: client(), URL: url + "/uuid?key=1"}
	own := notify.Ping{Client: client(), URL: url + "/up", StartURL: url + "/begun", FailURL: url + "/down?x=1"}
	for _, err := range []error{p.Start(t.Context(), id), p.Success(t.Context(), id, held()), p.Fail(t.Context(), id, held()),
		own.Start(t.Context(), id), own.Success(t.Context(), id, held()), own.Fail(t.Context(), id, held())} {
		if err != nil {
			t.Error(err)
		}
	}
	var paths []string
	for _, p := range *posts {
		paths = append(paths, p.path)
	}
	want := []string{"POST /uuid/start?key=1&rid=" + id, "POST /uuid?key=1&rid=" + id, "POST /uuid/fail?key=1&rid=" + id,
		"POST /begun", "POST /up?rid=" + id, "POST /down?x=1"}
	if diff := cmp.Diff(want, paths); diff != "" {
		t.Error(diff)
	}
	if !strings.Contains(string((*posts)[2].body), "max_lost") {
		t.Errorf("body: %s", (*posts)[2].body)
	}
}
