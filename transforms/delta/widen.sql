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

-- these, who works for them, and who was contacted under the same reference
{{ replace "touched_wider" }}
SELECT DISTINCT w.source, w.record_id FROM (
  SELECT source, record_id FROM {{ table "touched_parties" }}
  UNION ALL
  SELECT source, record_id FROM {{ table "touched_members" }}
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
