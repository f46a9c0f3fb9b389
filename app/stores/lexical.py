"""Words: a Tantivy index of passages or of whole articles, searched by BM25 within a scope."""

from __future__ import annotations

import re
import shutil
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from app.stores.faults import index_fault
from app.stores.scope import Scope
from app.stores.segments import check_segments

TITLE_BOOST = 0.3
"""Share of the title's own BM25 that is added to the text's. Of 0, 0.3, 0.6 and the better of the two fields (boost 1
and 2), 0.3 had the best MRR@10 on the human-linked questions of RealTime QA 2022, words and two decays alone:
0.886 as of the question's date and 0.724 as of the year's end; the better of the two at boost 2 had 0.780 and 0.626."""
HEAP_BYTES = 64_000_000
NO_DAY = -(2**62)
TITLE_FIRST = 4.0
"""What a word in the title counts beside one in the text where a list is looked through: there the title is what is read."""
BEGINNINGS = 64
"""Words that a begun one may become, the most frequent first."""
FORMER = "\0former"
"""Stands beside the outlet of a former version, in the same field. Only what asks for that version finds it."""
MAX_TERMS = 200
"""Distinct words of one query; a question has thirty, a pasted article should not take seconds."""

_JOINED_DIGITS = re.compile(r"(?<=\d)[,\u00a0\u202f](?=\d{3}(?!\d))")
_LAST_WORD = re.compile(r"\w+$")
_ABBREVIATION = re.compile(r"\b(?:[A-Za-z]\.){2,}")


@dataclass(frozen=True, slots=True)
class LexicalDocument:
    """`key` is the row of the passage or article, `group` the row of its article; `former`: of a version that the article has no more."""

    key: int
    group: int
    title: str
    text: str
    source: str | None
    last_second: int | None
    former: bool = False


def for_index(text: str) -> str:
    """Figures and abbreviations as one word each: 20,000 as 20000, U.S. as US."""
    return _ABBREVIATION.sub(lambda found: found.group().replace(".", ""), _JOINED_DIGITS.sub("", text))


def _last_word(text: str) -> tuple[str, str]:
    """The text before its last word, and that word; nothing for it where the text ends after a word."""
    found = _LAST_WORD.search(text)
    return (text[: found.start()], found.group()) if found else (text, "")


class LexicalIndex:
    """Many readers, in any process; one writer, the home's owner. Searches see what was committed before `reload`."""

    def __init__(self, folder: Path, *, renew: bool = False) -> None:
        """Open or create; `renew` starts an empty index where the folder holds none that opens. Raises DatelineError."""
        import tantivy

        self._tantivy = tantivy
        self._folder = folder
        builder = tantivy.SchemaBuilder()
        builder.add_integer_field("key", indexed=True, fast=True)
        builder.add_integer_field("group", indexed=True, fast=True)
        builder.add_integer_field("last_second", indexed=True, fast=True)
        builder.add_text_field("source", tokenizer_name="raw", index_option="basic")
        builder.add_text_field("title", tokenizer_name="english")
        builder.add_text_field("text", tokenizer_name="english")
        self._schema: Any = builder.build()
        filters = tantivy.Filter
        self._english = (
            tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
            .filter(filters.lowercase())
            .filter(filters.ascii_fold())
            .filter(filters.stopword("english"))
            .filter(filters.stemmer("english"))
            .build()
        )
        plain = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        self._folded = plain.filter(filters.lowercase()).filter(filters.ascii_fold()).build()
        try:
            self._index: Any = self._open(folder)
        except (ValueError, OSError) as error:
            if not renew:
                raise index_fault(f"the word index {folder}", error) from None
            if folder.is_dir():
                shutil.rmtree(folder)
            else:
                folder.unlink()
            self._index = self._open(folder)
        self._index.register_tokenizer("english", self._english)
        self._writer: Any = None
        self._lock = threading.Lock()

    def _open(self, folder: Path) -> Any:
        folder.mkdir(parents=True, exist_ok=True)
        check_segments(folder)
        return self._tantivy.Index(self._schema, path=str(folder))

    @property
    def count(self) -> int:
        return int(self._index.searcher().num_docs)

    def replace(self, add: Iterable[LexicalDocument], leaving: Iterable[int]) -> None:
        """Drop all documents of these groups, add others, commit. What is added of such a group is in its place."""
        with self._lock, self._told():
            for group in leaving:
                self._writer.delete_documents_by_term("group", group)
            for document in add:
                entry = self._tantivy.Document()
                entry.add_integer("key", document.key)
                entry.add_integer("group", document.group)
                entry.add_integer("last_second", NO_DAY if document.last_second is None else document.last_second)
                entry.add_text("source", document.source or "")
                if document.former:
                    entry.add_text("source", FORMER)
                entry.add_text("title", for_index(document.title))
                entry.add_text("text", for_index(document.text))
                self._writer.add_document(entry)
            self._writer.commit()
            self._index.reload()

    def clear(self) -> None:
        with self._lock, self._told():
            self._writer.delete_all_documents()
            self._writer.commit()
            self._index.reload()

    @contextmanager
    def _told(self) -> Iterator[None]:
        """With a writer. One that the disk has failed is given up: what it had not committed is owed still."""
        try:
            self._writer = self._writer or self._index.writer(HEAP_BYTES, 1)
            yield
        except (ValueError, OSError) as error:
            self._writer = None
            raise index_fault(f"the word index {self._folder}", error) from error

    def reload(self) -> None:
        """See what another process has committed."""
        self._index.reload()

    def search(self, question: str, count: int, scope: Scope) -> list[tuple[int, float]]:
        """The `count` best (key, BM25 score), best first; none when no word of the question is indexed."""
        terms = list(dict.fromkeys(self._english.analyze(for_index(question))))[:MAX_TERMS]
        if not terms or count < 1:
            return []
        query_of, occur = self._tantivy.Query, self._tantivy.Occur
        # All in one row, not a query of two for each: of such a row Tantivy passes over whole blocks that cannot be among the best.
        words = query_of.boolean_query([(occur.Should, query) for term in terms for query in self._fields(term)])
        searcher = self._index.searcher()
        limits = [*self._limits(scope), *self._no_former(searcher, scope)]
        query = query_of.boolean_query([(occur.Must, words), *limits]) if limits else words
        hits = searcher.search(query, count, count=False).hits
        if not hits:
            return []
        keys = searcher.fast_field_values("key", [address for _, address in hits])
        return [(int(key), float(score)) for key, (score, _) in zip(keys, hits, strict=True)]

    def holding(self, words: str) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]] | None:
        """(keys, scores) of all documents that hold every word, in any form, the last one at least begun. None if `words` has no word
        that is indexed, such as "the"."""
        head, begun = _last_word(for_index(words))
        either = [[term] for term in dict.fromkeys(self._english.analyze(head))][:MAX_TERMS]
        searcher = self._index.searcher()
        if begun and (self._english.analyze(begun) or not either):
            either.append(self._begun(searcher, begun))
        if not either:
            return None
        query_of, occur = self._tantivy.Query, self._tantivy.Occur
        each = [query_of.boolean_query([(occur.Should, self._word(term, TITLE_FIRST)) for term in terms]) for terms in either if terms]
        if len(each) < len(either):
            return np.zeros(0, np.int64), np.zeros(0)
        query = query_of.boolean_query([*((occur.Must, one) for one in each), *self._no_former(searcher, Scope())])
        hits = searcher.search(query, max(1, searcher.num_docs), count=False).hits
        keys = searcher.fast_field_values("key", [address for _, address in hits]) if hits else []
        return np.array(keys, np.int64), np.fromiter((score for score, _ in hits), np.float64, len(hits))

    def _begun(self, searcher: Any, begun: str) -> list[str]:
        """Indexed words that a word may be, or become when it is written on. What is indexed are stems, which are shorter than what is
        typed: where nothing goes on from it, the longest stem that it goes on from."""
        (folded,) = self._folded.analyze(begun)[:1] or [begun]
        found = dict.fromkeys(self._english.analyze(begun))
        for field in ("title", "text"):
            found.update(dict.fromkeys(term for term, _ in searcher.terms_with_prefix(field, folded, limit=BEGINNINGS)))
        known = [term for term in found if any(searcher.doc_freq(field, term) for field in ("title", "text"))]
        stems = (folded[:length] for length in range(len(folded) - 1, max(3, len(folded) - 5), -1))
        return known or next(([stem] for stem in stems if searcher.doc_freq("text", stem)), [])

    def _word(self, term: str, title: float = TITLE_BOOST) -> Any:
        return self._tantivy.Query.boolean_query([(self._tantivy.Occur.Should, query) for query in self._fields(term, title)])

    def _fields(self, term: str, title: float = TITLE_BOOST) -> tuple[Any, Any]:
        """The word in the text, and in the title."""
        query_of = self._tantivy.Query
        in_text = query_of.term_query(self._schema, "text", term)
        return in_text, query_of.boost_query(query_of.term_query(self._schema, "title", term), title)

    def _limits(self, scope: Scope) -> list[tuple[Any, Any]]:
        tantivy, query_of, occur = self._tantivy, self._tantivy.Query, self._tantivy.Occur
        limits = []
        if scope.dated:
            first = NO_DAY + 1 if scope.since is None else scope.since
            last = 2**62 if scope.seen_until is None else scope.seen_until
            range_of = query_of.range_query(self._schema, "last_second", tantivy.FieldType.Integer, first, last)
            limits.append((occur.Must, query_of.const_score_query(range_of, 0.0)))
        for field, values in (("source", scope.sources), ("group", scope.only)):
            if values is not None:
                either = query_of.boolean_query([(occur.Should, query_of.term_query(self._schema, field, value)) for value in values])
                limits.append((occur.Must, query_of.const_score_query(either, 0.0)))
        if scope.without:
            # One query for all: of a term each, 2,000 articles that have changed since took a tenth of a second.
            limits.append((occur.MustNot, query_of.term_set_query(self._schema, "group", list(scope.without))))
        return limits

    def _no_former(self, searcher: Any, scope: Scope) -> list[tuple[Any, Any]]:
        """No former version but those of the scope. Nothing where there are none, so that the query stays as it was."""
        if not searcher.doc_freq("source", FORMER):
            return []
        query_of, occur = self._tantivy.Query, self._tantivy.Occur
        hidden = query_of.term_query(self._schema, "source", FORMER)
        if scope.former:
            seen = query_of.term_set_query(self._schema, "group", list(scope.former))
            hidden = query_of.boolean_query([(occur.Must, hidden), (occur.MustNot, seen)])
        return [(occur.MustNot, hidden)]

    def close(self) -> None:
        with self._lock:
            if self._writer is not None:
                self._writer.wait_merging_threads()
                self._writer = None
