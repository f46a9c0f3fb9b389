"""Embeddings of an OpenAI-compatible server: the packaged model's own vectors where it computes with that, one clear line for each way
in which it fails."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.doctor.models import examine_models
from app.encoding import Encoder, encoder_name, load_encoder
from app.encoding.served import BATCH
from app.errors import DatelineError, Unavailable, without_credentials
from app.settings import Settings, load_settings
from app.stores.chroma_server import connect
from tests.embedding_server import KEY, MODEL, EmbeddingServer, embedding_server

TEXTS = [f"The council of Velm voted {n} to 9 on Tuesday to reopen the old mill." for n in range(5)]


@pytest.fixture
def server(encoder: Encoder) -> Iterator[EmbeddingServer]:
    with embedding_server(encoder) as server:
        yield server


@pytest.fixture(autouse=True)
def without_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.encoding.served.WAITS", (0.0, 0.0))


def settings_for(url: str, **changes: object) -> Settings:
    return load_settings(**({"embedding_url": url, "embedding_model": MODEL, "embedding_api_key": KEY} | changes))


def test_the_vectors_are_those_of_the_model_behind_it(server: EmbeddingServer, encoder: Encoder) -> None:
    served = load_encoder(settings_for(server.base_url))
    assert (served.name, served.dimension) == (f"{MODEL}/served-384", 384)
    assert served.name.startswith(encoder_name(settings_for(server.base_url)) or "?")
    vectors = served.encode(TEXTS)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(vectors, encoder.encode(TEXTS), atol=1e-5)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    assert served.encode([]).shape == (0, 384)
    assert set(server.forms) == {"base64"}


def test_a_server_that_knows_no_base64_is_asked_for_numbers(server: EmbeddingServer, encoder: Encoder) -> None:
    server.base64_known = False
    served = load_encoder(settings_for(server.base_url))
    np.testing.assert_allclose(served.encode(TEXTS), encoder.encode(TEXTS), atol=1e-5)
    assert server.forms == ["base64", "float", "float"]


def test_many_texts_go_in_batches_and_smaller_ones_where_the_server_takes_fewer(server: EmbeddingServer, encoder: Encoder) -> None:
    texts = (TEXTS * 8)[:40]
    served = load_encoder(settings_for(server.base_url))
    np.testing.assert_allclose(served.encode(texts), encoder.encode(texts), atol=2e-3)
    assert server.batches == [1, BATCH, 8]
    server.batches.clear()
    server.most = 4
    np.testing.assert_allclose(served.encode(texts[:8]), encoder.encode(texts[:8]), atol=2e-3)
    assert server.batches == [8, 4, 4]


def test_of_a_text_that_is_too_long_for_it_the_beginning_is_embedded(server: EmbeddingServer, encoder: Encoder) -> None:
    served = load_encoder(settings_for(server.base_url))
    long = "Ferry fares to rise. " * 400
    np.testing.assert_allclose(served.encode([TEXTS[0], long])[1], encoder.encode([long[: len(long) // 2]])[0], atol=1e-5)
    assert served.encode(["half a pair: \ud83d"]).shape == (1, 384)


@pytest.mark.parametrize("url", ["http://127.0.0.1:{port}", "http://127.0.0.1:{port}/v1/", "http://127.0.0.1:{port}/v1/embeddings"])
def test_the_address_may_be_written_in_any_usual_way(url: str, server: EmbeddingServer) -> None:
    load_encoder(settings_for(url.format(port=server.server_port)))
    assert server.paths == ["/v1/embeddings"]


@pytest.mark.parametrize("fault", ["429", "500", "503"])
def test_a_busy_server_is_asked_again_and_a_question_is_not_kept_waiting(fault: str, server: EmbeddingServer, encoder: Encoder) -> None:
    served = load_encoder(settings_for(server.base_url))
    server.fault, server.faults = fault, 2
    np.testing.assert_allclose(served.encode(TEXTS), encoder.encode(TEXTS), atol=1e-5)
    server.faults = 1
    with pytest.raises(Unavailable, match=f"answers {fault}: out of order"):
        served.encode(TEXTS[:1])


@pytest.mark.parametrize(
    ("fault", "line"),
    [
        ("fewer", "gives 4 vectors for 5 texts"),
        ("twice", "gives numbers that name no text, or one twice"),
        ("nan", "gives numbers that are no vector"),
        ("zero", "gives numbers that are no vector"),
        ("narrow", "gives vectors of 100 numbers, before of 384: another model"),
        ("ragged", "gives vectors of unlike lengths"),
        ("words", "gives what is no list of numbers"),
        ("broken", "gives what is no list of embeddings"),
        ("page", "gives what is no list of embeddings"),
        ("elsewhere", "answers 302 and points elsewhere, where nothing is sent"),
        ("400", "answers 400: out of order"),
        ("500", "answers 500: out of order"),
    ],
)
def test_what_a_server_does_wrong_is_one_line_and_no_vector(fault: str, line: str, server: EmbeddingServer) -> None:
    served = load_encoder(settings_for(server.base_url))
    server.fault = fault
    with pytest.raises(Unavailable) as raised:
        served.encode(TEXTS)
    assert line in str(raised.value) and "\n" not in str(raised.value)
    assert f"127.0.0.1:{server.server_port}" in str(raised.value) and raised.value.do and raised.value.http == 503
    server.fault = ""
    assert served.encode(TEXTS).shape == (5, 384), "and it goes on once it is in order"


@pytest.mark.parametrize("fault", ["slow", "drip"])
def test_a_slow_server_is_given_up_after_its_time(fault: str, server: EmbeddingServer) -> None:
    served = load_encoder(settings_for(server.base_url, embedding_timeout=1.5))
    server.fault, server.delay = fault, 6.0
    began = time.monotonic()
    with pytest.raises(Unavailable, match=r"did not answer within 1\.5 s"):
        served.encode(TEXTS)
    assert time.monotonic() - began < 5


def test_a_server_that_is_not_there_is_one_line() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://user:secret@127.0.0.1:{closed.getsockname()[1]}/v1"
        with pytest.raises(Unavailable, match="does not answer") as raised:
            load_encoder(settings_for(url))
    assert "secret" not in str(raised.value)


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ({"embedding_model": "another"}, "model another not found"),
        ({"embedding_api_key": "wrong"}, "Set DATELINE_EMBEDDING_API_KEY"),
        ({"embedding_model": "packaged"}, "names no model of that server"),
        ({"embedding_url": "127.0.0.1:8080"}, "is no address of a server"),
        ({"embedding_url": "ftp://127.0.0.1/v1"}, "is no address of a server"),
        ({"embedding_url": "http://127.0.0.1:99999/v1"}, "is no address of a server"),
    ],
)
def test_a_setting_that_cannot_be_meant_is_said(changes: dict[str, str], line: str, server: EmbeddingServer) -> None:
    with pytest.raises(DatelineError, match=line):
        load_encoder(settings_for(server.base_url, **changes))


def test_doctor_says_who_computes_it_and_calls_nobody() -> None:
    found = examine_models(settings_for("http://127.0.0.1:9/v1"))[0]
    assert found.level == "ok" and "http://127.0.0.1:9/v1" in found.what


def test_a_key_is_taken_without_its_line_end_and_never_shown(server: EmbeddingServer) -> None:
    assert load_encoder(settings_for(server.base_url, embedding_api_key=f"{KEY}\n")).encode(TEXTS[:1]).shape == (1, 384)
    for key in ("sk-SECRET\nX: y", "sk-SECR\u00c9T"):
        with pytest.raises(DatelineError, match="DATELINE_EMBEDDING_API_KEY has letters that no key has") as error:
            load_encoder(settings_for(server.base_url, embedding_api_key=key))
        assert "SECR" not in str(error.value)


@pytest.mark.parametrize("url", ["http://user:SECRET@[::1/v1", "htp://user:SECRET@h/v1", "http://user:SEC@RET@h:99999/v1"])
def test_an_address_that_cannot_be_meant_is_said_without_its_password(url: str) -> None:
    for setting in ("embedding_url", "chroma_url"):
        with pytest.raises(DatelineError) as error:
            load_encoder(settings_for(url)) if setting == "embedding_url" else connect(url)
        assert "SEC" not in str(error.value) and "RET" not in str(error.value)


@given(st.text("ab@:/#", min_size=1, max_size=8).filter(lambda word: "/" not in word))
def test_no_address_is_shown_with_its_password(password: str) -> None:
    assert without_credentials(f"https://user:{password}@host/v1") == "https://host/v1"
    assert without_credentials("https://host/a@b") == "https://host/a@b"
