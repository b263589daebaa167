package jobs

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"clientele/connectors"
)

// secrets answer the references of a config: ${NAME} from the environment, then
// from the file of --env-file, and ${file:PATH} from a file.
type secrets struct {
	getenv func(name string) (string, bool)
	file   map[string]string
	dir    string // that paths of references start from
}

// resolve lets Getenv answer what the config refers to: the environment, the file
// of --env-file and files of secrets.
func (a *app) resolve() error {
	s := &secrets{getenv: a.Getenv, dir: filepath.Dir(a.config)}
	if a.envFile != "" {
		var err error
		if s.file, err = readEnvFile(a.envFile); err != nil {
			return err
		}
	}
	a.Getenv = s.lookup
	return nil
}

// lookup answers one reference.
func (s *secrets) lookup(name string) (string, bool) {
	if path, ok := strings.CutPrefix(name, "file:"); ok {
		return s.read(path)
	}
	if value, ok := s.getenv(name); ok {
		return value, true
	}
	value, ok := s.file[name]
	return value, ok
}

// largestSecret is the size of the largest file that is taken for a secret, in
// bytes: a key of any kind is far smaller.
const largestSecret = 1 << 20

// read returns what a file holds, without the line feed at its end.
func (s *secrets) read(path string) (string, bool) {
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.dir, path)
	}
	file, err := os.Open(path)
	if err != nil {
		return "", false
	}
	defer file.Close()
	content, err := io.ReadAll(io.LimitReader(file, largestSecret+1))
	if err != nil || len(content) > largestSecret {
		return "", false
	}
	return strings.TrimRight(string(content), "\r\n"), true
}

// readEnvFile reads the values of an environment file. One that everybody can
// read is refused.
func readEnvFile(path string) (map[string]string, error) {
	file, err := os.Open(path)
	if err != nil {
		return nil, connectors.Errorf(connectors.KindEnvironment, "env_file", "--env-file names a file that the user that runs clientele can read", "read the environment file: %w", err)
	}
	defer file.Close()
	info, err := file.Stat()
	if err != nil {
		return nil, connectors.SystemError(err)
	}
	if info.Mode().Perm()&0o007 != 0 {
		return nil, connectors.Errorf(connectors.KindEnvironment, "env_file_open", "chmod 600 "+path, "everybody can read the secrets in %s", path)
	}
	content, err := io.ReadAll(io.LimitReader(file, largestSecret))
	if err != nil {
		return nil, connectors.SystemError(fmt.Errorf("read %s: %w", path, err))
	}
	return parseEnvFile(path, content)
}

// A line of an environment file: a name, and a value that is plain or quoted. A
// comment may follow what is quoted, or after a blank what is plain.
var (
	envName   = regexp.MustCompile(`^(?:export\s+)?([A-Za-z_][A-Za-z0-9_]*)=(.*)$`)
	envSingle = regexp.MustCompile(`^'([^']*)'\s*(?:#.*)?$`)
	envDouble = regexp.MustCompile(`^"((?:[^"\\]|\\.)*)"\s*(?:#.*)?$`)
	envPlain  = regexp.MustCompile(`^([^'"\s#]\S*(?:\s+[^\s#]\S*)*)?(?:\s+#.*|\s*)$`)
	envEscape = regexp.MustCompile(`\\.`)
)

// parseEnvFile reads NAME=VALUE lines, as systemd's EnvironmentFile and docker's
// --env-file have them. Nothing in a value is expanded. Errors name the line and
// never its text.
func parseEnvFile(path string, content []byte) (map[string]string, error) {
	values := map[string]string{}
	number := 0
	for line := range bytes.Lines(bytes.TrimPrefix(content, []byte("\ufeff"))) {
		number++
		text := strings.TrimSpace(string(line))
		if text == "" || strings.HasPrefix(text, "#") {
			continue
		}
		bad := func(what string) error {
			return connectors.Errorf(connectors.KindConfig, "env_file", `lines are NAME=VALUE; a value with blanks at its ends or with # stands in quotes`, "%s:%d: %s", path, number, what)
		}
		m := envName.FindStringSubmatch(text)
		if m == nil {
			return nil, bad("is not NAME=VALUE")
		}
		name, raw := m[1], strings.TrimSpace(m[2])
		if _, twice := values[name]; twice {
			return nil, bad(name + " is set twice")
		}
		switch {
		case envSingle.MatchString(raw):
			values[name] = envSingle.FindStringSubmatch(raw)[1]
		case envDouble.MatchString(raw):
			values[name] = envEscape.ReplaceAllStringFunc(envDouble.FindStringSubmatch(raw)[1], func(e string) string {
				switch e {
				case `\n`:
					return "\n"
				case `\t`:
					return "\t"
				}
				return e[1:]
			})
		case envPlain.MatchString(raw):
			values[name] = envPlain.FindStringSubmatch(raw)[1]
		default:
			return nil, bad("a quote of the value of " + name + " is not closed, or something follows it")
		}
	}
	return values, nil
}
