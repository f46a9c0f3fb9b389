"""What people asked, kept: each owner's own, searched, deleted with a way back."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.errors import DatelineError
from app.stores import conversations as module
from app.stores.conversations import IN_MEMORY, UNDO_SECONDS, Conversations, Listed


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Conversations]:
    with closing(Conversations(tmp_path / "conversations.sqlite")) as conversations:
        yield conversations


def ask(kept: Conversations, conversation: str, question: str, told: str = "", owner: str = "", cited: tuple[str, ...] = ()) -> int:
    turns = kept.turns(owner, conversation) or []
    number = kept.add(owner, conversation, f"k{len(turns)}", question, "{}")
    assert number is not None
    kept.finish(conversation, number, told, '{"told": true}', cited)
    return number


def titles(kept: Conversations, owner: str = "", **more: object) -> list[str]:
    return [one.title for one in kept.listing(owner, **more)]  # type: ignore[arg-type]


def later(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    now = time.time()
    monkeypatch.setattr(module.time, "time", lambda: now + seconds)


def test_a_conversation_comes_back_as_it_was_after_the_file_is_opened_again(tmp_path: Path) -> None:
    with closing(Conversations(tmp_path / "c.sqlite")) as kept:
        ask(kept, "one", "What does the bridge cost?", "97 million.")
        kept.add("", "one", "late", "And when does it open?", '{"q": 2}')
        secret = kept.secret()
    with closing(Conversations(tmp_path / "c.sqlite")) as kept:
        first, second = kept.turns("", "one") or []
        assert (first.number, first.done, first.body) == (1, True, '{"told": true}')
        assert (second.number, second.done, second.begun, second.body) == (2, False, 1, '{"q": 2}')
        kept.begin_again("one", 2)
        assert (kept.turns("", "one") or [])[1].begun == 2
        assert kept.secret() == secret and len(secret) >= 40


def test_a_question_that_is_sent_twice_is_asked_once(kept: Conversations) -> None:
    assert [kept.add("", "one", key, "How much?", "{}") for key in ("a", "b", "a", "b")] == [1, 2, 1, 2]
    assert len(kept.turns("", "one") or []) == 2


def test_the_last_asked_comes_first_and_the_first_question_gives_the_name(kept: Conversations, monkeypatch: pytest.MonkeyPatch) -> None:
    ask(kept, "one", "What does\n the bridge cost?")
    later(monkeypatch, 5)
    ask(kept, "two", "Who won?")
    assert titles(kept) == ["Who won?", "What does the bridge cost?"]
    later(monkeypatch, 9)
    ask(kept, "one", "And the tunnel?")
    assert titles(kept) == ["What does the bridge cost?", "Who won?"]
    assert kept.rename("", "one", "Bridge") and titles(kept)[0] == "Bridge" == kept.title("", "one")


def test_a_long_list_is_read_piece_by_piece_without_a_gap(kept: Conversations) -> None:
    for number in range(25):
        ask(kept, f"c{number:02}", f"Question {number}?")
    seen: list[Listed] = []
    while piece := kept.listing("", after=seen[-1] if seen else None, limit=10):
        seen += piece
    assert len(seen) == len({one.id for one in seen}) == 25


def test_questions_and_answers_and_names_are_searched_by_words_and_their_beginnings(kept: Conversations) -> None:
    ask(kept, "one", "What does the bridge cost?", "The Crossing costs 97 million tallars, Señor Peña said.")
    ask(kept, "two", "Who won the election?", "Nobody did.")
    kept.rename("", "two", "100%_sure")
    assert (
        titles(kept, words="bridge") == titles(kept, words="cros tallars") == titles(kept, words="pena") == ["What does the bridge cost?"]
    )
    assert titles(kept, words="nobody") == titles(kept, words="0%_s") == ["100%_sure"]
    assert titles(kept, words="bridge election") == titles(kept, words="x%") == []
    kept.finish("two", 1, "Everybody did.", "{}", [])
    assert titles(kept, words="nobody") == [] and titles(kept, words="everybody") == ["100%_sure"]


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"]), max_size=30))
def test_no_words_break_the_search(words: str) -> None:
    with closing(Conversations(None)) as kept:
        ask(kept, "one", "What does the bridge cost?")
        assert len(kept.listing("", words=words)) <= 1


def test_nothing_of_one_owner_is_seen_or_changed_by_another(kept: Conversations) -> None:
    ask(kept, "one", "What does the bridge cost?", owner="ada", cited=("a" * 20,))
    assert kept.turns("bob", "one") is None and kept.title("bob", "one") is None
    assert titles(kept, "bob") == titles(kept, "bob", words="bridge") == titles(kept, "") == []
    assert kept.add("bob", "one", "x", "Mine?", "{}") is None
    assert not kept.rename("bob", "one", "x") and not kept.delete("bob", "one")
    assert kept.cited("bob", "a" * 20) == [] and len(kept.cited("ada", "a" * 20)) == 1
    assert kept.delete("ada", "one") and not kept.restore("bob", "one") and kept.restore("ada", "one")
    assert titles(kept, "ada") == ["What does the bridge cost?"]


def test_what_was_deleted_can_come_back_for_a_while_and_then_leaves_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "c.sqlite"
    with closing(Conversations(path)) as kept:
        ask(kept, "one", "What does the zeppelin cost?", "A fortune.", cited=("a" * 20,))
        assert kept.delete("", "one") and titles(kept) == [] and kept.turns("", "one") is None
        assert kept.add("", "one", "x", "More?", "{}") is None, "another tab may not know that it is gone"
        assert kept.restore("", "one") and titles(kept) == ["What does the zeppelin cost?"]
        kept.delete("", "one")
        later(monkeypatch, UNDO_SECONDS + 1)
        ask(kept, "two", "Who won?")
        assert not kept.restore("", "one")
    with closing(sqlite3.connect(path)) as file:
        counts = [file.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in ("conversations", "turns", "citations")]
    assert counts == [1, 1, 0]
    assert b"zeppelin" not in b"".join(one.read_bytes() for one in tmp_path.iterdir())


def test_where_an_article_was_cited_is_counted_through_the_conversation(kept: Conversations) -> None:
    ask(kept, "one", "First?", cited=("a" * 20, "b" * 20, "a" * 20))
    ask(kept, "one", "Second?", cited=("c" * 20, "a" * 20))
    found = [(one.question, one.conversation, one.citation) for one in kept.cited("", "a" * 20)]
    assert found == [("Second?", "one", 5), ("First?", "one", 1)]


def test_in_memory_nothing_is_written_and_the_oldest_are_let_go(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with closing(Conversations(None)) as kept:
        for number in range(IN_MEMORY + 3):
            later(monkeypatch, number)
            ask(kept, f"c{number}", "How much?")
        assert len(kept.listing("", limit=1_000)) == IN_MEMORY
        assert kept.turns("", "c0") is None and kept.turns("", f"c{IN_MEMORY + 2}") is not None
    assert list(tmp_path.iterdir()) == []


def test_many_threads_that_ask_at_once_lose_and_double_nothing(kept: Conversations) -> None:
    def work(owner: str) -> None:
        for number in range(20):
            assert kept.add(owner, f"{owner}-c", f"k{number}", f"{owner} {number}?", "{}") == number + 1

    threads = [threading.Thread(target=work, args=(f"o{n}",)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [len(kept.turns(f"o{n}", f"o{n}-c") or []) for n in range(8)] == [20] * 8


def test_a_file_that_is_hurt_is_said_with_the_way_out(tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite"
    path.write_bytes(b"no database at all" * 300)
    with pytest.raises(DatelineError, match=r"conversations.sqlite is damaged.*mv "):
        Conversations(path)
