"""The words before or behind "said" cut to who says it: a name, a role or a body, and nothing else."""

from __future__ import annotations

import re

from app.text.dates import find_dates
from app.text.names import find_names
from app.text.tables import word_set

LONGEST_WORDS = 14
"""Of a speaker; a longer one is no name but half a sentence."""
LONGEST_ROLE = 10
"""Words of a role behind a name."""
_CUT_FRONT = re.compile(
    r"^(?:but|and|so|yet|while|although|though|because|after|before|as|when|since|that|if|whereas|meanwhile|however|later|earlier|then|"
    r"in (?:a|an|the) (?:statement|report|interview|letter|briefing)[^,]*|(?:on|in|at|by|late on|early on) (?:[A-Z]\w+|\d+ [A-Z]\w+|"
    r"the \w+)(?: (?!(?:the|an?|its|their|his|her)\b|(?-i:[A-Z]))\w+)?|"
    r"for (?:his|her|its|their|the) (?:part|first time)|in this context|instead|also|only|meanwhile),? ",
    re.IGNORECASE,
)
_CUT_BACK = re.compile(
    r"(?:,? (?:on|in|at|late on|early on|by|(?<!spokesman )(?<!spokeswoman )(?<!spokesperson )for|after|before|when|as|while|whose|who|"
    r"which|that|but|and (?:has|had|is|was)|this|last|yesterday|today|to (?:reporters|journalists|parliament|the \w+)|with|during|"
    r"speaking|adding|citing|quoting|holding|pointing|raising)\b.*)$"
)
_PIECES = re.compile(r",|\bthat\b|;|:|—|–| and (?=[a-z]+ (?:of|from)\b)")
_RELATIVE = re.compile(r"^(?:who|which|whose)\b", re.IGNORECASE)
_THAN = re.compile(r"^.{0,40}?\bthan (?=the |its |their )")
_POSSESSIVE = re.compile(r"['’]s$")
_FIGURE = re.compile(r"[\d.,]+")
_TITLE = re.compile(
    r"\b(?:head|chief|director|mayor|president|minister|chair\w*|secretary|spokes\w+|leader|manager|captain|coach|owner|governor)\b",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"^(?:the|a|an|its|their|his|her|another|one|two|several|some|former|acting|deputy|chief|head|director|mayor|president|minister|"
    r"chairman|chairwoman|general secretary|secretary|spokes\w+|professor|judge)\b",
    re.IGNORECASE,
)
_HEADLESS = re.compile(r"\b(?:was|were|is|are|has|have|had|will|would|can|could|may|might|did|does|do|be|been)\b", re.IGNORECASE)
_ACTORS = word_set(
    "he she they it we i official officials source sources police officer officers ministry minister ministers company companies firm "
    "union unions council councillor councillors agency agencies agent agents diplomat diplomats club clubs mayor hospital hospitals "
    "doctor doctors expert experts authority authorities government governments party lawyer lawyers prosecutor prosecutors prosecution "
    "defence defense resident residents witness witnesses board bank court judge judges report statement survey poll study researcher "
    "researchers scientist scientists analyst analysts economist economists investigator investigators inspector inspectors auditor "
    "auditors owner owners operator builder developer worker workers employee employees staff chief chairman chairwoman president "
    "director manager captain coach player farmer farmers fishermen rescuer rescuers service committee commission parliament assembly "
    "opposition army military soldier soldiers commander general centre center institute university office warden wardens engineer "
    "engineers person people man woman relative relatives family families teacher teachers student students activist activists "
    "campaigner campaigners organiser organisers protester protesters critics supporters leader leaders member members senator lawmaker "
    "lawmakers insider insiders newspaper paper magazine broadcaster website importer exporter exporters trader traders retailer "
    "retailers insurer insurers unionist unionists negotiator negotiators mediator envoy ambassador secretary treasurer side sides "
    "driver drivers pilot pilots crew passenger passengers neighbour neighbours villager villagers mother father son daughter brother "
    "sister wife husband"
)
_ACTOR = re.compile(rf"\b(?:{'|'.join(sorted(_ACTORS))}|spokes\w+)\b", re.IGNORECASE)
_OPENS_NO_NAME = word_set("to of in by for not been be being more than what how why where there")


def subject_of(before: str) -> str | None:
    """The subject that ends `before`: its last stretch between commas, with the name or role it stands beside."""
    pieces = [piece.strip(" “”\"'’—–-") for piece in _PIECES.split(before)]
    pieces = [piece for piece in pieces if piece]
    if not pieces:
        return None
    last = pieces[-1]
    if _RELATIVE.match(last):
        last = pieces[-2] if len(pieces) > 1 else ""
        return named(last)
    last = _CUT_FRONT.sub("", _CUT_FRONT.sub("", last)).strip()
    for word in (" but ", " while ", " and ", " because ", " although ", " as "):
        head, middle, rest = last.rpartition(word)
        if middle and (has_verb(head) or word != " and "):
            last = rest
    if has_verb(last) or not last:
        return None
    if len(pieces) > 1:
        other = _CUT_FRONT.sub("", pieces[-2]).strip()
        words = len(other.split())
        if words <= 5 and other[:1].isupper() and is_role(last) and not has_verb(other) and find_names(other) and not find_dates(other):
            return named(f"{other}, {last}")
        if words <= 8 and is_role(other) and last[:1].isupper() and len(last.split()) <= 4 and not has_verb(other):
            name = named(last)
            return f"{other}, {name}" if name and _TITLE.search(other) else name
    return named(last)


def named(who: str) -> str | None:
    """Cut to the speaker; None where no name, body or person is left."""
    pieces = [piece.strip() for piece in who.strip(" ,“”\"'’—–-").split(",")]
    kept = _CUT_BACK.sub("", pieces[0]).strip()
    if len(pieces) > 1 and kept == pieces[0] and is_role(pieces[1]) and not has_verb(pieces[1].split(" who ")[0]):
        role = _CUT_BACK.sub("", pieces[1]).strip()
        kept = f"{kept}, {role}" if role and len(role.split()) <= LONGEST_ROLE else kept
    kept = _CUT_FRONT.sub("", kept).strip(" ,")
    kept = _POSSESSIVE.sub("", _THAN.sub("", kept))
    words = kept.split()
    if not words or len(words) > LONGEST_WORDS or _FIGURE.fullmatch(kept) or words[0].lower() in _OPENS_NO_NAME:
        return None
    return kept if _ACTOR.search(kept) or find_names(kept, find_dates(kept)) else None


def is_role(words: str) -> bool:
    """Whether they begin as a role or a body does: "the", "its", "director"."""
    return bool(_ROLE.match(words))


def has_verb(words: str) -> bool:
    """Whether a verb stands in them: then they are no subject but a clause."""
    return bool(_HEADLESS.search(words))
