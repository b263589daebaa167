package duckdbwarehouse

import (
	"context"
	"errors"

	"clientele/connectors"
	"clientele/schemas"
)

// Look opens the base for reading, in a transaction that closing rolls back: the
// tables that it makes, where they are missing, are gone then. While a night is
// under way, in this process or another, the error has the code "locked".
func (w *Warehouse) Look(ctx context.Context, tables []schemas.Table) (connectors.Reader, error) {
	tx, err := w.Begin(ctx)
	if err != nil {
		return nil, err
	}
	if err := tx.Create(ctx, tables); err != nil {
		return nil, errors.Join(err, tx.Close())
	}
	return tx, nil
}
