package main

import (
	"errors"

	"github.com/goccy/go-googlesql"
)

// inSubset returns an error for what the service takes and a known emulator does
// not, or runs wrongly: CREATE OR REPLACE, UPDATE FROM, MERGE from a query, and
// changes whose subqueries look at the row that is changed.
func inSubset(statement googlesql.ResolvedStatementNode) error {
	switch s := statement.(type) {
	case *googlesql.ResolvedCreateTableStmt:
		return notReplacing(s.CreateMode())
	case *googlesql.ResolvedCreateTableAsSelectStmt:
		return notReplacing(s.CreateMode())
	case *googlesql.ResolvedCreateViewStmt:
		return notReplacing(s.CreateMode())
	case *googlesql.ResolvedUpdateStmt:
		from, err := s.FromScan()
		if err != nil {
			return err
		}
		if from != nil {
			return errors.New("UPDATE FROM is not in the subset: MERGE a table, or make the table anew")
		}
		return uncorrelated(s)
	case *googlesql.ResolvedMergeStmt:
		from, err := s.FromScan()
		if err != nil {
			return err
		}
		if _, ok := from.(*googlesql.ResolvedTableScan); !ok {
			return errors.New("MERGE from a query is not in the subset: make a table of the query, and MERGE that")
		}
		return uncorrelated(s)
	case *googlesql.ResolvedDeleteStmt:
		return uncorrelated(s)
	}
	return nil
}

func notReplacing(mode googlesql.ResolvedCreateStatementEnums_CreateMode, err error) error {
	if err == nil && mode == googlesql.ResolvedCreateStatementEnums_CreateModeCreateOrReplace {
		err = errors.New("CREATE OR REPLACE is not in the subset: DROP and CREATE")
	}
	return err
}

// uncorrelated looks for subqueries that name columns from outside of them.
func uncorrelated(node googlesql.ResolvedNode) error {
	if q, ok := node.(*googlesql.ResolvedSubqueryExpr); ok {
		n, err := q.ParameterListSize()
		if err != nil {
			return err
		}
		if n > 0 {
			return errors.New("a correlated subquery that changes rows is not in the subset: write IN (SELECT …) that stands alone")
		}
	}
	children, err := node.GetChildNodes()
	if err != nil {
		return err
	}
	for _, child := range children {
		if err := uncorrelated(child); err != nil {
			return err
		}
	}
	return nil
}
