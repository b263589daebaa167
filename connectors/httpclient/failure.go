package httpclient

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"net/http"
	"net/url"

	"clientele/connectors"
)

// failure says what went wrong with a request that got no answer.
func (c *Client) failure(ctx context.Context, method, address string, err error) error {
	if ctx.Err() != nil && errors.Is(ctx.Err(), context.Canceled) {
		return ctx.Err()
	}
	var (
		at      = c.redact(address)
		timeout net.Error
		op      *net.OpError
		dns     *net.DNSError
		cert    *tls.CertificateVerificationError
		host    x509.HostnameError
	)
	if refused := (*notAdmitted)(nil); errors.As(err, &refused) {
		return refused.error
	}
	switch {
	case errors.Is(err, errTooLarge):
		return connectors.Errorf(connectors.KindData, "too_large", "ask for less at once", "%s %s: the answer has more than %d bytes", method, at, c.options.MaxBody)
	case errors.Is(err, errRedirect):
		return connectors.Errorf(connectors.KindConfig, "redirected", "name the final address", "%s %s: %w", method, at, errRedirect)
	case errors.Is(err, errElsewhere):
		return connectors.Errorf(connectors.KindConfig, "redirected", "name the address of that host, if it may have the credentials", "%s %s: %w", method, at, errElsewhere)
	case errors.Is(err, errOpen):
		return connectors.Errorf(connectors.KindTransient, "circuit_open", "try again later", "%s %s: not asked, as its host failed %d times in a row", method, at, breakAfter)
	case errors.As(err, &cert), errors.As(err, &host):
		return connectors.Errorf(connectors.KindEnvironment, "tls", "check the host, the clock and the certificates that this machine trusts", "%s %s: its certificate can't be verified", method, at)
	case errors.As(err, &timeout) && timeout.Timeout(), errors.Is(err, context.DeadlineExceeded):
		return connectors.Errorf(connectors.KindTransient, "timeout", "try again later", "%s %s: no answer in time", method, at)
	case errors.As(err, &dns) && dns.IsNotFound:
		return connectors.Errorf(connectors.KindEnvironment, "unknown_host", "check the host", "%s %s: no such host", method, at)
	case errors.As(err, &op):
		return connectors.Errorf(connectors.KindTransient, "unreachable", "check that the server runs and that this machine may reach it", "%s %s: %w", method, at, op)
	}
	// Other errors may quote the URL or what the server said.
	return connectors.Errorf(connectors.KindTransient, "broken_off", "try again later", "%s %s: the exchange broke off", method, at)
}

// Explain returns what Do would have said of a request that a library sent by
// HTTP: the status of the answer, 0 for none, and the error of the library.
func (c *Client) Explain(ctx context.Context, method, address string, status int, err error) error {
	if status != 0 && status/100 != 2 {
		return c.status(method, address, status, nil)
	}
	return c.failure(ctx, method, address, err)
}

// status returns the error of an answer that is none of success.
func (c *Client) status(method, address string, status int, body []byte) error {
	if status/100 == 2 {
		return nil
	}
	kind, code, remedy := connectors.KindConfig, "refused", "check what is asked of it"
	switch n := status; {
	case n == http.StatusUnauthorized, n == http.StatusForbidden:
		kind, code, remedy = connectors.KindEnvironment, "credential", "check the credential, and what it may do"
	case n == http.StatusNotFound, n == http.StatusGone:
		code, remedy = "not_found", "check the URL"
	case n == http.StatusTooManyRequests:
		kind, code, remedy = connectors.KindTransient, "rate_limited", "try again later"
	case n == http.StatusRequestTimeout, n >= 500:
		kind, code, remedy = connectors.KindTransient, "unavailable", "try again later"
	}
	return connectors.Errorf(kind, code, remedy, "%s %s: %w", method, c.redact(address), answer(status, body))
}

// redact returns what an error may say of a URL: nothing of who asks, and nothing
// of the query, which often holds a key.
func (c *Client) redact(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return "(redacted)"
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host, Path: u.Path}
	if c.options.SecretPath {
		shown.Path = ""
	}
	return shown.String()
}

// dial connects to the host of a URL, by the proxy where there is one.
func (c *Client) dial(ctx context.Context, u *url.URL) error {
	transport := c.transport
	secure := u.Scheme == "https"
	if transport.Proxy != nil {
		via, err := transport.Proxy(&http.Request{URL: u})
		if err != nil {
			return err
		}
		if via != nil { // the proxy is all that can be reached without a request
			u, secure = via, via.Scheme == "https"
		}
	}
	port := u.Port()
	if port == "" {
		port = map[bool]string{true: "443", false: "80"}[secure]
	}
	address := net.JoinHostPort(u.Hostname(), port)
	var (
		conn net.Conn
		err  error
	)
	if secure {
		conn, err = (&tls.Dialer{Config: transport.TLSClientConfig}).DialContext(ctx, "tcp", address)
	} else {
		conn, err = (&net.Dialer{}).DialContext(ctx, "tcp", address)
	}
	if err != nil {
		return err
	}
	return conn.Close()
}
