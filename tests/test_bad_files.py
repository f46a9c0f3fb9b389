"""Bad files by the hundred beside good ones, into a real home: the good ones are stored, and each bad one is told."""

from __future__ import annotations

import ctypes
import json
import os
import subprocess
import sys
from pathlib import Path

from tests.bad_files import ROOT, run
from tests.samples import opened

SEED = 20251130


def test_bad_files_cost_no_good_neighbour_no_traceback_and_little_memory(tmp_path: Path) -> None:
    outcome = run(tmp_path / "news", tmp_path / "home", 25, SEED, seconds=1)
    assert outcome.tracebacks == 0 and outcome.lost == [] and outcome.untold == [] and outcome.over_budget == []
    assert outcome.good == 3 and outcome.failed > 10 and outcome.holds, outcome


def test_files_that_may_not_be_read_are_named_and_their_neighbours_are_stored(tmp_path: Path) -> None:
    folder, home = tmp_path / "news", tmp_path / "home"
    (folder / "closed").mkdir(parents=True)
    for name in ("a.txt", "b.txt", "c.txt", "closed/d.txt"):
        (folder / name).write_text(f"date 2025-02-03 The ferry {name} sailed on Monday.")
    (folder / "b.txt").chmod(0)
    (folder / "closed").chmod(0)

    def be_a_user() -> None:
        # Even as root, as in a container: without the rights to pass over what a file's mode says (CAP_DAC_*).
        for right in (1, 2):
            ctypes.CDLL(None).prctl(24, right, 0, 0, 0)

    environment = {**os.environ, "DATELINE_HOME": str(home), "DATELINE_EMBEDDING_MODEL": "hashing", "DATELINE_LLM": "none"}
    command = [sys.executable, str(ROOT / "ingest.py"), str(folder), "--json"]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, preexec_fn=be_a_user, timeout=60)
    (folder / "closed").chmod(0o700)
    report = json.loads(ran.stdout)
    assert ran.returncode == 1 and "Traceback" not in ran.stderr
    assert {Path(failed["path"]).name: "permission denied" in failed["error"] for failed in report["failed"]} == {
        "b.txt": True,
        "closed": True,
    }
    with opened(home, "read") as service:
        assert [service.find(str(folder / name)) is not None for name in ("a.txt", "b.txt", "c.txt")] == [True, False, True]
