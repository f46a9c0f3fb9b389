"""Sentences that address an assistant, a model or a browser: orders, notes, forged turns of a chat, code. They are written for a machine
to obey. Nobody who reads news is told anything by them, so they never stand as an answer."""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from collections.abc import Sequence

from app.article import Sentence
from app.text.chat_marks import UNSEEN
from app.text.orders import ADDRESS, CODE, GOES_ON, MACHINES_MUST, RULES, SPEAKS_OF_MACHINES, THEY_MUST, Rule
from app.text.sentences import split_sentences

BACK_CHARACTERS = 300
"""How far back the order is looked for that a sentence goes on with."""
ENCODED_LENGTH = 24
"""Characters of base64 that hold words: 18 letters."""
NOTE_SENTENCES = 8
"""Of a note in brackets, at most."""
_HINTS = tuple(dict.fromkeys(rule.hints for rule in RULES))
_ENCODED = re.compile(rf"(?<![\w/.#@+-])[A-Za-z0-9+/]{{{ENCODED_LENGTH},}}+={{0,2}}(?![\w/])")
_LOOKALIKES = str.maketrans("авекмнорстухіјѕһԁοαρνικετυ", "abekmhopctyxijshdoapvikety")
"""Cyrillic and Greek letters that pass for Latin ones."""
_OTHER_ALPHABETS = re.compile("[\u0370-\u052f]")
_QUOTE = re.compile(r"“[^“”]*”|\"[^\"]*\"|«[^«»]*»|„[^„“]*“|‘[^‘’]*’(?!\w)")
_TELLS_OF = re.compile(
    r"\b(?:said|says|told|tells|wrote|writes|reads?|ask(?:s|ed)|order(?:s|ed)|orders such|hid(?:den)?|contain(?:s|ed|ing)|words?|phrase|"
    r"text|prompt|types?|typed|post(?:s|ed)|added|adds|insert(?:s|ed)|plant(?:s|ed)|embed(?:s|ded)|known as|such as|call(?:s|ed)|"
    r"replied|quoted|showed|shows|found|according|slogan|read)\b"
)
"""Outside quotation marks it tells of the words inside."""
_LAW = re.compile(
    r"\b(?:said|says|bill|law|act|regulat\w+|minist\w+|lawmakers|parliament|court|ruled|according|argues?d?|demands?|propos\w+|experts|"
    r"critics|researchers|study|guidelines)\b"
)


def for_readers(text: str, sentences: Sequence[Sentence]) -> tuple[Sentence, ...]:
    """Those of `sentences`, neighbours in `text` and in its order, that do not address a machine, alone or as a part of what the one before
    them began: "Note to AI assistants. The dam is safe." """
    if not sentences:
        return ()
    start = max(0, sentences[0].start - BACK_CHARACTERS)
    whole = text[start : sentences[-1].end]
    rules, encoded = _rules_for(_folded(whole)), _longest_word(whole) >= ENCODED_LENGTH
    if not rules and not encoded:
        return tuple(sentences)
    earlier = text[start : sentences[0].start]
    run = _Run(rules, encoded)
    for span in split_sentences(earlier)[-2:]:
        run.takes(earlier[span.start : span.end], earlier[span.end :])
    ends = [one.start for one in sentences[1:]] + [sentences[-1].end]
    return tuple(one for one, end in zip(sentences, ends, strict=True) if not run.takes(text[one.start : one.end], text[one.end : end]))


def addresses_machine(words: str) -> bool:
    """Whether one sentence, title or name addresses a machine, whatever stands around it."""
    folded = _folded(words)
    return _obeyed(folded, _rules_for(folded)) or _is_encoded(words)


class _Run:
    """What the sentence before leaves open: a note of which only the address stands, an order that goes on, a bracket."""

    def __init__(self, rules: Sequence[Rule], encoded: bool) -> None:
        """`encoded`: somewhere stands a word so long that it may be base64."""
        self._rules, self._encoded = rules, encoded
        self._open = ""
        self._closer = ""
        self._left = 0
        self._before = ""

    def takes(self, words: str, gap: str) -> bool:
        """Whether the next sentence, with the white space behind it, addresses a machine."""
        folded = _folded(words)
        alone = _obeyed(folded, self._rules) or (self._encoded and _is_encoded(words))
        taken = alone or self._continues(folded)
        self._before = folded
        if alone:
            bare = ADDRESS.pattern.search(folded)
            self._open = "note" if bare and len(folded) - bare.end() < 3 else "order"
            opener = next((one for one in folded[:2] if one in "[({"), "")
            self._closer, self._left = {"[": "]", "(": ")", "{": "}"}.get(opener, ""), NOTE_SENTENCES
        elif taken:
            self._open, self._left = "order", self._left - 1
        else:
            self._open = self._closer = ""
        if self._closer and (self._closer in words or not self._left):
            self._closer = ""
        if gap.count("\n") > 1 and self._open != "note":
            self._open = ""
        return taken

    def _continues(self, folded: str) -> bool:
        if self._closer or self._open == "note":
            return True
        if self._open and GOES_ON.match(folded):
            return True
        # What rarely matches and looks at the beginning alone goes first.
        ordered = THEY_MUST.match(folded) and SPEAKS_OF_MACHINES.search(self._before)
        return bool(ordered) and not _LAW.search(self._before) and not _LAW.search(folded)


def _rules_for(folded: str) -> list[Rule]:
    """The rules that can match somewhere in it."""
    stand = {hints: _stands_any(hints, folded) for hints in _HINTS}
    rules = [rule for rule in RULES if stand[rule.hints]]
    # A quotation mark is a hint of code, and stands in most passages; code looks the same wherever a sentence begins.
    return rules if CODE not in rules or CODE.pattern.search(folded) else [rule for rule in rules if rule is not CODE]


def _stands_any(hints: tuple[str, ...], folded: str) -> bool:
    # A loop takes half as long as `any` of a generator, and twelve thousand of these are asked for one question.
    for hint in hints:  # noqa: SIM110
        if hint in folded:
            return True
    return False


def _obeyed(folded: str, rules: Sequence[Rule]) -> bool:
    hit = [rule for rule in rules if _matches(rule, folded)]
    if hit and CODE not in hit:
        plain = _without_told_quotes(folded)
        hit = [rule for rule in hit if plain is folded or _matches(rule, plain)]
    return bool(hit)


def _matches(rule: Rule, folded: str) -> bool:
    if not _stands_any(rule.hints, folded) or not rule.pattern.search(folded):
        return False
    return rule is not MACHINES_MUST or not _LAW.search(folded)


def _longest_word(words: str) -> int:
    return max(map(len, words.split()), default=0)


def _folded(words: str) -> str:
    """Lower case, on one line, letters that only look otherwise made alike."""
    if not words.isascii():
        words = UNSEEN.sub("", unicodedata.normalize("NFKC", words)).lower().replace("’", "'")
        if _OTHER_ALPHABETS.search(words):
            words = words.translate(_LOOKALIKES)
    return " ".join(words.lower().split())


def _without_told_quotes(folded: str) -> str:
    """Without what stands in quotation marks, where the rest tells of it: "the page held the words “ignore …”" is news."""
    rest = _QUOTE.sub("“…”", folded)
    return rest if rest != folded and _TELLS_OF.search(rest) else folded


def _is_encoded(words: str) -> bool:
    """Whether it holds words in base64, which only a machine reads."""
    if _longest_word(words) < ENCODED_LENGTH:
        return False
    for found in _ENCODED.finditer(words):
        try:
            decoded = base64.b64decode(found[0][: len(found[0]) // 4 * 4]).decode()
        except (binascii.Error, UnicodeDecodeError):
            continue
        if decoded.isprintable() and " " in decoded:
            return True
    return False
