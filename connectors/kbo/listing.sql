-- Firms, and those of their establishments that are elsewhere, with all names of each and one address.
WITH wanted AS (
  SELECT number, name, form FROM firms {{within}}
), owned AS (
  SELECT e.number, e.enterprise FROM establishment e JOIN wanted w ON w.number = e.enterprise
), seats AS (
  SELECT a.number, ARG_MIN(a, COALESCE(street_nl, street_fr, '') || COALESCE(house_number, '')) AS a
  FROM address a JOIN wanted w ON w.number = a.number
  WHERE a.type = 'REGO' AND a.struck_off_on IS NULL
  GROUP BY a.number
), sites AS (
  SELECT e.enterprise, e.number, a.a,
    COALESCE(a.a.postcode, '') = COALESCE(s.a.postcode, '') AND COALESCE(a.a.house_number, '') = COALESCE(s.a.house_number, '')
      AND COALESCE(a.a.street_nl, a.a.street_fr, '') = COALESCE(s.a.street_nl, s.a.street_fr, '') AS at_seat
  FROM owned e
  JOIN (
    SELECT a.number, ARG_MIN(a, COALESCE(street_nl, street_fr, '') || COALESCE(house_number, '')) AS a
    FROM address a JOIN owned o ON o.number = a.number
    WHERE a.type = 'BAET' AND a.struck_off_on IS NULL
    GROUP BY a.number
  ) a ON a.number = e.number
  LEFT JOIN seats s ON s.number = e.enterprise
), entities AS (
  -- A firm bears its own names and those of its establishments at its seat, an establishment elsewhere those of its firm too.
  SELECT f.number AS firm, 0 AS site, f.number AS entity FROM wanted f
  UNION ALL
  SELECT s.enterprise, 0, s.number FROM sites s WHERE s.at_seat
  UNION ALL
  SELECT s.enterprise, s.number, s.number FROM sites s WHERE NOT s.at_seat
  UNION ALL
  SELECT s.enterprise, s.number, s.enterprise FROM sites s WHERE NOT s.at_seat
), named AS (
  SELECT e.firm, e.site, STRING_AGG(DISTINCT d.name, CHR(31) ORDER BY d.name) AS names
  FROM entities e JOIN denomination d ON d.number = e.entity
  WHERE d.name IS NOT NULL
  GROUP BY e.firm, e.site
), reached AS (
  SELECT e.firm, e.site,
    STRING_AGG(DISTINCT CASE WHEN c.type = 'TEL' THEN c.value END, CHR(31) ORDER BY CASE WHEN c.type = 'TEL' THEN c.value END) AS phones,
    STRING_AGG(DISTINCT CASE WHEN c.type = 'EMAIL' THEN c.value END, CHR(31) ORDER BY CASE WHEN c.type = 'EMAIL' THEN c.value END) AS emails,
    STRING_AGG(DISTINCT CASE WHEN c.type = 'WEB' THEN c.value END, CHR(31) ORDER BY CASE WHEN c.type = 'WEB' THEN c.value END) AS webs
  FROM entities e JOIN contact c ON c.number = e.entity
  WHERE c.value IS NOT NULL
  GROUP BY e.firm, e.site
), placed AS (
  SELECT number AS firm, 0 AS site, a FROM seats
  UNION ALL
  SELECT enterprise, number, a FROM sites WHERE NOT at_seat
)
SELECT LPAD(CAST(f.number AS VARCHAR), 10, '0') AS number, CASE WHEN p.site <> 0 THEN LPAD(CAST(p.site AS VARCHAR), 10, '0') ELSE '' END AS site,
  COALESCE(n.names, f.name, '') AS names, COALESCE(f.form, '') AS form,
  CONCAT_WS(CHR(31), p.a.street_nl, p.a.street_fr) AS streets, CONCAT_WS(CHR(31), p.a.municipality_nl, p.a.municipality_fr) AS towns,
  COALESCE(p.a.house_number, '') AS house, COALESCE(p.a.box, '') AS box, COALESCE(p.a.postcode, '') AS postcode,
  COALESCE(r.phones, '') AS phones, COALESCE(r.emails, '') AS emails, COALESCE(r.webs, '') AS webs
FROM wanted f
JOIN (
  SELECT firm, site, a FROM placed
  UNION ALL
  SELECT number, 0, NULL FROM wanted WHERE number NOT IN (SELECT number FROM seats)
) p ON p.firm = f.number
LEFT JOIN named n ON n.firm = p.firm AND n.site = p.site
LEFT JOIN reached r ON r.firm = p.firm AND r.site = p.site
