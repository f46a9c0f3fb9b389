"""What an answer does when its reader goes away."""

from __future__ import annotations

import json
import time
from pathlib import Path

import httpx
import pytest

from app.service import Service
from app.settings import Settings
from tests.chat_server import chat_server
from tests.test_api import QUESTION, VELM, guarded, running


@pytest.mark.parametrize("accept", ["text/event-stream", "application/json"])
def test_after_twelve_clients_went_away_the_next_is_answered_as_fast_as_alone(tmp_path: Path, accept: str) -> None:
    file = tmp_path / "in.jsonl"
    file.write_text(json.dumps(VELM) + "\n")
    with chat_server() as chat:
        chat.words, chat.delay = "The council voted 14 to 9 to reopen the mill.", 8.0
        settings = Settings(
            home=tmp_path / "home",
            embedding_model="hashing",
            reader="linear",
            llm="openai:slow",
            llm_base_url=chat.base_url,
            llm_timeout=20,
        )
        service = Service.open(settings, "own")
        service.ingest([file])
        service.load_models()
        try:
            with running(guarded(service)) as base:
                for _ in range(12):
                    patience = httpx.Timeout(5, read=0.1)
                    with pytest.raises(httpx.ReadTimeout), httpx.Client(trust_env=False, timeout=patience) as client:
                        client.post(f"{base}/api/ask", json={"question": QUESTION}, headers={"Accept": accept}).read()
                chat.delay = 0.0
                began = time.monotonic()
                answer = httpx.post(f"{base}/api/ask", json={"question": QUESTION}, timeout=30, trust_env=False).json()
                assert "14 to 9" in answer["answer"]
                assert time.monotonic() - began < 3
        finally:
            service.close()
