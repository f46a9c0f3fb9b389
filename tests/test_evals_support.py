"""The support check on small invented sets of claims, and the labels of a larger model's citations."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.errors import DatelineError
from app.settings import Settings
from app.support.judge import Verdict
from evals import labelled, support
from evals.__main__ import commands
from evals.bench_support import bench
from evals.measuring import Order
from evals.report import markdown
from evals.results import newest
from evals.rows import SupportRow
from evals.sections import find
from evals.support_scoring import (
    ALL_KINDS,
    AUC,
    BOTH,
    EVERY,
    JUDGE,
    LET_IN,
    OVERLAP,
    PRECISION,
    RULES,
    WORST_KIND,
    judged,
    overlap,
    together,
)
from evals.support_sets import SETS, TRAINED_ON, load_made, load_sets

BRIDGE = "The bridge at Orrin opened in May. It cost 84 million crowns. Lena Marsh drew it."
TRUE, FALSE = "The bridge at Orrin cost 84 million crowns.", "The bridge at Orrin cost 97 million crowns."
ROLE = "never trained on"


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def quick(settings: Settings) -> Settings:
    return settings.model_copy(update={"embedding_model": "hashing"})


def _set(name: str, rows: Sequence[tuple[str, bool]]) -> None:
    lines = [
        json.dumps({"source": BRIDGE, "claim": claim, "supported": true, "question": "What did it cost?", "id": f"{name}{number}"})
        for number, (claim, true) in enumerate(rows)
    ]
    Path("data").mkdir(exist_ok=True)
    (Path("data") / f"{name}.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))


@pytest.fixture
def data() -> Path:
    for name in sorted({one.file for one in SETS.values()}):
        _set(name, [(TRUE, True), (FALSE, False)])
    return Path("data")


def _made(quotes: int = 20) -> Path:
    """A corrupted figure is easy to tell from what is true, a quote that is called false is not."""
    rows = [
        (TRUE, "supported", "news true"),
        (FALSE, "contradicted", "news number"),
        ("It cost 84 million crowns.", "not said", "news quote"),
    ]
    file = Path("made.jsonl")
    made = [{"source": BRIDGE, "claim": c, "label": label, "kind": k, "group": "g", "edited": None} for c, label, k in rows]
    file.write_text("\n".join(map(json.dumps, [*made[:2] * 20, *made[2:] * quotes])))
    return file


def _order(limit: int | None = None) -> Order:
    return Order("answers", False, limit, "run", Path(".evals/results/out.json"))


def _quiet(stage: str, done: int, total: int) -> None:
    pass


def test_words_and_rules_stand_beside_each_other_with_what_has_seen_the_set(data: Path, quick: Settings) -> None:
    result = support.run(data, None, quick, _order(), _quiet, tuple(SETS))
    rows = [(group["set"], group["system"]) for group in result["support"] if group["system"] in (OVERLAP, RULES)]
    assert rows == [(name, system) for name in (*SETS, EVERY) for system in (OVERLAP, RULES)]
    fooled = next(group for group in result["support"] if (group["set"], group["system"]) == ("fm2_dev", RULES))
    assert (fooled["n"], fooled["true"], fooled["measures"][AUC]["value"]) == (2, 1, 1)
    assert fooled["measures"][PRECISION]["value"] == 1
    assert {group["role"].split(";")[0] for group in result["support"] if group["set"] in SETS} == {ROLE}
    assert newest() == [result]
    assert f"| fm2_dev | {ROLE} | rules | 2 | 1 | 1.000" in markdown([result])


def test_no_set_that_taught_the_judge_is_reported() -> None:
    assert not {one.file for one in SETS.values()} & set(TRAINED_ON)


def test_an_answer_claims_what_its_question_asks_and_stands_alone_too(data: Path) -> None:
    sets = load_sets(data)
    assert {pair.claim for pair in sets["halueval_qa, question and answer"]} == {f"What did it cost? {claim}" for claim in (TRUE, FALSE)}
    assert {pair.claim for pair in sets["halueval_qa, the answer alone"]} == {TRUE, FALSE}


def test_a_smaller_sample_is_part_of_a_larger_one(data: Path) -> None:
    _set("fm2_dev", [(f"It cost {number} crowns.", False) for number in range(50)])
    drawn = [[pair.id for pair in load_sets(data, limit, ["fm2_dev"])["fm2_dev"]] for limit in (5, 20)]
    assert drawn[1][:5] == drawn[0]
    assert drawn[0] != [f"fm2_dev{number}" for number in range(5)]


def test_the_worst_kind_of_corrupted_sentence_is_named(quick: Settings) -> None:
    result = support.run(None, _made(), quick, _order(), _quiet, ())
    figures = {name: find(result, support.BY_KIND, name, RULES) for name in (ALL_KINDS, WORST_KIND, "news number", "news quote")}
    assert {name: found and found["value"] for name, found in figures.items()} == {
        ALL_KINDS: 0.5, WORST_KIND: 0.0, "news number": 1.0, "news quote": 0.0,
    }  # fmt: skip
    assert "Worst kind of 20 or more, rules: news quote." in result["notes"]
    assert f"| {WORST_KIND} |" in markdown([result])


def test_a_kind_with_few_sentences_is_not_called_the_worst(quick: Settings) -> None:
    result = support.run(None, _made(quotes=5), quick, _order(), _quiet, ())
    assert "Worst kind of 20 or more, rules: news number." in result["notes"]
    assert find(result, support.BY_KIND, "news quote", RULES) is not None


def test_every_set_counts_alike_however_long_it_is() -> None:
    def rows(within: str, n: int, support: float) -> list[SupportRow]:
        return [SupportRow(str(i), within, RULES, "", True, "", support) for i in range(n)]

    (line,) = together([*rows("long", 9, 1.0), *rows("short", 1, 0.0)], ["long", "short"])
    assert line["measures"][LET_IN]["value"] == pytest.approx(0.5)
    assert together(rows("long", 9, 1.0), ["long", "short"]) == []


def test_overlap_is_the_share_of_the_claims_words() -> None:
    assert overlap(BRIDGE, "The bridge cost a ferry.") == pytest.approx(2 / 3)


class _Reader:
    """Finds a claim supported where its words stand in the window."""

    name = "words"

    def __init__(self) -> None:
        self.read: list[tuple[str, str]] = []

    def __call__(self, pairs: Sequence[tuple[str, str]]) -> list[Verdict]:
        self.read += pairs
        return [Verdict(1.0, 0.0, 0.0) if claim in window else Verdict(0.2, 0.0, 0.8) for claim, window in pairs]


def test_a_judge_alone_takes_the_best_reading_of_the_worst_sentence() -> None:
    judge = _Reader()
    source = f"{BRIDGE} The ferry sank. It was old. Nobody drowned."
    claims = ["Lena Marsh drew it. Nobody drowned.", "Lena Marsh drew it. Nobody swam."]
    assert judged(judge, [*((source, claim) for claim in claims), ("It was old.", "It was old.")]) == [1.0, pytest.approx(0.2), 1.0]
    assert max(window.count(".") for _, window in judge.read) == 3


def test_where_a_judge_is_loaded_it_stands_alone_and_beside_the_rules(data: Path, quick: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(support, "load_judge", lambda settings: _Reader())
    result = support.run(data, None, quick, _order(), _quiet, ["fm2_dev"])
    assert [group["system"] for group in result["support"]] == [OVERLAP, RULES, JUDGE, BOTH]
    assert result["support"][2]["measures"][AUC]["value"] == 0.5
    assert "Judge: words." in result["notes"]


def test_a_broken_row_is_told_with_its_line(data: Path) -> None:
    (data / "fm2_dev.jsonl.gz").write_bytes(gzip.compress(b'{"claim": "x"}'))
    with pytest.raises(DatelineError, match=r"fm2_dev\.jsonl\.gz, line 1 is no claim"):
        load_sets(data, None, ["fm2_dev"])
    Path("made.jsonl").write_text('{"source": "x", "claim": "y"}')
    with pytest.raises(DatelineError, match=r"made\.jsonl, line 1 is no claim"):
        load_made(Path("made.jsonl"))


def test_without_a_folder_or_a_file_the_command_says_what_to_name() -> None:
    told = CliRunner().invoke(commands(), ["run", "support"], standalone_mode=False)
    assert isinstance(told.exception, DatelineError)
    assert "--pairs" in str(told.exception)


# Labels


def test_every_label_is_of_a_sentence_as_the_answer_says_it_and_gives_its_kind_of_error() -> None:
    answers = labelled.load()
    labels = [label for answer in answers for label in answer.labels]
    assert (len(answers), len({answer.question for answer in answers})) == (60, 60)
    assert len(labels) >= 200
    assert all(re.sub(r" \[\d\]", "", label.said) == label.text for label in labels)
    assert all(label.supported == (not label.error) for label in labels)
    assert all(label.cited in label.source for label in labels)
    assert 0.5 <= sum(label.supported for label in labels) / len(labels) <= 0.7


def test_the_readme_of_the_labels_counts_them_and_knows_every_kind_of_error() -> None:
    readme = (labelled.FOLDER / "README.md").read_text()
    labels = [label for answer in labelled.load() for label in answer.labels]
    assert f"{len(labels)} labels, {sum(label.supported for label in labels)} supported" in readme
    assert {label.error for label in labels if label.error} == set(re.findall(r"^\| ([a-z, ]+) \| ", readme, re.M)) - {"error", "key"}


def test_what_is_let_in_of_a_larger_models_sentences_is_told_by_kind_of_error(quick: Settings) -> None:
    result = labelled.run(quick, _order(limit=60), _quiet)
    assert {group["set"] for group in result["support"]} == {labelled.CITED, labelled.CHAIN}
    shares = find(result, labelled.BY_ERROR, labelled.RIGHT, "rules, all evidence")
    assert shares is not None
    (section,) = [one for one in result["sections"] if one["title"] == labelled.BY_ERROR]
    wrong = [
        (line["n"], found)
        for line in section["lines"]
        if line["name"] != labelled.RIGHT and (found := line["measures"]["rules, all evidence"])
    ]
    assert sum(n for n, _ in wrong) > 10
    assert shares["value"] > sum(n * found["value"] for n, found in wrong) / sum(n for n, _ in wrong)
    assert "| figure moved | " in markdown([result])


def test_labels_that_do_not_fit_their_answers_are_told() -> None:
    for name in ("answers", "citations"):
        lines = (labelled.FOLDER / f"{name}.jsonl").read_text().splitlines()
        Path(f"{name}.jsonl").write_text("\n".join(lines[:2]))
    with pytest.raises(DatelineError, match=r"answers\.jsonl, line 1 does not fit its labels"):
        labelled.load(Path())


def test_the_benchmark_counts_pairs_and_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_EMBEDDING_MODEL", "hashing")
    monkeypatch.setenv("DATELINE_SUPPORT_MODEL", "rules")
    bench(rounds=2, pairs=6, answers=1, out=Path("bench.json"))
    figures = json.loads(Path("bench.json").read_text())["figures"]
    assert figures[f"pairs a second, one at a time, {RULES}"]["n"] == 2
    assert figures[f"an answer of 6 sentences, s, {RULES}"]["value"] > 0
    assert not Path(".evals").exists()


def test_the_help_says_what_support_needs() -> None:
    told: Any = CliRunner().invoke(commands(), ["run", "--help"], env={"COLUMNS": "200"})
    assert "--pairs" in told.output
    assert "support" in told.output
