"""The names of files that somebody hands in: whatever they are, the file stays inside its folder and is known again."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.collection.names import DEPTH, PART_BYTES, safe_name
from app.errors import DatelineError
from app.reading.dispatch import ending_of
from app.reading.origin import printable

NASTY = st.sampled_from(["..", ".", "/", "\\", "\0", "\n", "\u202e", "\u200d", "\ufe0f", "\ud800", " ", "~", "-", "é", "e\u0301", ".txt"])
NAMES = st.lists(st.text(max_size=20) | NASTY, min_size=1, max_size=30).map("".join)


def kept_as(name: str) -> PurePosixPath | None:
    try:
        return safe_name(name)
    except DatelineError:
        return None


@given(NAMES)
def test_any_name_is_a_visible_path_inside_the_folder_or_refused(name: str) -> None:
    kept = kept_as(name)
    if kept is None:
        return
    assert not kept.is_absolute() and 1 <= len(kept.parts) <= DEPTH
    assert all(not part.startswith(".") and part.strip() == part and len(part.encode()) <= PART_BYTES for part in kept.parts)
    here = Path("/home/added") / kept
    assert Path("/home/added") in here.parents and printable(here) == str(here)
    assert safe_name(name) == kept
    assert "\\" not in str(kept)


@given(NAMES, NAMES)
def test_two_names_never_become_one(one: str, other: str) -> None:
    try:
        kept = {safe_name(name) for name in {one, other}}
    except DatelineError:
        return
    assert len(kept) == len({one, other})


@given(NAMES, st.sampled_from([".txt", ".jsonl.gz", ".PDF", ".html"]))
def test_the_ending_that_says_how_it_is_read_stays(name: str, ending: str) -> None:
    try:
        kept = safe_name(f"{name}a{ending}")
    except DatelineError:
        return
    assert ending_of(str(kept)) == ending.lower()


@pytest.mark.parametrize("name", ["story.txt", "Archive 2025/May/story one.html", "Ärger/été.md", "a (1).jsonl.gz"])
def test_a_plain_name_is_kept_as_it_is(name: str) -> None:
    assert safe_name(name) == PurePosixPath(name)


@pytest.mark.parametrize("name", ["", ".", "..", "///", "../..", "\u202e", "...", "a/\0"])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(DatelineError, match="no name"):
        safe_name(name)
