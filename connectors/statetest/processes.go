package statetest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"clientele/connectors"
)

// placeEnv makes a test binary another process, which takes the lock of the
// state at that place. It says so, or why not, and then answers every line of
// its standard input by whether it still holds the lock. When that ends it gives
// the lock back.
const placeEnv = "CLIENTELE_TEST_LOCK"

// Main is the TestMain of a member whose test runs Processes. open opens the
// state at a place.
func Main(m *testing.M, open func(place string) (connectors.State, error)) {
	place, child := os.LookupEnv(placeEnv)
	if !child {
		os.Exit(m.Run())
	}
	if err := hold(place, open); err != nil {
		fmt.Println("was", connectors.CodeOf(err))
	}
}

func hold(place string, open func(string) (connectors.State, error)) error {
	s, err := open(place)
	if err != nil {
		return err
	}
	defer s.Close()
	held, err := s.Lock(ctx, connectors.Holder{Command: "clientele run", Host: "elsewhere", PID: os.Getpid(), Since: start})
	if err != nil {
		return err
	}
	fmt.Println("locked")
	asked := bufio.NewScanner(os.Stdin)
	for asked.Scan() {
		if err := held.Check(ctx); err != nil {
			fmt.Println(connectors.CodeOf(err))
		} else {
			fmt.Println("held")
		}
	}
	return errors.Join(asked.Err(), held.Unlock())
}

// process is another process that asked for the lock.
type process struct {
	*exec.Cmd
	in  io.WriteCloser
	out *bufio.Scanner
}

// begin starts a process that asks for the lock of the state at a place.
func begin(t *testing.T, place string) *process {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Skip("the test binary can't be found: ", err)
	}
	p := &process{Cmd: exec.Command(self)}
	p.Env = append(os.Environ(), placeEnv+"="+place)
	if p.in, err = p.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	out, err := p.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	p.out = bufio.NewScanner(out)
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.in.Close(); p.Process.Kill(); p.Wait() })
	return p
}

func (p *process) line() string {
	p.out.Scan()
	return p.out.Text()
}

// ask asks whether the process still holds the lock.
func (p *process) ask(t *testing.T) string {
	t.Helper()
	if _, err := io.WriteString(p.in, "?\n"); err != nil {
		t.Fatal(err)
	}
	return p.line()
}

// Processes checks the lock between processes. fresh makes an empty state, and
// returns its place and how to open it.
func Processes(t *testing.T, fresh func(t *testing.T) (place string, open Opener)) {
	me := connectors.Holder{Command: "clientele purge", Host: "here", PID: os.Getpid(), Since: start.Add(time.Hour)}
	locked := func(t *testing.T, place string) *process {
		t.Helper()
		p := begin(t, place)
		if said := p.line(); said != "locked" {
			t.Fatalf("the other process says %q", said)
		}
		return p
	}
	// free takes the lock, which a server may free only a moment after a process
	// died, and gives it back.
	free := func(t *testing.T, s connectors.State) {
		t.Helper()
		patience := time.Now().Add(30 * time.Second)
		for {
			held, err := s.Lock(ctx, me)
			if err == nil {
				save(t, held.Check(ctx), held.Unlock())
				return
			}
			if connectors.CodeOf(err) != "locked" || time.Now().After(patience) {
				t.Fatal(err)
			}
		}
	}
	t.Run("held by another process", func(t *testing.T) {
		place, open := fresh(t)
		s := open()
		defer s.Close()
		p := locked(t, place)
		if _, err := s.Lock(ctx, me); connectors.CodeOf(err) != "locked" {
			t.Errorf("while another process holds it: %v", err)
		}
		if said := begin(t, place).line(); said != "was locked" {
			t.Errorf("a third process says %q", said)
		}
		if said := p.ask(t); said != "held" {
			t.Errorf("its holder says %q", said)
		}
		save(t, p.in.Close(), p.Wait())
		free(t, s)
	})
	t.Run("its holder is killed", func(t *testing.T) {
		place, open := fresh(t)
		s := open()
		defer s.Close()
		p := locked(t, place)
		save(t, p.Process.Signal(syscall.SIGKILL))
		p.Wait() // says that it was killed
		free(t, s)
	})
	t.Run("one of many gets it", func(t *testing.T) {
		place, _ := fresh(t)
		const n = 6
		said := make(chan string, n)
		for range n { // all stay until the test ends
			p := begin(t, place)
			go func() { said <- p.line() }()
		}
		got := map[string]int{}
		for range n {
			got[<-said]++
		}
		if got["locked"] != 1 || got["was locked"] != n-1 {
			t.Errorf("they say %v", got)
		}
	})
	t.Run("it is broken while its holder does not answer", func(t *testing.T) {
		place, open := fresh(t)
		s := open()
		defer s.Close()
		p := locked(t, place)
		save(t, p.Process.Signal(syscall.SIGSTOP))
		held, err := s.BreakLock(ctx, me)
		if err != nil {
			t.Fatal(err)
		}
		save(t, p.Process.Signal(syscall.SIGCONT))
		if said := p.ask(t); said != "lock_lost" {
			t.Errorf("whose lock was broken says %q", said)
		}
		save(t, p.in.Close())
		p.Wait() // it may say that it could not give back what it had lost
		save(t, held.Check(ctx), held.Unlock())
		if got, err := s.Breaks(ctx); err != nil || len(got) != 1 || got[0].Of.PID != p.Process.Pid || got[0].By != me {
			t.Errorf("breaks: %+v, %v", got, err)
		}
	})
}
