-- sector_concordance
{{ replace "sector_concordance" }}
SELECT from_version, from_code, to_version, to_code, to_section, share, firms, source, as_of, licence FROM (
  SELECT c.from_version, c.from_code, c.to_version, c.to_code, c.to_section, c.share, c.firms, c.source, c.observed_on AS as_of, s.licence,
    ROW_NUMBER() OVER (PARTITION BY c.from_version, c.from_code, c.to_version ORDER BY c.firms DESC NULLS LAST, c.source ASC NULLS LAST) AS place
  FROM {{ table "current_registry_concordance" }} c
  JOIN {{ table "base_sources" }} s ON s.source = c.source
) ranked WHERE place = 1;

-- codes of 2008 that firms have, with who says so
{{ replace "work_convertible" }}
SELECT customer_id, source, SUBSTR(code, 1, {{ .NationalDigits }}) AS national, SUBSTR(code, 1, {{ .ClassDigits }}) AS class FROM (
  SELECT o.customer_id, k.source, REPLACE(o.sector_code, '.', '') AS code
  FROM {{ table "organisations" }} o
  JOIN {{ table "customer_fields" }} k ON k.customer_id = o.customer_id
  WHERE k.field = 'sector_code' AND o.sector_version = '2008'
) coded;

-- what they go over into: a national code by its own register's firms, else the class, which lists of all countries have in common
{{ replace "work_conversions" }}
SELECT f.customer_id, COALESCE(n.to_code, c.to_code) AS code, COALESCE(n.to_section, c.to_section) AS section, COALESCE(n.share, c.share) AS confidence
FROM {{ table "work_convertible" }} f
LEFT JOIN (
  SELECT source, from_code, to_code, to_section, share FROM {{ table "sector_concordance" }}
  WHERE from_version = '2008' AND to_version = '2025' AND firms >= {{ .LeastFirms }}
) n ON n.from_code = f.national AND n.source = f.source
LEFT JOIN (
  SELECT from_code, to_code, to_section, share FROM {{ table "sector_concordance" }}
  WHERE from_version = '2008' AND to_version = '2025' AND firms >= {{ .LeastFirms }}
) c ON c.from_code = f.class
WHERE n.to_code IS NOT NULL OR c.to_code IS NOT NULL;
