"""Some of the bad requests that `python -m tests.bad_requests` makes a thousand of."""

from __future__ import annotations

from pathlib import Path

from tests.bad_requests import run
from tests.test_server import QUESTION, VELM, Machine


def test_bad_requests_end_in_no_500_and_no_traceback_and_change_nothing(tmp_path: Path) -> None:
    machine = Machine(tmp_path)
    machine.environment |= {"DATELINE_READER": "linear", "DATELINE_REQUEST_SECONDS": "1"}
    assert machine.run("ingest.py", machine.file("velm.jsonl", VELM)).returncode == 0
    with machine.serving() as (_, address):
        outcome = run(machine, address, 120, 12, QUESTION)
    assert outcome.holds, outcome
    assert sum(outcome.statuses.values()) == 120
