// Package localfiles lists and opens the files that sources of files read: one
// delivery per file, found by fixed paths or by glob patterns.
package localfiles

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"clientele/connectors"
)

// List returns one delivery per file that the paths name, in natural order of
// their names. A path is relative to the project's folder and may be a glob
// pattern as package filepath has them; a file found by a pattern is Named. No
// file at all is an empty list, not an error.
//
// A pattern passes over folders, hidden files and the "~$" files with which
// Excel locks an open workbook.
func List(ctx context.Context, p connectors.Project, paths []string) ([]connectors.Delivery, error) {
	var list []connectors.Delivery
	seen := map[string]bool{}
	for _, path := range paths {
		files, named, err := find(p, path)
		if err != nil {
			return nil, err
		}
		for _, file := range files {
			name := nameOf(p, file)
			if seen[name] {
				continue
			}
			seen[name] = true
			d, err := describe(ctx, file, name)
			if errors.Is(err, fs.ErrNotExist) {
				continue // gone since it was found: the same as never there
			}
			if err != nil {
				return nil, err
			}
			d.Named = named
			list = append(list, d)
		}
	}
	slices.SortFunc(list, func(a, b connectors.Delivery) int { return Compare(a.Name, b.Name) })
	return list, nil
}

// find returns the files of one path or pattern, and whether it is a pattern. A
// path with wildcards that is the very name of a file means that file.
func find(p connectors.Project, path string) (files []string, pattern bool, err error) {
	full := locate(p, path)
	info, err := os.Stat(full)
	switch {
	case err == nil && info.IsDir():
		return nil, false, connectors.Errorf(connectors.KindConfig, "is_directory", "name a file, or a pattern like "+path+"/*",
			"%s is a directory, not a file", nameOf(p, full))
	case err == nil:
		return []string{full}, false, nil
	case isPattern(path):
		files, err = match(p, path)
		return files, true, err
	case errors.Is(err, fs.ErrNotExist):
		return nil, false, nil
	}
	return nil, false, Failure(nameOf(p, full), err)
}

// match returns the files that a pattern matches.
func match(p connectors.Project, path string) ([]string, error) {
	if err := readable(p, path); err != nil {
		return nil, err
	}
	pattern := filepath.FromSlash(path)
	if !filepath.IsAbs(pattern) {
		pattern = filepath.Join(literal(p.Dir), pattern)
	}
	matches, err := filepath.Glob(pattern)
	if err != nil {
		return nil, connectors.Errorf(connectors.KindConfig, "bad_pattern", "close every [ by ], or put a \\ before it",
			"%s is not a valid pattern: %w", path, err)
	}
	return slices.DeleteFunc(matches, func(m string) bool {
		base := filepath.Base(m)
		if strings.HasPrefix(base, ".") || strings.HasPrefix(base, "~$") {
			return true
		}
		info, err := os.Stat(m)
		return err == nil && info.IsDir()
	}), nil
}

// readable fails when the folder before a pattern's first wildcard is there but
// can't be read, which filepath.Glob takes for a folder without matches.
func readable(p connectors.Project, pattern string) error {
	dir := filepath.ToSlash(pattern)
	for isPattern(dir) {
		if i := strings.LastIndexByte(dir, '/'); i > 0 {
			dir = dir[:i]
		} else if i == 0 {
			dir = "/"
		} else {
			dir = "."
		}
	}
	full := locate(p, dir)
	f, err := os.Open(full)
	if err == nil {
		defer f.Close()
		_, err = f.Readdirnames(1)
	}
	if err == nil || errors.Is(err, io.EOF) || errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return Failure(nameOf(p, full), err)
}

func describe(ctx context.Context, file, name string) (connectors.Delivery, error) {
	f, err := os.Open(file)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return connectors.Delivery{}, err
		}
		return connectors.Delivery{}, Failure(name, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return connectors.Delivery{}, Failure(name, err)
	}
	sum := sha256.New()
	size, err := io.Copy(sum, reader{ctx, f})
	if err != nil {
		if ctx.Err() != nil {
			return connectors.Delivery{}, ctx.Err()
		}
		return connectors.Delivery{}, Failure(name, err)
	}
	return connectors.Delivery{Name: name, Hash: hex.EncodeToString(sum.Sum(nil)), Size: size, Modified: info.ModTime().UTC()}, nil
}

// reader stops reading when its context ends.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r reader) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(b)
}

func isPattern(path string) bool { return strings.ContainsAny(path, "*?[") }

// literal quotes what filepath.Match would take for wildcards.
func literal(dir string) string {
	if filepath.Separator == '\\' {
		return dir // there a backslash separates, and nothing can be quoted
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(dir)
}

func locate(p connectors.Project, path string) string {
	path = filepath.FromSlash(path)
	if filepath.IsAbs(path) {
		return filepath.Clean(path)
	}
	return filepath.Join(p.Dir, path)
}

func nameOf(p connectors.Project, file string) string {
	if rel, err := filepath.Rel(p.Dir, file); err == nil {
		file = rel
	}
	return filepath.ToSlash(file)
}

// Failure sorts an error met while opening or reading the file called name: a
// file that is gone or locked away is the environment's, a cut-off or corrupt
// archive is the data's.
func Failure(name string, err error) error {
	var coded *connectors.Error
	if errors.As(err, &coded) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if code, remedy := archiveFault(err); code != "" {
		return connectors.Errorf(connectors.KindData, code, remedy, "%s: %w", name, err)
	}
	var path *fs.PathError
	if errors.As(err, &path) {
		err = fmt.Errorf("can't %s it: %w", path.Op, path.Err) // the name is said once
	}
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return connectors.Errorf(connectors.KindEnvironment, "file_vanished", "put it back, or run again to read what is there now",
			"%s is gone since it was listed: %w", name, err)
	case errors.Is(err, fs.ErrPermission):
		return connectors.Errorf(connectors.KindEnvironment, "unreadable", "let the user who runs clientele read it",
			"%s: %w", name, err)
	}
	return connectors.Errorf(connectors.KindEnvironment, "unreadable", "check the disk or the share that holds it", "%s: %w", name, err)
}
