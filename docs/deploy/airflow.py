"""The nights of Voorbeeld Groothandel: a DAG for Airflow 2.4 or later, and 3.

Exit codes: 0 published; 1 the work failed, readers see the night before; 2 the
config; 3 the environment (a lock, a disk, a permission); 4 checks failed, nothing
new is published; 5 published, with a source held back; 130 and 143 stopped, the
next run takes it up.
"""

import subprocess
from datetime import timedelta

import pendulum
from airflow.exceptions import AirflowException, AirflowFailException

try:
    from airflow.sdk import dag, task
except ImportError:  # Airflow 2
    from airflow.decorators import dag, task

COMMAND = [
    "/usr/local/bin/clientele",
    "--config",
    "/etc/clientele/clientele.yaml",
    "--home",
    "/var/lib/clientele",
    "--env-file",
    "/etc/clientele/secrets.env",
    "--quiet",
    "run",
    "--if-due",
]

# Trying again would not help: a person must see to it.
FINAL = {
    2: "the config is wrong",
    4: "checks failed, nothing new is published",
    5: "published, with a source held back",
}


@dag(
    dag_id="clientele",
    schedule="30 2 * * *",
    start_date=pendulum.datetime(2026, 11, 21, tz="Europe/Brussels"),
    catchup=False,
    max_active_runs=1,
    default_args={
        "retries": 3,
        "retry_delay": timedelta(seconds=300),
        "retry_exponential_backoff": True,
        "max_retry_delay": timedelta(hours=1),
        "execution_timeout": timedelta(seconds=28800),
    },
    tags=["clientele"],
)
def nights():
    @task
    def night():
        with subprocess.Popen(COMMAND, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as child:
            try:
                for line in child.stdout:
                    print(line, end="")  # into the log of the task
                code = child.wait()
            except BaseException:  # the task is stopped: so is the night, which is taken up later
                child.terminate()
                raise
        if code in FINAL:
            raise AirflowFailException(FINAL[code])
        if code:
            raise AirflowException(f"exit code {code}")

    night()


nights()
