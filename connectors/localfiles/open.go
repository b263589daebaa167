package localfiles

import (
	"bufio"
	"compress/flate"
	"compress/gzip"
	"errors"
	"io"
	"os"
	"strings"

	"clientele/connectors"
)

// Open opens the file of a delivery as it lies on disk. A file whose size is no
// longer what List saw is still being written, or was replaced: reading it
// would record content under the hash of other content.
func Open(p connectors.Project, d connectors.Delivery) (*os.File, error) {
	f, err := os.Open(locate(p, d.Name))
	if err != nil {
		return nil, Failure(d.Name, err)
	}
	info, err := f.Stat()
	if err != nil {
		_ = f.Close()
		return nil, Failure(d.Name, err)
	}
	if d.Hash != "" && info.Size() != d.Size {
		_ = f.Close()
		return nil, connectors.Errorf(connectors.KindTransient, "file_changed", "run again when it is complete",
			"%s changed since it was listed: %d bytes then, %d now", d.Name, d.Size, info.Size())
	}
	return f, nil
}

// Text reads a file of a delivery, unpacked when it is gzipped, by its first bytes
// whatever its name. Failure sorts the errors of the reader, which owns the file.
func Text(f *os.File, d connectors.Delivery) (io.ReadCloser, error) {
	buffered := bufio.NewReaderSize(f, 1<<16)
	magic, err := buffered.Peek(2)
	if err != nil && !errors.Is(err, io.EOF) {
		_ = f.Close()
		return nil, Failure(d.Name, err)
	}
	if string(magic) != "\x1f\x8b" {
		if strings.HasSuffix(d.Name, ".gz") && d.Size > 0 {
			_ = f.Close()
			return nil, connectors.Errorf(connectors.KindData, "corrupt_gzip", "name it without .gz, or ask for it again",
				"%s is not gzipped, though its name says so", d.Name)
		}
		return text{buffered, f}, nil
	}
	unpacked, err := gzip.NewReader(buffered)
	if err != nil {
		_ = f.Close()
		return nil, Failure(d.Name, err)
	}
	return text{unpacked, f}, nil
}

// text reads from one and closes the other.
type text struct {
	io.Reader
	io.Closer
}

// archiveFault returns code and remedy of an error of package gzip, "" for any
// other error.
func archiveFault(err error) (code, remedy string) {
	var corrupt flate.CorruptInputError
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "truncated", "the file ends too early; ask for it again"
	case errors.As(err, &corrupt), errors.Is(err, gzip.ErrChecksum), errors.Is(err, gzip.ErrHeader):
		return "corrupt_gzip", "ask for the file again"
	}
	return "", ""
}
