"""Dedupes a Parquet file of persons with Splink on DuckDB, as its guides recommend.

Usage: splink_dedupe.py FILE OUT. Writes OUT-THRESHOLD.csv for several thresholds, and
prints as JSON what it used up to the first of them, from start to written file.

Values are made clean in SQL first, as Splink expects of its input. Comparisons are
those of Splink's library for the kind of each column; blocking is several rules on exact values,
each far below ten comparisons a record, as its guide on blocking asks for. u is estimated
from ten million random pairs, m by two sessions of expectation maximisation.
"""

import json
import logging
import resource
import sys
import time

import duckdb
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

BEGAN = time.monotonic()
THRESHOLDS = [0.95, 0.5, 0.9, 0.99, 0.999, 0.9999]

CLEAN = """
CREATE TABLE persons AS
WITH folded AS (
    SELECT record_id,
        nullif(trim(regexp_replace(lower(strip_accents(given_name)), '[^a-z0-9]+', ' ', 'g')), '') AS given_name,
        nullif(trim(regexp_replace(lower(strip_accents(family_name)), '[^a-z0-9]+', ' ', 'g')), '') AS family_name,
        nullif(trim(regexp_replace(lower(strip_accents(street)), '[^a-z0-9]+', ' ', 'g')), '') AS street,
        nullif(lower(trim(house_number)), '') AS house_number,
        nullif(regexp_replace(upper(postcode), '^B-|[^A-Z0-9]', '', 'g'), '') AS postcode,
        nullif(trim(regexp_replace(lower(strip_accents(town)), '[^a-z0-9]+', ' ', 'g')), '') AS town,
        birth_date,
        nullif(lower(trim(email)), '') AS email,
        nullif(regexp_replace(regexp_replace(replace(phone, '(0)', ''), '[^0-9]', '', 'g'), '^(0031|0032|31|32|0)', ''), '') AS phone
    FROM read_parquet(?)
)
SELECT *, given_name || ' ' || family_name AS full_name FROM folded
"""


def main(file, out):
    logging.getLogger("splink").setLevel(logging.ERROR)
    con = duckdb.connect()
    con.execute("SET threads = 2")
    con.execute(CLEAN, [file])
    db = DuckDBAPI(connection=con)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record_id",
        comparisons=[
            cl.ForenameSurnameComparison("given_name", "family_name", forename_surname_concat_col_name="full_name"),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.JaroWinklerAtThresholds("street", [0.9, 0.7]).configure(term_frequency_adjustments=True),
            cl.ExactMatch("house_number"),
            cl.LevenshteinAtThresholds("postcode", 1).configure(term_frequency_adjustments=True),
            cl.JaroWinklerAtThresholds("town", [0.9]).configure(term_frequency_adjustments=True),
            cl.EmailComparison("email"),
            cl.LevenshteinAtThresholds("phone", 1).configure(term_frequency_adjustments=True),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("email"),
            block_on("phone"),
            block_on("given_name", "birth_date"),
            block_on("family_name", "birth_date"),
            block_on("postcode", "birth_date"),
            block_on("given_name", "family_name", "postcode"),
            block_on("street", "house_number", "postcode"),
        ],
        retain_intermediate_calculation_columns=False,
        retain_matching_columns=False,
    )
    linker = Linker(db.register("persons"), settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match(
        [block_on("email"), block_on("given_name", "family_name", "birth_date")], recall=0.6
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e7)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("given_name", "family_name", "postcode"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("birth_date", "postcode"))
    pairs = linker.inference.predict(threshold_match_probability=min(THRESHOLDS))
    for at, threshold in enumerate(THRESHOLDS):
        clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=threshold)
        con.execute(f"COPY (SELECT record_id, cluster_id FROM {clusters.physical_name}) TO '{out}-{threshold}.csv' (HEADER)")
        if at == 0:
            used = resource.getrusage(resource.RUSAGE_SELF)
            print(json.dumps({"seconds": time.monotonic() - BEGAN, "processor": used.ru_utime + used.ru_stime, "MiB": used.ru_maxrss // 1024}))


main(sys.argv[1], sys.argv[2])
