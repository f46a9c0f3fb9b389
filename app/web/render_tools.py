"""What can be done with an answer, and how it came about: the line at its foot."""

from __future__ import annotations

from app.web.markup import count, date_words, esc, icon, moment
from app.web.render_answer import plain_text
from app.web.turn import Turn

FORMS = {"markdown": "Markdown", "json": "JSON", "csl": "CSL-JSON"}
"""As the address of an export has them (export.py), and in words."""


def render_tools(turn: Turn, conversation: str) -> str:
    """Buttons to copy and to take away, and the facts. `conversation` is where it is kept, empty where it is not and has no address."""
    copy = ""
    if turn.sentences:
        copy = (
            f'<button type="button" class="plain" data-act="copy" data-copy="{esc(plain_text(turn))}">'
            f'{icon("copy")}<span class="label">Copy with citations</span></button>'
        )
    link = ""
    if conversation:
        link = f'<button type="button" class="plain" data-act="link">{icon("link")}<span class="label">Copy link</span></button>'
    facts = f'<p class="facts">{"".join(f"<span>{one}</span>" for one in _facts(turn))}</p>'
    judge = _judge(turn) if conversation else ""
    note = note_form("What should it have said?") if judge else ""
    return f'<div class="acts">{copy}{link}{_export(turn, conversation)}{judge}</div>{note}{facts}'


def _judge(turn: Turn) -> str:
    """What can be said of the answer; empty where there is none. Which of it was said, feedback.js shows."""
    if turn.state == "abstained":
        missing = verdict_button("should-have-answered", "", "It should have answered")
        buttons = verdict_button("good", "Right to say nothing", icon("good")) + missing
    elif turn.state in ("answered", "failed") and turn.sentences:
        buttons = verdict_button("good", "Good answer", icon("good")) + verdict_button("bad", "Bad answer", icon("bad"))
    else:
        return ""
    return f'<div class="judge" role="group" aria-label="How good is this answer?">{buttons}</div>'


def note_form(asks: str) -> str:
    """Opens under a verdict that asks for more."""
    field = '<textarea name="note" rows="1" maxlength="2000" dir="auto" enterkeyhint="send"></textarea>'
    send = '<button type="submit" class="plain">Send</button><span class="saved"></span>'
    return f'<form class="note" hidden><label>{asks} <small>Optional</small>{field}</label>{send}</form>'


def verdict_button(verdict: str, name: str, inside: str) -> str:
    """A toggle; `name` is that of one that shows no words."""
    named = f' aria-label="{name}" title="{name}"' if name else ""
    return f'<button type="button" class="plain" data-act="judge" data-verdict="{verdict}" aria-pressed="false"{named}>{inside}</button>'


def _export(turn: Turn, conversation: str) -> str:
    if not conversation:
        return f'<button type="button" class="plain" data-act="print">{icon("save")}<span class="label">Print</span></button>'
    groups = _forms("This answer", conversation, f"?turn={turn.id[1:]}") + _forms("All questions", conversation)
    menu = f'<div class="menu">{groups}<button type="button" data-act="print">Print</button></div>'
    return f'<details class="export"><summary class="plain">{icon("save")}Export</summary>{menu}</details>'


def _forms(name: str, conversation: str, which: str = "") -> str:
    """Links to the forms of a file; `which` says of which turn."""
    base = f"page/conversations/{esc(conversation)}/export"
    links = "".join(f'<a href="{base}/{form}{which}" download>{words}</a>' for form, words in FORMS.items())
    return f'<div role="group" aria-label="{name}" class="{"one" if which else "all"}"><span>{name}</span>{links}</div>'


def _facts(turn: Turn) -> list[str]:
    """How the answer came about, as HTML: whose words it is in, newest evidence, what was left out, the time."""
    answer = turn.answer
    facts = [esc(whose_words(turn, answer.model))] if answer and turn.sentences else []
    newest = max((one.published for one in turn.numbered() if one.published), default=None, key=moment)
    if newest:
        facts.append(f"Newest evidence <b>{esc(date_words(newest))}</b>")
    if not answer:
        return facts
    if answer.later_left_out:
        facts.append(f"{count(answer.later_left_out, 'later article')} left out")
    if answer.timings.total_s:
        facts.append(f"{answer.timings.total_s:.1f} s")
    return facts


def whose_words(turn: Turn, model: str) -> str:
    """A model is named only if a sentence is its own: where all are quotes, it gave none of the words."""
    quoted = [one.quoted for one in turn.sentences]
    if all(quoted):
        return "The articles’ own words"
    part = "in part " if any(quoted) else ""
    return f"Worded {part}by {model or 'a language model'}, each sentence checked"
