package objects

import (
	"crypto/ed25519"
	"crypto/md5"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/johannesboyne/gofakes3"
	"github.com/johannesboyne/gofakes3/backend/s3mem"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/knownhosts"

	"clientele/connectors"
	"clientele/connectors/sftptest"
)

// shelf is a store that a test fills.
type shelf struct {
	root    string // address of its root
	options Options
	put     func(key, content string)
	remove  func(key string)
}

// shelves are a server of each kind, in this process.
var shelves = map[string]func(t testing.TB) *shelf{"S3": s3Shelf, "Google Cloud": gcsShelf, "Azure": azureShelf, "SFTP": sftpShelf}

func s3Shelf(t testing.TB) *shelf {
	backend := s3mem.New()
	if err := backend.CreateBucket("shop"); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(gofakes3.New(backend).Server())
	t.Cleanup(server.Close)
	return &shelf{root: "s3://shop/", options: Options{Endpoint: server.URL, Region: "eu-west-1", AccessKey: "key", SecretKey: "Sesam-open-u"},
		put: func(key, content string) {
			if _, err := backend.PutObject("shop", key, map[string]string{"Last-Modified": time.Now().UTC().Format(http.TimeFormat)}, strings.NewReader(content), int64(len(content)), nil); err != nil {
				t.Fatal(err)
			}
		},
		remove: func(key string) {
			if _, err := backend.DeleteObject("shop", key); err != nil {
				t.Fatal(err)
			}
		}}
}

// gcsShelf answers as Cloud Storage does, as far as files are listed and read:
// https://cloud.google.com/storage/docs/json_api/v1/objects.
func gcsShelf(t testing.TB) *shelf {
	files := map[string]string{}
	type item struct {
		Kind       string `json:"kind"`
		Bucket     string `json:"bucket"`
		Name       string `json:"name"`
		Size       string `json:"size"`
		MD5        string `json:"md5Hash"`
		Etag       string `json:"etag"`
		Generation string `json:"generation"`
		Updated    string `json:"updated"`
	}
	itemOf := func(key string) item {
		sum := md5.Sum([]byte(files[key]))
		return item{"storage#object", "shop", key, fmt.Sprint(len(files[key])), base64.StdEncoding.EncodeToString(sum[:]), "tag", "1", "2026-05-01T10:00:00Z"}
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		const objects = "/storage/v1/b/shop/o"
		key, one := strings.CutPrefix(r.URL.Path, objects+"/")
		content, ok := files[key]
		switch {
		case r.URL.Path == objects:
			list := []item{}
			for _, key := range sortedKeys(files) {
				if strings.HasPrefix(key, r.URL.Query().Get("prefix")) {
					list = append(list, itemOf(key))
				}
			}
			json.NewEncoder(w).Encode(map[string]any{"kind": "storage#objects", "items": list})
		case one && !ok:
			http.Error(w, `{"error": {"code": 404, "message": "no such object"}}`, http.StatusNotFound)
		case one && r.URL.Query().Get("alt") == "media":
			w.Header().Set("X-Goog-Generation", "1")
			io.WriteString(w, content)
		case one:
			json.NewEncoder(w).Encode(itemOf(key))
		default:
			http.Error(w, `{"error": {"code": 403, "message": "no"}}`, http.StatusForbidden)
		}
	}))
	t.Cleanup(server.Close)
	return &shelf{root: "gs://shop/", options: Options{Endpoint: server.URL},
		put:    func(key, content string) { files[key] = content },
		remove: func(key string) { delete(files, key) }}
}

// azureShelf answers as Blob Storage does, as far as files are listed and read:
// https://learn.microsoft.com/rest/api/storageservices/list-blobs.
func azureShelf(t testing.TB) *shelf {
	files := map[string]string{}
	type properties struct {
		Modified string `xml:"Last-Modified"`
		Etag     string
		Length   int    `xml:"Content-Length"`
		MD5      string `xml:"Content-MD5"`
		BlobType string
	}
	type item struct {
		Name       string
		Properties properties
	}
	const modified = "Fri, 01 May 2026 10:00:00 GMT"
	sum := func(key string) string {
		s := md5.Sum([]byte(files[key]))
		return base64.StdEncoding.EncodeToString(s[:])
	}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasPrefix(r.Header.Get("Authorization"), "SharedKey shopfiles:") {
			w.Header().Set("X-Ms-Error-Code", "AuthorizationPermissionMismatch")
			w.WriteHeader(http.StatusForbidden)
			return
		}
		key, one := strings.CutPrefix(r.URL.Path, "/shopfiles/shop/")
		content, ok := files[key]
		switch {
		case r.URL.Query().Get("comp") == "list":
			type answer struct {
				XMLName xml.Name `xml:"EnumerationResults"`
				Blobs   []item   `xml:"Blobs>Blob"`
			}
			var list answer
			for _, key := range sortedKeys(files) {
				if strings.HasPrefix(key, r.URL.Query().Get("prefix")) {
					list.Blobs = append(list.Blobs, item{key, properties{modified, "tag", len(files[key]), sum(key), "BlockBlob"}})
				}
			}
			w.Header().Set("Content-Type", "application/xml")
			xml.NewEncoder(w).Encode(list)
		case one && ok:
			w.Header().Set("Last-Modified", modified)
			w.Header().Set("X-Ms-Creation-Time", modified)
			w.Header().Set("Etag", "tag")
			w.Header().Set("Content-MD5", sum(key))
			w.Header().Set("Content-Length", fmt.Sprint(len(content)))
			if r.Method == http.MethodGet {
				io.WriteString(w, content)
			}
		default:
			w.Header().Set("X-Ms-Error-Code", "BlobNotFound")
			w.WriteHeader(http.StatusNotFound)
		}
	}))
	t.Cleanup(server.Close)
	key := base64.StdEncoding.EncodeToString([]byte("Sesam-open-u"))
	return &shelf{root: "azblob://shop/", options: Options{Endpoint: server.URL, Account: "shopfiles", AccountKey: key},
		put:    func(key, content string) { files[key] = content },
		remove: func(key string) { delete(files, key) }}
}

// sftpShelf is a server that keeps its files in a folder of the test.
func sftpShelf(t testing.TB) *shelf {
	root, server := t.TempDir(), sftptest.New(t)
	return &shelf{root: server.Address(root + "/"), options: Options{Password: sftptest.Password, KnownHosts: server.KnownHosts},
		put: func(key, content string) {
			name := filepath.Join(root, key)
			if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
		},
		remove: func(key string) { os.Remove(filepath.Join(root, key)) }}
}

// TestSave: a file of a store is copied as it was listed, and one that changed since is not
// taken for it.
func TestSave(t *testing.T) {
	s := sftpShelf(t)
	f := At(connectors.Project{Dir: t.TempDir()}, []string{s.root + "*.zip"}, s.options)
	save := func(d connectors.Delivery) (string, error) {
		t.Helper()
		file, err := os.Create(filepath.Join(t.TempDir(), "saved"))
		if err != nil {
			t.Fatal(err)
		}
		defer file.Close()
		err = f.Save(t.Context(), d, file)
		text, readErr := os.ReadFile(file.Name())
		if readErr != nil {
			t.Fatal(readErr)
		}
		return string(text), err
	}
	s.put("a.zip", "content")
	list, err := f.List(t.Context())
	if err != nil || len(list) != 1 {
		t.Fatal(list, err)
	}
	if text, err := save(list[0]); text != "content" || err != nil {
		t.Errorf("%q, %v", text, err)
	}
	s.put("a.zip", "other content")
	if _, err := save(list[0]); connectors.CodeOf(err) != "file_changed" {
		t.Error(err)
	}
	s.remove("a.zip")
	if _, err := save(list[0]); connectors.CodeOf(err) != "file_vanished" {
		t.Error(err)
	}
	if _, err := save(connectors.Delivery{Name: "here.zip"}); connectors.CodeOf(err) != "no_store" || InStore("here.zip") || !InStore(s.root) {
		t.Error(err)
	}
}

func sortedKeys(m map[string]string) []string {
	var keys []string
	for k := range m {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func each(t *testing.T, test func(t *testing.T, s *shelf)) {
	for name, make := range shelves {
		t.Run(name, func(t *testing.T) { test(t, make(t)) })
	}
}

// at returns files of a shelf.
func (s *shelf) at(t testing.TB, paths ...string) *Files {
	for i, p := range paths {
		paths[i] = s.root + p
	}
	dir := t.TempDir()
	t.Cleanup(func() {
		if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
			t.Errorf("files are left behind: %v %v", left, err)
		}
	})
	return At(connectors.Project{Dir: t.TempDir(), Temp: dir}, paths, s.options)
}

func list(t testing.TB, f *Files) []connectors.Delivery {
	t.Helper()
	found, err := f.List(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func names(list []connectors.Delivery) (names []string) {
	for _, d := range list {
		names = append(names, d.Name[strings.LastIndexByte(d.Name, '/')+1:])
	}
	return names
}

func TestStores(t *testing.T) {
	each(t, func(t *testing.T, s *shelf) {
		if found := list(t, s.at(t, "in/*.csv", "one.csv")); len(found) != 0 {
			t.Errorf("an empty store has %v", found)
		}
		for _, key := range []string{"in/part-10.csv", "in/part-9.csv", "in/.hidden.csv", "in/~$part.csv", "in/deep/part-1.csv", "in/note.txt", "one.csv"} {
			s.put(key, "content of "+key)
		}
		found := list(t, s.at(t, "in/*.csv", "one.csv", "in/part-9.csv", "none.csv"))
		if diff := cmp.Diff([]string{"part-9.csv", "part-10.csv", "one.csv"}, names(found)); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
		if deep := names(list(t, s.at(t, "in/*/*.csv"))); !slices.Equal(deep, []string{"part-1.csv"}) {
			t.Errorf("in folders below are %v", deep)
		}
		files := s.at(t, "in/*.csv")
		found = list(t, files)
		for _, d := range found {
			if strings.Contains(d.Name, "@") || !d.Named || d.Modified.IsZero() || len(d.Hash) != 64 {
				t.Errorf("delivery %+v", d)
			}
			in, err := files.OpenText(t.Context(), d)
			if err != nil {
				t.Fatal(err)
			}
			content, err := io.ReadAll(in)
			if err != nil || string(content) != "content of in/"+names([]connectors.Delivery{d})[0] {
				t.Errorf("%s holds %q: %v", d.Name, content, err)
			}
			in.Close()
		}
		if diff := cmp.Diff(found, list(t, files)); diff != "" {
			t.Errorf("a second listing differs:\n%s", diff)
		}
		s.put("in/part-9.csv", "another content")
		if again := list(t, files); again[0].Hash == found[0].Hash || again[1].Hash != found[1].Hash {
			t.Error("a changed file is not told from what it was, or another one is")
		}
		if _, err := files.Open(t.Context(), found[0]); connectors.CodeOf(err) != "file_changed" {
			t.Errorf("a file that changed since it was listed: %v", err)
		}
		s.remove("in/part-10.csv")
		if _, err := files.Open(t.Context(), found[1]); connectors.CodeOf(err) != "file_vanished" {
			t.Errorf("a file that is gone: %v", err)
		}
	})
}

// TestRefused shows that what can't be reached, or does not let one in, is a
// clear error without a secret.
func TestRefused(t *testing.T) {
	sftp := sftpShelf(t)
	azure, gcs := azureShelf(t), gcsShelf(t).options
	stranger := filepath.Join(t.TempDir(), "known_hosts")
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	key, err := ssh.NewPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	place, _ := placeOf(sftp.root)
	_, address, _ := strings.Cut(place.host, "@")
	if err := os.WriteFile(stranger, []byte(knownhosts.Line([]string{address}, key)+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	hosts := sftp.options.KnownHosts
	for _, c := range []struct {
		path, code string
		options    Options
	}{
		{sftp.root + "*.csv", "missing_option", Options{Password: "Sesam-open-u"}},
		{sftp.root + "*.csv", "host_key", Options{Password: "Sesam-open-u", KnownHosts: stranger}},
		{sftp.root + "*.csv", "credentials", Options{Password: "Sesam-open-you", KnownHosts: hosts}},
		{sftp.root + "*.csv", "credentials", Options{PrivateKey: "nothing", KnownHosts: hosts}},
		{"sftp://shop@127.0.0.1:1/*.csv", "host_key", Options{Password: "Sesam-open-u", KnownHosts: hosts}},
		{"sftp://127.0.0.1:1/*.csv", "bad_url", Options{KnownHosts: hosts}},
		{"azblob://shop/*.csv", "missing_option", Options{}},
		{"azblob://shop/*.csv", "credentials", Options{Account: "shop", AccountKey: "Sesam-open-u!"}},
		{"azblob://shop/a.csv", "permission", Options{Account: "other", AccountKey: azure.options.AccountKey, Endpoint: azure.options.Endpoint}},
		{"gs://other/a.csv", "permission", gcs},
		{"gs://shop/a.csv", "credentials", Options{Credentials: "nothing.json"}},
		{"s3://shop/[.csv", "bad_pattern", s3Shelf(t).options},
	} {
		_, err := At(connectors.Project{Dir: t.TempDir(), Temp: t.TempDir()}, []string{c.path}, c.options).List(t.Context())
		if connectors.CodeOf(err) != c.code || err != nil && strings.Contains(err.Error(), "Sesam") {
			t.Errorf("%s: %v, want the code %s", c.path, err, c.code)
		}
	}
}

// TestPrivateKey signs in by a key.
func TestPrivateKey(t *testing.T) {
	s := sftpShelf(t)
	s.put("a.csv", "a")
	s.options.Password = ""
	s.options.PrivateKey = filepath.Join(filepath.Dir(s.options.KnownHosts), "id")
	if found := list(t, s.at(t, "*.csv")); len(found) != 1 {
		t.Errorf("found %v", found)
	}
}
