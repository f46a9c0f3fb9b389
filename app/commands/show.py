"""Answers and passages as plain lines for a terminal."""

from __future__ import annotations

import shutil
import textwrap
import unicodedata
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from app.article import Published
from app.text.months import day_words

if TYPE_CHECKING:
    from app.answer import Answer, Citation, Conflict, Hit, IngestReport

WIDEST = 100
"""Columns; longer lines are hard to read."""
PASSAGE_LETTERS = 300


def clean(text: str) -> str:
    """Text without control characters: an article must not steer the terminal that shows it."""
    return "".join(letter if unicodedata.category(letter) not in ("Cc", "Cf", "Cs") else " " for letter in text)


def columns() -> int:
    """As wide as a line may be."""
    return min(WIDEST, max(40, shutil.get_terminal_size().columns))


def wrapped(text: str, indent: str = "", first: str | None = None) -> str:
    """Lines as wide as the terminal."""
    first = indent if first is None else first
    return textwrap.fill(" ".join(clean(text).split()), columns(), initial_indent=first, subsequent_indent=indent, break_on_hyphens=False)


def answer_lines(answer: Answer) -> Iterator[str]:
    """The short answer, the answer with numbered marks, what does not agree, the quotes behind them, what should be known of it."""
    if answer.abstained:
        yield wrapped(answer.missing or "The articles do not say.")
        if answer.nearest:
            yield "\nNearest, but not an answer:"
            yield from quotes(answer.nearest)
    else:
        cited: list[Citation] = []
        if answer.short and len(answer.short.text.split()) < sum(len(sentence.text.split()) for sentence in answer.sentences):
            yield wrapped(answer.short.text) + "\n"
        yield wrapped(" ".join(marked(sentence.text, sentence.citations, cited, sentence.verdict) for sentence in answer.sentences))
        yield ""
        for conflict in answer.conflicts:
            yield from conflict_lines(conflict, cited)
            yield ""
        yield from quotes(cited)
        if answer.missing:
            yield "\n" + wrapped(answer.missing)
    if answer.as_of:
        left_out = f" Later articles left out: {answer.later_left_out}." if answer.later_left_out else ""
        yield "\n" + wrapped(f"As of {day(answer.as_of)}.{left_out}")
    for note in answer.notes:
        yield wrapped(note, "  ", "- ")


def marked(text: str, citations: Sequence[Citation], cited: list[Citation], verdict: str) -> str:
    """A sentence followed by the numbers of its citations, which are added to `cited`."""
    marks = numbered(citations, cited)
    doubt = "" if verdict == "supported" else " (not supported)"
    return f"{text}{doubt}{' ' if marks else ''}{marks}"


def numbered(citations: Sequence[Citation], cited: list[Citation]) -> str:
    """The numbers of citations, such as `[1][4]`; new ones are added to `cited`."""
    marks = ""
    for citation in citations:
        places = [(known.article_id, known.start, known.end) for known in cited]
        here = (citation.article_id, citation.start, citation.end)
        if here not in places:
            cited.append(citation)
            places.append(here)
        marks += f"[{places.index(here) + 1}]"
    return marks


def conflict_lines(conflict: Conflict, cited: list[Citation]) -> Iterator[str]:
    """What does not agree: a heading, then value, who says it, when and the numbers of each claim, one under the other."""
    from app.web.claims import HEADINGS, cited_by, marks_of, when_said, who_says

    yield wrapped(f"{HEADINGS[conflict.kind]}: {conflict.about}")
    rows = []
    for claim in conflict.claims:
        tags = [numbered(cited_by(claim), cited), *marks_of(claim)]
        rows.append([" ".join(clean(part).split()) for part in (claim.value, who_says(claim), when_said(claim), ", ".join(tags))])
    wide = [max(len(row[n]) for row in rows) for n in range(3)] if rows else []
    aligned = [" – ".join([*(part.ljust(width) for part, width in zip(row, wide, strict=False)), row[3]]) for row in rows]
    if all(len(line) + 2 <= columns() for line in aligned):
        yield from (f"  {line}" for line in aligned)
    else:
        # Values or names too long for columns: each claim as a paragraph.
        yield from (wrapped(" – ".join(row), "    ", "  ") for row in rows)


def quotes(citations: Sequence[Citation]) -> Iterator[str]:
    """Each quote with its outlet, date, title and address."""
    for number, citation in enumerate(citations, 1):
        yield wrapped(f"{citation.source or 'outlet not stated'}, {day(citation.published)}: {citation.title}", "    ", f"[{number}] ")
        yield wrapped(f"“{citation.quote}” {citation.beside}", "    ")
        if citation.url:
            yield f"    {clean(citation.url)}"


def hit_lines(hits: Sequence[Hit]) -> Iterator[str]:
    """Ranked passages, each shortened to a few lines."""
    if not hits:
        yield "Nothing found."
    for hit in hits:
        text = " ".join(hit.passage.split())
        short = text if len(text) <= PASSAGE_LETTERS else text[:PASSAGE_LETTERS].rsplit(" ", 1)[0] + " …"
        head = f"{hit.source or 'outlet not stated'}, {day(hit.published)}: {hit.title}  ({hit.score:.3f})"
        yield wrapped(head, "    ", f"{hit.rank:>2}. ")
        yield wrapped(short, "    ")
        if hit.url:
            yield f"    {clean(hit.url)}"


def report_lines(report: IngestReport) -> Iterator[str]:
    """What an ingestion did, with a line for each file that failed."""
    counts = f"{report.added} added, {report.updated} updated, {report.unchanged} unchanged"
    articles = "1 article" if report.read == 1 else f"{report.read} articles"
    yield f"Read {articles} in {report.seconds:.1f} s: {counts}; {report.passages} passages written."
    for warned in report.warnings:
        yield f"warning  {clean(warned.path)}: {clean(warned.warning)}"
    for failed in report.failed:
        yield f"failed   {clean(failed.path)}: {clean(failed.error)}"


def day(published: str | None) -> str:
    """`2025-11-30` as `30 November 2025`, in UTC."""
    if not published:
        return "date not stated"
    return day_words(Published.parse(published).day, full=True)
