package outlets

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"syscall"

	"clientele/connectors"
	"clientele/schemas"
)

// A place and its group are new to everyone but their owner.
const (
	privateDir  fs.FileMode = 0o700
	privateFile fs.FileMode = 0o600
	groupRead   fs.FileMode = 0o040
)

// Names beside a place under which it is written and put aside.
const (
	newSuffix = ".new"
	oldSuffix = ".old"
)

// replaceFile makes path the file that fill writes. Beside the file, fill has
// its folder to itself, for temporary files.
func replaceFile(path string, fill func(file string) error) error {
	path = filepath.Clean(path)
	before, err := occupant(path, false)
	if err != nil {
		return err
	}
	work := path + newSuffix
	file := filepath.Join(work, filepath.Base(path))
	defer os.RemoveAll(work)
	return inOrder(
		func() error { return os.RemoveAll(work) },
		func() error { return os.MkdirAll(filepath.Dir(path), privateDir) },
		func() error { return os.Mkdir(work, privateDir) },
		func() error { return fill(file) },
		func() error { return releaseFile(file, before) },
		func() error { return os.Rename(file, path) },
		func() error { return syncPath(filepath.Dir(path)) },
	)
}

// Folder makes dir a folder of the named files, which fill writes, and nothing
// else: whole or not at all. A folder with other files in it is left alone.
func Folder(dir string, files []string, fill func(dir string) error) error {
	return folder{path: dir, files: files}.replace(fill)
}

// folder is a place that holds files of known names.
type folder struct {
	path  string
	files []string
}

// filesOf names the files that an outlet of tables may hold: also those of
// tables that it no longer has.
func filesOf(tables []schemas.Table, ext string) []string {
	var names []string
	for _, t := range slices.Concat(tables, schemas.Published()) {
		names = append(names, t.Name+ext)
	}
	return names
}

// replace makes the folder hold the files that fill writes and nothing else.
// A folder with files that are none of an outlet's is left alone.
func (f folder) replace(fill func(dir string) error) error {
	f.path = filepath.Clean(f.path)
	next, last := f.path+newSuffix, f.path+oldSuffix
	for _, dir := range []string{f.path, next, last} {
		if err := f.own(dir); err != nil {
			return err
		}
	}
	if err := f.recover(); err != nil {
		return failure(err)
	}
	before, err := occupant(f.path, true)
	if err != nil {
		return err
	}
	defer os.RemoveAll(next)
	return inOrder(
		func() error { return os.MkdirAll(filepath.Dir(f.path), privateDir) },
		func() error { return os.Mkdir(next, privateDir) },
		func() error { return fill(next) },
		func() error { return release(next, before) },
		func() error { return f.swap(before != nil) },
		func() error { return syncPath(filepath.Dir(f.path)) },
		func() error { return os.RemoveAll(last) },
	)
}

// recover puts right what a killed program left: between the two renames the
// new folder is whole and waits to be renamed; at any other time it is a part
// of one.
func (f folder) recover() error {
	next, last := f.path+newSuffix, f.path+oldSuffix
	if !exists(f.path) && exists(last) {
		whole := next
		if !exists(next) {
			whole = last
		}
		if err := os.Rename(whole, f.path); err != nil {
			return err
		}
	}
	return errors.Join(os.RemoveAll(next), os.RemoveAll(last))
}

// swap renames the finished folder into its place.
func (f folder) swap(occupied bool) error {
	next, last := f.path+newSuffix, f.path+oldSuffix
	if !occupied {
		return os.Rename(next, f.path)
	}
	if err := os.Rename(f.path, last); err != nil {
		return err
	}
	if err := os.Rename(next, f.path); err != nil {
		return errors.Join(err, os.Rename(last, f.path))
	}
	return nil
}

// own returns an error for a folder with anything in it that no outlet wrote:
// it would be lost.
func (f folder) own(dir string) error {
	if before, err := occupant(dir, true); before == nil || err != nil {
		return err
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return failure(err)
	}
	for _, e := range entries {
		name := strings.TrimSuffix(e.Name(), ".tmp") // of a file that was being written
		if !e.Type().IsRegular() || !slices.Contains(f.files, name) && !litter(name) {
			return connectors.Errorf(connectors.KindConfig, "foreign_file", "move it elsewhere, or name another folder",
				"%s holds %s, which is none of the outlet's files: the folder would be replaced and lose it", dir, e.Name())
		}
	}
	return nil
}

// litter reports whether a file is one that desktops and office programs drop
// beside the files that a person looks at.
func litter(name string) bool {
	switch name {
	case ".DS_Store", "Thumbs.db", "desktop.ini":
		return true
	}
	return strings.HasPrefix(name, ".~lock.") || strings.HasPrefix(name, "~$")
}

// occupant returns what is at path, nil when nothing is there, and an error
// when it is not what an outlet puts there.
func occupant(path string, dir bool) (fs.FileInfo, error) {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, nil
	case err != nil:
		return nil, failure(err)
	case info.Mode()&fs.ModeSymlink != 0:
		return nil, connectors.Errorf(connectors.KindConfig, "symlink", "name what it leads to", "%s is a symbolic link", path)
	case dir && !info.IsDir():
		return nil, connectors.Errorf(connectors.KindConfig, "not_a_folder", "name a folder", "%s is not a folder", path)
	case !dir && !info.Mode().IsRegular():
		return nil, connectors.Errorf(connectors.KindConfig, "not_a_file", "name a file", "%s is not a file", path)
	}
	return info, nil
}

// release puts a finished folder and its files on the disk, with the group and
// the permissions of the one whose place they take.
func release(dir string, before fs.FileInfo) error {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := releaseFile(filepath.Join(dir, e.Name()), before); err != nil {
			return err
		}
	}
	if before != nil {
		const kept = fs.ModePerm | fs.ModeSetgid | fs.ModeSticky
		if err := grant(dir, privateDir|before.Mode()&kept, before); err != nil {
			return err
		}
	}
	return syncPath(dir)
}

// releaseFile puts a finished file on the disk. Its group may read it where it
// may read what was there before.
func releaseFile(file string, before fs.FileInfo) error {
	if before != nil {
		if err := grant(file, privateFile|before.Mode()&groupRead, before); err != nil {
			return err
		}
	}
	return syncPath(file)
}

// grant gives a file the group of another and a mode, in this order: changing
// the group may clear bits of the mode.
func grant(path string, mode fs.FileMode, like fs.FileInfo) error {
	now, err := os.Stat(path)
	if err != nil {
		return err
	}
	if want, is := group(like), group(now); want != is {
		if err := os.Chown(path, -1, want); err != nil {
			return err
		}
	}
	return os.Chmod(path, mode)
}

// group returns the id of a file's group, -1 where files have none.
func group(info fs.FileInfo) int {
	if stat, ok := info.Sys().(*syscall.Stat_t); ok {
		return int(stat.Gid)
	}
	return -1
}

// inOrder takes steps until one fails.
func inOrder(steps ...func() error) error {
	for _, step := range steps {
		if err := step(); err != nil {
			return failure(err)
		}
	}
	return nil
}

func exists(path string) bool {
	_, err := os.Lstat(path)
	return err == nil
}

func syncPath(path string) error {
	f, err := os.Open(path)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}
