-- What the register knows of a firm, on one row: of the touched ones, or of all.
INSERT INTO firms
WITH wanted AS (
  SELECT number, situation, COALESCE(form_cac, form) AS form, form AS form_filed, started_on FROM enterprise {{within}}
), owned AS (
  SELECT number AS entity, number FROM wanted
  UNION ALL
  SELECT e.number AS entity, e.enterprise FROM establishment e JOIN wanted w ON w.number = e.enterprise
), named AS (
  SELECT d.number,
    MIN(CASE WHEN type = '001' AND language = '2' THEN name END) AS name_nl,
    MIN(CASE WHEN type = '001' AND language = '1' THEN name END) AS name_fr,
    MIN(CASE WHEN type = '001' AND language NOT IN ('1', '2') THEN name END) AS name_other,
    MIN(CASE WHEN type = '002' THEN name END) AS abbreviation,
    MIN(CASE WHEN type = '003' THEN name END) AS trade_name
  FROM denomination d JOIN wanted w ON w.number = d.number
  GROUP BY d.number
), seated AS (
  SELECT a.number, ARG_MIN(a, COALESCE(street_nl, street_fr, '') || COALESCE(house_number, '')) AS a
  FROM address a JOIN wanted w ON w.number = a.number
  WHERE a.type = 'REGO' AND a.struck_off_on IS NULL
  GROUP BY a.number
), reached AS (
  SELECT c.number, MIN(CASE WHEN type = 'TEL' THEN value END) AS phone, MIN(CASE WHEN type = 'EMAIL' THEN value END) AS email,
    MIN(CASE WHEN type = 'WEB' THEN value END) AS website
  FROM contact c JOIN wanted w ON w.number = c.number
  GROUP BY c.number
), active AS (
  -- The newest version of the code list first; of the administrations that name the
  -- main activity the one of VAT, then that of employers, then the enterprise desks;
  -- the firm's own before that of its establishments.
  SELECT o.number, MIN(
    CASE version WHEN '2025' THEN '0' WHEN '2008' THEN '1' ELSE '2' END
    || CASE activity_group WHEN '001' THEN '0' WHEN '006' THEN '1' WHEN '003' THEN '2' ELSE '3' END
    || CASE WHEN o.entity = o.number THEN '0' ELSE '1' END || activity_group || version || code) AS best
  FROM activity a JOIN owned o ON o.entity = a.number
  WHERE a.classification = 'MAIN'
  GROUP BY o.number
), counted AS (
  SELECT enterprise AS number, COUNT(*) AS establishments FROM establishment GROUP BY enterprise
)
SELECT w.number, w.situation, w.form, w.form_filed, w.started_on, n.name_nl, n.name_fr, COALESCE(n.name_nl, n.name_fr, n.name_other) AS name,
  n.abbreviation, n.trade_name,
  s.a.street_nl, s.a.street_fr, s.a.house_number, s.a.box, s.a.postcode, s.a.municipality_nl, s.a.municipality_fr, COALESCE(s.a.country_nl, s.a.country_fr) AS country,
  r.phone, r.email, r.website,
  SUBSTR(v.best, 11) AS sector_code, SUBSTR(v.best, 7, 4) AS sector_version, SUBSTR(v.best, 4, 3) AS sector_group,
  COALESCE(c.establishments, 0) AS establishments
FROM wanted w
LEFT JOIN named n ON n.number = w.number
LEFT JOIN seated s ON s.number = w.number
LEFT JOIN reached r ON r.number = w.number
LEFT JOIN active v ON v.number = w.number
LEFT JOIN counted c ON c.number = w.number
ORDER BY w.number;
