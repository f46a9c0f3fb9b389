"""Two replicas and two servers that lead in turn, behind nginx, over PostgreSQL and a Chroma server. The tests go on from one another."""

from __future__ import annotations

import os
import signal
import statistics
import time
from pathlib import Path
from typing import Any

from tests.processes import processor_seconds
from tests.samples import RECORDS, write_records
from tests.scale.fleet import BEHIND_SECONDS, ONE_ALONE, START_SECONDS, WRITERS, Fleet, asked, waited
from tests.scale.load import requests_a_second
from tests.scale.shares import held_to, shares_can_be_held

FIND_SECONDS = 10.0
LEAD_SECONDS = 10.0
ARTICLES = 400
ROUNDS = int(os.environ.get("SCALE_ROUNDS", "5"))
ROUND_SECONDS = float(os.environ.get("SCALE_ROUND_SECONDS", "6"))
SHARE = 0.4
"""Of a core for each replica, where that can be bounded: of two cores more than one is left for all else."""
QUESTIONS = (
    "How many engineers does Kaldia plan to send to the Orrin delta?",
    "Who reopens the old mill of Velm?",
    "What did the river council in Port Sennet decide?",
    "When does the lock reopen?",
)


def article(number: int, word: str = "report") -> dict[str, Any]:
    source = RECORDS[number % len(RECORDS)]
    url, title = f"https://wire.example/{word}-{number}", f"{word.title()} {number}"
    return {"url": url, "title": title, "published": "2025-10-02", "text": f"It was {word}{number} that came in. {source['text']}"}


def finds(fleet: Fleet, name: str, record: dict[str, Any], words: str) -> bool:
    status, found = fleet.search(name, words)
    return status == 200 and record["url"] in found


def test_what_the_leader_brings_in_is_found_by_both_replicas_within_seconds(fleet: Fleet, tmp_path: Path) -> None:
    fleet.ingest(fleet.leader(), write_records(tmp_path / "all.jsonl", RECORDS))
    fresh = article(1, "kestrel")
    fleet.ingest(fleet.leader(), write_records(tmp_path / "one.jsonl", [fresh]))
    for name in ("replica1", "replica2", "entrance"):
        took = waited(lambda name=name: finds(fleet, name, fresh, "kestrel1"), FIND_SECONDS, f"{name} finds it")  # type: ignore[misc]
        print(f"\nfound by {name} {took:.1f} s after the command had ended")
    # By meaning, too: every vector has reached the replicas' own matrix.
    waited(lambda: fleet.health("replica1")["status"] == "ok" and not fleet.health("replica1")["detail"], 120, "vectors")
    assert fleet.health("replica1")["role"] == "replica"


def test_a_command_at_a_standby_has_its_turn_and_one_at_a_replica_is_refused(fleet: Fleet, tmp_path: Path) -> None:
    leader = fleet.leader()
    (standby,) = set(WRITERS) - {leader}
    assert fleet.health(standby)["role"] == "standby"
    assert fleet.ingest(standby, write_records(tmp_path / "turn.jsonl", [article(1, "turnstone")]))["added"] == 1
    assert fleet.leader() == standby
    refused = fleet.command("replica1", "ingest.py", str(tmp_path / "turn.jsonl"))
    _, said = refused.communicate(timeout=120)
    assert refused.returncode == 2
    assert "this is a replica; writes go to the leader" in said


def test_a_file_that_is_dropped_on_the_page_goes_to_a_server_that_writes(fleet: Fleet) -> None:
    entrance = fleet.at("entrance")
    headers = {"X-Dateline": "page", "Origin": entrance}
    status, added = asked(
        f"{entrance}/page/articles/add?name=plover.txt", {"said": "A plover was seen at the lock of Velm on Monday."}, headers
    )
    assert (status, added["state"]) == (200, "added"), added
    waited(lambda: fleet.search("entrance", "plover lock")[1] != [], FIND_SECONDS, "it is found")


def test_reads_are_shared_by_both_replicas(fleet: Fleet) -> None:
    """Each replica has a part of a core, so that the rest is enough for PostgreSQL, Chroma, nginx and the readers: a machine of two cores
    cannot give two replicas a whole one each. Where this user may bound no process, each has a core of its own, shared with all that."""
    replicas = {"replica1": 0, "replica2": 1}
    one: list[float] = []
    two: list[float] = []
    worked = dict.fromkeys(replicas, 0.0)
    bounded = shares_can_be_held()
    with held_to([fleet.process(name) for name in replicas], SHARE) if bounded else fleet.pinned(replicas):
        for name in replicas:
            requests_a_second(fleet.ports[name], QUESTIONS, 1.0)
        for _ in range(ROUNDS):
            for entrance, rates in ((ONE_ALONE, one), ("entrance", two)):
                before = {name: processor_seconds(fleet.process(name)) for name in replicas}
                rate, statuses = requests_a_second(fleet.ports[entrance], QUESTIONS, ROUND_SECONDS)
                assert statuses == {200}
                rates.append(rate)
                if entrance == "entrance":
                    worked = {name: worked[name] + processor_seconds(fleet.process(name)) - start for name, start in before.items()}
    assert min(worked.values()) > 0.1 * max(worked.values()), f"seconds worked: {worked}"
    ratio, noise = statistics.median(two) / statistics.median(one), max(max(rates) / min(rates) for rates in (one, two))
    cores = len(os.sched_getaffinity(0))
    print(
        f"\nsearches a second, {ROUNDS} rounds of {ROUND_SECONDS:.0f} s in turn: one replica {statistics.median(one):.1f} "
        f"({min(one):.1f} to {max(one):.1f}), two {statistics.median(two):.1f} ({min(two):.1f} to {max(two):.1f}): "
        f"{ratio:.2f} times, each held to {f'{SHARE:.0%} of a core' if bounded else 'a core'}, on {cores} cores; "
        f"rounds differ by up to {noise:.2f} times"
    )
    assert ratio > (1.8 if bounded else 1.6 if cores >= 4 else 1.0) / max(1.0, min(noise, 1.25))


def test_a_replica_that_was_asleep_answers_nothing_old(fleet: Fleet, tmp_path: Path) -> None:
    fleet.signal("replica2", signal.SIGSTOP)
    fresh = article(1, "avocet")
    fleet.ingest(fleet.leader(), write_records(tmp_path / "avocet.jsonl", [fresh]))
    time.sleep(BEHIND_SECONDS + 1)
    fleet.signal("replica2", signal.SIGCONT)
    statuses, began = [], time.monotonic()
    while not statuses or statuses[-1] != 200:
        status, found = fleet.search("replica2", "avocet1")
        statuses.append(status)
        assert status == 503 or fresh["url"] in found
        assert time.monotonic() - began < FIND_SECONDS
    print(f"\nafter its sleep {len(statuses) - 1} times 503, then found after {time.monotonic() - began:.2f} s")


def test_nginx_leaves_out_a_replica_that_cannot_follow_and_takes_it_back(fleet: Fleet) -> None:
    with fleet.deaf("replica2"):
        # What is asked of it before it knows that it is behind waits for the catalog.
        waited(lambda: fleet.search("replica2", "avocet1", seconds=1)[0] == 503, BEHIND_SECONDS + 6, "replica2 says that it is behind")
        for _ in range(20):
            assert fleet.search("entrance", "avocet1")[0] == 200
    waited(lambda: fleet.search("replica2", "avocet1")[0] == 200, FIND_SECONDS, "replica2 has caught up")


def test_a_replica_that_is_killed_costs_no_reader_an_answer_and_comes_back(fleet: Fleet, tmp_path: Path) -> None:
    fleet.kill("replica2")
    for _ in range(20):
        assert fleet.search("entrance", "avocet1")[0] == 200
    fresh = article(1, "dunlin")
    fleet.ingest(fleet.leader(), write_records(tmp_path / "dunlin.jsonl", [fresh]))
    fleet.start("replica2")
    waited(lambda: finds(fleet, "replica2", fresh, "dunlin1"), START_SECONDS, "replica2 is back")


def test_a_leader_killed_in_the_middle_of_an_ingest_is_replaced_and_nothing_is_lost_or_doubled(fleet: Fleet, tmp_path: Path) -> None:
    file = write_records(tmp_path / "many.jsonl", [article(number) for number in range(ARTICLES)])
    leader = fleet.leader()
    (standby,) = set(WRITERS) - {leader}
    waited(lambda: fleet.health(standby)["role"] == "standby", 30, "there is a standby")
    wire = "FROM articles WHERE url LIKE 'https://wire.example/report-%'"
    reading = fleet.command(leader, "ingest.py", str(file))
    waited(lambda: fleet.counted(f"SELECT COUNT(*) {wire}") >= ARTICLES // 4, 120, "a quarter is in")
    fleet.kill(leader)
    took = waited(lambda: fleet.health(standby)["role"] == "leader", LEAD_SECONDS, "the standby leads")
    _, said = reading.communicate(timeout=120)
    kept = fleet.counted(f"SELECT COUNT(*) {wire}")
    print(f"\n{standby} led {took:.1f} s after {leader} was killed; {kept} of {ARTICLES} articles were in")
    assert reading.returncode == 2
    assert "does not answer" in said
    assert ARTICLES // 4 <= kept < ARTICLES
    report = fleet.ingest(standby, file)
    assert (report["added"], report["unchanged"], report["failed"]) == (ARTICLES - kept, kept, [])
    assert fleet.counted(f"SELECT COUNT(*) {wire}") == fleet.counted(f"SELECT COUNT(DISTINCT id) {wire}") == ARTICLES
    waited(lambda: fleet.health(standby)["status"] == "ok", 300, "every passage has its vector")
    assert fleet.counted("SELECT COUNT(*) FROM passages WHERE embedded = 0") == 0
    for name in ("replica1", "replica2"):
        waited(lambda name=name: not fleet.health(name)["behind_changes"], FIND_SECONDS, f"{name} has followed")  # type: ignore[misc]
        for number in (0, ARTICLES // 2, ARTICLES - 1):
            assert finds(fleet, name, article(number), f"report{number}")
    doctor = fleet.command(standby, "-m", "app", "doctor")
    out, err = doctor.communicate(timeout=300)
    assert doctor.returncode == 0, out + err
    fleet.start(leader)
    waited(lambda: fleet.health(leader)["role"] == "standby", START_SECONDS, "the killed one comes back to stand by")
