"""Example questions: made from sentences, tried, kept until the articles change."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest

from app.answering.question_makers import questions_of
from app.encoding import Encoder
from tests.samples import ingest_records, made_article, opened

MAYOR = {
    "url": "https://courier.example/ferry", "title": "Ferry", "published": "2026-02-03", "source": "Velm Courier",
    "text": "Ilse Corrin, the mayor of Velmstad, said the ferry would sail again. The harbour office agreed.",
}  # fmt: skip
AVALANCHE = {
    "url": "https://courier.example/skarn", "title": "Avalanche", "published": "2026-02-09", "source": "Velm Courier",
    "text": "Six people died in the avalanche below the Skarn Pass, the rescue service said. The road stayed shut.",
}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kind", "question", "value"),
    [
        ("Ilse Corrin, the mayor of Velmstad, said so.", "who", "Who is the mayor of Velmstad?", "Ilse Corrin"),
        ("Six people died in the avalanche below the Skarn Pass this week.", "number",
         "How many people died in the avalanche below the Skarn Pass?", "Six"),
        ("The flood on the Marl damaged 1,180 homes and killed seven people.", "number",
         "How many homes did the flood on the Marl damage?", "1,180"),
        ("The ministry said that the Marl Bridge will cost 84 million crowns.", "number",
         "How much will the Marl Bridge cost?", "84 million"),
        ("The Assembly in Velm passed a tax on second homes on Wednesday 3 December.", "when",
         "When did the Assembly in Velm pass a tax on second homes?", "Wednesday 3 December"),
        ("The Marl Bridge will open on 20 November 2026.", "when", "When will the Marl Bridge open?", "20 November 2026"),
        ("The price of the Marl Bridge at Tarn has risen from 84 million to 97 million crowns.", "change",
         "How has the price of the Marl Bridge changed?", ""),
    ],
)  # fmt: skip
def test_a_sentence_is_turned_into_the_question_that_it_answers(text: str, kind: str, question: str, value: str) -> None:
    assert (kind, question, value) in [(made.kind, made.question, made.value) for made in questions_of(made_article(text))]


@pytest.mark.parametrize(
    "text",
    [
        "It killed 12 people in Velm.",  # who "it" is stands elsewhere
        "He will visit Velm on 3 March 2026.",
        "The repair cost 38 million crowns.",  # of what?
        "Six people died in the village.",
        "Jarrick Stowe, a grower at Tollen, said so.",  # one of many
        "The Marl Bridge, the road bridge at Tarn, is late.",  # no person
        '"Six people died in the avalanche below the Skarn Pass," she said.',
        "Two others were wounded in bombings of Velm.",
        "The Velm Twins lost 18 postseason games.",
        "A Velm team published a report on Sept. 14.",
        "In Velm, 67, was taken to the Tarn hospital.",
        "The Marl lost 21 tonnes of oil on Monday.",
    ],
)
def test_no_question_is_made_of_a_sentence_that_does_not_stand_alone(text: str) -> None:
    assert list(questions_of(made_article(text))) == []


@pytest.mark.parametrize("words", ["A b ", "Velm Tarn ", "Velm will open ", "opened on 3 March "])
def test_a_sentence_without_end_costs_no_time(words: str) -> None:
    began = time.process_time()
    assert list(questions_of(made_article(words * 10_000))) == []
    assert time.process_time() - began < 3


def test_examples_stay_over_a_restart_and_until_the_articles_change(tmp_path: Path, encoder: Encoder) -> None:
    with opened(tmp_path / "home", encoder=encoder) as service:
        ingest_records(service, tmp_path, [MAYOR, AVALANCHE])
        service.load_models()
        assert service.examples() == []  # nothing untried is offered
        halted = threading.Event()
        halted.set()
        service.try_examples(halted)
        assert service.examples() == []
        service.try_examples()
        first = service.examples()
        assert {one.question for one in first} == {
            "Who is the mayor of Velmstad?",
            "How many people died in the avalanche below the Skarn Pass?",
        }
        assert {one.why for one in first} == {"A name: Velm Courier, 3 Feb 2026", "A figure: Velm Courier, 9 Feb 2026"}
    with opened(tmp_path / "home", encoder=encoder) as service:
        assert service.examples() == first
        service.remove([AVALANCHE["url"]])
        assert service.examples() == []
        service.load_models()
        service.try_examples()
        assert [one.question for one in service.examples()] == ["Who is the mayor of Velmstad?"]
