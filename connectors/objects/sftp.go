package objects

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"strings"
	"time"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"clientele/connectors"
)

// dialTime bounds how long a server may take to answer.
const dialTime = 30 * time.Second

// server is a store reached by SFTP.
type server struct {
	files *sftp.Client
	shell *ssh.Client
	stop  func() bool
}

func openSFTP(ctx context.Context, p place, o Options, dir string) (store, error) {
	user, host, ok := strings.Cut(p.host, "@")
	if !ok || user == "" || strings.Contains(user, ":") {
		return nil, connectors.Errorf(connectors.KindConfig, "bad_url", "write it like sftp://user@host/folder/*.csv; the password stands in store", "an address of SFTP names a user, and no password")
	}
	if _, _, err := net.SplitHostPort(host); err != nil {
		host = net.JoinHostPort(host, "22")
	}
	if o.KnownHosts == "" {
		return nil, connectors.Errorf(connectors.KindConfig, "missing_option", "write what ssh-keyscan prints of the server to a file, compare it with what its owner says, and name it by store: { known_hosts: … }",
			"sftp:// needs the key of the server")
	}
	check, err := knownhosts.New(within(dir, o.KnownHosts))
	if err != nil {
		return nil, connectors.Errorf(connectors.KindEnvironment, "known_hosts", "check store.known_hosts", "the file %s can't be read as one of known hosts", o.KnownHosts)
	}
	auth, err := login(o, dir)
	if err != nil {
		return nil, err
	}
	config := &ssh.ClientConfig{User: user, Auth: auth, HostKeyCallback: check, Timeout: dialTime}
	if config.HostKeyAlgorithms, err = algorithms(check, host); err != nil {
		return nil, err
	}
	dial, cancel := context.WithTimeout(ctx, dialTime)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(dial, "tcp", host)
	if err != nil {
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer context.AfterFunc(dial, func() {
		if errors.Is(dial.Err(), context.DeadlineExceeded) {
			_ = conn.Close()
		}
	})()
	secured, channels, requests, err := ssh.NewClientConn(conn, host, config)
	if err != nil {
		stop()
		_ = conn.Close()
		return nil, err
	}
	s := &server{shell: ssh.NewClient(secured, channels, requests), stop: stop}
	if s.files, err = sftp.NewClient(s.shell); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// login returns how the user says who it is.
func login(o Options, dir string) ([]ssh.AuthMethod, error) {
	var auth []ssh.AuthMethod
	if o.PrivateKey != "" {
		text, err := os.ReadFile(within(dir, o.PrivateKey))
		if err != nil {
			return nil, connectors.Errorf(connectors.KindEnvironment, "credentials", "check store.private_key", "read the private key: %w", err)
		}
		var key ssh.Signer
		if o.Passphrase != "" {
			key, err = ssh.ParsePrivateKeyWithPassphrase(text, []byte(o.Passphrase))
		} else {
			key, err = ssh.ParsePrivateKey(text)
		}
		if err != nil {
			return nil, connectors.Errorf(connectors.KindConfig, "credentials", "check store.private_key and store.passphrase", "the private key can't be used")
		}
		auth = append(auth, ssh.PublicKeys(key))
	}
	if o.Password != "" {
		auth = append(auth, ssh.Password(o.Password), ssh.KeyboardInteractive(func(_, _ string, questions []string, _ []bool) ([]string, error) {
			answers := make([]string, len(questions))
			for i := range answers {
				answers[i] = o.Password
			}
			return answers, nil
		}))
	}
	return auth, nil
}

// algorithms returns those of the keys that are known of a host: of another one
// the server's key would look changed.
func algorithms(check ssh.HostKeyCallback, host string) ([]string, error) {
	var known *knownhosts.KeyError
	if err := check(host, &net.TCPAddr{IP: net.IPv4zero}, nobody{}); !errors.As(err, &known) || len(known.Want) == 0 {
		return nil, connectors.Errorf(connectors.KindEnvironment, "host_key", "ask its owner for its key, and add it to the file of store.known_hosts", "the server %s is not among the known hosts", host)
	}
	var list []string
	for _, k := range known.Want {
		kind := k.Key.Type()
		if kind == ssh.KeyAlgoRSA { // which may sign in three ways
			list = append(list, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256)
			continue
		}
		list = append(list, kind)
	}
	return list, nil
}

// nobody is a key that no server has.
type nobody struct{}

func (nobody) Type() string                        { return "nobody" }
func (nobody) Marshal() []byte                     { return nil }
func (nobody) Verify([]byte, *ssh.Signature) error { return errors.New("nobody signs") }

func (s *server) find(_ context.Context, pattern string) ([]object, error) {
	names, err := s.files.Glob("/" + pattern)
	if err != nil {
		return nil, err
	}
	var found []object
	for _, name := range names {
		info, err := s.files.Stat(name)
		if errors.Is(err, os.ErrNotExist) {
			continue // gone since it was listed
		}
		if err != nil {
			return nil, err
		}
		if !info.IsDir() {
			found = append(found, described(name, info))
		}
	}
	return found, nil
}

func described(name string, info os.FileInfo) object {
	return object{key: strings.TrimPrefix(name, "/"), size: info.Size(), modified: info.ModTime(), version: fmt.Sprint(info.ModTime().Unix())}
}

func (s *server) stat(_ context.Context, key string) (object, error) {
	info, err := s.files.Stat("/" + key)
	if err != nil {
		return object{}, err
	}
	if info.IsDir() {
		return object{}, connectors.Errorf(connectors.KindConfig, "is_directory", "name a file, or a pattern like "+key+"/*", "/%s is a directory, not a file", key)
	}
	return described("/"+key, info), nil
}

func (s *server) open(_ context.Context, key string) (io.ReadCloser, error) {
	return s.files.Open("/" + key)
}

// Close ends the connection.
func (s *server) Close() error {
	defer s.stop()
	if s.files != nil {
		_ = s.files.Close()
	}
	return s.shell.Close()
}
