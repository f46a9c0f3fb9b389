"""Whose words a question asks for, which outlet it names, and what it puts in quotation marks."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from app.text.tables import word_set

_SAY = (
    r"(?:say|claim|deny|announce|tell|argue|warn|insist|promise|admit|suggest|declare|think|believe|describe|respond|explain|predict|accuse|"
    r"demand|propose|blame|write|report(?!\s+(?:say|claim|find|conclude|show|state|suggest|recommend)))"
)
_SPOKEN = (
    r"(?:said|claimed|denied|announced|told|argued|warned|insisted|promised|admitted|suggested|declared|described|responded|explained|"
    r"predicted|accused|demanded|proposed|blamed|written|reported|stated)"
)
_WHO = r"(?P<who>(?:the\s+)?[\w'’&.-]+(?:\s+[\w'’&.-]+){0,6}?)"
_ACCORDING = re.compile(
    r"\baccording\s+to\s+(?P<who>(?:the\s+)?[\w'’&.-]+(?:\s+[\w'’&.-]+){0,6}?)(?=\s*(?:[,?;:!]|(?<![A-Z])\.(?:\s|$)|$)"
    r"|\s+(?:what|how|who|which|when|where|why|is|are|was|were|did|does|has|have|had|on|last|this)\b)",
    re.IGNORECASE,
)
_ADVERB = r"(?:(?:not|first|ever|also|really|previously|earlier)\s+)?"
_DID = re.compile(rf"\b(?:did|does|do|will|would)\s+{_WHO}\s+{_ADVERB}{_SAY}\b", re.IGNORECASE)
_HAS = re.compile(rf"\b(?:has|have|had)\s+{_WHO}\s+{_ADVERB}{_SPOKEN}\b", re.IGNORECASE)
_SAID = re.compile(
    r"(?:^|[,;:]\s*|\bthat\s+|\b(?:which|what|where|when|how)\s+)(?P<who>(?:[Tt]he\s+)?[\w'’&.-]+(?:\s+[\w'’&.-]+){0,5}?)\s+(?:has\s+|had\s+)?(?:said|says)\b"
)
_NO_ONE = word_set(
    "the who whom what which how when where why it they he she we you i that this there a an anyone anybody someone nobody people many "
    "some experts these those one been their his her our my"
)
_WHEN = re.compile(r"\s+(?:(?:this|last)\s+\w+|on\s+\w+day|yesterday|today|\w+ly)$", re.IGNORECASE)
_UNNAMED = re.compile(
    r"\b(?:stud(?:y|ies)|survey|polls?|report|estimates?|analys[ie]s|data|census|figures?|research|reports|sources|documents|polling|article|list|zodiac)\b",
    re.IGNORECASE,
)

_QUOTED = re.compile(r"[“„]([^“”„\n]+)[”“]|\"([^\"\n]+)\"|«([^»\n]+)»|(?<!\w)[‘']([^‘’'\n]+(?:[’'](?=\w)[^‘’'\n]+)*)[’'](?!\w)")

_PAPERS = word_set(
    "gazette courier ledger mail post times herald tribune journal news observer telegraph chronicle guardian star sun mirror express "
    "independent record standard press echo argus examiner globe review wire sentinel inquirer bulletin dispatch messenger mercury"
)
_CUE = r"(?:in|by|from|to|with|did|does|has|had|according\s+to|told|tells?)"

_NAMED = re.compile(rf"\b(?:{_CUE}\s+)?(?P<name>(?:[Tt]he\s+)?[A-Z][\w&]*(?:\s+[A-Z][\w&]*){{0,3}})")
_SAYS = re.compile(r"\s+(?:said|says|reports?|reported|wrote|writes)\b")


def speaker_of(question: str) -> str | None:
    """Whom it asks for the words of ("according to the mill's owner"), without "the"; None for "it" or an unnamed study."""
    for rule in (_ACCORDING, _DID, _HAS, _SAID):
        for found in rule.finditer(question):
            who = re.sub(r"^the\s+|['’]s?$", "", _WHEN.sub("", found["who"].strip(" .")), flags=re.IGNORECASE)
            words = who.lower().split()
            if words and words[0] not in _NO_ONE and words[-1] not in _NO_ONE and not _UNNAMED.search(who):
                return who
    return None


def phrases_of(question: str) -> tuple[str, ...]:
    """What stands in quotation marks and has two words or more, without its marks and the points at its end."""
    quoted = (next(part for part in found.groups() if part).strip(" ,.;:!?") for found in _QUOTED.finditer(question))
    return tuple(dict.fromkeys(phrase for phrase in quoted if len(phrase.split()) >= 2))


def outlet_of(question: str, sources: Sequence[str]) -> tuple[str, str] | None:
    """(the catalog's name of the outlet, the question's words for it), or None.

    The whole name counts in any case if it has several words, else as it is written; of a web address the name in it
    ("cnn.com" is CNN); and a last part such as "the Gazette", if one source alone ends in it.
    """
    for source in sorted(sources, key=len, reverse=True):
        found = _whole(question, source) or _address(question, source)
        if found:
            return source, found
    ends = Counter(source.split()[-1].lower() for source in sources if " " in source.strip())
    for source in sources:
        last = source.split()[-1] if source.split() else ""
        if last.lower() in _PAPERS and ends[last.lower()] == 1:
            part = re.search(rf"\b{_CUE}\s+(?i:the)\s+({re.escape(last.capitalize())})\b(?!\s+[A-Z])", question)
            if part:
                return source, part[1]
    return None


def _whole(question: str, source: str) -> str | None:
    name = source.strip()
    if not name or "." in name or re.sub(r"^the ", "", name.lower()) not in question.lower():
        return None
    several = len(name.split()) > 1
    found = re.search(rf"(?<!\w)(?:the\s+)?{re.escape(re.sub(r'^[Tt]he ', '', name))}(?!\w)", question, re.IGNORECASE if several else 0)
    if found is None or not (several or name[:1].isupper()):
        return None
    # A lone word that opens the question may be any word.
    return found[0] if several or found.start() > 0 or name.isupper() else None


def _address(question: str, source: str) -> str | None:
    """The name in a domain: "CNN" of edition.cnn.com, "The Guardian" of theguardian.com."""
    labels = source.lower().strip().split(".")
    if len(labels) < 2 or " " in source.strip():
        return None
    if source.lower() in question.lower():
        return source
    core = labels[:-2] if len(labels) > 2 and labels[-2] in {"co", "com", "org", "net", "ac", "gov"} else labels[:-1]
    label = core[-1] if core else ""
    if not label or label.removeprefix("the") not in "".join(question.lower().split()):
        return None
    for found in _NAMED.finditer(question):
        words = found["name"].split()
        cued = found.start("name") > found.start() or _SAYS.match(question, found.end("name"))
        for size in range(len(words), 0, -1):
            name = " ".join(words[:size])
            joined = "".join(name.lower().split())
            if label in {joined, joined.removeprefix("the")} and (cued or size > 1):
                return name
    return None
