// Command four-sources has a company's four sources in place while another command
// runs: a database, the interface of a form, a survey and a list. It is the example
// that README.md tells of.
//
//	four-sources DIR COMMAND [ARGUMENT…]
//
// It copies clientele.yaml to DIR, makes the files there, and fills the PostgreSQL
// that CLIENTELE_POSTGRES_URL names. The command learns by SHOP_DB, FORMS_HOST and
// FORMS_TOKEN where the sources are.
package main

import (
	"context"
	_ "embed"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"syscall"
)

//go:embed clientele.yaml
var config []byte

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, os.Args[1:])
	stop()
	var exit *exec.ExitError
	switch {
	case errors.As(err, &exit):
		os.Exit(exit.ExitCode())
	case err != nil:
		fmt.Fprintln(os.Stderr, "four-sources:", err)
		os.Exit(1)
	}
}

// token is what the form's interface asks for.
const token = "a-token-of-the-example"

func run(ctx context.Context, args []string) error {
	shop := os.Getenv("CLIENTELE_POSTGRES_URL")
	if len(args) < 2 || shop == "" {
		return errors.New("call it as ./run does: four-sources DIR COMMAND, with CLIENTELE_POSTGRES_URL")
	}
	dir := args[0]
	if err := errors.Join(
		write(filepath.Join(dir, "clientele.yaml"), config),
		writeSurvey(filepath.Join(dir, "incoming", "survey", "satisfaction-2026.sav")),
		writeList(filepath.Join(dir, "incoming", "lists", "kitchens.xlsx")),
	); err != nil {
		return err
	}
	if err := fillShop(ctx, shop); err != nil {
		return fmt.Errorf("fill the shop's database: %w", err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	server := &http.Server{Handler: forms(token)}
	defer server.Close()
	go server.Serve(listener) //nolint:errcheck // it ends when it is closed
	cmd := exec.CommandContext(ctx, args[1], args[2:]...)
	cmd.Dir = dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), "SHOP_DB="+shop, "FORMS_HOST="+listener.Addr().String(), "FORMS_TOKEN="+token)
	return cmd.Run()
}
