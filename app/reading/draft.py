"""From what a format found to an Article: the rules that all formats share."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from app.article import Article, article_id, canonical_url
from app.reading.cleaning import clean_text, one_line
from app.reading.origin import Origin, Problem
from app.reading.published import AheadError, read_published
from app.text.months import day_words
from app.text.sentences import split_sentences

TEXT_LIMIT = 2_000_000
"""Most characters of one article's text: twenty times a long book chapter."""
TITLE_LIMIT = 500
SOURCE_LIMIT = 200
AUTHORS_LIMIT = 50
FIRST_SENTENCE_LIMIT = 140
"""Characters of a first sentence that stands in for a title."""
_URL_LIMIT = 2_000
_LANGUAGE = re.compile(r"([a-z]{2,3})([-_][a-z0-9]{1,8})*", re.IGNORECASE)
# An archive is shown and shared: whose password an address held is nobody's business.
_CREDENTIALS = re.compile(r"^([a-z][a-z0-9+.-]*:[\\/]*|//)[^/?#\\]*@", re.IGNORECASE)

NO_DATE = "This article has no date: it is left out of questions with a date filter."


@dataclass(slots=True)
class Draft:
    """What a format found, as it stands in the file. `published` may be anything that `read_published` may be given."""

    text: str
    title: str = ""
    published: object = None
    source: str = ""
    authors: tuple[str, ...] = ()
    url: str = ""
    language: str = ""


def finish(draft: Draft, origin: Origin) -> Iterator[Article | Problem]:
    """Yields what was dropped as warnings, then the article; or one fatal Problem and no article. What `origin.known` says counts
    where the draft says nothing."""
    known = origin.known
    draft.published = known.published if draft.published in (None, "") else draft.published
    text = clean_text(draft.text)
    if not any(character.isalnum() for character in text):
        yield Problem(origin.where, "There is no text in it.", fatal=True)
        return
    if len(text) > TEXT_LIMIT:
        yield Problem(origin.where, f"Its text is longer than {TEXT_LIMIT:,} characters. Cut it into articles.", fatal=True)
        return
    published = None
    if draft.published is None or draft.published == "":
        yield Problem(origin.where, NO_DATE, fatal=False)
    else:
        try:
            published = read_published(draft.published)
        except ValueError as error:
            # Nothing else is printed: nested YAML aliases would grow without end.
            shown = f"“{one_line(str(draft.published), 40)}”" if isinstance(draft.published, str | int | float) else "field"
            why = "cannot be right"
            if isinstance(error, AheadError):
                why = f"lies ahead of this machine's clock, which says {day_words(datetime.now(UTC), full=True)}"
            yield Problem(origin.where, f"Its date {shown} {why}. {NO_DATE}", fatal=False)
    # Of a file of records the address is that of all of them, and of none.
    own = draft.url or ("" if origin.key else origin.address)
    url = _CREDENTIALS.sub(r"\1", "".join(clean_text(own[: _URL_LIMIT + 1]).split()), count=1)
    if url and not is_web_address(url):
        yield Problem(origin.where, f"Its address “{one_line(url, 80)}” is not a web address (http or https): left out.", fatal=False)
        url = ""
    language = _LANGUAGE.fullmatch(draft.language)
    title = one_line(draft.title or known.title, TITLE_LIMIT)
    written_by = (draft.authors or known.authors)[:AUTHORS_LIMIT]
    authors = tuple(name for name in (one_line(author, SOURCE_LIMIT) for author in written_by) if name)
    yield Article(
        id=article_id(url or None, origin.path or origin.address, origin.key),
        title=title or first_sentence(text),
        text=text,
        published=published,
        source=one_line(draft.source or known.source, SOURCE_LIMIT) or None,
        authors=authors,
        url=url or None,
        path=origin.path or None,
        language=language[1].lower() if language else "en",
        title_is_first_sentence=not title,
    )


def is_web_address(url: str) -> bool:
    """Whether `url` is a whole http or https address with a host, of at most 2,000 characters."""
    try:
        address = canonical_url(url)
    except ValueError:
        return False
    return len(url) <= _URL_LIMIT and bool(re.match(r"https?://[^/]", address))


def first_sentence(text: str) -> str:
    """The first sentence of cleaned `text` in one line, cut at FIRST_SENTENCE_LIMIT characters on a word."""
    # Far more than the limit, so that where this piece ends cannot pass for the end of a sentence.
    piece = text[: FIRST_SENTENCE_LIMIT * 10]
    for sentence in split_sentences(piece):
        line = one_line(piece[sentence.start : sentence.end], FIRST_SENTENCE_LIMIT)
        if any(character.isalnum() for character in line):
            return line
    return one_line(piece, FIRST_SENTENCE_LIMIT)
