"""What is found, in which order, and above all what must never be seen."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from app.answer import Exchange, Filters, SearchRequest
from app.article import Published
from app.retrieval.filters import resolve_scope
from app.retrieval.follow_up import follow_up
from app.retrieval.retriever import Retriever
from app.retrieval.stories import TOP, spread
from app.service import Service
from app.stores.scope import Scope
from tests.samples import ENGINEERS_EARLY, ENGINEERS_LATE, MILL, MILL_COPY, MUSEUM, RECORDS, UNDATED, ingest_records, opened, write_records

FIRST = datetime(2025, 3, 1, tzinfo=UTC)
TIMES = [FIRST + timedelta(hours=7 * n) for n in range(24)]


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("retrieval")
    with opened(folder / "home") as service:
        ingest_records(service, folder, RECORDS)
        service.load_encoder()
        yield service


@pytest.fixture(scope="module")
def diary(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One story told every seven hours: half of the articles known to the second, half to the day; two without a date."""
    folder = tmp_path_factory.mktemp("diary")
    records: list[dict[str, Any]] = [
        {"url": f"https://diary.example/undated{n}", "text": f"The lock of Torrin, undated {n}."} for n in (1, 2)
    ]
    for number, moment in enumerate(TIMES):
        when = moment.isoformat() if number % 2 else moment.date().isoformat()
        text = f"The lock of Torrin was looked at again, entry {number}."
        records.append({"url": f"https://diary.example/{number}", "published": when, "text": text, "source": f"Outlet {number % 3}"})
    with opened(folder / "home") as service:
        service.ingest([write_records(folder / "diary.jsonl", records)])
        service.load_encoder()
        yield service


def urls(service: Service, question: str, **fields: Any) -> list[str | None]:
    return [hit.url for hit in service.search(SearchRequest(question=question, **fields))]


DATES = st.one_of(
    st.integers(-2, 10).map(lambda day: (FIRST + timedelta(days=day)).date().isoformat()),
    st.integers(-10, 200).map(lambda hour: (FIRST + timedelta(hours=hour, minutes=29)).isoformat()),
    st.sampled_from(TIMES).map(datetime.isoformat),
    st.sampled_from(TIMES).map(lambda moment: moment.astimezone(None).isoformat()),
)


@settings(max_examples=60)
@given(as_of=st.one_of(st.none(), DATES), since=st.one_of(st.none(), DATES), until=st.one_of(st.none(), DATES), words=st.booleans())
def test_what_is_seen_lies_within_the_dates_and_all_that_does_is_seen(
    diary: Service, as_of: str | None, since: str | None, until: str | None, words: bool
) -> None:
    assume(not (since and until) or Published.parse(since).first_second <= Published.parse(until).last_second)
    request = SearchRequest(question="the lock of Torrin", k=100, as_of=as_of, since=since, until=until)
    if words:
        hits = Retriever(diary.stores).rank(request.question, resolve_scope(request, diary.stores.catalog), 100)
        seen = {(r.article.url, str(r.article.published) if r.article.published else None) for r in hits}
    else:
        seen = {(hit.url, hit.published) for hit in diary.search(request)}
    for _, when in seen:
        if as_of or since or until:
            assert when is not None
            published = Published.parse(when)
            for bound in filter(None, (as_of, until)):
                assert published.last_second <= Published.parse(bound).last_second
            if since:
                assert published.last_second >= Published.parse(since).first_second
    expected = 0
    for number, moment in enumerate(TIMES):
        last = Published(moment if number % 2 else moment.date()).last_second
        ends = [Published.parse(bound).last_second for bound in (as_of, until) if bound]
        expected += last <= min(ends, default=last) and (not since or last >= Published.parse(since).first_second)
    assert len(seen) == expected + (0 if as_of or since or until else 2)


@pytest.mark.parametrize("as_of", ["2025-11-29", "2025-11-30T23:59:58+00:00", "2025-11-30T12:00:00Z", "2025-12-01T00:00:00+02:00"])
def test_an_article_known_to_the_day_is_not_seen_before_that_day_is_over(service: Service, as_of: str) -> None:
    assert ENGINEERS_LATE["url"] not in urls(service, "engineers to the Orrin delta", as_of=as_of)


@pytest.mark.parametrize("as_of", ["2025-11-30", "2025-12-01T00:00:00Z", "2026-06-01"])
def test_it_is_seen_once_the_day_is_over_or_is_named_as_a_whole(service: Service, as_of: str) -> None:
    assert ENGINEERS_LATE["url"] in urls(service, "engineers to the Orrin delta", as_of=as_of)


def test_an_undated_article_is_found_until_a_date_filter_stands(service: Service) -> None:
    assert urls(service, "lighthouse of Skarrow Point")[0] == UNDATED["url"]
    for name in ("as_of", "since", "until"):
        assert UNDATED["url"] not in urls(service, "lighthouse of Skarrow Point", k=100, **{name: "2026-01-01"})


@pytest.mark.parametrize("source", ["Northern Ledger", "northern ledger", " NORTHERN LEDGER "])
def test_an_outlet_is_matched_whatever_its_case(service: Service, source: str) -> None:
    hits = service.search(SearchRequest(question="council mill schools households", source=source, k=100))
    assert {hit.source for hit in hits} == {"Northern Ledger"}
    assert MILL_COPY["url"] in {hit.url for hit in hits}


def test_an_outlet_that_is_not_there_finds_nothing(service: Service) -> None:
    assert urls(service, "mill", source="The Nowhere Times") == []


def test_only_named_articles_are_seen_and_excluded_ones_never(service: Service) -> None:
    mill = service.find(MILL["url"])
    assert mill is not None
    both = {MILL["url"], MUSEUM["url"]}
    assert set(urls(service, "mill", urls=[MILL["url"].upper().replace("/VELM-MILL", "/velm-mill"), MUSEUM["url"] + "#top"], k=100)) == both
    assert urls(service, "mill", urls=[mill.id]) == [MILL["url"]]
    assert urls(service, "mill", urls=["https://nowhere.example/"]) == []
    assert not {MILL["url"]} & set(urls(service, "mill of Velm council", exclude=[mill.id], k=100))
    assert not both & set(urls(service, "mill of Velm council", exclude=[*both], k=100))
    assert urls(service, "mill", urls=[mill.id], exclude=[MILL["url"]]) == []


def test_of_two_equal_articles_the_recent_one_comes_first(tmp_path: Path) -> None:
    today = date.today()
    with opened(tmp_path / "home") as service:
        ingest_records(
            service,
            tmp_path,
            [MILL | {"url": f"https://courier.example/{days}", "published": str(today - timedelta(days=days))} for days in (400, 3, 40)],
        )
        service.load_encoder()
        order = [f"https://courier.example/{days}" for days in (3, 40, 400)]
        assert urls(service, "How did the council of Velm vote?") == order
        # As of a day in the past, that day is the present.
        assert urls(service, "How did the council of Velm vote?", as_of=str(today - timedelta(days=30))) == order[1:]


def test_an_archive_is_still_found_by_what_it_says(service: Service) -> None:
    assert urls(service, "Who found the oldest piece of amber?")[0] == MUSEUM["url"]
    assert urls(service, "How many engineers were offered at first?", until="2025-10-01")[0] == ENGINEERS_EARLY["url"]


def test_passages_without_vectors_are_candidates_too(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as service:
        ingest_records(service, tmp_path, RECORDS[:6])
        service.ingest([write_records(tmp_path / "late.jsonl", RECORDS[6:])], embed=False)
        service.load_encoder()
        assert 0 < service.health().embedded < service.health().passages
        assert urls(service, "Who built the lighthouse of Skarrow Point?")[0] == UNDATED["url"]
        assert urls(service, "amber museum pieces", until="2025-09-01")[0] == MUSEUM["url"]


def test_an_empty_home_finds_nothing(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as service:
        assert urls(service, "anything") == []
        service.load_encoder()
        assert urls(service, "anything", as_of="2025-01-01") == []


def test_hits_are_ranked_spans_of_their_articles(service: Service) -> None:
    hits = service.search(SearchRequest(question="the council of Velm and the mill", k=5))
    assert [hit.rank for hit in hits] == [1, 2, 3, 4, 5]
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    for hit in hits:
        article = service.article(hit.article_id)
        assert article is not None
        assert article.text[hit.start : hit.end] == hit.passage
    assert len(service.search(SearchRequest(question="the", k=1000))) <= service.health().passages


HISTORY = [Exchange(question="How did the council of Velm vote on the old mill?", answer="It voted 14 to 9.")]


@pytest.mark.parametrize("question", ["And what will it cost?", "What will it cost?", "Why?", "How much money?"])
def test_a_follow_up_takes_its_subject_from_the_question_before(service: Service, question: str) -> None:
    found = follow_up(question, HISTORY)
    assert found is not None
    assert {"Velm", "mill"} <= set(re.findall(r"\w+", found.text))
    assert urls(service, question, history=HISTORY)[0] in {MILL["url"], MILL_COPY["url"]}


def test_a_question_that_stands_by_itself_finds_its_own_article(service: Service) -> None:
    assert urls(service, "How many pieces does the amber museum in Port Sennet show?", history=HISTORY)[0] == MUSEUM["url"]


# Copies of one story, and several passages of one article


def test_copies_of_a_story_count_once_and_the_others_stand_beside_it(service: Service) -> None:
    catalog = service.stores.catalog
    ranked = Retriever(service.stores).rank("How did the council of Velm vote on the mill?", Scope(), 20)
    mills = [r for r in ranked if r.article.url in {MILL["url"], MILL_COPY["url"]}]
    assert [r.article.url for r in mills] == [MILL["url"]]
    assert [copy.article.url for copy in mills[0].copies] == [MILL_COPY["url"]]
    assert [copy.text for copy in mills[0].copies] == [mills[0].text]
    assert mills[0].story == catalog.stories.of([mills[0].stored.article_row])[mills[0].stored.article_row]
    assert all(r.copies == () for r in ranked if r not in mills)
    assert len({r.story for r in ranked}) == len({r.article.id for r in ranked})


@pytest.mark.parametrize(
    ("filters", "shown"),
    [
        ({"source": "Northern Ledger"}, MILL_COPY),
        ({"exclude": [MILL["url"]]}, MILL_COPY),
        ({"urls": [MILL["url"]]}, MILL),
        ({"source": "Velm Courier"}, MILL),
    ],
)
def test_a_copy_outside_the_scope_is_never_shown_and_hides_nothing(
    service: Service, filters: dict[str, Any], shown: dict[str, Any]
) -> None:
    scope = resolve_scope(Filters(**filters), service.stores.catalog)
    first = Retriever(service.stores).rank("How did the council of Velm vote on the mill?", scope, 20)[0]
    assert first.article.url == shown["url"]
    assert first.copies == ()


def test_a_copy_that_comes_after_the_as_of_date_is_not_seen(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as service:
        ingest_records(service, tmp_path, [MILL, MILL_COPY | {"published": "2026-01-09"}])

        def copies(as_of: str) -> list[str | None]:
            scope = resolve_scope(Filters(as_of=as_of), service.stores.catalog)
            ranked = Retriever(service.stores).rank("the mill of Velm", scope, 9)
            return [article.url for r in ranked for article in (r.article, *(copy.article for copy in r.copies))]

        assert copies("2026-01-08") == [MILL["url"]]
        assert set(copies("2026-01-09")) == {MILL["url"], MILL_COPY["url"]}


OTTERS = "Otters live below the wheel now, and the town pays a warden to keep dogs, boats and small boys away from their holt in spring."
LONG = {
    "url": "https://mail.example/long",
    "title": "The mill of Velm, a long read",
    "source": "Torrin Mail",
    "published": "2026-01-08",
    "text": "\n".join(
        f"Part {part} of the story of the mill of Velm tells of its wheel and weir. "
        + " ".join(f"Witness {part}-{n} remembers the mill and its miller, the sacks and the mice." for n in range(14))
        for part in range(12)
    ),
}


@pytest.fixture(scope="module")
def long(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """One article of many passages about the mill, beside a dozen of one passage each; and an outlet that carried half of it."""
    folder = tmp_path_factory.mktemp("long")
    half = LONG["text"].split("\n")
    copy = LONG | {
        "url": "https://ledger.example/long",
        "source": "Northern Ledger",
        "text": "\n".join(half[:9]) + f"\n{OTTERS} {OTTERS.replace('Otters', 'Herons')}",
    }
    short = [
        {"url": f"https://short.example/{n}", "title": f"Letter {n}", "published": "2025-11-02", "text": f"Reader {n} writes of the mill."}
        for n in range(12)
    ]
    with opened(folder / "home") as service:
        ingest_records(service, folder, [LONG, copy, *short])
        service.load_encoder()
        yield service


def test_at_most_two_passages_of_an_article_are_among_the_first_ten_and_none_is_lost(long: Service) -> None:
    question = "the story of the mill of Velm"
    spread_out = long.search(SearchRequest(question=question, k=100))
    as_scored = long.search(SearchRequest(question=question, k=100, per_article=0))
    top = [hit.url for hit in spread_out[:10]]
    assert max(top.count(url) for url in set(top)) == 2
    assert [hit.url for hit in as_scored[:10]].count(LONG["url"]) > 2
    assert [hit.score for hit in as_scored] == sorted((hit.score for hit in as_scored), reverse=True)
    assert sorted(hit.passage for hit in spread_out) == sorted(hit.passage for hit in as_scored)
    assert [hit.rank for hit in spread_out] == list(range(1, len(spread_out) + 1))


def test_where_nothing_else_is_there_the_first_ten_are_of_one_article(long: Service) -> None:
    hits = long.search(SearchRequest(question="the story of the mill of Velm", k=10, urls=[LONG["url"]]))
    assert [hit.url for hit in hits] == [LONG["url"]] * 10


def test_what_a_copy_adds_is_found_and_what_it_carries_is_not_found_twice(long: Service) -> None:
    hits = long.search(SearchRequest(question="Where do otters live now?", k=100))
    assert OTTERS in hits[0].passage
    ranked = Retriever(long.stores).rank("the story of the mill of Velm", Scope(), 100)
    ours = [r for r in ranked if r.article.title == LONG["title"]]
    carrying = [r for r in ours if r.article.url == LONG["url"]]
    assert len(carrying) == len(long.stores.catalog.passage_spans(carrying[0].stored.article_row))
    assert [OTTERS in r.text for r in ours if r.article.url != LONG["url"]] == [True]
    assert {r.story for r in ours} == {ours[0].story}
    for r in ours:
        for copy in r.copies:
            assert copy.article.url != r.article.url
            assert copy.article.text[copy.stored.passage.start : copy.stored.passage.end] == copy.text


@given(st.lists(st.integers(1, 5), max_size=40), st.integers(0, 4))
def test_spreading_loses_nothing_and_keeps_the_order_of_what_moves_and_of_what_stays(stories: list[int], limit: int) -> None:
    order = spread(range(len(stories)), stories.__getitem__, limit)
    assert sorted(order) == list(range(len(stories)))
    for story in set(stories):
        own = [place for place in order if stories[place] == story]
        assert own == sorted(own)
        others = sum(min(stories.count(other), limit) for other in set(stories))
        if limit and others >= TOP:
            assert len([place for place in order[:TOP] if stories[place] == story]) <= limit
    if not limit:
        assert order == list(range(len(stories)))
