package notify_test

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"net/mail"
	"strings"
	"testing"

	"github.com/emersion/go-sasl"
	"github.com/emersion/go-smtp"

	"clientele/connectors"
	"clientele/connectors/notify"
)

// postOffice is an SMTP server that keeps what it gets.
type postOffice struct {
	letters []letter
}

type letter struct {
	user, from string
	to         []string
	data       string
	encrypted  bool
}

func (p *postOffice) NewSession(c *smtp.Conn) (smtp.Session, error) {
	_, encrypted := c.TLSConnectionState()
	return &counter{office: p, letter: letter{encrypted: encrypted}}, nil
}

// counter is one session at the post office.
type counter struct {
	office *postOffice
	letter letter
}

func (c *counter) AuthMechanisms() []string { return []string{sasl.Plain} }
func (c *counter) Auth(string) (sasl.Server, error) {
	return sasl.NewPlainServer(func(_, user, password string) error {
		if user != "an" || password != "geheim" {
			return smtp.ErrAuthFailed
		}
		c.letter.user = user
		return nil
	}), nil
}
func (c *counter) Mail(from string, _ *smtp.MailOptions) error { c.letter.from = from; return nil }
func (c *counter) Rcpt(to string, _ *smtp.RcptOptions) error {
	if strings.HasPrefix(to, "gone@") {
		return &smtp.SMTPError{Code: 550, Message: to + " moved to Jan Janssens"}
	}
	c.letter.to = append(c.letter.to, to)
	return nil
}
func (c *counter) Data(r io.Reader) error {
	text, err := io.ReadAll(r)
	c.letter.data = string(text)
	c.office.letters = append(c.office.letters, c.letter)
	return err
}
func (c *counter) Reset()        { c.letter.to, c.letter.data = nil, "" }
func (c *counter) Logout() error { return nil }

// open starts a post office on loopback, and returns the certificates to trust.
func (p *postOffice) open(t *testing.T, implicit, starttls bool) (address string, trust *tls.Config) {
	t.Helper()
	certified := httptest.NewUnstartedServer(nil)
	certified.StartTLS()
	defer certified.Close()
	roots := x509.NewCertPool()
	roots.AddCert(certified.Certificate())
	config := &tls.Config{Certificates: certified.TLS.Certificates, MinVersion: tls.VersionTLS12}
	server := smtp.NewServer(p)
	server.ErrorLog = log.New(io.Discard, "", 0)
	if starttls {
		server.TLSConfig = config
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address = listener.Addr().String()
	if implicit {
		listener = tls.NewListener(listener, config)
	}
	done := make(chan error, 1)
	go func() { done <- server.Serve(listener) }()
	t.Cleanup(func() {
		server.Close()
		if err := <-done; err != nil && !errors.Is(err, smtp.ErrServerClosed) {
			t.Error(err)
		}
	})
	return address, &tls.Config{RootCAs: roots, ServerName: "example.com", MinVersion: tls.VersionTLS12}
}

func TestMail(t *testing.T) {
	for _, encryption := range []string{"starttls", "implicit"} {
		t.Run(encryption, func(t *testing.T) {
			var office postOffice
			address, trust := office.open(t, encryption == "implicit", encryption == "starttls")
			server := notify.MailServer{Address: address, User: "an", Password: "geheim", From: "Clientele <clientele@example.com>", Encryption: encryption, TLS: trust, Host: "night.example.com"}
			s := notify.Mail(server, "data@example.com", "An <an@example.com>")
			if err := s.Reach(t.Context()); err != nil || len(office.letters) != 0 {
				t.Fatalf("reach: %v, and %d letters", err, len(office.letters))
			}
			m := held()
			m.Project = "Café\r\nBcc: everybody@example.com"
			if err := s.Send(t.Context(), m); err != nil {
				t.Fatal(err)
			}
			if len(office.letters) != 1 {
				t.Fatalf("%d letters", len(office.letters))
			}
			l := office.letters[0]
			if !l.encrypted && encryption == "starttls" || l.user != "an" || l.from != "clientele@example.com" || strings.Join(l.to, " ") != "data@example.com an@example.com" {
				t.Errorf("letter %+v", l)
			}
			read, err := mail.ReadMessage(strings.NewReader(l.data))
			if err != nil {
				t.Fatal(err)
			}
			if read.Header.Get("Bcc") != "" || read.Header.Get("Auto-Submitted") != "auto-generated" || read.Header.Get("Message-ID") != "<n1@night.example.com>" || read.Header.Get("Date") != "Sat, 21 Nov 2026 03:00:14 +0000" {
				t.Errorf("headers %v", read.Header)
			}
			if !strings.Contains(l.data, "customers.max_lost: 2 of 3 customers would be gone") {
				t.Errorf("body:\n%s", l.data)
			}
		})
	}
}

// TestMailFailure: what is wrong is said, and nothing of what the server said.
func TestMailFailure(t *testing.T) {
	var office postOffice
	plain, _ := office.open(t, false, false)
	secure, trust := office.open(t, false, true)
	good := notify.MailServer{Address: secure, User: "an", Password: "geheim", From: "clientele@example.com", Encryption: "starttls", TLS: trust}
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed.Close()
	for _, test := range []struct {
		code   string
		to     string
		change func(*notify.MailServer)
	}{
		{"", "data@example.com", func(*notify.MailServer) {}},
		{"credential", "data@example.com", func(s *notify.MailServer) { s.Password = "other" }},
		{"refused", "gone@example.com", func(*notify.MailServer) {}},
		{"tls", "data@example.com", func(s *notify.MailServer) { s.TLS = nil }},
		{"smtp", "data@example.com", func(s *notify.MailServer) { s.Address = plain }},
		{"unreachable", "data@example.com", func(s *notify.MailServer) { s.Address = closed.Addr().String() }},
		{"bad_server", "data@example.com", func(s *notify.MailServer) { s.Address = "localhost:smtp" }},
	} {
		server := good
		test.change(&server)
		err := notify.Mail(server, test.to).Send(t.Context(), held())
		if connectors.CodeOf(err) != test.code || (err == nil) != (test.code == "") {
			t.Errorf("%q: %v", test.code, err)
		}
		if err != nil && (strings.Contains(err.Error(), "Janssens") || strings.Contains(err.Error(), "geheim") || strings.Contains(err.Error(), "gone@")) {
			t.Errorf("%s: the error says %v", test.code, err)
		}
	}
	if len(office.letters) != 1 {
		t.Errorf("%d letters, want that of the good server", len(office.letters))
	}
	relay := notify.MailServer{Address: plain, From: "clientele@example.com", Encryption: "none"}
	if err := notify.Mail(relay, "data@example.com").Send(t.Context(), held()); err != nil || office.letters[1].encrypted {
		t.Errorf("a relay without encryption: %v", err)
	}
}
