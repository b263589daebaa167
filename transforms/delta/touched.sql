-- parties that changed rows are about
{{ replace "touched_refs" }}
SELECT DISTINCT source, record_id FROM (
  SELECT source, record_id FROM {{ table "changed_parties" }}
{{- range .Referring }}
  UNION ALL
  SELECT COALESCE(f.party_source, f.source) AS source, f.party AS record_id
  FROM {{ table .Name }} f
  JOIN {{ table (print "changed_" .Short) }} k ON k.source = f.source AND k.record_id = f.record_id
  WHERE f.party IS NOT NULL
{{- end }}
) referred;

{{ if .Registers -}}
-- firms of the night before, and the numbers that they had
{{ replace "known_organisations" }}
SELECT o.customer_id, o.enterprise_number, o.vat_number, c.country, CASE WHEN o.registry_link <> 'number' THEN o.registry_number END AS linked_number
FROM {{ table "organisations" }} o
JOIN {{ table "customers" }} c ON c.customer_id = o.customer_id
WHERE o.enterprise_number IS NOT NULL OR o.vat_number IS NOT NULL OR o.registry_number IS NOT NULL;

-- numbers by which registers knew these
{{ replace "known_numbers" }}
SELECT DISTINCT customer_id, asked_by, number FROM (
  {{ .Numbers }}
) numbered;

-- firms that registers answered about
{{ replace "touched_answers" }}
SELECT DISTINCT f.asked_by, f.number
FROM {{ table "in_registry_firms" }} f
JOIN {{ table "changed_registry_firms" }} k ON k.source = f.source AND k.record_id = f.record_id;

-- how old answers are
{{ replace "known_ages" }}
SELECT f.asked_by, f.number, MAX(CASE WHEN f.asked_on < s.fresh_since THEN 1 ELSE 0 END) AS stale
FROM (
  SELECT source, asked_by, number, MAX(asked_on) AS asked_on FROM {{ table "in_registry_firms" }} GROUP BY source, asked_by, number
) f
JOIN {{ table "base_sources" }} s ON s.source = f.source
GROUP BY f.asked_by, f.number;

{{ end -}}
-- parties that were contacted under a reference, at any time; none where the id that names one is not issued yet
{{ replace "contacted_parties" }}
SELECT DISTINCT contact_ref, source, record_id FROM (
  SELECT contact_ref, COALESCE(party_source, source) AS source, party AS record_id
  FROM {{ table "in_interactions" }}
  WHERE contact_ref IS NOT NULL AND COALESCE(party_source, '') NOT IN ({{ str .ByID }}, {{ str .ByRef }})
  UNION ALL
  SELECT f.contact_ref, m.source, m.record_id
  FROM {{ table "in_interactions" }} f
  LEFT JOIN {{ table "base_ids" }} i ON i.customer_id = f.party
  LEFT JOIN {{ table "base_members" }} m ON m.customer_id = i.current_customer_id
  WHERE f.contact_ref IS NOT NULL AND f.party_source = {{ str .ByID }}
) contacted;

-- customers that time alone changes: who lapsed, who is in arrears, who left a firm, of whom answers of registers grew old
{{ replace "touched_in_time" }}
SELECT c.customer_id
FROM {{ table "customers" }} c
JOIN {{ table "customer_metrics" }} m ON m.customer_id = c.customer_id
WHERE m.order_count > 0 AND (c.lifecycle = 'lapsed') <> (m.last_order_on < {{ date .LapsedBefore }})
UNION ALL
SELECT customer_id FROM {{ table "invoices" }} WHERE customer_id IS NOT NULL AND open_amount > 0 AND due_on < {{ date .AsOf }}
UNION ALL
SELECT person_id AS customer_id FROM {{ table "contacts" }} WHERE until >= {{ date .Since }} AND until < {{ date .AsOf }}
{{- if .Registers }}
UNION ALL
SELECT n.customer_id
FROM {{ table "known_numbers" }} n
JOIN {{ table "known_ages" }} a ON a.asked_by = n.asked_by AND a.number = n.number
JOIN {{ table "organisations" }} o ON o.customer_id = n.customer_id
GROUP BY n.customer_id
HAVING MAX(a.stale) <> MAX(CASE WHEN o.registry_stale THEN 1 ELSE 0 END)
{{- end }};

-- who came on a list of those who want no approach, or left it
{{ replace "touched_listed" }}
SELECT DISTINCT l.phone, l.email, l.name_key, l.postcode
FROM {{ table "in_do_not_contact" }} l
JOIN {{ table "changed_do_not_contact" }} k ON k.source = l.source AND k.record_id = l.record_id;

-- parties that changes concern
{{ replace "touched_parties" }}
SELECT DISTINCT t.source, t.record_id FROM (
  SELECT source, record_id FROM {{ table "touched_refs" }} WHERE source NOT IN ({{ str .ByID }}, {{ str .ByRef }})
  UNION ALL
  SELECT p.source, p.record_id
  FROM {{ table "contacted_parties" }} p
  JOIN {{ table "touched_refs" }} r ON r.record_id = p.contact_ref
  WHERE r.source = {{ str .ByRef }} AND p.record_id IS NOT NULL
  UNION ALL
  SELECT m.source, m.record_id
  FROM {{ table "touched_refs" }} r
  JOIN {{ table "base_ids" }} i ON i.customer_id = r.record_id
  JOIN {{ table "base_members" }} m ON m.customer_id = i.current_customer_id
  WHERE r.source = {{ str .ByID }}
  UNION ALL
  SELECT p.source, p.organisation AS record_id
  FROM {{ table "in_parties" }} p
  JOIN {{ table "touched_refs" }} r ON r.source = p.source AND r.record_id = p.record_id
  WHERE p.organisation IS NOT NULL
{{- range .Shared }}
  UNION ALL
  SELECT q.source, q.record_id
  FROM {{ table "in_parties" }} q
  JOIN (
    SELECT DISTINCT p.{{ ident . }} AS shared
    FROM {{ table "in_parties" }} p
    JOIN {{ table "changed_parties" }} k ON k.source = p.source AND k.record_id = p.record_id
    WHERE p.{{ ident . }} IS NOT NULL
  ) s ON s.shared = q.{{ ident . }}
{{- end }}
{{- if .Registers }}
  UNION ALL
  SELECT f.link_source, f.link_record
  FROM {{ table "in_registry_links" }} f
  JOIN {{ table "changed_registry_links" }} k ON k.source = f.source AND k.record_id = f.record_id
  UNION ALL
  SELECT m.source, m.record_id
  FROM {{ table "base_members" }} m
  JOIN {{ table "known_numbers" }} n ON n.customer_id = m.customer_id
  JOIN {{ table "touched_answers" }} a ON a.asked_by = n.asked_by AND a.number = n.number
{{- end }}
  UNION ALL
  SELECT m.source, m.record_id
  FROM {{ table "base_members" }} m
  JOIN {{ table "touched_in_time" }} t ON t.customer_id = m.customer_id
  UNION ALL
  SELECT m.source, m.record_id
  FROM {{ table "base_members" }} m
  JOIN {{ table "customers" }} c ON c.customer_id = m.customer_id
  JOIN {{ table "touched_listed" }} l ON l.phone = c.phone
  UNION ALL
  SELECT m.source, m.record_id
  FROM {{ table "base_members" }} m
  JOIN {{ table "customers" }} c ON c.customer_id = m.customer_id
  JOIN {{ table "touched_listed" }} l ON l.email = c.email
  UNION ALL
  SELECT p.source, p.record_id
  FROM {{ table "in_parties" }} p
  JOIN {{ table "touched_listed" }} l ON l.name_key = p.name_key AND l.postcode = p.postcode
) t
LEFT JOIN {{ table "base_collectives" }} c ON c.source = t.source AND c.record_id = t.record_id
WHERE c.record_id IS NULL;
