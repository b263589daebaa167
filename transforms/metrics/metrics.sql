-- order metrics: orders that count, each amount exact, the total rounded once
{{ replace "work_order_metrics" }}
SELECT customer_id, COUNT(*) AS order_count,
  {{ money "SUM(amount_base)" 2 }} AS order_amount_total,
  {{ money (div "SUM(amount_base)" "COUNT(*)") 2 }} AS average_order_amount,
  MIN(ordered_on) AS first_order_on, MAX(ordered_on) AS last_order_on
FROM {{ table "orders" }}
WHERE counts
GROUP BY customer_id;

-- contact metrics: a campaign counts once, however many letters or calls it took
{{ replace "work_contact_metrics" }}
SELECT customer_id,
  COUNT(DISTINCT CASE WHEN direction = 'outbound' THEN approach END) AS contact_count,
  COUNT(DISTINCT CASE WHEN responded THEN approach END) AS response_count,
  COUNT(DISTINCT CASE WHEN channel = 'visit' THEN approach END) AS visit_count,
  MAX(CASE WHEN channel = 'visit' THEN contacted_on END) AS last_visit_on
FROM (
  SELECT customer_id, direction, channel, {{ local_date "occurred_at" (str .ZoneName) }} AS contacted_on,
    COALESCE('campaign ' || campaign, source || ' ' || interaction_id) AS approach,
    (direction = 'outbound' OR campaign IS NOT NULL) AND outcome IN ('answered', 'clicked') AS responded
  FROM {{ table "interactions" }}
  WHERE customer_id IS NOT NULL
) contacts
GROUP BY customer_id;

-- payment metrics: days beyond terms weighed by amount, open invoices counted to the night
{{ replace "work_payment_metrics" }}
SELECT customer_id,
  {{ cast "SUM(open_amount)" "decimal" }} AS open_amount,
  {{ cast "SUM(CASE WHEN overdue THEN open_amount ELSE open_amount - open_amount END)" "decimal" }} AS overdue_amount,
  {{ div "SUM(CASE WHEN days_beyond > 0 THEN days_beyond * amount ELSE amount - amount END)" "SUM(CASE WHEN days_beyond IS NOT NULL THEN amount END)" }} AS days_beyond_terms,
  MAX(paid_on) AS last_paid_on
FROM (
  SELECT customer_id, amount, open_amount, paid_on,
    due_on IS NOT NULL AND due_on < {{ date .AsOf }} AND open_amount > 0 AS overdue,
    CASE WHEN paid_on IS NOT NULL THEN {{ days_between "paid_on" "due_on" }}
      WHEN open_amount > 0 AND due_on < {{ date .AsOf }} THEN {{ days_between (date .AsOf) "due_on" }} END AS days_beyond
  FROM {{ table "invoices" }}
  WHERE customer_id IS NOT NULL AND amount > 0
) terms
GROUP BY customer_id;

-- customer_metrics
{{ replace "customer_metrics" }}
SELECT c.customer_id,
  COALESCE(o.order_count, 0) AS order_count,
  COALESCE(o.order_amount_total, {{ cast "0" "decimal" }}) AS order_amount_total,
  o.average_order_amount, o.first_order_on, o.last_order_on,
  {{ .DaysSinceLastOrder }} AS days_since_last_order,
  COALESCE(i.contact_count, 0) AS contact_count,
  COALESCE(i.response_count, 0) AS response_count,
  {{ div "i.response_count" "i.contact_count" }} AS response_rate,
  COALESCE(i.visit_count, 0) AS visit_count,
  i.last_visit_on,
  COALESCE(p.open_amount, {{ cast "0" "decimal" }}) AS open_amount,
  COALESCE(p.overdue_amount, {{ cast "0" "decimal" }}) AS overdue_amount,
  p.days_beyond_terms
FROM (SELECT DISTINCT customer_id FROM {{ table "work_parties" }}) c
LEFT JOIN {{ table "work_order_metrics" }} o ON o.customer_id = c.customer_id
LEFT JOIN {{ table "work_contact_metrics" }} i ON i.customer_id = c.customer_id
LEFT JOIN {{ table "work_payment_metrics" }} p ON p.customer_id = c.customer_id;
