package savfile

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"clientele/connectors"
	"clientele/connectors/localfiles"
)

// maxHeld is how many bytes of a dictionary are held in memory. The largest
// surveys have some thousand variables with a few hundred bytes each.
const maxHeld = 64 << 20

// input reads the parts of a file and knows where it stands.
type input struct {
	name  string // of the file
	in    string // " of its unpacked cases", where at counts those
	r     *bufio.Reader
	order binary.ByteOrder
	at    int64 // bytes read
	held  int64 // bytes that were read to be kept
	word  [8]byte
}

// malformed is the error of a file that is not what it should be.
func (in *input) malformed(at int64, format string, args ...any) error {
	return connectors.Errorf(connectors.KindData, "malformed", "export the file again, from SPSS or whatever wrote it",
		"%s: at byte %d%s: %s", in.name, at, in.in, fmt.Sprintf(format, args...))
}

// failure is the error of a read.
func (in *input) failure(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return connectors.Errorf(connectors.KindData, "truncated", "the file ends too early; ask for it again",
			"%s: at byte %d%s: it is cut off", in.name, in.at, in.in)
	}
	return localfiles.Failure(in.name, err)
}

// fill reads len(b) bytes.
func (in *input) fill(b []byte) error {
	n, err := io.ReadFull(in.r, b)
	in.at += int64(n)
	if err != nil {
		return in.failure(err)
	}
	return nil
}

// bytes reads n bytes that are kept. A length that the file makes up costs no
// more memory than the file has bytes.
func (in *input) bytes(n int64) ([]byte, error) {
	if n < 0 || in.held+n > maxHeld {
		return nil, in.malformed(in.at, "a length of %d bytes can't be right", n)
	}
	in.held += n
	b, err := io.ReadAll(io.LimitReader(in.r, n))
	in.at += int64(len(b))
	if err == nil && int64(len(b)) < n {
		err = io.ErrUnexpectedEOF
	}
	if err != nil {
		return nil, in.failure(err)
	}
	return b, nil
}

// skip passes over n bytes.
func (in *input) skip(n int64) error {
	if n < 0 {
		return in.malformed(in.at, "a length of %d bytes can't be right", n)
	}
	skipped, err := io.CopyN(io.Discard, in.r, n)
	in.at += skipped
	if err != nil {
		return in.failure(err)
	}
	return nil
}

func (in *input) int32() (int32, error) {
	err := in.fill(in.word[:4])
	return int32(in.order.Uint32(in.word[:4])), err
}

func (in *input) int64() (int64, error) {
	err := in.fill(in.word[:])
	return int64(in.order.Uint64(in.word[:])), err
}

// fields reads a part of a file that is held in memory, field by field. Past its
// end all fields are empty, and ok is false.
type fields struct {
	b     []byte
	order binary.ByteOrder
	bad   bool
}

func (f *fields) more() bool { return !f.bad && len(f.b) > 0 }

func (f *fields) take(n int) []byte {
	if n < 0 || n > len(f.b) {
		f.bad, f.b = true, nil
		return nil
	}
	taken := f.b[:n]
	f.b = f.b[n:]
	return taken
}

func (f *fields) int32() int {
	b := f.take(4)
	if b == nil {
		return 0
	}
	return int(int32(f.order.Uint32(b)))
}

// text takes a text and the length before it.
func (f *fields) text() []byte { return f.take(f.int32()) }
