"""Things that only look alike: the killed and the injured, the first phase and the total, a day's and a week's."""

from __future__ import annotations

from functools import lru_cache

from app.support.tokens import stem, stems_or_words

_TWINS = (
    "killed died dead deaths death toll fatalities lives|injured wounded hurt injuries casualties treated|missing unaccounted|"
    "rescued saved pulled|evacuated displaced homeless flee fled moved|arrested detained|infected ill sick hospitalised hospitalized",
    "daily day|weekly week|monthly month|quarterly quarter|yearly annual annually year",
    "initial initially phase stage|total overall altogether eventually full",
    "men man male boys|women woman female girls|children child pupils",
    "export exports exported|import imports imported",
    "profit profits earnings|loss losses|revenue sales turnover",
    "adult adults|child children|pensioners",
    "demand demanding demanded asking asks claim claimed|offer offered offering offers",
    "damaged damage|destroyed destruction",
    "for favour favor backed yes|against opposed no|abstained absent",
    "arrivals arrived arrive|departures departed depart left",
    "households homes houses|businesses shops firms companies",
    "register registered enrolled|turnout voted",
    "return single fare|season",
)
REACH = 45
"""Characters on either side of a value in which its qualifier stands."""


@lru_cache(maxsize=1)
def _groups() -> list[list[frozenset[str]]]:
    return [[frozenset(stem(w) or w for w in side.split()) for side in line.split("|")] for line in _TWINS]


def is_twin(question: str, sentence: str, start: int, end: int) -> bool:
    """Whether the words around `sentence[start:end]` say that it is of another kind than the one the question names."""
    asked = stems_or_words(question)
    near = stems_or_words(sentence[max(0, start - REACH) : end + REACH])
    for sides in _groups():
        wanted = [side for side in sides if side & asked]
        if len(wanted) != 1 or wanted[0] & near:
            continue
        others = [side for side in sides if side is not wanted[0] and side & near]
        if others and not wanted[0] & stems_or_words(sentence):
            return True
    return False
