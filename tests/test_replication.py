"""Several homes of one catalog in PostgreSQL: they follow it, one process writes, and what is too far behind says so.

The Chroma server that they share is not there: words go on without it. tests/scale/ has a real one."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from starlette.testclient import TestClient

from app.answer import SearchRequest
from app.errors import DatelineError
from app.replication.standing import serving_mode
from app.service import Service
from app.settings import Settings, load_settings
from app.stores.vectors import VectorStore
from app.web.api import make_api
from app.web.background import Background
from app.web.lagging import Lagging
from app.web.replicating import Replicating
from tests.postgres import Server, said_by
from tests.processes import until
from tests.samples import LOCK, MILL, ingest_records

NOWHERE = "http://127.0.0.1:9"


class Machines:
    """Homes of one catalog, each with a process of its own in place of a machine."""

    def __init__(self, folder: Path, url: str, opened: ExitStack) -> None:
        self._folder, self.url, self._opened = folder, url, opened

    def settings(self, name: str, **changes: Any) -> Settings:
        places = {"home": self._folder / name, "catalog_url": self.url, "chroma_url": NOWHERE}
        return load_settings(llm="none", embedding_model="hashing", **places, **changes)

    def serve(self, name: str, **changes: Any) -> Service:
        settings = self.settings(name, **changes)
        return self._opened.enter_context(Service.open(settings, serving_mode(settings), "serve"))

    def share_vectors(self, *services: Service) -> VectorStore:
        """One Chroma in this process in place of the server."""
        shared = VectorStore(self._folder / "chroma", None)
        for service in services:
            service.stores.vectors = shared
            assert service.load_encoder() is not None
        return shared


@pytest.fixture
def machines(postgres: Server, tmp_path: Path) -> Iterator[Machines]:
    url = postgres.database()
    with ExitStack() as opened:
        yield Machines(tmp_path, url, opened)
    postgres.drop(url)


def found(service: Service, words: str) -> list[str | None]:
    return [hit.url for hit in service.search(SearchRequest(question=words))]


def leading(service: Service) -> Service:
    assert service.standing.look()
    return service


def test_a_replica_finds_what_the_leader_brought_in_and_no_longer_what_it_took_out(machines: Machines, tmp_path: Path) -> None:
    leader, replica = leading(machines.serve("leader")), machines.serve("replica", replica=True)
    replica.standing.follow()
    ingest_records(leader, tmp_path, [MILL, LOCK], embed=False)
    assert found(replica, "old mill of Velm") == []
    replica.standing.follow()
    assert MILL["url"] in found(replica, "old mill of Velm")
    leader.remove([MILL["url"]])
    replica.standing.follow()
    assert MILL["url"] not in found(replica, "old mill of Velm")
    assert (replica.health().role, leader.health().role) == ("replica", "leader")


def test_a_replica_that_was_opened_anew_goes_on_where_it_was(machines: Machines, tmp_path: Path) -> None:
    leader = leading(machines.serve("leader"))
    replica = machines.serve("replica", replica=True)
    ingest_records(leader, tmp_path, [MILL], embed=False)
    replica.standing.follow()
    replica.close()
    ingest_records(leader, tmp_path, [LOCK], embed=False)
    again = machines.serve("replica", replica=True)
    assert MILL["url"] in found(again, "old mill of Velm")
    again.standing.follow()
    assert LOCK["url"] in found(again, LOCK["title"])
    again.stores.check_words()


def test_a_replica_says_how_far_it_is_behind_until_it_has_followed(machines: Machines, tmp_path: Path) -> None:
    leader, replica = leading(machines.serve("leader")), machines.serve("replica", replica=True)
    replica.standing.follow()
    assert (replica.health().behind_changes, replica.health().behind_seconds) == (0, 0.0)
    ingest_records(leader, tmp_path, [MILL], embed=False)
    assert replica.health().behind_changes > 0
    replica.standing.follow()
    assert replica.health().behind_changes == 0


def test_a_server_too_far_behind_answers_503_until_it_has_caught_up(
    machines: Machines, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    replica = machines.serve("replica", replica=True)
    site = TestClient(Lagging(make_api(replica, "token"), replica.standing.too_far_behind))
    asked = {"question": "old mill"}
    health = site.get("/api/health")
    assert (health.status_code, health.json()["role"]) == (503, "replica")
    assert "not yet read what the catalog holds" in health.json()["detail"]
    replica.standing.follow()
    assert (site.get("/api/health").status_code, site.post("/api/search", json=asked).status_code) == (200, 200)
    now = time.monotonic
    monkeypatch.setattr("app.replication.following.time.monotonic", lambda: now() + 60)
    refused = site.post("/api/search", json=asked)
    assert (refused.status_code, refused.headers["retry-after"]) == (503, "2")
    assert re.search(r"has not followed the catalog for 6\d s", refused.json()["detail"])
    assert site.get("/api/health").status_code == 503
    replica.standing.follow()
    assert site.get("/api/health").status_code == 200


def test_a_replica_refuses_every_way_to_write_in_one_line(machines: Machines, tmp_path: Path) -> None:
    leading(machines.serve("leader"))
    replica = machines.serve("replica", replica=True)
    writes = (
        lambda: replica.ingest([tmp_path]),
        lambda: replica.remove(["https://velm.example/mill"]),
        lambda: replica.collection.add("mill.txt", b"The mill."),
        lambda: replica.collection.take_out("0" * 20),
    )
    for write in writes:
        with pytest.raises(DatelineError, match=r"this is a replica; writes go to the leader \(`dateline serve \d+ on .+`\)\.") as refused:
            write()
        assert refused.value.http == 409
    assert replica.catch_up() == 0
    assert not replica.standing.look()


def test_the_vectors_of_a_replica_follow_what_the_leader_has_embedded(machines: Machines, tmp_path: Path) -> None:
    leader, replica = leading(machines.serve("leader")), machines.serve("replica", replica=True)
    shared = machines.share_vectors(leader, replica)
    ingest_records(leader, tmp_path, [MILL, LOCK])
    replica.standing.follow()
    assert leader.stores.matrix is not None
    assert replica.stores.matrix is not None
    assert sorted(replica.stores.matrix.rows) == sorted(leader.stores.matrix.rows) != []
    assert replica.health().detail == ""
    shared.clear()
    ingest_records(leader, tmp_path, [dict(MILL, url="https://velm.example/again", text="The mill was painted red.")])
    shared.clear()
    replica.standing.follow()
    assert "Chroma does not give 1 vectors that the catalog counts." in replica.health().detail


def test_a_new_replica_makes_the_vectors_of_what_an_article_said_before(machines: Machines, tmp_path: Path) -> None:
    leader = leading(machines.serve("leader"))
    replica = machines.serve("replica", replica=True)
    machines.share_vectors(leader, replica)
    ingest_records(leader, tmp_path, [MILL])
    ingest_records(leader, tmp_path, [dict(MILL, text="The mill of Velm was torn down on Tuesday.")])
    replica.standing.follow()
    assert replica.stores.matrix is not None
    former = leader.stores.catalog.versions.passages_with_vector()
    assert former
    assert set(former) < set(replica.stores.matrix.rows.tolist())


def test_a_replica_of_another_embedding_model_than_the_vectors_answers_by_words_and_says_so(machines: Machines, tmp_path: Path) -> None:
    leader, replica = leading(machines.serve("leader")), machines.serve("replica", replica=True)
    machines.share_vectors(leader, replica)
    ingest_records(leader, tmp_path, [MILL])
    leader.stores.catalog.set_meta("embedding_model", "another")
    for _ in range(2):
        replica.standing.follow()
        assert "the vectors are of another now" in replica.health().detail
    assert MILL["url"] in found(replica, "old mill of Velm")


def test_nobody_writes_to_the_catalog_who_does_not_lead(machines: Machines) -> None:
    leading(machines.serve("leader"))
    standby = machines.serve("standby")
    assert not standby.standing.look()
    with pytest.raises(Exception, match="read-only transaction"):
        standby.stores.catalog.set_meta("mine", "1")


def test_a_standby_leads_when_the_leader_is_gone_and_goes_on_with_what_is_owed(machines: Machines, tmp_path: Path) -> None:
    leader, standby = leading(machines.serve("leader")), machines.serve("standby")
    assert standby.health().role == "standby"
    ingest_records(leader, tmp_path, [MILL], embed=False)
    leader.close()
    until(standby.standing.look)
    assert standby.health().role == "leader"
    ingest_records(standby, tmp_path, [MILL, LOCK], embed=False)
    assert standby.health().articles == 2


def test_a_standby_that_is_asked_to_write_waits_for_its_turn_and_has_it(machines: Machines, tmp_path: Path) -> None:
    leader, standby = machines.serve("leader"), machines.serve("standby")
    background = Background(leader)
    beside = Replicating(leader, background)
    beside.start()
    try:
        until(lambda: leader.standing.role == "leader")
        report = ingest_records(standby, tmp_path, [MILL], embed=False)
        assert (report.added, standby.standing.role, leader.standing.role) == (1, "leader", "standby")
        until(lambda: found(leader, "old mill of Velm") != [])
    finally:
        beside.stop(5)


def test_a_command_in_a_home_of_its_own_has_its_turn_beside_a_server_that_leads_again_afterwards(
    machines: Machines, tmp_path: Path
) -> None:
    leader = machines.serve("leader")
    beside = Replicating(leader, Background(leader))
    beside.start()
    try:
        until(lambda: leader.standing.role == "leader")
        with Service.open(machines.settings("alone"), "own", "ingest") as command:
            assert ingest_records(command, tmp_path, [MILL], embed=False).added == 1
            with pytest.raises(DatelineError, match=r"writes go to the leader \(`dateline ingest"):
                leader.stores.must_own()
        until(lambda: leader.standing.role == "leader")
    finally:
        beside.stop(5)


def test_who_waits_for_a_leader_that_does_not_let_go_is_told_who_it_is(machines: Machines, monkeypatch: pytest.MonkeyPatch) -> None:
    leading(machines.serve("leader"))
    standby = machines.serve("standby")
    monkeypatch.setattr("app.stores.stores.TURN_SECONDS", 0.2)
    with pytest.raises(DatelineError, match=r"this is a standby; writes go to the leader \(`dateline serve"):
        standby.remove(["anything"])


def test_a_leader_whose_connection_was_cut_stands_by_where_another_was_quicker(machines: Machines, tmp_path: Path) -> None:
    leader, standby = leading(machines.serve("leader")), machines.serve("standby")
    said_by(machines.url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'dateline serve %'")
    until(standby.standing.look)
    assert not leader.standing.look()
    assert (leader.standing.role, standby.standing.role) == ("standby", "leader")
    with pytest.raises(Exception, match=r"read-only transaction|has become its ingest leader"):
        leader.stores.catalog.set_meta("mine", "1")
    assert ingest_records(standby, tmp_path, [MILL], embed=False).added == 1
    standby.close()
    until(leader.standing.look)
    leader.stores.catalog.set_meta("mine", "1")


def test_the_lead_is_not_handed_over_while_something_is_written(machines: Machines) -> None:
    leader = leading(machines.serve("leader"))
    writing, done = threading.Event(), threading.Event()

    def write() -> None:
        with leader._write_lock:
            writing.set()
            done.wait(10)

    thread = threading.Thread(target=write)
    thread.start()
    writing.wait(10)
    assert not leader.standing.stand_down(0.1)
    assert leader.standing.role == "leader"
    done.set()
    thread.join()
    assert leader.standing.stand_down(1)
    assert leader.standing.role == "standby"


@pytest.mark.parametrize("missing", ["catalog_url", "chroma_url"])
def test_a_replica_of_nothing_is_refused_before_anything_is_opened(tmp_path: Path, missing: str) -> None:
    places = {"catalog_url": "postgresql://127.0.0.1/none", "chroma_url": NOWHERE, missing: None}
    with pytest.raises(DatelineError, match="DATELINE_CATALOG_URL and DATELINE_CHROMA_URL"):
        serving_mode(load_settings(home=tmp_path / "home", replica=True, **places))
    assert not (tmp_path / "home").exists()
