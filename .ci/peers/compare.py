"""Runs two programs on persons.parquet in turn, and writes what they took and found into
a page, between <!-- peers --> and <!-- /peers -->.

Usage: compare.py CLIENTELE SPLINK_SCRIPT PAGE, in a folder with persons.parquet and persons.yaml.
"""

import datetime
import glob
import json
import os
import subprocess
import sys
import time

import duckdb

FILE = "persons.parquet"


def clientele(program):
    began = time.monotonic()
    child = subprocess.Popen([program, "--quiet", "--config", "persons.yaml", "match", "run", FILE, "--out", "matched"], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    if status:
        sys.exit("clientele failed")
    return {"seconds": time.monotonic() - began, "processor": used.ru_utime + used.ru_stime, "MiB": used.ru_maxrss // 1024}


def splink(script):
    out = subprocess.run([sys.executable, script, FILE, "splink"], check=True, stdout=subprocess.PIPE, text=True).stdout
    return json.loads(out.splitlines()[-1])


def found(clusters):
    """Precision, recall and F1 of the pairs of records in one cluster."""
    same, all_found, all_true = duckdb.execute(
        """
        WITH records AS (
            SELECT p.cluster AS truth, c.cluster_id AS found
            FROM read_parquet(?) p JOIN read_csv(?, all_varchar = true) c USING (record_id)
        ),
        both_of AS (SELECT count(*) AS n FROM records GROUP BY truth, found),
        found_of AS (SELECT count(*) AS n FROM records GROUP BY found),
        true_of AS (SELECT count(*) AS n FROM records GROUP BY truth)
        SELECT (SELECT sum(n * (n - 1) / 2) FROM both_of), (SELECT sum(n * (n - 1) / 2) FROM found_of), (SELECT sum(n * (n - 1) / 2) FROM true_of)
        """,
        [FILE, clusters],
    ).fetchone()
    precision, recall = same / all_found, same / all_true
    return precision, recall, 2 * precision * recall / (precision + recall)


def row(name, used, clusters):
    p, r, f = found(clusters)
    return f"| {name} | {used['seconds']:.1f} | {used['processor']:.1f} | {used['MiB']} | {p:.4f} | {r:.4f} | {f:.4f} |"


def write(page, table):
    with open(page) as file:
        before, rest = file.read().split("<!-- peers -->\n")
    _, after = rest.split("<!-- /peers -->")
    with open(page, "w") as file:
        file.write(before + "<!-- peers -->\n" + table + "<!-- /peers -->" + after)


def main(program, script, page):
    records = duckdb.execute("SELECT count(*) FROM read_parquet(?)", [FILE]).fetchone()[0]
    waiting = os.getloadavg()[0]
    ours, theirs = clientele(program), splink(script)
    best = max(glob.glob("splink-*.csv"), key=lambda file: found(file)[2])
    lines = [
        f"{records} records, one program after the other, on {os.cpu_count()} cores, on {datetime.date.today()}; the load of the machine was {waiting:.1f} before.",
        "",
        "| | seconds | s of processor time | peak MiB | precision | recall | F1 |",
        "|---|---:|---:|---:|---:|---:|---:|",
        row("clientele, accept_above 0.95", ours, "matched/clusters.csv"),
        row("Splink, threshold 0.95", theirs, "splink-0.95.csv"),
        row("Splink, the best threshold: " + best.removeprefix("splink-").removesuffix(".csv"), theirs, best),
        "",
        f"Splink took {theirs['seconds'] / ours['seconds']:.1f} times as long, and {theirs['processor'] / ours['processor']:.1f} times the processor time.",
    ]
    table = "\n".join(lines) + "\n"
    print(table, end="")
    write(page, table)


main(*sys.argv[1:])
