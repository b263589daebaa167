package pipelines

import (
	"bufio"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"

	"clientele/connectors"
	"clientele/schemas/option"
)

// How much room a night needs at least, beside what is there: the published file
// is written anew before the old one goes, and the base grows.
const (
	leastDisk   = 1 << 30
	leastMemory = 1 << 30
)

// disk looks whether there is room for the next night.
func (d *doctor) disk() {
	const about = "disk"
	dir := existing(d.home)
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		d.add(warned(about, "unknown", "", "how much room there is at %s is not known", dir))
		return
	}
	free := int64(st.Bavail) * st.Bsize
	var used int64
	_ = filepath.WalkDir(d.home, func(_ string, e fs.DirEntry, err error) error { // what can't be looked at is not counted
		if err == nil && e.Type().IsRegular() {
			if info, err := e.Info(); err == nil {
				used += info.Size()
			}
		}
		return nil
	})
	need := used + leastDisk
	switch {
	case free < used/2+leastDisk/4:
		d.add(Probe{About: about, Severity: option.Error, Code: "disk_full", Message: fmt.Sprintf("%s free at %s, which holds %s", bytesText(free), dir, bytesText(used)),
			Suggestion: "free some space, or choose another --home", kind: connectors.KindEnvironment})
	case free < need:
		d.add(warned(about, "disk_low", "free some space, or choose another --home", "%s free at %s, and a night may need %s", bytesText(free), dir, bytesText(need)))
	default:
		d.add(passed(about, "%s free at %s, which holds %s", bytesText(free), dir, bytesText(used)))
	}
}

// memory looks how much memory is free, where the system says so.
func (d *doctor) memory() {
	const about = "memory"
	free, ok := availableMemory("/proc/meminfo", "/sys/fs/cgroup")
	switch {
	case !ok:
		d.add(passed(about, "how much is free is not known on this system"))
	case free < leastMemory:
		d.add(warned(about, "memory_low", "free some, or lower warehouse.duckdb.memory and threads", "%s free, and a night may need %s", bytesText(free), bytesText(leastMemory)))
	default:
		d.add(passed(about, "%s free", bytesText(free)))
	}
}

// availableMemory is what the machine can give, or what the container may still
// take where that is less.
func availableMemory(meminfo, cgroup string) (free int64, ok bool) {
	f, err := os.Open(meminfo)
	if err != nil {
		return 0, false
	}
	defer f.Close()
	for lines := bufio.NewScanner(f); lines.Scan(); {
		if fields := strings.Fields(lines.Text()); len(fields) >= 2 && fields[0] == "MemAvailable:" {
			kib, err := strconv.ParseInt(fields[1], 10, 64)
			free, ok = kib<<10, err == nil
		}
	}
	limit, limited := number64(filepath.Join(cgroup, "memory.max"))
	used, known := number64(filepath.Join(cgroup, "memory.current"))
	if ok && limited && known {
		free = min(free, max(0, limit-used))
	}
	return free, ok
}

// number64 reads the number that is all a file holds.
func number64(file string) (int64, bool) {
	text, err := os.ReadFile(file)
	if err != nil {
		return 0, false
	}
	n, err := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64)
	return n, err == nil
}

// bytesText writes a size for people.
func bytesText(n int64) string {
	const unit = 1024
	if n < unit {
		return fmt.Sprintf("%d B", n)
	}
	f, names := float64(n), "KMGTP"
	for i := 0; ; i++ {
		if f /= unit; f < unit || i == len(names)-1 {
			return fmt.Sprintf("%.1f %ciB", f, names[i])
		}
	}
}
