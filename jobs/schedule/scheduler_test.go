package schedule

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"clientele/pipelines/config"
	"clientele/pipelines/cron"
)

// house is a scheduler in a bubble of its own time, and what became of it.
type house struct {
	*Scheduler
	t      *testing.T
	tries  []string // due and when it began, and what became of it
	log    *bytes.Buffer
	nights func(try int) (takes time.Duration, end End)
	begun  bool
	ctx    context.Context
	stop   context.CancelFunc
	done   chan error
}

var good = End{Good: true, What: "published"}

// run runs a test with a scheduler in a bubble whose clock begins at from.
func run(t *testing.T, from string, change func(h *house), test func(h *house)) {
	t.Helper()
	expression, err := cron.Parse("30 2 * * *")
	if err != nil {
		t.Fatal(err)
	}
	brussels, err := time.LoadLocation("Europe/Brussels")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", from, brussels)
	if err != nil {
		t.Fatal(err)
	}
	synctest.Test(t, func(t *testing.T) {
		time.Sleep(time.Until(at)) // a bubble's clock begins in 2000, and jumps
		h := &house{t: t, log: &bytes.Buffer{}, begun: true, done: make(chan error, 1), nights: func(int) (time.Duration, End) { return time.Minute, good }}
		h.ctx, h.stop = context.WithCancel(t.Context())
		defer h.stop()
		h.Scheduler = &Scheduler{
			Plan: &config.Schedule{Cron: expression, Zone: brussels, CatchUp: true, Retry: 5 * time.Minute, Within: 4 * time.Hour, Timeout: 8 * time.Hour, Grace: 20 * time.Second},
			Name: "Shop", Clock: Real(time.Now), Log: slog.New(slog.NewTextHandler(h.log, nil)),
			Begun: func(context.Context) (bool, error) { return h.begun, nil },
		}
		h.Night = h.night
		if change != nil {
			change(h)
		}
		go func() { h.done <- h.Run(h.ctx) }()
		test(h)
		h.stop()
		if err := <-h.done; !errors.Is(err, context.Canceled) {
			t.Errorf("stopped with %v", err)
		}
	})
}

func (h *house) night(ctx context.Context, due time.Time) End {
	const layout = "2 Jan 15:04"
	began := time.Now()
	takes, end := h.nights(len(h.tries) + 1)
	select {
	case <-time.After(takes):
	case <-ctx.Done():
		end = End{Again: true, Exit: 130, What: "stopped"}
	}
	h.tries = append(h.tries, fmt.Sprintf("%s: %s %s", due.In(h.Plan.Zone).Format(layout), began.In(h.Plan.Zone).Format(layout), end.What))
	return end
}

// pass lets time pass.
func (h *house) pass(d time.Duration) {
	time.Sleep(d)
	synctest.Wait()
}

func (h *house) want(tries ...string) {
	h.t.Helper()
	if diff := cmp.Diff(tries, h.tries); diff != "" {
		h.t.Errorf("tries (-want +got):\n%s\n%s", diff, h.log)
	}
}

func (h *house) said(text string) {
	h.t.Helper()
	if !strings.Contains(h.log.String(), text) {
		h.t.Errorf("did not say %q:\n%s", text, h.log)
	}
}

const day = 24 * time.Hour

func TestNights(t *testing.T) {
	run(t, "2026-11-20 12:00", func(h *house) { h.begun = false }, func(h *house) {
		h.pass(time.Hour)
		if s := h.Status(); s.State != Waiting || s.Due.In(h.Plan.Zone).Format(time.DateTime) != "2026-11-21 02:30:00" || !h.Alive() {
			t.Errorf("status %+v", s)
		}
		h.pass(2 * day)
		h.want("21 Nov 02:30: 21 Nov 02:30 published", "22 Nov 02:30: 22 Nov 02:30 published")
		if last := h.Status().Last; last == nil || !last.Good || last.Ended.Sub(last.Began) != time.Minute {
			t.Errorf("last %+v", last)
		}
	})
}

func TestChangesOfTheClock(t *testing.T) {
	run(t, "2026-03-28 12:00", nil, func(h *house) {

		h.pass(2 * day)
		h.want("28 Mar 02:30: 28 Mar 12:00 published", "29 Mar 03:00: 29 Mar 03:00 published", "30 Mar 02:30: 30 Mar 02:30 published")
	})
	run(t, "2026-10-24 12:00", nil, func(h *house) {
		h.pass(2 * day)
		h.want("24 Oct 02:30: 24 Oct 12:00 published", "25 Oct 02:30: 25 Oct 02:30 published", "26 Oct 02:30: 26 Oct 02:30 published")
	})
}

func TestCatchUp(t *testing.T) {
	t.Run("the last missed night is worked", func(t *testing.T) {
		run(t, "2026-11-20 12:00", nil, func(h *house) {
			h.pass(time.Hour)
			h.want("20 Nov 02:30: 20 Nov 12:00 published")
		})
	})
	t.Run("not without catch_up", func(t *testing.T) {
		run(t, "2026-11-20 12:00", func(h *house) { h.Plan.CatchUp = false }, func(h *house) {
			h.pass(time.Hour)
			h.want()
		})
	})
	t.Run("nor before the first night", func(t *testing.T) {
		run(t, "2026-11-20 12:00", func(h *house) { h.begun = false }, func(h *house) {
			h.pass(time.Hour)
			h.want()
		})
	})
	t.Run("a machine that slept works the last one", func(t *testing.T) {
		run(t, "2026-11-20 12:00", func(h *house) { h.begun = false; h.asleep("2026-11-20 13:00", "2026-11-23 09:00") }, func(h *house) {
			h.pass(5 * day)
			h.want("23 Nov 02:30: 23 Nov 09:00 published", "24 Nov 02:30: 24 Nov 02:30 published", "25 Nov 02:30: 25 Nov 02:30 published")
			h.said("nights were missed")
		})
	})
	t.Run("and none without catch_up", func(t *testing.T) {
		run(t, "2026-11-20 12:00", func(h *house) { h.Plan.CatchUp = false; h.asleep("2026-11-20 13:00", "2026-11-23 09:00") }, func(h *house) {
			h.pass(5 * day)
			h.want("24 Nov 02:30: 24 Nov 02:30 published", "25 Nov 02:30: 25 Nov 02:30 published")
			h.said("catch_up is off")
			if n := h.Status().Skipped; n != 1 {
				t.Errorf("%d skipped", n)
			}
		})
	})
}

// asleep lets no wait end between two times: what would have ended there ends
// when the machine wakes.
func (h *house) asleep(from, until string) {
	parse := func(text string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", text, h.Plan.Zone)
		if err != nil {
			h.t.Fatal(err)
		}
		return at
	}
	wait, begins, ends := h.Clock.Wait, parse(from), parse(until)
	h.Clock.Wait = func(ctx context.Context, at time.Time) error {
		if at.After(begins) && at.Before(ends) {
			at = ends
		}
		return wait(ctx, at)
	}
}

func TestOverlapIsSkipped(t *testing.T) {
	run(t, "2026-11-20 01:00", func(h *house) {
		h.begun, h.Plan.Timeout = false, 100*time.Hour
		h.nights = func(try int) (time.Duration, End) {
			if try == 1 {
				return 30 * time.Hour, good
			}
			return time.Minute, good
		}
	}, func(h *house) {
		h.pass(3 * day)
		h.want("20 Nov 02:30: 20 Nov 02:30 published", "22 Nov 02:30: 22 Nov 02:30 published")
		h.said("a night is skipped")
		if n := h.Status().Skipped; n != 1 {
			t.Errorf("%d skipped", n)
		}
	})
}

func TestRetries(t *testing.T) {
	fails := End{Again: true, Exit: 3, What: "failed"}
	t.Run("with growing pauses until it is good", func(t *testing.T) {
		run(t, "2026-11-20 01:00", func(h *house) {
			h.begun = false
			h.nights = func(try int) (time.Duration, End) {
				if try < 4 {
					return 0, fails
				}
				return 0, good
			}
		}, func(h *house) {
			h.pass(3 * time.Hour)
			h.want("20 Nov 02:30: 20 Nov 02:30 failed", "20 Nov 02:30: 20 Nov 02:35 failed", "20 Nov 02:30: 20 Nov 02:45 failed", "20 Nov 02:30: 20 Nov 03:05 published")
		})
	})
	t.Run("until its time is over", func(t *testing.T) {
		run(t, "2026-11-20 01:00", func(h *house) {
			h.begun, h.Plan.Within = false, 30*time.Minute
			h.nights = func(int) (time.Duration, End) { return 0, fails }
		}, func(h *house) {
			h.pass(20 * time.Hour)
			h.want("20 Nov 02:30: 20 Nov 02:30 failed", "20 Nov 02:30: 20 Nov 02:35 failed", "20 Nov 02:30: 20 Nov 02:45 failed")
			h.said("given up")
		})
	})
	t.Run("never past the next night", func(t *testing.T) {
		run(t, "2026-11-20 01:00", func(h *house) {
			h.begun, h.Plan.Within, h.Plan.Retry = false, 100*time.Hour, 10*time.Hour
			h.nights = func(int) (time.Duration, End) { return 0, fails }
		}, func(h *house) {
			h.pass(day + 2*time.Hour)
			h.want("20 Nov 02:30: 20 Nov 02:30 failed", "20 Nov 02:30: 20 Nov 12:30 failed", "20 Nov 02:30: 20 Nov 22:30 failed", "21 Nov 02:30: 21 Nov 02:30 failed")
		})
	})
	t.Run("not of what a person must see to", func(t *testing.T) {
		run(t, "2026-11-20 01:00", func(h *house) {
			h.begun = false
			h.nights = func(int) (time.Duration, End) { return 0, End{Exit: 4, What: "checks failed"} }
		}, func(h *house) {
			h.pass(20 * time.Hour)
			h.want("20 Nov 02:30: 20 Nov 02:30 checks failed")
		})
	})
	t.Run("of one that takes too long", func(t *testing.T) {
		run(t, "2026-11-20 01:00", func(h *house) {
			h.begun, h.Plan.Timeout = false, time.Hour
			h.nights = func(try int) (time.Duration, End) {
				if try == 1 {
					return day, good
				}
				return 0, good
			}
		}, func(h *house) {
			h.pass(6 * time.Hour)
			h.want("20 Nov 02:30: 20 Nov 02:30 stopped", "20 Nov 02:30: 20 Nov 03:35 published")
			h.said("it took too long")
		})
	})
}

func TestStop(t *testing.T) {
	nights := func(takes time.Duration) func(h *house) {
		return func(h *house) {
			h.begun = false
			h.nights = func(int) (time.Duration, End) { return takes, good }
		}
	}
	t.Run("a night may end within its grace", func(t *testing.T) {
		run(t, "2026-11-20 02:29", nights(75*time.Second), func(h *house) {
			h.pass(2 * time.Minute)
			h.stop()
			h.pass(time.Second)
			if s := h.Status().State; s != Stopping {
				t.Errorf("state %s", s)
			}
			h.pass(15 * time.Second)
			h.want("20 Nov 02:30: 20 Nov 02:30 published")
		})
	})
	t.Run("and is stopped after it", func(t *testing.T) {
		run(t, "2026-11-20 02:29", nights(time.Hour), func(h *house) {
			h.pass(2 * time.Minute)
			h.stop()
			h.pass(19 * time.Second)
			h.want()
			h.pass(2 * time.Second)
			h.want("20 Nov 02:30: 20 Nov 02:30 stopped")
		})
	})
	t.Run("at once while waiting for another try", func(t *testing.T) {
		run(t, "2026-11-20 02:29", func(h *house) {
			h.nights = func(int) (time.Duration, End) { return 0, End{Again: true, What: "failed"} }
		}, func(h *house) {
			h.pass(5 * time.Minute)
			h.stop()
			synctest.Wait()
			if len(h.done) != 1 {
				t.Error("still runs")
			}
		})
	})
}

func TestJitter(t *testing.T) {
	plan := &config.Schedule{Jitter: 10 * time.Minute}
	seen := map[time.Duration]bool{}
	for i := range 100 {
		name := fmt.Sprint("company ", i)
		j := Jitter(plan, name)
		if j < 0 || j > plan.Jitter || j != Jitter(plan, name) {
			t.Errorf("%s: %s", name, j)
		}
		seen[j] = true
	}
	if len(seen) < 50 {
		t.Errorf("only %d of 100 differ", len(seen))
	}
	run(t, "2026-11-20 01:00", func(h *house) { h.begun, h.Plan.Jitter = false, 10*time.Minute }, func(h *house) {
		h.pass(2 * time.Hour)
		began := time.Date(2026, 11, 20, 2, 30, 0, 0, h.Plan.Zone).Add(Jitter(h.Plan, "Shop"))
		h.want("20 Nov 02:30: " + began.Format("2 Jan 15:04") + " published")
	})
	// A scheduler that starts again while its night waits for its jitter.
	run(t, "2026-11-20 02:31", func(h *house) {
		h.Plan.Jitter, h.Plan.CatchUp = 10*time.Minute, false
		for i := 0; Jitter(h.Plan, h.Name) < 2*time.Minute; i++ {
			h.Name = fmt.Sprint(i)
		}
	}, func(h *house) {
		h.pass(20 * time.Minute)
		if len(h.tries) != 1 {
			t.Errorf("tries %v", h.tries)
		}
	})
}

// TestStatusMeanwhile reads the status from another goroutine all the time.
func TestStatusMeanwhile(t *testing.T) {
	run(t, "2026-11-20 01:00", nil, func(h *house) {
		var wg sync.WaitGroup
		for range 3 {
			wg.Go(func() {
				for range 500 {
					_, _ = h.Status(), h.Alive()
					time.Sleep(time.Minute)
				}
			})
		}
		wg.Wait()
		if len(h.tries) == 0 {
			t.Error("no night was worked")
		}
	})
}
