// Package schedule works nights by the clock, and writes what other schedulers
// need to do so.
package schedule

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"clientele/pipelines/config"
)

// Clock is the time as the scheduler sees it.
type Clock struct {
	Now func() time.Time
	// Wait returns when the clock shows until, or with the error of ctx.
	Wait func(ctx context.Context, until time.Time) error
}

// Real is a clock that waits by the system's timers.
func Real(now func() time.Time) Clock {
	return Clock{Now: now, Wait: func(ctx context.Context, until time.Time) error {
		timer := time.NewTimer(until.Sub(now()))
		defer timer.Stop()
		select {
		case <-timer.C:
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}}
}

// End is how one try of a night ended.
type End struct {
	// Good says that the night is published, by this try or by another's.
	Good bool
	// Again says that trying again may help.
	Again bool
	// Exit is the exit code of the try, -1 where it was killed.
	Exit int
	// What says it in words.
	What string
}

// Scheduler works nights when they are due, one after the other.
type Scheduler struct {
	Plan *config.Schedule
	// Name is the project's: how much of the jitter it waits goes with it.
	Name  string
	Clock Clock
	Log   *slog.Logger
	// Begun reports whether the project has had a night: before the first one,
	// none was missed.
	Begun func(ctx context.Context) (bool, error)
	// Night works the night that was due then, and stops soon when ctx ends.
	Night func(ctx context.Context, due time.Time) End

	mu     sync.Mutex
	status Status
	beat   time.Time
}

// State is what the scheduler is at.
type State string

// The states of a scheduler.
const (
	Waiting  State = "waiting"  // for the next night, or for the next try of one
	Working  State = "working"  // a night is under way
	Stopping State = "stopping" // it was told to stop
)

// Status is what the scheduler did, does, and will do. It holds no personal data.
type Status struct {
	State State `json:"state"`
	// Due is when the night that is waited for, or worked, is due; Begins when its
	// next try begins, or began.
	Due    time.Time `json:"due"`
	Begins time.Time `json:"begins"`
	// Try counts the tries of that night that have begun.
	Try int `json:"try"`
	// Last is the try that ended last.
	Last *Try `json:"last,omitempty"`
	// Skipped are nights, since the scheduler began, that were due while another
	// was under way, or missed and not caught up.
	Skipped int `json:"skipped"`
}

// Try is one try of a night.
type Try struct {
	Due   time.Time `json:"due"`
	Began time.Time `json:"began"`
	Ended time.Time `json:"ended"`
	Good  bool      `json:"good"`
	Exit  int       `json:"exit"`
	What  string    `json:"what"`
}

const (
	// step is how long is waited at a time: a machine that slept, or a clock that
	// was set, is noticed so late at most.
	step = time.Minute
	// late is from when on a night is a missed one.
	late = 5 * time.Minute
	// longestPause is the longest wait between two tries.
	longestPause = time.Hour
)

// Run works nights until ctx ends, and returns its error. A night under way then
// goes on for Plan.Grace, and is stopped after that.
func (s *Scheduler) Run(ctx context.Context) error {
	due, err := s.first(ctx)
	if err != nil {
		return err
	}
	for {
		if due.IsZero() {
			return fmt.Errorf("no night is ever due by %q", s.Plan.Cron)
		}
		s.Log.Info("waiting", "due", due.Format(time.RFC3339), "begins", due.Add(s.jitter()).Format(time.RFC3339))
		if err := s.wait(ctx, Status{Due: due, Begins: due.Add(s.jitter())}); err != nil {
			return s.stopped(err)
		}
		if due = s.missed(due); !due.IsZero() {
			s.work(ctx, due)
		}
		if ctx.Err() != nil {
			return s.stopped(ctx.Err())
		}
		due = s.following(due)
	}
}

// Status returns what the scheduler is at.
func (s *Scheduler) Status() Status {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status
}

// Alive reports whether the scheduler goes on: it works a night, which has its
// timeout, or looked at the clock of late.
func (s *Scheduler) Alive() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.status.State == Working || s.Clock.Now().Sub(s.beat) < 5*step
}

// first returns when the first night of this scheduler is due: the one that was
// due last, where it may have been missed, or the next.
func (s *Scheduler) first(ctx context.Context) (time.Time, error) {
	now := s.Clock.Now()
	last := s.Plan.Last(now)
	switch {
	case last.IsZero():
	case now.Sub(last.Add(s.jitter())) < late:
		return last, nil // when it was worked, the night says so and is done
	case s.Plan.CatchUp:
		begun, err := s.Begun(ctx)
		if err != nil {
			return time.Time{}, err
		}
		if begun {
			return last, nil
		}
	}
	return s.Plan.Next(now), nil
}

// missed returns the night to work once it is time for the one that was waited
// for. Where several went by meanwhile, as on a machine that slept, that is the
// last of them; it is zero where missed nights are not caught up.
func (s *Scheduler) missed(due time.Time) time.Time {
	now := s.Clock.Now()
	if last := s.Plan.Last(now.Add(-s.jitter())); last.After(due) {
		s.Log.Warn("nights were missed: the last of them is worked", "due", due.Format(time.RFC3339), "last", last.Format(time.RFC3339))
		due = last
	}
	if !s.Plan.CatchUp && now.Sub(due.Add(s.jitter())) > late {
		s.Log.Warn("a night was missed, and catch_up is off", "due", due.Format(time.RFC3339))
		s.skip()
		return time.Time{}
	}
	return due
}

// following returns when the night after the one of due is due. What became due
// while that one was under way is skipped.
func (s *Scheduler) following(due time.Time) time.Time {
	now := s.Clock.Now()
	if due.IsZero() {
		return s.Plan.Next(now)
	}
	next := s.Plan.Next(due)
	for ; !next.IsZero() && !next.After(now); next = s.Plan.Next(next) {
		s.Log.Warn("a night is skipped: the one before was still under way when it was due", "due", next.Format(time.RFC3339))
		s.skip()
	}
	return next
}

// work tries a night until it is good, until nothing is to be hoped for, until its
// time is over, or until the next one is due.
func (s *Scheduler) work(ctx context.Context, due time.Time) {
	end := s.Clock.Now().Add(s.Plan.Within)
	if next := s.Plan.Next(due); !next.IsZero() && next.Before(end) {
		end = next
	}
	pause := s.Plan.Retry
	for try := 1; ; try++ {
		got := s.try(ctx, due, try)
		log := s.Log.With("due", due.Format(time.RFC3339), "try", try, "exit", got.Exit)
		again := s.Clock.Now().In(s.Plan.Zone).Add(pause)
		switch {
		case ctx.Err() != nil:
			return
		case got.Good:
			log.Info(got.What)
			return
		case !got.Again:
			log.Error(got.What + ": trying again would not help")
			return
		case !again.Before(end):
			log.Error(got.What + ": given up")
			return
		}
		log.Warn(got.What+": trying again", "at", again.Format(time.RFC3339))
		if s.wait(ctx, Status{Due: due, Begins: again, Try: try}) != nil {
			return
		}
		pause = min(2*pause, max(longestPause, s.Plan.Retry))
	}
}

// try works a night once, for as long as it may take.
func (s *Scheduler) try(ctx context.Context, due time.Time, try int) End {
	began := s.Clock.Now()
	s.set(Status{State: Working, Due: due, Begins: began, Try: try})
	s.Log.Info("working", "due", due.Format(time.RFC3339), "try", try)

	// The night outlives ctx by the grace that it has.
	work, cancel := context.WithTimeout(context.WithoutCancel(ctx), s.Plan.Timeout)
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		s.mark(Stopping)
		s.Log.Info("told to stop: the night may go on", "for", s.Plan.Grace.String())
		grace := time.NewTimer(s.Plan.Grace)
		defer grace.Stop()
		select {
		case <-grace.C:
			cancel()
		case <-work.Done():
		}
	})()
	end := s.Night(work, due)
	if errors.Is(work.Err(), context.DeadlineExceeded) && !end.Good {
		end.Again, end.What = true, "stopped after "+s.Plan.Timeout.String()+": it took too long"
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status.Last = &Try{Due: due, Began: began, Ended: s.Clock.Now(), Good: end.Good, Exit: end.Exit, What: end.What}
	return end
}

// wait waits until the clock shows w.Begins, and looks at it every step.
func (s *Scheduler) wait(ctx context.Context, w Status) error {
	w.State = Waiting
	s.set(w)
	for {
		now := s.Clock.Now()
		s.mu.Lock()
		s.beat = now
		s.mu.Unlock()
		if !now.Before(w.Begins) {
			return ctx.Err()
		}
		until := w.Begins
		if soon := now.Add(step); soon.Before(until) {
			until = soon
		}
		if err := s.Clock.Wait(ctx, until); err != nil {
			return err
		}
	}
}

func (s *Scheduler) stopped(err error) error {
	s.mark(Stopping)
	s.Log.Info("stopped")
	return err
}

// set replaces the status but for what it keeps of the past.
func (s *Scheduler) set(n Status) {
	s.mu.Lock()
	defer s.mu.Unlock()
	n.Last, n.Skipped = s.status.Last, s.status.Skipped
	s.status = n
}

func (s *Scheduler) mark(state State) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status.State = state
}

func (s *Scheduler) skip() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status.Skipped++
}

// jitter is how much later than due the project's nights begin.
func (s *Scheduler) jitter() time.Duration { return Jitter(s.Plan, s.Name) }

// Jitter is how much later than due the nights of a project begin, in whole
// seconds: always as much for the same name.
func Jitter(plan *config.Schedule, name string) time.Duration {
	seconds := uint64(plan.Jitter / time.Second)
	sum := sha256.Sum256([]byte(name))
	return time.Duration(binary.BigEndian.Uint64(sum[:])%(seconds+1)) * time.Second
}
