"""JSON and JSON lines: field names, dates, identities, broken records."""

from __future__ import annotations

import gzip
import io
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.article import Article
from app.reading import Problem, read_path
from app.reading.json_pieces import array_pieces

GOOD: dict[str, Any] = {"title": "Ferry sails", "text": "The ferry sailed on Monday.", "published": "2025-02-03"}


def read(path: Path) -> tuple[list[Article], list[Problem]]:
    found = list(read_path(path))
    return [item for item in found if isinstance(item, Article)], [item for item in found if isinstance(item, Problem)]


def one(tmp_path: Path, **fields: Any) -> tuple[list[Article], list[Problem]]:
    path = tmp_path / "one.json"
    path.write_text(json.dumps({**GOOD, **fields}))
    return read(path)


@pytest.mark.parametrize(
    "fields",
    [
        {
            "title": "T",
            "text": "Body.",
            "published": "2025-02-03",
            "source": "Mail",
            "url": "https://m.example/1",
            "authors": ["A B", "C D"],
        },
        {"headline": "T", "content": "Body.", "date": "2025-02-03", "publisher": {"name": "Mail"}, "link": "https://m.example/1"}
        | {"author": [{"name": "A B"}, {"name": "C D"}]},
        {"headline": "T", "body": "Body.", "datePublished": "2025-02-03", "site_name": "Mail", "url": "https://m.example/1"}
        | {"byline": "By A B and C D"},
        {"title": "T", "body": "Body.", "publish_date": "2025-02-03", "outlet": "Mail", "url": "https://m.example/1", "author": "A B, C D"},
    ],
)
def test_the_usual_field_names_give_the_same_article(tmp_path: Path, fields: dict[str, Any]) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps(fields | {"unknown": {"left": "alone"}}))
    (article,), problems = read(path)
    assert not problems
    assert (article.title, article.text, str(article.published), article.source) == ("T", "Body.", "2025-02-03", "Mail")
    assert article.authors == ("A B", "C D") and article.url == "https://m.example/1" and not article.title_is_first_sentence


@pytest.mark.parametrize(
    ("given_date", "kept"),
    [
        ("2025-02-03", "2025-02-03"),
        ("2025-02-03T10:00:00Z", "2025-02-03T10:00:00+00:00"),
        ("2025-02-03 10:00:00", "2025-02-03T10:00:00+00:00"),
        ("2025-02-03 10:00:00 +01:00", "2025-02-03T10:00:00+01:00"),
        ("Mon, 03 Feb 2025 10:00:00 +0100", "2025-02-03T10:00:00+01:00"),
        ("3 February 2025", "2025-02-03"),
        ("Feb. 3, 2025", "2025-02-03"),
        ("20250203", "2025-02-03"),
        (1738576800, "2025-02-03T10:00:00+00:00"),
        (1738576800000, "2025-02-03T10:00:00+00:00"),
        ("1738576800", "2025-02-03T10:00:00+00:00"),
    ],
)
def test_dates_are_read_with_the_precision_that_they_have(tmp_path: Path, given_date: Any, kept: str) -> None:
    (article,), problems = one(tmp_path, published=given_date)
    assert str(article.published) == kept and not problems


@pytest.mark.parametrize(
    "bad", ["9999-99-99", "soon", "2025-02-30", 1e300, -1e18, True, ["2025-02-03"], "31 June 2025", "0001-01-01T00:00:00+14:00"]
)
def test_a_date_that_cannot_be_right_is_dropped_with_a_warning(tmp_path: Path, bad: Any) -> None:
    (article,), (problem,) = one(tmp_path, published=bad)
    assert article.published is None and not problem.fatal


def test_an_address_that_is_not_of_the_web_is_dropped_with_a_warning(tmp_path: Path) -> None:
    for url in ("javascript:alert(1)", "/story/7", "ftp://m.example/7", "https://[bad", "https://m.example:99999/"):
        (article,), (problem,) = one(tmp_path, url=url)
        assert article.url is None and not problem.fatal


@pytest.mark.parametrize("user", ["user:pass@", "user@", "a@b:c@", ":pass@", "us%40er:p@"])
def test_an_address_loses_its_password(tmp_path: Path, user: str) -> None:
    (article,), problems = one(tmp_path, url=f"https://{user}m.example:8443/a@b?c=d@e")
    assert article.url == "https://m.example:8443/a@b?c=d@e" and not problems
    (bare,), _ = one(tmp_path, url="https://m.example:8443/a@b?c=d@e")
    assert article.id == bare.id
    for odd in ("ftp://", "https:\\\\", "https:"):
        _, (problem,) = one(tmp_path, url=f"{odd}{user}m.example:99999/7")
        assert user not in problem.message


def test_directions_are_taken_out_of_outlet_title_author_and_address(tmp_path: Path) -> None:
    turned = "\u202eliaM ksO\u202c\u2066\u200f"
    (article,), _ = one(tmp_path, url=f"https://m.example/{turned}", source=turned, title=turned, author=turned)
    assert (article.source, article.title, article.authors) == ("liaM ksO", "liaM ksO", ("liaM ksO",))
    assert article.url == "https://m.example/liaMksO"


def test_overlong_fields_are_cut(tmp_path: Path) -> None:
    (article,), _ = one(tmp_path, title="word " * 500, source="m" * 900, authors=[f"Name {n}" for n in range(300)])
    assert len(article.title) <= 501 and len(article.source or "") <= 201 and len(article.authors) == 50


def test_half_a_surrogate_pair_can_still_be_stored(tmp_path: Path) -> None:
    (article,), _ = one(tmp_path, text="A \ud83d and a \U0001f600.", title="\udc00 T")
    assert article.text == "A \ufffd and a \U0001f600."
    (article.title + article.text).encode()


@pytest.mark.parametrize("text", ["", "  \n", None, 7, ["a"], {"a": "b"}, "\u200b \x00"])
def test_a_record_without_text_is_a_failure(tmp_path: Path, text: Any) -> None:
    articles, problems = one(tmp_path, text=text)
    assert not articles and [problem.fatal for problem in problems] == [True]


def test_a_broken_line_is_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "many.jsonl"
    lines = [json.dumps(GOOD), '{"text": "torn', "", "[1, 2]", json.dumps(GOOD | {"text": "Another."})]
    path.write_text("\n".join(lines))
    articles, problems = read(path)
    assert [article.text for article in articles] == [GOOD["text"], "Another."]
    assert [problem.path for problem in problems] == [f"{path.resolve()}:2", f"{path.resolve()}:4"]
    assert all(problem.fatal for problem in problems)


def test_a_file_of_broken_lines_is_given_up(tmp_path: Path) -> None:
    path = tmp_path / "prose.jsonl"
    path.write_text("This is prose.\n" * 5_000)
    articles, problems = read(path)
    assert not articles and len(problems) < 30 and "given up" in problems[-1].message


@pytest.mark.parametrize("name", ["a.json", "a.jsonl", "a.ndjson", "a.json.gz", "a.jsonl.gz"])
def test_plain_and_packed_files_give_the_same_articles(tmp_path: Path, name: str) -> None:
    records = [GOOD, GOOD | {"text": "Another.", "url": "https://m.example/2"}]
    data = (json.dumps(records) if ".json." in name + "." else "\n".join(map(json.dumps, records))).encode()
    path = tmp_path / name
    path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
    articles, problems = read(path)
    assert [article.text for article in articles] == [GOOD["text"], "Another."] and not problems


def test_utf16_records_are_read(tmp_path: Path) -> None:
    path = tmp_path / "wide.jsonl"
    path.write_bytes("\n".join([json.dumps(GOOD | {"text": f"Zoë paid €{n}."}, ensure_ascii=False) for n in range(9_000)]).encode("utf-16"))
    articles, problems = read(path)
    assert [article.text for article in articles] == [f"Zoë paid €{n}." for n in range(9_000)] and not problems


def test_windows_records_are_read_with_one_warning(tmp_path: Path) -> None:
    path = tmp_path / "windows.jsonl"
    line = json.dumps(GOOD | {"text": "Zoë paid €5."}, ensure_ascii=False)
    path.write_bytes("\n".join([line] * 5).encode("cp1252"))
    articles, problems = read(path)
    assert [article.text for article in articles] == ["Zoë paid €5."] * 5
    assert len(problems) == 1 and not problems[0].fatal


def test_an_array_cut_short_gives_what_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "cut.json"
    path.write_text(json.dumps([GOOD, GOOD | {"text": "Another."}], indent=1)[:-20])
    articles, problems = read(path)
    assert len(articles) == 1 and len(problems) == 1 and problems[0].fatal


def test_one_record_after_the_other_needs_no_array(tmp_path: Path) -> None:
    path = tmp_path / "sequence.json"
    path.write_text(json.dumps(GOOD, indent=1) + "\n" + json.dumps(GOOD | {"text": "Another."}))
    articles, problems = read(path)
    assert [article.text for article in articles] == [GOOD["text"], "Another."] and not problems


def test_what_is_wrong_in_an_array_is_named_by_its_line(tmp_path: Path) -> None:
    path = tmp_path / "lines.json"
    path.write_text(json.dumps([GOOD, {"title": "No text"}, GOOD], indent=1))
    articles, (problem,) = read(path)
    assert len(articles) == 2 and problem.path == f"{path.resolve()}:7"


def test_a_broken_file_of_one_record_is_one_failure(tmp_path: Path) -> None:
    path = tmp_path / "torn.json"
    path.write_text('{"text": "The ferry" sailed}, {"a": 1}, {"b": {"c": 2}} {x}')
    articles, problems = read(path)
    assert not articles and [problem.path for problem in problems] == [str(path.resolve())]


def test_records_with_an_id_keep_their_identity_in_another_order(tmp_path: Path) -> None:
    path = tmp_path / "ids.json"
    records = [GOOD | {"id": 7}, GOOD | {"id": "x", "text": "Another."}]
    path.write_text(json.dumps(records))
    before = {article.text: article.id for article in read(path)[0]}
    path.write_text(json.dumps(records[::-1]))
    assert {article.text: article.id for article in read(path)[0]} == before
    assert len(set(before.values())) == 2


def test_two_records_with_one_id_stay_two_articles(tmp_path: Path) -> None:
    path = tmp_path / "ids.json"
    path.write_text(json.dumps([GOOD | {"id": 0}, GOOD | {"id": 0, "text": "Another."}]))
    assert len({article.id for article in read(path)[0]}) == 2


def test_two_records_with_one_address_are_both_given(tmp_path: Path) -> None:
    path = tmp_path / "same.json"
    path.write_text(json.dumps([GOOD | {"url": "https://m.example/2"}, GOOD | {"url": "https://M.example/2#top", "text": "Newer."}]))
    articles, _ = read(path)
    assert len(articles) == 2 and len({article.id for article in articles}) == 1


class Dripping(io.BytesIO):
    """A stream that gives a few bytes at a time."""

    def __init__(self, data: bytes, size: int) -> None:
        super().__init__(data)
        self._size = size

    def read(self, _size: int | None = -1, /) -> bytes:
        return super().read(self._size)


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=20,
)


@given(st.lists(JSON_VALUES, max_size=6), st.integers(1, 40), st.booleans(), st.sampled_from([None, 1]))
def test_an_array_is_cut_into_its_values_wherever_chunks_end(values: list[Any], size: int, escaped: bool, indent: int | None) -> None:
    data = b"\n " + json.dumps(values, ensure_ascii=escaped, indent=indent).encode() + b"\n"
    pieces = list(array_pieces(Dripping(data, size)))
    assert [json.loads(piece.data) for piece in pieces] == values
    assert not any(piece.problem for piece in pieces)
    lines = data.split(b"\n")
    assert all(piece.data.split(b"\n")[0] in lines[piece.line - 1] for piece in pieces)
