package restapi

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"

	"clientele/connectors"
	"clientele/connectors/jsonrows"
)

// spool holds the records of a pull in a temporary file, one a line: a pull is
// whole before its first row is read, and takes the memory of one page. The file
// has no name, so that nothing is left of it, however the program ends.
type spool struct {
	file  *os.File
	w     *bufio.Writer
	lines *bufio.Scanner
	count int64
	at    int64
}

func newSpool(temp string) (*spool, error) {
	file, err := os.CreateTemp(temp, "pull-*.ndjson")
	if err == nil {
		err = os.Remove(file.Name())
	}
	if err != nil {
		return nil, spoolError(err)
	}
	return &spool{file: file, w: bufio.NewWriterSize(file, 256<<10)}, nil
}

func spoolError(err error) error {
	var path *os.PathError
	if errors.As(err, &path) {
		err = path.Err // its name says nothing
	}
	if coded := connectors.SystemError(err); connectors.CodeOf(coded) != "" {
		return coded
	}
	return connectors.Errorf(connectors.KindEnvironment, "temporary_file", "check the disk that holds --home", "keep what was read: %w", err)
}

// add adds a record, which is valid JSON.
func (s *spool) add(record json.RawMessage) error {
	if bytes.ContainsAny(record, "\r\n") {
		var line bytes.Buffer
		if err := json.Compact(&line, record); err != nil {
			return err // can't be: it is valid
		}
		record = line.Bytes()
	}
	s.count++
	if _, err := s.w.Write(record); err != nil {
		return spoolError(err)
	}
	if err := s.w.WriteByte('\n'); err != nil {
		return spoolError(err)
	}
	return nil
}

// rewind makes the records readable, from the first.
func (s *spool) rewind(longest int) error {
	err := s.w.Flush()
	if err == nil {
		_, err = s.file.Seek(0, io.SeekStart)
	}
	if err != nil {
		return spoolError(err)
	}
	s.lines = bufio.NewScanner(s.file)
	s.lines.Buffer(make([]byte, 64<<10), longest+2)
	return nil
}

// Next implements jsonrows.Reader.
func (s *spool) Next() (jsonrows.Record, error) {
	if !s.lines.Scan() {
		if err := s.lines.Err(); err != nil {
			return jsonrows.Record{}, spoolError(err)
		}
		return jsonrows.Record{}, io.EOF
	}
	s.at++
	return jsonrows.Record{JSON: s.lines.Bytes(), Number: s.at}, nil
}

// Close gives the file back.
func (s *spool) Close() error { return s.file.Close() }
