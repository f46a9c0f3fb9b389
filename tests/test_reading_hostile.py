"""Files made to break a reader: one clear line each, within bounded memory."""

from __future__ import annotations

import gzip
import json
import random
import time
import tracemalloc
from pathlib import Path

import pytest
import regex
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.article import Article, Published
from app.reading import Problem, read_path
from app.reading.dispatch import ENDINGS
from tests.bad_kinds import drawn_pdf

WHOLE = json.dumps({"text": "The ferry sailed.", "date": "2025-02-03"}).encode()
DEEP = b'{"a":' * 50_000 + b"1" + b"}" * 50_000


def read(path: Path) -> tuple[list[Article], list[Problem]]:
    found = list(read_path(path))
    return [item for item in found if isinstance(item, Article)], [item for item in found if isinstance(item, Problem)]


@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.parametrize("content", [b"", bytes(200_000), random.Random(7).randbytes(200_000)], ids=["empty", "zeros", "random"])
def test_empty_zero_and_random_files_give_one_line(tmp_path: Path, ending: str, content: bytes) -> None:
    path = tmp_path / f"file{ending}"
    path.write_bytes(content)
    articles, problems = read(path)
    assert not articles and [problem.fatal for problem in problems] == [True]
    assert problems[0].path == str(path.resolve()) and "\n" not in problems[0].message


@pytest.mark.parametrize(
    ("name", "content", "whole"),
    [
        ("deep.json", b"[" * 100_000 + b"]" * 100_000, 0),
        ("deep.json", DEEP, 0),
        ("deep.json", b"[" + DEEP + b"," + WHOLE + b"]", 1),
        ("deep.jsonl", DEEP + b"\n" + WHOLE, 1),
        ("number.jsonl", b'{"text": "a", "id": ' + b"9" * 6_000 + b"}\n" + WHOLE, 1),
        ("open.json", b'["' + b"a" * 100_000, 0),
        ("brackets.json", b"]" * 1_000 + b"[" * 1_000, 0),
        ("yaml.md", b"---\na: " + b"[" * 5_000 + b"\n---\n" + b"!" * 10, 0),
    ],
)
def test_nesting_and_broken_syntax_lose_only_themselves(tmp_path: Path, name: str, content: bytes, whole: int) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    articles, problems = read(path)
    assert len(articles) == whole
    assert any(problem.fatal for problem in problems) and len(problems) <= 25


@pytest.mark.parametrize("name", ["long.jsonl", "long.json", "long.jsonl.gz"])
def test_a_line_of_50_megabytes_is_passed_over_in_bounded_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with gzip.open(path, "wb", 1) if name.endswith(".gz") else path.open("wb") as file:
        noise = random.Random(7).randbytes(1 << 19).hex().encode()
        file.write(b"[" if name == "long.json" else b"")
        file.write(b'{"text": "')
        for _ in range(50):
            file.write(noise)
        file.write(b'"}' + (b"," if name == "long.json" else b"") + b"\n" + WHOLE)
        file.write(b"]" if name == "long.json" else b"")
    tracemalloc.start()
    articles, problems = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert [article.text for article in articles] == ["The ferry sailed."]
    assert [problem.fatal for problem in problems] == [True] and "20 MB" in problems[0].message
    assert peak < 100e6


@pytest.mark.parametrize("name", ["bomb.jsonl.gz", "bomb.json.gz", "bomb.txt.gz"])
def test_a_bomb_is_given_up_early(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with gzip.open(path, "wb") as file:
        file.write(b'[{"text": "')
        for _ in range(40):
            file.write(b"a" * 2_000_000)
    tracemalloc.start()
    articles, problems = read(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not articles and [problem.fatal for problem in problems] == [True]
    assert peak < 100e6


def test_a_packed_file_cut_short_gives_what_came_before(tmp_path: Path) -> None:
    noise = random.Random(7)
    lines = [json.dumps({"text": f"Ferry {noise.random()} sailed.", "date": "2025-02-03"}) for _ in range(2_000)]
    packed = gzip.compress("\n".join(lines).encode())
    path = tmp_path / "cut.jsonl.gz"
    path.write_bytes(packed[: len(packed) // 2])
    articles, problems = read(path)
    assert 0 < len(articles) < 2_000 and articles[0].text == json.loads(lines[0])["text"]
    assert [problem.fatal for problem in problems] == [True]


@pytest.mark.parametrize("name", ["a.txt", "a.md", "a.jsonl"])
def test_a_text_of_more_than_two_million_characters_is_refused(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    text = "word " * 400_001
    path.write_text(json.dumps({"text": text}) if name == "a.jsonl" else text + "end")
    articles, problems = read(path)
    assert not articles and [problem.fatal for problem in problems] == [True] and "longer than" in problems[0].message


PIECES = st.sampled_from(
    [
        b"date 2025-02-03 ",
        b"---\n",
        b"title: ",
        b"# ",
        b"\n",
        b'{"text": "a", ',
        b'"date": ',
        b"}",
        b"[",
        b"]",
        b",",
        b'"',
        b"\\",
        b"<p>",
        b"</p>",
        b"%PDF-1.4\n",
        b"stream\n",
        b"endobj\n",
        b"\x1f\x8b\x08\x00",
        b"\xff\xfe",
        b"\xef\xbb\xbf",
        b"\x00",
        b"\xe9",
        "“é”".encode(),
        b"The ferry sailed. ",
    ]
)


@settings(max_examples=150)
@given(st.one_of(st.binary(max_size=300), st.lists(PIECES, max_size=30).map(b"".join)), st.sampled_from(ENDINGS), st.booleans())
@example(b"[1e999, NaN]", ".json", False)
@example(b'{"text": "a", "date": NaN}', ".json", False)
@example(b'{"text": "a", "date": 1e400, "url": "http://["}', ".jsonl", True)
def test_any_bytes_under_any_ending_give_articles_and_problems(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, ending: str, packed: bool
) -> None:
    path = tmp_path_factory.getbasetemp() / f"any{ending}"
    path.write_bytes(gzip.compress(content) if packed and ending.endswith(".gz") else content)
    found = list(read_path(path))
    assert found
    for item in found:
        if isinstance(item, Problem):
            assert item.message and "\n" not in item.message
        else:
            assert item.text.strip() and item.title.strip() and len(item.id) == 20
            (item.title + item.text + str(item.source) + str(item.url)).encode()
            if item.published:
                assert Published.parse(str(item.published)) == item.published
    assert list(read_path(path)) == found


def printable(text: str) -> str:
    return "".join(filter(str.isprintable, regex.sub(r"\p{Default_Ignorable_Code_Point}", "", text)))


@given(st.text(max_size=200))
def test_the_text_of_a_record_is_kept_but_for_what_is_cleaned(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.getbasetemp() / "kept.json"
    path.write_text(json.dumps({"text": f"a{text}b", "date": "2025-02-03"}))
    (article,) = [item for item in read_path(path) if isinstance(item, Article)]
    # Not printable: white space, controls and halves of pairs, which other tests look at; nor is what Unicode lets nobody see.
    assert printable(article.text) == printable(f"a{text}b")
    assert "\r" not in article.text and "\x00" not in article.text


def packed(content: bytes) -> bytes:
    return gzip.compress(content, 9)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("attributes.html", b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">The ferry.</p>", "attributes"),
        ("styles.html", b"<html><style>" + b"a{display:none}" * 330_000 + b"</style><p>The ferry.</p>", "styles"),
        ("pages.pdf", drawn_pdf(50, b"BT /F1 11 Tf 50 780 Td " + b"(ab) Tj T* " * 20_000 + b"ET"), "drawings"),
        ("brackets.json.gz", packed(b"[" * 60_000_000), "nested too deep"),
        ("newlines.jsonl.gz", packed(b"\n" * 60_000_000), "empty"),
        ("blank.jsonl.gz", packed(b" \n\t\r\n" * 12_000_000), "empty"),
        ("numbers.jsonl.gz", packed(WHOLE + b"\n" + b"1\n" * 30_000_000), "no articles: given up"),
        ("broken.jsonl.gz", packed(WHOLE + b"\n" + b"x\n" * 30_000_000), "no articles: given up"),
        ("arrays.json.gz", packed(b"[" + b"[]," * 20_000_000), "no articles: given up"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value else "",
)
def test_a_small_file_is_no_long_work(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    began = time.monotonic()
    articles, problems = read(path)
    assert time.monotonic() - began < 8  # on a machine that is busy; half a second and less on one that is not
    assert len(articles) == (name in ("numbers.jsonl.gz", "broken.jsonl.gz"))
    assert said in problems[-1].message and problems[-1].fatal and len(problems) < 1_100


def test_blank_lines_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "blank.jsonl"
    path.write_bytes(WHOLE + b"\n\n \n\t\r\n" + b"\n" * 70_000 + b"  x\n" + WHOLE)
    articles, problems = read(path)
    assert len(articles) == 2 and [problem.path for problem in problems] == [f"{path.resolve()}:70005"]


def test_an_archive_with_many_records_of_no_text_is_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "archive.jsonl"
    path.write_bytes(b"\n".join([WHOLE] * 300 + [b'{"title": "A picture"}'] * 2_500 + [WHOLE]))
    articles, problems = read(path)
    assert len(articles) == 301 and len(problems) == 2_500
