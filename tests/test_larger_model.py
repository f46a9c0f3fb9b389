"""Sixty answers as a larger model words them, right and wrong sentences among them, through the whole chain on `corpus/`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from app.answer import Answer, Request
from app.encoding import Encoder
from app.service import Service
from app.settings import load_settings
from evals.labelled import LabelledAnswer, load
from tests.chat_server import chat_server
from tests.samples import opened

ARTICLES = Path(__file__).parent.parent / "corpus" / "articles"


@dataclass(frozen=True)
class Given:
    """What the model said, and what a reader got."""

    labelled: LabelledAnswer
    answer: Answer

    def shown(self, *, right: bool) -> list[str]:
        """The model's own sentences that the reader sees, of those that are right, or of those that are wrong."""
        said = {label.text for label in self.labelled.labels if label.carried == right}
        return [sentence.text for sentence in self.answer.sentences if sentence.text in said]


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory, encoder: Encoder) -> Iterator[list[Given]]:
    """Each question asked once, with the quick reader and never silent, so that the model is always asked. It says what is wrong first:
    an answer ends as soon as what was found is told, and no wrong sentence is to escape the check by coming late."""
    with opened(tmp_path_factory.mktemp("larger") / "home", encoder=encoder) as service, chat_server() as server:
        service.ingest([ARTICLES])
        model = {"llm": "openai:larger", "llm_base_url": server.base_url, "llm_api_key": "none"}
        settings = load_settings(home=service.settings.home, reader="linear", abstain_below=0.0, **model)
        speaking = Service(settings, service.stores, lambda _: encoder)
        speaking.load_models()
        found = []
        for answer in load():
            server.words = " ".join(label.said for label in sorted(answer.labels, key=lambda label: label.carried))
            found.append(Given(answer, speaking.ask(Request(question=answer.question, as_of=answer.as_of))))
        yield found


def test_every_sentence_that_is_shown_is_supported_and_cited(given: list[Given]) -> None:
    for one in given:
        assert one.answer.sentences, one.labelled.id
        assert all(sentence.verdict == "supported" and sentence.citations for sentence in one.answer.sentences), one.labelled.id


def test_right_wording_is_shown(given: list[Given]) -> None:
    # By rules alone: 22 right sentences in 21 of the 60 answers, and 6 of the 95 wrong ones.
    assert sum(bool(one.shown(right=True)) for one in given) >= 16


def test_most_wrong_sentences_are_kept_from_the_reader(given: list[Given]) -> None:
    assert sum(not label.carried for one in given for label in one.labelled.labels) >= 90
    shown = [text for one in given for text in one.shown(right=False)]
    assert len(shown) <= 10, shown


def test_what_is_let_in_is_mostly_right(given: list[Given]) -> None:
    right, wrong = (sum(len(one.shown(right=which)) for one in given) for which in (True, False))
    assert right >= 0.68 * (right + wrong)


def test_where_no_wording_holds_the_article_speaks_for_itself(given: list[Given]) -> None:
    refused = [one for one in given if not one.shown(right=True) and not one.shown(right=False)]
    assert refused
    for one in refused:
        assert all(sentence.quoted for sentence in one.answer.sentences), one.labelled.id
