"""Words of a question that ask for the newest state of a thing, for its beginning, or for how it went on."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.article import Span

_NEWEST = re.compile(
    r"\b(?:(?<!at the )latest|most\s+recent(?:ly)?|newest|right\s+now|by\s+now|(?<!until )now(?!\s+that\b)|nowadays|currently"
    r"|current(?!\s+accounts?\b)|at\s+present|presently|at\s+the\s+moment|so\s+far(?!\s+(?:out|away|from|as|apart|behind|ahead)\b)"
    r"|(?<!was )(?<!were )still(?!\s+(?:water|life)\b)|to\s+date"
    r"|as\s+of\s+(?:today|now)|up[\s-]to[\s-]date|these\s+days"
    r"|where\s+(?:does|do|did)\s+(?:[\w'’-]+\s+){1,8}?stand)\b",
    re.IGNORECASE,
)
_SAID = (
    r"(?:sa(?:y|id)|report|announce|mention|publish|claim|describe|reveal|propose|emerge|appear|offer|tell|told|hear|heard|see|seen|saw|"
    r"notice|warn|suggest|begin|began|begun|start|break|broke|broken|find|found|become|became|come|came|write|wrote|written|made?|make|"
    r"take|took|taken|know|known|give|gave|given|show|shown|set|use|detect|discover|identif(?:y|ied)|open|plan|promise|estimate|ask|call)"
)
_FIRST = re.compile(
    rf"\b(?:at\s+first|at\s+the\s+(?:very\s+)?(?:beginning|outset|start)(?!\s+of\b)|at\s+the\s+outset\s+of|originally|original|initially"
    rf"|initial(?!\s+(?:phase|stage|step|round|wave|period|deployment|contingent)s?\b)"
    rf"|ha[ds]\s+(?:[\w'’-]+\s+){{0,5}}?previously|earliest(?<!at the earliest)"
    rf"|(?<!\bthe )(?<!\ba )(?<!\bits )(?<!\bhis )(?<!\bher )(?<!\btheir )(?<![’']s )first\s+(?:{_SAID}(?:s|d|ed|n)?|\w+ed))\b(?!-)",
    re.IGNORECASE,
)
_RISE = (
    r"(?:ris(?:e|en)|rose|f[ae]ll(?:en)?|gr[eo]wn?|increased?|decreased?|dropped|drop|climb(?:ed)?|gone\s+(?:up|down)|go\s+(?:up|down)|"
    r"shr[aiu]nk|come\s+down)"
)
_GOES_ON = (
    r"(?=\s*(?:[?.,;:!]|$|\s(?:since|over|between|from|in|on|at|during|after|before|by|as|so|through|until|under|with|and|for|this|last|today"
    r"|when|while|because|to)\b))"
)
_CHANGE = re.compile(
    rf"\b(?:how\s+(?:\w+\s+)?(?:has|have|had|did|does|do|is|are|was|were)\s+[^?.!;]*?"
    rf"\b(?:chang(?:e|ed|ing)|develop(?:ed|ing)?|evolv(?:e|ed|ing)|mov(?:e|ed|ing)|shift(?:ed|ing)?|progress(?:ed)?|var(?:y|ied)"
    rf"|{_RISE}){_GOES_ON}"
    rf"|what\s+(?:else\s+)?(?:has\s+|have\s+|had\s+)?changed(?!\s+hands)|what\s+changes?\s+(?:has|have|had|did)\b|since\s+then"
    rf"|compared?\s+(?:with|to)|in\s+comparison\s+(?:with|to)"
    rf"|(?:how\s+much|by\s+how\s+much|how\s+far)\s+(?:[\w'’-]+\s+){{0,8}}?{_RISE}\s+(?:[\w'’%-]+\s+){{0,6}}?(?:since|over\s+the|between|from|compared)"
    rf"|over\s+time|over\s+the\s+(?:years|months|weeks)|before\s+and\s+after"
    r"|what\s+(?:has\s+|had\s+)?happened\s+to\s+(?:the\s+|its\s+|their\s+)?(?:[\w-]+\s+){0,2}(?:[\w'’-]+['’]s\s+)?"
    r"(?:prices?|numbers?|sizes?|costs?|rates?|values?|level|shares?|figures?|budget|bill|estimate|quota|toll)\b)",
    re.IGNORECASE,
)
_WILL = re.compile(r"\b(?:will|shall|would)\b", re.IGNORECASE)
_CLIMATE = re.compile(r"\b(?:climate|sea|regime|step|gear)[\s-]+$", re.IGNORECASE)


def asks_newest(question: str) -> str | None:
    """The words that ask for the latest state; None where none do."""
    found = _NEWEST.search(question)
    return found[0] if found else None


def asks_first(question: str, dated: Sequence[Span] = ()) -> str | None:
    """The words that ask how it began. An ordinal of a thing ("the first lady") does not, nor what stands within `dated` spans."""
    for found in _FIRST.finditer(question):
        to_come = found[0].lower().startswith("first") and _WILL.search(question, 0, found.start())
        if not to_come and not any(span.start < found.end() and found.start() < span.end for span in dated):
            return found[0]
    return None


def asks_change(question: str) -> str | None:
    """The words that ask how something went on from one state to another."""
    for found in _CHANGE.finditer(question):
        if not (
            re.search(r"chang(?:e|ed|ing)$", found[0], re.IGNORECASE) and _CLIMATE.search(found[0][: found[0].lower().rindex("chang")])
        ):
            return found[0]
    return None
