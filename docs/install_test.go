package docs

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"
)

// TestInstall works the page through, from the archive that `make dist` built:
// below a folder in the place of the machine's root, and without the commands
// that only root of a machine may give.
func TestInstall(t *testing.T) {
	dist := os.Getenv("CLIENTELE_DIST")
	if dist == "" {
		t.Skip("CLIENTELE_DIST names no folder of archives; `make dist` makes one")
	}
	page, err := os.ReadFile("install.md")
	if err != nil {
		t.Fatal(err)
	}
	archives, err := filepath.Glob(filepath.Join(dist, "clientele-*-linux-"+runtime.GOARCH+".tar.gz"))
	if err != nil || len(archives) != 1 {
		t.Fatalf("archives for this machine: %v, %v", archives, err)
	}
	root, work := t.TempDir(), t.TempDir()
	for _, file := range []string{archives[0], filepath.Join(dist, "SHA256SUMS")} {
		content, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(work, filepath.Base(file)), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	for _, dir := range []string{"usr/local/bin", "etc/systemd/system", "srv/clientele", "tmp"} {
		if err := os.MkdirAll(filepath.Join(root, dir), 0o755); err != nil {
			t.Fatal(err)
		}
	}
	script := "set -eu\ndpkg() { echo " + runtime.GOARCH + "; }\n" + onlyRoot.ReplaceAllString(commands(string(page)), ":")
	script = regexp.MustCompile(`sudo -u clientele |sudo | -[og] [a-z]+`).ReplaceAllString(script, "")
	script = regexp.MustCompile(`/(usr/local/bin|etc/|var/lib/|srv/|tmp/)`).ReplaceAllString(script, root+"/$1")
	cmd := exec.Command("sh", "-c", script)
	cmd.Dir = work
	cmd.Env = []string{"PATH=" + root + "/usr/local/bin:" + os.Getenv("PATH"), "HOME=" + work}
	out, err := cmd.CombinedOutput()
	if err != nil {
		t.Fatalf("%v\n%s\n%s", err, script, out)
	}
	for _, want := range []string{"linux-" + runtime.GOARCH + `\.tar\.gz: OK`, `(?m)^clientele v?[0-9a-z]`, `is published: 2 customers`, `Bakkerij Peeters +1 +120\.5`,
		`wrote .*clientele\.service, .*clientele\.timer`, `is published: 3 customers`, `(?m)^fresh: `} {
		if !regexp.MustCompile(want).Match(out) {
			t.Errorf("nothing like %s in\n%s", want, out)
		}
	}
}

// onlyRoot are the commands that the test leaves out.
var onlyRoot = regexp.MustCompile(`(?m)^(sudo )?(useradd|apt-get|systemctl|journalctl)\b.*$`)

// commands returns the shell blocks of a page.
func commands(page string) string {
	var b strings.Builder
	for _, m := range regexp.MustCompile("(?ms)^```sh\n(.*?)^```$").FindAllStringSubmatch(page, -1) {
		b.WriteString(m[1])
	}
	return b.String()
}
