-- tonight's clusters of parties, and who these were the night before
{{ replace "joined_before" }}
SELECT j.source, j.record_id, j.cluster, m.customer_id,
  CASE WHEN m.customer_id IS NULL OR j.probability <> m.probability OR COALESCE(j.matched_by, '') <> COALESCE(m.matched_by, '') THEN 1 ELSE 0 END AS otherwise
FROM {{ table "joined_parties" }} j
LEFT JOIN {{ table "base_members" }} m ON m.source = j.source AND m.record_id = j.record_id;

-- clusters that were no customer, or were one otherwise
{{ replace "joined_anew" }}
SELECT cluster FROM {{ table "joined_before" }}
GROUP BY cluster
HAVING MAX(otherwise) = 1 OR COUNT(DISTINCT customer_id) > 1
UNION ALL
SELECT b.cluster
FROM {{ table "joined_before" }} b
JOIN (
  SELECT customer_id FROM {{ table "joined_before" }} WHERE customer_id IS NOT NULL
  GROUP BY customer_id
  HAVING COUNT(DISTINCT cluster) > 1
) parted ON parted.customer_id = b.customer_id;

-- touched parties, and those of these clusters
{{ replace "touched_wider" }}
SELECT DISTINCT source, record_id FROM (
  SELECT source, record_id FROM {{ table "touched_parties" }}
  UNION ALL
  SELECT b.source, b.record_id
  FROM {{ table "joined_before" }} b
  JOIN {{ table "joined_anew" }} a ON a.cluster = b.cluster
) wider;

-- touched parties
{{ replace "touched_parties" }}
SELECT source, record_id FROM {{ table "touched_wider" }};
