"""Plain text that was wrapped at some column: its paragraphs are whole again, and whatever was no wrap stays."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.article import Article
from app.reading import read_path
from app.reading.wrapping import join_wrapped
from app.text.sentences import split_sentences

STORY = (
    "The ferry to Osk was cancelled on Sunday because of ice in the strait, and some 210 people waited in the hall of the "
    "harbour until Monday. Lena Quist, the harbour master, said that the well-known tug would break the ice by noon, and that "
    "nobody had asked for his or her money back.",
    "On Monday the ferry sailed again with 184 people on board. It needed two hours and a half for a crossing that takes "
    "fifty minutes in summer.",
)
HEADING = "Ice in the strait"
LIST = "- one ferry, which is the only one that the town of Osk owns\n- 210 people\n- eleven days of ice"
POEM = "The ice has come, the ice will stay,\nThe ferry will not sail today.\nAnd we who wait upon the shore\nShall wait as we did before."
TABLE = "Town         People    Homes\nOsk             210       12\nMarrow        3,410      400"


def wrapped(width: int, *blocks: str) -> str:
    return "\n\n".join(textwrap.fill(block, width) if block in STORY else block for block in blocks)


def read(tmp_path: Path, content: str) -> str:
    path = tmp_path / "story.txt"
    path.write_text(content)
    (article,) = [item for item in read_path(path) if isinstance(item, Article)]
    return article.text


@pytest.mark.parametrize("width", [45, 60, 66, 72, 80, 100])
def test_a_wrapped_story_has_its_sentences_whole_again(tmp_path: Path, width: int) -> None:
    blocks = (STORY[0], HEADING, STORY[1], LIST, POEM, TABLE)
    text = read(tmp_path, f"date 2025-02-03\n\n{wrapped(width, *blocks)}\n")
    assert text == "\n\n".join(blocks)
    assert text[split_sentences(text)[0].start : split_sentences(text)[0].end].endswith("until Monday.")


def test_line_ends_of_another_system_are_joined_too(tmp_path: Path) -> None:
    assert read(tmp_path, wrapped(66, *STORY).replace("\n", "\r\n")) == "\n\n".join(STORY)


def test_a_heading_or_a_paragraph_without_an_empty_line_between_stays_apart(tmp_path: Path) -> None:
    text = f"{HEADING}\n{textwrap.fill(STORY[0], 66)}\n{textwrap.fill(STORY[1], 66, initial_indent='   ')}"
    assert read(tmp_path, text) == f"{HEADING}\n{STORY[0]}\n   {STORY[1]}"


def test_a_line_that_was_mended_and_is_short_now_is_joined_too(tmp_path: Path) -> None:
    text = wrapped(66, *STORY).replace("people waited in the hall", "waited in the hall")
    assert read(tmp_path, text) == "\n\n".join(STORY).replace("people waited in the hall", "waited in the hall")


def test_items_that_go_on_in_the_next_line_are_whole(tmp_path: Path) -> None:
    items = [textwrap.fill(f"- {paragraph}", 66, subsequent_indent="  ") for paragraph in STORY]
    assert read(tmp_path, "\n".join(items)) == f"- {STORY[0]}\n- {STORY[1]}"


@pytest.mark.parametrize(
    "text",
    [
        POEM,
        POEM + "\n\n" + POEM.replace("ice", "snow"),
        LIST,
        TABLE,
        "\n".join(STORY),
        "\n".join(sentence + "." for story in STORY for sentence in story.rstrip(".").split(". ")),
        "Lena Quist, Harbour Master of Osk in the North\nJoren Aldwick, Fisherman of Osk in the Old Town\nPetra Vosk, Union Leader",
        "The ferry sailed.\nIt came back.\nNobody was hurt.",
    ],
)
def test_lines_that_were_meant_stay(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == text


WORDS = st.lists(st.from_regex(r"[a-z]{1,12}[,;]?", fullmatch=True), min_size=30, max_size=120)
SENTENCES = WORDS.map(lambda words: " ".join(words).capitalize() + ".")


@settings(max_examples=25)
@given(st.lists(SENTENCES, min_size=1, max_size=5), st.integers(50, 110))
@example([STORY[0]], 72)
def test_whatever_is_wrapped_is_joined_to_what_it_was(paragraphs: list[str], width: int) -> None:
    assert join_wrapped("\n\n".join(textwrap.fill(paragraph, width) for paragraph in paragraphs)) == "\n\n".join(paragraphs)


@settings(max_examples=200)
@given(st.lists(st.text("ab .-\t\u00ad", max_size=90), max_size=20))
def test_joining_changes_white_space_alone(lines: list[str]) -> None:
    text = "\n".join(lines)
    assert "".join(join_wrapped(text).replace("\u00ad", "").split()) == "".join(text.replace("\u00ad", "").split())
