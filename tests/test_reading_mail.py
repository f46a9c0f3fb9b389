"""Newsletters: what was sent and seen, from whom and when."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from app.article import Article
from app.reading import Problem, read_path
from tests.samples import opened

PLAIN = "The council of Velm voted 14 to 9 on Tuesday to reopen the old mill."
MARKUP = (
    "<html><head><title>No text</title><style>p{color:#000}</style></head><body>"
    '<div style="display:none">Preview of the morning</div>'
    "<table><tr><td><h1>Velm to reopen its mill</h1></td></tr><tr><td><p>The council of <b>Velm</b> voted 14&nbsp;to&nbsp;9.</p>"
    "<p>It closed<br>eleven years ago.</p></td></tr></table></body></html>"
)


def message(text: str = PLAIN, markup: str = "", identity: str = "<mill.1@courier.example>", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    fields = {
        "From": "Velm Courier <news@courier.example>",
        "Date": "Wed, 07 Jan 2026 08:30:00 +0100",
        "Subject": "Velm to reopen its mill",
    }
    for name, value in (fields | headers).items():
        if value:
            mail[name] = value
    if identity:
        mail["Message-ID"] = identity
    mail.set_content(text)
    if markup:
        mail.add_alternative(markup, subtype="html")
    return mail


def mailbox(*mails: EmailMessage | bytes) -> bytes:
    parts = [mail if isinstance(mail, bytes) else mail.as_bytes() for mail in mails]
    return b"".join(b"From news@courier.example Wed Jan  7 08:30:00 2026\n" + part.rstrip(b"\n") + b"\n\n" for part in parts)


def read(path: Path, content: EmailMessage | bytes | None = None) -> tuple[list[Article], list[Problem]]:
    if content is not None:
        path.write_bytes(content if isinstance(content, bytes) else content.as_bytes())
    found = list(read_path(path))
    return [item for item in found if isinstance(item, Article)], [item for item in found if isinstance(item, Problem)]


def test_a_newsletter_is_an_article_of_its_sender_and_day(tmp_path: Path) -> None:
    (article,), problems = read(tmp_path / "mill.eml", message())
    assert not problems
    assert (article.title, article.text, article.source) == ("Velm to reopen its mill", PLAIN, "Velm Courier")
    assert str(article.published) == "2026-01-07T08:30:00+01:00" and article.url is None


def test_the_html_is_read_as_it_is_seen_and_attachments_are_not(tmp_path: Path) -> None:
    mail = message("See this in a browser: https://courier.example/?reader=17", MARKUP)
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="invoice.pdf")
    mail.add_attachment("Attached words", filename="words.txt")
    (article,), _ = read(tmp_path / "mill.eml", mail)
    assert article.text == "Velm to reopen its mill\n\nThe council of Velm voted 14 to 9.\n\nIt closed\neleven years ago."


def test_without_html_that_says_something_the_plain_text_counts(tmp_path: Path) -> None:
    (article,), _ = read(tmp_path / "mill.eml", message(PLAIN, "<html><body><img src='cid:1'></body></html>"))
    assert article.text == PLAIN


def test_the_message_id_is_the_identity_wherever_the_message_lies(tmp_path: Path) -> None:
    mail = message()
    (alone,), _ = read(tmp_path / "mill.eml", mail)
    (boxed, other), _ = read(tmp_path / "all.mbox", mailbox(mail, message(identity="<mill.2@courier.example>")))
    assert alone.id == boxed.id != other.id
    nameless = message(identity="")
    (first,), _ = read(tmp_path / "a.mbox", mailbox(nameless))
    second, _ = read(tmp_path / "a.mbox", mailbox(mail, nameless))
    assert [article.id for article in second] == [alone.id, first.id], "without one it stays itself where others come before it"


def test_an_mbox_gives_each_of_its_messages_and_what_is_wrong_with_its_line(tmp_path: Path) -> None:
    empty = message(" ", identity="<empty@courier.example>")
    quoted = message("Hello,\n\n>From Velm we hear that the mill\n>>From here on it turns.", identity="<quoted@courier.example>")
    articles, problems = read(tmp_path / "all.mbox", mailbox(message(), empty, quoted))
    assert [article.text for article in articles] == [PLAIN, "Hello,\n\nFrom Velm we hear that the mill\n>From here on it turns."]
    assert [(problem.message, problem.fatal) for problem in problems] == [("There is no text in this message.", True)]
    line = mailbox(message()).count(b"\n") + 1
    assert problems[0].path == f"{(tmp_path / 'all.mbox').resolve()}:{line}"


def test_a_sender_without_a_name_is_its_address_and_a_date_that_is_none_is_told(tmp_path: Path) -> None:
    (article,), problems = read(tmp_path / "mill.eml", b"From: news@courier.example\nDate: some day\nSubject: x\n\nThe mill.")
    assert article.source == "news@courier.example" and article.published is None
    assert [problem.fatal for problem in problems] == [False] and "some day" in problems[0].message


def test_headers_and_texts_of_other_encodings_are_read(tmp_path: Path) -> None:
    raw = (
        b"From: =?utf-8?q?Kurier_Gda=C5=84ski?= <k@courier.example>\r\nDate: Wed, 07 Jan 2026 08:30:00 +0100\r\n"
        b"Subject: =?iso-8859-2?b?TfNqIGRvbQ==?=\r\nContent-Type: text/plain; charset=iso-8859-2\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"
        + "Rada Gdańska głosowała we wtorek.".encode("iso-8859-2")
    )
    (article,), _ = read(tmp_path / "raw.eml", raw)
    assert (article.source, article.title, article.text) == ("Kurier Gdański", "Mój dom", "Rada Gdańska głosowała we wtorek.")


@pytest.mark.parametrize("charset", ["latin1", "iso-8859-1", "us-ascii", "ascii", "windows-1252"])
def test_quotes_and_euros_of_windows_stand_whatever_a_message_calls_its_letters(tmp_path: Path, charset: str) -> None:
    head = f"From: k@courier.example\r\nDate: Wed, 07 Jan 2026 08:30:00 +0100\r\nContent-Type: text/plain; charset={charset}\r\n"
    said = "The “mill” costs €5 today."
    (article,), problems = read(tmp_path / "raw.eml", f"{head}Content-Transfer-Encoding: 8bit\r\n\r\n{said}".encode("cp1252"))
    assert article.text == said and problems == []


@pytest.mark.parametrize("nested", ["<div>" * 300, "<table><tr><td>" * 90])
def test_what_stands_deep_in_a_newsletters_tables_is_read_and_what_stands_behind_them(tmp_path: Path, nested: str) -> None:
    closed = "".join(f"</{name}>" for name in reversed(nested[1:-1].split("><")))
    (article,), _ = read(tmp_path / "deep.eml", message(markup=f"{nested}The mill reopens.{closed}<p>The ferry sails.</p>"))
    assert "The mill reopens." in article.text and "The ferry sails." in article.text


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.eml", b"The council of Velm voted on Tuesday.\n", "neither sender, date nor subject"),
        ("a.eml", b"From: a@b.example\r\nSubject: x\r\nContent-Type: image/png\r\n\r\nxx", "no text in this message"),
        ("a.eml", b"Subject: x\n" + b"".join(b"Content-Type: multipart/mixed; boundary=%d\n\n--%d\n" % (n, n) for n in range(3_000)), ""),
        ("a.mbox", b"Subject: x\n\nNo mailbox.\n", "not an mbox"),
        ("a.mbox", b"\n\n", "empty"),
    ],
)
def test_what_is_no_newsletter_is_told_in_one_line(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    articles, problems = read(tmp_path / name, content)
    assert not articles and [problem.fatal for problem in problems] == [True] and said in problems[0].message


def test_a_message_of_more_than_30_megabytes_loses_only_itself(tmp_path: Path) -> None:
    huge = message(identity="<huge@courier.example>").as_bytes() + b"\n" + b"filler \n" * (32 << 17)
    articles, problems = read(tmp_path / "all.mbox", mailbox(message(), huge, message(identity="<b@courier.example>")))
    assert len(articles) == 2 and [problem.message for problem in problems] == ["This message is longer than 30 MB."]


PIECES = st.sampled_from(
    b"From a@b Wed Jan  7 08:30:00 2026\n|From: |a <b@c>|Subject: |Date: |Message-ID: |=?utf-8?q?=FF?=|=?x?b?|Content-Type: |text/html"
    b"|text/plain|; charset=|utf-7|undefined|multipart/mixed; boundary=x\n|--x\n|--x--|message/rfc822|Content-Transfer-Encoding: base64\n"
    b'|quoted-printable|\n|\r\n\r\n|<p>|\x00|\xff|>From |Content-Disposition: |attachment|[|]|"|(|;|,|@|<|>|words |\xc3\xa9'.split(b"|")
)


@settings(max_examples=200)
@given(st.one_of(st.binary(max_size=200), st.lists(PIECES, max_size=40).map(b"".join)), st.sampled_from(["any.eml", "any.mbox"]))
@example(b"From: a\nMessage-ID: <[>\nContent-Type: text/plain; charset*=x\n\nwords", "any.eml")
def test_any_bytes_give_articles_and_problems(tmp_path_factory: pytest.TempPathFactory, content: bytes, name: str) -> None:
    articles, problems = read(tmp_path_factory.getbasetemp() / name, content)
    assert articles or problems
    assert all(problem.message and "\n" not in problem.message + problem.path for problem in problems)
    assert all(article.text.strip() and len(article.id) == 20 for article in articles)


def test_a_folder_of_newsletters_and_a_mailbox_go_into_the_archive_once(tmp_path: Path) -> None:
    folder = tmp_path / "letters"
    folder.mkdir()
    (folder / "1.eml").write_bytes(message().as_bytes())
    (folder / "2.eml").write_bytes(message(PLAIN.replace("mill", "bridge"), identity="<bridge@courier.example>").as_bytes())
    (folder / "all.mbox").write_bytes(mailbox(message()))
    with opened(tmp_path / "home") as service:
        report = service.ingest([folder], embed=False)
        assert (report.added, report.unchanged, report.failed, report.warnings) == (2, 1, [], [])
        assert [(one.source, one.articles) for one in service.sources()] == [("Velm Courier", 2)]
