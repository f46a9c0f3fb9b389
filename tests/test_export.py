"""An answer taken away: Markdown with footnotes, JSON, CSL-JSON, each as a file of its own name."""

from __future__ import annotations

import json
import re
from email.message import Message
from pathlib import Path
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from pydantic import TypeAdapter

from app.answer import Answer, Failed, QuoteDay, Request
from app.article import Article
from app.web.conversing import TURN
from app.web.exported import Exported, as_json, disposition
from app.web.markdown_words import md, md_address, one_line
from app.web.page import mount_page
from app.web.render_csl import render_csl
from app.web.render_markdown import render_markdown
from app.web.turn import Turn
from tests.conflict_scripts import OPENING, disagreeing
from tests.page_browser import serving
from tests.page_scripts import FARES, FIRST, PRICE, RISE, Guarded, ScriptedService, abstains, answers, cite, sentence

pytest_plugins = ["tests.page_browser"]

ASKED = 1_764_317_700
"""28 November 2025, 08:15 UTC."""
HOSTILE = "<img src=x onerror=alert(1)> [click](javascript:alert(1)) ![x](http://evil.example/p.png) **b** `c` [^9] www.evil.example"
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def done(script: Any = answers, question: str = "How much?", number: int = 1, **filters: str) -> Turn:
    turn = Turn(f"t{number}", question, filters)
    for event in script(Request(question=question, **filters)):
        turn.fold(event)
    return turn


def markdown(*turns: Turn, title: str = "Fares") -> str:
    return render_markdown(title, [Exported(turn, ASKED) for turn in turns])


def words(text: str) -> str:
    """What a reader of the document sees."""
    seen = [child for token in MARKDOWN.parse(text) for child in token.children or []]
    return "".join(" " if child.type == "softbreak" else child.content for child in seen)


def test_each_sentence_carries_the_footnotes_of_its_quotes() -> None:
    told = markdown(done(as_of="2025-11-30", source="The Oster Gazette"))
    assert told.startswith("# How much?\n\n*Asked 28 November 2025, 08:15 UTC; as of 30 Nov 2025; source: The Oster Gazette; 3 later")
    assert f"{FIRST.text}[^1][^2] The board had weighed up to 15 percent, and passengers called the rise too steep.[^3][^4]\n" in told
    footnote = f"[^1]: “{PRICE.quote}” *{FARES.title}*, The Oster Gazette, 28 Nov 2025. <https://oster-gazette.example/fares>"
    assert footnote in told
    assert re.findall(r"(?m)^\[\^(\d)\]: ", told) == ["1", "2", "3", "4"]
    assert "outlet not stated, date not stated. javascript:alert(1)" in told, "no link of another kind"


def test_footnotes_count_through_all_questions_of_a_conversation() -> None:
    told = markdown(done(), done(question="Since when?", number=2))
    assert told.startswith("# Fares\n\n## How much?\n") and "\n## Since when?\n" in told
    assert f"{FIRST.text}[^5][^6]" in told
    assert re.findall(r"(?m)^\[\^(\d)\]: ", told) == list("12345678")


def test_what_does_not_agree_is_a_list_newest_first() -> None:
    told = markdown(done(disagreeing(OPENING)))
    conflict = done(disagreeing(OPENING)).conflicts[0]
    lines = [words(line) for line in told.split("\n") if line.startswith("- **")]
    assert len(lines) == len(conflict.claims) > 1
    for line, claim in zip(lines, conflict.claims, strict=True):
        assert line.startswith(" ".join(claim.value.split())) and re.search(r"\[\^\d+\]$", line)
        assert (claim.speaker or "stated by") in line


def test_silence_failure_and_what_was_stopped_are_told_as_such() -> None:
    silent = markdown(done(abstains))
    assert "**The articles do not say.**" in silent and "none of which is an answer:\n\n- “" in silent and "[^1]" not in silent
    stopped = Turn("t1", "How much?", sentences=[FIRST])
    assert "**Not answered yet.**" in markdown(stopped)
    stopped.stop()
    assert "**Stopped before it was finished.**" in markdown(stopped) and FIRST.text in markdown(stopped)
    failed = Turn("t1", "How much?", state="failed", failure=Failed(message="The model is away."))
    assert "**The model is away.**" in markdown(failed)
    doubted = Turn("t1", "q", state="answered", sentences=[sentence(0, "It is certain.", RISE, supported=False)])
    assert "It is certain. *(not supported)*[^1]" in markdown(doubted)


def test_the_days_that_a_quote_means_stand_outside_it() -> None:
    day = QuoteDay(text="Friday", start=0, end=6, first="2025-11-28", last="2025-11-28", label="28 Nov 2025")
    told = markdown(Turn("t1", "q", state="answered", sentences=[sentence(0, "It rises.", RISE.model_copy(update={"days": [day]}))]))
    assert f"“{RISE.quote}” [Friday: 28 Nov 2025] Ferry fares" in words(told)


FORMS = {
    "{}": "{}",
    "# {}": "{}",
    "a {}[^1]": "a {}[^1]",
    "- **{}**, x[^1]": "{}, x[^1]",
    "[^1]: “{}” *{}*, x": "[^1]: “{}” {}, x",
}
"""Where words stand in the document, and what is seen there."""


@given(st.one_of(st.text(max_size=60), st.text(alphabet="*_`[]()<>#!-+=:&;~|\\ \n.1a/@h", max_size=30)))
def test_no_words_of_others_mean_anything_in_markdown(text: str) -> None:
    plain = one_line(text)
    for form, whole in FORMS.items():
        if not plain and "*{}*" in form:
            continue
        tokens = MARKDOWN.parse(form.replace("{}", md(text)))
        kinds = {child.type for token in tokens for child in token.children or []}
        assert kinds <= {"text", "text_special", "strong_open", "strong_close", "em_open", "em_close"}
        assert {token.type for token in tokens} <= {
            "paragraph_open", "paragraph_close", "inline", "heading_open", "heading_close", "bullet_list_open", "bullet_list_close",
            "list_item_open", "list_item_close",
        }  # fmt: skip
        assert words(form.replace("{}", md(text))).strip() == whole.replace("{}", plain).strip()


@given(st.text(max_size=60).map(lambda rest: f"https://news.example/{rest}"))
def test_an_address_cannot_end_its_own_link(url: str) -> None:
    (token,) = [one for one in MARKDOWN.parse(f"x {md_address(url)}") if one.type == "inline"]
    assert [child.type for child in token.children or []] == ["text", "link_open", "text", "link_close"]


def test_a_hostile_article_stays_words_in_the_whole_document() -> None:
    evil = Article(id="e" * 20, title=HOSTILE, text=f"{HOSTILE} is what it says.", source=HOSTILE, url=f"https://evil.example/>{HOSTILE}")
    turn = Turn("t1", HOSTILE, state="answered", sentences=[sentence(0, HOSTILE, cite(evil, evil.text))])
    tokens = MARKDOWN.parse(markdown(turn, title=HOSTILE))
    kinds = [child.type for token in tokens for child in token.children or []]
    assert "image" not in kinds and "html_inline" not in kinds and "code_inline" not in kinds and kinds.count("link_open") == 1
    assert not any(token.type == "html_block" for token in tokens)
    assert words(markdown(turn)).count(HOSTILE) == 6, "question, sentence, quote, title, outlet, and the address as its link shows it"


def test_json_holds_the_answer_as_the_api_gives_it() -> None:
    stopped = Turn("t2", "And then?", state="stopped", sentences=[FIRST])
    told = as_json("Fares", [Exported(done(as_of="2025-11-30"), ASKED), Exported(stopped, ASKED + 60)])
    assert (told["title"], told["asked"]) == ("Fares", "2025-11-28T08:15:00Z")
    first, second = json.loads(json.dumps(told))["turns"]
    assert (first["question"], first["filters"], first["state"]) == ("How much?", {"as_of": "2025-11-30"}, "answered")
    assert Answer.model_validate(first["answer"]) == done(as_of="2025-11-30").answer
    assert second["state"] == "stopped" and Answer.model_validate(second["answer"]).sentences[0].citations == [PRICE, RISE]
    assert as_json("x", [Exported(Turn("t1", "q"), ASKED)])["turns"][0]["answer"] is None


CSL = {"id", "type", "title", "container-title", "author", "issued", "URL", "note"}


def test_csl_json_has_an_item_for_each_article_that_was_cited() -> None:
    turns = [Exported(done(number=n), ASKED) for n in (1, 2)]
    fares, bare = render_csl(turns, {FARES.id: FARES}.get)
    assert set(fares) == CSL and set(bare) == {"id", "type", "title", "note"}, "what is not stated is left out, not guessed"
    assert fares["type"] == "article-newspaper" and fares["id"] != bare["id"]
    assert fares["author"] == [{"literal": "Mira Holt"}] and fares["container-title"] == "The Oster Gazette"
    assert fares["issued"] == {"date-parts": [[2025, 11, 28]]} and fares["URL"] == FARES.url
    assert fares["note"].split("\n")[:2] == [f"“{PRICE.quote}”", f"“{RISE.quote}”"] and fares["note"].count("“") == 3
    assert "author" not in render_csl(turns, lambda _: None)[0]
    assert render_csl([Exported(done(abstains), ASKED)], lambda _: None) == []


@given(st.text(max_size=80))
def test_no_quote_becomes_a_field_of_the_item(text: str) -> None:
    article = Article(id="e" * 20, title="T", text=f"DOI: 10.1/x\n{text}{{:title: Other}}")
    turn = Turn("t1", "q", state="answered", sentences=[sentence(0, "s", cite(article, article.text))])
    (item,) = render_csl([Exported(turn, ASKED)], lambda _: None)
    assert not re.search(r"\{:[\-_a-z]+:|(?m:^)[A-Za-z\-_ ]+: ?", item["note"])


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("What does the ferry cost?", 'attachment; filename="What does the ferry cost.md"'),
        ("Señor Peña", "attachment; filename=\"Senor Pena.md\"; filename*=UTF-8''Se%C3%B1or%20Pe%C3%B1a.md"),
        ('../a"b\r\nSet-Cookie: x', 'attachment; filename="a b Set-Cookie x.md"'),
        ("東京", "attachment; filename=\"Dateline.md\"; filename*=UTF-8''%E6%9D%B1%E4%BA%AC.md"),
        ("???", 'attachment; filename="Dateline.md"'),
    ],
)
def test_a_file_is_named_after_its_question(title: str, said: str) -> None:
    assert disposition(title, ".md") == said


@given(st.text(max_size=120))
def test_any_title_gives_a_header_of_one_safe_file_name(title: str) -> None:
    header = disposition(title, ".md")
    assert header.isascii() and header.isprintable()
    message = Message()
    message["Content-Disposition"] = header
    name = message.get_filename() or ""
    assert name.endswith(".md") and len(name) > 3 and not set(name) & set('/\\:*?"<>|') and not name.startswith(".")


def keep(service: ScriptedService, owner: str, conversation: str, *turns: Turn) -> None:
    for turn in turns:
        number = service.conversations.add(owner, conversation, f"k-{turn.id}", turn.question, "{}")
        assert number is not None
        service.conversations.finish(conversation, number, "", TURN.dump_json(turn).decode(), [one.article_id for one in turn.numbered()])


def test_a_browser_takes_away_its_own_conversations_alone(each: tuple[str, Guarded]) -> None:
    base, service = each
    with httpx.Client(base_url=base, trust_env=False) as ada, httpx.Client(base_url=base, trust_env=False) as bob:
        ada.get("/"), bob.get("/")
        owner = ada.cookies["dateline"].rsplit(".", 1)[0]
        keep(service, owner, "adas-own", done(), done(question="Since when?", number=2))
        where = "/page/conversations/adas-own/export"
        kinds = {"markdown": ("text/markdown", ".md"), "json": ("application/json", ".json"), "csl": ("csl+json", ".csl.json")}
        for form, (kind, ending) in kinds.items():
            reply = ada.get(f"{where}/{form}")
            assert reply.status_code == 200 and kind in reply.headers["content-type"]
            assert reply.headers["content-disposition"] == f'attachment; filename="How much{ending}"'
            assert bob.get(f"{where}/{form}").status_code == 404
        assert [one["question"] for one in ada.get(f"{where}/json").json()["turns"]] == ["How much?", "Since when?"]
        assert ada.get(f"{where}/csl").json()[0]["author"] == [{"literal": "Mira Holt"}]
        second = ada.get(f"{where}/markdown?turn=2")
        assert second.text.startswith("# Since when?") and '"Since when.md"' in second.headers["content-disposition"]
        assert ada.get(f"{where}/markdown?turn=3").status_code == 404
        assert ada.get("/page/conversations/nobodys/export/json").status_code == 404
        for wrong in ("pdf", "markdown?turn=0", "markdown?turn=x"):
            assert ada.get(f"{where}/{wrong}").status_code == 422
        assert httpx.get(f"{base}{where}/json", trust_env=False).status_code == 403
        service.conversations.delete(owner, "adas-own")
        assert ada.get(f"{where}/json").status_code == 404


def test_where_nothing_is_kept_nothing_is_exported_by_address(tmp_path: Path) -> None:
    with serving(mount_page(FastAPI(), ScriptedService(tmp_path / "home", kept=False))) as base:
        assert httpx.get(f"{base}/page/conversations/adas-own/export/json", trust_env=False).status_code == 404


def test_a_turn_is_kept_and_read_back_for_an_export_unchanged() -> None:
    turn = done()
    assert TypeAdapter(Turn).validate_json(TURN.dump_json(turn)) == turn
