"""Pairs of claim and window made of news articles, true and wrong, so that the claim alone tells nothing.

    python -m training.judge_news --data DIR [--pairs held.jsonl]     # prints the counts, and how well claims alone can be told apart

A sentence, or a safe shortening of it, is true of its window. An edit makes it wrong; the same edit made in the window too makes it
true again, and then the sentence as it was is wrong. So each wording is as often right as wrong. A sentence of another day of the
story, or of another article, is not said by the window, and true of its own. Articles are split by week.
"""

from __future__ import annotations

import argparse
import random
import re
from collections.abc import Iterator, Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from tqdm import tqdm

from app.article import Sentence
from app.text.names import find_names
from app.text.numbers import find_numbers
from app.text.sentences import split_sentences
from app.text.words import content_words
from training.judge_edits import Change, Edit, Material, applied, draw_edit, material
from training.judge_retold import retold_pairs
from training.judge_rows import CONTRADICTED, NOT_SAID, SUPPORTED, UNSUPPORTED, Row, save, summary
from training.judge_wording import draw_wording, shortenings, turned
from training.reader_cloze import PRONOUN, kinds_of_names, neighbours
from training.reader_rows import read_lines

PER_ARTICLE = 3
"""Sentences of an article; its title and a sentence of a neighbour come on top."""
TURNED = 0.6
"""Share of claims whose clauses change places where that is plain."""
GATHERED = 0.35
"""Share of windows made of sentences from all over the article."""
WINDOW_WORDS = (30, 60, 90, 140)
VERDICTS = {
    **dict.fromkeys(("number", "date", "name", "place", "speaker", "role", "negation", "opposite"), CONTRADICTED),
    **dict.fromkeys(("noun", "verb"), UNSUPPORTED),
    **dict.fromkeys(("hedge", "cause", "mix", "detail"), NOT_SAID),
}
ELSEWHERE = (0.25, 0.7)
"""Share of a claim's content words that a window has which speaks of the same and does not say it."""
TOLD = 0.8
"""Share from which on another article's window, with all names and figures, is taken to say it too."""
_TITLE_TAIL = re.compile(r"\s+(?:[-–—|]\s+[^-–—|]{2,40}|\.\.\.|…)$")


def week_of(article: dict[str, Any]) -> str:
    year, week, _ = date.fromisoformat(article["published"][:10]).isocalendar()
    return f"news {year} week {week:02}"


def window_around(text: str, spans: Sequence[Sentence], place: int, rng: random.Random) -> tuple[int, int]:
    """First and last sentence of a window that holds sentence `place`."""
    first = last = place
    words, room = len(text[spans[place].start : spans[place].end].split()), rng.choice(WINDOW_WORDS)
    while sides := [i for i in (first - 1, last + 1) if 0 <= i < len(spans)]:
        side = rng.choice(sides)
        words += len(text[spans[side].start : spans[side].end].split())
        if words > room:
            break
        first, last = min(first, side), max(last, side)
    return first, last


def _joined(pieces: Sequence[str]) -> str:
    return " ".join(" ".join(pieces).split())


def edited_rows(sentence: str, before: str, after: str, edit: Edit | None, safe: Sequence[Change], group: str, turn: bool) -> Iterator[Row]:
    """The sentence as a claim on its window, and what an edit of the one, the other and both makes of that."""
    claim = applied(sentence, safe)
    if claim is None:
        return
    put = turned if turn else _as_it_is
    plain = put(claim[0])[0]
    window = _joined([before, sentence, after])
    yield Row(window, plain, SUPPORTED, "news true", group)
    if edit is None:
        return
    wrong, changed = applied(sentence, [*safe, *edit.changes]), applied(sentence, edit.changes)
    if wrong is None or changed is None or wrong[0] == claim[0]:
        return
    other = _joined([before, changed[0], after])
    label = VERDICTS[edit.kind]
    false, places = put(*wrong)
    yield Row(window, false, label, f"news {edit.kind}", group, places)
    yield Row(other, false, SUPPORTED, "news true", group)
    if edit.mirrored and (back := _back(sentence, safe, edit)) is not None:
        yield Row(other, plain, label, f"news {edit.kind}", group, put(claim[0], back)[1])


def _as_it_is(claim: str, places: tuple[tuple[int, int], ...] = ()) -> tuple[str, tuple[tuple[int, int], ...]]:
    return claim, places


def _back(sentence: str, safe: Sequence[Change], edit: Edit) -> tuple[tuple[int, int], ...] | None:
    """Where in the claim as it was stands what the edited window does not say."""
    kept = [Change(one.start, one.end, sentence[one.start : one.end]) for one in edit.changes]
    found = applied(sentence, [*safe, *kept])
    return found[1] if found else None


def sentence_rows(
    article: dict[str, Any], spans: Sequence[Sentence], place: int, story: Material, kinds: dict[str, str], rng: random.Random
) -> Iterator[Row]:
    text = article["text"]
    sentence = text[spans[place].start : spans[place].end]
    if rng.random() < GATHERED:
        # As the check gathers what may carry a claim: sentences that do not stand side by side.
        beside = sorted(rng.sample([i for i in range(min(len(spans), 40)) if i != place], min(rng.randint(1, 3), len(spans) - 1)))
    else:
        first, last = window_around(text, spans, place, rng)
        beside = [i for i in range(first, last + 1) if i != place]
    before, after = (
        " ".join(text[spans[i].start : spans[i].end] for i in side)
        for side in ([i for i in beside if i < place], [i for i in beside if i > place])
    )
    safe = draw_wording(sentence, rng)
    edit = draw_edit(sentence, story, kinds, rng, safe)
    yield from edited_rows(sentence, before, after, edit, safe, week_of(article), rng.random() < TURNED)


def title_rows(
    article: dict[str, Any], spans: Sequence[Sentence], story: Material, kinds: dict[str, str], rng: random.Random
) -> Iterator[Row]:
    """A title is true of its article's first sentences if they have its words; edited where both have the word that is edited."""
    title = _TITLE_TAIL.sub("", " ".join(article["title"].split()))
    asked = set(content_words(title))
    if len(asked) < 5 or title.endswith(("?", "...", "…")) or len(spans) < 4:
        return
    lead = _joined([article["text"][s.start : s.end] for s in spans[: rng.randint(2, 5)]])[:900]
    if len(asked & set(content_words(lead))) < 0.6 * len(asked):
        return
    group = week_of(article)
    yield Row(lead, title, SUPPORTED, "title true", group)
    edit = draw_edit(title, story, kinds, rng)
    if edit is None or len(edit.changes) > 1:
        return
    wrong = applied(title, edit.changes)
    change = edit.changes[0]
    old = title[change.start : change.end]
    here = re.compile(rf"(?<!\w){re.escape(old)}(?!\w)")
    if (
        wrong is None
        or not old.strip()
        or not edit.mirrored
        or not here.search(lead)
        or re.search(rf"(?<!\w){re.escape(change.new)}(?!\w)", lead)
    ):
        return
    other = here.sub(lambda _: change.new, lead)
    yield Row(lead, wrong[0], VERDICTS[edit.kind], f"title {edit.kind}", group, wrong[1])
    yield Row(other, wrong[0], SUPPORTED, "title true", group)
    yield Row(other, title, VERDICTS[edit.kind], f"title {edit.kind}", group, ((change.start, change.end),))


@lru_cache(maxsize=4000)
def _windows(text: str) -> tuple[tuple[int, str, frozenset[str]], ...]:
    """Windows of three sentences, every other one: the first sentence's place, the text, its content words."""
    spans = split_sentences(text[:9000])[:40]
    found = []
    for at in range(0, max(1, len(spans) - 2), 2):
        window = _joined([text[s.start : s.end] for s in spans[at : at + 3]])
        found.append((at, window, frozenset(content_words(window))))
    return tuple(found)


def elsewhere_rows(
    article: dict[str, Any], spans: Sequence[Sentence], others: Sequence[dict[str, Any]], rng: random.Random
) -> Iterator[Row]:
    """A sentence against windows that speak of the same: in another article of the story, or further on in its own."""
    text = article["text"]
    places = [i for i, s in enumerate(spans[:25]) if 50 <= s.end - s.start <= 240 and not PRONOUN.match(text[s.start : s.end])]
    rng.shuffle(places)
    for place in places[:3]:
        sentence = text[spans[place].start : spans[place].end]
        if '"' in sentence or "“" in sentence or sentence.endswith("?"):
            continue
        asked = frozenset(content_words(sentence))
        found = [
            (len(asked & words) / max(1, len(asked)), window, other is not article)
            for other in [*others[:3], article]
            for at, window, words in _windows(other["text"])
            if other is not article or not at - 1 <= place <= at + 3
        ]
        said = [one for one in found if one[0] >= TOLD and sentence.rstrip(".") not in one[1] and _holds(one[1], sentence)]
        unsaid = [one for one in found if ELSEWHERE[0] <= one[0] < ELSEWHERE[1]]
        group = week_of(article)
        if said:
            yield Row(max(said)[1], sentence, SUPPORTED, "told twice", group)
        if unsaid:
            if not said:
                first, last = window_around(text, spans, place, rng)
                yield Row(_joined([text[spans[first].start : spans[last].end]]), sentence, SUPPORTED, "news true", group)
            _, window, other = max(unsaid)
            yield Row(window, sentence, NOT_SAID, "another day" if other else "further on", group)
        if said or unsaid:
            return


def _holds(window: str, sentence: str) -> bool:
    """Whether every name and figure of the sentence stands in the window as it is written."""
    parts = [name.text for name in find_names(sentence)] + [sentence[n.start : n.end].strip() for n in find_numbers(sentence)]
    return all(part in window for part in parts)


def fit_sentences(text: str, spans: Sequence[Sentence], rng: random.Random) -> list[int]:
    """Places of sentences that stand on their own, in a drawn order."""
    places = [i for i, s in enumerate(spans[:30]) if 45 <= s.end - s.start <= 280 and not text[s.start : s.end].endswith("?")]
    places = [
        i
        for i in places
        if not re.search(r"(?i)\b(?:click|subscribe|sign up|newsletter|read more)\b|https?:", text[spans[i].start : spans[i].end])
    ]
    rng.shuffle(places)
    return places


def story_rows(articles: Sequence[dict[str, Any]], rng: random.Random, told: str = "") -> Iterator[Row]:
    """All rows of articles with `title`, `text` and `published`, which tell one another's stories. `told`: beside the progress bar."""
    kinds = kinds_of_names(list(articles))
    stories = neighbours(list(articles))
    for article, near in zip(tqdm(articles, desc=told, mininterval=10, disable=not told), stories, strict=True):
        spans = split_sentences(article["text"][:9000])
        others = [articles[i] for i in near]
        story = material(article, others, kinds)
        for place in fit_sentences(article["text"], spans, rng)[:PER_ARTICLE]:
            yield from sentence_rows(article, spans, place, story, kinds, rng)
        yield from title_rows(article, spans, story, kinds, rng)
        yield from elsewhere_rows(article, spans, others, rng)


def retold_rows(articles: Sequence[dict[str, Any]], rng: random.Random, told: str = "") -> Iterator[Row]:
    """What one article says and another says in other words (judge_retold.py), and edits of that: wrong there, right in an edited window
    of its own article."""
    kinds = kinds_of_names(list(articles))
    stories = neighbours(list(articles))
    for pair in retold_pairs(articles, stories, told):
        article = articles[pair.article]
        story = material(article, [articles[i] for i in stories[pair.article]], kinds)
        safe = [change for changes in shortenings(pair.claim) for change in changes if rng.random() < 0.8]
        claim = applied(pair.claim, safe)
        if claim is None or len(content_words(claim[0])) < 5:
            safe, claim = [], (pair.claim, ())
        group = week_of(article)
        yield Row(pair.window, claim[0], SUPPORTED, "retold true", group)
        edit = draw_edit(pair.claim, story, kinds, rng, safe)
        wrong = applied(pair.claim, [*safe, *edit.changes]) if edit else None
        changed = applied(pair.claim, edit.changes) if edit else None
        if edit is None or wrong is None or changed is None:
            continue
        yield Row(pair.window, wrong[0], VERDICTS[edit.kind], f"retold {edit.kind}", group, wrong[1])
        yield Row(_joined([pair.before, changed[0], pair.after]), wrong[0], SUPPORTED, "retold true", group)


def news_rows(folder: Path, rng: random.Random) -> list[Row]:
    rows: list[Row] = []
    for year in ("2022", "2023"):
        articles = [
            a
            for a in read_lines(folder / f"realtimeqa/{year}/articles.jsonl.gz")
            if a["published"] and not (a["quiz_page"] or a["dup_of"] or a["roundup"]) and len(a["text"]) > 400
        ]
        rows += story_rows(articles, rng, year)
        rows += retold_rows(articles, rng, year)
    return rows


def claim_alone(rows: Sequence[Row]) -> float:
    """ROC-AUC on weeks held aside of a model that learned right from wrong without the windows (words and pairs of words)."""
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import roc_auc_score

    learned, held = [r for r in rows if not r.held], [r for r in rows if r.held]
    words = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    model = LogisticRegression(max_iter=300).fit(words.fit_transform([r.claim for r in learned]), [r.label == SUPPORTED for r in learned])
    scores = model.decision_function(words.transform([r.claim for r in held]))
    return float(roc_auc_score([r.label == SUPPORTED for r in held], scores))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--pairs", type=Path, help="write the pairs of the weeks that report here")
    asked = parser.parse_args()
    rows = news_rows(asked.data, random.Random(14))
    print(summary(rows), len(rows), sep="\n")
    print(f"claim alone, AUC on the weeks held aside: {claim_alone(rows):.3f}")
    if asked.pairs:
        save([row for row in rows if row.reports], asked.pairs)


if __name__ == "__main__":
    main()
