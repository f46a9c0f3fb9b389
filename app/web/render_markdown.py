"""A conversation as a Markdown document whose footnotes are its citations. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import accumulate

from app.answer import Citation, Claim, Conflict, SentenceReady
from app.web.claims import HEADINGS, cited_by, marks_of, when_said, who_says
from app.web.exported import Exported, asked_words, filter_words
from app.web.markdown_words import md, md_address
from app.web.markup import count, date_words
from app.web.render import why_silent
from app.web.render_chips import IGNORED
from app.web.render_tools import whose_words
from app.web.short_answer import short_words
from app.web.turn import FILTERS, Turn, place

Numbers = dict[tuple[str, int, int], int]


def render_markdown(title: str, told: Sequence[Exported]) -> str:
    """One question with its own heading, several under that of the conversation. Footnotes count through the document, from 1."""
    several = len(told) > 1
    before = [0, *accumulate(len(one.turn.numbered()) for one in told)]
    parts = [f"# {md(title)}"] if several else []
    for one, first in zip(told, before, strict=False):
        parts.append(f"{'##' if several else '#'} {md(one.turn.question)}")
        parts += _turn(one, first)
    notes = [citation for one in told for citation in one.turn.numbered()]
    parts += [f"[^{n}]: {_citation(citation)}" for n, citation in enumerate(notes, 1)]
    return "\n\n".join(parts) + "\n"


def _turn(asked: Exported, before: int) -> Iterator[str]:
    turn = asked.turn
    numbers = {key: n + before for key, n in turn.numbers().items()}
    yield _asked(asked)
    yield from _state(turn)
    if short := short_words(turn):
        yield f"**{md(short)}**"
    if turn.sentences:
        yield " ".join(_sentence(one, numbers) for one in turn.sentences)
    for conflict in turn.conflicts:
        yield _conflict(conflict, numbers)
    if turn.state == "abstained" and turn.nearest:
        yield "Nearest passages, none of which is an answer:"
        yield "\n".join(f"- {_citation(citation)}" for citation in turn.nearest)
    if turn.answer:
        notes = [note for note in turn.answer.notes if note != turn.reason]
        yield from (md(note) for note in notes)
        if turn.sentences:
            yield f"*{md(whose_words(turn, turn.answer.model))}.*"


def _asked(one: Exported) -> str:
    """When it was asked, and what of the archive was to be seen."""
    turn = one.turn
    parts = [f"Asked {asked_words(one.asked)}", *filter_words(turn)]
    parts += [item.label for item in turn.understood if item.key not in FILTERS]
    parts += [f"without {IGNORED[key]}" for key in turn.ignore]
    if turn.answer and turn.answer.later_left_out:
        parts.append(f"{count(turn.answer.later_left_out, 'later article')} left out")
    return f"*{'; '.join(md(part) for part in parts)}.*"


def _state(turn: Turn) -> Iterator[str]:
    if turn.state == "abstained":
        what, more = why_silent(turn)
        yield f"**{md(what)}**" + (f" {md(more)}" if more else "")
    elif turn.state == "failed":
        yield f"**{md(turn.failure.message if turn.failure else 'The answer failed.')}**"
    elif turn.state == "stopped":
        yield "**Stopped before it was finished.**"
    elif turn.busy:
        yield "**Not answered yet.**"


def _sentence(sentence: SentenceReady, numbers: Numbers) -> str:
    doubt = " *(not supported)*" if sentence.verdict == "unsupported" else ""
    return f"{md(sentence.text)}{doubt}{_marks(sentence.citations, numbers)}"


def _marks(cited: Sequence[Citation], numbers: Numbers) -> str:
    return "".join(f"[^{n}]" for n in dict.fromkeys(numbers[place(one)] for one in cited))


def _conflict(conflict: Conflict, numbers: Numbers) -> str:
    claims = "\n".join(_claim(claim, numbers) for claim in conflict.claims)
    return f"**{HEADINGS[conflict.kind]}: {md(conflict.about)}**\n\n{claims}"


def _claim(claim: Claim, numbers: Numbers) -> str:
    told = ", ".join(md(part) for part in (who_says(claim), when_said(claim), *marks_of(claim)))
    return f"- **{md(claim.value)}**, {told}{_marks(cited_by(claim), numbers)}"


def _italic(text: str) -> str:
    return f"*{md(text)}*" if md(text) else ""


def _citation(citation: Citation) -> str:
    """Quote, what its days mean, title, outlet, date, address; what is not stated is said to be so."""
    quoted = " ".join(part for part in (f"“{md(citation.quote)}”", md(citation.beside)) if part)
    when = date_words(citation.published) if citation.published else "date not stated"
    where = [_italic(citation.title), md(citation.source or "outlet not stated"), md(when)]
    return f"{quoted} {', '.join(part for part in where if part)}. {md_address(citation.url)}".rstrip()
