-- whom records name that touched parties have to do with: these, ids that lead to them, references that they were contacted under, ids not issued yet
{{ replace "touched_subjects" }}
SELECT source, record_id FROM {{ table "touched_parties" }}
UNION ALL
SELECT {{ str .ByID }} AS source, customer_id AS record_id FROM {{ table "touched_ids" }}
UNION ALL
SELECT DISTINCT {{ str .ByID }} AS source, named.party AS record_id
FROM (
{{- range $n, $t := .Referring }}{{ if $n }}
  UNION ALL{{ end }}
  SELECT party FROM {{ table $t.Name }} WHERE party_source = {{ str $.ByID }}
{{- end }}
) named
LEFT JOIN {{ table "base_ids" }} i ON i.customer_id = named.party
WHERE i.customer_id IS NULL
UNION ALL
SELECT DISTINCT {{ str .ByRef }} AS source, p.contact_ref AS record_id
FROM {{ table "contacted_parties" }} p
LEFT JOIN {{ table "touched_parties" }} t ON t.source = p.source AND t.record_id = p.record_id
WHERE p.record_id IS NULL OR t.record_id IS NOT NULL;

-- rows of touched parties
{{ replace (print "slice_" .Parties.Name) }}
SELECT f.*
FROM {{ table .Parties.Name }} f
JOIN {{ table "touched_parties" }} t ON t.source = f.source AND t.record_id = f.record_id;
{{ range .Referring }}
-- records of {{ .Short }} that changed or are about touched parties
{{ replace (print "touched_" .Name) }}
SELECT DISTINCT source, record_id FROM (
  SELECT source, record_id FROM {{ table (print "changed_" .Short) }}
  UNION ALL
  SELECT f.source, f.record_id
  FROM {{ table .Name }} f
  JOIN {{ table "touched_subjects" }} t ON t.source = COALESCE(f.party_source, f.source) AND t.record_id = f.party
) records;

-- their rows, of all deliveries
{{ replace (print "slice_" .Name) }}
SELECT f.*
FROM {{ table .Name }} f
JOIN {{ table (print "touched_" .Name) }} t ON t.source = f.source AND t.record_id = f.record_id;
{{ end }}
-- orders that changed or are touched parties'
{{ replace "touched_orders" }}
SELECT DISTINCT source, order_id FROM (
  SELECT source, order_id FROM {{ table "slice_in_orders" }}
  UNION ALL
  SELECT source, order_id FROM {{ table "changed_lines_of" }}
) orders;

-- lines of these orders
{{ replace (print "touched_" .Lines.Name) }}
SELECT DISTINCT f.source, f.record_id
FROM {{ table .Lines.Name }} f
JOIN {{ table "touched_orders" }} t ON t.source = COALESCE(f.order_source, f.source) AND t.order_id = f.order_id;

-- their rows, of all deliveries
{{ replace (print "slice_" .Lines.Name) }}
SELECT f.*
FROM {{ table .Lines.Name }} f
JOIN {{ table (print "touched_" .Lines.Name) }} t ON t.source = f.source AND t.record_id = f.record_id;
{{ if .Registers }}
-- answers about touched parties
{{ replace "touched_firms" }}
SELECT DISTINCT f.source, f.record_id
FROM {{ table .Firms }} f
JOIN {{ table "touched_numbers" }} n ON n.number = f.number;

-- their rows, of all deliveries
{{ replace (print "slice_" .Firms) }}
SELECT f.*
FROM {{ table .Firms }} f
JOIN {{ table "touched_firms" }} t ON t.source = f.source AND t.record_id = f.record_id;

-- links of touched parties
{{ replace (print "slice_in_" .Links) }}
SELECT f.*
FROM {{ table (print "in_" .Links) }} f
JOIN {{ table "touched_parties" }} t ON t.source = f.link_source AND t.record_id = f.link_record;
{{ range .OfFirms }}
-- rows of {{ . }} about them, of all deliveries
{{ replace (print "slice_in_" .) }}
SELECT f.*
FROM {{ table (print "in_" .) }} f
JOIN {{ table "touched_firms" }} t ON t.source = f.source AND t.record_id = f.firm;
{{ end -}}
{{ end -}}
