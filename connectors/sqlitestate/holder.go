package sqlitestate

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"

	"clientele/connectors"
)

// Holder returns who signed the lock of the project, without asking for the lock;
// ok is false where nobody did. The name of a process that was killed stays until
// the lock is taken again.
func (s *Store) Holder(ctx context.Context) (h connectors.Holder, ok bool, err error) {
	content, err := os.ReadFile(s.lock)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return h, false, nil
	case err != nil:
		return h, false, failure(err)
	}
	signed := json.Unmarshal(content, &h) == nil
	if !signed { // or not yet
		h = connectors.Holder{}
	}
	return h, signed, ctx.Err()
}
