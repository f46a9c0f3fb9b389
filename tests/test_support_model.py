"""The support model that a setting names takes part wherever wording is checked, and what is in its way is told."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

import app.service
from app.answer import Answer, Request
from app.assistants.held import Models
from app.service import Service
from app.settings import Settings, load_settings
from app.stores.stores import Stores
from tests.chat_server import chat_server
from tests.cross_encoders import NLI, make_cross_encoder
from tests.samples import MILL, RECORDS, ingest_records, opened

VOTE = "How did the council of Velm vote on the old mill?"
QUOTE = "The council of Velm voted 14 to 9 on Tuesday to reopen the old mill."
CLOSE = "The council voted 14 to 9 on Tuesday to reopen the mill."
FREE = "Councillors gave the disused mill another chance on Tuesday: 14 to 9."
WRONG = "Councillors gave the disused mill another chance on Tuesday: 15 to 9."


@pytest.fixture(scope="module")
def models(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], str]:
    """The folder of a model that gives this label whatever it reads."""
    made = {label: str(make_cross_encoder(tmp_path_factory.mktemp(label), NLI, always=label)) for label in ("entailment", "neutral")}
    return made.__getitem__


@pytest.fixture(scope="module")
def stores(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stores]:
    folder = tmp_path_factory.mktemp("support")
    with opened(folder / "home") as service:
        ingest_records(service, folder, RECORDS, embed=False)
        yield service.stores


@pytest.fixture
def spoken(stores: Stores) -> Iterator[Callable[..., Service]]:
    """A service whose language model says these words, its models still to be loaded."""
    with chat_server() as server:

        def make(words: str, **changes: Any) -> Service:
            server.words = words
            usual = {"reader": "linear", "llm": "openai:said", "llm_api_key": "none", "abstain_below": 0.0, "embedding_model": "hashing"}
            return Service(load_settings(home=stores.home, llm_base_url=server.base_url, **(usual | changes)), stores)

        yield make


def asked(service: Service) -> Answer:
    service.load_models()
    return service.ask(Request(question=VOTE, urls=[MILL["url"]]))


def test_what_the_support_model_does_not_find_in_the_source_gives_way_to_the_quote(spoken: Any, models: Any) -> None:
    assert asked(spoken(CLOSE, support_model="rules")).sentences[0].text == CLOSE
    answer = asked(spoken(CLOSE, support_model=models("neutral")))
    assert [(one.text, one.quoted) for one in answer.sentences[:1]] == [(QUOTE, True)]


def test_free_wording_that_it_finds_in_the_source_is_let_in_unless_a_figure_is_wrong(spoken: Any, models: Any) -> None:
    assert asked(spoken(FREE, support_model="rules")).sentences[0].text == QUOTE
    assert asked(spoken(FREE, support_model=models("entailment"))).sentences[0].text == FREE
    assert asked(spoken(WRONG, support_model=models("entailment"))).sentences[0].text == QUOTE


def test_a_support_model_that_cannot_be_loaded_leaves_the_rules_and_is_told(spoken: Any) -> None:
    service = spoken(CLOSE, support_model="/nowhere")
    answer = asked(service)
    assert answer.sentences[0].text == CLOSE
    (note,) = [note for note in answer.notes if "support model" in note]
    assert note.startswith("Wording is checked by rules alone:") and "DATELINE_SUPPORT_MODEL" in note
    assert note in service.health().detail


def test_quotes_need_no_support_model(spoken: Any) -> None:
    answer = asked(spoken("", llm="none", support_model="/nowhere"))
    assert answer.sentences[0].quoted and not any("support model" in note for note in answer.notes)


def test_an_assistants_models_are_loaded_once_for_all_its_questions(models: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings = load_settings(
        home=tmp_path / "home", llm="openai:said", llm_api_key="none", llm_base_url="http://127.0.0.1:9/v1", reader="linear",
        embedding_model="hashing", support_model=models("entailment"),
    )  # fmt: skip
    with opened(settings.home) as service:
        ingest_records(service, tmp_path, RECORDS, embed=False)
    loaded = Models(settings)
    loaded.load()

    def again(_: Settings) -> None:
        pytest.fail("it is loaded a second time")

    monkeypatch.setattr(app.service, "load_judge", again)
    for _ in range(2):
        loaded.open().close()


def check(tmp_path: Path, model: str) -> subprocess.CompletedProcess[str]:
    pair = {"source": "Work on the bridge starts in March.", "claim": "Building of the bridge gets under way in March."}
    names = {"HOME": str(tmp_path / "home"), "EMBEDDING_MODEL": "hashing", "SUPPORT_MODEL": model}
    environment = {**os.environ, **{f"DATELINE_{name}": value for name, value in names.items()}}
    command = [sys.executable, "-m", "app", "check", "--json"]
    return subprocess.run(command, input=json.dumps(pair), env=environment, capture_output=True, text=True)


def test_check_hears_it(models: Any, tmp_path: Path) -> None:
    low, high = (json.loads(check(tmp_path, models(label)).stdout)["support"] for label in ("neutral", "entailment"))
    assert low < 0.1 and high > 0.4


def test_check_says_in_one_line_that_it_cannot_be_loaded(tmp_path: Path) -> None:
    done = check(tmp_path, str(tmp_path))
    assert done.returncode == 2 and done.stdout == ""
    (line,) = done.stderr.strip().splitlines()
    assert "the support model" in line and "DATELINE_SUPPORT_MODEL" in line
