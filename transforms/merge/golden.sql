-- golden records: of a customer of one party, and of several
{{ replace "work_golden" }}
SELECT customer_id
{{- range .Groups }}{{ $has := .Has }}{{ range .Columns }},
  CASE WHEN {{ $has }} THEN {{ ident . }} END AS {{ ident . }}{{ end }}{{ end }}
FROM {{ table "work_parties" }}
WHERE party_count = 1
UNION ALL
SELECT c.customer_id
{{- range .Groups }}{{ $alias := .Alias }}{{ range .Columns }},
  {{ $alias }}.{{ ident . }}{{ end }}{{ end }}
FROM (SELECT DISTINCT customer_id FROM {{ table "work_parties" }} WHERE party_count > 1) c
{{- range .Groups }}
LEFT JOIN (
  SELECT ch.customer_id{{ range .Columns }}, p.{{ ident . }}{{ end }}
  FROM {{ table "work_choices" }} ch
  JOIN {{ table "work_parties" }} p ON p.source = ch.source AND p.record_id = ch.source_record_id
  WHERE ch.field = {{ str .Group }} AND p.party_count > 1
) {{ .Alias }} ON {{ .Alias }}.customer_id = c.customer_id
{{- end }};

-- what the parties of a customer say together
{{ replace "work_party_totals" }}
SELECT customer_id, first_observed_on AS first_seen_on, observed_on AS updated_on, 1 AS source_count, opted_out,
  CASE WHEN origin = 'own' THEN record_id END AS account_numbers
FROM {{ table "work_parties" }}
WHERE party_count = 1
UNION ALL
SELECT customer_id,
  MIN(first_observed_on) AS first_seen_on, MAX(observed_on) AS updated_on,
  COUNT(DISTINCT source) AS source_count,
  {{ bool_or "opted_out" }} AS opted_out,
  {{ string_agg "CASE WHEN origin = 'own' THEN record_id END" " " "record_id ASC" }} AS account_numbers
FROM {{ table "work_parties" }}
WHERE party_count > 1
GROUP BY customer_id;
