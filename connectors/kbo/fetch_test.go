package kbo_test

import (
	"archive/zip"
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
	"clientele/connectors/kbo"
	"clientele/connectors/objects"
	"clientele/connectors/registry"
	"clientele/connectors/sftptest"
	"clientele/schemas/option"
)

// portal is a server of extracts, and a register that fetches from it.
type portal struct {
	*sftptest.Server
	t      *testing.T
	shelf  string // folder of the server
	folder string // where extracts come to lie
	*kbo.Register
}

func newPortal(t *testing.T) *portal {
	t.Helper()
	p := &portal{Server: sftptest.New(t), t: t, shelf: t.TempDir(), folder: filepath.Join(t.TempDir(), "registries")}
	dir := t.TempDir()
	place := kbo.Place{Path: filepath.Join(dir, "kbo.duckdb"), Temp: filepath.Join(dir, "temp")}
	p.Register = kbo.New([]string{filepath.Join(p.folder, "KboOpenData_*")}, place).From(objects.At(connectors.Project{Dir: dir, Temp: dir},
		[]string{p.Address(p.shelf + "/*.zip")}, objects.Options{Password: sftptest.Password, KnownHosts: p.KnownHosts}))
	return p
}

// offer puts extracts on the server: like 146_Full, 147_Update. The tables of full ones
// have a few firms.
func (p *portal) offer(names ...string) {
	p.t.Helper()
	for _, name := range names {
		var number int
		var kind string
		if _, err := fmt.Sscanf(strings.ReplaceAll(name, "_", " "), "%d %s", &number, &kind); err != nil {
			p.t.Fatal(err)
		}
		dir := ""
		if kind == "Full" {
			dir = p.t.TempDir()
			extractOf(p.t, dir, number, 5)
		} else {
			dir = update(p.t, number, nothing)
		}
		p.put(fmt.Sprintf("KboOpenData_%04d_2026_01_04_%s.zip", number, kind), packed(p.t, dir))
	}
}

func (p *portal) put(name string, content []byte) {
	p.t.Helper()
	if err := os.WriteFile(filepath.Join(p.shelf, name), content, 0o600); err != nil {
		p.t.Fatal(err)
	}
}

// clear takes all from the server.
func (p *portal) clear() {
	p.t.Helper()
	for _, name := range files(p.t, p.shelf) {
		if err := os.Remove(filepath.Join(p.shelf, name)); err != nil {
			p.t.Fatal(err)
		}
	}
}

// fetch fetches, and returns what came, like 146_Full.
func (p *portal) fetch(ctx context.Context) (got []string, err error) {
	err = p.Fetch(ctx, func(f registry.Fetched) {
		if f.Size == 0 {
			p.t.Errorf("%s has no size", f.Name)
		}
		got = append(got, short(f.Name))
	})
	return got, err
}

func short(name string) string {
	return strings.TrimLeft(strings.TrimSuffix(name, ".zip")[len("KboOpenData_"):], "0")
}

func files(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil && !os.IsNotExist(err) {
		t.Fatal(err)
	}
	for _, f := range list {
		names = append(names, f.Name())
	}
	return names
}

// packed is a folder as a ZIP file.
func packed(t *testing.T, dir string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	if err := w.AddFS(os.DirFS(dir)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// TestFetch: what the copy lacks is downloaded, and nothing twice.
func TestFetch(t *testing.T) {
	type step struct {
		name        string
		offer, want string
		code        string
		only        bool // what is offered is all there is
		load        bool // afterwards
		number      int  // that the copy then has
	}
	for _, steps := range [][]step{
		{
			{name: "no copy: the newest full one and what follows", offer: "140_Full 140_Update 141_Update 146_Full 147_Update 148_Update", want: "146_Full 147_Update 148_Update"},
			{name: "what lies here is not fetched again", load: true, number: 148},
			{name: "the copy has it, the files are gone"},
			{name: "updates that follow", offer: "149_Update 150_Full 150_Update", want: "149_Update 150_Update", load: true, number: 150},
			{name: "a gap that a full extract fills", only: true, offer: "155_Full 157_Update 156_Update", want: "155_Full 156_Update 157_Update", load: true, number: 157},
			{name: "a gap that nothing fills", only: true, offer: "158_Update 160_Update", want: "158_Update", code: "kbo_gap", load: true, number: 158},
			{name: "a full extract that ends before the gap", offer: "158_Full", code: "kbo_gap"},
		},
		{{name: "no copy and no full extract", offer: "147_Update", code: "kbo_gap"}, {name: "nothing there", only: true, code: "no_extract"}},
	} {
		p := newPortal(t)
		for _, s := range steps {
			if s.only {
				p.clear()
			}
			p.offer(strings.Fields(s.offer)...)
			got, err := p.fetch(t.Context())
			if connectors.CodeOf(err) != s.code {
				t.Errorf("%s: %v", s.name, err)
			}
			var want []string
			for _, name := range strings.Fields(s.want) {
				number, kind, _ := strings.Cut(name, "_")
				want = append(want, number+"_2026_01_04_"+kind)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", s.name, diff)
			}
			if s.load {
				if err := p.Refresh(t.Context(), func(registry.Refreshed) {}); err != nil {
					t.Fatalf("%s: %v", s.name, err)
				}
				if _, err := os.Stat(filepath.Join(p.folder, fmt.Sprintf("KboOpenData_%04d_2026_01_04_Update.zip", s.number))); err != nil {
					t.Errorf("%s: %v", s.name, err)
				}
				if err := os.RemoveAll(p.folder); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
}

// TestGapNames: the error says which extract is to be got.
func TestGapNames(t *testing.T) {
	p := newPortal(t)
	p.offer("146_Full", "148_Update")
	_, err := p.fetch(t.Context())
	var known *connectors.Error
	if !strings.Contains(fmt.Sprint(err), "update 147 of KBO is offered no more") {
		t.Error(err)
	}
	if !errors.As(err, &known) || !strings.Contains(known.Remedy, "KboOpenData_0147_…_Full.zip, or a later one") {
		t.Errorf("%+v", known)
	}
}

// TestFetchStops: a download that breaks off, or is stopped, leaves nothing that is
// taken for an extract, and the next one brings it.
func TestFetchStops(t *testing.T) {
	p := newPortal(t)
	p.offer("146_Full")
	archive := filepath.Join(p.shelf, "KboOpenData_0146_2026_01_04_Full.zip")
	content, err := os.ReadFile(archive)
	if err != nil {
		t.Fatal(err)
	}
	// A killed program leaves what it downloaded beside.
	if err := os.MkdirAll(p.folder, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{".KboOpenData_0146_2026_01_04_Full.zip.part", ".KboOpenData_0145_2026_01_03_Update.zip.part"} {
		if err := os.WriteFile(filepath.Join(p.folder, name), content[:100], 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Refresh(t.Context(), func(f registry.Refreshed) { t.Errorf("%s is taken in", f.Name) }); err != nil {
		t.Error(err)
	}
	for after := int64(0); ; after += 2048 {
		p.Break(after)
		got, err := p.fetch(t.Context())
		if err == nil {
			if after == 0 || len(got) != 1 {
				t.Errorf("with %d bytes: %v", after, got)
			}
			break
		}
		if left := files(t, p.folder); slices.ContainsFunc(left, func(n string) bool { return !strings.HasPrefix(n, ".") }) || connectors.KindOf(err) != connectors.KindTransient {
			t.Fatalf("after %d bytes: %v, %v", after, left, err)
		}
	}
	p.Break(-1)
	if diff := cmp.Diff([]string{filepath.Base(archive)}, files(t, p.folder)); diff != "" {
		t.Errorf("left behind (-want +got):\n%s", diff)
	}
	p.offer("147_Update")
	stopped, stop := context.WithCancel(t.Context())
	stop()
	if _, err := p.fetch(stopped); err == nil {
		t.Error("a fetch that was stopped says nothing")
	}
}

// TestFetchesWhatItSays: what is not the extract that its name says is not taken.
func TestFetchesWhatItSays(t *testing.T) {
	for name, content := range map[string]func(t *testing.T) []byte{
		"half a file":      func(t *testing.T) []byte { b := packed(t, update(t, 146, nothing)); return b[:len(b)/2] },
		"another number":   func(t *testing.T) []byte { return packed(t, update(t, 145, nothing)) },
		"the other kind":   func(t *testing.T) []byte { return packed(t, update(t, 146, nothing)) },
		"a page of errors": func(*testing.T) []byte { return []byte("<html>maintenance</html>") },
	} {
		p := newPortal(t)
		p.put("KboOpenData_0146_2026_01_04_Full.zip", content(t))
		if got, err := p.fetch(t.Context()); connectors.CodeOf(err) != "bad_extract" || len(got)+len(files(t, p.folder)) > 0 {
			t.Errorf("%s: %v, %v, %v", name, got, files(t, p.folder), err)
		}
	}
}

// TestFetchOptions: what can't be fetched to is said when the config is read.
func TestFetchOptions(t *testing.T) {
	for text, fault := range map[string]string{
		"{ path: registries/KboOpenData_*.zip, fetch: sftp://u@h/x/*.zip, store: { known_hosts: k } }": "",
		"{ path: [old, 'new/*'], fetch: s3://b/x/*.zip }":                                              "",
		"{ path: registries/*.zip, fetch: https://kbo/x.zip }":                                         "must be the address of files in a store",
		"{ path: registries/full.zip, fetch: sftp://u@h/x/*.zip }":                                     "path must find what is downloaded",
		"{ path: registries/*/*.zip, fetch: sftp://u@h/x/*.zip }":                                      "path must find what is downloaded",
	} {
		var o kbo.Options
		spec := option.New("kbo", "")
		o.Spec(spec)
		document, findings := option.Open("x.yaml", []byte(text), func(string) (string, bool) { return "", false })
		findings = append(findings, document.Parse(spec)...)
		said := fmt.Sprint(findings.Errors())
		if (fault == "") != (len(findings.Errors()) == 0) || !strings.Contains(said, fault) {
			t.Errorf("%s: %s", text, said)
		}
	}
	r := kbo.New([]string{"x"}, kbo.Place{})
	if err := r.Fetch(t.Context(), func(registry.Fetched) {}); connectors.CodeOf(err) != "no_server" || r.Fetches() {
		t.Error(err)
	}
}
