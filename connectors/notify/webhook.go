package notify

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"time"

	"clientele/connectors"
	"clientele/connectors/httpclient"
)

// webhook posts messages as JSON to a URL.
type webhook struct {
	name   string
	client *httpclient.Client // whose errors keep the path of URLs to themselves
	url    string
	body   func(Message) any
	sign   func(r http.Header, id string, body []byte) error
}

// Slack returns the sender to an incoming webhook of Slack. client must keep
// paths secret, as that of every sender here.
func Slack(client *httpclient.Client, url string) Sender {
	return &webhook{name: "slack", client: client, url: url, body: slackMessage}
}

// Teams returns the sender to a workflow webhook of Microsoft Teams.
func Teams(client *httpclient.Client, url string) Sender {
	return &webhook{name: "teams", client: client, url: url, body: teamsMessage}
}

// Webhook returns the sender of the Message itself. With a secret it is signed
// as Standard Webhooks says (https://www.standardwebhooks.com): headers
// webhook-id, webhook-timestamp and webhook-signature. A secret that begins with
// whsec_ is base64 behind that, as the standard writes it.
func Webhook(client *httpclient.Client, url, secret string, now func() time.Time) Sender {
	w := &webhook{name: "webhook", client: client, url: url, body: func(m Message) any { return m }}
	if secret != "" {
		w.sign = func(h http.Header, id string, body []byte) error {
			key := []byte(secret)
			if text, ok := strings.CutPrefix(secret, "whsec_"); ok {
				var err error
				if key, err = base64.StdEncoding.DecodeString(text); err != nil {
					return connectors.Errorf(connectors.KindConfig, "bad_secret", "write whsec_ and base64, or any other text", "the secret of the webhook is not base64 behind whsec_")
				}
			}
			stamp := fmt.Sprint(now().Unix())
			h.Set("webhook-id", id)
			h.Set("webhook-timestamp", stamp)
			h.Set("webhook-signature", "v1,"+Signature(key, id, stamp, body))
			return nil
		}
	}
	return w
}

// Signature returns the signature of a webhook's message by Standard Webhooks:
// the HMAC-SHA-256 of id, time stamp and body, in base64.
func Signature(key []byte, id, stamp string, body []byte) string {
	mac := hmac.New(sha256.New, key)
	fmt.Fprintf(mac, "%s.%s.", id, stamp)
	mac.Write(body)
	return base64.StdEncoding.EncodeToString(mac.Sum(nil))
}

// Name implements Sender.
func (w *webhook) Name() string { return w.name }

// Send implements Sender. A message twice is better than none: it is sent again
// when it seems not to have come through.
func (w *webhook) Send(ctx context.Context, m Message) error {
	body, err := json.Marshal(w.body(m))
	if err != nil {
		return err
	}
	r := w.client.R(httpclient.Repeatable(ctx)).SetHeader("Content-Type", "application/json").SetBody(body)
	if w.sign != nil {
		if err := w.sign(r.Header, m.ID, body); err != nil {
			return err
		}
	}
	_, err = w.client.Do(r, http.MethodPost, w.url)
	return err
}

// Reach implements Sender.
func (w *webhook) Reach(ctx context.Context) error { return w.client.Reach(ctx, w.url) }
