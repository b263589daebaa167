-- members that are told anew
{{ replace "gone_members" }}
SELECT source || ' ' || record_id AS member FROM {{ table "touched_parties" }};

-- who they were
DELETE FROM {{ table "base_members" }} WHERE source || ' ' || record_id IN (SELECT member FROM {{ table "gone_members" }});

-- ids that are issued anew
DELETE FROM {{ table "base_ids" }} WHERE customer_id IN (SELECT customer_id FROM {{ table "touched_ids" }});
