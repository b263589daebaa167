{{ range .Tables }}
{{- if eq .Short "orders" -}}
-- orders of which a line came, went or changed: a table of its own, as an engine may join three tables by their source alone
{{ replace "changed_lines_of" }}
SELECT DISTINCT COALESCE(l.order_source, l.source) AS source, l.order_id
FROM {{ table "in_order_lines" }} l
JOIN {{ table "changed_order_lines" }} k ON k.source = l.source AND k.record_id = l.record_id;

{{ end -}}
-- rows of {{ .Name }} that came, went or changed
{{ replace (print "changed_" .Short) }}
SELECT DISTINCT source, record_id FROM (
  SELECT source, record_id FROM {{ table .Name }} WHERE delivery_id IN ({{ .Deliveries }})
  UNION ALL
  SELECT f.source, f.record_id
  FROM {{ table .Name }} f
  JOIN (
    SELECT DISTINCT source, scope FROM {{ table .Name }} WHERE scope IS NOT NULL AND delivery_id IN ({{ .Deliveries }})
  ) s ON s.source = f.source AND s.scope = f.scope
{{- $t := . }}{{ range .Snapshots }}
  UNION ALL
  SELECT source, record_id
  FROM {{ table $t.Name }}
  WHERE delivery_id IN ({{ str .Before }}, {{ str .After }})
  GROUP BY {{ idents $t.Content }}
  HAVING COUNT(DISTINCT delivery_id) = 1
{{- end }}
{{- if $.Again }}
  UNION ALL
  SELECT source, record_id FROM {{ table (print "forgotten_" .Short) }}
{{- end }}
{{- if eq .Short "invoices" }}
  UNION ALL
  SELECT source, record_id FROM {{ table .Name }} WHERE paid_on >= {{ date $.Since }} AND paid_on < {{ date $.AsOf }}
{{- end }}
{{- if eq .Short "orders" }}
  UNION ALL
  SELECT o.source, o.record_id
  FROM {{ table .Name }} o
  JOIN {{ table "changed_lines_of" }} l ON l.source = o.source AND l.order_id = o.order_id
  UNION ALL
  SELECT o.source, o.record_id
  FROM {{ table .Name }} o
  JOIN (
    SELECT r.currency, MIN(r.valid_from) AS valid_from
    FROM {{ table "in_rates" }} r
    JOIN {{ table "changed_rates" }} k ON k.source = r.source AND k.record_id = r.record_id
    GROUP BY r.currency
  ) r ON r.currency = o.currency
  WHERE {{ local_date "o.ordered_at" (str $.Zone) }} >= r.valid_from
{{- end }}
) changed;
{{ end }}
