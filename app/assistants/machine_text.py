"""What an article says to machines is not handed on to one: it is blotted out, letter for letter, so that every place stays."""

from __future__ import annotations

from app.answer import Hit
from app.text.addressed_to_machines import addresses_machine, for_readers
from app.text.sentences import split_sentences

BLOT = "·"
NO_TITLE = "(a title that addresses a machine)"


def blotted(text: str) -> tuple[str, int]:
    """The text, as long as before, with BLOT for each letter of a sentence that addresses a machine; how many sentences those are."""
    sentences = split_sentences(text)
    kept = set(for_readers(text, sentences))
    taken = [one for one in sentences if one not in kept]
    pieces, at = [], 0
    for one in taken:
        pieces += [text[at : one.start], "".join(letter if letter.isspace() else BLOT for letter in text[one.start : one.end])]
        at = one.end
    return "".join([*pieces, text[at:]]), len(taken)


def plain_title(title: str) -> str:
    return NO_TITLE if addresses_machine(title) else title or "(no title)"


def plain_hit(hit: Hit) -> Hit:
    """The passage by itself: an order that begins in the passage before is seen only where the whole article is read."""
    return hit.model_copy(update={"title": plain_title(hit.title), "passage": blotted(hit.passage)[0]})
