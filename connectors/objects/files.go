// Package objects lists and opens the files that sources of files read, on this
// machine or in a store: S3, Google Cloud Storage, Azure Blob Storage, SFTP.
//
// A file of a store is fetched whole into the project's private folder before it
// is read: what is read then is what was listed, and a connection that breaks
// loses no row. It is gone when it is closed, or when the program dies.
package objects

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path"
	"slices"
	"strings"
	"time"

	"clientele/connectors"
	"clientele/connectors/localfiles"
)

// Files are the files that the paths of a source name.
type Files struct {
	project connectors.Project
	paths   []string
	options Options
}

// At returns the files that paths name: each a path relative to the project's
// folder, or an address like s3://bucket/folder/*.csv.
func At(p connectors.Project, paths []string, o Options) *Files {
	return &Files{project: p, paths: paths, options: o}
}

// object is a file of a store.
type object struct {
	key      string
	size     int64
	modified time.Time
	// sum is the check sum of the content that the store keeps, nil for none.
	sum []byte
	// version is what else tells one content of the key from another.
	version string
}

// hash tells contents apart by what the store says of them. Without a check sum
// two files are only known to be equal when they are the same file.
func (o object) hash(name string) string {
	text := fmt.Sprintf("%d;%s;%s", o.size, o.version, name)
	if o.sum != nil {
		text = fmt.Sprintf("%d;%x", o.size, o.sum)
	}
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

// store holds files under keys.
type store interface {
	// find returns the objects whose keys match a pattern as package path has
	// them, in any order.
	find(ctx context.Context, pattern string) ([]object, error)
	// stat describes one object; the error is fs.ErrNotExist for none.
	stat(ctx context.Context, key string) (object, error)
	// open reads an object.
	open(ctx context.Context, key string) (io.ReadCloser, error)
	io.Closer
}

// place is an address: the store, and a key or pattern in it.
type place struct {
	scheme string
	host   string // bucket or container; of SFTP user, host and port
	key    string
}

// stores are the openers of stores by the scheme of their addresses.
var stores = map[string]func(ctx context.Context, p place, o Options, dir string) (store, error){
	"s3": openS3, "gs": openGCS, "azblob": openAzure, "sftp": openSFTP,
}

// placeOf splits an address; ok is false for a path of this machine. An address
// is not escaped: ? and # stand for themselves in keys, and in patterns.
func placeOf(address string) (p place, ok bool) {
	scheme, rest, _ := strings.Cut(address, "://")
	if stores[scheme] == nil {
		return place{}, false
	}
	host, key, _ := strings.Cut(rest, "/")
	return place{scheme, host, key}, true
}

// InStore reports whether a path is an address of files in a store.
func InStore(path string) bool { _, ok := placeOf(path); return ok }

// name is how a file is called: without who asks for it.
func (p place) name(key string) string {
	host := p.host[strings.LastIndexByte(p.host, '@')+1:]
	return p.scheme + "://" + host + "/" + key
}

// List returns one delivery per file, in natural order of their names. What was
// said of local files holds of all: no file is an empty list, a pattern passes
// over folders and hidden files, and what it finds is Named.
func (f *Files) List(ctx context.Context) ([]connectors.Delivery, error) {
	var local []string
	remote := map[place]bool{}
	for _, path := range f.paths {
		if p, ok := placeOf(path); ok {
			remote[p] = true
		} else {
			local = append(local, path)
		}
	}
	list, err := localfiles.List(ctx, f.project, local)
	if err != nil || len(remote) == 0 {
		return list, err
	}
	seen := map[string]bool{}
	for p := range remote {
		found, err := f.list(ctx, p)
		if err != nil {
			return nil, err
		}
		for _, d := range found {
			if !seen[d.Name] {
				seen[d.Name] = true
				list = append(list, d)
			}
		}
	}
	slices.SortFunc(list, func(a, b connectors.Delivery) int { return localfiles.Compare(a.Name, b.Name) })
	return list, nil
}

func (f *Files) list(ctx context.Context, p place) ([]connectors.Delivery, error) {
	s, err := f.reach(ctx, p)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	named := strings.ContainsAny(p.key, "*?[")
	var found []object
	if named {
		if _, err := path.Match(p.key, ""); err != nil {
			return nil, connectors.Errorf(connectors.KindConfig, "bad_pattern", "close every [ by ], or put a \\ before it", "%s is not a valid pattern", p.name(p.key))
		}
		found, err = s.find(ctx, p.key)
	} else {
		var o object
		if o, err = s.stat(ctx, p.key); err == nil {
			found = []object{o}
		} else if errors.Is(err, fs.ErrNotExist) {
			err = nil
		}
	}
	if err != nil {
		return nil, failure(ctx, p.name(p.key), err)
	}
	var list []connectors.Delivery
	for _, o := range found {
		base := path.Base(o.key)
		if named && (strings.HasPrefix(base, ".") || strings.HasPrefix(base, "~$") || strings.HasSuffix(o.key, "/")) {
			continue
		}
		name := p.name(o.key)
		list = append(list, connectors.Delivery{Name: name, Hash: o.hash(name), Size: o.size, Modified: o.modified.UTC(), Named: named})
	}
	return list, nil
}

// Find returns the delivery of one file by the name that List would give it; ok is
// false where there is no such file.
func (f *Files) Find(ctx context.Context, name string) (d connectors.Delivery, ok bool, err error) {
	if p, key, ok := f.stored(name); ok {
		s, err := f.reach(ctx, p)
		if err != nil {
			return d, false, err
		}
		defer s.Close()
		o, err := s.stat(ctx, key)
		if errors.Is(err, fs.ErrNotExist) {
			return d, false, nil
		}
		if err != nil {
			return d, false, failure(ctx, name, err)
		}
		return connectors.Delivery{Name: name, Hash: o.hash(name), Size: o.size, Modified: o.modified.UTC()}, true, nil
	}
	list, err := localfiles.List(ctx, f.project, []string{name})
	if err != nil || len(list) == 0 {
		return d, false, err
	}
	return list[0], true, nil
}

// reach opens the store of a place.
func (f *Files) reach(ctx context.Context, p place) (store, error) {
	s, err := stores[p.scheme](ctx, p, f.options, f.project.Dir)
	if err != nil {
		return nil, failure(ctx, p.name(""), err)
	}
	return s, nil
}

// Open opens the file of a delivery. One of a store that is no longer what List
// saw is an error, as it is of a local file.
func (f *Files) Open(ctx context.Context, d connectors.Delivery) (*os.File, error) {
	if p, key, ok := f.stored(d.Name); ok {
		file, err := f.fetch(ctx, p, key, d)
		return file, failure(ctx, d.Name, err)
	}
	return localfiles.Open(f.project, d)
}

// stored returns the store of a file that List named, and its key there; ok is false
// for a file of this machine.
func (f *Files) stored(name string) (p place, key string, ok bool) {
	for _, path := range f.paths {
		p, remote := placeOf(path)
		if key, mine := strings.CutPrefix(name, p.name("")); remote && mine {
			return p, key, true
		}
	}
	return place{}, "", false
}

// Save copies the file of a delivery, which is in a store, to an empty file of this
// machine. After an error, one of a file that is no longer what List saw too, a part of it
// may be there.
func (f *Files) Save(ctx context.Context, d connectors.Delivery, to *os.File) error {
	p, key, ok := f.stored(d.Name)
	if !ok {
		return connectors.Errorf(connectors.KindConfig, "no_store", "name it like sftp://user@host/folder/*.zip", "%s is not in a store", d.Name)
	}
	return failure(ctx, d.Name, f.copy(ctx, p, key, d, to))
}

// OpenText opens the file of a delivery and unpacks it when it is gzipped.
func (f *Files) OpenText(ctx context.Context, d connectors.Delivery) (io.ReadCloser, error) {
	file, err := f.Open(ctx, d)
	if err != nil {
		return nil, err
	}
	return localfiles.Text(file, d)
}

// Begin opens the file of a delivery, by Open or OpenText, and starts reading its
// rows. A file that can't be begun is closed, with an error that names it.
func Begin[F io.Closer](ctx context.Context, d connectors.Delivery, open func(context.Context, connectors.Delivery) (F, error), read func(F) (connectors.Rows, error)) (connectors.Rows, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	file, err := open(ctx, d)
	if err != nil {
		return nil, err
	}
	rows, err := read(file)
	if err != nil {
		_ = file.Close() // the error is what is told
		return nil, localfiles.Failure(d.Name, err)
	}
	return rows, nil
}

// fetch copies an object to a file that has no name any more.
func (f *Files) fetch(ctx context.Context, p place, key string, d connectors.Delivery) (file *os.File, err error) {
	if file, err = os.CreateTemp(f.project.Temp, "object-"); err != nil {
		return nil, connectors.SystemError(err)
	}
	defer func() {
		if err != nil {
			_ = file.Close()
		}
	}()
	if err := os.Remove(file.Name()); err != nil {
		return nil, connectors.SystemError(err)
	}
	if err := f.copy(ctx, p, key, d, file); err != nil {
		return nil, err
	}
	_, err = file.Seek(0, io.SeekStart)
	return file, err
}

// copy copies an object to a file: all of it, as it was listed.
func (f *Files) copy(ctx context.Context, p place, key string, d connectors.Delivery, to *os.File) error {
	s, err := f.reach(ctx, p)
	if err != nil {
		return err
	}
	defer s.Close()
	now, err := s.stat(ctx, key)
	if err != nil {
		return err
	}
	changed := connectors.Errorf(connectors.KindTransient, "file_changed", "run again when it is complete", "%s changed since it was listed", d.Name)
	if d.Hash != "" && now.hash(d.Name) != d.Hash {
		return changed
	}
	in, err := s.open(ctx, key)
	if err != nil {
		return err
	}
	defer in.Close()
	size, err := io.Copy(to, in)
	if err != nil {
		return connectors.SystemError(err)
	}
	if size != now.size {
		return changed
	}
	return nil
}
