-- parties that were matched tonight, or are gone
{{ replace "matched_members" }}
SELECT source || ' ' || record_id AS member FROM {{ table "joined_parties" }}
UNION ALL
SELECT source || ' ' || record_id AS member FROM {{ table "numbered_changes" }};

-- pairs that people were asked about, of two of them
DELETE FROM {{ table "base_grey" }}
WHERE source_a || ' ' || record_a IN (SELECT member FROM {{ table "matched_members" }})
  AND source_b || ' ' || record_b IN (SELECT member FROM {{ table "matched_members" }});
