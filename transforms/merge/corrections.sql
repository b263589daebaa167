-- corrections that hold
{{ replace "work_corrections" }}
WITH latest AS (
  SELECT source, record_id, field, value, corrected_on FROM (
    SELECT COALESCE(c.party_source, c.source) AS source, c.party AS record_id, c.field, c.value, c.corrected_on,
      ROW_NUMBER() OVER (PARTITION BY COALESCE(c.party_source, c.source), c.party, c.field
        ORDER BY c.corrected_on DESC NULLS LAST, c.source ASC NULLS LAST, c.record_id DESC NULLS LAST) AS newest
    FROM {{ table "current_corrections" }} c
  ) ranked WHERE newest = 1
), corrected_versions AS (
  SELECT v.*, l.seq
  FROM {{ table "in_parties" }} v
  JOIN {{ table "live_deliveries" }} l ON l.delivery_id = v.delivery_id
  JOIN (SELECT DISTINCT source, record_id FROM latest) k ON k.source = v.source AND k.record_id = v.record_id
), versions AS (
  {{ .Versions }}
), own AS (
  SELECT v.* FROM versions v
  LEFT JOIN {{ table "base_absences" }} a ON a.delivery_id = v.delivery_id AND a.target = 'parties' AND a.{{ ident "column" }} = v.field
  WHERE a.delivery_id IS NULL
), said AS (
  SELECT c.source, c.record_id, c.field, v.value,
    CASE WHEN v.observed_on IS NULL OR c.corrected_on IS NULL OR v.observed_on <= c.corrected_on THEN 1 ELSE 0 END AS before_it,
    ROW_NUMBER() OVER (PARTITION BY c.source, c.record_id, c.field,
        CASE WHEN v.observed_on IS NULL OR c.corrected_on IS NULL OR v.observed_on <= c.corrected_on THEN 1 ELSE 0 END
      ORDER BY v.observed_on DESC NULLS LAST, v.seq DESC NULLS LAST) AS newest
  FROM latest c
  JOIN own v ON v.source = c.source AND v.record_id = c.record_id AND v.field = c.field
)
SELECT c.source, c.record_id, c.field, c.value
FROM latest c
LEFT JOIN said b ON b.source = c.source AND b.record_id = c.record_id AND b.field = c.field AND b.before_it = 1 AND b.newest = 1
LEFT JOIN said a ON a.source = c.source AND a.record_id = c.record_id AND a.field = c.field AND a.before_it = 0 AND a.newest = 1
WHERE a.source IS NULL OR b.source IS NULL OR COALESCE(a.value, '') = COALESCE(b.value, '');

-- corrected parties
{{ replace_view "corrected_parties" }}
SELECT {{ .Columns }},
  {{ .Flags }}
FROM {{ table "current_parties" }} p
LEFT JOIN (
  SELECT source, record_id
  {{- range .Fields }},
    MAX(CASE WHEN field = {{ str . }} THEN value END) AS {{ ident (print "value_" .) }},
    MAX(CASE WHEN field = {{ str . }} THEN 1 END) AS {{ ident (print "has_" .) }}
  {{- end }}
  FROM {{ table "work_corrections" }}
  GROUP BY source, record_id
) k ON k.source = p.source AND k.record_id = p.record_id;
