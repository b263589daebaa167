-- the registered firm that the parties of each firm are most likely to be, and the one in its place
{{ replace "work_firm_links" }}
SELECT customer_id, number, relation, probability FROM (
  SELECT m.customer_id, k.number, k.relation, k.probability,
    ROW_NUMBER() OVER (PARTITION BY m.customer_id, CASE WHEN k.relation = 'succeeded' THEN 1 ELSE 0 END
      ORDER BY k.probability DESC NULLS LAST, k.number ASC NULLS LAST, k.relation ASC NULLS LAST) AS place
  FROM {{ table "current_registry_links" }} k
  JOIN {{ table "base_members" }} m ON m.source = k.link_source AND m.record_id = k.link_record
  WHERE k.number IS NOT NULL
) ranked WHERE place = 1;

-- firms and the numbers that they have, or that were found for them
{{ replace "work_organisations" }}
SELECT * FROM (
  SELECT g.customer_id, g.enterprise_number, g.vat_number, g.country,
    CASE WHEN g.enterprise_number IS NULL AND COALESCE(SUBSTR(g.vat_number, 1, 2), '') NOT IN ('BE', 'FR') THEN k.number END AS linked_number, k.relation, k.probability
  FROM {{ table "work_golden" }} g
  LEFT JOIN {{ table "work_firm_links" }} k ON k.customer_id = g.customer_id AND k.relation <> 'succeeded'
  WHERE g.kind = 'organisation'
) o WHERE enterprise_number IS NOT NULL OR vat_number IS NOT NULL OR linked_number IS NOT NULL;

-- numbers by which registers are asked about firms
{{ replace "work_firm_numbers" }}
SELECT DISTINCT customer_id, asked_by, number FROM (
  {{ .Numbers }}
) numbered;

-- what registers answered about firms; of one that was asked by several numbers what it knows
{{ replace "work_firm_answers" }}
SELECT n.customer_id, f.source, f.record_id, f.delivery_id, f.observed_on, f.asked_on, f.number, f.known, f.legal_name, f.trade_name, f.legal_form_code, f.status, f.founded_on,
  f.sector_code, f.sector_version, f.sector_section, f.purpose, f.website, f.non_mailing, f.natural_person, f.lei, f.parent_lei, s.trust, s.licence,
  CASE WHEN f.asked_on < s.fresh_since THEN 1 ELSE 0 END AS stale,
  ROW_NUMBER() OVER (PARTITION BY n.customer_id, f.source
    ORDER BY CASE WHEN f.known THEN 0 ELSE 1 END ASC NULLS LAST, f.asked_by ASC NULLS LAST, f.number ASC NULLS LAST) AS best
FROM {{ table "work_firm_numbers" }} n
JOIN {{ table "current_registry_firms" }} f ON f.asked_by = n.asked_by AND f.number = n.number
JOIN {{ table "base_sources" }} s ON s.source = f.source;

-- what each register knows of each firm
{{ replace "work_firms" }}
SELECT * FROM {{ table "work_firm_answers" }} WHERE best = 1 AND known;

-- which register's answer each field is taken from
{{ replace "work_firm_choices" }}
{{ range $i, $f := .Fields }}{{ if $i }}UNION ALL
{{ end }}SELECT customer_id, {{ str $f.Name }} AS field, source, record_id AS source_record_id, observed_on, licence
FROM (
  SELECT customer_id, source, record_id, observed_on, licence,
    ROW_NUMBER() OVER (PARTITION BY customer_id ORDER BY trust ASC NULLS LAST, observed_on DESC NULLS LAST, source ASC NULLS LAST) AS place
  FROM {{ table "work_firms" }} WHERE {{ ident (index $f.Columns 0).From }} IS NOT NULL
) ranked WHERE place = 1
{{ end }};

-- directors, as far as their mandates have not ended
{{ replace "directors" }}
SELECT customer_id, name, role, since, source, as_of FROM (
  SELECT f.customer_id, p.name, p.role, p.since, p.source, f.observed_on AS as_of,
    ROW_NUMBER() OVER (PARTITION BY f.customer_id, p.name, COALESCE(p.role, '')
      ORDER BY f.trust ASC NULLS LAST, p.since DESC NULLS LAST, p.source ASC NULLS LAST, p.record_id ASC NULLS LAST) AS place
  FROM {{ table "current_registry_directors" }} p
  JOIN {{ table "work_firms" }} f ON f.source = p.source AND f.record_id = p.firm AND f.delivery_id = p.delivery_id
  WHERE p.until IS NULL OR p.until > f.observed_on
) ranked WHERE place = 1;

-- addresses of firms and of their establishments
{{ replace "work_firm_places" }}
SELECT f.customer_id, p.kind, p.street, p.house_number, p.box, p.postcode, p.municipality, p.country, p.street_key, p.town_key, p.language, p.source, f.observed_on
FROM {{ table "current_registry_places" }} p
JOIN {{ table "work_firms" }} f ON f.source = p.source AND f.record_id = p.firm AND f.delivery_id = p.delivery_id;

-- how registers say that firms are reached
{{ replace "work_firm_points" }}
SELECT f.customer_id, p.kind, p.value, p.source, f.observed_on, f.licence
FROM {{ table "current_registry_contact_points" }} p
JOIN {{ table "work_firms" }} f ON f.source = p.source AND f.record_id = p.firm AND f.delivery_id = p.delivery_id;
