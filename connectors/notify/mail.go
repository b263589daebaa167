package notify

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/textproto"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wneessen/go-mail"

	"clientele/connectors"
)

// MailServer is a server that takes mail by SMTP.
type MailServer struct {
	Address  string // host, or host:port
	User     string // "" for a server that asks for none
	Password string
	From     string
	// Encryption is starttls, implicit or none.
	Encryption string
	// TLS replaces what certificates are verified against.
	TLS *tls.Config
	// Host is the name by which this machine greets the server.
	Host string
	// Timeout bounds each exchange; 15 s where it is zero.
	Timeout time.Duration
}

// Mail returns the sender of mail to some addresses by a server.
func Mail(server MailServer, to ...string) Sender {
	return &mailer{server: server, to: slices.Clone(to)}
}

type mailer struct {
	server MailServer
	to     []string
}

// Name implements Sender.
func (m *mailer) Name() string { return "mail" }

// Send implements Sender.
func (m *mailer) Send(ctx context.Context, word Message) error {
	client, err := m.server.client()
	if err != nil {
		return err
	}
	letter := mail.NewMsg(mail.WithNoDefaultUserAgent())
	if err := errors.Join(letter.From(m.server.From), letter.To(m.to...)); err != nil {
		return connectors.Errorf(connectors.KindConfig, "bad_address", "correct mail.from, or the addresses of notify", "a mail address can't be used")
	}
	letter.Subject(word.Subject())
	letter.SetDateWithValue(word.FinishedAt)
	letter.SetMessageIDWithValue(word.ID + "@" + m.server.name())
	// RFC 3834: nobody's holiday answers it.
	letter.SetGenHeader("Auto-Submitted", "auto-generated")
	letter.SetBodyString(mail.TypeTextPlain, word.Text())
	if err := client.DialAndSendWithContext(ctx, letter); err != nil {
		return m.server.failure(ctx, err)
	}
	return nil
}

// Reach implements Sender: it connects, encrypts and signs in.
func (m *mailer) Reach(ctx context.Context) error {
	client, err := m.server.client()
	if err != nil {
		return err
	}
	if err := client.DialWithContext(ctx); err != nil {
		return m.server.failure(ctx, err)
	}
	return m.server.failure(ctx, client.Close())
}

// split returns the host and the port of the server.
func (s MailServer) split() (host string, port int, err error) {
	if !strings.Contains(s.Address, ":") {
		return s.Address, map[string]int{"implicit": 465, "none": 25}[s.Encryption], nil
	}
	host, text, err := net.SplitHostPort(s.Address)
	if err != nil {
		return "", 0, err
	}
	port, err = strconv.Atoi(text)
	return host, port, err
}

func (s MailServer) name() string {
	if s.Host == "" {
		return "localhost"
	}
	return s.Host
}

func (s MailServer) client() (*mail.Client, error) {
	host, port, err := s.split()
	if port == 0 {
		port = 587
	}
	timeout := s.Timeout
	if timeout == 0 {
		timeout = 15 * time.Second
	}
	options := []mail.Option{mail.WithTimeout(timeout), mail.WithHELO(s.name()), mail.WithPort(port)}
	switch s.Encryption {
	case "implicit":
		options = append(options, mail.WithSSL())
	case "none":
		options = append(options, mail.WithTLSPolicy(mail.NoTLS))
	default:
		options = append(options, mail.WithTLSPolicy(mail.TLSMandatory))
	}
	if s.TLS != nil {
		options = append(options, mail.WithTLSConfig(s.TLS))
	}
	if s.User != "" {
		options = append(options, mail.WithSMTPAuth(mail.SMTPAuthAutoDiscover), mail.WithUsername(s.User), mail.WithPassword(s.Password))
	}
	var client *mail.Client
	if err == nil {
		client, err = mail.NewClient(host, options...)
	}
	if err != nil {
		return nil, connectors.Errorf(connectors.KindConfig, "bad_server", "write mail.server like smtp.example.com:587", "the mail server %q can't be used", s.Address)
	}
	return client, nil
}

// failure says what went wrong. What the server said may name addresses: only its
// number is passed on.
func (s MailServer) failure(ctx context.Context, err error) error {
	var (
		said    *textproto.Error
		sent    *mail.SendError
		cert    *tls.CertificateVerificationError
		timeout net.Error
		op      *net.OpError
		number  int
	)
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.Canceled):
		return ctx.Err()
	case errors.As(err, &said):
		number = said.Code
	case errors.As(err, &sent):
		number = sent.ErrorCode()
	}
	at := fmt.Sprintf("mail by %s", s.Address)
	switch {
	case number == 530, number == 534, number == 535, number == 538:
		return connectors.Errorf(connectors.KindEnvironment, "credential", "check mail.user and mail.password", "%s: the server refuses the credential (%d)", at, number)
	case number >= 500:
		return connectors.Errorf(connectors.KindConfig, "refused", "check mail.from and the addresses", "%s: the server refuses the mail (%d)", at, number)
	case number >= 400:
		return connectors.Errorf(connectors.KindTransient, "unavailable", "try again later", "%s: the server can't take the mail now (%d)", at, number)
	case errors.As(err, &cert):
		return connectors.Errorf(connectors.KindEnvironment, "tls", "check the host, the clock and the certificates that this machine trusts", "%s: its certificate can't be verified", at)
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return connectors.Errorf(connectors.KindTransient, "timeout", "try again later", "%s: no answer in time", at)
	case errors.As(err, &op):
		return connectors.Errorf(connectors.KindTransient, "unreachable", "check that the server runs and that this machine may reach it", "%s: %w", at, op)
	}
	return connectors.Errorf(connectors.KindEnvironment, "smtp", "check that it is an SMTP server with mail.tls as configured", "%s: the exchange broke off", at)
}
