"""Near-identical copies are one story, whatever comes, goes and changes in which order; a correction is none."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.article import Article, Passage, Sentence
from app.indexing.copies import LIKENESS, is_copy
from app.indexing.stories import settle_stories
from app.reading import read_path
from app.retrieval.stories import Places, once_a_story
from app.service import Service
from app.stores.catalog import Catalog
from app.text.shingles import likeness, signature
from tests.records import Record, empty_catalog, record_in
from tests.samples import LOCK, MILL, MILL_COPY, MUSEUM, RECORDS, ingest_records, made_article, opened, undo_steps

CORPUS = Path(__file__).parents[1] / "corpus" / "articles"
STORY = (
    "The council of Velm voted 14 to 9 on Tuesday to reopen the old mill beside the weir. "
    "The work will cost 3.2 million crowns, the treasurer Osric Tallow said after the vote. "
    "Nine people were hurt when part of the roof fell in on 3 May, and the mill has stood empty since. "
    "Engineers from Torrin have looked at the beams twice and found them sound. "
    "The mill closed eleven years ago after a fire in which no grain was lost. "
    "Neighbours along the weir had asked for a park instead, and some of them wept in the hall."
)


def carried(text: str, published: str | None = "2026-01-07", title: str = "Velm to reopen its mill", name: str = "copy") -> Article:
    made = made_article(text, published, name)
    return Article(made.id, title, text, made.published, url=made.url)


def are_copies(one: Article, two: Article) -> bool:
    """As ingestion decides it."""
    alike = likeness(signature(one.text), signature(two.text)) >= LIKENESS
    assert is_copy(one, two) == is_copy(two, one)
    return alike and is_copy(one, two)


@pytest.mark.parametrize(
    "text",
    [
        STORY,
        STORY.replace("after the vote", "afterwards"),
        STORY.replace("3.2 million crowns", "3,200,000 crowns").replace("Nine people", "9 people"),
        STORY.replace("the treasurer Osric Tallow", "treasurer Tallow"),
        STORY.rsplit(". ", 1)[0] + ".",
        "The Ledger was in the hall. " + STORY,
        STORY.replace(". ", ".\n\n").replace("Engineers from", "ENGINEERS FROM"),
    ],
    ids=["word for word", "reworded", "figures written otherwise", "name shortened", "end cut", "line in front", "typography"],
)
def test_what_a_house_does_to_an_agency_story_leaves_it_the_same_story(text: str) -> None:
    assert are_copies(carried(STORY), carried(text, "2026-01-08", "Old mill of Velm has a future"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("Nine people", "Seven people"),
        ("14 to 9", "9 to 14"),
        ("3.2 million", "3.2 billion"),
        ("Nine people", "Dozens of people"),
        ("on Tuesday", "on Wednesday"),
        ("on 3 May", "on 4 May"),
        ("Osric Tallow", "Petra Vosk"),
        ("from Torrin", "from Hallowby"),
        ("found them sound", "never found them sound"),
        ("in which no grain was lost", "in which grain was lost"),
        ("will cost", "cost"),
        ("Nine people were hurt when part", "Seven people, the office now says, had been injured as a piece"),
    ],
)
def test_another_figure_date_name_negation_or_time_is_another_story(before: str, after: str) -> None:
    assert before in STORY
    assert not are_copies(carried(STORY), carried(STORY.replace(before, after)))


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Correction: Velm to reopen its mill", STORY),
        ("Velm to reopen its mill (corrected)", STORY),
        ("Velm to reopen its mill", STORY + " An earlier version of this article gave another number of people hurt."),
        ("Velm to reopen its mill", "Clarification: the roof fell in March. " + STORY),
    ],
)
def test_a_correction_is_no_copy_even_where_it_says_the_same(title: str, text: str) -> None:
    assert not are_copies(carried(STORY), carried(text, title=title))


def test_two_copies_of_one_correction_are_copies() -> None:
    text = "Correction: the roof fell in March. " + STORY
    assert are_copies(carried(text), carried(text.replace("after the vote", "afterwards")))


def test_text_that_comes_again_weeks_later_means_other_days() -> None:
    assert are_copies(carried(STORY), carried(STORY, "2026-01-14"))
    assert not are_copies(carried(STORY), carried(STORY, "2026-01-15"))
    assert are_copies(carried(STORY), carried(STORY, None))


def test_pages_that_share_only_their_frame_are_not_copies() -> None:
    frame = " ".join(f"Fixture {n} of the season is played by teams that the league drew in the old town hall." for n in range(40))
    one, two = "A striker from Velm went home in tears last night. ", "The keeper of Torrin signed for two more seasons. "
    assert not are_copies(carried(one + frame), carried(two + frame))


def test_of_the_demonstration_articles_exactly_the_agency_stories_are_copies() -> None:
    articles = [item for item in read_path(CORPUS) if isinstance(item, Article)]
    found = {frozenset((one.url, two.url)) for one, two in combinations(articles, 2) if are_copies(one, two)}
    water = [
        "https://apa.example/2025/10/irrigation-limits-vantry-basin",
        "https://vantry-mail.example/2025/10/two-days-of-irrigation",
        "https://calder-observer.example/2025/10/vantry-farms-watering-halved",
    ]
    assert found == {
        frozenset(("https://apa.example/2025/12/flood-relief-apa", "https://lissow-gazette.example/2025/12/flood-relief-gazette")),
        frozenset(("https://apa.example/2025/11/strike-ends-apa", "https://vantry-mail.example/2025/11/strike-ends-vantry")),
        frozenset(
            (
                "https://apa.example/2025/11/vantry-council-result",
                "https://lissow-gazette.example/2025/11/labour-front-ahead-vantry-recount",
            )
        ),
        *(frozenset(pair) for pair in combinations(water, 2)),
    }


# Kept right


def put(catalog: Catalog, article: Article) -> int:
    return catalog.put(article, [Passage(article.id, 0, 0, len(article.text), (Sentence(0, len(article.text)),))])


def stories(catalog: Catalog) -> dict[int, int]:
    return catalog.stories.of(catalog.article_rows())


def as_read_anew(catalog: Catalog) -> dict[int, int]:
    """Lowest row first, each joins the lowest story that it is a copy of."""
    told: dict[int, int] = {}
    articles = catalog.articles(catalog.article_rows())
    for row, article in articles.items():
        told[row] = next((first for first in told if told[first] == first and are_copies(articles[first], article)), row)
    return told


VERSIONS = {
    "whole": STORY,
    "reworded": STORY.replace("after the vote", "afterwards"),
    "cut": STORY.rsplit(". ", 1)[0] + ".",
    "without the hurt": STORY.replace("Nine people were hurt when part of the roof fell in on 3 May, and the mill", "The mill"),
    "seven hurt": STORY.replace("Nine people", "Seven people"),
    "seven hurt, cut": STORY.replace("Nine people", "Seven people").rsplit(". ", 1)[0] + ".",
    "corrected": "Correction: seven were hurt. " + STORY.replace("Nine people", "Seven people"),
    "other": " ".join(record["text"] for record in (LOCK, MUSEUM)),
}
STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("put"), st.integers(0, 7), st.sampled_from(sorted(VERSIONS))),
        st.tuples(st.just("remove"), st.integers(0, 7), st.just("")),
        st.tuples(st.just("settle"), st.just(0), st.just("")),
    ),
    max_size=16,
)


@settings(max_examples=150)
@given(STEPS)
def test_whatever_comes_goes_and_changes_the_stories_are_as_if_all_was_read_anew(steps: list[tuple[str, int, str]]) -> None:
    with empty_catalog() as catalog:
        for step, name, version in steps:
            if step == "put":
                put(catalog, carried(VERSIONS[version], name=f"copy{name}"))
            elif step == "remove":
                catalog.forget(list(catalog.rows_of([carried("", name=f"copy{name}").id])))
            else:
                settle_stories(catalog)
                assert stories(catalog) == as_read_anew(catalog)
        settle_stories(catalog)
        assert catalog.stories.owed() == 0
        assert stories(catalog) == as_read_anew(catalog)
        assert set(catalog.stories.told_by(stories(catalog).values())) == set(stories(catalog).values())


def test_a_version_that_lacks_the_figure_does_not_make_a_story_of_two_that_differ_in_it(record: Record) -> None:
    with closing(record.opened()) as catalog:
        nine, none, seven = (put(catalog, carried(VERSIONS[name], name=name)) for name in ("whole", "without the hurt", "seven hurt"))
        settle_stories(catalog)
        assert stories(catalog) == {nine: nine, none: nine, seven: seven}
        catalog.forget([nine])
        settle_stories(catalog)
        assert stories(catalog) == {none: none, seven: none}


@pytest.fixture
def service(record: Record) -> Iterator[Service]:
    with opened(record.home, **record.changes) as service:
        yield service


def groups(service: Service) -> set[frozenset[str | None]]:
    """The addresses of each story of several articles."""
    catalog = service.stores.catalog
    articles = catalog.articles(catalog.article_rows())
    told = catalog.stories.told_by(stories(catalog).values())
    return {frozenset(articles[row].url for row in rows) for rows in told.values() if len(rows) > 1}


BOTH = {frozenset((MILL["url"], MILL_COPY["url"]))}


def test_ingestion_finds_the_copies_and_follows_edits_and_removals(service: Service, tmp_path: Path) -> None:
    ingest_records(service, tmp_path, RECORDS)
    assert groups(service) == BOTH
    corrected = MILL_COPY | {"text": MILL_COPY["text"].replace("14 to 9", "13 to 10")}
    ingest_records(service, tmp_path, [corrected])
    assert groups(service) == set()
    ingest_records(service, tmp_path, [MILL_COPY])
    assert groups(service) == BOTH
    third = MILL | {"url": "https://mail.example/mill"}
    ingest_records(service, tmp_path, [third])
    service.remove([MILL["url"]])
    assert groups(service) == {frozenset((MILL_COPY["url"], third["url"]))}


def test_a_reindex_leaves_the_stories_as_they_are(service: Service, tmp_path: Path) -> None:
    ingest_records(service, tmp_path, RECORDS)
    service.reindex()
    assert groups(service) == BOTH


def older(home: Path) -> None:
    """Make the home one that was written before there were stories."""
    with closing(sqlite3.connect(home / "catalog.sqlite", isolation_level=None)) as file:
        for name in ("stories", "story_bands"):
            file.execute(f"DROP TABLE {name}")
        file.execute("DELETE FROM meta WHERE key = 'stories_version'")
        undo_steps(file)


@pytest.mark.catalog_file("a file of a program from before there were catalogs in PostgreSQL")
@pytest.mark.parametrize("after", ["ingest", "catch_up", "remove"])
def test_a_home_from_before_stories_gets_them_and_embeds_nothing(tmp_path: Path, after: str) -> None:
    with opened(tmp_path / "home") as service:
        ingest_records(service, tmp_path, RECORDS)
        embedded = service.health().embedded
    older(tmp_path / "home")
    with opened(tmp_path / "home", "read") as service:
        assert groups(service) == set()
    told: list[tuple[str, int, int]] = []
    with opened(tmp_path / "home") as service:
        assert service.health().embedded == embedded
        if after == "ingest":
            ingest_records(service, tmp_path, [], progress=lambda *step: told.append(step))
            assert ("stories", len(RECORDS), len(RECORDS)) in told
        elif after == "catch_up":
            assert service.catch_up() == 0
        else:
            service.remove([MUSEUM["url"]])
        assert groups(service) == BOTH


def test_what_an_older_program_added_or_removed_meanwhile_is_noticed(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as service:
        ingest_records(service, tmp_path, RECORDS)
    record_in(tmp_path / "home").said(
        "DELETE FROM stories WHERE article_row % 2 = 0", "INSERT INTO stories (article_row, story) VALUES (999, 999)"
    )
    with opened(tmp_path / "home") as service:
        service.catch_up()
        assert groups(service) == BOTH
        assert service.stores.catalog.stories.told_by([999]) == {999: []}


@pytest.mark.parametrize("place", ["keep_signature", "settle"])
@pytest.mark.parametrize("after", [False, True])
def test_a_run_that_ends_while_stories_are_found_is_finished_by_the_next(tmp_path: Path, place: str, after: bool) -> None:
    from app.stores.stories import Stories

    class KilledError(BaseException):
        """Nothing catches it, as nothing catches a kill."""

    whole = getattr(Stories, place)
    calls = []

    def cut(*arguments: Any) -> None:
        calls.append(arguments)
        if len(calls) < 4 or after:
            whole(*arguments)
        if len(calls) == 4:
            raise KilledError

    with pytest.MonkeyPatch.context() as patch, opened(tmp_path / "home") as service:
        patch.setattr(Stories, place, cut)
        with pytest.raises(KilledError):
            ingest_records(service, tmp_path, RECORDS)
    with opened(tmp_path / "home") as service:
        ingest_records(service, tmp_path, RECORDS)
        assert groups(service) == BOTH
        assert service.stores.catalog.stories.owed() == 0


def test_stories_found_by_other_rules_are_found_anew(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as service:
        ingest_records(service, tmp_path, RECORDS)
        service.stores.catalog.set_meta("stories_version", "0")
    with pytest.MonkeyPatch.context() as patch, opened(tmp_path / "home") as service:
        patch.setattr("app.indexing.stories.is_copy", lambda one, two: False)
        service.catch_up()
        assert groups(service) == set()


def test_articles_too_long_to_compare_are_copies_only_word_for_word() -> None:
    short, long = ("".join(f"The ferry of pier {n} sailed on Monday. " for n in range(count)) for count in (60, 2_100))
    for text, copies in ((short, True), (long, False)):
        one, two = (made_article(text=text + end) for end in ("", "The harbour was calm and bright all day."))
        assert is_copy(one, one)
        assert is_copy(one, two) is copies
    words = "the ferry sailed from the pier " * 400
    assert not is_copy(made_article(text=words + "at noon."), made_article(text=words + "at dusk in fog."))


def test_a_ranking_cut_short_is_the_beginning_of_the_whole_one(tmp_path: Path) -> None:
    with opened(tmp_path / "home") as service:
        ingest_records(
            service, tmp_path, [MILL | {"url": f"https://a.example/{n}", "text": f"{MILL['text']} {'More. ' * n}"} for n in range(6)]
        )
        ingest_records(service, tmp_path, RECORDS)
        service.load_encoder()
        columns = service.stores.columns.current()
        rows = columns.row.tolist()
        for shift in range(len(rows)):
            order = [*range(shift, len(rows)), *range(shift)]
            whole = once_a_story(order, Places.of(rows, columns), rows, service.stores.catalog)
            assert len(whole) < len(order), "copies are left out"
            for most in (1, 2, 5, len(whole), 99):
                assert once_a_story(order, Places.of(rows, columns), rows, service.stores.catalog, most) == whole[:most]
