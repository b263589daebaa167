-- versions that an earlier attempt at this night began
DELETE FROM {{ table "customers_history" }} WHERE valid_from >= {{ date .AsOf }};

-- versions that it ended
UPDATE {{ table "customers_history" }}
SET valid_to = {{ null "date" }}, ended = {{ null "string" }}, merged_into = {{ null "string" }}
WHERE valid_to >= {{ date .AsOf }};

-- versions so far, of the customers that are made anew
{{ replace_view "known_versions" }}
SELECT h.*
FROM {{ table "customers_history" }} h
{{- if .Within }}
JOIN {{ table .Within }} t ON t.customer_id = h.customer_id
{{- end }};

-- customers of tonight
{{ replace_view "work_versions" }}
SELECT c.customer_id{{ range .Tracked }}, c.{{ ident . }}{{ end }},
  {{ .Hash }} AS change_hash
FROM {{ table "customers" }} c;

-- the last version of each customer
{{ replace "work_last_versions" }}
SELECT h.customer_id, h.valid_to, h.change_hash{{ range .Tracked }}, h.{{ ident . }}{{ end }}
FROM {{ table "known_versions" }} h
JOIN (
  SELECT customer_id, MAX(valid_from) AS valid_from FROM {{ table "known_versions" }} GROUP BY customer_id
) newest ON newest.customer_id = h.customer_id AND newest.valid_from = h.valid_from;

-- versions that begin
{{ replace "work_begun" }}
SELECT v.customer_id, {{ date .AsOf }} AS valid_from, {{ null "date" }} AS valid_to,
  CASE WHEN l.customer_id IS NOT NULL AND l.valid_to IS NULL THEN 'changed'
    WHEN s.split_from IS NOT NULL THEN 'split'
    WHEN l.customer_id IS NOT NULL THEN 'reappeared'
    ELSE 'new' END AS began,
  CASE WHEN l.customer_id IS NULL OR l.valid_to IS NOT NULL THEN s.split_from END AS split_from,
  {{ null "string" }} AS ended, {{ null "string" }} AS merged_into,
  CASE WHEN l.customer_id IS NOT NULL THEN NULLIF({{ .Changed }}, '') END AS changed_fields,
  v.change_hash{{ range .Tracked }}, v.{{ ident . }}{{ end }}
FROM {{ table "work_versions" }} v
LEFT JOIN {{ table "work_last_versions" }} l ON l.customer_id = v.customer_id
LEFT JOIN (
  SELECT to_customer_id, MIN(from_customer_id) AS split_from
  FROM {{ table "base_merges" }} WHERE as_of = {{ date .AsOf }} AND why = 'split'
  GROUP BY to_customer_id
) s ON s.to_customer_id = v.customer_id
WHERE l.customer_id IS NULL OR l.valid_to IS NOT NULL OR l.change_hash <> v.change_hash;

-- versions that end
{{ replace "work_ended" }}
SELECT h.customer_id, h.valid_from, {{ date .AsOf }} AS valid_to, h.began, h.split_from,
  CASE WHEN b.customer_id IS NOT NULL THEN 'changed' WHEN i.state = 'merged' THEN 'merged' ELSE 'deleted' END AS ended,
  CASE WHEN b.customer_id IS NULL AND i.state = 'merged' THEN i.current_customer_id END AS merged_into,
  h.changed_fields, h.change_hash{{ range .Tracked }}, h.{{ ident . }}{{ end }}
FROM {{ table "known_versions" }} h
LEFT JOIN {{ table "work_begun" }} b ON b.customer_id = h.customer_id
LEFT JOIN {{ table "customers" }} c ON c.customer_id = h.customer_id
LEFT JOIN {{ table "base_ids" }} i ON i.customer_id = h.customer_id
WHERE h.valid_to IS NULL AND (b.customer_id IS NOT NULL OR c.customer_id IS NULL);

-- versions that held until tonight
DELETE FROM {{ table "customers_history" }}
WHERE valid_to IS NULL AND customer_id IN (SELECT customer_id FROM {{ table "work_ended" }});

-- ended versions
INSERT INTO {{ table "customers_history" }} ({{ idents .Columns }})
SELECT {{ idents .Columns }} FROM {{ table "work_ended" }};

-- begun versions
INSERT INTO {{ table "customers_history" }} ({{ idents .Columns }})
SELECT {{ idents .Columns }} FROM {{ table "work_begun" }};
