"""A sentence as the support check reads it: words in order with their stems, and where clauses end."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from app.text.nations import nation
from app.text.tables import word_set
from app.text.words import content_words

_TOKEN = re.compile(r"\d+(?:[.,]\d+)*\w*|\w+(?:['’]\w+)*|[,;:.!?()\"“”—–]")
_CLAUSE_WORDS = word_set("but while although though because whereas however after before since which who as when where until so")

# Past forms that no stemmer brings back; only verbs that news uses.
_IRREGULAR = dict(
    pair.split(":")
    for pair in word_set(
        "rebuilt:rebuild built:build sent:send won:win lost:lose fell:fall fallen:fall rose:rise risen:rise grew:grow grown:grow "
        "began:begin begun:begin bought:buy sold:sell left:leave held:hold met:meet made:make took:take taken:take gave:give given:give "
        "went:go gone:go came:come got:get kept:keep told:tell found:find paid:pay brought:bring led:lead ran:run spoke:speak "
        "spoken:speak wrote:write written:write broke:break broken:break chose:choose chosen:choose drew:draw drawn:draw flew:fly "
        "hid:hide hidden:hide knew:know known:know shot:shoot stood:stand struck:strike thought:think threw:throw thrown:throw "
        "withdrew:withdraw withdrawn:withdraw beaten:beat bound:bind caught:catch fought:fight fed:feed lent:lend meant:mean sought:seek "
        "shown:show spent:spend sank:sink stole:steal stolen:steal swore:swear taught:teach overtook:overtake undertook:undertake "
        "upheld:uphold died:die dead:die death:die tv:television"
    )
)


@dataclass(frozen=True, slots=True)
class Token:
    """One word or stop. `stem` is None for stop words, figures and punctuation; `clause` counts clauses from 0."""

    low: str
    stem: str | None
    start: int
    end: int
    clause: int


@lru_cache(maxsize=50_000)
def stem(word: str) -> str | None:
    """The stem of one lower-case word, None for a stop word or figure; a people's name becomes its country."""
    if any(letter.isdigit() for letter in word):
        return None
    country = nation(word) if len(word) > 3 else None
    if country:
        return country
    stems = content_words(_IRREGULAR.get(word, word))
    return stems[0] if stems else None


def tokens(text: str) -> list[Token]:
    """The words and stops of `text`, in order, with spans in it."""
    found: list[Token] = []
    clause = 0
    for match in _TOKEN.finditer(text):
        low = match[0].lower().replace("’", "'")
        if not low[0].isalnum() and low[0] != "_":
            clause += 1
            continue
        clause += low in _CLAUSE_WORDS
        found.append(Token(low, stem(low.removesuffix("'s")), match.start(), match.end(), clause))
    return found


@lru_cache(maxsize=2048)
def stems(text: str) -> frozenset[str]:
    """The stems of the words that carry meaning."""
    return frozenset(token.stem for token in tokens(text) if token.stem)


@lru_cache(maxsize=2048)
def stems_or_words(text: str) -> frozenset[str]:
    """The same, with stop words and figures as they are."""
    return frozenset(token.stem or token.low for token in tokens(text))
