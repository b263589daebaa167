-- values of registers that stand: those that no party says, official ones also before parties, but not before staff
{{ replace "work_firm_values" }}
SELECT v.customer_id, v.field, v.source, v.source_record_id, v.observed_on, v.licence, v.fiscal_year
FROM (
  SELECT customer_id, field, source, source_record_id, observed_on, licence, {{ null "integer" }} AS fiscal_year FROM {{ table "work_firm_choices" }}
  UNION ALL
  SELECT customer_id, field, source, source_record_id, observed_on, licence, fiscal_year FROM {{ table "work_firm_figures" }}
) v
LEFT JOIN {{ table "customer_fields" }} k ON k.customer_id = v.customer_id AND k.field = v.field
WHERE k.customer_id IS NULL OR k.rule <> 'correction' AND v.field IN ({{ .First }});

-- what is known of each firm that a register was asked about
{{ replace "work_firm_heads" }}
SELECT customer_id,
  MAX(CASE WHEN known AND non_mailing THEN 1 ELSE 0 END) AS non_mailing,
  MAX(stale) AS stale,
  MAX(parent_lei) AS parent_lei,
  CASE WHEN MAX(CASE WHEN trust = 1 AND NOT known THEN 1 ELSE 0 END) = 1 AND MAX(CASE WHEN known AND trust = 1 THEN 1 ELSE 0 END) = 0 THEN 'not found' END AS missing
FROM {{ table "work_firm_answers" }}
GROUP BY customer_id;

-- the first register that knows each firm
{{ replace "work_firm_registers" }}
SELECT customer_id, SUBSTR(source, 10) AS registry, observed_on FROM (
  SELECT customer_id, source, observed_on,
    ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY trust ASC NULLS LAST, observed_on DESC NULLS LAST, source ASC NULLS LAST) AS place
  FROM {{ table "work_firms" }}
) ranked WHERE place = 1;

-- by which number the national register knows each firm
{{ replace "work_firm_known" }}
SELECT customer_id, number, CASE WHEN number = linked_number THEN relation ELSE 'number' END AS link, CASE WHEN number = linked_number THEN probability END AS probability FROM (
  SELECT f.customer_id, f.number, o.linked_number, o.relation, o.probability, ROW_NUMBER() OVER (PARTITION BY f.customer_id
    ORDER BY f.trust ASC NULLS LAST, f.observed_on DESC NULLS LAST, f.source ASC NULLS LAST, f.number ASC NULLS LAST) AS place
  FROM {{ table "work_firms" }} f
  JOIN {{ table "work_organisations" }} o ON o.customer_id = f.customer_id
  WHERE f.trust = 1
) ranked WHERE place = 1;

-- what registers say of customers, as far as it stands
{{ replace "work_register" }}
SELECT h.customer_id, h.non_mailing, h.stale, h.parent_lei, n.number AS registry_number, n.link AS registry_link, n.probability AS registry_probability,
  CASE WHEN h.missing IS NOT NULL THEN s.number END AS successor_number, r.registry, r.observed_on AS enriched_on, h.missing
{{- range $i, $f := .Fields }}{{ range .Columns }},
  f{{ $i }}.{{ ident .From }} AS {{ ident .As }}{{ end }}{{ end }},
  v0.revenue, v0.fiscal_year AS revenue_year, COALESCE(v0.revenue_basis, 'reported') AS revenue_basis,
  {{ cast (money "v1.headcount" 0) "integer" }} AS headcount, v1.fiscal_year AS headcount_year, COALESCE(v1.headcount_basis, 'reported') AS headcount_basis,
  v2.equity, v3.total_assets, v4.profit
FROM {{ table "work_firm_heads" }} h
LEFT JOIN {{ table "work_firm_registers" }} r ON r.customer_id = h.customer_id
LEFT JOIN {{ table "work_firm_known" }} n ON n.customer_id = h.customer_id
LEFT JOIN {{ table "work_firm_links" }} s ON s.customer_id = h.customer_id AND s.relation = 'succeeded'
{{- range $i, $f := .Fields }}
LEFT JOIN (
  SELECT f.* FROM {{ table "work_firms" }} f
  JOIN {{ table "work_firm_values" }} v ON v.customer_id = f.customer_id AND v.source = f.source AND v.field = {{ str $f.Name }}
) f{{ $i }} ON f{{ $i }}.customer_id = h.customer_id
{{- end }}
{{- range $i, $f := .Figures }}
LEFT JOIN (
  SELECT a.* FROM {{ table (print "work_firm_" $f.Of) }} a
  JOIN {{ table "work_firm_values" }} v ON v.customer_id = a.customer_id AND v.fiscal_year = a.fiscal_year AND v.field = {{ str $f.Name }}
) v{{ $i }} ON v{{ $i }}.customer_id = h.customer_id
{{- end }};

-- firms that others belong to
{{ replace "work_parents" }}
SELECT c.customer_id, MIN(p.customer_id) AS parent_customer_id
FROM {{ table "work_register" }} c
JOIN {{ table "work_register" }} p ON p.lei = c.parent_lei
WHERE p.customer_id <> c.customer_id
GROUP BY c.customer_id;

-- fields whose values registers say
{{ replace "work_firm_fields" }}
SELECT customer_id || ' ' || field AS told FROM {{ table "work_firm_values" }};

-- values of parties that registers stand before
DELETE FROM {{ table "customer_fields" }} WHERE customer_id || ' ' || field IN (SELECT told FROM {{ table "work_firm_fields" }});

-- where values of registers come from
INSERT INTO {{ table "customer_fields" }} (customer_id, field, source, source_record_id, observed_on, rule, licence)
SELECT customer_id, field, source, source_record_id, observed_on, 'register', licence FROM {{ table "work_firm_values" }};
