//go:build !race

package compare

// raceEnabled tells that the race detector runs, under which pools forget.
const raceEnabled = false
