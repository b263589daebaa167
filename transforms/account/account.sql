-- sources
{{ replace "sources" }}
SELECT s.source, s.origin, s.owner, s.basis, d.last_delivery_on, s.expected_by, s.stale,
  s.supplier, s.bought_on, s.licence_until, s.cost, s.uses, s.channels, s.licence, s.attribution,
  s.replaced_by, s.replaced_on
FROM {{ table "base_sources" }} s
LEFT JOIN (
  SELECT source, MAX(delivered_on) AS last_delivery_on FROM {{ table "base_deliveries" }} GROUP BY source
) d ON d.source = s.source;

-- deliveries
{{ replace "deliveries" }}
SELECT d.delivery_id, d.source, d.name, d.delivered_on, d.{{ ident "rows" }}, d.hash,
  CASE WHEN l.delivery_id IS NULL THEN 'superseded' ELSE 'loaded' END AS state
FROM {{ table "base_deliveries" }} d
LEFT JOIN {{ table "live_deliveries" }} l ON l.delivery_id = d.delivery_id;

-- run_tables: all rows of a table together, then each code
{{ replace "run_tables" }}
SELECT t.delivery_id, t.source, t.target, {{ null "string" }} AS code, d.delivered_on,
  {{ cast (printf "SUM(CASE WHEN t.outcome = 'read' THEN t.%s ELSE 0 END)" (ident "rows")) "integer" }} AS rows_read,
  {{ cast (printf "SUM(CASE WHEN t.outcome = 'conformed' THEN t.%s ELSE 0 END)" (ident "rows")) "integer" }} AS rows_conformed,
  {{ cast (printf "SUM(CASE WHEN t.outcome = 'filtered' THEN t.%s ELSE 0 END)" (ident "rows")) "integer" }} AS rows_filtered,
  {{ cast (printf "SUM(CASE WHEN t.outcome = 'quarantined' THEN t.%s ELSE 0 END)" (ident "rows")) "integer" }} AS rows_quarantined,
  {{ cast (printf "SUM(CASE WHEN t.outcome = 'without_party' THEN t.%s ELSE 0 END)" (ident "rows")) "integer" }} AS rows_without_party
FROM {{ table "base_tallies" }} t
JOIN {{ table "base_deliveries" }} d ON d.delivery_id = t.delivery_id
GROUP BY t.delivery_id, t.source, t.target, d.delivered_on
UNION ALL
SELECT t.delivery_id, t.source, t.target, t.code, d.delivered_on,
  {{ null "integer" }} AS rows_read, {{ null "integer" }} AS rows_conformed,
  {{ cast (printf "SUM(CASE WHEN t.outcome = 'filtered' THEN t.%s ELSE 0 END)" (ident "rows")) "integer" }} AS rows_filtered,
  {{ cast (printf "SUM(CASE WHEN t.outcome = 'quarantined' THEN t.%s ELSE 0 END)" (ident "rows")) "integer" }} AS rows_quarantined,
  {{ null "integer" }} AS rows_without_party
FROM {{ table "base_tallies" }} t
JOIN {{ table "base_deliveries" }} d ON d.delivery_id = t.delivery_id
WHERE t.outcome IN ('filtered', 'quarantined')
-- a filter may bear the name of a fault
GROUP BY t.delivery_id, t.source, t.target, t.code, d.delivered_on;

-- data_issues
{{ replace "data_issues" }}
SELECT source, target, {{ ident "column" }}, code, issue_count AS {{ ident "rows" }}, delivery_id AS example_delivery, issue_row AS example_row
FROM (
  SELECT i.source, i.target, i.{{ ident "column" }}, i.code, i.delivery_id, i.{{ ident "row" }} AS issue_row,
    COUNT(*) OVER (PARTITION BY i.source, i.target, i.{{ ident "column" }}, i.code) AS issue_count,
    ROW_NUMBER() OVER (PARTITION BY i.source, i.target, i.{{ ident "column" }}, i.code
      ORDER BY l.seq ASC NULLS LAST, i.position ASC NULLS LAST) AS nth
  FROM {{ table "base_issues" }} i
  JOIN {{ table "live_deliveries" }} l ON l.delivery_id = i.delivery_id
) counted WHERE nth = 1;
