-- consents: where parties of one customer differ, the most restrictive holds
{{ replace "consents" }}
SELECT customer_id, purpose, channel, basis, status, since, evidence FROM (
  SELECT m.customer_id, c.purpose, c.channel, c.basis, c.status, c.since, c.evidence,
    ROW_NUMBER() OVER (PARTITION BY m.customer_id, c.purpose, c.channel
      ORDER BY CASE WHEN c.status = 'granted' THEN 1 ELSE 0 END ASC NULLS LAST, c.since DESC NULLS LAST,
        c.source ASC NULLS LAST, c.record_id ASC NULLS LAST) AS strictest
  FROM {{ table "current_consents" }} c
  JOIN {{ table "work_subjects" }} m ON m.source = COALESCE(c.party_source, c.source) AND m.record_id = c.party
) ranked WHERE strictest = 1;

-- contact_points
{{ replace "contact_points" }}
SELECT customer_id, kind, value, status, source, observed_on, licence FROM (
  SELECT customer_id, kind, value, status, source, observed_on, licence,
    ROW_NUMBER() OVER (PARTITION BY customer_id, kind, value
      ORDER BY CASE WHEN status IS NULL THEN 1 ELSE 0 END ASC NULLS LAST, CASE WHEN licence IS NULL THEN 0 ELSE 1 END ASC NULLS LAST, observed_on DESC NULLS LAST, source ASC NULLS LAST, status ASC NULLS LAST) AS newest
  FROM (
    SELECT customer_id, 'email' AS kind, email AS value, {{ null "string" }} AS status, source, observed_on, {{ null "string" }} AS licence FROM {{ table "work_parties" }} WHERE email IS NOT NULL
    UNION ALL
    SELECT customer_id, 'phone', phone, {{ null "string" }}, source, observed_on, {{ null "string" }} FROM {{ table "work_parties" }} WHERE phone IS NOT NULL
    UNION ALL
    SELECT customer_id, 'phone', mobile, {{ null "string" }}, source, observed_on, {{ null "string" }} FROM {{ table "work_parties" }} WHERE mobile IS NOT NULL
    UNION ALL
    SELECT customer_id, 'website', website, {{ null "string" }}, source, observed_on, {{ null "string" }} FROM {{ table "work_parties" }} WHERE website IS NOT NULL
    UNION ALL
    SELECT m.customer_id, CASE WHEN c.kind = 'mobile' THEN 'phone' ELSE c.kind END, c.value, c.status, c.source, c.observed_on, {{ null "string" }}
    FROM {{ table "current_contact_points" }} c
    JOIN {{ table "work_subjects" }} m ON m.source = COALESCE(c.party_source, c.source) AND m.record_id = c.party
    UNION ALL
    SELECT customer_id, kind, value, {{ null "string" }}, source, observed_on, licence FROM {{ table "work_firm_points" }}
  ) said
) ranked WHERE newest = 1;

-- addresses
{{ replace "addresses" }}
SELECT customer_id, kind, address_key, street, house_number, box, postcode, municipality, country, language, {{ null "string" }} AS status, source, observed_on
FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY customer_id, kind, address_key
    ORDER BY observed_on DESC NULLS LAST, source ASC NULLS LAST, language DESC NULLS LAST, street ASC NULLS LAST, house_number ASC NULLS LAST,
      box ASC NULLS LAST, municipality ASC NULLS LAST) AS newest
  FROM (
    SELECT customer_id, kind, street, house_number, box, postcode, municipality, country, language, source, observed_on,
      COALESCE(street_key, LOWER(street), '') || ' ' || LOWER(COALESCE(house_number, '')) || ' ' || LOWER(COALESCE(box, '')) || ' ' ||
      COALESCE(postcode, '') || ' ' || COALESCE(town_key, LOWER(municipality), '') || ' ' || COALESCE(country, '') AS address_key
    FROM (
      SELECT customer_id, 'seat' AS kind, street, house_number, box, postcode, municipality, country, {{ null "string" }} AS language, source, observed_on, street_key, town_key
      FROM {{ table "work_parties" }} WHERE street IS NOT NULL OR postcode IS NOT NULL OR municipality IS NOT NULL
      UNION ALL
      SELECT m.customer_id, COALESCE(a.kind, 'seat'), a.street, a.house_number, a.box, a.postcode, a.municipality, a.country, {{ null "string" }}, a.source, a.observed_on,
        {{ null "string" }}, {{ null "string" }}
      FROM {{ table "current_addresses" }} a
      JOIN {{ table "work_subjects" }} m ON m.source = COALESCE(a.party_source, a.source) AND m.record_id = a.party
      UNION ALL
      SELECT customer_id, kind, street, house_number, box, postcode, municipality, country, language, source, observed_on, street_key, town_key
      FROM {{ table "work_firm_places" }}
    ) said
  ) keyed
) ranked WHERE newest = 1;

-- customer_attributes
{{ replace "customer_attributes" }}
SELECT customer_id, name, value, type FROM (
  SELECT m.customer_id, a.name, a.value, a.type,
    ROW_NUMBER() OVER (PARTITION BY m.customer_id, a.name
      ORDER BY s.trust ASC NULLS LAST, a.observed_on DESC NULLS LAST, a.source ASC NULLS LAST, a.record_id ASC NULLS LAST) AS best
  FROM {{ table "current_attributes" }} a
  JOIN {{ table "work_subjects" }} m ON m.source = COALESCE(a.party_source, a.source) AND m.record_id = a.party
  LEFT JOIN {{ table "base_sources" }} s ON s.source = a.source
) ranked WHERE best = 1;

-- contacts
{{ replace "contacts" }}
SELECT organisation_id, person_id, role, is_primary, until FROM (
  SELECT o.customer_id AS organisation_id, p.customer_id AS person_id, p.role, p.is_primary, p.until,
    ROW_NUMBER() OVER (PARTITION BY o.customer_id, p.customer_id
      ORDER BY p.trust ASC NULLS LAST, p.observed_on DESC NULLS LAST, p.source ASC NULLS LAST, p.record_id ASC NULLS LAST) AS best
  FROM {{ table "work_parties" }} p
  JOIN {{ table "base_members" }} o ON o.source = p.source AND o.record_id = p.organisation
  WHERE p.kind = 'person' AND o.customer_id <> p.customer_id
) ranked WHERE best = 1;

-- objections: what a customer says of each channel, of it alone or of all
{{ replace "work_objections" }}
SELECT t.customer_id
{{- range $channel := .Channels }},
  CASE WHEN t.opted_out OR c.refused_all = 1 OR c.refused_{{ $channel }} = 1 THEN 1 ELSE 0 END AS objected_{{ $channel }},
  CASE WHEN c.granted_all = 1 OR c.granted_{{ $channel }} = 1 THEN 1 ELSE 0 END AS granted_{{ $channel }}{{ end }}
FROM {{ table "work_party_totals" }} t
LEFT JOIN (
  SELECT customer_id,
    MAX(CASE WHEN channel = 'all' AND status IN ('refused', 'withdrawn') THEN 1 ELSE 0 END) AS refused_all,
    MAX(CASE WHEN channel = 'all' AND status = 'granted' THEN 1 ELSE 0 END) AS granted_all
{{- range $channel := .Channels }},
    MAX(CASE WHEN channel = {{ str $channel }} AND status IN ('refused', 'withdrawn') THEN 1 ELSE 0 END) AS refused_{{ $channel }},
    MAX(CASE WHEN channel = {{ str $channel }} AND status = 'granted' THEN 1 ELSE 0 END) AS granted_{{ $channel }}{{ end }}
  FROM {{ table "consents" }}
  WHERE purpose = 'marketing'
  GROUP BY customer_id
) c ON c.customer_id = t.customer_id;

-- what came back: bounced mail, wrong numbers
{{ replace "work_reach" }}
SELECT customer_id,
  MAX(CASE WHEN outcome = 'bounced' THEN occurred_at END) AS bounced_at,
  MAX(CASE WHEN channel = 'email' AND outcome IN ('answered', 'clicked', 'opened') THEN occurred_at END) AS mailed_at,
  MAX(CASE WHEN outcome = 'wrong_number' THEN occurred_at END) AS wrong_number_at,
  MAX(CASE WHEN channel = 'call' AND outcome IN ('answered', 'refused', 'call_back') THEN occurred_at END) AS called_at
FROM {{ table "interactions" }}
WHERE customer_id IS NOT NULL
GROUP BY customer_id;

-- values of bought lists whose licence has ended, or is not for the channel
{{ replace "work_unlicensed" }}
SELECT f.customer_id
{{- range .Channels }},
  MAX(CASE WHEN f.field = {{ if eq . "post" }}'address'{{ else }}{{ str . }}{{ end }}
    AND (s.licence_until < {{ date $.AsOf }} OR s.channels NOT LIKE {{ str (printf "%%%s%%" .) }}) THEN 1 ELSE 0 END) AS unlicensed_{{ . }}{{ end }}
FROM {{ table "customer_fields" }} f
JOIN {{ table "base_sources" }} s ON s.source = f.source
WHERE s.origin = 'purchased' AND f.field IN ('email', 'phone', 'address')
GROUP BY f.customer_id;

-- who is on a list of those who want no approach
{{ replace "work_listed" }}
SELECT customer_id
{{- range .Channels }}, MAX(CASE WHEN channel = {{ str . }} THEN 1 ELSE 0 END) AS listed_{{ . }}{{ end }}
FROM (
  SELECT g.customer_id, 'email' AS channel
  FROM {{ table "work_golden" }} g
  JOIN {{ table "current_do_not_contact" }} l ON l.email = g.email
  UNION ALL
  SELECT g.customer_id, 'phone'
  FROM {{ table "work_golden" }} g
  JOIN {{ table "current_do_not_contact" }} l ON l.phone = g.phone
  UNION ALL
  SELECT p.customer_id, 'post'
  FROM {{ table "work_parties" }} p
  JOIN {{ table "current_do_not_contact" }} l ON l.name_key = p.name_key AND l.postcode = p.postcode
    AND COALESCE(l.house_number, '') = COALESCE(p.house_number, '')
  UNION ALL
  SELECT customer_id, 'post' FROM {{ table "work_register" }} WHERE non_mailing = 1
) listed
GROUP BY customer_id;

-- channels for which no such list is new enough to go by
{{ replace "work_outdated" }}
SELECT 1 AS one
{{- range .Channels }},
  COALESCE(MAX(CASE WHEN outdated LIKE {{ str (printf "%%%s%%" .) }} THEN 1 ELSE 0 END), 0) AS outdated_{{ . }}{{ end }}
FROM {{ table "base_sources" }};

-- what a right rests on: an objection beats all; firms may be approached; persons need consent or be customers
{{ replace "work_reasons" }}
SELECT o.customer_id
{{- range $channel := .Channels }},
  CASE WHEN o.objected_{{ $channel }} = 1 THEN 'objection'
    {{ if eq $channel "email" }}WHEN g.email IS NULL THEN 'no address'
    {{ else if eq $channel "phone" }}WHEN g.phone IS NULL THEN 'no number'
    {{ else }}WHEN g.street IS NULL OR g.municipality IS NULL THEN 'no address'
    {{ end }}WHEN u.unlicensed_{{ $channel }} = 1 THEN 'licence'
    WHEN o.granted_{{ $channel }} = 1 THEN 'consent'
    WHEN l.listed_{{ $channel }} = 1 THEN 'listed'
    WHEN d.outdated_{{ $channel }} = 1 THEN 'list too old'
    WHEN m.order_count > 0 THEN 'customer'
    WHEN g.kind = 'organisation' AND (g.natural_person IS NULL OR NOT g.natural_person) THEN 'organisation'
    ELSE 'no basis' END AS reason_{{ $channel }}{{ end }}
FROM {{ table "work_objections" }} o
JOIN {{ table "work_golden" }} g ON g.customer_id = o.customer_id
JOIN {{ table "customer_metrics" }} m ON m.customer_id = o.customer_id
CROSS JOIN {{ table "work_outdated" }} d
LEFT JOIN {{ table "work_unlicensed" }} u ON u.customer_id = o.customer_id
LEFT JOIN {{ table "work_listed" }} l ON l.customer_id = o.customer_id;

-- whom only bought lists know, and when the first of them must be told
{{ replace "work_notices" }}
SELECT p.customer_id, MIN(s.notice_due_on) AS notice_due_on
FROM {{ table "work_parties" }} p
JOIN {{ table "base_sources" }} s ON s.source = p.source
WHERE s.origin = 'purchased'
GROUP BY p.customer_id
HAVING COUNT(*) = MAX(p.party_count);

-- contact_rights
{{ replace "contact_rights" }}
{{ range $i, $channel := .Channels }}{{ if $i }}UNION ALL
{{ end }}SELECT customer_id, 'marketing' AS purpose, {{ str $channel }} AS channel,
  reason_{{ $channel }} IN ('consent', 'customer', 'organisation') AS allowed, reason_{{ $channel }} AS reason, {{ date $.AsOf }} AS checked_on
FROM {{ table "work_reasons" }}
{{ end }};

-- activity
{{ replace "work_activity" }}
SELECT customer_id, MIN(day) AS first_on, MAX(CASE WHEN act = 1 THEN day END) AS last_act_on FROM (
  SELECT customer_id, ordered_on AS day, 1 AS act FROM {{ table "orders" }} WHERE customer_id IS NOT NULL AND (status IS NULL OR status <> 'cancelled')
  UNION ALL
  SELECT customer_id, invoiced_on, 0 FROM {{ table "invoices" }} WHERE customer_id IS NOT NULL
  UNION ALL
  SELECT customer_id, paid_on, 1 FROM {{ table "invoices" }} WHERE customer_id IS NOT NULL AND paid_on IS NOT NULL
  UNION ALL
  SELECT customer_id, {{ local_date "requested_at" (str .Zone) }}, 1 FROM {{ table "quotes" }} WHERE customer_id IS NOT NULL AND requested_at IS NOT NULL
  UNION ALL
  SELECT customer_id, {{ local_date "occurred_at" (str .Zone) }}, CASE WHEN direction = 'inbound' OR outcome IN ('answered', 'clicked') THEN 1 ELSE 0 END
  FROM {{ table "interactions" }} WHERE customer_id IS NOT NULL
) acts GROUP BY customer_id;

-- customers
{{ replace "customers" }}
SELECT g.customer_id, COALESCE(g.kind, 'person') AS kind, g.name,
  CASE WHEN m.order_count = 0 THEN 'prospect' WHEN m.last_order_on < {{ date .LapsedBefore }} THEN 'lapsed' ELSE 'customer' END AS lifecycle,
  g.language, g.country, g.region, g.postcode, g.municipality, g.street, g.house_number, g.box,
  g.email,
  CASE WHEN g.email IS NULL THEN NULL WHEN r.bounced_at IS NOT NULL AND (r.mailed_at IS NULL OR r.mailed_at < r.bounced_at) THEN 'bounced'
    WHEN r.mailed_at IS NOT NULL THEN 'ok' END AS email_status,
  g.phone,
  CASE WHEN g.phone IS NULL THEN NULL WHEN r.wrong_number_at IS NOT NULL AND (r.called_at IS NULL OR r.called_at < r.wrong_number_at) THEN 'wrong number'
    WHEN r.called_at IS NOT NULL THEN 'ok' END AS phone_status,
  COALESCE(e.website, g.website) AS website, g.salutation, g.account_manager, t.account_numbers,
  CASE WHEN g.kind = 'person' AND g.family_name IS NOT NULL AND g.street IS NOT NULL AND g.house_number IS NOT NULL
    THEN 'h' || SUBSTR({{ sha256 "LOWER(g.family_name) || '|' || LOWER(g.street) || '|' || LOWER(g.house_number) || '|' || LOWER(COALESCE(g.box, '')) || '|' || COALESCE(g.postcode, '')" }}, 1, 16) END AS household_id,
  COALESCE(h.organisation_id, q.parent_customer_id) AS parent_customer_id,
  CASE WHEN a.first_on IS NOT NULL AND (t.first_seen_on IS NULL OR a.first_on < t.first_seen_on) THEN a.first_on ELSE t.first_seen_on END AS first_seen_on,
  a.last_act_on AS last_activity_on,
  {{ null "date" }} AS purge_after,
  CASE WHEN COALESCE(g.kind, 'person') = 'person' OR g.natural_person THEN n.notice_due_on END AS notice_due_on,
  t.source_count,
  w.reason_email IN ('consent', 'customer', 'organisation') AS may_email,
  w.reason_phone IN ('consent', 'customer', 'organisation') AS may_call,
  w.reason_post IN ('consent', 'customer', 'organisation') AS may_post, t.updated_on AS updated_at
FROM {{ table "work_golden" }} g
JOIN {{ table "work_party_totals" }} t ON t.customer_id = g.customer_id
JOIN {{ table "customer_metrics" }} m ON m.customer_id = g.customer_id
LEFT JOIN {{ table "work_reasons" }} w ON w.customer_id = g.customer_id
LEFT JOIN {{ table "work_notices" }} n ON n.customer_id = g.customer_id
LEFT JOIN {{ table "work_reach" }} r ON r.customer_id = g.customer_id
LEFT JOIN {{ table "work_activity" }} a ON a.customer_id = g.customer_id
LEFT JOIN (
  SELECT person_id, MIN(organisation_id) AS organisation_id FROM {{ table "contacts" }} WHERE until IS NULL OR until >= {{ date .AsOf }} GROUP BY person_id
) h ON h.person_id = g.customer_id
LEFT JOIN {{ table "work_parents" }} q ON q.customer_id = g.customer_id
LEFT JOIN {{ table "work_register" }} e ON e.customer_id = g.customer_id;

-- organisations: values of registers where these stand
{{ replace "work_firm_records" }}
SELECT g.customer_id, g.enterprise_number, g.vat_number, r.lei, r.registry, r.registry_number, r.registry_link, r.registry_probability, r.successor_number,
  COALESCE(r.legal_name, g.legal_name) AS legal_name, COALESCE(r.trade_name, g.trade_name) AS trade_name,
  COALESCE(r.legal_form_code, g.legal_form_code) AS legal_form_code,
  COALESCE(r.sector_code, g.sector_code) AS sector_code, CASE WHEN r.sector_code IS NULL THEN g.sector_version ELSE r.sector_version END AS sector_version, r.sector_section, r.purpose,
  COALESCE(r.revenue, g.revenue) AS revenue, r.revenue_year, CASE WHEN r.revenue IS NOT NULL THEN r.revenue_basis WHEN g.revenue IS NULL THEN 'absent' WHEN g.revenue_basis IN ('band', 'estimated') THEN g.revenue_basis ELSE 'reported' END AS revenue_basis,
  COALESCE(r.headcount, g.headcount) AS headcount, r.headcount_year, CASE WHEN r.headcount IS NOT NULL THEN r.headcount_basis WHEN g.headcount IS NULL THEN 'absent' WHEN g.headcount_basis IN ('band', 'estimated') THEN g.headcount_basis ELSE 'reported' END AS headcount_basis,
  r.equity, r.total_assets, r.profit, COALESCE(r.natural_person, g.natural_person, FALSE) AS natural_person, r.founded_on,
  COALESCE(r.registry_status, r.missing) AS registry_status, r.enriched_on, r.stale = 1 AS registry_stale
FROM {{ table "work_golden" }} g
LEFT JOIN {{ table "work_register" }} r ON r.customer_id = g.customer_id
WHERE g.kind = 'organisation';

-- their sectors, with the section of codes that parties say
{{ replace "work_firm_sectors" }}
SELECT customer_id, sector_code, sector_version,
  COALESCE(sector_section, CASE sector_version || ' ' || SUBSTR(sector_code, 1, 2) {{ .SectionLetters }} END) AS sector_section
FROM {{ table "work_firm_records" }}
WHERE sector_code IS NOT NULL;

-- organisations, without what is derived of all of them together
{{ replace "organisations" }}
SELECT r.customer_id, enterprise_number, vat_number, lei, registry, registry_number, registry_link, registry_probability, successor_number, legal_name, trade_name, legal_form_code,
  CASE legal_form_code {{ .FormLabels }} END AS legal_form,
  s.sector_code, s.sector_version, s.sector_section,
  CASE s.sector_version || ' ' || SUBSTR(s.sector_code, 1, 2) {{ .SectorLabels }} END AS sector,
  CASE WHEN s.sector_version = '2025' THEN s.sector_code END AS sector_2025,
  CASE WHEN s.sector_version = '2025' THEN s.sector_section END AS sector_2025_section,
  CASE WHEN s.sector_version = '2025' THEN 'filed' END AS sector_2025_basis,
  {{ null "float" }} AS sector_2025_confidence, purpose,
  revenue, revenue_year, revenue_basis, headcount, headcount_year, headcount_basis,
  CASE WHEN headcount IS NULL THEN NULL
    {{ range .Sizes }}WHEN headcount < {{ .Staff }} AND ({{ if $.Euro }}revenue <= {{ .Revenue }} OR total_assets <= {{ .Assets }} OR revenue IS NULL AND total_assets IS NULL{{ else }}TRUE{{ end }}) THEN {{ str .Class }}
    {{ end }}ELSE 'large' END AS size_class,
  equity, total_assets, profit, natural_person, founded_on, registry_status, enriched_on, registry_stale
FROM {{ table "work_firm_records" }} r
LEFT JOIN {{ table "work_firm_sectors" }} s ON s.customer_id = r.customer_id;

-- persons
{{ replace "persons" }}
SELECT customer_id, given_name, family_name, birth_date, profession, habits
FROM {{ table "work_golden" }}
WHERE COALESCE(kind, 'person') = 'person';

-- customer_sources
{{ replace "customer_sources" }}
SELECT m.customer_id, m.source, m.record_id AS source_record_id, m.probability AS match_probability, m.matched_by,
  p.first_observed_on AS first_seen_on, p.observed_on AS last_seen_on
FROM {{ table "base_members" }} m
JOIN {{ table "current_parties" }} p ON p.source = m.source AND p.record_id = m.record_id;

-- customer_ids
{{ replace "customer_ids" }}
SELECT customer_id, current_customer_id, state FROM {{ table "base_ids" }};

-- customer_merges
{{ replace "customer_merges" }}
SELECT as_of, from_customer_id, to_customer_id, why, reason, decided_by FROM {{ table "base_merges" }};
