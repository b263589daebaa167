-- ids that touched parties founded or have, and those that these lead to
{{ replace "touched_leads" }}
SELECT DISTINCT customer_id FROM (
  SELECT customer_id FROM {{ table "touched_members" }}
  UNION ALL
  SELECT i.current_customer_id AS customer_id
  FROM {{ table "base_ids" }} i
  JOIN {{ table "touched_parties" }} t ON t.source = i.source AND t.record_id = i.record_id
  UNION ALL
  SELECT i.customer_id
  FROM {{ table "base_ids" }} i
  JOIN {{ table "touched_parties" }} t ON t.source = i.source AND t.record_id = i.record_id
) leads;

-- they, and all that lead to them
{{ replace "touched_ids" }}
SELECT i.customer_id, i.source, i.record_id, i.founded_on, i.current_customer_id, i.state
FROM {{ table "base_ids" }} i
LEFT JOIN {{ table "touched_leads" }} a ON a.customer_id = i.customer_id
LEFT JOIN {{ table "touched_leads" }} b ON b.customer_id = i.current_customer_id
WHERE a.customer_id IS NOT NULL OR b.customer_id IS NOT NULL;
