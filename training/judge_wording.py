"""Safe changes of a news sentence: what can be left out or put another way without saying anything else."""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

from app.text.tables import word_set
from training.judge_edits import Change, pairs_of

_OPENER = re.compile(
    r"^(?:On|In|At|After|During|Since|With|For|Last|Earlier|Later|Meanwhile|However|But|And|Now|Still|Also|Then|By|This|So far|Early)\b"
    r"[^,.;:\"“”]{0,60}, (?=[A-Z]|the |a |an |he |she |they |it |more |about |some |at )"
)
_ASIDES = (
    re.compile(r"\s\([^()]{2,80}\)"),
    re.compile(r"(?<=[a-zA-Z]), (?:who|which|where|whose) [^,.;\"“”]{8,120}(?=[,.])"),
    re.compile(r"(?<=[a-zA-Z]), (?:a|an|the) [^,.;\"“”]{4,60}, "),
    re.compile(r"(?<=[a-zA-Z]), (?:[a-z]+ing|as|while|but|though|although) [^.;\"“”]{10,140}(?=\.$)"),
    re.compile(r" [–—] [^–—.]{5,90} [–—] "),
    re.compile(r", \d{2},(?= )"),
    re.compile(r"\b(?:also|still|just|recently|previously|already|currently|now|even|further|really|very) (?=[a-z])"),
)
_SAME = pairs_of(
    """
    more than|over, percent|%, per cent|percent, United States|U.S., the U.S.|America, US|United States, United Kingdom|UK,
    U.K.|Britain, began|started, said|stated, told|informed, bought|purchased, buy|purchase, killed|left dead, was killed|died,
    were killed|died, wounded|injured, hurt|injured, attempted|tried, attempt|try, shows|indicates, showed|indicated, film|movie,
    company|firm, vehicle|car, doctors|physicians, children|kids, near|close to, about|around, approximately|about, roughly|about,
    nearly|almost, officials|authorities, help|assist, helped|assisted, revealed|disclosed, large|big, huge|massive,
    began|commenced, end|finish, ended|finished, get|receive, received|got, announced|said, because|since, although|though,
    while|as, however|but, must|has to, cannot|can not, did not|didn't, is not|isn't, was not|wasn't, will not|won't,
    has not|hasn't, have not|haven't, are not|aren't, were not|weren't, do not|don't, does not|doesn't, could not|couldn't,
    would not|wouldn't, decline|drop, increase|rise, increased|rose, decreased|fell, declined|fell, dropped|fell,
    increasing|rising, former|ex-, resigned|stepped down, elected|voted in, investigating|looking into, investigation|inquiry,
    postponed|delayed, cancelled|called off, canceled|called off, discovered|found, demanded|called for, happened|occurred,
    took place|happened, required|needed, requires|needs, plan to|intend to, plans to|intends to, currently|at present,
    every|each, several|a number of, many|lots of, people|individuals, residents|locals, city|town, country|nation, award|prize,
    gun|firearm, shooting|gun attack, agreement|deal, passed away|died, child|kid, job|position, jobs|positions, gas|gasoline,
    students|pupils, teacher|educator, attorney|lawyer, lawyers|attorneys, Covid-19|coronavirus, COVID-19|Covid, January|Jan.,
    February|Feb., August|Aug., September|Sept., October|Oct., November|Nov., December|Dec., two|2, three|3, four|4, five|5,
    six|6, seven|7, eight|8, nine|9, ten|10, eleven|11, twelve|12
    """
)
_PATTERNS = [(re.compile(rf"(?<![\w.,$£€-]){re.escape(old)}(?![\w-]|[.,]\d)"), new) for pair in _SAME for old, new in (pair, pair[::-1])]


def shortenings(sentence: str) -> Iterator[list[Change]]:
    """Each thing that can be left out, as the changes it takes."""
    if (opener := _OPENER.match(sentence)) and opener.end() < len(sentence) - 25:
        yield [Change(0, opener.end() + 1, sentence[opener.end()].upper(), False)]
    for pattern in _ASIDES:
        for found in pattern.finditer(sentence):
            if found.start() > 15 or pattern is _ASIDES[-1]:
                keep = " " if (found[0].startswith(" ") and found[0].endswith(" ")) or found[0].endswith(", ") else ""
                yield [Change(found.start(), found.end(), keep, False)]


def rewordings(sentence: str) -> Iterator[Change]:
    """Words of the same meaning, figures and months written otherwise."""
    for pattern, new in _PATTERNS:
        if found := pattern.search(sentence):
            yield Change(found.start(), found.end(), new, False)


_TURNS: tuple[tuple[re.Pattern[str], tuple[str | int, ...]], ...] = (
    (re.compile(r"^(According to [^,]{3,60}), ([^“”\"]+?)\.?$"), (2, ", ", 1)),
    (re.compile(r"^([^“”\"]+?), (according to [^,]{3,60}?)\.?$"), (2, ", ", 1)),
    (re.compile(r"^([^“”\"]{25,}?), ((?:[A-Z][\w.]+ ){1,3}said|(?:the )?[a-z]+ said)(?: \w+day)?\.?$"), (2, " that ", 1)),
    (re.compile(r"^((?:After|As|While|Before|Because|If|When|Although|Since|Once) [^,]{10,90}), ([^“”\"]{20,}?)\.?$"), (2, " ", 1)),
    (re.compile(r"^([^,“”\"]{20,}?),? ((?:after|while|before|because|when|although) [^,“”\"]{10,90}?)\.?$"), (2, ", ", 1)),
    (re.compile(r"^((?:On|In|At|Last|Earlier|During) [^,]{3,40}), ([^“”\"]{20,}?)\.?$"), (2, " ", 1)),
)
Places = tuple[tuple[int, int], ...]


def turned(claim: str, places: Places = ()) -> tuple[str, Places]:
    """The claim with its clauses the other way round, where that is plain ("After A, B" is "B after A"), and where `places` stand in
    it then; the same where it is not."""
    for pattern, order in _TURNS:
        found = pattern.match(claim)
        if found is None:
            continue
        out, moved = "", []
        for part in order:
            if isinstance(part, str):
                out += part
                continue
            shift = len(out) - found.start(part)
            moved += [(x + shift, y + shift) for x, y in places if found.start(part) <= x and y <= found.end(part)]
            piece = found[part]
            first = piece.split(" ", 1)[0]
            out += piece[0].upper() + piece[1:] if not out else piece[0].lower() + piece[1:] if first in _SMALL else piece
        if len(moved) == len(places):
            return out + ".", tuple(sorted(moved))
    return claim, places


_SMALL = word_set(
    "According The A An After As While Before Because If When Although Since Once On In At Last Earlier During It He She They We There "
    "This These Those Some Many Most More Several Two Three Four Police Officials Authorities Voters People Residents"
)


def draw_wording(sentence: str, rng: random.Random, share: float = 0.6) -> list[Change]:
    """Some of the safe changes, that do not touch one another."""
    chosen: list[Change] = []
    options = [*shortenings(sentence), *([one] for one in rewordings(sentence))]
    rng.shuffle(options)
    for changes in options:
        free = all(one.end <= other.start or other.end <= one.start for one in changes for other in chosen)
        if free and rng.random() < share and sum(one.end - one.start for one in [*chosen, *changes]) < 0.55 * len(sentence):
            chosen += changes
    return chosen
