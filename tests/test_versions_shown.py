"""Where people see what an article said before: the command, the API, the panel of the page."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient
from hypothesis import given
from hypothesis import strategies as st

from app.__main__ import main
from app.answer import Request, SearchRequest
from app.assistants.links import address, place_address
from app.assistants.server import resource_text
from app.client import Client
from app.errors import DatelineError
from app.service import Service
from app.stores.home import Owner
from app.text.differences import Change, differences, word_changes
from app.text.notices import notice_in
from app.web.fragments import fragments
from app.web.render_versions import render_versions
from tests.samples import LOCK, MILL, opened
from tests.test_api import TOKEN, guarded, running
from tests.test_versions import CHANGED, EDITED, VOTE, changed_mill

VOTED = "The council of Velm voted {} on Tuesday to reopen the old mill."


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("versions")
    changed_mill(folder / "home", folder)
    with opened(folder / "home", abstain_below=0.01) as service:
        yield service


def panel(service: Service, id: str, **query: str) -> str:
    app = FastAPI()
    app.include_router(fragments(service))
    return TestClient(app).get(f"/page/article/{id}", params=query).text


def test_the_command_shows_each_version_with_what_it_says_otherwise(
    service: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_HOME", str(service.settings.home))
    assert main(["versions", MILL["url"]]) == 0
    said = capsys.readouterr().out
    assert "Said from 3 March 2026 until now; it says that it was corrected:" in said
    assert f"  - {VOTED.format('14 to 9')}\n  + {VOTED.format('12 to 11')}\n" in said
    assert "Said from 8 January 2026 until 3 March 2026:" in said
    assert main(["versions", MILL["url"], "--json"]) == 0
    assert [one["text"] for one in json.loads(capsys.readouterr().out)] == [EDITED["text"], MILL["text"]]
    assert main(["versions", "https://nowhere.example/"]) == 1
    assert "no article is known as https://nowhere.example/" in capsys.readouterr().err


def test_the_api_and_a_client_give_the_versions(service: Service) -> None:
    known = service.versions(MILL["url"])
    with running(guarded(service)) as address:
        client = Client(Owner(1, "serve", "127.0.0.1", int(address.rsplit(":", 1)[1]), TOKEN))
        try:
            assert client.versions(MILL["url"]) == known and client.versions("nothing") == []
            assert client._get(f"/api/articles/{known[0].article_id}/versions") == [one.model_dump() for one in known]
            hit = client.search(SearchRequest(question="old mill of Velm", as_of="2026-02-01"))[0]
        finally:
            client.close()
    assert (hit.article_id, hit.said_until) == (known[0].article_id, f"{CHANGED}+00:00")


def test_the_panel_tells_until_when_it_said_otherwise_with_the_words_that_differ(service: Service) -> None:
    mill, lock = service.find(MILL["url"]), service.find(LOCK["url"])
    assert mill is not None and lock is not None
    html = panel(service, mill.id)
    assert "<summary>It was corrected. Said otherwise until 3 March 2026</summary>" in html
    assert "voted <del>14</del><ins>12</ins> to <del>9</del><ins>11</ins> on Tuesday" in html
    assert "former" not in panel(service, lock.id)


def test_a_citation_as_of_a_day_opens_the_version_that_it_quotes(service: Service) -> None:
    citation = service.ask(Request(question=VOTE, as_of="2026-02-01")).sentences[0].citations[0]
    assert citation.said_until is not None
    html = panel(service, citation.article_id, at=f"{citation.start}-{citation.end}", until=citation.said_until)
    assert f'<mark class="at" id="at" tabindex="-1">{citation.quote}</mark>' in html
    assert "This is what the article said until 3 March 2026." in html
    now = service.ask(Request(question=VOTE)).sentences[0].citations[0]
    assert now.said_until is None and now.quote in panel(service, now.article_id, at=f"{now.start}-{now.end}")


def test_an_assistant_opens_the_version_that_a_passage_is_of(service: Service) -> None:
    hit = service.search(SearchRequest(question="old mill of Velm", as_of="2026-02-01"))[0]
    assert "“The council of Velm voted 14 to 9" in resource_text(service, place_address(hit))
    with pytest.raises(DatelineError, match="no such version"):
        resource_text(service, f"{address(hit.article_id, 0, 10)}&until=7")
    now = service.search(SearchRequest(question="old mill of Velm"))[0]
    assert "until" not in place_address(now) and "12 to 11" in resource_text(service, place_address(now))


def test_what_an_article_said_before_is_text_and_nothing_else(service: Service) -> None:
    html = "".join(word for _, word in word_changes(Change("<b>Old</b> words.", "New words.")))
    assert "<b>" in html  # so it must be escaped where it is shown
    now, before = service.versions(MILL["url"])
    shown = render_versions([now, before.model_copy(update={"text": "<script>alert(1)</script> was said."})])
    assert "<script>" not in shown and "&lt;script&gt;" in shown


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("Correction: an earlier version of this article gave a wrong figure.", "corrected"),
        ("CORRECTED-Velm to reopen its mill", "corrected"),
        ("This story has been corrected to say that twelve voted for it.", "corrected"),
        ("Editor’s note: this article has been withdrawn because its source did not hold.", "withdrawn"),
        ("The Courier has retracted this report.", "withdrawn"),
        ("Police corrected the number of dead to nine.", None),
        ("The minister withdrew the bill on Monday.", None),
        ("The ministry asked for a clarification of the treaty.", None),
    ],
)
def test_only_an_article_that_says_so_of_itself_was_corrected(sentence: str, kind: str | None) -> None:
    assert notice_in(sentence) == kind


def test_differences_pair_a_sentence_with_its_new_wording_and_leave_the_rest_out() -> None:
    before = "A fire broke out in Velm. Nine people were hurt in the fire at the mill. It rained."
    after = "A fire broke out in Velm. Eleven people were hurt in the fire at the old mill. The mayor came."
    assert differences(before, before.replace("'", "’")) == []
    assert differences(before, after) == [
        Change("Nine people were hurt in the fire at the mill.", "Eleven people were hurt in the fire at the old mill."),
        Change("", "The mayor came."),
        Change("It rained.", ""),
    ]


@given(st.text(" ab.,é", max_size=40), st.text(" ab.,é", max_size=40))
def test_the_pieces_of_a_change_are_both_wordings_and_nothing_else(before: str, after: str) -> None:
    pieces = word_changes(Change(before, after))
    assert "".join(text for kind, text in pieces if kind != "new") == before
    assert "".join(text for kind, text in pieces if kind != "gone") == after


def test_texts_that_are_far_too_long_are_compared_at_once() -> None:
    long, longer = "Yes. No. " * 2_000, "No. Yes. " * 2_000 + "Perhaps."
    assert differences(long, longer) == [Change("", "Perhaps.")]
    words = "word " * 5_000
    assert word_changes(Change(words, words + "more")) == [("gone", words), ("new", words + "more")]
