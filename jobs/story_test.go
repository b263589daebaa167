package jobs_test

import (
	"archive/zip"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"database/sql"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/rogpeppe/go-internal/testscript"
	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"clientele/connectors/sftptest"
	"clientele/jobs"
)

// TestMain makes the program a command of the stories. Its clock stands still
// in the night of 21 November 2026, or when $CLOCK says.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"clientele": func() {
			ctx, cancel := context.WithCancelCause(context.Background())
			executable, _ := os.Executable()
			os.Exit(jobs.Main(ctx, os.Args[1:], jobs.World{
				Out: os.Stdout, Err: os.Stderr, Getenv: os.LookupEnv,
				Now:  clock,
				Wait: func(ctx context.Context, until time.Time) error { return jump(ctx, until, cancel) },
				Host: "testhost", PID: os.Getpid(), User: "tester", Version: "v0.0.0-test", Executable: executable,
			}))
		},
	})
}

func clock() time.Time {
	if at, err := time.Parse(time.RFC3339, os.Getenv("CLOCK")); err == nil {
		return at
	}
	return time.Date(2026, 11, 21, 3, 0, 0, 0, time.UTC)
}

// jump lets the clock of this process, and of those that it starts, show until at
// once. When that is after $CLOCK_END the process is told to stop.
func jump(ctx context.Context, until time.Time, stop context.CancelCauseFunc) error {
	if end, err := time.Parse(time.RFC3339, os.Getenv("CLOCK_END")); err != nil || until.After(end) {
		stop(&jobs.Stopped{Signal: syscall.SIGTERM})
		return ctx.Err()
	}
	return os.Setenv("CLOCK", until.Format(time.RFC3339))
}

// TestStory runs the stories of testdata/script: each is a night, or a few, as
// a person meets it on the command line.
//
// Beside the commands of package testscript, a story has these:
//
//	exit CODE COMMAND…   the command ends with that exit code
//	accounted SOURCE.TABLE READ CONFORMED FILTERED QUARANTINED
//	                     what is published accounts for every row read like this
//	remember, untouched  the published file is, byte for byte, what it was
//	json PATH PATTERN    the last standard output is JSON, and what stands at
//	                     the dotted path fits the pattern as a whole
//	keep NAME PATTERN    the last standard output fits the pattern, and what its
//	                     group matched is $NAME from here on
//	hook NAME STATUS     a web server that answers with STATUS; $NAME is its URL
//	serve NAME FOLDER    a web server that answers a path /a/b with the file a_b of
//	                     the folder; a first line like HTTP 429 is its status
//	posts NAME FILE      write what it was sent since to FILE
//	api NAME FILE        a web server that answers as FILE says; $NAME is its URL
//	sftp NAME            a server of this machine's files over SFTP: $NAME is its host
//	                     and port, $NAME_KNOWN_HOSTS the file of its key
//	lock FILE HOLDER     another process holds the lock, and says who it is
//	windows1252 FILE…    rewrite a UTF-8 text in that encoding
//	gzip FILE            pack a file as FILE.gz
//	zip FILE FOLDER      pack the files of a folder
//	cut FILE BYTES       keep only so many bytes of a file
//	xlsx FILE CSV        make a workbook of a text
//	cell FILE CELL TEXT  write into a cell of a workbook's first sheet
//	bomb FILE            make a workbook that unpacks to far more than it is
//	sqlite FILE SQL      run the statements of a text on a database file
func TestStory(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir:                "testdata/script",
		RequireUniqueNames: true,
		Setup: func(e *testscript.Env) error {
			e.Setenv("PUBLISHED", filepath.Join(".clientele", "published.duckdb"))
			if strings.HasSuffix(e.WorkDir, "state_postgres") {
				return postgres(e)
			}
			return nil
		},
		Condition: func(cond string) (bool, error) {
			switch cond {
			case "root":
				return os.Getuid() == 0, nil
			case "postgres":
				return os.Getenv(postgresEnv) != "", nil
			}
			return false, fmt.Errorf("unknown condition %q", cond)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"exit": exit, "accounted": accounted, "remember": remember, "untouched": untouched, "json": jsonAt, "keep": keep, "lock": lock, "hook": hook, "serve": serveFolder, "posts": posts, "api": api,
			"windows1252": windows1252, "gzip": gzipFile, "zip": zipFolder, "cut": cut, "xlsx": xlsx, "cell": cell, "bomb": bomb, "sqlite": sqlite,
			"sftp": func(ts *testscript.TestScript, neg bool, args []string) { sftpServer(t, ts, neg, args) },
		},
	})
}

// postgresEnv names a PostgreSQL server for the stories that need one.
const postgresEnv = "CLIENTELE_POSTGRES_URL"

// postgres gives a story a schema of its own, for as long as it takes.
func postgres(e *testscript.Env) error {
	address := os.Getenv(postgresEnv)
	if address == "" {
		return nil // it skips itself
	}
	schema := fmt.Sprint("story_", os.Getpid())
	e.Setenv("CLIENTELE_STATE_URL", address)
	e.Setenv("CLIENTELE_STATE_SCHEMA", schema)
	e.Defer(func() {
		ctx := context.Background()
		conn, err := pgx.Connect(ctx, address)
		if err == nil {
			_, err = conn.Exec(ctx, "DROP SCHEMA IF EXISTS "+schema+" CASCADE")
			err = errors.Join(err, conn.Close(ctx))
		}
		if err != nil {
			e.T().Log(err)
		}
	})
	return nil
}

// arguments fails the story unless the command has that many.
func arguments(ts *testscript.TestScript, neg bool, args []string, n int, usage string) {
	if neg || len(args) != n {
		ts.Fatalf("usage: %s", usage)
	}
}

func exit(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exit CODE COMMAND…")
	}
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	code := 0
	var ended *exec.ExitError
	switch err := ts.Exec(args[1], args[2:]...); {
	case errors.As(err, &ended):
		code = ended.ExitCode()
	case err != nil:
		ts.Fatalf("%v", err)
	}
	if code != want {
		ts.Fatalf("exit code %d, want %d", code, want)
	}
}

func accounted(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 5, "accounted SOURCE.TABLE READ CONFORMED FILTERED QUARANTINED")
	source, table, _ := strings.Cut(args[0], ".")
	ts.Check(ts.Exec("clientele", "query", "--format", "csv", fmt.Sprintf(
		"select sum(rows_read), sum(rows_conformed), sum(rows_filtered), sum(rows_quarantined) from run_tables where rows_read is not null and source = '%s' and target = '%s'", source, table)))
	_, have, _ := strings.Cut(strings.TrimSpace(ts.ReadFile("stdout")), "\n")
	if want := strings.Join(args[1:], ","); have != want {
		ts.Fatalf("%s: read, conformed, filtered, quarantined are %s, want %s", args[0], have, want)
	}
	n := make([]int, 4)
	for i, text := range args[1:] {
		var err error
		n[i], err = strconv.Atoi(text)
		ts.Check(err)
	}
	if n[0] != n[1]+n[2]+n[3] {
		ts.Fatalf("%s: the story itself loses rows", args[0])
	}
}

// publishedSum is the SHA-256 of the published file, and where a story keeps it.
func publishedSum(ts *testscript.TestScript) (sum, kept string) {
	file := ts.MkAbs(ts.Getenv("PUBLISHED"))
	return fmt.Sprintf("%x", sha256.Sum256([]byte(ts.ReadFile(file)))), file + ".sum"
}

func remember(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 0, "remember")
	sum, kept := publishedSum(ts)
	ts.Check(os.WriteFile(kept, []byte(sum), 0o600))
}

func untouched(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 0, "untouched")
	sum, kept := publishedSum(ts)
	if ts.ReadFile(kept) != sum {
		ts.Fatalf("the published file has changed")
	}
}

func jsonAt(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 2, "json PATH PATTERN")
	var v any
	if err := json.Unmarshal([]byte(ts.ReadFile("stdout")), &v); err != nil {
		ts.Fatalf("standard output is not one JSON value: %v", err)
	}
	for _, name := range strings.Split(args[0], ".") {
		switch at := v.(type) {
		case map[string]any:
			v = at[name]
		case []any:
			i, err := strconv.Atoi(name)
			if err != nil || i >= len(at) {
				ts.Fatalf("%s: no element %s of %d", args[0], name, len(at))
			}
			v = at[i]
		default:
			ts.Fatalf("%s: %s is in no object", args[0], name)
		}
	}
	text, ok := v.(string)
	if !ok {
		raw, err := json.Marshal(v)
		ts.Check(err)
		text = string(raw)
	}
	if !regexp.MustCompile(`(?s)\A(?:` + args[1] + `)\z`).MatchString(text) {
		ts.Fatalf("%s is %s, want %s", args[0], text, args[1])
	}
}

func keep(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 2, "keep NAME PATTERN")
	match := regexp.MustCompile(`(?m)` + args[1]).FindStringSubmatch(ts.ReadFile("stdout"))
	if len(match) != 2 {
		ts.Fatalf("standard output does not fit %s, or it has no group", args[1])
	}
	ts.Setenv(args[0], match[1])
}

func lock(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 2, "lock FILE HOLDER")
	file, err := os.OpenFile(ts.MkAbs(args[0]), os.O_CREATE|os.O_RDWR, 0o600)
	ts.Check(err)
	ts.Check(syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB))
	ts.Defer(func() { ts.Check(file.Close()) })
	_, err = file.WriteString(args[1])
	ts.Check(err)
}

// inbox is what a web server of a story was sent.
type inbox struct {
	mu   sync.Mutex
	text strings.Builder
}

func hook(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 2, "hook NAME STATUS")
	status, err := strconv.Atoi(args[1])
	ts.Check(err)
	box := &inbox{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body) // what is missing, the story misses
		box.mu.Lock()
		defer box.mu.Unlock()
		fmt.Fprintf(&box.text, "%s %s\n%s\n", r.Method, r.URL.RequestURI(), body)
		w.WriteHeader(status)
	}))
	ts.Defer(server.Close)
	inboxes.Store(server.URL, box)
	ts.Setenv(args[0], server.URL)
}

func serveFolder(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 2, "serve NAME FOLDER")
	folder := ts.MkAbs(args[1])
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name := strings.ReplaceAll(strings.Trim(r.URL.Path, "/"), "/", "_")
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err != nil {
			w.WriteHeader(http.StatusNotFound)
			return
		}
		body, status := string(text), http.StatusOK
		if line, rest, ok := strings.Cut(body, "\n"); ok && strings.HasPrefix(line, "HTTP ") {
			if status, err = strconv.Atoi(strings.TrimPrefix(line, "HTTP ")); err != nil {
				status = http.StatusNotImplemented // which no story wants
			}
			body = rest
		}
		w.Header().Set("Content-Type", "application/json")
		if status == http.StatusTooManyRequests {
			w.Header().Set("Retry-After", "3600")
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	ts.Defer(server.Close)
	ts.Setenv(args[0], server.URL)
}

// inboxes are those of all stories, by the URL of their servers.
var inboxes sync.Map

// api answers as a file says: a line "> METHOD URI" begins an answer to such
// requests, with lines of headers, an empty line and the body behind it. The
// header Status is that of the answer; one with Once is given once, and then the
// next to the same request.
func api(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 2, "api NAME FILE")
	given := map[string][]string{}
	for _, text := range strings.Split("\n"+ts.ReadFile(args[1]), "\n> ")[1:] {
		request, answer, _ := strings.Cut(text, "\n")
		given[request] = append(given[request], answer)
	}
	box := &inbox{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		box.mu.Lock()
		defer box.mu.Unlock()
		request := r.Method + " " + r.URL.RequestURI()
		fmt.Fprintf(&box.text, "%s\n", request)
		list := given[request]
		if len(list) == 0 {
			http.NotFound(w, r)
			return
		}
		head, body, _ := strings.Cut("\n"+list[0], "\n\n")
		status := http.StatusOK
		for _, line := range strings.Split(head, "\n") {
			switch name, value, _ := strings.Cut(line, ": "); name {
			case "Once":
				given[request] = list[1:]
			case "Status":
				status, _ = strconv.Atoi(value) // of a number that is none, the story complains
			case "":
			default:
				w.Header().Set(name, value)
			}
		}
		w.WriteHeader(status)
		fmt.Fprint(w, body)
	}))
	ts.Defer(server.Close)
	inboxes.Store(server.URL, box)
	ts.Setenv(args[0], server.URL)
}

func posts(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 2, "posts NAME FILE")
	known, ok := inboxes.Load(ts.Getenv(args[0]))
	if !ok {
		ts.Fatalf("no hook is called %s", args[0])
	}
	box := known.(*inbox)
	box.mu.Lock()
	defer box.mu.Unlock()
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(box.text.String()), 0o600))
	box.text.Reset()
}

func windows1252(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) == 0 {
		ts.Fatalf("usage: windows1252 FILE…")
	}
	for _, name := range args {
		text, err := charmap.Windows1252.NewEncoder().String(ts.ReadFile(name))
		ts.Check(err)
		ts.Check(os.WriteFile(ts.MkAbs(name), []byte(text), 0o600))
	}
}

func gzipFile(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 1, "gzip FILE")
	file, err := os.Create(ts.MkAbs(args[0]) + ".gz")
	ts.Check(err)
	w := gzip.NewWriter(file)
	_, err = w.Write([]byte(ts.ReadFile(args[0])))
	ts.Check(errors.Join(err, w.Close(), file.Close(), os.Remove(ts.MkAbs(args[0]))))
}

func zipFolder(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 2, "zip FILE FOLDER")
	file, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	w := zip.NewWriter(file)
	ts.Check(errors.Join(w.AddFS(os.DirFS(ts.MkAbs(args[1]))), w.Close(), file.Close()))
}

// sftpServer starts a server that ends with the test of all stories.
func sftpServer(t *testing.T, ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 1, "sftp NAME")
	s := sftptest.New(t)
	ts.Setenv(args[0], s.Host)
	ts.Setenv(args[0]+"_KNOWN_HOSTS", s.KnownHosts)
}

func cut(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 2, "cut FILE BYTES")
	size, err := strconv.ParseInt(args[1], 10, 64)
	ts.Check(err)
	info, err := os.Stat(ts.MkAbs(args[0]))
	ts.Check(err)
	if info.Size() <= size {
		ts.Fatalf("%s has only %d bytes", args[0], info.Size())
	}
	ts.Check(os.Truncate(ts.MkAbs(args[0]), size))
}

func xlsx(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 2, "xlsx FILE CSV")
	rows, err := csv.NewReader(strings.NewReader(ts.ReadFile(args[1]))).ReadAll()
	ts.Check(err)
	book := excelize.NewFile()
	for r, row := range rows {
		for c, text := range row {
			cell, err := excelize.CoordinatesToCellName(c+1, r+1)
			ts.Check(err)
			if n, err := strconv.ParseFloat(text, 64); err == nil {
				ts.Check(book.SetCellFloat("Sheet1", cell, n, -1, 64))
			} else {
				ts.Check(book.SetCellStr("Sheet1", cell, text))
			}
		}
	}
	ts.Check(errors.Join(book.SaveAs(ts.MkAbs(args[0])), book.Close()))
}

func cell(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 3, "cell FILE CELL TEXT")
	book, err := excelize.OpenFile(ts.MkAbs(args[0]))
	ts.Check(err)
	ts.Check(errors.Join(book.SetCellStr(book.GetSheetName(0), args[1], args[2]), book.Save(), book.Close()))
}

func bomb(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 1, "bomb FILE")
	file, err := os.Create(ts.MkAbs(args[0]))
	ts.Check(err)
	z := zip.NewWriter(file)
	sheet, err := z.Create("xl/worksheets/sheet1.xml")
	ts.Check(err)
	blank := make([]byte, 1<<20)
	for range 100 {
		_, err := sheet.Write(blank)
		ts.Check(err)
	}
	ts.Check(errors.Join(z.Close(), file.Close()))
}

func sqlite(ts *testscript.TestScript, neg bool, args []string) {
	arguments(ts, neg, args, 2, "sqlite FILE SQL")
	db, err := sql.Open("sqlite", ts.MkAbs(args[0]))
	ts.Check(err)
	_, err = db.Exec(ts.ReadFile(args[1]))
	ts.Check(errors.Join(err, db.Close()))
}
