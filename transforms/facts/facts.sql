-- customers that records name by an id that was issued to them
{{ replace "named_customers" }}
SELECT i.customer_id AS record_id, i.current_customer_id AS customer_id
FROM {{ table "base_ids" }} i
JOIN (
  SELECT DISTINCT party FROM (
{{- range $n, $table := .Referring }}{{ if $n }}
    UNION ALL{{ end }}
    SELECT party FROM {{ table $table }} WHERE party_source = {{ str $.ByID }}
{{- end }}
  ) said
) named ON named.party = i.customer_id
WHERE i.state <> 'gone';

-- parties that were contacted under a reference: by the first contact that bears it
{{ replace "named_contacts" }}
SELECT contact_ref AS record_id, source, party FROM (
  SELECT contact_ref, COALESCE(party_source, source) AS source, party,
    ROW_NUMBER() OVER (PARTITION BY contact_ref ORDER BY occurred_at ASC NULLS LAST, source ASC NULLS LAST, record_id ASC NULLS LAST) AS nth
  FROM {{ table "current_interactions" }}
  WHERE contact_ref IS NOT NULL AND party IS NOT NULL AND direction = 'outbound' AND COALESCE(party_source, '') <> {{ str .ByRef }}
) contacts
WHERE nth = 1;

-- subjects: whom records name, by a party, by an id or by a reference
{{ replace_view "work_subjects" }}
SELECT source, record_id, customer_id FROM {{ table "base_members" }}
UNION ALL
SELECT {{ str .ByID }} AS source, record_id, customer_id FROM {{ table "named_customers" }}
UNION ALL
SELECT {{ str .ByRef }} AS source, n.record_id, m.customer_id
FROM {{ table "named_contacts" }} n
JOIN {{ table "base_members" }} m ON m.source = n.source AND m.record_id = n.party
UNION ALL
SELECT {{ str .ByRef }} AS source, n.record_id, c.customer_id
FROM {{ table "named_contacts" }} n
JOIN {{ table "named_customers" }} c ON c.record_id = n.party
WHERE n.source = {{ str .ByID }};

-- owners of parties and of ids
{{ replace "party_owners" }}
SELECT p.source, p.record_id,
  COALESCE(o.customer_id, m.customer_id) AS customer_id,
  CASE WHEN o.customer_id IS NULL THEN NULL ELSE m.customer_id END AS contact_id
FROM {{ table "current_parties" }} p
JOIN {{ table "base_members" }} m ON m.source = p.source AND m.record_id = p.record_id
LEFT JOIN {{ table "base_members" }} o ON o.source = p.source AND o.record_id = p.organisation
UNION ALL
SELECT {{ str .ByID }} AS source, record_id, customer_id, {{ null "string" }} AS contact_id FROM {{ table "named_customers" }};

-- owners
{{ replace "work_owners" }}
SELECT source, record_id, customer_id, contact_id FROM {{ table "party_owners" }}
UNION ALL
SELECT {{ str .ByRef }} AS source, n.record_id, p.customer_id, p.contact_id
FROM {{ table "named_contacts" }} n
JOIN {{ table "party_owners" }} p ON p.source = n.source AND p.record_id = n.party;

-- order lines
{{ replace "order_lines" }}
SELECT l.order_id, l.line_no, l.product, l.description, l.quantity, l.unit_price, l.unit_cost,
  {{ times "l.quantity" "l.unit_price" }} AS amount,
  COALESCE(l.order_source, l.source) AS source
FROM {{ table "current_order_lines" }} l;

-- order totals
{{ replace "work_order_totals" }}
SELECT l.source, l.order_id, COUNT(*) AS line_count, {{ cast "SUM(l.amount)" "decimal" }} AS amount,
  CASE WHEN COUNT(l.unit_cost) = COUNT(*)
    THEN {{ cast (printf "SUM(l.amount - %s)" (times "l.quantity" "l.unit_cost")) "decimal" }} END AS margin
FROM {{ table "order_lines" }} l
GROUP BY l.source, l.order_id;

-- rates
{{ replace "work_rates" }}
SELECT currency, valid_from, rate,
  LEAD(valid_from) OVER (PARTITION BY currency ORDER BY valid_from ASC NULLS LAST) AS valid_to
FROM (
  SELECT currency, valid_from, MAX(rate) AS rate FROM {{ table "current_rates" }} GROUP BY currency, valid_from
) dated;

-- orders
{{ replace "orders" }}
SELECT order_id, customer_id, ordered_at, ordered_on, status, amount, currency, amount_base, margin, line_count AS lines,
  salesperson, channel,
  (status IS NULL OR status <> 'cancelled') AND customer_id IS NOT NULL AND amount_base IS NOT NULL AND amount_base > 0 AS counts,
  source
FROM (
  SELECT o.order_id, o.customer_id, o.ordered_at, o.ordered_on, o.status, o.amount, o.currency, o.margin, o.line_count,
    o.salesperson, o.channel, o.source,
    CASE WHEN o.currency = {{ str .Currency }} THEN o.amount ELSE {{ money (div "o.amount" "r.rate") 4 }} END AS amount_base
  FROM (
    SELECT c.order_id, w.customer_id, c.ordered_at, {{ local_date "c.ordered_at" (str .ZoneName) }} AS ordered_on, c.status,
      COALESCE(c.amount, t.amount) AS amount,
      COALESCE(c.currency, {{ str .Currency }}) AS currency,
      t.margin, COALESCE(t.line_count, 0) AS line_count, c.salesperson, c.channel, c.source
    FROM {{ table "current_orders" }} c
    LEFT JOIN {{ table "work_owners" }} w ON w.source = COALESCE(c.party_source, c.source) AND w.record_id = c.party
    LEFT JOIN {{ table "work_order_totals" }} t ON t.source = c.source AND t.order_id = c.order_id
  ) o
  LEFT JOIN {{ table "work_rates" }} r
    ON r.currency = o.currency AND r.valid_from <= o.ordered_on AND (r.valid_to IS NULL OR o.ordered_on < r.valid_to)
) valued;

-- quotes
{{ replace "quotes" }}
SELECT q.quote_id, w.customer_id, q.requested_at, q.sent_at, q.valid_until, q.amount,
  COALESCE(q.currency, {{ str .Currency }}) AS currency, q.status, q.order_id, q.salesperson, q.follow_up_on, q.source
FROM {{ table "current_quotes" }} q
LEFT JOIN {{ table "work_owners" }} w ON w.source = COALESCE(q.party_source, q.source) AND w.record_id = q.party;

-- invoices: a payment dated on or after the night has not been made yet
{{ replace "invoices" }}
SELECT i.invoice_id, w.customer_id, i.order_id, i.invoiced_on, i.due_on,
  CASE WHEN i.paid_on < {{ date .AsOf }} THEN i.paid_on END AS paid_on,
  i.amount,
  CASE WHEN i.paid_on < {{ date .AsOf }} THEN COALESCE(i.open_amount, i.amount - i.amount)
    WHEN i.paid_on IS NOT NULL THEN i.amount
    ELSE COALESCE(i.open_amount, i.amount) END AS open_amount,
  COALESCE(i.currency, {{ str .Currency }}) AS currency, i.source
FROM {{ table "current_invoices" }} i
LEFT JOIN {{ table "work_owners" }} w ON w.source = COALESCE(i.party_source, i.source) AND w.record_id = i.party;

-- interactions
{{ replace "interactions" }}
SELECT i.interaction_id, w.customer_id, w.contact_id, i.occurred_at, i.channel, i.direction, i.campaign,
  i.{{ ident "by" }}, i.place, i.order_id, i.quote_id, i.outcome, i.message, i.source
FROM {{ table "current_interactions" }} i
LEFT JOIN {{ table "work_owners" }} w ON w.source = COALESCE(i.party_source, i.source) AND w.record_id = i.party;

-- survey answers
{{ replace "survey_answers" }}
SELECT a.record_id AS answer_id, a.survey, a.wave, w.customer_id, a.question, a.code, a.label, a.answered_on, a.source
FROM {{ table "current_survey_answers" }} a
LEFT JOIN {{ table "work_owners" }} w ON w.source = COALESCE(a.party_source, a.source) AND w.record_id = a.party;

-- products: where several sources sell one, the most trusted describes it
{{ replace "products" }}
SELECT product, name, category, unit_price, unit_cost, source FROM (
  SELECT p.product, p.name, p.category, p.unit_price, p.unit_cost, p.source,
    ROW_NUMBER() OVER (PARTITION BY p.product
      ORDER BY s.trust ASC NULLS LAST, p.source ASC NULLS LAST, p.record_id ASC NULLS LAST) AS best
  FROM {{ table "current_products" }} p
  LEFT JOIN {{ table "base_sources" }} s ON s.source = p.source
) ranked WHERE best = 1;
