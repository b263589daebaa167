package outlets

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"clientele/connectors"
	"clientele/schemas"
)

// tree makes folders with one file notes.csv of the given text.
func tree(t *testing.T, parent string, folders map[string]string) {
	t.Helper()
	for name, text := range folders {
		dir := filepath.Join(parent, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "notes.csv"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// A program can be killed before each step of a replacement. The next call
// gives what was there or, between the renames, the newer whole folder; and a
// call that succeeds leaves nothing beside.
func TestRecoversFromKill(t *testing.T) {
	gone := errors.New("gone")
	for _, c := range []struct {
		killed string
		left   map[string]string
		want   string // after the next call, when it fails
	}{
		{"never", nil, ""},
		{"while the first was written", map[string]string{"csv.new": "part"}, ""},
		{"while another was written", map[string]string{"csv": "old", "csv.new": "part"}, "old"},
		{"between the renames", map[string]string{"csv.new": "whole", "csv.old": "old"}, "whole"},
		{"after the renames", map[string]string{"csv": "whole", "csv.old": "old"}, "whole"},
		{"while another was written after that", map[string]string{"csv": "whole", "csv.old": "old", "csv.new": "part"}, "whole"},
		{"with the new one lost", map[string]string{"csv.old": "old"}, "old"},
	} {
		t.Run(c.killed, func(t *testing.T) {
			parent := t.TempDir()
			dir := filepath.Join(parent, "csv")
			tree(t, parent, c.left)
			failing := reader()
			failing.rows["notes"], failing.fail = [][]any{{"x"}}, gone
			if err := CSV(t.Context(), failing, byName, []schemas.Table{notes}, dir); !errors.Is(err, gone) {
				t.Fatal(err)
			}
			if c.want == "" {
				if left := list(t, parent); left != "" {
					t.Errorf("left %s", left)
				}
			} else {
				if left := list(t, parent); left != "csv" {
					t.Errorf("left %s", left)
				}
				if got := string(readFile(t, filepath.Join(dir, "notes.csv"))); got != c.want {
					t.Errorf("%q is there, want %q", got, c.want)
				}
			}

			parent = t.TempDir()
			dir = filepath.Join(parent, "csv")
			tree(t, parent, c.left)
			if err := CSV(t.Context(), reader(), byName, []schemas.Table{notes}, dir); err != nil {
				t.Fatal(err)
			}
			if left := list(t, parent); left != "csv" {
				t.Errorf("left %s", left)
			}
			if got := string(readFile(t, filepath.Join(dir, "notes.csv"))); got != byteOrderMark+"text\r\n" {
				t.Errorf("%q is there", got)
			}
		})
	}
}

func TestKilledWorkbookIsSweptUp(t *testing.T) {
	parent := t.TempDir()
	tree(t, parent, map[string]string{"base.xlsx.new": "part"})
	if err := XLSX(t.Context(), reader(), byName, []schemas.Table{notes}, filepath.Join(parent, "base.xlsx")); err != nil {
		t.Fatal(err)
	}
	if left := list(t, parent); left != "base.xlsx" {
		t.Errorf("left %s", left)
	}
}

func TestTablesThatLeaveTakeTheirFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "csv")
	gone := schemas.Published()[0]
	for _, tables := range [][]schemas.Table{{notes, gone}, {notes}} {
		if err := CSV(t.Context(), reader(), byName, tables, dir); err != nil {
			t.Fatal(err)
		}
	}
	if got := list(t, dir); got != "notes.csv" {
		t.Errorf("%s is there", got)
	}
}

func TestNothingForeignIsReplaced(t *testing.T) {
	for _, c := range []struct {
		name string
		make func(dir string) error // beside notes.csv, or in place of the folder
		code string
	}{
		{"a file of somebody", func(dir string) error { return os.WriteFile(filepath.Join(dir, "thesis.csv"), nil, 0o600) }, "foreign_file"},
		{"a folder", func(dir string) error { return os.Mkdir(filepath.Join(dir, "people.csv"), 0o700) }, "foreign_file"},
		{"the other outlet", func(dir string) error { return os.WriteFile(filepath.Join(dir, "notes.parquet"), nil, 0o600) }, "foreign_file"},
		{"a folder of the new one's name", func(dir string) error { return os.MkdirAll(filepath.Join(dir+".new", "src"), 0o700) }, "foreign_file"},
		{"a folder of the old one's name", func(dir string) error { return os.MkdirAll(filepath.Join(dir+".old", "src"), 0o700) }, "foreign_file"},
		{"a file", func(dir string) error { return errors.Join(os.RemoveAll(dir), os.WriteFile(dir, nil, 0o600)) }, "not_a_folder"},
		{"a link", func(dir string) error { return errors.Join(os.RemoveAll(dir), os.Symlink(os.TempDir(), dir)) }, "symlink"},
		{"a lock of an office program", func(dir string) error { return os.WriteFile(filepath.Join(dir, ".~lock.notes.csv#"), nil, 0o600) }, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			parent := t.TempDir()
			dir := filepath.Join(parent, "csv")
			tree(t, parent, map[string]string{"csv": "old"})
			if err := c.make(dir); err != nil {
				t.Fatal(err)
			}
			before := list(t, parent)
			err := CSV(t.Context(), reader(), byName, []schemas.Table{notes}, dir)
			if connectors.CodeOf(err) != c.code || c.code == "" && err != nil {
				t.Fatalf("error %v, want %s", err, c.code)
			}
			if got := list(t, parent); got != before {
				t.Errorf("%s is there, was %s", got, before)
			}
		})
	}
}

func TestPermissions(t *testing.T) {
	mode := func(path string) fs.FileMode {
		t.Helper()
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		return info.Mode() & (fs.ModePerm | fs.ModeSetgid)
	}
	for _, o := range all {
		t.Run(o.name, func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "out", o.place)
			file := filepath.Join(path, o.file)
			write := func() {
				t.Helper()
				if err := o.write(t.Context(), reader(), byName, []schemas.Table{people}, path); err != nil {
					t.Fatal(err)
				}
			}
			write()
			if got := mode(filepath.Dir(path)); got != 0o700 {
				t.Errorf("new parent %s", got)
			}
			if got := mode(file); got != 0o600 {
				t.Errorf("new file %s", got)
			}
			if path != file && mode(path) != 0o700 {
				t.Errorf("new folder %s", mode(path))
			}

			if err := os.Chmod(path, 0o755); err != nil {
				t.Fatal(err)
			}
			write()
			if got := mode(file); got != 0o640 {
				t.Errorf("file for a group %s", got)
			}
			if path == file {
				return
			}
			if got := mode(path); got != 0o755 {
				t.Errorf("folder for a group %s", got)
			}
			if err := os.Chmod(path, 0o750|fs.ModeSetgid); err != nil {
				t.Fatal(err)
			}
			write()
			if got := mode(path); got != 0o750|fs.ModeSetgid {
				t.Errorf("folder that gives its group %s", got)
			}
		})
	}
}

func TestGroupIsKept(t *testing.T) {
	groups, err := os.Getgroups()
	if err != nil {
		t.Fatal(err)
	}
	other := -1
	for _, g := range groups {
		if g != os.Getegid() {
			other = g
		}
	}
	if os.Geteuid() == 0 {
		other = 12345
	}
	if other < 0 {
		t.Skip("the user is in one group only")
	}
	dir := filepath.Join(t.TempDir(), "csv")
	for range 2 {
		if err := CSV(t.Context(), reader(), byName, []schemas.Table{notes}, dir); err != nil {
			t.Fatal(err)
		}
		if err := os.Chown(dir, -1, other); err != nil {
			t.Fatal(err)
		}
	}
	if err := CSV(t.Context(), reader(), byName, []schemas.Table{notes}, dir); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{dir, filepath.Join(dir, "notes.csv")} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := group(info); got != other {
			t.Errorf("%s has group %d, want %d", path, got, other)
		}
	}
}

func TestFailure(t *testing.T) {
	if failure(nil) != nil {
		t.Error("no failure became one")
	}
	for cause, code := range map[error]string{
		syscall.ENOSPC: "disk_full", syscall.EDQUOT: "disk_full", syscall.EACCES: "permission", syscall.EBUSY: "not_replaceable", syscall.EINTR: "",
	} {
		err := failure(fmt.Errorf("write: %w", &fs.PathError{Op: "write", Path: "x", Err: cause}))
		if connectors.CodeOf(err) != code || !errors.Is(err, cause) {
			t.Errorf("%v", err)
		}
		if code != "" && connectors.KindOf(err) != connectors.KindEnvironment {
			t.Errorf("%v is of kind %d", err, connectors.KindOf(err))
		}
	}
}
