"""The model words the evidence: prompt, stream, whole sentences out."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.answering.evidence import EvidenceSentence
from app.answering.models import LanguageModel
from app.errors import DatelineError
from app.text.sentences import split_sentences

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

MAX_SENTENCES = 4
MAX_EVIDENCE_CHARACTERS = 6_000
"""About 1,500 tokens: with question and answer well inside the packaged model's 4,096."""
_MARKER = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")


class ModelFailed(DatelineError):
    """The model is down, too slow, or refused; the evidence still stands."""


@lru_cache(maxsize=1)
def instructions() -> str:
    return (Path(__file__).parent / "prompts" / "answer.md").read_text().strip()


def messages(question: str, evidence: Sequence[EvidenceSentence]) -> list[BaseMessage]:
    """The sentences stand before the question: a second question on them then starts at once (prompt cache)."""
    from langchain_core.messages import HumanMessage, SystemMessage

    lines: list[str] = []
    used = 0
    for number, sentence in enumerate(evidence, 1):
        when = str(sentence.article.published.day) if sentence.article.published else "undated"
        line = f"[{number}] ({', '.join(part for part in (when, sentence.article.source) if part)}) {' '.join(sentence.text.split())}"
        used += len(line)
        if lines and used > MAX_EVIDENCE_CHARACTERS:
            break
        lines.append(line)
    text = "Sentences:\n" + "\n".join(lines) + f"\n\nQuestion: {question}"
    return [SystemMessage(instructions()), HumanMessage(text)]


def word_evidence(
    model: LanguageModel, question: str, evidence: Sequence[EvidenceSentence], timeout: float, config: Any = None
) -> Iterator[str]:
    """The model's sentences, each as soon as it is whole. Raises ModelFailed, also after some sentences."""
    from langchain_core.exceptions import LangChainException

    deadline = time.monotonic() + timeout
    buffer, given = "", 0
    try:
        for chunk in model.chat.stream(messages(question, evidence), config=config):
            buffer += str(chunk.text)
            if time.monotonic() > deadline:
                raise ModelFailed(f"the language model {model.name} took longer than {timeout:.0f} s.")
            spans = split_sentences(buffer)
            for span in spans[:-1]:
                yield _clean(buffer[span.start : span.end])
                given += 1
            if given >= MAX_SENTENCES:
                return
            buffer = buffer[spans[-1].start :] if spans else buffer
    except ModelFailed:
        raise
    except (LangChainException, TimeoutError, OSError) as error:
        raise ModelFailed(f"the language model {model.name} did not answer: {_first_line(error)}") from error
    except Exception as error:
        # Providers' clients raise errors of their own families (openai.OpenAIError, httpx.HTTPError, ollama.ResponseError).
        raise ModelFailed(f"the language model {model.name} failed: {type(error).__name__}: {_first_line(error)}") from error
    for span in split_sentences(buffer):
        if given >= MAX_SENTENCES:
            return
        yield _clean(buffer[span.start : span.end])
        given += 1


def _clean(sentence: str) -> str:
    return _MARKER.sub("", sentence).strip().strip("*").strip()


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
