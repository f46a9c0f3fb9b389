"""The answer as a Runnable, with LangChain's own classes around it: one type out, runs that callbacks see, one error for bad input."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.messages import AIMessage
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.runnables import RunnableLambda, RunnableParallel, RunnablePassthrough

from app.answer import Answer, AnswerSentence, Event, Request
from app.answering.runnable import AnswerChain
from app.encoding import Encoder
from app.errors import DatelineError, InvalidRequest
from app.service import Service
from app.stopping import current_stop
from tests.chat_server import chat_server
from tests.langchain_ways import WAYS
from tests.page_scripts import answers, opening
from tests.samples import MILL, RECORDS, ingest_records, opened
from tests.test_language_models import QUOTE, speaking

VOTE = "How did the council of Velm vote on the old mill?"
NOWHERE = "Who won the chess tournament in Oakhaven?"
WORDED = "Velm's council voted 14 to 9 on Tuesday to reopen its old mill."
MODEL = "ChatOpenAI"

every_way = pytest.mark.parametrize("way", WAYS)


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("langchain")
    with opened(folder / "home") as service:
        ingest_records(service, folder, RECORDS)
        yield service


@pytest.fixture(scope="module")
def worded(service: Service, encoder: Encoder) -> Iterator[Service]:
    """A service whose answers a model words: it says WORDED, letter by letter."""
    with chat_server() as server:
        server.words = WORDED
        yield speaking(service.stores, encoder, "openai:said", llm_base_url=server.base_url)


def scripted(script: Any) -> AnswerChain:
    """A chain over an archive that does nothing but answer so."""
    archive: Any = SimpleNamespace(answer=lambda request, config=None: script(request))
    return AnswerChain(archive)


@every_way
def test_an_answer_comes_out_whole_however_it_is_run(service: Service, way: str) -> None:
    (answer,) = WAYS[way](service.chain(), VOTE, None)
    assert isinstance(answer, Answer)
    assert "14 to 9" in answer.answer


@every_way
def test_the_next_part_of_a_chain_gets_the_answer_however_it_is_run(service: Service, way: str) -> None:
    chain = service.chain() | RunnableLambda(lambda answer: answer.sentences)
    (sentences,) = WAYS[way](chain, VOTE, None)
    assert all(isinstance(one, AnswerSentence) for one in sentences)
    assert "14 to 9" in sentences[0].text


@every_way
def test_it_stands_in_the_middle_of_someone_elses_chain(service: Service, way: str) -> None:
    prompt = ChatPromptTemplate.from_template("How did the council of {place} vote on the old mill?")
    chain: Any = (
        prompt
        | RunnableLambda(lambda value: value.to_messages()[-1].text)
        | RunnableParallel(found=service.chain(), asked=RunnablePassthrough())
        | RunnableLambda(lambda both: f"{both['asked']} {both['found'].answer}")
    )
    (text,) = WAYS[way](chain, {"place": "Velm"}, None)
    assert text.startswith(VOTE) and "14 to 9" in text


@pytest.mark.parametrize("given", [VOTE, {"question": VOTE}, Request(question=VOTE)])
def test_it_takes_a_question_its_fields_or_a_request(service: Service, given: Any) -> None:
    assert service.chain().invoke(given).answer == service.ask(Request(question=VOTE)).answer != ""


def test_bound_fields_hold_for_every_question_that_says_nothing_else(service: Service) -> None:
    early = service.chain().bind(as_of="2025-12-31")
    assert early.invoke(VOTE).as_of == "2025-12-31"
    assert early.invoke({"question": VOTE, "as_of": "2026-01-31"}).as_of == "2026-01-31"
    assert early.invoke(Request(question=VOTE, as_of="2026-01-31")).as_of == "2026-01-31"
    assert early.invoke(Request(question=VOTE)).as_of == "2025-12-31"
    with pytest.raises(InvalidRequest, match="asof is not a known field: did you mean as_of"):
        service.chain().bind(asof="2025-12-31").invoke(VOTE)


def test_a_batch_is_answered_in_order_and_a_bad_question_costs_itself_alone(service: Service) -> None:
    given: list[Any] = [VOTE, "", NOWHERE, {"question": VOTE, "asof": "2026-01-31"}]
    for found in (
        service.chain().batch(given, return_exceptions=True),
        asyncio.run(service.chain().abatch(given, return_exceptions=True)),
    ):
        assert [type(one) for one in found] == [Answer, InvalidRequest, Answer, InvalidRequest]
        assert [one.question for one in found if isinstance(one, Answer)] == [VOTE, NOWHERE]


# Bad input

BAD = {
    "empty": ("", "question is empty"),
    "blank": ({"question": " "}, "question is empty"),
    "of another type": ({"question": 5}, "question must be plain text"),
    "an unknown field": ({"question": "a", "asof": "2020-01-01"}, "did you mean as_of"),
    "no question": ({}, "question is missing"),
    "no date": ({"question": "a", "as_of": "soon"}, "as_of"),
    "too long": ("x" * 3_000, "too long"),
    "a message": (AIMessage("What?"), "JSON object"),
    "a list": (["a"], "JSON object"),
    "a number": (5, "JSON object"),
    "nothing": (None, "JSON object"),
}


@every_way
@pytest.mark.parametrize("kind", BAD)
def test_bad_input_is_one_error_however_it_is_run(service: Service, way: str, kind: str) -> None:
    given, said = BAD[kind]
    watcher = Watcher()
    with pytest.raises(InvalidRequest, match=said) as caught:
        WAYS[way](service.chain(), given, {"callbacks": [watcher]})
    assert isinstance(caught.value, ValueError) and isinstance(caught.value, DatelineError)
    assert caught.value.http == 422
    assert "\n" not in str(caught.value) and len(str(caught.value)) < 200
    assert [(name, how) for name, how, _ in watcher.seen] == [("Dateline", "start"), ("Dateline", "error")]


# What callbacks see


class Watcher(BaseCallbackHandler):
    """Writes down each run's name, whether it began, ended or failed, and with what settings."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, dict[str, Any]]] = []
        self.outputs: list[Any] = []
        self._names: dict[Any, str] = {}

    def on_chain_start(self, serialized: Any, inputs: Any, *, run_id: Any, **kwargs: Any) -> None:
        self._names[run_id] = kwargs["name"]
        self.seen.append((kwargs["name"], "start", {"run": run_id, **kwargs}))

    def on_chat_model_start(self, serialized: Any, messages: Any, *, run_id: Any, **kwargs: Any) -> None:
        self.on_chain_start(serialized, messages, run_id=run_id, **{**kwargs, "name": serialized["name"]})

    def on_chain_end(self, outputs: Any, *, run_id: Any, **kwargs: Any) -> None:
        self.outputs.append(outputs)
        self.seen.append((self._names[run_id], "end", kwargs))

    def on_llm_end(self, response: Any, *, run_id: Any, **kwargs: Any) -> None:
        self.seen.append((self._names[run_id], "end", kwargs))

    def on_chain_error(self, error: BaseException, *, run_id: Any, **kwargs: Any) -> None:
        self.seen.append((self._names[run_id], "error", kwargs))


@every_way
def test_callbacks_see_the_models_run_within_that_of_the_answer(worded: Service, way: str) -> None:
    watcher = Watcher()
    (answer,) = WAYS[way](worded.chain(), {"question": VOTE, "urls": [MILL["url"]]}, {"callbacks": [watcher], "tags": ["mine"]})
    assert answer.answer == WORDED
    assert [(name, how) for name, how, _ in watcher.seen] == [
        ("Dateline", "start"), (MODEL, "start"), (MODEL, "end"), ("Dateline", "end"),
    ]  # fmt: skip
    (_, _, ours), (_, _, models) = watcher.seen[:2]
    assert models["parent_run_id"] == ours["run"]
    assert "mine" in ours["tags"] and "mine" in models["tags"]
    assert watcher.outputs == [answer]


@every_way
def test_a_chain_is_run_under_the_name_tags_and_metadata_that_are_given(service: Service, way: str) -> None:
    watcher = Watcher()
    chain = service.chain().with_config(run_name="archive", tags=["own"])
    WAYS[way](chain, VOTE, {"callbacks": [watcher], "metadata": {"desk": "foreign"}})
    ((name, _, run), _) = watcher.seen
    assert name == "archive"
    assert run["tags"] == ["own"]
    assert run["metadata"]["desk"] == "foreign"


def test_events_of_a_run_tell_start_stream_and_end_of_answer_and_model(worded: Service) -> None:
    async def told() -> list[Any]:
        asked = {"question": VOTE, "urls": [MILL["url"]]}
        return [event async for event in worded.chain().astream_events(asked, version="v2")]

    events = asyncio.run(told())
    ours = [event for event in events if event["name"] == "Dateline"]
    models = [event for event in events if event["name"] == MODEL]
    assert len(ours) + len(models) == len(events)
    assert [event["event"] for event in ours] == ["on_chain_start", "on_chain_stream", "on_chain_end"]
    assert ours[1]["data"]["chunk"].answer == ours[2]["data"]["output"].answer == WORDED
    assert [event["event"] for event in models[:2]] == ["on_chat_model_start", "on_chat_model_stream"]
    assert models[-1]["event"] == "on_chat_model_end"
    assert "".join(event["data"]["chunk"].text for event in models[1:-1]) == WORDED
    assert all(event["parent_ids"] == [ours[0]["run_id"]] for event in models)
    assert events.index(models[-1]) < events.index(ours[-1])


def test_a_sequence_streams_the_events_of_all_its_parts(service: Service) -> None:
    async def told() -> list[str]:
        chain = service.chain() | RunnableLambda(lambda answer: answer.answer).with_config(run_name="words")
        return [f"{event['event']} {event['name']}" async for event in chain.astream_events(VOTE, version="v2")]

    events = asyncio.run(told())
    assert [one for one in events if one.endswith("words")] == ["on_chain_start words", "on_chain_stream words", "on_chain_end words"]
    assert [one for one in events if one.endswith("Dateline")] == [
        "on_chain_start Dateline", "on_chain_stream Dateline", "on_chain_end Dateline",
    ]  # fmt: skip


# Many at once, and none any more


@pytest.mark.parametrize("way", ["batch", "abatch"])
def test_no_more_are_asked_at_once_than_the_config_allows(way: str) -> None:
    lock, now, most = threading.Lock(), [0], [0]

    def script(request: Request) -> Iterator[Event]:
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        time.sleep(0.05)
        yield from answers(request)
        with lock:
            now[0] -= 1

    chain, questions, config = scripted(script), [f"question {n}" for n in range(6)], {"max_concurrency": 2}
    found: Any = chain.batch(questions, config) if way == "batch" else asyncio.run(chain.abatch(questions, config))  # type: ignore[arg-type]
    assert [answer.question for answer in found] == questions
    assert most == [2]


@pytest.mark.parametrize("way", ["ainvoke", "astream", "astream_events"])
def test_who_cancels_leaves_no_work_running(way: str) -> None:
    asked, ended = threading.Event(), threading.Event()

    def script(request: Request) -> Iterator[Event]:
        try:
            yield from opening(request)
            heard = threading.Event()
            with current_stop().waking(heard.set):
                asked.set()
                heard.wait(30)
            yield from answers(request)
        finally:
            ended.set()

    async def cancelled() -> None:
        chain = scripted(script)

        async def use() -> None:
            if way == "ainvoke":
                await chain.ainvoke("a")
            elif way == "astream":
                _ = [item async for item in chain.astream("a")]
            else:
                _ = [item async for item in chain.astream_events("a", version="v2")]

        task = asyncio.create_task(use())
        await asyncio.to_thread(asked.wait, 20)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert await asyncio.to_thread(ended.wait, 10), "the thread goes on for nobody"

    started = time.monotonic()
    asyncio.run(cancelled())
    assert time.monotonic() - started < 20


def test_a_model_that_words_is_left_when_the_asker_cancels(worded: Service, encoder: Encoder) -> None:
    with chat_server() as server:
        server.words, server.delay = QUOTE, 60.0
        slow = speaking(worded.stores, encoder, "openai:said", llm_base_url=server.base_url)

        async def cancelled() -> None:
            task = asyncio.create_task(slow.chain().ainvoke({"question": VOTE, "urls": [MILL["url"]]}))
            while not server.prompts:
                await asyncio.sleep(0.02)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

        started = time.monotonic()
        asyncio.run(cancelled())  # its end waits for the threads that it started
        assert time.monotonic() - started < 20


# What it says of itself


def test_it_describes_what_goes_in_and_what_comes_out(service: Service) -> None:
    chain = service.chain()
    assert chain.get_name() == "Dateline"
    taken = chain.get_input_schema().model_json_schema()
    assert {"$ref": "#/$defs/Request"} in taken["anyOf"] and {"type": "string"} in taken["anyOf"]
    assert "as_of" in taken["$defs"]["Request"]["properties"]
    assert chain.get_output_schema() is Answer
    assert "sentences" in chain.get_output_jsonschema()["properties"]
    assert repr(chain) == "AnswerChain(Service)"
    assert "Dateline" in (chain | RunnableLambda(str)).get_graph().draw_mermaid()
