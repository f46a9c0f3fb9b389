"""Words in which an article says of itself, or of another, that it corrects or withdraws what was said."""

from __future__ import annotations

import re
from typing import Literal

CORRECTS = re.compile(
    r"\b(?:correct(?:ion|ions|ed|s|ing)|clarif(?:ication|ications|ied|ies)|errat(?:um|a)|retract(?:ion|ed|s)|"
    r"(?:earlier|previous) versions? of th(?:is|e) (?:article|story|report|post))\b",
    re.IGNORECASE,
)
_ITSELF = r"\b(?:this|the|our|its|an?|earlier|previous|original) (?:article|story|report|post|piece|headline|page)\b"
_OF_ITSELF = re.compile(
    r"^\W*(?:correction|corrected|clarification|editor['’]s note|errat(?:um|a))\b|"
    rf"{_ITSELF}|\b(?:earlier|previous|original) versions?\b|\bwe (?:regret|apologi[sz]e|wrongly|incorrectly|mistakenly|mis\w+)\b",
    re.IGNORECASE,
)
_WITHDRAWS = re.compile(
    r"^\W*(?:retraction|retracted|withdrawn)\b|"
    rf"{_ITSELF}[^.;]{{0,40}}\b(?:withdrawn|retracted|taken down)\b|"
    rf"\b(?:withdraw(?:s|n|ing)?|withdrew|retract(?:s|ed|ing)?|taken down)\b[^.;]{{0,20}}{_ITSELF}",
    re.IGNORECASE,
)

Notice = Literal["corrected", "withdrawn"]


def notice_in(sentence: str) -> Notice | None:
    """Whether a sentence says that the article it stands in was corrected or withdrawn: "Correction: an earlier version …". That the
    police corrected a figure, or a minister withdrew a bill, is news and no notice."""
    if _WITHDRAWS.search(sentence):
        return "withdrawn"
    return "corrected" if CORRECTS.search(sentence) and _OF_ITSELF.search(sentence) else None
