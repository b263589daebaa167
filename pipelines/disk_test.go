package pipelines_test

import (
	"fmt"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"

	"clientele/connectors"
)

// TestFullDisk runs the second night on a small disk that has ever more room
// left. Each time it fails clearly, and the night after some room was made ends
// well; in between readers see a whole night.
func TestFullDisk(t *testing.T) {
	disk := filepath.Join(t.TempDir(), "disk")
	if err := os.Mkdir(disk, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mount("tmpfs", disk, "tmpfs", 0, "size=60m"); err != nil {
		t.Skip("needs to mount a small disk: ", err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(disk, 0); err != nil {
			t.Error(err)
		}
	})
	c := newCompany(t, t.TempDir())
	c.firstNight()
	before := newHouse(t, c)
	before.run(nightOne)
	first := before.digests()
	c.secondNight()
	calm := before.copyHome(t)
	calm.run(nightTwo)
	second := calm.digests()

	failed := map[string]int{}
	for _, left := range []int64{4 << 10, 64 << 10, 256 << 10, 1 << 20, 2 << 20, 4 << 20, 6 << 20, 8 << 20} {
		t.Run(fmt.Sprintf("%dK left", left>>10), func(t *testing.T) {
			h := before.copyHome(t)
			home := filepath.Join(disk, "home")
			if err := os.CopyFS(home, os.DirFS(h.home)); err != nil {
				t.Fatal(err)
			}
			defer os.RemoveAll(home)
			h.home = home
			ballast := fill(t, disk, left)
			_, err := h.attempt(nightTwo)
			if rmErr := os.Remove(ballast); rmErr != nil {
				t.Fatal(rmErr)
			}
			if err != nil {
				failed[connectors.CodeOf(err)]++
				if connectors.KindOf(err) != connectors.KindEnvironment {
					t.Errorf("a night on a full disk: %v", err)
				}
			}
			if got := h.digests(); !cmp.Equal(got, second) {
				sameTables(t, "readers after the night", got, first)
				if err == nil {
					t.Error("the night ended well, and readers see the one before")
				}
			}
			h.run(nightTwo)
			sameTables(t, "after some room was made", h.digests(), second)
		})
	}
	if failed["disk_full"] == 0 {
		t.Error("the disk never was full")
	}
	t.Logf("nights that failed, by code: %v", failed)
}

// fill leaves so many bytes free on a disk, and returns the file that it wrote.
func fill(t *testing.T, disk string, left int64) string {
	t.Helper()
	var room syscall.Statfs_t
	if err := syscall.Statfs(disk, &room); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(disk, "ballast")
	size := int64(room.Bavail)*room.Bsize - left
	if err := os.WriteFile(file, make([]byte, max(0, size)), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}
