package connectors

import (
	"context"
	"errors"
	"fmt"
	"syscall"
	"time"
)

// Lock is the lock of a project, held.
type Lock interface {
	// Check returns an error with the code "lock_lost" where the lock is held no
	// longer: it was broken, or the connection that held it is gone. What has
	// lost its lock must neither commit nor publish.
	Check(ctx context.Context) error
	// Unlock gives the lock back. Unlocking again changes nothing.
	Unlock() error
}

// Holder is who holds the lock.
type Holder struct {
	Command string    `json:"command"`
	Host    string    `json:"host"`
	PID     int       `json:"pid"`
	Since   time.Time `json:"since"`
}

// Break is a lock that was taken from its holder.
type Break struct {
	Of Holder `json:"of"` // from whom
	By Holder `json:"by"` // by whom, and since when
}

// Locked is the error of who asks for a lock that h holds; a zero h is not
// known.
func (asks Holder) Locked(h Holder) *Error {
	const remedy = "wait until it is done, or stop it; where it is gone for good, --break-lock takes its lock over"
	if h == (Holder{}) {
		return Errorf(KindEnvironment, "locked", remedy, "another process works on this project")
	}
	return Errorf(KindEnvironment, "locked", remedy, "%s works on this project: process %d on %s, since %s%s",
		h.Command, h.PID, h.Host, h.Since.UTC().Format(time.RFC3339), age(asks.Since.Sub(h.Since)))
}

// age says how long ago something was; clocks of two machines may differ.
func age(d time.Duration) string {
	switch {
	case d < time.Second:
		return ""
	case d < 24*time.Hour:
		return ", " + d.Truncate(time.Second).String() + " ago"
	}
	return fmt.Sprintf(", %d days ago", d/(24*time.Hour))
}

// MayBreak returns an error with the code "lock_alive" where the holder is seen
// to be at work: a living process of the machine that asks.
func (asks Holder) MayBreak(h Holder) error {
	// A container's processes have the same numbers as another's.
	if h.Host != asks.Host || h.PID <= 0 || h.PID == asks.PID {
		return nil
	}
	if err := syscall.Kill(h.PID, 0); err != nil && !errors.Is(err, syscall.EPERM) {
		return nil
	}
	return Errorf(KindEnvironment, "lock_alive", "wait until it is done, or stop it", "the lock is not broken: %s is at work, process %d of this machine",
		h.Command, h.PID)
}

// LockLost is the error of a holder that holds its lock no longer.
func LockLost(cause error) *Error {
	const remedy = "nothing was committed or published since; run again when the other process is done"
	if cause == nil {
		return Errorf(KindEnvironment, "lock_lost", remedy, "another process took the lock of this project over")
	}
	return Errorf(KindEnvironment, "lock_lost", remedy, "the lock of this project is lost: %w", cause)
}

// NewerVersion is the error of a state or base that a newer program wrote.
func NewerVersion(what string, version, known int) *Error {
	return Errorf(KindEnvironment, "newer_version", "use the version of clientele that wrote it, or a newer one",
		"the %s has version %d, and this program knows %d: nothing was touched", what, version, known)
}
