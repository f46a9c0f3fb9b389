"""The words by which a sentence disputes what another one says."""

from __future__ import annotations

import re

_DENIES = (
    r"den(?:y|ies|ied)|disput(?:e|es|ed|ing)|contradict\w*|reject(?:s|ed)?|contest(?:s|ed)?|disagree\w*|accus(?:e|es|ed)|claim(?:s|ed)?|"
    r"insist(?:s|ed)?"
)
_DISPUTES = re.compile(
    rf"\b(?:{_DENIES}|at odds|conflicting|differ\w*|well (?:above|below)|far (?:more|fewer|less|above|below)|not the)\b", re.IGNORECASE
)
_DISPUTES_OR_CORRECTS = re.compile(rf"\b(?:{_DENIES}|correction|wrongly)\b", re.IGNORECASE)


def disputes(sentence: str) -> bool:
    """Whether it sets what it says against what somebody else says."""
    return bool(_DISPUTES.search(sentence))


def disputes_or_corrects(sentence: str) -> bool:
    """Whether it says that what was said is not so."""
    return bool(_DISPUTES_OR_CORRECTS.search(sentence))
