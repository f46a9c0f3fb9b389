"""What the two baselines are given, what they say, and that the model is asked only once."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from app.answer import Exchange
from app.article import Article, Published
from app.encoding import load_encoder
from app.settings import Settings
from app.stores.vector_cache import VectorCache
from evals.bench_kills import contents, difference, torture, write_articles
from evals.cache import SaidCache
from evals.closest_passage import WORDS, ClosestPassage, standalone, visible
from evals.datasets import Question
from evals.plain_rag import CHUNK, PlainRag

ARTICLES = [
    Article(
        "a", "Bridge", "The bridge at Orrin will cost 84 million crowns. " + "More was said about it. " * 60, Published.parse("2021-03-02")
    ),
    Article("b", "Ferry", "The ferry to Saltby was sold to Lena Marsh.", Published.parse("2021-04-05")),
    Article("c", "Oaks", "Pupils in Tarn planted oaks."),
]


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[VectorCache]:
    with closing(VectorCache(tmp_path / "vectors.sqlite")) as opened:
        yield opened


def _question(text: str, as_of: str | None = None, history: tuple[Exchange, ...] = ()) -> Question:
    return Question("q", text, "fact", (("x",),), as_of=as_of, history=history)


def test_closest_passage_gives_the_first_words_of_the_nearest_visible_passage(settings: Settings, cache: VectorCache) -> None:
    encoder = load_encoder(settings.model_copy(update={"embedding_model": "hashing"}))
    closest = ClosestPassage(ARTICLES, encoder, cache)
    said, abstained, confidence = closest.say(_question("What more was said about the bridge at Orrin?"))
    assert said.startswith("The bridge at Orrin will cost 84 million crowns.")
    assert len(said.split()) == WORDS
    assert not abstained
    assert 0 < confidence <= 1
    assert "Lena Marsh" not in closest.say(_question("Who bought the ferry to Saltby?", "2021-03-31"))[0]
    assert closest.say(_question("Who bought the ferry?", "2020-01-01"))[:2] == ("", True)


def test_the_plain_chain_is_given_chunks_of_what_was_published_by_then(settings: Settings, cache: VectorCache, tmp_path: Path) -> None:
    encoder = load_encoder(settings.model_copy(update={"embedding_model": "hashing"}))
    prompts: list[str] = []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        return "I don’t know." if "Peru" in prompt else "Lena Marsh bought it."

    plain = PlainRag(ARTICLES, encoder, cache, tmp_path / "plain", "m", ask)
    assert plain.say(_question("Who bought the ferry to Saltby?")) == ("Lena Marsh bought it.", False, 1.0)
    assert "sold to Lena Marsh" in prompts[-1]
    plain.say(_question("Who bought the ferry to Saltby?", "2021-03-31"))
    assert "sold to Lena Marsh" not in prompts[-1]
    assert plain.say(_question("Who won the championship of Peru?"))[1]
    assert all(len(chunk) <= CHUNK for chunk in prompts[0].split("Context: ")[1].split("\n\n"))


def test_a_follow_up_is_made_whole_and_undated_articles_are_out_of_a_dated_view() -> None:
    turn = Exchange(question="Who owns the ferry?", answer="Lena Marsh.")
    assert standalone(_question("And the bridge?", history=(turn,))) == "Who owns the ferry? And the bridge?"
    assert [visible(article, "2021-03-02") for article in ARTICLES] == [True, False, False]
    assert all(visible(article, None) for article in ARTICLES)


def test_a_model_is_asked_once_for_each_prompt(tmp_path: Path) -> None:
    asked: list[str] = []

    def ask(prompt: str) -> str:
        asked.append(prompt)
        return prompt.upper()

    for _ in range(2):
        with closing(SaidCache(tmp_path / "said.sqlite")) as said:
            assert [said.say("m", "a", ask), said.say("m", "a", ask), said.say("n", "a", ask)] == ["A", "A", "A"]
    assert asked == ["a", "a"]


def test_kills_at_random_points_lose_and_double_nothing(tmp_path: Path) -> None:
    outcome = torture(tmp_path, 2, articles=150)
    assert (outcome.kills, outcome.wrong) == (2, 0)


def test_the_comparison_of_homes_sees_what_is_lost_and_what_is_doubled(settings: Settings, tmp_path: Path) -> None:
    from app.service import Service
    from app.stores.lexical import LexicalDocument

    quick = settings.model_copy(update={"embedding_model": "hashing"})
    write_articles(tmp_path / "articles.jsonl", 3)
    assert len({json.loads(line)["text"] for line in (tmp_path / "articles.jsonl").read_text().splitlines()}) == 3
    service = Service.open(quick, "own")
    service.ingest([tmp_path / "articles.jsonl"])
    service.close()
    whole = contents(quick.home)
    assert difference(whole, contents(quick.home)) == 0

    service = Service.open(quick, "own")
    service.load_encoder()
    assert service.stores.vectors is not None
    service.stores.vectors.delete([1])
    service.stores.passage_words.replace([LexicalDocument(2, 1, "again", "visitors", None, None)], [])
    service.close()
    assert difference(whole, contents(quick.home)) == 2
