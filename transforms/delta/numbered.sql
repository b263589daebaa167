-- parties that changed, by their numbers: those that are new get the next ones
{{ replace "numbered_changes" }}
SELECT k.source, k.record_id, CASE WHEN m.record_id IS NULL THEN 1 ELSE 0 END AS is_new,
  COALESCE(m.number, l.number + ROW_NUMBER() OVER (PARTITION BY CASE WHEN m.record_id IS NULL THEN 1 ELSE 0 END
    ORDER BY k.source ASC NULLS LAST, k.record_id ASC NULLS LAST)) AS number
FROM {{ table "changed_parties" }} k
LEFT JOIN {{ table "base_members" }} m ON m.source = k.source AND m.record_id = k.record_id
CROSS JOIN (SELECT COALESCE(MAX(number), 0) AS number FROM {{ table "base_members" }}) l;
