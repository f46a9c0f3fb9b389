"""The model words the evidence: prompt, stream, whole sentences out."""

from __future__ import annotations

import contextvars
import queue
import re
import threading
import time
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from app.answering.citing import outlet_name
from app.answering.models import LanguageModel
from app.answering.readers.reading import Reading
from app.errors import DatelineError, first_line
from app.stopping import Stopped, current_stop
from app.text.chat_marks import without_chat_marks
from app.text.sentences import split_sentences

if TYPE_CHECKING:
    from langchain_core.messages import BaseMessage

MAX_SENTENCES = 4
MAX_EVIDENCE_CHARACTERS = 4_000
"""About 1,000 tokens: with a question of a few lines and the answer inside the 2,048 that GGUF models are run with."""
_MARKER = re.compile(r"\s*\[\d+(?:\s*,\s*\d+)*\]")
_WORD = re.compile(r"\w")
_NOTHING = "No generation chunks were returned"
"""LangChain's ValueError for a stream that ends before its first chunk."""


class ModelFailed(DatelineError):
    """The model is down, too slow, or refused; the evidence still stands."""


@lru_cache(maxsize=1)
def instructions() -> str:
    return (Path(__file__).parent / "prompts" / "answer.md").read_text().strip()


def messages(question: str, evidence: Sequence[Reading]) -> list[BaseMessage]:
    """The sentences stand before the question: a second question on them then starts at once (prompt cache).

    Nothing of others holds a mark by which a chat template would end our turn and begin another."""
    from langchain_core.messages import HumanMessage, SystemMessage

    lines: list[str] = []
    used = 0
    for number, sentence in enumerate(evidence, 1):
        when = str(sentence.article.published.day) if sentence.article.published else "undated"
        outlet = without_chat_marks(outlet_name(sentence.article) or "")
        line = f"[{number}] ({', '.join(part for part in (when, outlet) if part)}) {without_chat_marks(sentence.text)}"
        used += len(line)
        if lines and used > MAX_EVIDENCE_CHARACTERS:
            break
        lines.append(line)
    text = "Sentences:\n" + "\n".join(lines) + f"\n\nQuestion: {without_chat_marks(question)}"
    return [SystemMessage(instructions()), HumanMessage(text)]


def word_evidence(model: LanguageModel, question: str, evidence: Sequence[Reading], timeout: float, config: Any = None) -> Iterator[str]:
    """The model's sentences, each as soon as it is whole. Raises ModelFailed, also after some sentences."""
    from langchain_core.exceptions import LangChainException

    buffer, given = "", 0
    try:
        for piece in _pieces(model, messages(question, evidence), timeout, config):
            buffer += piece
            spans = split_sentences(buffer)
            for span in spans[:-1]:
                if sentence := _clean(buffer[span.start : span.end]):
                    yield sentence
                    given += 1
            if given >= MAX_SENTENCES:
                return
            buffer = buffer[spans[-1].start :] if spans else buffer
    except (ModelFailed, Stopped):
        raise
    except (LangChainException, TimeoutError, OSError) as error:
        raise ModelFailed(f"the language model {model.name} did not answer: {first_line(error)}.") from error
    except Exception as error:
        if _NOTHING in str(error):
            raise ModelFailed(f"the language model {model.name} said nothing.") from error
        # Providers' clients raise errors of their own families (openai.OpenAIError, httpx.HTTPError, ollama.ResponseError).
        raise ModelFailed(f"the language model {model.name} failed: {type(error).__name__}: {first_line(error)}.") from error
    for span in split_sentences(buffer):
        if given >= MAX_SENTENCES:
            return
        if sentence := _clean(buffer[span.start : span.end]):
            yield sentence
            given += 1
    if not given:
        raise ModelFailed(f"the language model {model.name} said nothing.")


def _pieces(model: LanguageModel, prompt: list[BaseMessage], timeout: float, config: Any) -> Iterator[str]:
    """The stream's text, read in a thread of its own: a server that keeps the line open and says nothing must not
    hold up the answer. Raises ModelFailed after `timeout` seconds, Stopped as soon as nobody waits, or what the stream raised."""
    deadline = time.monotonic() + timeout
    pieces: queue.SimpleQueue[str | BaseException | None] = queue.SimpleQueue()
    left = threading.Event()

    def read() -> None:
        try:
            for chunk in model.chat.stream(prompt, config=config):
                if left.is_set():
                    return
                pieces.put(str(chunk.text))
            pieces.put(None)
        except BaseException as error:  # it belongs to the thread that waits
            pieces.put(error)

    context = contextvars.copy_context()
    threading.Thread(target=context.run, args=(read,), name="language model", daemon=True).start()
    try:
        with current_stop().waking(lambda: pieces.put(Stopped())):
            yield from _taken(pieces, deadline, model, timeout)
    finally:
        left.set()


def _taken(pieces: queue.SimpleQueue[str | BaseException | None], deadline: float, model: LanguageModel, timeout: float) -> Iterator[str]:
    while True:
        try:
            piece = pieces.get(timeout=max(deadline - time.monotonic(), 0.0))
        except queue.Empty:
            raise ModelFailed(f"the language model {model.name} took longer than {timeout:g} s.") from None
        if piece is None:
            return
        if isinstance(piece, BaseException):
            raise piece
        yield piece


def _clean(sentence: str) -> str:
    """Without citation markers, which are ours to set, and marks of emphasis; empty if no word is left."""
    words = _MARKER.sub("", sentence).strip().strip("*").strip()
    return words if _WORD.search(words) else ""
