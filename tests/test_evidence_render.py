"""The evidence by date, without a browser: which articles are drawn, where, and what is said of them."""

from __future__ import annotations

import html
import json
import re
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from app.answer import Evidence, SeenArticle
from app.article import Article, Published
from app.web.axis import EPOCH
from app.web.dots import SIZE, stack
from app.web.evidence import LANES, days_shown, find_evidence, lanes
from app.web.evidence_timeline import NARROW, WIDE, dot_size, render_evidence
from app.web.render import render
from app.web.turn import Turn
from tests.evidence_scripts import COURIER, FOUND, GAZETTE, LEDGER, LOCK, OPENS, PRICE, UNDATED, turn_over
from tests.page_scripts import cite
from tests.test_page_render import HOSTILE, Tags

DATES = st.dates().map(str) | st.datetimes(timezones=st.timezones()).map(str) | st.sampled_from(["soon", "", None])
OUTLETS = st.sampled_from([None, "", *(f"Outlet {n}" for n in range(12)), HOSTILE])
ARTICLES = st.lists(st.tuples(DATES | st.just("2025-05-03"), OUTLETS), min_size=1, max_size=60)


def shown(turn: Turn) -> str:
    return render_evidence(turn)


def table(shown: str) -> list[str]:
    """The rows of the table that only screen readers meet, as words."""
    return [
        " | ".join(html.unescape(re.sub("<.*?>", "", cell)) for cell in re.findall(r"<t[dh].*?</t[dh]>", row))
        for row in re.findall(r"<tr id.*?</tr>", shown)
    ]


def drawn(shown: str) -> list[tuple[str, str, str]]:
    """Citation, kind and number of each dot."""
    return re.findall(r'class="point".*?data-cite="(.*?)".*?data-kind="(.*?)".*?<i>(.*?)</i>', shown)


def said(shown: str, tag: str) -> str:
    found = re.search(rf"<{tag}[ >].*?</{tag.split()[0]}>", shown)
    assert found
    return Tags(found[0]).words


def test_every_article_read_is_a_dot_in_its_outlets_lane_and_cited_ones_have_their_numbers() -> None:
    picture = shown(turn_over(LOCK, PRICE, FOUND))
    assert re.findall(r'class="name".*?>(.*?)<', picture) == [GAZETTE, LEDGER, COURIER, "Outlet not stated"]
    assert [(cite, kind, number) for cite, kind, number in drawn(picture) if number] == [
        ("t1.1", "supported", "1"),
        ("t1.2", "supported", "2"),
    ]
    assert sum(kind == "seen" for _, kind, _ in drawn(picture)) == 6
    assert said(picture, "summary") == "Evidence by date: 8 articles, 3 outlets, 3 May to 15 Sep 2025"


def test_the_table_has_every_article_oldest_first_and_names_the_dots() -> None:
    picture = shown(turn_over([*LOCK, UNDATED], PRICE, FOUND))
    rows = table(picture)
    assert rows[0] == f"Not cited | 3 May 2025 | {GAZETTE} | {LOCK[0].title}"
    assert rows[3] == f"Citation 1 | 21 May 2025 | {GAZETTE} | {LOCK[3].title}"
    assert rows[-1] == f"Not cited | Date not stated | {LEDGER} | A lock of old"
    assert len(rows) == 9
    named = re.findall(r'aria-labelledby="(.*?)"', picture)
    assert sorted(named) == sorted(re.findall(r'<tr id="(.*?)"', picture))[: len(named)] and len(named) == 8


def test_undated_articles_are_told_in_words_those_cited_first_and_many_are_cut_short() -> None:
    bare = [Article(id=f"{n:020}", title=f"Old {n}", text=f"Lock {n}.") for n in range(9)]
    words = said(shown(turn_over([*LOCK, *bare], PRICE, cite(bare[8], "Lock 8."))), 'p class="undated"')
    assert words == "Date not stated: Old 8 (2), Old 0, Old 1, Old 2, Old 3, Old 4, and 3 more"


def test_an_article_cited_twice_shows_both_numbers_and_one_cited_often_the_first_and_how_many_more() -> None:
    first, second, third = (cite(LOCK[3], words) for words in ("Mending", "the lock", "5 million crowns."))
    assert ("t1.1", "supported", "1 2") in drawn(shown(turn_over(LOCK, first, second)))
    picture = shown(turn_over(LOCK, first, second, third))
    assert ("t1.1", "supported", "1 +2") in drawn(picture)
    assert "Citations 1, 2, 3" in table(picture)[3]


def test_a_copy_that_is_cited_and_was_not_ranked_is_a_dot_too() -> None:
    assert [one[0] for one in drawn(shown(turn_over(LOCK[:5], PRICE, FOUND))) if one[2]] == ["t1.1", "t1.2"]


def test_an_abstention_outlines_the_nearest_passages() -> None:
    picture = shown(turn_over(LOCK, OPENS, PRICE, abstains=True))
    assert [one for one in drawn(picture) if one[2]] == [("t1.2", "nearest", "2"), ("t1.1", "nearest", "1")]
    assert "nearest, not an answer" in picture and "Nearest passage 1 | 14 Sep 2025" in table(picture)[6]
    assert "cited, by its numbers" not in picture


@pytest.mark.parametrize(
    "turn",
    [
        Turn("t1", "q"),
        Turn("t1", "q", evidence=Evidence(passages=12, articles=8), state="answered"),
        turn_over([*LOCK[:2], UNDATED], PRICE.model_copy(update={"article_id": LOCK[0].id})),
    ],
    ids=["before retrieval", "kept before this was told", "two with a date"],
)
def test_without_three_dated_articles_there_is_no_picture(turn: Turn) -> None:
    assert render_evidence(turn) == ""
    assert '<div class="evidence"></div>' in render(turn)


def test_nothing_is_drawn_while_the_answer_is_made() -> None:
    turn = turn_over(LOCK, PRICE)
    turn.state = "working"
    assert render_evidence(turn) == ""


def test_a_kept_turn_draws_the_same_again_and_one_of_before_nothing() -> None:
    turn, kept = turn_over(LOCK, PRICE, FOUND), TypeAdapter(Turn)
    told = kept.dump_json(turn)
    assert shown(kept.validate_json(told)) == shown(turn) != ""
    old = json.loads(told)
    del old["evidence"]["seen"]
    assert shown(kept.validate_json(json.dumps(old))) == ""


def test_the_as_of_day_is_a_line_and_the_filters_days_are_shaded() -> None:
    picture = shown(turn_over(LOCK, PRICE, as_of="2025-09-20", since="2025-05-01"))
    assert "as of 20 Sep 2025" in picture and '<rect class="within"' in picture
    (left, wide), edge = (
        re.findall(r'class="within" x="([\d.]+)%" width="([\d.]+)%"', picture)[0],
        re.findall(r'line class="asof" x1="([\d.]+)%', picture)[0],
    )
    assert float(left) < 10 and 0 < float(left) + float(wide) - float(edge) < 1, "shaded from the first day to the end of the last"
    plain = shown(turn_over(LOCK, PRICE))
    assert "asof" not in plain and 'class="within"' not in plain
    assert "asof" not in shown(turn_over(LOCK, PRICE, as_of="2031-01-01"))


def test_many_outlets_have_a_lane_together_after_those_that_are_cited() -> None:
    read = [
        Article(id=f"{n:020}", title=f"Title {n}", text=f"Text {n}.", source=f"Outlet {n % 11}", published=Published.parse("2025-05-03"))
        for n in range(25)
    ]
    found = lanes(find_evidence(turn_over(read, cite(read[10], "Text 10."))))
    assert [lane.name for lane in found] == ["Outlet 10", "Outlet 0", "Outlet 1", "Outlet 2", "Outlet 3", "Outlet 4", "5 other outlets"]
    assert len(found) == LANES + 1 and sum(len(lane.articles) for lane in found) == 25


def test_text_of_others_stays_text() -> None:
    hostile = [Article(id=HOSTILE + str(n), title=HOSTILE, text="Words.", source=HOSTILE, published=LOCK[n].published) for n in range(4)]
    bare = Article(id=HOSTILE, title=HOSTILE, text="Words.", source=HOSTILE)
    picture = shown(turn_over([*hostile, bare], cite(hostile[0], "Words.")))
    tags = Tags(picture)
    assert "img" not in tags.tags and "script" not in tags.tags and "b" in tags.tags
    assert not [name for name, _ in tags.attributes if name.startswith("on")]
    for sign in ("`", "${", "{{"):
        assert sign not in picture


@given(ARTICLES, st.integers(0, 3))
def test_whatever_the_dates_and_outlets_every_article_is_told_once_and_no_dot_is_outside(
    told: list[tuple[str | None, str | None]], cited: int
) -> None:
    read = [
        SeenArticle(article_id=f"{n:020}", title=f"Title {n}", source=outlet, published=when, start=0, end=9)
        for n, (when, outlet) in enumerate(told)
    ]
    turn = turn_over(LOCK[:3], *[PRICE, FOUND, OPENS][:cited])
    assert turn.evidence
    turn.evidence.seen += read
    picture, evidence = shown(turn), find_evidence(turn)
    assert sorted(one.article_id for one in evidence) == sorted(
        {one.article_id for one in turn.evidence.seen} | {one.article_id for one in turn.numbered()}
    )
    assert len(table(picture)) == len(evidence)
    axis = days_shown(turn, evidence)
    placed = [one for lane in lanes(evidence) for one in lane.articles]
    assert len(placed) == len(drawn(picture)) == sum(one.day is not None for one in evidence)
    assert all(
        one.day is not None and axis.low <= one.day <= axis.high and date.min <= EPOCH + timedelta(days=one.day) <= date.max
        for one in placed
    )


@given(
    st.lists(st.tuples(st.floats(0, 1), st.sampled_from([SIZE, SIZE, SIZE, 34, 55])), max_size=70).map(sorted)
    | st.lists(st.just((1.0, SIZE)), max_size=70),
    st.sampled_from([NARROW, WIDE]),
    st.integers(0, 500),
)
def test_no_two_dots_of_a_lane_overlap_at_its_least_width_or_any_above(dots: list[tuple[float, int]], least: int, more: int) -> None:
    laid = stack([share for share, _ in dots], [size for _, size in dots], [size > SIZE for _, size in dots], least)
    width = least + more
    spans = sorted(
        (one.row, share * width + one.shift - size / 2, share * width + one.shift + size / 2)
        for (share, size), one in zip(dots, laid, strict=True)
    )
    assert all(left >= -SIZE / 2 - 1 and right <= width + SIZE / 2 + 1 for _, left, right in spans)
    for (row, _, right), (other, left, _) in pairwise(spans):
        assert row != other or right <= left + 1, spans


def test_dots_of_one_day_stand_on_each_other_strong_ones_lowest_and_a_crowd_moves_aside_as_little_as_can_be() -> None:
    assert [(one.row, one.shift) for one in stack([0.5] * 3, [SIZE] * 3, [False, True, False], NARROW)] == [(1, 0), (0, 0), (2, 0)]
    crowd = stack([0.5] * 8, [SIZE] * 8, [False] * 8, NARROW)
    assert max(one.row for one in crowd) == 3 and {one.shift for one in crowd} == {-12, 12}


def test_a_dot_is_as_wide_as_its_numbers_need() -> None:
    sizes = [dot_size(one) for one in find_evidence(turn_over(LOCK, PRICE, FOUND))]
    assert set(sizes) == {SIZE}
