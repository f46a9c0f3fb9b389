"""The code in docs/langchain.md, run as it stands there on a home with our articles."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from langchain_core.documents import Document
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from tests.samples import opened

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "langchain.md"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("docs") / "home"
    with opened(home) as service:
        service.ingest([ROOT / "corpus" / "articles"])
    return home


def test_the_chains_of_the_page_run_from_top_to_bottom(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_HOME", str(home))
    monkeypatch.setenv("DATELINE_EMBEDDING_MODEL", "hashing")
    prompts: list[str] = []

    class Model(GenericFakeChatModel):
        def _generate(self, messages: Any, *others: Any, **more: Any) -> Any:
            prompts.append("\n".join(message.text for message in messages))
            return super()._generate(messages, *others, **more)

    ran: dict[str, Any] = {"model": Model(messages=iter([AIMessage("118 million tallars.")]))}
    blocks = re.findall(r"```python\n(.*?)```", PAGE.read_text(), re.DOTALL)
    assert len(blocks) == 4
    for block in blocks:
        exec(compile(block, PAGE.name, "exec"), ran)
    assert ran["words"] == "118 million tallars."
    assert "118 million" in prompts[0] and "What will the Thessel Crossing cost?" in prompts[0]
    assert "Osric Bellane" in ran["told"] and re.search(r"\n\[1\] .+, 20\d\d-\d\d-\d\d", ran["told"]), ran["told"]
    assert ran["kinds"][0] == "started" and ran["kinds"][-1] == "done"


def test_the_readmes_lines_run_too(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_HOME", str(home))
    monkeypatch.setenv("DATELINE_EMBEDDING_MODEL", "hashing")
    ran: dict[str, Any] = {}
    (block,) = re.findall(r"```python\n(.*?)```", (ROOT / "README.md").read_text(), re.DOTALL)
    exec(compile(block, "README.md", "exec"), ran)
    assert len(ran["passages"]) == 4 and all(one.metadata["published"] < "2025-12-02" for one in ran["passages"])
    assert "118 million" in ran["answer"].answer


def test_the_page_names_what_the_documents_hold(home: Path) -> None:
    from app.langchain import DatelineRetriever

    with opened(home, "read") as service:
        found: Document = DatelineRetriever(service=service, k=1).invoke("the December flood")[0]
    assert all(f"`{name}`" in PAGE.read_text() for name in found.metadata)
