-- What firms file, by the administration and classification that it is filed for, in codes
-- of so many digits. What is filed for establishments repeats it, and is not counted:
-- their numbers begin with 2 or more.
CREATE TEMP VIEW filed AS
SELECT number, activity_group || classification AS place, version, TRY_CAST(LEFT(code, {{digits}}) AS INTEGER) AS code
FROM activity WHERE number < 2000000000 AND LENGTH(code) >= {{digits}};

-- Where one code of 2008 stands alone, the codes of 2025 beside it are what it became.
-- Where several stand, nothing says which became which.
CREATE TEMP TABLE alone AS
SELECT number, place, MIN(code) AS code FROM filed WHERE version = '2008' GROUP BY number, place HAVING MIN(code) = MAX(code);

-- Each pair once per firm, in however many places it stands.
CREATE TEMP TABLE paired AS
SELECT DISTINCT a.number, a.code AS old, f.code AS new
FROM filed f JOIN alone a ON a.number = f.number AND a.place = f.place
WHERE f.version = '2025' AND f.code IS NOT NULL;

-- A firm has one vote per code of 2008, which the codes beside it share evenly: in parts of
-- 1/720720, which all numbers up to 16 divide, so that sums are exact; beyond these a part
-- is lost.
CREATE TEMP TABLE votes AS
SELECT number, old, 720720 // COUNT(*) AS parts FROM paired GROUP BY number, old;

INSERT INTO concordance
SELECT LPAD(CAST(p.old AS VARCHAR), {{digits}}, '0') AS from_code, LPAD(CAST(p.new AS VARCHAR), {{digits}}, '0') AS to_code, CAST(SUM(v.parts) AS BIGINT) AS parts, f.firms
FROM paired p
JOIN votes v ON v.number = p.number AND v.old = p.old
JOIN (SELECT old, COUNT(*) AS firms FROM votes GROUP BY old) f ON f.old = p.old
GROUP BY p.old, p.new, f.firms
QUALIFY ROW_NUMBER() OVER (PARTITION BY p.old ORDER BY SUM(v.parts) DESC, p.new) = 1;

DROP TABLE votes;
DROP TABLE paired;
DROP TABLE alone;
DROP VIEW filed;
