-- organisations, without the estimates of the night before
{{ replace "work_reported" }}
SELECT o.customer_id, o.sector_version, o.sector_section, REPLACE(o.sector_code, '.', '') AS sector_code, e.revenue_of, e.headcount_of,
  CASE WHEN e.revenue_of IS NULL THEN o.revenue END AS revenue, CASE WHEN e.revenue_of IS NULL THEN o.revenue_basis ELSE 'absent' END AS revenue_basis,
  CASE WHEN e.headcount_of IS NULL THEN o.headcount END AS headcount, CASE WHEN e.headcount_of IS NULL THEN o.headcount_basis ELSE 'absent' END AS headcount_basis
FROM {{ table "organisations" }} o
LEFT JOIN (
  SELECT customer_id, MAX(CASE WHEN field = 'revenue' THEN source_record_id END) AS revenue_of, MAX(CASE WHEN field = 'headcount' THEN source_record_id END) AS headcount_of
  FROM {{ table "customer_fields" }}
  WHERE rule = 'estimate'
  GROUP BY customer_id
) e ON e.customer_id = o.customer_id;
