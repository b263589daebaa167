-- customers that only withdrawn deliveries brought: they never were
{{ replace "work_never" }}
SELECT h.customer_id
FROM (SELECT DISTINCT customer_id FROM {{ table "customers_history" }}) h
LEFT JOIN {{ table "customers" }} c ON c.customer_id = h.customer_id
LEFT JOIN {{ table "base_ids" }} i ON i.customer_id = h.customer_id
LEFT JOIN {{ table "in_parties" }} p ON p.source = i.source AND p.record_id = i.record_id
WHERE c.customer_id IS NULL AND p.record_id IS NULL;

-- versions of customers that never were
DELETE FROM {{ table "customers_history" }} WHERE customer_id IN (SELECT customer_id FROM {{ table "work_never" }});
