-- What is on the row of a firm, in one text: of the touched firms, or of all.
INSERT INTO cards SELECT number, CAST(TO_JSON(firms) AS VARCHAR) FROM firms {{within}} ORDER BY number;
