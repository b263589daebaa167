-- campaigns: what came of them within 30 days
{{ replace "campaigns" }}
SELECT c.campaign, c.channel, c.sent_on, c.cost,
  COALESCE(r.contacted, 0) AS contacted, COALESCE(r.responses, 0) AS responses,
  COALESCE(o.orders_after, 0) AS orders_after, COALESCE(o.amount_after, {{ cast "0" "decimal" }}) AS amount_after,
  {{ money (div "c.cost" "o.orders_after") 2 }} AS cost_per_order
FROM (
  SELECT campaign, MAX(channel) AS channel, MIN(sent_on) AS sent_on, {{ cast "SUM(cost)" "decimal" }} AS cost
  FROM {{ table "current_campaigns" }} GROUP BY campaign
) c
LEFT JOIN (
  SELECT campaign, COUNT(DISTINCT CASE WHEN direction = 'outbound' THEN customer_id END) AS contacted,
    COUNT(DISTINCT CASE WHEN outcome IN ('answered', 'clicked') THEN customer_id END) AS responses
  FROM {{ table "interactions" }} GROUP BY campaign
) r ON r.campaign = c.campaign
LEFT JOIN (
  SELECT s.campaign, COUNT(*) AS orders_after, {{ cast "SUM(s.amount_base)" "decimal" }} AS amount_after
  FROM (
    SELECT DISTINCT i.campaign, o.source, o.order_id, o.amount_base
    FROM {{ table "interactions" }} i
    JOIN {{ table "current_campaigns" }} c ON c.campaign = i.campaign
    JOIN {{ table "orders" }} o ON o.customer_id = i.customer_id AND o.counts
    WHERE o.ordered_on >= c.sent_on AND o.ordered_on < {{ add_days "c.sent_on" "30" }}
  ) s GROUP BY s.campaign
) o ON o.campaign = c.campaign;
