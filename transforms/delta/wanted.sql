-- some parties, by their numbers
{{ replace "wanted_numbers" }}
SELECT m.source, m.record_id, m.number
FROM {{ table "base_members" }} m
JOIN {{ .Numbers }} w ON w.number = m.number
UNION ALL
SELECT c.source, c.record_id, c.number
FROM {{ table "numbered_changes" }} c
JOIN {{ .Numbers }} w ON w.number = c.number
WHERE c.is_new = 1;

-- their rows
{{ replace (print "wanted_" .Name) }}
SELECT {{ range $n, $c := .Columns }}{{ if $n }}, {{ end }}f.{{ ident $c }}{{ end }}
FROM {{ table .Name }} f
JOIN {{ table "wanted_numbers" }} t ON t.source = f.source AND t.record_id = f.record_id;
