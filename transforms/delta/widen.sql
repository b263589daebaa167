-- who touched parties were the night before, who has an id that they founded, and who was one with these
{{ replace "touched_members" }}
SELECT m.source, m.record_id, m.customer_id
FROM {{ table "base_members" }} m
JOIN (
  SELECT DISTINCT customer_id FROM (
    SELECT b.customer_id
    FROM {{ table "base_members" }} b
    JOIN {{ table "touched_parties" }} t ON t.source = b.source AND t.record_id = b.record_id
    UNION ALL
    SELECT i.current_customer_id AS customer_id
    FROM {{ table "base_ids" }} i
    JOIN {{ table "touched_parties" }} t ON t.source = i.source AND t.record_id = i.record_id
  ) theirs
) c ON c.customer_id = m.customer_id;

{{ if .Registers -}}
-- numbers that rows of these have, and corrections
{{ replace "touched_written" }}
SELECT DISTINCT number FROM (
  SELECT p.enterprise_number AS number
  FROM {{ table "in_parties" }} p
  JOIN {{ table "touched_parties" }} t ON t.source = p.source AND t.record_id = p.record_id
  UNION ALL
  SELECT p.vat_number
  FROM {{ table "in_parties" }} p
  JOIN {{ table "touched_parties" }} t ON t.source = p.source AND t.record_id = p.record_id
  UNION ALL
  SELECT k.number
  FROM {{ table "in_registry_links" }} k
  JOIN {{ table "touched_parties" }} t ON t.source = k.link_source AND t.record_id = k.link_record
  UNION ALL
  SELECT c.{{ ident "value" }}
  FROM {{ table "in_corrections" }} c
  JOIN {{ table "touched_parties" }} t ON t.source = COALESCE(c.party_source, c.source) AND t.record_id = c.party
  WHERE c.field IN ('enterprise_number', 'vat_number')
) written WHERE number IS NOT NULL;

-- these, and the numbers of national registers within VAT numbers
{{ replace "touched_numbers" }}
SELECT DISTINCT number FROM (
  SELECT number FROM {{ table "touched_written" }}
  UNION ALL
  SELECT SUBSTR(number, 3) FROM {{ table "touched_written" }} WHERE SUBSTR(number, 1, 2) = 'BE'
  UNION ALL
  SELECT SUBSTR(number, 5) FROM {{ table "touched_written" }} WHERE SUBSTR(number, 1, 2) = 'FR'
) numbers;

-- what registers say of the groups that these firms are of
{{ replace "touched_groups" }}
SELECT f.asked_by, f.number, f.lei, f.parent_lei
FROM {{ table "in_registry_firms" }} f
JOIN {{ table "touched_numbers" }} n ON n.number = f.number
WHERE f.lei IS NOT NULL OR f.parent_lei IS NOT NULL;

-- firms that these belong to, or that belong to these
{{ replace "touched_kin" }}
SELECT DISTINCT asked_by, number FROM (
  SELECT f.asked_by, f.number
  FROM {{ table "in_registry_firms" }} f
  JOIN (SELECT DISTINCT parent_lei FROM {{ table "touched_groups" }} WHERE parent_lei IS NOT NULL) p ON p.parent_lei = f.lei
  UNION ALL
  SELECT f.asked_by, f.number
  FROM {{ table "in_registry_firms" }} f
  JOIN (SELECT DISTINCT lei FROM {{ table "touched_groups" }} WHERE lei IS NOT NULL) p ON p.lei = f.parent_lei
) kin;

{{ end -}}
-- these, who works for them, and who was contacted under the same reference
{{ replace "touched_wider" }}
SELECT DISTINCT w.source, w.record_id FROM (
  SELECT source, record_id FROM {{ table "touched_parties" }}
  UNION ALL
  SELECT source, record_id FROM {{ table "touched_members" }}
{{- if .Registers }}
  UNION ALL
  SELECT m.source, m.record_id
  FROM {{ table "base_members" }} m
  JOIN {{ table "known_numbers" }} n ON n.customer_id = m.customer_id
  JOIN {{ table "touched_kin" }} k ON k.asked_by = n.asked_by AND k.number = n.number
{{- end }}
  UNION ALL
  SELECT p.source, p.record_id
  FROM {{ table "in_parties" }} p
  JOIN {{ table "touched_parties" }} t ON t.source = p.source AND t.record_id = p.organisation
  UNION ALL
  SELECT o.source, o.record_id
  FROM {{ table "contacted_parties" }} p
  JOIN {{ table "touched_parties" }} t ON t.source = p.source AND t.record_id = p.record_id
  JOIN {{ table "contacted_parties" }} o ON o.contact_ref = p.contact_ref
  WHERE o.record_id IS NOT NULL
) w
LEFT JOIN {{ table "base_collectives" }} c ON c.source = w.source AND c.record_id = w.record_id
WHERE c.record_id IS NULL;

-- touched parties
{{ replace "touched_parties" }}
SELECT source, record_id FROM {{ table "touched_wider" }};
