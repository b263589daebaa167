-- customers that are made anew: those of touched parties, tonight and the night before
{{ replace "touched_customers" }}
SELECT DISTINCT customer_id FROM (
  SELECT customer_id FROM {{ table "touched_members" }}
  UNION ALL
  SELECT m.customer_id
  FROM {{ table "base_members" }} m
  JOIN {{ table "touched_parties" }} t ON t.source = m.source AND t.record_id = m.record_id
) members;
{{ range .Customers }}
-- {{ .Name }} of customers that are made anew
DELETE FROM {{ table .Name }} WHERE {{ ident .ID }} IN (SELECT customer_id FROM {{ table "touched_customers" }});

-- {{ .Name }}
INSERT INTO {{ table .Name }} ({{ idents .Columns }})
SELECT {{ idents .Columns }} FROM {{ table (print "slice_" .Name) }};
{{ end }}{{ range .Facts }}
-- {{ .Name }} that are made anew, or are gone
{{ replace (print "gone_" .Name) }}
SELECT DISTINCT source || ' ' || id AS fact FROM (
  SELECT source, {{ ident .ID }} AS id FROM {{ table (print "slice_" .Name) }}
  UNION ALL
  SELECT f.source, f.{{ ident .From }} AS id
  FROM {{ table (print "slice_in_" .Name) }} f
  JOIN {{ table (print "changed_" .Name) }} k ON k.source = f.source AND k.record_id = f.record_id
) facts;

-- the old ones of {{ .Name }}
DELETE FROM {{ table .Name }} WHERE source || ' ' || {{ ident .ID }} IN (SELECT fact FROM {{ table (print "gone_" .Name) }});

-- {{ .Name }}
INSERT INTO {{ table .Name }} ({{ idents .Columns }})
SELECT {{ idents .Columns }} FROM {{ table (print "slice_" .Name) }};
{{ end }}
-- orders whose lines are made anew
{{ replace "gone_order_lines" }}
SELECT source || ' ' || order_id AS fact FROM {{ table "touched_orders" }};

-- the old ones of order_lines
DELETE FROM {{ table "order_lines" }} WHERE source || ' ' || order_id IN (SELECT fact FROM {{ table "gone_order_lines" }});

-- order_lines
INSERT INTO {{ table "order_lines" }} ({{ idents .Lines.Columns }})
SELECT {{ idents .Lines.Columns }} FROM {{ table "slice_order_lines" }};
