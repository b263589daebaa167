package kbo

import (
	"context"
	"database/sql"
	"fmt"
	"strconv"
)

// namesakes is how many firms of one name are told at most.
const namesakes = 20

// named returns the numbers of the first firms that bear a name, or have an establishment
// that does, in their order. Accents and capitals make no other name.
func (s *Store) named(ctx context.Context, name string) (numbers []string, err error) {
	err = s.each(ctx, `SELECT DISTINCT COALESCE(e.enterprise, d.number) AS firm FROM denomination d LEFT JOIN establishment e ON e.number = d.number
WHERE STRIP_ACCENTS(LOWER(d.name)) = STRIP_ACCENTS(LOWER(`+quote(name)+`)) ORDER BY firm LIMIT `+strconv.Itoa(namesakes), func(rows *sql.Rows) error {
		var number int64
		if err := rows.Scan(&number); err != nil {
			return err
		}
		numbers = append(numbers, fmt.Sprintf("%010d", number))
		return nil
	})
	return numbers, err
}
