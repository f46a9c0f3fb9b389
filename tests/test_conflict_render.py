"""What does not agree, without a browser: the card, the picture, the chips that go with it, and the same as plain text."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.answer import Claim, Conflict, Request, Understanding
from app.article import Article
from app.commands.show import answer_lines
from app.web.asked import make_request, read_question
from app.web.axis import Axis, day_axis, figure_axis
from app.web.render import render
from app.web.render_answer import plain_text
from app.web.timeline import drawable
from app.web.turn import Turn
from tests.conflict_scripts import (
    CHANGE,
    CUT,
    CUT_COPY,
    DISAGREEMENT,
    OPENING,
    PLAN,
    WORDS,
    claim,
    disagreeing,
    three,
    with_claims,
)
from tests.page_scripts import abstains, cite, quoted, whole
from tests.test_page_render import HOSTILE, Tags


def turn_of(*conflicts: Conflict, change: bool = False, **request: Any) -> Turn:
    asked = Request(question="How many engineers?", **request)
    turn = Turn("t1", asked.question)
    for event in disagreeing(*conflicts, change=change)(asked):
        turn.fold(event)
    return turn


def words_of(shown: str) -> str:
    return " ".join(Tags(shown).words.split())


def slot(shown: str, name: str) -> str:
    """The slot's HTML, up to the next slot."""
    order = ("chips", "card", "picture", "answer", "progress", "conflicts", "notes", "evidence", "sources", "tools")
    after = [f'<div class="{one}">' for one in order[order.index(name) + 1 :]][:1]
    rest = shown.partition(f'<div class="{name}">')[2]
    return rest.partition(after[0])[0] if after else rest


def rows(conflict: Conflict) -> list[str]:
    shown = slot(render(turn_of(conflict)), "conflicts")
    return [words_of(one) for one in re.findall(r'(?s)<li class="claim.*?</li>', shown)]


def points(shown: str) -> list[str]:
    return [html.unescape(one) for one in re.findall(r'class="point[^>]*aria-label="([^"]*)"', shown)]


def test_a_change_is_a_card_with_a_row_for_each_claim_newest_first() -> None:
    words = words_of(slot(render(turn_of(CHANGE)), "conflicts"))
    assert words.startswith(f"What changed{CHANGE.about}")
    assert rows(CHANGE) == [
        "about 1,200Halda Brennig in Tidewater Gazette 2 independent sources30 Nov 202512",
        "2,500officials in Port Sennet in Northern Ledger earlier12 Nov 20253",
        "6,500stated by Velm Courier earlier14 Oct 20254",
        "up to 9,000Halda Brennig in Tidewater Gazette earlier2 Sep 20255",
    ]


def test_sources_that_disagree_say_so_and_a_correction_says_it_is_one() -> None:
    assert words_of(slot(render(turn_of(DISAGREEMENT)), "conflicts")).startswith("Sources disagree")
    assert rows(DISAGREEMENT)[0] == "30,200the health office correction5 Dec 20252"


def test_what_is_not_known_of_a_claim_is_told_and_not_guessed() -> None:
    bare = claim(Article(id="n" * 20, title="N", text="Nobody knows."), "Nobody", date=None)
    assert rows(with_claims(WORDS, [bare])) == ["Nobodyoutlet not stateddate not stated2"]


def test_only_an_overtaken_claim_looks_earlier() -> None:
    shown = render(turn_of(CHANGE))
    assert re.findall(r'<li class="claim( past)?">', shown) == ["", " past", " past", " past"]


def test_citations_of_claims_go_on_with_the_numbers_and_stand_among_the_sources() -> None:
    turn = turn_of(CHANGE)
    assert [one.article_id[:3] for one in turn.numbered()] == ["cut", "cop", "bar", "tal", "pla"]
    sources = words_of(slot(render(turn), "sources"))
    assert "5 articles, 5 sentences" in sources and f"“{CUT_COPY.text}”" in sources
    assert 'data-cite="t1.5"' in slot(render(turn), "sources")


def test_a_claims_number_shows_its_quote_as_the_answers_numbers_do() -> None:
    cut = cite(PLAN, PLAN.text)
    button = re.search(r'<button[^>]*data-cite="t1.5"[^>]*>', slot(render(turn_of(CHANGE)), "conflicts"))
    assert button is not None
    for said in (
        f'data-quote="{cut.quote}"',
        'data-kind="claim"',
        f'data-end="{cut.end}"',
        'aria-label="Citation 5: Tidewater Gazette, 2 Sep',
    ):
        assert said in button[0]


def test_the_status_line_says_that_sources_disagree() -> None:
    assert 'data-say="Answer ready: 1 sentence, 4 citations. Sources disagree."' in render(turn_of(DISAGREEMENT))


def test_the_slots_are_the_same_ones_with_and_without_conflicts() -> None:
    kinds = [Turn("t1", "q"), turn_of(), turn_of(CHANGE, change=True)]
    slots = [
        re.findall(r'<div class="(chips|card|picture|answer|progress|conflicts|notes|evidence|sources|tools)">', render(one))
        for one in kinds
    ]
    assert slots[0] == slots[1] == slots[2] and len(slots[0]) == 10


def test_beside_an_abstention_nothing_disagrees() -> None:
    turn = Turn("t1", "q")
    asked = Request(question="q")
    for event in list(abstains(asked))[:-1]:
        turn.fold(event)
    turn.fold(whole(asked, abstained=True, conflicts=[CHANGE]))
    assert turn.state == "abstained" and slot(render(turn), "conflicts") == "</div>" and turn.numbered() == []


@pytest.mark.parametrize("conflict", [CHANGE, DISAGREEMENT, OPENING], ids=["change", "disagreement", "days"])
def test_three_dated_values_make_a_picture_and_two_do_not(conflict: Conflict) -> None:
    assert "<figure" in render(turn_of(three(conflict)))
    assert "<figure" not in render(turn_of(three(conflict, 2)))


def test_words_and_values_without_a_date_or_figure_make_no_picture() -> None:
    assert not drawable(CHANGE.model_copy(update={"scale": None}))
    for missing in (
        {"date": None},
        {"date": "soon"},
        {"amount": None},
        {"amount": float("inf")},
        {"amount": float("nan")},
        {"amount": 1e300},
    ):
        two = [*three(CHANGE, 2).claims, CHANGE.claims[2].model_copy(update=missing)]
        assert not drawable(with_claims(CHANGE, two)), missing


def test_a_change_has_a_line_from_value_to_value_and_a_disagreement_none() -> None:
    assert render(turn_of(CHANGE)).count('class="series"') == len(CHANGE.claims) - 1
    assert 'class="series"' not in render(turn_of(DISAGREEMENT))


def test_every_point_is_a_button_that_says_value_who_and_when_oldest_first() -> None:
    assert points(render(turn_of(CHANGE))) == [
        "up to 9,000, Halda Brennig, 2 Sep 2025, earlier",
        "6,500, stated by Velm Courier, 14 Oct 2025, earlier",
        "2,500, officials in Port Sennet, 12 Nov 2025, earlier",
        "about 1,200, Halda Brennig, 30 Nov 2025, 2 independent sources",
    ]


def test_a_table_for_screen_readers_has_every_value() -> None:
    shown = render(turn_of(CHANGE))
    table = words_of(re.findall(r"(?s)<table>.*?</table>", shown)[0])
    for one in CHANGE.claims:
        assert one.value in table and (one.speaker or one.citation.source or "") in table
    assert '<div class="vh"><table>' in shown and shown.count("<td>") == 3 * len(CHANGE.claims)


def test_outlets_differ_in_shape_and_a_legend_names_them() -> None:
    shown = render(turn_of(CHANGE))
    legend = re.findall(r'(?s)<ul class="legend".*?</ul>', shown)[0]
    assert re.findall(r'data-shape="(\d)"', legend) == ["1", "2", "3"]
    assert words_of(legend) == "Tidewater GazetteNorthern LedgerVelm CourierHollow: since overtaken"
    assert len(set(re.findall(r'data-shape="\d"[^>]*>(<[^>]+>)', legend))) == 3


def test_more_outlets_than_shapes_share_the_last() -> None:
    claims = [
        one.model_copy(update={"citation": one.citation.model_copy(update={"source": f"Outlet {n}"})})
        for n, one in enumerate(CHANGE.claims * 2)
    ]
    shown = render(turn_of(with_claims(CHANGE, claims)))
    assert set(re.findall(r'data-shape="(\d)"', shown)) == set("123456")
    assert "Other outlets" in shown and "Outlet 5" not in re.findall(r'(?s)<ul class="legend".*?</ul>', shown)[0]


def test_where_change_is_asked_for_the_picture_comes_first_and_once() -> None:
    shown = render(turn_of(DISAGREEMENT, CHANGE, change=True))
    assert CHANGE.about in slot(shown, "picture") and slot(shown, "picture").count("<figure") == 1
    assert slot(shown, "conflicts").count("<figure") == 1, "the disagreement's stays in its card"
    plain = render(turn_of(CHANGE))
    assert slot(plain, "picture") == "</div>" and "<figure" in slot(plain, "conflicts")


def test_days_stand_on_an_axis_of_dates() -> None:
    axes = re.findall(r'(?s)<svg class="axes".*?</svg>', render(turn_of(OPENING)))[0]
    assert re.findall(r'text-anchor="end">([^<]*)<', axes) == ["Oct 2026", "Jan 2027", "Apr 2027", "Jul 2027"]
    assert re.findall(r'text-anchor="middle">([^<]*)<', axes) == ["Jul 2025", "Sep", "Nov", "Jan 2026"]


@pytest.mark.parametrize("conflict", [CHANGE, DISAGREEMENT])
def test_hostile_claims_stay_text(conflict: Conflict) -> None:
    plain = Tags(render(turn_of(conflict, change=True)))
    evil = Article(id=HOSTILE, title=HOSTILE, text=HOSTILE, source=HOSTILE, url=HOSTILE)
    claims = [
        Claim(text=HOSTILE, value=HOSTILE, speaker=HOSTILE if n else None, date=HOSTILE if n > 2 else f"2025-0{n + 1}-01",
              citation=cite(evil, HOSTILE), places=[cite(evil, "alert")], amount=n, correction=True, earlier=True, sources=2)
        for n in range(4)
    ]  # fmt: skip
    turn = turn_of(with_claims(conflict, claims, about=HOSTILE, unit=HOSTILE), change=True)
    shown = render(turn)
    seen = Tags(shown)
    assert set(seen.tags) <= set(plain.tags) | {"em"}
    assert not [name for name, _ in seen.attributes if name.startswith("on") or name in ("src", "href")]
    assert "${" not in shown and "{{" not in shown and "`" not in shown
    assert slot(shown, "conflicts").count(html.escape("<img")) >= 4 and HOSTILE in seen.words


def test_the_copy_has_the_claims_with_their_numbers() -> None:
    lines = plain_text(turn_of(CHANGE, WORDS)).splitlines()
    at = lines.index("What changed: Engineers that Kaldia sends to the Orrin delta")
    assert lines[at + 1] == "– about 1,200, Halda Brennig, 30 Nov 2025, 2 independent sources [1][2]"
    assert lines[at + 6] == "Sources disagree: Whether Mayor Osk Tarn has resigned"
    assert any(line.startswith("[7] “Mayor Osk Tarn has resigned") for line in lines)


def test_a_terminal_has_the_claims_one_under_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = Request(question="How many engineers?")
    said = quoted(0, cite(CUT, "Kaldia now plans to send about 1,200 engineers, Halda Brennig said."))
    answer = whole(asked, said, conflicts=[CHANGE]).answer
    monkeypatch.setenv("COLUMNS", "100")
    lines = "\n".join(answer_lines(answer)).splitlines()
    at = lines.index("What changed: Engineers that Kaldia sends to the Orrin delta")
    assert lines[at + 1 : at + 3] == [
        "  about 1,200 – Halda Brennig            – 30 Nov 2025 – [1][2], 2 independent sources",
        "  2,500       – officials in Port Sennet – 12 Nov 2025 – [3], earlier",
    ]
    assert any(line.startswith("[5] Tidewater Gazette, 2 September 2025") for line in lines)
    monkeypatch.setenv("COLUMNS", "50")
    narrow = "\n".join(answer_lines(answer)).splitlines()
    assert "  2,500 – officials in Port Sennet – 12 Nov 2025 –" in narrow and max(map(len, narrow)) <= 50


# What was read into the question


def read_in(**changes: Any) -> Turn:
    told = [
        Understanding(key="time", label="1–30 Nov 2025", why="from “in November”", removable=True),
        Understanding(key="newest", label="the latest", why="from “now”", removable=True),
        Understanding(key="urls", label="2 articles only", why="set by you"),
    ]
    return Turn("t1", "q", **({"state": "answered", "understood": told} | changes))


def test_what_was_read_in_can_be_taken_off_once_the_answer_is_there() -> None:
    assert re.findall(r'data-act="drop" data-key="(\w+)"', render(read_in())) == ["time", "newest"]
    assert "data-act" not in slot(render(read_in(state="working")), "chips")


def test_what_was_taken_off_is_told_and_can_be_put_on_again() -> None:
    shown = render(read_in(ignore=["newest"], understood=[]))
    assert words_of(slot(shown, "chips")) == "without the latest state"
    assert 'data-act="restore" data-key="newest"' in shown
    assert json.loads(html.unescape(re.findall(r'data-ignore="([^"]*)"', shown)[0])) == ["newest"]


def test_an_abstention_offers_the_question_without_what_may_have_hidden_the_answer() -> None:
    shown = slot(render(read_in(state="abstained", filters={"as_of": "2025-11-30"})), "answer")
    assert re.findall(r'data-key="(\w+)"', shown) == ["as_of", "time", "all"]
    assert 'data-keys="as_of time"' in shown


@pytest.mark.parametrize(
    ("sent", "ignored"), [(["change", "time"], ["time", "change"]), (["time", "time", "root", 7, {}], ["time"]), ("time", []), (None, [])]
)
def test_what_the_page_sends_to_be_ignored_goes_with_the_request(sent: object, ignored: list[str]) -> None:
    turn = read_question({"q": "How many?", "ignore": sent})
    request = make_request(turn, [])
    assert request is not None and request.ignore == turn.ignore == ignored


# Axes


def holds(axis: Axis, values: list[float]) -> None:
    assert all(0 <= axis.share(one) <= 1 for one in values)
    assert [one for one, _ in axis.ticks] == sorted({one for one, _ in axis.ticks})
    assert all(0 <= axis.share(one) <= 1 for one, _ in axis.ticks)


@given(st.lists(st.floats(-1e14, 1e14), min_size=1, max_size=6))
def test_an_axis_of_figures_holds_every_value_between_few_ticks(values: list[float]) -> None:
    axis = figure_axis(values)
    holds(axis, values)
    assert 2 <= len(axis.ticks) <= 6


@given(st.lists(st.floats(-719_000, 2_932_000), min_size=1, max_size=6))
def test_an_axis_of_days_holds_every_value_between_few_ticks(values: list[float]) -> None:
    axis = day_axis(values)
    holds(axis, values)
    assert 1 <= len(axis.ticks) <= 4


@pytest.mark.parametrize(
    ("values", "ticks"),
    [
        ([1200, 9000], ["0", "5,000", "10,000"]),
        ([28_500, 31_000], ["28,000", "29,000", "30,000", "31,000"]),
        ([2.1, 2.4, 2.9], ["2", "2.5", "3"]),
        ([3_200_000, 5_000_000, 7_500_000], ["0", "2.5m", "5m", "7.5m"]),
        ([-3, 4], ["\u22125", "\u22122.5", "0", "2.5", "5"]),
        ([7, 7, 7], ["5", "10"]),
    ],
)
def test_ticks_are_round_and_short(values: list[float], ticks: list[str]) -> None:
    assert [words for _, words in figure_axis(values).ticks] == ticks
