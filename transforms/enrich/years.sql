-- figures of firms by year, of every register
{{ replace "work_firm_accounts" }}
SELECT f.customer_id, f.trust, f.licence, a.source, a.record_id, f.observed_on, a.{{ ident "year" }} AS fiscal_year, a.currency,
  a.revenue, a.gross_margin, a.operating_result, a.profit, a.total_assets, a.current_assets, a.equity, a.reserves, a.carried_forward, a.debts, a.current_debts,
  a.revenue_basis, a.headcount, a.headcount_unit, a.headcount_basis
FROM {{ table "current_registry_accounts" }} a
JOIN {{ table "work_firms" }} f ON f.source = a.source AND f.record_id = a.firm AND f.delivery_id = a.delivery_id;

-- amounts of a year, all of one register
{{ replace "work_firm_amounts" }}
SELECT * FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY customer_id, fiscal_year ORDER BY trust ASC NULLS LAST, observed_on DESC NULLS LAST, source ASC NULLS LAST) AS place
  FROM {{ table "work_firm_accounts" }}
  WHERE COALESCE(currency, {{ str .Currency }}) = {{ str .Currency }}
    AND COALESCE(revenue, gross_margin, operating_result, profit, total_assets, equity) IS NOT NULL
) ranked WHERE place = 1;

-- headcount of a year
{{ replace "work_firm_headcounts" }}
SELECT * FROM (
  SELECT *, ROW_NUMBER() OVER (PARTITION BY customer_id, fiscal_year ORDER BY trust ASC NULLS LAST, observed_on DESC NULLS LAST, source ASC NULLS LAST) AS place
  FROM {{ table "work_firm_accounts" }}
  WHERE headcount IS NOT NULL
) ranked WHERE place = 1;

-- years of firms
{{ replace "work_firm_years" }}
SELECT DISTINCT customer_id, fiscal_year FROM (
  SELECT customer_id, fiscal_year FROM {{ table "work_firm_amounts" }}
  UNION ALL
  SELECT customer_id, fiscal_year FROM {{ table "work_firm_headcounts" }}
) years;

-- organisation_years
{{ replace "organisation_years" }}
SELECT y.customer_id, y.fiscal_year AS {{ ident "year" }},
  m.revenue, CASE WHEN m.revenue IS NULL THEN 'absent' ELSE COALESCE(m.revenue_basis, 'reported') END AS revenue_basis,
  {{ cast (money "h.headcount" 0) "integer" }} AS headcount, CASE WHEN h.headcount IS NULL THEN 'absent' ELSE COALESCE(h.headcount_basis, 'reported') END AS headcount_basis,
  m.equity, m.total_assets, m.profit, m.gross_margin,
  CASE WHEN bm.revenue > 0 THEN {{ div "m.revenue - bm.revenue" "bm.revenue" }} END AS revenue_growth,
  CASE WHEN bh.headcount > 0 AND bh.headcount_unit = h.headcount_unit AND bh.headcount_basis = 'reported' AND h.headcount_basis = 'reported'
    THEN {{ div "h.headcount - bh.headcount" "bh.headcount" }} END AS headcount_growth,
  CASE WHEN m.total_assets > 0 AND m.debts > 0 THEN 6.56 * {{ div "m.current_assets - m.current_debts" "m.total_assets" }}
    + 3.26 * {{ div "m.reserves + m.carried_forward" "m.total_assets" }}
    + 6.72 * {{ div "m.operating_result" "m.total_assets" }}
    + 1.05 * {{ div "m.equity" "m.debts" }} END AS altman_z,
  COALESCE(m.source, h.source) AS source, COALESCE(m.observed_on, h.observed_on) AS as_of
FROM {{ table "work_firm_years" }} y
LEFT JOIN {{ table "work_firm_amounts" }} m ON m.customer_id = y.customer_id AND m.fiscal_year = y.fiscal_year
LEFT JOIN {{ table "work_firm_headcounts" }} h ON h.customer_id = y.customer_id AND h.fiscal_year = y.fiscal_year
LEFT JOIN {{ table "work_firm_amounts" }} bm ON bm.customer_id = y.customer_id AND bm.fiscal_year = y.fiscal_year - 1
LEFT JOIN {{ table "work_firm_headcounts" }} bh ON bh.customer_id = y.customer_id AND bh.fiscal_year = y.fiscal_year - 1;

-- the last year of each figure
{{ replace "work_firm_figures" }}
{{ range $i, $f := .Figures }}{{ if $i }}UNION ALL
{{ end }}SELECT a.customer_id, {{ str $f.Name }} AS field, a.source, a.record_id AS source_record_id, a.observed_on, a.licence, a.fiscal_year
FROM {{ table (print "work_firm_" $f.Of) }} a
JOIN (
  SELECT customer_id, MAX(fiscal_year) AS fiscal_year FROM {{ table (print "work_firm_" $f.Of) }} WHERE {{ ident $f.Name }} IS NOT NULL GROUP BY customer_id
) l ON l.customer_id = a.customer_id AND l.fiscal_year = a.fiscal_year
{{ end }};
