// Package archive writes and reads backups: a tar file whose first member is a
// manifest that says what the others are, with their SHA-256.
package archive

import (
	"archive/tar"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"time"

	"clientele/connectors"
)

// Format is the version of the archives that this program writes.
const Format = 1

// manifestName is the first member.
const manifestName = "manifest.json"

// maxManifest bounds what is read before anything is known.
const maxManifest = 64 << 20

// Manifest says what a backup is.
type Manifest struct {
	Format    int       `json:"format"`
	CreatedAt time.Time `json:"created_at"`
	// Version is that of the program, StateVersion and BaseVersion those of what
	// it wrote.
	Version      string `json:"version"`
	StateVersion int    `json:"state_version"`
	BaseVersion  int    `json:"base_version"`
	Company      string `json:"company"`
	// Run published the night that the base stands at; empty before the first.
	Run       string    `json:"run,omitempty"`
	AsOf      string    `json:"as_of,omitempty"`
	StartedAt time.Time `json:"started_at,omitzero"`
	Members   []Member  `json:"members"`
}

// Member is a file of a backup.
type Member struct {
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	// Path is where the file is read when it is packed.
	Path string `json:"-"`
}

// Write packs the members of a manifest, and completes it. The file is there,
// whole and on the disk, when Write returns nil, and only its owner may read it.
func Write(ctx context.Context, path string, m *Manifest) (err error) {
	m.Format = Format
	for i := range m.Members {
		if err := m.Members[i].measure(ctx); err != nil {
			return err
		}
	}
	unfinished := path + ".tmp"
	file, err := os.OpenFile(unfinished, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return connectors.SystemError(err)
	}
	defer func() {
		if err != nil {
			err = connectors.SystemError(errors.Join(fmt.Errorf("write %s: %w", path, err), os.Remove(unfinished)))
		}
	}()
	err = pack(ctx, file, m)
	if err == nil {
		err = file.Chmod(0o600) // where the file was there before
	}
	if err == nil {
		err = file.Sync()
	}
	if err := errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := os.Rename(unfinished, path); err != nil {
		return err
	}
	dir, err := os.Open(filepath.Dir(path))
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}

// measure fills in the size and hash of the file.
func (m *Member) measure(ctx context.Context) error {
	file, err := os.Open(m.Path)
	if err != nil {
		return connectors.SystemError(err)
	}
	defer file.Close()
	h := sha256.New()
	m.Size, err = io.Copy(h, reader{ctx, file})
	m.SHA256 = hex.EncodeToString(h.Sum(nil))
	return err
}

func pack(ctx context.Context, file io.Writer, m *Manifest) error {
	w := tar.NewWriter(file)
	text, err := json.MarshalIndent(m, "", "  ")
	if err != nil {
		return err
	}
	header := tar.Header{Name: manifestName, Mode: 0o600, Size: int64(len(text)), ModTime: m.CreatedAt}
	if err := w.WriteHeader(&header); err != nil {
		return err
	}
	if _, err := w.Write(text); err != nil {
		return err
	}
	for _, member := range m.Members {
		header := tar.Header{Name: member.Name, Mode: 0o600, Size: member.Size, ModTime: m.CreatedAt}
		if err := w.WriteHeader(&header); err != nil {
			return err
		}
		source, err := os.Open(member.Path)
		if err != nil {
			return err
		}
		_, err = io.Copy(w, reader{ctx, source})
		if err := errors.Join(err, source.Close()); err != nil {
			return fmt.Errorf("%s: %w", member.Name, err)
		}
	}
	return w.Close()
}

// Read checks a backup against its manifest, and unpacks its members into dir, or
// nowhere where dir is "". What is not as the manifest says is an error with the
// code "bad_backup".
func Read(ctx context.Context, path, dir string) (*Manifest, error) {
	file, err := os.Open(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, connectors.Errorf(connectors.KindConfig, "no_backup", "name the file that `clientele backup` wrote", "there is no backup %s", path)
	}
	if err != nil {
		return nil, connectors.SystemError(err)
	}
	defer file.Close()
	r := tar.NewReader(reader{ctx, file})
	m, err := readManifest(r)
	for i := 0; err == nil && i < len(m.Members); i++ {
		err = m.Members[i].unpack(r, dir)
	}
	if err == nil {
		if _, err = r.Next(); err == nil {
			err = errors.New("it has more members than its manifest names")
		} else if errors.Is(err, io.EOF) {
			err = nil
		}
	}
	var known *connectors.Error
	switch {
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case errors.As(err, &known):
		return nil, err
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return nil, bad(path, errors.New("it is cut off"))
	case err != nil:
		return nil, bad(path, err)
	}
	return m, nil
}

func bad(path string, err error) error {
	return connectors.Errorf(connectors.KindData, "bad_backup", "use another backup; nothing was changed", "%s is not whole: %w", path, err)
}

func readManifest(r *tar.Reader) (*Manifest, error) {
	header, err := r.Next()
	if err != nil {
		return nil, err
	}
	if header.Name != manifestName || header.Size > maxManifest {
		return nil, errors.New("it does not begin with a manifest")
	}
	text, err := io.ReadAll(r)
	if err != nil {
		return nil, err
	}
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, errors.New("its manifest can't be read")
	}
	if m.Format > Format {
		return nil, connectors.NewerVersion("backup", m.Format, Format)
	}
	return &m, nil
}

// unpack reads the next member, which must be this one.
func (m Member) unpack(r *tar.Reader, dir string) (err error) {
	header, err := r.Next()
	if err != nil {
		return err
	}
	if header.Name != m.Name || header.Typeflag != tar.TypeReg || header.Size != m.Size || !filepath.IsLocal(m.Name) {
		return fmt.Errorf("member %q is not what its manifest says", header.Name)
	}
	h := sha256.New()
	if err := write(r, h, dir, m.Name); err != nil {
		return err
	}
	if hex.EncodeToString(h.Sum(nil)) != m.SHA256 {
		return fmt.Errorf("member %q has another SHA-256 than its manifest says", m.Name)
	}
	return nil
}

func write(r io.Reader, h hash.Hash, dir, name string) error {
	if dir == "" {
		_, err := io.Copy(h, r)
		return err
	}
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return connectors.SystemError(err)
	}
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return connectors.SystemError(err)
	}
	_, err = io.Copy(io.MultiWriter(h, file), r)
	if err == nil {
		err = file.Sync()
	}
	return connectors.SystemError(errors.Join(err, file.Close()))
}

// reader stops when its context ends.
type reader struct {
	ctx  context.Context
	from io.Reader
}

// Read implements io.Reader.
func (r reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.from.Read(p)
}
