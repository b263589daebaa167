{{ range .Referring -}}
-- current rows of {{ .Short }} that changed or are about touched parties
{{ replace_view (print "current_" .Short) }}
SELECT u.*
FROM {{ table (print "unsieved_" .Short) }} u
LEFT JOIN {{ table "touched_subjects" }} t ON t.source = COALESCE(u.party_source, u.source) AND t.record_id = u.party
LEFT JOIN {{ table (print "changed_" .Short) }} k ON k.source = u.source AND k.record_id = u.record_id
WHERE t.record_id IS NOT NULL OR k.record_id IS NOT NULL;
{{ end -}}
-- current lines of orders that changed or are touched parties'
{{ replace_view (print "current_" .Lines.Short) }}
SELECT u.*
FROM {{ table (print "unsieved_" .Lines.Short) }} u
JOIN {{ table "touched_orders" }} t ON t.source = COALESCE(u.order_source, u.source) AND t.order_id = u.order_id;
