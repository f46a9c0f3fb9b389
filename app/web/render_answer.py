"""The words of an answer: sentences with their numbers, the quotes under them, and the same as plain text."""

from __future__ import annotations

from itertools import groupby

from app.answer import Citation
from app.article import Span
from app.web.cite import cite_button
from app.web.claims import claim_lines
from app.web.markup import count, date_words, esc, outlet
from app.web.short_answer import bold_spans, short_words
from app.web.turn import Turn, place

LONGEST_KEPT_TOGETHER = 24
"""Characters of a last word that stay on one line with its number; a longer one must be free to break on a phone."""

KEPT_BUTTONS = 3
"""Numbers that stay with it."""


def render_sentences(turn: Turn) -> str:
    """Every checked sentence with its numbers, the short answer in bold. The last word and its numbers never part at a line's end."""
    numbers = turn.numbers()
    bold = bold_spans(turn)
    out = []
    for index, sentence in enumerate(turn.sentences):
        unique = {place(citation): citation for citation in sentence.citations}
        buttons = [cite_button(turn, numbers[key], citation, sentence.verdict, card=True) for key, citation in unique.items()]
        text = sentence.text.strip()
        space = max(text.rfind(" "), text.rfind("\n")) + 1
        if not buttons or len(text) - space > LONGEST_KEPT_TOGETHER:
            space = len(text)
        # The same elements with and without bold words: Gradio morphs by position, and a button that moved would lose the focus.
        head, tail = (f"<span>{_with_bold(text, *edges, bold.get(index))}</span>" for edges in ((0, space), (space, len(text))))
        kept = KEPT_BUTTONS if space < len(text) else 0
        days = _notes(sentence.citations[0]) if sentence.quoted and unique else ""
        body = f'{head}<span class="nw">{tail}{"".join(buttons[:kept])}</span>{"".join(buttons[kept:])}{days}'
        if sentence.verdict == "unsupported":
            out.append(f'<span class="s unsupported"><span class="u">{body}</span> <span class="verdict">not supported</span></span>')
        else:
            out.append(f'<span class="s">{body}</span>')
    return " ".join(out)


def _with_bold(text: str, start: int, end: int, bold: Span | None) -> str:
    """`text[start:end]` escaped, with what of it lies in `bold` marked as the short answer."""
    left, right = (min(max(edge, start), end) for edge in (bold.start, bold.end)) if bold else (end, end)
    marked = f'<strong class="short">{esc(text[left:right])}</strong>' if left < right else ""
    return esc(text[start:left]) + marked + esc(text[right:end])


def render_sources(turn: Turn) -> str:
    """Each citation's quote with outlet and date, by article, in the order of their numbers."""
    cited = list(enumerate(turn.numbered(), 1))
    if not cited:
        return ""
    found = verdicts(turn)
    order = {citation.article_id: n for n, citation in reversed(cited)}
    by_article = groupby(sorted(cited, key=lambda one: (order[one[1].article_id], one[0])), key=lambda one: one[1].article_id)
    items = []
    for _, group in by_article:
        rows = list(group)
        quotes = "".join(_quote(turn, n, citation, found.get(place(citation), "claim")) for n, citation in rows)
        items.append(f'<li class="source">{_heading(rows[0][1])}{quotes}</li>')
    total = f"{count(len(items), 'article')}, {count(len(cited), 'sentence')}"
    return f'<h3>Cited <span class="count">{total}</span></h3><ol role="list">{"".join(items)}</ol>'


def verdicts(turn: Turn) -> dict[tuple[str, int, int], str]:
    """The verdict of each sentence's citation, by its `place`: that of the first sentence which cites it."""
    return {place(citation): sentence.verdict for sentence in reversed(turn.sentences) for citation in sentence.citations}


def render_nearest(turn: Turn) -> str:
    """The passages that came nearest, with outlined numbers: none of them is an answer."""
    if not turn.nearest:
        return ""
    items = "".join(
        f'<li class="source">{_heading(citation)}{_quote(turn, n, citation, "nearest")}</li>' for n, citation in enumerate(turn.nearest, 1)
    )
    return f'<h3>Nearest passages <span class="count">none of them is an answer</span></h3><ol role="list">{items}</ol>'


def _heading(citation: Citation) -> str:
    tag = "span" if citation.published else "em"
    when = f'<{tag} class="date">{esc(date_words(citation.published))}</{tag}>'
    return f'<p class="meta">{outlet(citation.source)} {when}</p><p class="title" dir="auto">{esc(citation.title)}</p>'


def _quote(turn: Turn, n: int, citation: Citation, kind: str) -> str:
    quote = " ".join(citation.quote.split())
    words = f'<blockquote dir="auto">“{esc(quote)}”</blockquote>{_notes(citation)}'
    return f'<div class="quote">{cite_button(turn, n, citation, kind)}{words}</div>'


def _notes(citation: Citation) -> str:
    """The days that words of the quote mean, and what became of its article, told as ours."""
    if not citation.days:
        return _revision_note(citation)
    title = f"Counted by Dateline from the article’s date, {date_words(citation.published)}; not in the article’s words"
    return f' <small class="days" title="{esc(title)}">{esc(citation.days_note)}</small>' + _revision_note(citation)


def _revision_note(citation: Citation) -> str:
    """That the article was corrected, withdrawn or changed, told as ours."""
    if not citation.revisions:
        return ""
    return f' <small class="revision" dir="auto">{esc(citation.revision_note)}</small>'


def plain_text(turn: Turn) -> str:
    """Question, short answer, answer with [1], what does not agree, the list of citations: what Copy puts on the clipboard."""
    cited = turn.numbered()
    numbers = turn.numbers()
    parts = []
    for sentence in turn.sentences:
        marks = "".join(f"[{n}]" for n in dict.fromkeys(numbers[place(one)] for one in sentence.citations))
        doubt = " (not supported)" if sentence.verdict == "unsupported" else ""
        parts.append(f"{sentence.text.strip()}{doubt}{' ' + marks if marks else ''}")
    short = short_words(turn)
    lines = [turn.question, "", *([short, ""] if short else []), " ".join(parts), ""]
    if turn.conflicts:
        lines += [*claim_lines(turn.conflicts, lambda one: numbers[place(one)]), ""]
    for n, one in enumerate(cited, 1):
        known = [one.title, one.source or "outlet not stated", date_words(one.published) if one.published else "date not stated", one.url]
        quote = " ".join(one.quote.split())
        quoted = " ".join(part for part in (f"“{quote}”", one.beside) if part)
        lines.append(f"[{n}] {quoted} — {', '.join(part for part in known if part)}")
    return "\n".join(lines).rstrip() + "\n"
