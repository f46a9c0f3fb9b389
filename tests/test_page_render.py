"""The page's HTML, without a browser: what a turn shows, and that no text of others becomes markup or code."""

from __future__ import annotations

import asyncio
import gzip
import html
import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
from anyio import CapacityLimiter
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from app.answer import Abstained, Failed, Loosening, Request, SentenceReady, Short, Started
from app.article import Article, Published, Span
from app.web.asked import make_request, read_question
from app.web.conversing import answered
from app.web.fragments import address, fragments
from app.web.markup import date_words, esc
from app.web.page import view
from app.web.render import render
from app.web.render_answer import plain_text
from app.web.render_article import mark_text, render_article
from app.web.turn import Turn
from tests.page_scripts import (
    FARES,
    FIRST,
    PRICE,
    RISE,
    SECOND,
    ScriptedService,
    abstains,
    answers,
    cite,
    opening,
    quoted,
    sentence,
    whole,
)

HOSTILE = "<img src=x onerror=alert(1)>${alert(2)}{{alert(3)}}`</script><b>\"'"


class Tags(HTMLParser):
    """The tags and attributes that a browser would see."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.words += data


def done(script=answers, **filters: str) -> Turn:  # type: ignore[no-untyped-def]
    turn = Turn("t1", "How much is a ticket?", filters)
    for event in script(Request.model_validate({"question": turn.question, **filters})):
        turn.fold(event)
    return turn


def answered_in_short(words: Short | None, *sentences: SentenceReady) -> Turn:
    """An answered turn of these sentences with this short answer."""
    asked = Request(question="How much is a ticket?")
    turn = Turn("t1", asked.question, sentences=list(sentences))
    turn.fold(whole(asked, *sentences, short=words))
    return turn


def test_events_fold_into_an_answered_turn() -> None:
    turn = done()
    assert turn.state == "answered" and not turn.busy
    assert [one.text for one in turn.sentences] == [FIRST.text, SECOND.text]


def test_a_citation_keeps_its_number_wherever_it_is_used_again() -> None:
    turn = Turn("t1", "q", sentences=[FIRST, sentence(1, "Again so.", RISE), SECOND])
    shown = re.findall(r'data-cite="t1\.(\d)"[^>]*data-quote', render(turn))
    assert shown == ["1", "2", "2", "3", "4"]


def test_the_quotes_stand_under_the_answer_with_outlet_date_and_number() -> None:
    words = Tags(render(done())).words
    assert f"“{PRICE.quote}”" in words
    assert "The Oster Gazette 28 Nov 2025" in words and "Outlet not stated Date not stated" in words
    assert "2 articles, 4 sentences" in words


def test_sources_come_only_when_the_answer_is_whole() -> None:
    turn = Turn("t1", "q", sentences=[FIRST])
    assert "Cited" not in render(turn) and 'aria-busy="true"' in render(turn)
    turn.stop()
    assert "Cited" in render(turn) and "Stopped. What was checked stays." in render(turn)


def test_a_stopped_turn_takes_in_no_more() -> None:
    turn = Turn("t1", "q", sentences=[FIRST])
    turn.stop()
    for event in answers(Request(question="q")):
        turn.fold(event)
    assert turn.state == "stopped" and len(turn.sentences) == 1


def test_an_unsupported_sentence_says_so_and_has_no_number() -> None:
    shown = render(Turn("t1", "q", state="answered", sentences=[sentence(0, "It is certain.", supported=False)]))
    assert "not supported" in shown and "data-cite" not in shown


def test_an_abstention_offers_the_question_without_each_filter() -> None:
    shown = render(done(abstains, as_of="2025-11-30", source="The Oster Gazette"))
    assert Tags(shown).words.count("The articles do not say.") == 1
    assert re.findall(r'data-act="drop" data-key="(\w+)">', shown) == ["as_of", "source", "all"]
    assert shown.count('data-kind="nearest"') == 2 and "Nearest passages" in shown


def test_filters_that_leave_nothing_to_search_are_the_headline_and_only_what_helps_is_offered() -> None:
    said = "No article matches these filters. Take off since (61 articles)."

    def script(request: Request):  # type: ignore[no-untyped-def]
        yield from opening(request)
        yield Abstained(reason=said, nearest=[])
        yield whole(request, abstained=True, missing=said, loosen=[Loosening(keys=["since"], articles=61)])

    shown = render(done(script, since="2031-01-01", source="The Oster Gazette"))
    assert "do not say" not in shown
    assert '<p class="none">No article matches these filters.</p><p class="reason" dir="auto">Take off since (61 articles).</p>' in shown
    assert re.findall(r'data-act="drop" data-key="(\w+)"><span>without', shown) == ["since"]


def test_a_failed_model_shows_the_card_and_the_sentences_that_were_found() -> None:
    def script(request: Request):  # type: ignore[no-untyped-def]
        yield from opening(request)
        yield FIRST
        yield Failed(message="The model is down.", detail="no answer from port 1")
        yield whole(request, FIRST, notes=["The model is down."])

    shown = render(done(script))
    words = Tags(shown).words
    assert 'data-state="failed"' in shown and FIRST.text in words
    assert "The search worked. These are the sentences it found, word for word." in words
    assert "no answer from port 1" in words and words.count("The model is down.") == 1


def test_the_facts_tell_time_newest_evidence_and_what_was_left_out() -> None:
    words = Tags(render(done(as_of="2025-11-30"))).words
    for fact in ("Newest evidence 28 Nov 2025", "3 later articles left out", "2.4 s"):
        assert fact in words


@pytest.mark.parametrize(
    ("sentences", "said"),
    [
        ([FIRST, SECOND], "Worded by TestModel-1, each sentence checked"),
        ([FIRST, quoted(1, RISE)], "Worded in part by TestModel-1, each sentence checked"),
        ([quoted(0, RISE), quoted(1, PRICE)], "The articles’ own words"),
    ],
)
def test_the_facts_begin_with_whose_words_the_answer_is_in(sentences: list[SentenceReady], said: str) -> None:
    words = Tags(render(answered_in_short(None, *sentences))).words
    assert f"Copy with citationsPrint{said}Newest evidence" in words
    assert ("TestModel-1" in words) == ("TestModel-1" in said)


def test_an_abstention_is_in_nobodys_words() -> None:
    words = Tags(render(done(abstains))).words
    assert "own words" not in words and "TestModel-1" not in words


def test_the_copy_has_the_answer_with_numbers_and_their_list() -> None:
    lines = plain_text(done()).splitlines()
    assert lines[0] == "How much is a ticket?"
    assert lines[2] == f"{FIRST.text} [1][2] {SECOND.text} [3][4]"
    assert lines[4] == f"[1] “{PRICE.quote}” — {FARES.title}, The Oster Gazette, 28 Nov 2025, {FARES.url}"
    assert "outlet not stated, date not stated" in lines[6]


@pytest.mark.parametrize("script", [answers, abstains])
def test_hostile_text_stays_text_everywhere(script) -> None:  # type: ignore[no-untyped-def]
    plain = Tags(render(done(script, source="A", as_of="2025-11-30")))
    evil = Article(id=HOSTILE, title=HOSTILE, text=HOSTILE, source=HOSTILE, url=HOSTILE)
    turn = done(script, source=HOSTILE, as_of="2025-11-30")
    turn.question = turn.reason = HOSTILE
    turn.sentences = [sentence(n, HOSTILE, *(cite(evil, HOSTILE) for _ in one.citations)) for n, one in enumerate(turn.sentences)]
    turn.nearest = [cite(evil, HOSTILE) for _ in turn.nearest]
    assert turn.answer is not None
    turn.answer.notes, turn.answer.model = [HOSTILE], HOSTILE
    shown = render(turn)
    seen = Tags(shown)
    assert set(seen.tags) <= set(plain.tags) | {"p"}
    assert not [name for name, _ in seen.attributes if name.startswith("on") or name == "src"]
    assert "${" not in shown and "{{" not in shown and "`" not in shown
    assert HOSTILE in seen.words


@given(st.text())
def test_escaped_text_is_inert_and_reads_the_same(text: str) -> None:
    escaped = esc(text)
    assert not set(escaped) & set("<>\"'`${}\0")
    assert Tags(f"<p>{escaped}</p>").words == text.replace("\0", "\ufffd")


def spans() -> st.SearchStrategy[Span]:
    return st.tuples(st.integers(0, 60), st.integers(1, 30)).map(lambda pair: Span(pair[0], pair[0] + pair[1]))


@given(st.text("ab<&\n ", max_size=60), st.lists(spans(), max_size=5), st.none() | spans())
def test_marks_change_no_word_and_cover_exactly_the_cited_span(text: str, cited: list[Span], at: Span | None) -> None:
    shown = mark_text(text, cited, at)
    paragraphs = [line for line in text.split("\n") if line.strip()]
    assert html.unescape(re.sub(r"<[^>]+>", "", shown.replace("</p>", "\n"))) == "".join(f"{one}\n" for one in paragraphs)
    asked = "".join(html.unescape(one) for one in re.findall(r'<mark class="at"[^>]*>([^<]*)</mark>', shown))
    wanted = "".join(
        character
        for n, line in enumerate(text.split("\n"))
        if line.strip()
        for place, character in enumerate(line, sum(len(one) + 1 for one in text.split("\n")[:n]))
        if at and at.start <= place < at.end
    )
    assert asked == wanted
    assert shown.count('id="at"') == (1 if wanted else 0)


def test_the_panel_says_what_is_not_known_and_links_only_to_the_web() -> None:
    bare = Article(id="x", title="First words.", text="First words. More.", title_is_first_sentence=True, url="javascript:alert(1)")
    shown = render_article(bare, [], None)
    words = Tags(shown).words
    assert all(said in words for said in ("Date not stated", "Outlet not stated", "Author not stated", "first sentence"))
    assert "<a " not in shown
    known = Article(id="y", title="T", text="T.", published=Published.parse("2025-11-30"), url="https://oster.example/a?b=1&c=2")
    assert 'href="https://oster.example/a?b=1&amp;c=2" target="_blank" rel="noopener noreferrer"' in render_article(known, [], None)
    assert "30 November 2025" in render_article(known, [], None)


@pytest.mark.parametrize(
    ("published", "words"),
    [("2025-11-30", "30 Nov 2025"), ("2025-12-01T00:30:00+01:00", "30 Nov 2025"), (None, "Date not stated"), ("soon", "soon")],
)
def test_dates_are_said_in_words_by_their_day_in_utc(published: str | None, words: str) -> None:
    assert date_words(published) == words


def test_a_follow_up_carries_the_turns_before_and_a_repeated_question_not_itself() -> None:
    turns = [done(), done()]
    turns[1].id = "t2"

    def sent(again: str | None) -> list[str]:
        request = make_request(read_question({"q": "And then?", "again": again}), turns)
        assert request is not None
        return [one.question for one in request.history]

    assert sent(None) == ["How much is a ticket?"] * 2
    assert sent("t2") == ["How much is a ticket?"] and sent("t1") == []
    assert len(sent(["t2"])) == 2, "what is no name of a turn is none"  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "data",
    [{}, {"q": "  "}, {"q": "x" * 3000}, {"q": "a", "filters": {"as_of": "yesterday"}}, {"q": "a", "filters": {"source": "s" * 900}}],
)
def test_what_cannot_be_asked_ends_in_a_turn_that_says_why(data: dict[str, object]) -> None:
    turn = read_question(data)
    assert make_request(turn, []) is None and turn.state == "failed"
    assert "This cannot be asked" in render(turn)


def test_a_fault_inside_ends_the_turn_without_a_traceback(tmp_path: Path) -> None:
    def broken(request: Request):  # type: ignore[no-untyped-def]
        yield Started(question=request.question)
        raise RuntimeError("secret /home/somebody")

    turn = Turn("t1", "q")

    async def ask() -> None:
        async for _ in answered(ScriptedService(tmp_path, broken), turn, Request(question="q"), CapacityLimiter(1)):
            pass

    asyncio.run(ask())
    shown = render(turn)
    assert 'data-state="failed"' in shown and "Traceback" not in shown and "secret" not in shown


def test_a_long_conversation_draws_its_last_turns_and_offers_the_earlier() -> None:
    turns = [Turn(f"t{n}", "q", state="stopped") for n in range(1, 31)]
    shown = view("c", turns)["turns"]
    assert "Show earlier" in shown[0] and len(shown) == 21 and 'id="t30"' in shown[-1]
    assert len(view("c", turns, shown=100)["turns"]) == 31


@pytest.fixture
def client(tmp_path: Path) -> TestClient:
    api = FastAPI()
    api.include_router(fragments(ScriptedService(tmp_path)))
    return TestClient(api)


def test_an_articles_fragment_marks_the_spans_that_were_asked_for(client: TestClient) -> None:
    got = client.get(f"/page/article/{FARES.id}?hl={RISE.start}-{RISE.end}&at={PRICE.start}-{PRICE.end}")
    assert got.status_code == 200
    assert f'id="at" tabindex="-1">{esc(PRICE.quote)}</mark>' in got.text and f"<mark>{esc(RISE.quote)}</mark>" in got.text
    assert client.get("/page/article/none").status_code == 404


@pytest.mark.parametrize("query", ["at=x", "at=1-2,3-4", "hl=1-", "hl=1-2;3-4", "at=-1-5", "hl=" + "1-2," * 3000 + "1-2"])
def test_a_malformed_span_is_refused(client: TestClient, query: str) -> None:
    assert client.get(f"/page/article/{FARES.id}?{query}").status_code == 422


def test_spans_beyond_the_text_mark_nothing(client: TestClient) -> None:
    assert "<mark" not in client.get(f"/page/article/{FARES.id}?at=999999990-999999999&hl=7-7").text


def test_static_files_are_packed_kept_and_only_those_there_are(client: TestClient) -> None:
    got = client.get("/" + address("page.js"), headers={"Accept-Encoding": "gzip"})
    assert got.headers["content-encoding"] == "gzip" and "immutable" in got.headers["cache-control"]
    plain = client.get("/page/page.js", headers={"Accept-Encoding": "identity"})
    assert plain.headers["cache-control"] == "no-cache" and len(gzip.compress(plain.content)) < len(plain.content) / 2
    assert client.get("/page/page.js", headers={"If-None-Match": plain.headers["etag"]}).status_code == 304
    for name in ("..%2Fpage.py", "page.py", "nothing.js", ".%2e/page.py"):
        assert client.get(f"/page/{name}").status_code == 404
