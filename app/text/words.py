"""The words that carry meaning, brought to their stems."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from app.text.tables import word_set

if TYPE_CHECKING:
    from tantivy import TextAnalyzer

STOP_WORDS = word_set(
    "a about above across after again against all almost along already also although always am among an and another any anyone "
    "anything are around as at away back be became because become been before behind being below between both but by can cannot could "
    "did do does doing down during each either else enough even ever every few for from further get had has have having he her here "
    "hers herself him himself his how however i if in instead into is it its itself just later least less let like many may me might "
    "more most much must my myself near nearly neither no nor not now of off often on once one only onto or other others our ours out over "
    "own per perhaps quite rather re s same say said says saying shall she should since so some such t than that the their them "
    "themselves then there these they this those though through throughout thus to too toward towards under until up upon us very was "
    "we well were what when where whether which while who whom whose why will with within without would yet you your yours d ll m ve "
    "don doesn didn isn wasn aren weren won wouldn couldn shouldn hasn haven hadn roughly approximately exactly precisely"
)


@lru_cache(maxsize=1)
def _analyzer() -> TextAnalyzer:
    from tantivy import Filter, TextAnalyzerBuilder, Tokenizer

    builder = TextAnalyzerBuilder(Tokenizer.simple()).filter(Filter.lowercase()).filter(Filter.ascii_fold())
    return builder.filter(Filter.custom_stopword(sorted(STOP_WORDS))).filter(Filter.stemmer("english")).build()


def content_words(text: str) -> list[str]:
    """The words of `text` in order: lower case, without accents, stop words dropped, stemmed ("running" is "run").

    Figures come apart at their separators ("20,000" is "20", "000"): `app.text.numbers` reads those.
    """
    words: list[str] = _analyzer().analyze(text)
    return words


def word_rarity(words: Iterable[str], texts: Sequence[Collection[str]]) -> dict[str, float]:
    """How little each word is expected in a text, by its inverse document frequency among `texts` (each the words it holds), smoothed as
    log((n + 1) / (texts with it + 0.5)): above 0 for all but the words that nearly every text holds."""
    return {word: math.log((len(texts) + 1) / (sum(word in text for text in texts) + 0.5)) for word in words}
