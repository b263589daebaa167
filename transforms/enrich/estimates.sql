-- what firms say of themselves on each level of their sector
{{ replace "work_sector_firms" }}
{{ range $i, $f := .Fields }}{{ range $n, $l := $.Levels }}{{ if or $i $n }}UNION ALL
{{ end }}SELECT customer_id, {{ str $f }} AS field, sector_version, {{ str $l.Name }} AS level, {{ $n }} AS coarseness, {{ $l.Code }} AS sector_code,
  {{ cast $f "decimal" }} AS amount, {{ ident (print $f "_basis") }} AS basis
FROM {{ table "work_reported" }}
WHERE sector_version IS NOT NULL AND {{ $l.Has }}
{{ end }}{{ end }};

-- sector_medians: of an even number of values the lower of the two in the middle, so that it is one that was reported
{{ replace "sector_medians" }}
SELECT field, sector_version, level, sector_code, amount AS median, firms FROM (
  SELECT field, sector_version, level, sector_code, amount,
    ROW_NUMBER() OVER (PARTITION BY field, sector_version, level, sector_code ORDER BY amount ASC NULLS LAST, customer_id ASC NULLS LAST) AS place,
    COUNT(*) OVER (PARTITION BY field, sector_version, level, sector_code) AS firms
  FROM {{ table "work_sector_firms" }}
  WHERE basis = 'reported' AND amount IS NOT NULL
) ranked
WHERE firms >= {{ .LeastFirms }} AND (2 * place = firms OR 2 * place = firms + 1);

-- estimates: of who says nothing, the median of the finest level that has one
{{ replace "work_estimates" }}
SELECT customer_id, field, amount, told FROM (
  SELECT f.customer_id, f.field, m.median AS amount, m.sector_version || ' ' || m.level || ' ' || m.sector_code AS told,
    ROW_NUMBER() OVER (PARTITION BY f.customer_id, f.field ORDER BY f.coarseness ASC NULLS LAST) AS finest
  FROM {{ table "work_sector_firms" }} f
  JOIN {{ table "sector_medians" }} m ON m.field = f.field AND m.sector_version = f.sector_version AND m.level = f.level AND m.sector_code = f.sector_code
  WHERE f.amount IS NULL
) ranked WHERE finest = 1;
