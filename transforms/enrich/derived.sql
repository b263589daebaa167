-- what is derived of organisations
{{ replace "work_derived" }}
SELECT o.customer_id,
  CASE WHEN o.sector_2025_basis = 'filed' THEN o.sector_2025 ELSE c.code END AS sector_2025,
  CASE WHEN o.sector_2025_basis = 'filed' THEN o.sector_2025_section ELSE c.section END AS sector_2025_section,
  CASE WHEN o.sector_2025_basis = 'filed' THEN 'filed' WHEN c.code IS NOT NULL THEN 'converted' END AS sector_2025_basis, c.confidence AS sector_2025_confidence,
  CASE WHEN v.told IS NULL THEN r.revenue ELSE v.amount END AS revenue, CASE WHEN v.told IS NULL THEN r.revenue_basis ELSE 'estimated' END AS revenue_basis,
  CASE WHEN h.told IS NULL THEN r.headcount ELSE {{ cast "h.amount" "integer" }} END AS headcount, CASE WHEN h.told IS NULL THEN r.headcount_basis ELSE 'estimated' END AS headcount_basis,
  CASE WHEN COALESCE(v.told, '') <> COALESCE(r.revenue_of, '') OR COALESCE(h.told, '') <> COALESCE(r.headcount_of, '') THEN 1 ELSE 0 END AS told_otherwise
FROM {{ table "organisations" }} o
JOIN {{ table "work_reported" }} r ON r.customer_id = o.customer_id
LEFT JOIN {{ table "work_conversions" }} c ON c.customer_id = o.customer_id
LEFT JOIN (SELECT customer_id, amount, told FROM {{ table "work_estimates" }} WHERE field = 'revenue') v ON v.customer_id = o.customer_id
LEFT JOIN (SELECT customer_id, amount, told FROM {{ table "work_estimates" }} WHERE field = 'headcount') h ON h.customer_id = o.customer_id;

-- organisations that are not as it has them
{{ replace "work_renewed" }}
SELECT {{ range $i, $c := .Columns }}{{ if $i }}, {{ end }}{{ if $c.Derived }}d{{ else }}o{{ end }}.{{ ident $c.Name }}{{ end }}
FROM {{ table "organisations" }} o
JOIN {{ table "work_derived" }} d ON d.customer_id = o.customer_id
WHERE d.told_otherwise = 1
  OR COALESCE(d.sector_2025, '') <> COALESCE(o.sector_2025, '') OR COALESCE(d.sector_2025_section, '') <> COALESCE(o.sector_2025_section, '')
  OR COALESCE(d.sector_2025_basis, '') <> COALESCE(o.sector_2025_basis, '') OR COALESCE(d.sector_2025_confidence, -1) <> COALESCE(o.sector_2025_confidence, -1)
  OR d.revenue_basis <> o.revenue_basis OR COALESCE(d.revenue, 0) <> COALESCE(o.revenue, 0)
  OR d.headcount_basis <> o.headcount_basis OR COALESCE(d.headcount, 0) <> COALESCE(o.headcount, 0);

-- the old ones
DELETE FROM {{ table "organisations" }} WHERE customer_id IN (SELECT customer_id FROM {{ table "work_renewed" }});

-- organisations
INSERT INTO {{ table "organisations" }} ({{ range $i, $c := .Columns }}{{ if $i }}, {{ end }}{{ ident $c.Name }}{{ end }})
SELECT {{ range $i, $c := .Columns }}{{ if $i }}, {{ end }}{{ ident $c.Name }}{{ end }} FROM {{ table "work_renewed" }};

-- where their estimates came from
DELETE FROM {{ table "customer_fields" }} WHERE rule = 'estimate' AND customer_id IN (SELECT customer_id FROM {{ table "work_renewed" }});

-- where their estimates come from
INSERT INTO {{ table "customer_fields" }} (customer_id, field, source, source_record_id, observed_on, rule, licence)
SELECT e.customer_id, e.field, 'sector_medians' AS source, e.told AS source_record_id, {{ null "date" }} AS observed_on, 'estimate' AS rule, {{ null "string" }} AS licence
FROM {{ table "work_estimates" }} e
JOIN {{ table "work_renewed" }} w ON w.customer_id = e.customer_id;
