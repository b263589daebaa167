// Package sftptest is a server of files over SFTP, in the process of a test.
package sftptest

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"net"
	"os"
	"path/filepath"
	"sync/atomic"
	"testing"

	"github.com/pkg/sftp"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"
)

// The user whom a Server knows.
const (
	User     = "shop"
	Password = "Sesam-open-u"
)

// Server serves the files of this machine, for reading alone.
type Server struct {
	// Host is its name and port.
	Host string
	// KnownHosts and Key are files: of its own key as clients know it, and of the private
	// key by which the user may sign in.
	KnownHosts, Key string

	left atomic.Int64 // bytes that are sent before a connection breaks off; negative for all
}

// New starts a server, which ends with the test.
func New(t testing.TB) *Server {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	_, private, err := ed25519.GenerateKey(rand.Reader)
	must(err)
	host, err := ssh.NewSignerFromKey(private)
	must(err)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	must(err)
	t.Cleanup(func() { _ = listener.Close() }) // the test is over
	dir := t.TempDir()
	s := &Server{Host: listener.Addr().String(), KnownHosts: filepath.Join(dir, "known_hosts"), Key: filepath.Join(dir, "id")}
	s.Break(-1)
	block, err := ssh.MarshalPrivateKey(private, "") // the user has the server's own key
	must(err)
	must(os.WriteFile(s.Key, pem.EncodeToMemory(block), 0o600))
	must(os.WriteFile(s.KnownHosts, []byte(knownhosts.Line([]string{s.Host}, host.PublicKey())+"\n"), 0o600))
	config := &ssh.ServerConfig{
		PasswordCallback: func(c ssh.ConnMetadata, password []byte) (*ssh.Permissions, error) {
			if c.User() == User && string(password) == Password {
				return nil, nil
			}
			return nil, errors.New("no")
		},
		PublicKeyCallback: func(_ ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if string(key.Marshal()) == string(host.PublicKey().Marshal()) {
				return nil, nil
			}
			return nil, errors.New("no")
		},
	}
	config.AddHostKey(host)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			go serve(&breaking{conn, s}, config)
		}
	}()
	return s
}

// Address is that of a file, or a pattern of files, whose path begins at the root.
func (s *Server) Address(path string) string { return "sftp://" + User + "@" + s.Host + path }

// Break lets the server send so many more bytes, over all connections, and then break
// off; a negative number is no bound.
func (s *Server) Break(after int64) { s.left.Store(after) }

// breaking is a connection of a server that may break off.
type breaking struct {
	net.Conn
	of *Server
}

// Write writes, as long as the server may send.
func (b *breaking) Write(p []byte) (int, error) {
	if b.of.left.Load() >= 0 && b.of.left.Add(-int64(len(p))) <= 0 {
		b.of.left.Store(0)
		return 0, errors.Join(net.ErrClosed, b.Close())
	}
	return b.Conn.Write(p)
}

func serve(conn net.Conn, config *ssh.ServerConfig) {
	defer conn.Close()
	_, channels, requests, err := ssh.NewServerConn(conn, config)
	if err != nil {
		return
	}
	go ssh.DiscardRequests(requests)
	for asked := range channels {
		channel, requests, err := asked.Accept()
		if err != nil {
			return
		}
		go func() {
			for r := range requests {
				_ = r.Reply(r.Type == "subsystem", nil) // who asked may be gone
			}
		}()
		server, err := sftp.NewServer(channel, sftp.ReadOnly())
		if err != nil {
			return
		}
		go func() {
			_ = server.Serve() // until the client goes
			_ = server.Close()
		}()
	}
}
