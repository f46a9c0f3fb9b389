"""The retriever for chains of LangChain: its Documents, its filters, and that it can be sent to another process."""

from __future__ import annotations

import logging
import pickle
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import pytest
from langchain_core.callbacks import BaseCallbackHandler
from langchain_core.documents import Document
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage
from langchain_core.output_parsers import StrOutputParser
from langchain_core.prompts import ChatPromptTemplate
from langchain_core.retrievers import BaseRetriever
from langchain_core.runnables import ConfigurableField, RunnablePassthrough

from app.answer import Exchange, Filters, SearchRequest
from app.client import Client
from app.errors import DatelineError, InvalidRequest
from app.langchain import DatelineRetriever
from app.service import Service
from tests.langchain_ways import WAYS
from tests.samples import MILL, MILL_COPY, MUSEUM, RECORDS, UNDATED, ingest_records, opened
from tests.test_api import TOKEN, guarded, running
from tests.test_archive import client_of

LIGHTHOUSE = "Who built the lighthouse?"
every_way = pytest.mark.parametrize("way", WAYS)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("retriever")
    with opened(folder / "home") as service:
        ingest_records(service, folder, RECORDS)
    return folder / "home"


@pytest.fixture
def service(home: Path) -> Iterator[Service]:
    with opened(home, "read") as service:
        service.load_search()
        yield service


def urls(documents: list[Document]) -> list[str]:
    return [document.metadata["url"] for document in documents]


@every_way
def test_passages_come_as_documents_with_their_place_in_the_article(service: Service, way: str) -> None:
    retriever = DatelineRetriever(service=service, k=3)
    assert isinstance(retriever, BaseRetriever)
    (documents,) = WAYS[way](retriever, LIGHTHOUSE, None)
    assert len(documents) == 3 and all(isinstance(one, Document) for one in documents)
    first = documents[0]
    assert first.page_content == UNDATED["text"]
    assert {key: first.metadata[key] for key in ("source", "title", "url", "published", "rank")} == {
        "source": "Tidewater Gazette", "title": UNDATED["title"], "url": UNDATED["url"], "published": None, "rank": 1,
    }  # fmt: skip
    assert [one.metadata["score"] for one in documents] == sorted((one.metadata["score"] for one in documents), reverse=True)
    for one in documents:
        article = service.article(one.metadata["article_id"])
        assert article is not None
        assert article.text[one.metadata["start"] : one.metadata["end"]] == one.page_content
    assert len({one.id for one in documents}) == 3


@pytest.mark.parametrize("filters", [{"as_of": "2025-09-01"}, Filters(as_of="2025-09-01")])
def test_nothing_is_found_that_its_filters_hide(service: Service, filters: Any) -> None:
    retriever = DatelineRetriever(service=service, filters=filters, k=10)
    assert urls(retriever.invoke("engineers museum mill")) == [MUSEUM["url"]]
    later = {MILL["url"], MILL_COPY["url"]}  # one story, of which one is shown
    assert later & set(urls(retriever.invoke("engineers museum mill", as_of="2026-01-31"))), "the call's own filter counts"
    assert later & set(urls(retriever.bind(as_of="2026-01-31").invoke("engineers museum mill")))


def test_it_finds_what_the_service_finds_in_a_conversation_too(service: Service) -> None:
    history = [Exchange(question="How did the council of Velm vote on the old mill?", answer="14 to 9.")]
    hits = service.search(SearchRequest(question="And what will it cost?", history=history, k=5))
    found = DatelineRetriever(service=service, k=5).invoke("And what will it cost?", history=history)
    assert [one.page_content for one in found] == [hit.passage for hit in hits]
    assert found[0].metadata["url"].endswith(("velm-mill", "mill-of-velm"))


def test_k_can_be_set_where_the_chain_is_run(service: Service) -> None:
    retriever: Any = DatelineRetriever(service=service).configurable_fields(k=ConfigurableField(id="k"))
    assert len(retriever.invoke("the", {"configurable": {"k": 2}})) == 2


def test_callbacks_see_the_retrievers_run(service: Service) -> None:
    seen: list[Any] = []

    class Watcher(BaseCallbackHandler):
        def on_retriever_start(self, serialized: Any, query: str, **kwargs: Any) -> None:
            seen.append((kwargs["name"], query, kwargs["tags"]))

        def on_retriever_end(self, documents: Any, **kwargs: Any) -> None:
            seen.append(len(documents))

    DatelineRetriever(service=service, k=2, tags=["archive"]).invoke("mill", {"callbacks": [Watcher()]})
    assert seen == [("DatelineRetriever", "mill", ["archive"]), 2]


@every_way
def test_someone_elses_chain_runs_on_it(service: Service, way: str) -> None:
    prompt = ChatPromptTemplate.from_template("Answer from these articles:\n{context}\n\nQuestion: {question}")
    seen: list[str] = []

    def shown(value: Any) -> Any:
        seen.append(value.to_string())
        return value

    model = GenericFakeChatModel(messages=iter([AIMessage("Edda Norling.")] * 2))
    context: Any = DatelineRetriever(service=service, k=1) | (lambda found: "\n".join(one.page_content for one in found))
    chain: Any = {"context": context, "question": RunnablePassthrough()} | prompt | shown | model | StrOutputParser()
    assert "".join(WAYS[way](chain, LIGHTHOUSE, None)) == "Edda Norling."
    assert UNDATED["text"] in seen[0] and LIGHTHOUSE in seen[0]


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"k": 0}, "k is too small"),
        ({"k": "3"}, "k must be a whole number"),
        ({"filters": {"asof": "2025-01-01"}}, "did you mean as_of"),
        ({"filters": {"as_of": "soon"}}, "as_of"),
        ({"filters": "2025"}, "JSON object"),
        ({"service": None}, "service must be a Service or a Client"),
    ],
)
def test_what_it_cannot_be_made_of_is_one_error(service: Service, given: dict[str, Any], said: str) -> None:
    with pytest.raises(InvalidRequest, match=said):
        DatelineRetriever(**{"service": service, **given})


@every_way
@pytest.mark.parametrize("question", ["", "  ", "x" * 3_000, 5])
def test_a_question_that_is_none_is_one_error_however_it_is_run(service: Service, way: str, question: Any) -> None:
    with pytest.raises(InvalidRequest, match="question"):
        WAYS[way](DatelineRetriever(service=service), question, None)


def test_an_unknown_field_of_a_call_is_refused(service: Service) -> None:
    with pytest.raises(InvalidRequest, match="did you mean as_of"):
        DatelineRetriever(service=service).invoke("mill", asof="2025-01-01")


# Sent elsewhere


def found_by(retriever: DatelineRetriever) -> list[str | None]:
    """Run in another process."""
    try:
        return [document.id for document in retriever.invoke(LIGHTHOUSE)]
    finally:
        retriever.close()


def test_another_process_finds_the_same_with_it(service: Service) -> None:
    retriever = DatelineRetriever(service=service, filters={"source": "Tidewater Gazette"}, k=4, tags=["archive"])
    with ProcessPoolExecutor(1, get_context("spawn")) as pool:
        assert pool.submit(found_by, retriever).result(timeout=120) == [document.id for document in retriever.invoke(LIGHTHOUSE)]


def test_pickled_it_keeps_what_it_was_told_and_no_secret(home: Path) -> None:
    with opened(home, "read", llm_api_key="sk-very-secret", password="sesame-open") as service:
        told = DatelineRetriever(service=service, filters={"as_of": "2025-12-01"}, k=4, per_article=1, metadata={"desk": "sea"})
        pickled = pickle.dumps(told)
    assert b"very-secret" not in pickled and b"sesame" not in pickled and UNDATED["text"].encode() not in pickled
    assert str(home).encode() in pickled
    copy = pickle.loads(pickle.dumps(pickle.loads(pickled)))
    assert (copy.filters, copy.k, copy.per_article, copy.metadata) == (told.filters, 4, 1, {"desk": "sea"})
    copy.close()


def test_unpickled_beside_a_server_it_goes_through_it(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    with opened(home, "own") as service, running(guarded(service)) as address:
        service.load_encoder()
        service.announce("127.0.0.1", int(address.rpartition(":")[2]), TOKEN)
        with client_of(address) as stranger, pytest.raises(DatelineError, match="Get it by `reach`"):
            pickle.dumps(DatelineRetriever(service=stranger))
        pickled = pickle.dumps(DatelineRetriever(service=service, k=1))
        assert TOKEN.encode() not in pickled
        with caplog.at_level(logging.WARNING):
            copy = pickle.loads(pickled)
            assert urls(copy.invoke(LIGHTHOUSE)) == [UNDATED["url"]]
        assert isinstance(copy.service._archive, Client)
        assert not caplog.messages
        again = pickle.loads(pickle.dumps(DatelineRetriever(service=copy.service._archive, k=1)))
        assert urls(again.invoke(LIGHTHOUSE)) == [UNDATED["url"]]
        copy.close()
        again.close()


def test_unpickled_beside_another_writer_it_says_that_it_has_words_alone(home: Path, caplog: pytest.LogCaptureFixture) -> None:
    with opened(home, "own") as service:
        copy = pickle.loads(pickle.dumps(DatelineRetriever(service=service, k=1)))
        with caplog.at_level(logging.WARNING):
            assert urls(copy.invoke("lighthouse of Skarrow Point")) == [UNDATED["url"]]
            copy.close()
    assert any("words alone" in message for message in caplog.messages)


def test_closing_leaves_a_service_that_was_handed_in_open(service: Service) -> None:
    DatelineRetriever(service=service).close()
    assert service.sources()


def test_a_service_that_no_home_stands_behind_cannot_be_sent(service: Service) -> None:
    class Homeless:
        search = service.search

    with pytest.raises(DatelineError, match="does not say where its home is"):
        pickle.dumps(DatelineRetriever(service=Homeless()))  # type: ignore[arg-type]
