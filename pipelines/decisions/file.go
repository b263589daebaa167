package decisions

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"clientele/connectors"
)

// Read reads a file of decisions: a JSON object a line, those on the same two records
// in the order in which they were taken. A file that is not there holds none, unless
// it must.
func Read(path string, must bool) ([]connectors.Decision, error) {
	f, err := os.Open(path)
	if errors.Is(err, fs.ErrNotExist) {
		if !must {
			return nil, nil
		}
		return nil, connectors.Errorf(connectors.KindConfig, "no_decisions", "`clientele match review import` writes one", "there is no file %s", path)
	}
	if err != nil {
		return nil, connectors.SystemError(err)
	}
	defer f.Close()
	var out []connectors.Decision
	for in, line := bufio.NewScanner(f), 1; ; line++ {
		if !in.Scan() {
			return out, connectors.SystemError(in.Err())
		}
		var d connectors.Decision
		err := json.Unmarshal(in.Bytes(), &d)
		if err == nil && (d.A.Source == "" || d.B.Source == "" || !d.Verdict.Valid()) {
			err = errors.New("it names two records and a verdict: same, different or forgotten")
		}
		if err != nil {
			return nil, connectors.Errorf(connectors.KindData, "not_decisions", "name a file that `clientele match review import` wrote", "%s: line %d is no decision: %w", path, line, err)
		}
		out = append(out, d)
	}
}

// Append adds a decision to a file that only its owner may read.
func Append(path string, d connectors.Decision) error {
	text, err := json.Marshal(d)
	if err != nil {
		return fmt.Errorf("encode a decision: %w", err)
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return connectors.SystemError(err)
	}
	_, err = f.Write(append(text, '\n'))
	return connectors.SystemError(errors.Join(err, f.Close()))
}
