"""Who says what a sentence says: from its own words and those of the sentence before, by rule."""

from __future__ import annotations

import re
from dataclasses import dataclass

from app.article import Article, Sentence, Span
from app.text.dates import find_dates
from app.text.names import find_names
from app.text.sentences import split_sentences

BACK_CHARACTERS = 700
"""How far back the sentences are that may name who goes on speaking."""
LONGEST_WORDS = 14
"""Of a speaker; a longer one is no name but half a sentence."""

_SAY = (
    r"(?:said|says|say|told|tells|announced|announces|confirmed|confirms|estimated|estimates|claimed|claims|warned|warns|believes?|"
    r"believed|"
    r"reported|reports|denied|denies|insisted|insists|argued|argues|added|adds|revealed|reveals|indicated|indicates|mentioned|noted|notes|"
    r"stated|states|stressed|explained|predicted|predicts|forecast|forecasts|maintained|maintains|wrote|writes|acknowledged|admitted|"
    r"admits|replied|countered|conceded|promised|suggested|suggests|concluded|concludes|disputed|disputes|rejected|rejects|declared|"
    r"published|pointed out|made clear|held to|stood by|corrected|recalled|complained|accused|blames?|blamed|counts?|counted|"
    r"puts?(?! (?:off|back|forward|out|up|on|in|together))|put(?! (?:off|back|forward|out|up|on|in|together))|expects?|expected|"
    r"calculates?|calculated|found|has it|holds to|stuck to|stands by|speaks of|spoke of|reckons?|accuses)"
)
_WANT = (
    r"(?:hopes?|hoped|plans?|planned|offered|offers|demands?|demanded|wants?|wanted|aims?|intends?|proposes?|proposed|asks for|"
    r"is asking for)"
)
"""Of somebody who says it only by what he wants: taken where nobody else is said to say it."""
_ADVERBS = (
    r"(?:(?:has|have|had|also|now|later|earlier|then|still|again|first|only|previously|already|since|repeatedly|originally|initially|"
    r"meanwhile|however|itself|himself|herself|themselves|on \w+day|in \w+) ){0,3}"
)
_SUBJECT_FIRST = re.compile(rf"(?P<who>[^.;!?“”\"]{{2,160}}?),? {_ADVERBS}(?P<verb>{_SAY})\b(?! by\b)", re.IGNORECASE)
_WANTS = re.compile(rf"(?P<who>[^.;!?“”\"]{{2,160}}?),? {_ADVERBS}(?P<verb>{_WANT})\b", re.IGNORECASE)
_VERB_FIRST = re.compile(
    r"[,”\"’?!] ?(?:said|says|added|wrote|explained|argued|insisted|warned|replied|recalled) (?P<who>[A-Z“\"]?[^.;!?“”\"]{2,160})"
)
_ACCORDING = re.compile(
    r"\b(?:according to|in the words of|in the view of|by the account of|figures? (?:from|by|of)|data (?:from|by)|"
    r"an? (?:estimate|count|statement|report|analysis|survey|study) (?:by|from|of)) (?P<who>[^.;!?“”\"]{2,120})",
    re.IGNORECASE,
)
_OPENS = re.compile(r"\w+(?: out| clear)? (?:that|it|its|the|a|an|they|he|she|there|this|some|about|up|more|at least|\d)\b", re.IGNORECASE)
_CUT_FRONT = re.compile(
    r"^(?:but|and|so|yet|while|although|though|because|after|before|as|when|since|that|if|whereas|meanwhile|however|later|earlier|then|"
    r"in (?:a|an|the) (?:statement|report|interview|letter|briefing)[^,]*|(?:on|in|at|by|late on|early on) (?:[A-Z]\w+|\d+ [A-Z]\w+|"
    r"the \w+)(?: (?!(?:the|an?|its|their|his|her)\b|(?-i:[A-Z]))\w+)?|"
    r"for (?:his|her|its|their|the) (?:part|first time)|in this context|instead|also|only|meanwhile),? ",
    re.IGNORECASE,
)
_CUT_BACK = re.compile(
    r"(?:,? (?:on|in|at|late on|early on|by|(?<!spokesman )(?<!spokeswoman )(?<!spokesperson )for|"
    r"after|before|when|as|while|whose|who|which|that|but|and (?:has|had|is|was)|this|last|"
    r"yesterday|today|to "
    r"(?:reporters|journalists|parliament|the \w+)|with|during|speaking|adding|citing|quoting|holding|pointing|raising)\b.*)$"
)
_RELATIVE = re.compile(r"^(?:who|which|whose)\b", re.IGNORECASE)
_TITLE = re.compile(
    r"\b(?:head|chief|director|mayor|president|minister|chair\w*|secretary|spokes\w+|leader|manager|captain|coach|owner|governor)\b",
    re.IGNORECASE,
)
_SHOWS = re.compile(rf" (?:{_SAY}|shows?|showed|has|had|is|was|will|would)\b", re.IGNORECASE)
"""What ends the name of a body whose report or figures say something: "a report by the audit office found …"."""
_PRONOUN = re.compile(
    r"^(?:he|she|they|it|the (?:\w+ )?(?:man|woman|official|spokesman|spokeswoman|spokesperson|company|ministry|minister|agency|"
    r"statement|report|union|council|police|group|board|authority|institute|office|operator))$",
    re.IGNORECASE,
)
_THAN = re.compile(r"^.{0,40}?\bthan (?=the |its |their )")
_ACTOR = re.compile(
    r"\b(?:he|she|they|it|we|i|officials?|sources?|police|officers?|ministry|minister|ministers|company|companies|firm|union|unions|"
    r"council|councillors?|"
    r"agency|agencies|agents?|spokes\w+|diplomats?|club|clubs|mayor|hospital|hospitals|doctors?|experts?|authority|authorities|"
    r"government|governments|"
    r"party|lawyers?|prosecutors?|prosecution|defence|defense|residents?|witness(?:es)?|board|bank|court|judge|judges|report|statement|"
    r"survey|poll|study|"
    r"researchers?|scientists?|analysts?|economists?|investigators?|inspectors?|auditors?|auditor|owner|owners|operator|builder|developer|"
    r"workers?|employees?|staff|chief|chairman|chairwoman|president|director|manager|captain|coach|player|farmers?|fishermen|rescuers?|"
    r"service|"
    r"committee|commission|parliament|assembly|opposition|army|military|soldiers?|commander|general|centre|center|institute|university|"
    r"office|"
    r"wardens?|engineers?|engineer|person|people|man|woman|relatives?|family|families|teachers?|students?|activists?|campaigners?|"
    r"organisers?|"
    r"protesters?|critics|supporters|leader|leaders|member|members|senator|lawmakers?|insiders?|newspaper|paper|magazine|broadcaster|"
    r"website|"
    r"importer|exporters?|traders?|retailers?|insurers?|unionists?|negotiators?|mediator|envoy|ambassador|secretary|treasurer|side|sides|"
    r"driver|drivers|pilot|pilots|crew|passengers?|neighbours?|villagers?|mother|father|son|daughter|brother|sister|wife|husband)\b",
    re.IGNORECASE,
)
_ONLY_PRONOUN = re.compile(r"^(?:he|she|they|it|we|i|you|this|that|these|those|there|one|both|some|many|others)$", re.IGNORECASE)
_ROLE = re.compile(
    r"^(?:the|a|an|its|their|his|her|another|one|two|several|some|former|acting|deputy|chief|head|director|mayor|president|minister|"
    r"chairman|chairwoman|general secretary|secretary|spokes\w+|professor|judge)\b",
    re.IGNORECASE,
)
_HEADLESS = re.compile(r"\b(?:was|were|is|are|has|have|had|will|would|can|could|may|might|did|does|do|be|been)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Speaker:
    """`who`, in the article's words; `denies`: the verb says that it is not so."""

    who: str
    denies: bool = False


_DENIES = re.compile(r"\b(?:denied|denies|disputed|disputes|rejected|rejects)\b", re.IGNORECASE)


def speaker_of(article: Article, sentence: Sentence, span: Span | None = None) -> Speaker | None:
    """Who says the span of this sentence (None: the sentence as a whole); None where the article states it itself.

    A speaker who is only "he" or "the company" is looked for in the sentences before.
    """
    text = article.text[sentence.start : sentence.end]
    at = (span.start - sentence.start) if span is not None else len(text)
    found = _in_sentence(text, at)
    if found is None and _inside_quotation(article.text, sentence):
        return _before(article, sentence, go_on=True)
    if found is not None and (named := _full_name(article.text[: sentence.start], found.who)):
        return Speaker(named, found.denies)
    if found is not None and (_PRONOUN.match(found.who) or _ONLY_PRONOUN.match(found.who)):
        if found.who.lower().split()[-1] in _BODIES:
            return found
        before = _before(article, sentence, go_on=False)
        if before is not None:
            return Speaker(before.who, found.denies)
        if _ONLY_PRONOUN.match(found.who):
            return None
    return found


_BODIES = frozenset(
    [
        "company",
        "ministry",
        "agency",
        "union",
        "council",
        "police",
        "board",
        "authority",
        "institute",
        "office",
        "report",
        "statement",
        "group",
        "operator",
        "club",
        "service",
        "hospital",
        "bank",
        "court",
        "commission",
        "committee",
        "centre",
        "party",
        "government",
    ]
)


def _full_name(before: str, who: str) -> str | None:
    """The name that "the board" stands for: the last one before it that ends in that word."""
    words = who.lower().split()
    if len(words) != 2 or words[0] not in ("the", "its", "their") or words[1] not in _BODIES:
        return None
    back = before[-BACK_CHARACTERS * 2 :]
    named = [n.text for n in find_names(back, find_dates(back)) if n.text.lower().split()[-1] == words[1] and len(n.text.split()) > 1]
    named += [n.text for n in find_names(back, find_dates(back)) if words[1] in n.text.lower().split() and len(n.text.split()) > 1]
    return f"the {named[-1]}" if named else None


def _in_sentence(text: str, at: int) -> Speaker | None:
    """The nearest one whose words hold the place: what follows "X said", what stands before ", said X" or "according to X"."""
    plain = re.sub(r"\s+", " ", text)
    at -= len(text[:at]) - len(re.sub(r"\s+", " ", text[:at]))
    before: tuple[int, Speaker] | None = None
    after: Speaker | None = None
    for found in _SUBJECT_FIRST.finditer(plain):
        who = _subject(plain[: found.end("who")])
        if who is None or who.lower() in ("we", "i"):  # whoever says "we" is named outside the quotation
            continue
        one = Speaker(who, bool(_DENIES.fullmatch(found["verb"])))
        if found.end() <= at:
            before = (found.end(), one)
        elif after is None and _trails(plain, found.start("verb")):
            after = one
    for way in (_ACCORDING, _VERB_FIRST):
        for found in way.finditer(plain):
            who = _named(_SHOWS.split(found["who"])[0] if way is _ACCORDING else found["who"])
            if who is None or (way is _VERB_FIRST and not _is_somebody(found["who"], who)):
                continue
            if found.start() >= at or way is _VERB_FIRST:
                # Nearer than what stands behind the claim is only a verb that governs it: "which announced it would send 20,000, …".
                governed = before is not None and before[0] <= at and "," not in plain[before[0] : at]
                return before[1] if before and governed and found.start() >= at else Speaker(who)
            before = (found.end(), Speaker(who))
    if before is not None and (after is None or _same_clause(plain, before[0], at)):
        return before[1]
    return after or (before[1] if before else _who_wants(plain, at))


def _who_wants(text: str, at: int) -> Speaker | None:
    wanting = [_subject(text[: found.end("who")]) for found in _WANTS.finditer(text) if found.end() <= at]
    return next((Speaker(who) for who in reversed(wanting) if who), None)


def _is_somebody(rest: str, who: str) -> bool:
    """Whether what follows "said" is who said it, and not what was said."""
    head = rest.split(",")[0]
    return not _HEADLESS.search(head) and bool(find_names(who) or _ROLE.match(who)) and not re.match(r"(?:that|it|on|in|at)\b", rest)


def _same_clause(text: str, start: int, at: int) -> bool:
    return not re.search(r"; |\.”|\.\"", text[start:at])


def _trails(text: str, verb: int) -> bool:
    """Whether "X said" closes what it is said of: "1,740 homes, the council said on Friday", and opens nothing of its own."""
    return not _OPENS.match(text[verb:])


def _subject(before: str) -> str | None:
    """The subject that ends `before`: its last stretch between commas, with the name or role it stands beside."""
    pieces = [piece.strip(" “”\"'’—–-") for piece in re.split(r",|\bthat\b|;|:|—|–| and (?=[a-z]+ (?:of|from)\b)", before)]
    pieces = [piece for piece in pieces if piece]
    if not pieces:
        return None
    last = pieces[-1]
    if _RELATIVE.match(last):
        last = pieces[-2] if len(pieces) > 1 else ""
        return _named(last)
    last = _CUT_FRONT.sub("", _CUT_FRONT.sub("", last)).strip()
    for word in (" but ", " while ", " and ", " because ", " although ", " as "):
        head, middle, rest = last.rpartition(word)
        if middle and (_HEADLESS.search(head) or word != " and "):
            last = rest
    if _HEADLESS.search(last) or not last:
        return None
    if len(pieces) > 1:
        other = _CUT_FRONT.sub("", pieces[-2]).strip()
        named, role = bool(find_names(other)) and other[:1].isupper(), bool(_ROLE.match(last))
        if role and named and len(other.split()) <= 5 and not _HEADLESS.search(other) and not find_dates(other):
            return _named(f"{other}, {last}")
        if _ROLE.match(other) and last[:1].isupper() and len(last.split()) <= 4 and not _HEADLESS.search(other) and len(other.split()) <= 8:
            name = _named(last)
            return f"{other}, {name}" if name and _TITLE.search(other) else name
    return _named(last)


def _named(who: str) -> str | None:
    """Cut to the speaker; None where no name, body or person is left."""
    who = who.strip(" ,“”\"'’—–-")
    pieces = [piece.strip() for piece in who.split(",")]
    kept = _CUT_BACK.sub("", pieces[0]).strip()
    if len(pieces) > 1 and kept == pieces[0] and _ROLE.match(pieces[1]) and not _HEADLESS.search(pieces[1].split(" who ")[0]):
        role = _CUT_BACK.sub("", pieces[1]).strip()
        kept = f"{kept}, {role}" if role and len(role.split()) <= 10 else kept
    kept = _CUT_FRONT.sub("", kept).strip(" ,")
    kept = re.sub(r"['’]s$", "", _THAN.sub("", kept))
    words = kept.split()
    if not words or (not _ACTOR.search(kept) and not any(name.sure or name.text in kept for name in find_names(kept, find_dates(kept)))):
        return None
    if len(words) > LONGEST_WORDS or re.fullmatch(r"[\d.,]+", kept):
        return None
    if words[0].lower() in (
        "to",
        "of",
        "in",
        "by",
        "for",
        "not",
        "been",
        "be",
        "being",
        "more",
        "than",
        "what",
        "how",
        "why",
        "where",
        "there",
    ):
        return None
    return kept


def _inside_quotation(text: str, sentence: Sentence) -> bool:
    """Whether the sentence begins within quotation marks that were opened before it."""
    start = max(0, sentence.start - BACK_CHARACTERS)
    before = text[start : sentence.start]
    own = text[sentence.start : sentence.end].lstrip()
    if before.count("“") > before.count("”"):
        return True
    return own[:1] in '“"' and own.rstrip()[-1:] in '”"'


def _before(article: Article, sentence: Sentence, *, go_on: bool) -> Speaker | None:
    """Who speaks, or is the subject, in the nearest earlier sentences of the paragraph or the one before it."""
    start = max(0, sentence.start - BACK_CHARACTERS)
    spans = split_sentences(article.text[start : sentence.start])[1 if start else 0 :]
    for near, span in enumerate(reversed(spans)):
        words = article.text[start + span.start : start + span.end]
        found = _in_sentence(words, len(words)) or (_in_sentence(words, 0) if go_on else None)
        if found is not None and not _PRONOUN.match(found.who) and not _ONLY_PRONOUN.match(found.who):
            return found
        if near == 0 and not go_on and (names := [n.text for n in find_names(words, find_dates(words)) if " " in n.text]):
            return Speaker(names[0])
        if near >= 3:
            break
    return None
