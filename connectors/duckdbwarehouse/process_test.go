package duckdbwarehouse

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/exec"
	"syscall"
	"testing"

	"clientele/connectors"
	"clientele/schemas"
)

// The test binary runs itself as another process when -child says what that
// process is to do.
var (
	child         = flag.String("child", "", "what to do as a child process: hold, delete, rewrite, or a point of publishing to die at")
	childOptions  Options
	_             = registerOptions()
	customerTable = schemas.Table{
		Name: "customers", Doc: "One row per customer.", Key: []string{"customer_id"},
		Columns: []schemas.Column{
			{Name: "customer_id", Type: schemas.Int, Doc: "It's the id."},
			{Name: "name", Type: schemas.String, Doc: "The name."},
		},
	}
)

func registerOptions() bool {
	flag.StringVar(&childOptions.Base, "base", "", "base of the child process")
	flag.StringVar(&childOptions.Published, "published", "", "published file of the child process")
	flag.StringVar(&childOptions.Temp, "temp", "", "folder for temporary files of the child process")
	return true
}

func TestMain(m *testing.M) {
	flag.Parse()
	if *child == "" {
		m.Run()
		return
	}
	if err := actAsChild(); err != nil {
		fmt.Println(err)
	}
}

// actAsChild holds the base until its standard input ends, or kills itself: in
// a transaction that deletes everything, or at a point.
func actAsChild() error {
	ctx := context.Background()
	o := childOptions
	o.Point = func(name string) {
		if name == *child || *child == "rewrite" {
			die()
		}
	}
	w, err := Open(ctx, o)
	if err != nil {
		return err
	}
	defer w.Close()
	switch *child {
	case "hold":
		tx, err := w.Begin(ctx)
		if err != nil {
			return err
		}
		defer tx.Close()
		fmt.Println("held")
		_, err = io.Copy(io.Discard, os.Stdin)
		return err
	case "delete":
		tx, err := w.Begin(ctx)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "DELETE FROM "+w.Base("customers")); err != nil {
			return err
		}
		die()
	case "rewrite":
		return w.Rewrite(ctx)
	}
	return w.Publish(ctx, connectors.Publication{Run: "r", Tables: []schemas.Table{customerTable}})
}

func die() { syscall.Kill(os.Getpid(), syscall.SIGKILL) }

func command(t *testing.T, what string, o Options) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Skip("the test binary can't be found: ", err)
	}
	return exec.Command(self, "-child="+what, "-base="+o.Base, "-published="+o.Published, "-temp="+o.Temp)
}

func TestLockedByAnotherProcess(t *testing.T) {
	o := options(t)
	night(t, open(t, o), "ann").Close()
	cmd := command(t, "hold", o)
	stdin, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	stdout, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if line, _ := bufio.NewReader(stdout).ReadString('\n'); line != "held\n" {
		t.Fatalf("child: %s", line)
	}
	w := open(t, o)
	_, err = w.Begin(context.Background())
	if connectors.CodeOf(err) != "locked" || connectors.KindOf(err) != connectors.KindEnvironment {
		t.Errorf("while another process writes: %v", err)
	}
	if got := names(t, w); got != "ann" {
		t.Errorf("published while another process writes: %s", got)
	}
	if err := errors.Join(stdin.Close(), cmd.Wait()); err != nil {
		t.Fatal(err)
	}
	tx, err := w.Begin(context.Background())
	if err != nil {
		t.Fatalf("after the other process: %v", err)
	}
	tx.Close()
}

// TestReleased has another process write to the base that this one has used and
// will use again.
func TestReleased(t *testing.T) {
	o := options(t)
	w := open(t, o)
	night(t, w, "ann")
	if err := w.Release(context.Background()); err != nil {
		t.Fatal(err)
	}
	if out, err := command(t, "hold", o).CombinedOutput(); err != nil || string(out) != "held\n" {
		t.Fatalf("another process, after the base was released: %v: %s", err, out)
	}
	if got := names(t, night(t, w, "bob")); got != "bob" {
		t.Errorf("published after the base was released: %s", got)
	}
}

func TestKilledWhilePublishing(t *testing.T) {
	for point, want := range map[string]string{
		PointCreated: "ann", PointFilled: "ann", PointSynced: "ann", PointRenamed: "bob",
	} {
		t.Run(point, func(t *testing.T) {
			o := options(t)
			w := night(t, open(t, o), "ann")
			commit(t, w, "bob")
			w.Close()
			mustDie(t, command(t, point, o))
			w = open(t, o)
			if got := names(t, w); got != want {
				t.Errorf("published after the kill: %s, want %s", got, want)
			}
			publishCustomers(t, w)
			if got := names(t, w); got != "bob" {
				t.Errorf("published again: %s", got)
			}
			if left := leftovers(t, o); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

func mustDie(t *testing.T, cmd *exec.Cmd) {
	t.Helper()
	out, err := cmd.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != -1 {
		t.Fatalf("the child was not killed: %v, %s", err, out)
	}
}

func TestKilledWhileWriting(t *testing.T) {
	for _, what := range []string{"delete", "rewrite"} {
		t.Run(what, func(t *testing.T) {
			o := options(t)
			w := open(t, o)
			commit(t, w, "ann", "bob")
			w.Close()
			mustDie(t, command(t, what, o))
			w = open(t, o)
			publishCustomers(t, w)
			if got := names(t, w); got != "ann bob" {
				t.Errorf("after the kill: %s", got)
			}
			if err := w.Rewrite(t.Context()); err != nil {
				t.Error(err)
			}
			if left := leftovers(t, o); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}
