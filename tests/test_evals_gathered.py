"""Sets that bring their own documents: what counts as told, and whole runs on small invented rows."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from app.answer import Answer, AnswerSentence, Citation, Claim, Conflict
from app.errors import DatelineError
from app.settings import Settings
from evals import gathered, ramdocs, search_conflicts, timeqa
from evals.__main__ import commands
from evals.classes import confusion, f1, macro_f1
from evals.gathered import Asked, GatheredSet
from evals.halves import HALVES, half_of
from evals.measuring import Order
from evals.ramdocs import ALL, ANSWERS, BY_VALUES, EXACT, NONE_WRONG, OURS_ON, RECALL, Values
from evals.report import markdown
from evals.results import newest
from evals.rows import OFF, ON
from evals.search_conflicts import CLASSED, COMPLEMENTARY, CONFLICTING, MACRO, NONE, told
from evals.sections import find
from evals.told_values import told_values


@pytest.fixture(autouse=True)
def in_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def quick(settings: Settings) -> Settings:
    return settings.model_copy(update={"embedding_model": "hashing"})


def _write(file: str, rows: list[dict[str, Any]]) -> Path:
    path = Path("data") / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(gzip.compress("\n".join(map(json.dumps, rows)).encode()))
    return Path("data")


def _run(dataset: GatheredSet[Any], settings: Settings, limit: int | None = None) -> dict[str, Any]:
    order = Order("answers", False, limit, "run", Path(".evals/results/out.json"))
    return gathered.run(dataset, settings, order, lambda stage, done, total: None)


def _citation(quote: str, article: str = "x") -> Citation:
    return Citation(article_id=article, title="T", source=None, url=None, published=None, start=0, end=len(quote), quote=quote, support=1)


def _answer(*sentences: tuple[str, str], claims: tuple[tuple[str, str], ...] = ()) -> Answer:
    """Sentences as (text, article), claims as (value, text)."""
    said = [AnswerSentence(text=text, verdict="supported", citations=[_citation(text, article)]) for text, article in sentences]
    held = [Claim(text=text, value=value, citation=_citation(text)) for value, text in claims]
    conflicts = [Conflict(about="it", kind="disagreement", claims=held)] if held else []
    return Answer(question="?", answer=" ".join(text for text, _ in sentences), sentences=said, conflicts=conflicts)


# What counts as told


def test_values_are_told_as_whole_words_in_any_spelling() -> None:
    assert told_values(["It has 1,200 people."], ["twelve hundred"], ["12"]) == (["twelve hundred"], [])
    assert told_values(["She plays for Bartow."], ["art"], ["Bart"]) == ([], [])
    assert told_values(["She was born on June 19, 1910."], ["19 June 1910"], ["1911"]) == (["19 June 1910"], [])


def test_a_wrong_value_that_is_part_of_a_right_one_is_told_only_where_it_stands_alone() -> None:
    assert told_values(["He plays American football."], ["American football"], ["Football"]) == (["American football"], [])
    assert told_values(["He plays American football, or football."], ["American football"], ["Football"]) == (
        ["American football"],
        ["Football"],
    )
    assert told_values(["He plays ice hockey."], ["Hockey"], ["Ice Hockey"]) == ([], ["Ice Hockey"])


def test_a_value_does_not_reach_from_one_piece_into_the_next() -> None:
    assert told_values(["Lena", "Marsh"], ["Lena Marsh"], []) == ([], [])


def _scored(answer: Answer, gold: tuple[str, ...] = ("84", "97"), wrong: tuple[str, ...] = ("12",)) -> Any:
    return ramdocs.score(Asked("r", "?", (), Values(gold, wrong, (*gold, *wrong))), ON, answer)


def test_values_count_in_the_answer_and_in_the_claims_of_its_conflicts() -> None:
    row = _scored(_answer(("It cost 84 crowns.", "a"), claims=(("84", "It cost 84 crowns."), ("97 crowns", "The other cost 97 crowns."))))
    assert (row.gold_told, row.wrong_told) == (["84", "97"], [])
    lied = _scored(_answer(("It cost 84 crowns.", "a"), claims=(("12", "No, 12."),)))
    assert (lied.gold_told, lied.wrong_told) == (["84"], ["12"])


def test_silence_tells_no_value() -> None:
    assert _scored(Answer(question="?", abstained=True, answer="84 and 12")).gold_told == []


def test_the_first_sentence_and_the_labels_own_list_are_scored_beside_the_answer() -> None:
    whole = _scored(_answer(("It cost 84 crowns.", "a"), ("The other cost 97.", "b")))
    sections = ramdocs.sections([whole])
    result = {"sections": sections}
    assert find(result, ANSWERS, OURS_ON, EXACT)["value"] == 1
    listed = "every value that the documents state, by the labels"
    assert [find(result, ANSWERS, listed, measure)["value"] for measure in (EXACT, ALL, NONE_WRONG, RECALL)] == [0, 1, 0, 1]


def test_several_articles_beside_each_other_complement_and_conflicts_contradict() -> None:
    assert told(_answer(("One.", "a"), ("Two.", "b"))) == COMPLEMENTARY
    assert told(_answer(("One.", "a"), ("Two.", "a"))) == NONE
    assert told(_answer(("One.", "a"), claims=(("1", "One."), ("2", "Two.")))) == CONFLICTING
    assert told(Answer(question="?", abstained=True)) == NONE


def test_classes_are_counted_by_hand() -> None:
    pairs = [("a", "a"), ("a", "b"), ("b", "b"), ("c", "a")]
    assert f1(pairs, "a") == pytest.approx(0.5)
    assert f1(pairs, "b") == pytest.approx(2 / 3)
    assert f1(pairs, "c") == 0
    assert macro_f1(pairs, ["a", "b", "c"]) == pytest.approx((0.5 + 2 / 3) / 3)
    assert confusion(pairs, ["a", "b", "c"]) == [[1, 1, 0], [0, 1, 0], [1, 0, 0]]


def test_a_half_is_the_same_half_in_every_run() -> None:
    assert [half_of(f"q{number}") for number in range(1, 5)] == ["held", "held", "held", "tuned"]


# Whole runs


def _named(number: int, documents: list[tuple[str, str]], gold: list[str], wrong: list[str]) -> dict[str, Any]:
    return {
        "id": f"q{number}",
        "question": "How much did the bridge at Orrin cost?" if number == 3 else "Who drew the ferry of Saltby?",
        "documents": [{"text": text, "type": "correct", "answer": answer} for text, answer in documents],
        "gold_answers": gold,
        "wrong_answers": wrong,
    }


RAMDOCS_ROWS = [
    _named(3, [("The bridge at Orrin cost 84 million crowns.", "84 million"), ("\x00\x00\x01\x02", "unknown")], ["84 million"], ["12"]),
    _named(4, [("The ferry of Saltby was drawn by Lena Marsh.", "Lena Marsh"), ("Saltby is a town.", "unknown")], ["Lena Marsh"], []),
]  # fmt: skip


def test_each_question_is_asked_of_its_own_documents_and_what_is_no_text_is_told(quick: Settings) -> None:
    result = _run(ramdocs.load(_write(ramdocs.FILE, RAMDOCS_ROWS)), quick)
    assert find(result, ANSWERS, f"Dateline, {OFF}", EXACT)["value"] == 1
    assert find(result, BY_VALUES, "1", EXACT)["n"] == 2
    assert any("no text: 1 documents" in note for note in result["notes"])
    rows = [json.loads(line) for line in Path(".evals/results/out.rows.jsonl").read_text().splitlines()]
    assert {(row["row"], row["under"]) for row in rows} == {("values", ON), ("values", OFF)}
    assert [row["stated"] for row in rows[:2]] == [["84 million"], ["Lena Marsh"]]
    assert newest() == [result]
    assert "| Dateline, abstention off | 2 | 1.000" in markdown([result])


def test_a_half_is_asked_alone_in_the_home_of_the_whole(quick: Settings) -> None:
    folder = _write(ramdocs.FILE, RAMDOCS_ROWS)
    whole, halves = ramdocs.load(folder), [ramdocs.load(folder, half) for half in HALVES]
    assert sorted(asked.id for half in halves for asked in half.kept) == [asked.id for asked in whole.kept]
    assert {gathered.home(each, quick) for each in halves} == {gathered.home(whole, quick)}
    result = _run(halves[1], quick)
    assert result["dataset"] == "ramdocs-held"
    assert find(result, ANSWERS, OURS_ON, EXACT)["n"] == 1


def _page(number: int, text: str, day: str | None = None) -> dict[str, Any]:
    return {"url": f"https://www.news{number}.example/story?x=1", "date": day, "text": text}


SEARCH_ROWS = [
    {
        "id": "c1",
        "question": "How much did the bridge at Orrin cost?",
        "conflict_type": "outdated",
        "documents": [_page(1, "The bridge at Orrin cost 84 million crowns.", "2021-03-02"), _page(2, "The bridge cost 97 million.")],
    },
    {
        "id": "c2",
        "question": "Who drew the ferry of Saltby?",
        "conflict_type": "none",
        "documents": [_page(1, "The ferry of Saltby was drawn by Lena Marsh.", "2021-03-04")],
    },
]  # fmt: skip


def test_pages_keep_their_dates_and_hosts_and_two_texts_of_one_page_are_two_articles() -> None:
    one, two = search_conflicts.load(_write(search_conflicts.FILE, SEARCH_ROWS)).kept
    assert [(page.source, page.published) for page in one.documents] == [("news1.example", "2021-03-02"), ("news2.example", None)]
    assert one.documents[0].url != two.documents[0].url
    assert one.documents[0].url.startswith("https://www.news1.example/story?x=1")


def test_classes_are_reported_beside_the_commonest_one(quick: Settings) -> None:
    result = _run(search_conflicts.load(_write(search_conflicts.FILE, SEARCH_ROWS)), quick)
    assert find(result, CLASSED, f"Dateline, {ON}", MACRO)["n"] == 2
    assert find(result, CLASSED, "always “none”", "F1, none")["value"] == pytest.approx(2 / 3)
    table = next(each for each in result["sections"] if "counts" in each)
    assert [row[0] for row in table["counts"]] == [NONE, COMPLEMENTARY, CONFLICTING]
    assert "| conflicting | " in markdown([result])


ORRIN = "Lena Marsh was mayor of Orrin from 1998 to 2004. Olaf Brandt was mayor of Orrin from 2004 to 2011."


def test_a_question_on_a_period_is_right_when_its_sentence_comes_first(quick: Settings) -> None:
    def row(number: int, question: str, answer: str) -> dict[str, Any]:
        answers = [{"text": answer, "start": ORRIN.index(answer), "votes": 1}]
        return {"id": f"t{number}", "question": question, "context": ORRIN, "answers": answers, "title": "Orrin", "answerable": True}

    asked = [row(1, "Who was mayor of Orrin from 1998 to 2004?", "Lena Marsh"), row(2, "Who was Olaf Brandt?", "Olaf Brandt")]
    dataset = timeqa.load(_write(timeqa.TIMEQA_FILE, asked))
    assert dataset.kept[0].documents == dataset.kept[1].documents
    result = _run(dataset, quick)
    assert find(result, timeqa.SERVED, OFF, timeqa.FIRST)["n"] == 2
    assert find(result, timeqa.SERVED, f"{OFF}, held half", timeqa.FIRST)["n"] == 2
    first = timeqa.score(dataset.kept[0], ON, Answer(question="?", abstained=True))
    assert not first.sentence_first


def test_a_broken_row_is_told_with_its_line() -> None:
    for load, file in ((ramdocs.load, ramdocs.FILE), (search_conflicts.load, search_conflicts.FILE)):
        with pytest.raises(DatelineError, match=f"{file}, line 1"):
            load(_write(file, [{"id": "q1", "question": "Who?"}]))


def test_the_command_runs_a_set_and_asks_for_its_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_EMBEDDING_MODEL", "hashing")
    command = ["run", "ramdocs", "--half", "tuned", "--reader", "linear"]
    told = CliRunner().invoke(commands(), [*command, "--data", str(_write(ramdocs.FILE, RAMDOCS_ROWS))])
    assert "## ramdocs-tuned" in told.output
    refused = CliRunner().invoke(commands(), command)
    assert "--data" in str(refused.exception)
