package localfiles

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"clientele/connectors"
)

// project is a folder with the given files, whose content is their name.
func project(t testing.TB, files ...string) connectors.Project {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "with [brackets]*")
	for _, f := range files {
		full := filepath.Join(dir, f)
		if err := os.MkdirAll(filepath.Dir(full), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(full, []byte(f), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return connectors.Project{Dir: dir}
}

func TestList(t *testing.T) {
	p := project(t, "in/part-10.csv", "in/part-9.csv", "in/~$part-9.csv", "in/.part-8.csv", "in/old.csv/part-1.csv", "one.csv")
	tests := []struct {
		name  string
		paths []string
		want  []string
		named bool
	}{
		{"pattern", []string{"in/*.csv"}, []string{"in/part-9.csv", "in/part-10.csv"}, true},
		{"fixed", []string{"one.csv"}, []string{"one.csv"}, false},
		{"absolute", []string{filepath.Join(p.Dir, "one.csv")}, []string{"one.csv"}, false},
		{"each once", []string{"in/part-9.csv", "in/part-?.csv"}, []string{"in/part-9.csv"}, false},
		{"pattern of folders", []string{"in/*/part-1.csv"}, []string{"in/old.csv/part-1.csv"}, true},
		{"none", []string{"gone/*.csv", "gone.csv"}, nil, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			list, err := List(t.Context(), p, tt.paths)
			if err != nil {
				t.Fatal(err)
			}
			var got []string
			for _, d := range list {
				got = append(got, d.Name)
				sum := sha256.Sum256([]byte(d.Name))
				info, err := os.Stat(filepath.Join(p.Dir, d.Name))
				if filepath.IsAbs(d.Name) {
					info, err = os.Stat(d.Name)
				}
				if err != nil {
					t.Fatal(err)
				}
				want := connectors.Delivery{Modified: info.ModTime().UTC(), Name: d.Name, Hash: hex.EncodeToString(sum[:]), Size: int64(len(d.Name)), Named: tt.named}
				if diff := cmp.Diff(want, d); diff != "" {
					t.Errorf("delivery (-want +got):\n%s", diff)
				}
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("names (-want +got):\n%s", diff)
			}
		})
	}
}

func TestErrors(t *testing.T) {
	p := project(t, "in/a.csv")
	d := connectors.Delivery{Name: "in/a.csv", Hash: "of other content", Size: 3}
	_, changed := Open(p, d)
	_, gone := Open(p, connectors.Delivery{Name: "in/b.csv"})
	_, folder := List(t.Context(), p, []string{"in"})
	_, pattern := List(t.Context(), p, []string{"in/[.csv"})
	for _, tt := range []struct {
		err  error
		kind connectors.Kind
		code string
	}{
		{changed, connectors.KindTransient, "file_changed"},
		{gone, connectors.KindEnvironment, "file_vanished"},
		{folder, connectors.KindConfig, "is_directory"},
		{pattern, connectors.KindConfig, "bad_pattern"},
		{Failure("x", &fs.PathError{Op: "open", Path: "/secret/x", Err: fs.ErrPermission}), connectors.KindEnvironment, "unreadable"},
		{Failure("x", errors.New("input/output error")), connectors.KindEnvironment, "unreadable"},
	} {
		if connectors.KindOf(tt.err) != tt.kind || connectors.CodeOf(tt.err) != tt.code {
			t.Errorf("%v has kind %d and code %q, want %d and %q", tt.err, connectors.KindOf(tt.err), connectors.CodeOf(tt.err), tt.kind, tt.code)
		}
	}
	if !errors.Is(gone, fs.ErrNotExist) {
		t.Errorf("%v does not wrap fs.ErrNotExist", gone)
	}
}

func TestListStopsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := List(ctx, project(t, "a.csv"), []string{"a.csv"}); !errors.Is(err, context.Canceled) {
		t.Errorf("List of a cancelled context: %v", err)
	}
}

func TestUnreadableFolder(t *testing.T) {
	p := project(t, "in/a.csv")
	if err := os.Chmod(filepath.Join(p.Dir, "in"), 0); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.Chmod(filepath.Join(p.Dir, "in"), 0o700) })
	if _, err := os.ReadDir(filepath.Join(p.Dir, "in")); err == nil {
		t.Skip("this user reads every folder")
	}
	if _, err := List(t.Context(), p, []string{"in/*.csv"}); connectors.KindOf(err) != connectors.KindEnvironment {
		t.Errorf("List of a folder that can't be read: %v, want an error of the environment", err)
	}
}

func TestCompare(t *testing.T) {
	want := []string{"", "part", "part-1", "part-01", "part-2", "part-9.csv", "part-10.csv", "part-10a", "part-100", "partx"}
	slices.SortFunc(want, Compare)
	got := slices.Clone(want)
	slices.Reverse(got)
	slices.SortFunc(got, Compare)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if Compare("part-9", "part-10") >= 0 || Compare("part-10", "part-9") <= 0 || Compare("a", "b") >= 0 {
		t.Error("part-9 does not come before part-10, or a before b")
	}
}

func TestCompareIsATotalOrder(t *testing.T) {
	name := rapid.StringMatching(`[a0-2.]{0,6}`)
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := name.Draw(t, "a"), name.Draw(t, "b"), name.Draw(t, "c")
		if (Compare(a, b) == 0) != (a == b) || Compare(a, b) != -Compare(b, a) {
			t.Fatalf("%q and %q are not ordered", a, b)
		}
		if Compare(a, b) < 0 && Compare(b, c) < 0 && Compare(a, c) >= 0 {
			t.Fatalf("%q < %q < %q, but not %q < %q", a, b, c, a, c)
		}
	})
}
