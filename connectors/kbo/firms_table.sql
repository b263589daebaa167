CREATE TABLE firms (
  number BIGINT, situation VARCHAR, form VARCHAR, form_filed VARCHAR, started_on DATE, name_nl VARCHAR, name_fr VARCHAR, name VARCHAR,
  abbreviation VARCHAR, trade_name VARCHAR, street_nl VARCHAR, street_fr VARCHAR, house_number VARCHAR, box VARCHAR, postcode VARCHAR,
  municipality_nl VARCHAR, municipality_fr VARCHAR, country VARCHAR, phone VARCHAR, email VARCHAR, website VARCHAR,
  sector_code VARCHAR, sector_version VARCHAR, sector_group VARCHAR, establishments BIGINT
);
-- The same rows as JSON: a firm is read from one column in a fifth of the time.
CREATE TABLE cards (number BIGINT, card VARCHAR);
