"""A catalog that the disk has hurt: it is said in one line with the command that mends it, and the command mends it."""

from __future__ import annotations

import json
import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from app.__main__ import main
from app.commands.ingest import main as ingest
from tests.quick import use_quick
from tests.samples import RECORDS, opened, write_records

pytestmark = pytest.mark.catalog_file("`salvage` and what the disk has hurt in the file; PostgreSQL has its own (docs/scaling.md)")

ARTICLES = 60


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of sixty articles of five kB, `news`, and the home that they were read into, closed."""
    folder, chance = tmp_path_factory.mktemp("made"), random.Random(4)
    for number in range(ARTICLES):
        words = " ".join(f"Word{chance.randrange(10**6)} was said." for _ in range(250))
        record = RECORDS[0] | {"url": f"https://wire.example/{number}", "text": f"Only number{number}. {words}"}
        write_records(folder / "news" / f"{number}.jsonl", [record])
    with opened(folder / "home") as service:
        service.ingest([folder / "news"])
    return folder


@pytest.fixture
def news(made: Path) -> Path:
    return made / "news"


@pytest.fixture(autouse=True)
def home(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of that home, which commands use."""
    home = tmp_path / "home"
    shutil.copytree(made / "home", home)
    use_quick(monkeypatch, home=home)
    monkeypatch.chdir(tmp_path)
    return home


def garble_pages(file: Path, which: Callable[[int, bytes], bool], count: int = 3) -> None:
    """Garbage over up to `count` pages that `which` (number from 0, content) picks."""
    data = bytearray(file.read_bytes())
    chance = random.Random(1)
    for number in range(len(data) // 4_096):
        page = slice(number * 4_096, (number + 1) * 4_096)
        if count and which(number, bytes(data[page])):
            data[page] = chance.randbytes(4_096)
            count -= 1
    assert count == 0
    file.write_bytes(data)


def leaf(number: int, page: bytes) -> bool:
    """A page of a table's rows."""
    return number > 0 and page[0] == 0x0D and b"wire.example" in page


def mended(capsys: pytest.CaptureFixture[str], news: Path) -> int:
    """Run what doctor names, then what that names; returns how many articles the first saved."""
    assert main(["doctor", "--json"]) == 1
    said = capsys.readouterr()
    assert said.err == ""
    mends = {finding["mend"] for finding in json.loads(said.out) if finding["level"] == "error"}
    assert mends == {"python -m app salvage"}
    status = main(["salvage"])
    said = capsys.readouterr()
    assert said.err == ""
    assert status == ("Nothing is lost" not in said.out)
    assert main(["doctor"]) == 0, capsys.readouterr().out
    capsys.readouterr()
    main(["sources", "--json"])
    saved = sum(outlet["articles"] for outlet in json.loads(capsys.readouterr().out))
    assert f"Rescued {saved} articles" in said.out
    # Each article is there or told as lost, by the file that it came from if that can be read.
    assert saved in (0, ARTICLES) or f"Lost: {ARTICLES - saved} articles" in said.out
    assert ingest([str(news), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["added"] == ARTICLES - saved
    assert main(["doctor"]) == 0
    capsys.readouterr()
    for number in random.Random(2).sample(range(ARTICLES), 5):
        assert main(["search", f"number{number}"]) == 0
        assert f"number{number}" in capsys.readouterr().out
    return saved


def test_pages_of_garbage_cost_only_their_own_articles_which_are_named(home: Path, news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    garble_pages(home / "catalog.sqlite", leaf)
    for command in (["reindex"], ["remove", "https://wire.example/1", "https://wire.example/30", "https://wire.example/59"]):
        main(command)
        said = capsys.readouterr().err
        assert "unexpected error" not in said
        assert "Traceback" not in said
    assert 40 <= mended(capsys, news) < ARTICLES
    assert (home / "catalog.sqlite.damaged-1").exists()


def test_a_malformed_page_is_said_with_the_command_that_mends_it(home: Path, capsys: pytest.CaptureFixture[str], news: Path) -> None:
    garble_pages(home / "catalog.sqlite", leaf, 5)
    assert ingest([str(news)]) == 2 or main(["reindex"]) == 2
    said = capsys.readouterr().err
    assert "damaged" in said
    assert "python -m app salvage" in said
    assert said.count("\n") == 1


def test_a_text_that_changed_under_its_checksum_is_found_by_doctor_and_named_as_lost(
    home: Path, news: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = (home / "catalog.sqlite").read_bytes()
    (home / "catalog.sqlite").write_bytes(data.replace(b"Only number7.", b"Only xumber7."))
    assert main(["doctor"]) == 1
    assert "mend: python -m app salvage" in capsys.readouterr().out
    assert main(["salvage"]) == 1
    assert f"  {news / '7.jsonl'}\n" in capsys.readouterr().out
    assert main(["doctor"]) == 0


def test_columns_that_make_no_sense_are_one_line(home: Path, news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(home / "catalog.sqlite")) as file, file:
        file.execute("UPDATE articles SET published = 'never', authors = '{' WHERE row < 9")
        file.execute("UPDATE articles SET text = CAST(x'fffe' AS TEXT) WHERE row = 20")
        file.execute("UPDATE passages SET sentences = '[[' WHERE article_row = 30")
    assert main(["search", "number3"]) == 2
    assert "python -m app salvage" in capsys.readouterr().err
    assert mended(capsys, news) == ARTICLES - 9


@pytest.mark.parametrize("size", [0, 100, 50_000])
def test_a_catalog_of_garbage_is_put_aside_and_can_be_filled_again(
    home: Path, news: Path, capsys: pytest.CaptureFixture[str], size: int
) -> None:
    whole = (home / "catalog.sqlite").read_bytes()
    (home / "catalog.sqlite").write_bytes(random.Random(3).randbytes(size) + whole[size:] if size else whole[: len(whole) // 3])
    saved = mended(capsys, news)
    assert saved == 0 if size else 0 < saved < ARTICLES


def test_an_index_of_the_catalog_that_is_hurt_loses_nothing(home: Path, news: Path, capsys: pytest.CaptureFixture[str]) -> None:
    garble_pages(home / "catalog.sqlite", lambda number, page: page[0] == 0x0A and b".jsonl" in page, 1)
    assert mended(capsys, news) == ARTICLES


def test_a_home_without_a_catalog_has_nothing_to_salvage(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (home / "catalog.sqlite").unlink()
    assert main(["salvage"]) == 2
    said = capsys.readouterr().err
    assert "there is no catalog" in said
    assert "unexpected" not in said
    assert not (home / "catalog.sqlite.new").exists()
