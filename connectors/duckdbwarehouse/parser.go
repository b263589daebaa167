package duckdbwarehouse

import (
	"context"
	"database/sql"
)

// Parser parses SQL as DuckDB reads it. It has no tables and reaches no file.
type Parser struct{ engine *sql.DB }

// OpenParser starts a parser.
func OpenParser(ctx context.Context) (*Parser, error) {
	engine, err := start(ctx, Options{Threads: 1}, "")
	if err != nil {
		return nil, err
	}
	return &Parser{engine: engine}, nil
}

// Tree returns the tree of a SELECT as DuckDB's json_serialize_sql writes it. A
// query that can't be parsed has a tree that says so.
func (p *Parser) Tree(ctx context.Context, query string) ([]byte, error) {
	var tree string
	if err := p.engine.QueryRowContext(ctx, "SELECT CAST(json_serialize_sql(CAST(? AS VARCHAR)) AS VARCHAR)", query).Scan(&tree); err != nil {
		return nil, failure(err)
	}
	return []byte(tree), nil
}

// Close frees the parser.
func (p *Parser) Close() error { return failure(p.engine.Close()) }
