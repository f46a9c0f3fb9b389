"""The baseline that most people would build first: LangChain's splitter, Chroma, four chunks stuffed into one prompt."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from app.article import Article, Published
from app.encoding import Encoder
from app.stores.vector_cache import VectorCache
from evals.closest_passage import standalone
from evals.datasets import Question

CHUNK, OVERLAP, K = 1_000, 100, 4
"""Characters in a chunk and shared by two, and chunks in a prompt: the usual ones of LangChain's tutorials."""

PROMPT = (
    "You are an assistant for question-answering tasks. Use the following pieces of retrieved context to answer the question. "
    "If you don't know the answer, just say that you don't know. Use three sentences maximum and keep the answer concise.\n"
    "Question: {question}\nContext: {context}\nAnswer:"
)
"""The text of LangChain's published rag-prompt."""

REFUSAL = re.compile(
    r"\b(?:don't|do not|doesn't|does not|didn't|did not|cannot|can't)\s+(?:\w+\s+)?"
    r"(?:know|say|state|mention|specify|provide|contain|answer)\b"
    r"|\bno (?:information|mention)\b|\bnot (?:mentioned|stated|specified|provided|known)\b",
    re.IGNORECASE,
)


class PlainRag:
    """A Chroma collection of its own, filled once; the same encoder and language model as Dateline."""

    name = "plain LangChain RAG"

    def __init__(
        self, articles: Sequence[Article], encoder: Encoder, cache: VectorCache, folder: Path, model: str, ask: Callable[[str], str]
    ) -> None:
        """`folder` holds the collection; `ask` takes a prompt to the language model that is called `model`."""
        self.model = model
        self._ask = ask
        self._encoder = encoder
        self._collection = fill(collection(folder), articles, lambda texts: cache.encode(encoder, texts))

    def say(self, question: Question) -> tuple[str, bool, float]:
        """(answer, abstained, confidence 1 or 0): it abstained if its words say that it does not know."""
        where = {"last_second": {"$lte": Published.parse(question.as_of).last_second}} if question.as_of else None
        text = standalone(question)
        found = self._collection.query(query_embeddings=self._encoder.encode([text]), n_results=K, where=where, include=["documents"])
        words = self._ask(PROMPT.format(question=text, context="\n\n".join(found["documents"][0]))).strip()
        refused = not words or bool(REFUSAL.search(words.replace("\u2019", "'")))
        return words, refused, 0.0 if refused else 1.0


def collection(folder: Path) -> Any:
    """A Chroma collection under `folder`, scored by cosine."""
    import chromadb
    from chromadb.config import Settings as ChromaSettings

    client = chromadb.PersistentClient(path=str(folder), settings=ChromaSettings(anonymized_telemetry=False))
    return client.get_or_create_collection("plain", embedding_function=None, configuration={"hnsw": {"space": "cosine"}})


def fill(store: Any, articles: Sequence[Article], encode: Callable[[Sequence[str]], Any]) -> Any:
    """Split, embed and add what is not there yet; returns the collection."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP)
    chunks: dict[str, tuple[str, dict[str, Any]]] = {}
    for article in articles:
        # Chroma knows no empty metadata; an undated article has no time to compare, so a date bound leaves it out.
        seconds = {"last_second": article.published.last_second} if article.published else {}
        for number, text in enumerate(splitter.split_text(article.text)):
            chunks[f"{article.id}-{number}"] = (text, {"article_id": article.id, **seconds})
    missing = sorted(set(chunks) - set(store.get(include=[])["ids"]))
    batch = 1_000
    for start in range(0, len(missing), batch):
        ids = missing[start : start + batch]
        texts = [chunks[key][0] for key in ids]
        store.add(ids=ids, embeddings=encode(texts), documents=texts, metadatas=[chunks[key][1] for key in ids])
    return store
