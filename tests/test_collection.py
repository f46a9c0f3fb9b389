"""The collection over real stores: its list, files that are handed in, removals and their undoing."""

from __future__ import annotations

import json
import stat
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.answer import Filters, SearchRequest
from app.collection import adding, removing
from app.errors import DatelineError
from app.service import Service
from tests.samples import FERRY, LOCK, MILL, RECORDS, UNDATED, ingest_records, opened

STORY = b"date 2026-02-03\n\nTorrin opens a fish market\n\nA fish market opened in Torrin on Tuesday. It sells herring and eels."


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("list")
    with opened(folder / "home") as service:
        ingest_records(service, folder, RECORDS, embed=False)
        yield service


@pytest.fixture
def own(tmp_path: Path) -> Iterator[Service]:
    with opened(tmp_path / "home") as service:
        ingest_records(service, tmp_path, RECORDS)
        yield service


def titles(service: Service, words: str = "", order: str = "newest", offset: int = 0, count: int = 100, **filters: str) -> list[str]:
    return [one.title for one in service.collection.listed(Filters(**filters), words, order, offset, count).articles]  # type: ignore[arg-type]


def test_the_list_has_every_article_newest_first_and_those_without_a_date_last(filled: Service) -> None:
    found = titles(filled)
    assert len(found) == len(RECORDS)
    assert found[0] == FERRY["title"] and found[-1] == UNDATED["title"]
    oldest = titles(filled, order="oldest")
    assert oldest[0] == "Amber museum opens in Port Sennet" and oldest[-1] == UNDATED["title"]


def test_it_is_ordered_by_title_by_outlet_and_by_when_it_came_in(filled: Service) -> None:
    by_title = titles(filled, order="title")
    assert by_title == sorted(by_title, key=str.casefold)
    outlets = [one.source for one in filled.collection.listed(Filters(), "", "outlet", 0, 100).articles]
    assert outlets == sorted(outlets)  # type: ignore[type-var]
    assert titles(filled, order="added")[0] == RECORDS[-1]["title"]


def test_stretches_join_to_the_whole_list(filled: Service) -> None:
    parts = [titles(filled, offset=start, count=5) for start in range(0, 15, 5)]
    assert [title for part in parts for title in part] == titles(filled)
    assert filled.collection.listed(Filters(), "", "newest", 10, 5).total == len(RECORDS)
    assert titles(filled, offset=99) == []


def test_filters_leave_only_what_they_name(filled: Service) -> None:
    assert set(titles(filled, source="velm courier")) == {
        MILL["title"], "Amber museum opens in Port Sennet", "A poor year for the orchards of Ellingdale",
    }  # fmt: skip
    assert titles(filled, since="2026-01-10") == [FERRY["title"]]
    assert UNDATED["title"] not in titles(filled, until="2026-12-31")
    assert titles(filled, source="No such outlet") == []


@pytest.mark.parametrize(
    ("words", "first", "how_many"),
    [
        ("ferry", "Ferry fares to rise", 1),
        ("ferr", "Ferry fares to rise", 1),
        ("FERRIES", "Ferry fares to rise", 1),
        ("council lock", "Torrin mends its lock", 1),
        ("lock council", "Torrin mends its lock", 1),
        ("council of Tor", "Torrin mends its lock", 1),
        ("harvests", "A poor year for the orchards of Ellingdale", 1),
        ("the lighthouse of", "The lighthouse of Skarrow Point", 1),
        ("engineers 9000", "Kaldia offers engineers to the Orrin delta", 2),
    ],
)
def test_words_must_all_stand_in_an_article_the_last_one_at_least_begun(filled: Service, words: str, first: str, how_many: int) -> None:
    found = titles(filled, words, "best")
    assert found[0] == first and len(found) == how_many


def test_every_letter_of_a_word_that_is_being_typed_finds_its_article(filled: Service) -> None:
    for word in ("lighthouse", "orchards", "engineers", "households", "prices"):
        for end in range(3, len(word) + 1):
            assert titles(filled, word[:end], "best"), word[:end]


def test_an_article_whose_title_says_the_words_comes_before_one_that_mentions_them(filled: Service) -> None:
    assert titles(filled, "orrin delta", "best")[0] == "Kaldia offers engineers to the Orrin delta"
    assert titles(filled, "port sennet", "best")[0] == "Amber museum opens in Port Sennet"


def test_words_that_nobody_wrote_find_nothing_and_a_stop_word_finds_titles(filled: Service) -> None:
    assert titles(filled, "xyzzy") == [] and titles(filled, "ferry xyzzy") == []
    assert UNDATED["title"] in titles(filled, "the ", "best")
    assert len(titles(filled, "   ")) == len(RECORDS)


def test_a_file_that_is_handed_in_is_found_by_its_words_and_leaves_no_copy(own: Service) -> None:
    added = own.collection.add("news/fish market.txt", STORY)
    assert (added.state, added.added, added.reasons) == ("added", 1, [])
    assert titles(own, "herring") == ["Torrin opens a fish market"]
    assert titles(own, order="added")[0] == "Torrin opens a fish market"
    assert own.search(SearchRequest(question="Where can herring be bought?"))[0].title == "Torrin opens a fish market"
    assert not (own.settings.home / "added").exists()


def test_the_same_file_again_is_unchanged_and_an_edited_one_updated(own: Service) -> None:
    assert own.collection.add("fish.txt", STORY).state == "added"
    assert own.collection.add("fish.txt", STORY).state == "unchanged"
    assert own.collection.add("fish.txt", STORY.replace(b"eels", b"crabs")).state == "updated"
    assert titles(own, "crabs") == ["Torrin opens a fish market"] and titles(own, "eels") == []


def test_remove_names_it_by_the_place_it_was_read_at(own: Service) -> None:
    own.collection.add("news/fish.txt", STORY)
    removed, unknown = own.remove([str(own.settings.home / "added" / "news" / "fish.txt")])
    assert len(removed) == 1 and unknown == []
    assert titles(own, "herring") == []


def test_a_file_that_cannot_be_read_says_why_and_not_where_it_lay(own: Service) -> None:
    added = own.collection.add("picture.png", b"\x89PNG")
    assert added.state == "failed" and "Files with this ending are not read" in added.reasons[0]
    assert own.collection.add("empty.txt", b" \n").reasons == ["It is empty."]
    records = b"\n".join([json.dumps(MILL | {"url": "https://made.example/1"}).encode(), b"{broken", json.dumps(LOCK).encode()])
    mixed = own.collection.add("many.jsonl", records)
    assert (mixed.state, mixed.added, mixed.unchanged) == ("added", 1, 1)
    assert mixed.reasons[0].startswith("Line 2: ")
    assert str(own.settings.home) not in str(added) + str(mixed)


@pytest.mark.parametrize("name", ["../../../escaped.txt", "/etc/escaped.txt", "..\\..\\escaped.txt", "a/../../escaped.txt"])
def test_no_name_leads_out_of_the_home(own: Service, tmp_path: Path, name: str) -> None:
    assert own.collection.add(name, STORY).state == "added"
    (found,) = own.stores.catalog.find(own.collection.listed(Filters(), "herring", "newest", 0, 1).articles[0].id)
    assert Path(str(found.article.path)).is_relative_to((own.settings.home / "added").resolve())
    assert not list(tmp_path.rglob("escaped*"))


def test_while_it_is_read_the_file_is_its_users_alone(own: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[int] = []
    ingest = own.collection._adding._pipeline.ingest

    def looked(paths: list[Path]) -> object:
        seen.extend(stat.S_IMODE(path.stat().st_mode) for path in (*paths, paths[0].parent))
        return ingest(paths)

    monkeypatch.setattr(own.collection._adding._pipeline, "ingest", looked)
    own.collection.add("fish.txt", STORY)
    assert seen == [0o600, 0o700]


def test_what_a_killed_process_was_reading_is_gone_with_the_next_owner(tmp_path: Path) -> None:
    with opened(tmp_path / "home"):
        pass
    left = tmp_path / "home" / "added" / "half.txt"
    left.parent.mkdir()
    left.write_bytes(STORY)
    with opened(tmp_path / "home", "read"):
        assert left.exists()
    with opened(tmp_path / "home"):
        assert not left.parent.exists()


def test_whoever_waits_for_another_writer_is_told_and_may_try_again(own: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(adding, "WAIT_SECONDS", 0.1)
    with own._write_lock, pytest.raises(DatelineError, match="another command is writing") as told:
        own.collection.add("fish.txt", STORY)
    assert told.value.http == 503
    assert own.collection.add("fish.txt", STORY).state == "added"


def test_a_home_that_is_only_read_takes_nothing_in_or_out(own: Service, tmp_path: Path) -> None:
    with opened(tmp_path / "home", "read") as reader:
        assert len(titles(reader)) == len(RECORDS)
        for act in (
            lambda: reader.collection.add("a.txt", STORY),
            lambda: reader.collection.take_out("x"),
            lambda: reader.collection.put_back("x"),
        ):
            with pytest.raises(DatelineError, match="reading alone") as told:
                act()
            assert told.value.http == 403


def test_a_removed_article_leaves_list_words_and_vectors_and_comes_back_as_it_was(own: Service) -> None:
    (found,) = own.stores.catalog.find(LOCK["url"])
    before = own.stores.vectors.count if own.stores.vectors else 0
    removed = own.collection.take_out(found.article.id)
    assert removed is not None and removed.article == found.article
    assert titles(own, "canal lock") == [] and own.article(found.article.id) is None
    assert own.stores.vectors is not None and own.stores.vectors.count < before
    assert own.collection.put_back(removed.undo) == found.article
    assert own.article(found.article.id) == found.article
    assert titles(own, "canal lock") == [LOCK["title"]]
    own.catch_up()
    assert own.stores.vectors.count == before
    assert own.search(SearchRequest(question="What will it cost to mend the lock?"))[0].article_id == found.article.id
    assert own.collection.put_back(removed.undo) is None, "an undo works once"


def test_a_copy_tells_the_story_while_its_first_article_is_out(own: Service) -> None:
    (found,) = own.stores.catalog.find(MILL["url"])
    removed = own.collection.take_out(found.article.id)
    assert removed is not None
    assert own.stores.catalog.stories.owed() == 0
    own.collection.put_back(removed.undo)
    assert own.stores.catalog.stories.owed() == 0
    rows = own.stores.catalog.article_rows()
    assert len(set(own.stores.catalog.stories.of(rows).values())) == len(rows) - 1


def test_what_came_in_again_meanwhile_is_not_overwritten(own: Service, tmp_path: Path) -> None:
    (found,) = own.stores.catalog.find(LOCK["url"])
    removed = own.collection.take_out(found.article.id)
    assert removed is not None
    ingest_records(own, tmp_path, [LOCK | {"text": "The lock in Torrin is mended. Boats pass again."}])
    own.collection.put_back(removed.undo)
    assert "Boats pass again" in str(own.article(found.article.id))


def test_what_is_kept_for_an_undo_is_bounded_in_time_and_size(own: Service, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = [one.id for one in own.collection.listed(Filters(), "", "newest", 0, 4).articles]
    monkeypatch.setattr(removing, "KEPT_CHARACTERS", 1)
    undo = [removed.undo for article_id in ids[:2] if (removed := own.collection.take_out(article_id))]
    assert own.collection.put_back(undo[0]) is None
    assert own.collection.put_back(undo[1]) is not None
    removed = own.collection.take_out(ids[2])
    assert removed is not None
    monkeypatch.setattr(removing, "KEPT_SECONDS", 0.01)
    time.sleep(0.02)
    assert own.collection.put_back(removed.undo) is None
    assert own.collection.take_out("no such id") is None


def test_the_list_follows_what_comes_and_goes_while_others_read_it(own: Service) -> None:
    stop, faults = threading.Event(), list[BaseException]()

    def read() -> None:
        try:
            while not stop.is_set():
                titles(own, "the", "best")
                assert len(titles(own)) >= len(RECORDS) - 1
        except BaseException as error:
            faults.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for n in range(5):
        own.collection.add(f"{n}.txt", STORY.replace(b"herring", f"herring {n}".encode()))
    stop.set()
    for reader in readers:
        reader.join()
    assert not faults
    assert len(titles(own)) == len(RECORDS) + 5


def test_the_room_that_a_home_takes_is_that_of_its_files(own: Service) -> None:
    room = own.collection.room()
    assert room.whole
    assert room.bytes >= max(path.stat().st_size for path in own.settings.home.rglob("*"))
