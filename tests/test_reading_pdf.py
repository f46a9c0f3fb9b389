"""PDF: masthead, paragraphs, and files without readable text."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from pypdf import PdfReader, PdfWriter

from app.article import Article
from app.reading import Problem, read_path
from app.reading.pdf_layout import unwrap

HEAD = ["Ferry to Osk sails again after eleven", "days in the ice"]
BODY = [
    "The ferry to Osk sailed again on Monday after eleven days in port, and 210 people were",
    "on board. The harbour master said that the ice had gone.",
    "It will sail twice a day until the end of March, when the summer timetable begins, and",
    "tickets cost 14 tallars.",
]
PARAGRAPHS = (
    "The ferry to Osk sailed again on Monday after eleven days in port, and 210 people were on board. "
    "The harbour master said that the ice had gone.\n\n"
    "It will sail twice a day until the end of March, when the summer timetable begins, and tickets cost 14 tallars."
)


def pdf(*pages: list[str], title: str = "") -> bytes:
    """A PDF of these lines, written by hand: pypdf draws no text."""
    count = len(pages)
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(count))
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Count {count} /Kids [{kids}] >>"]
    objects.append("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>")
    for n, lines in enumerate(pages):
        drawn = "\n".join("({}) Tj T*".format(line.replace("(", "\\(").replace(")", "\\)")) for line in lines)
        stream = f"BT /F1 11 Tf 14 TL 50 780 Td\n{drawn}\nET"
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * n} 0 R >>"
        )
        objects.append(f"<< /Length {len(stream)} >>\nstream\n{stream}\nendstream")
    objects.append(f"<< /Title ({title}) >>")
    out, offsets = "%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += f"{number} 0 obj\n{content}\nendobj\n"
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size = len(objects) + 1
    end = f"trailer\n<< /Size {size} /Root 1 0 R /Info {len(objects)} 0 R >>\nstartxref\n{len(out)}\n%%EOF\n"
    return (out + f"xref\n0 {size}\n0000000000 65535 f \n{table}{end}").encode("cp1252")


def read(tmp_path: Path, content: bytes) -> tuple[list[Article], list[Problem]]:
    path = tmp_path / "story.pdf"
    path.write_bytes(content)
    found = list(read_path(path))
    return [item for item in found if isinstance(item, Article)], [item for item in found if isinstance(item, Problem)]


@pytest.mark.parametrize("title", ["Ferry to Osk sails again after eleven days in the ice", "", "Microsoft Word - ferry.doc"])
def test_title_date_and_outlet_are_taken_from_the_head(tmp_path: Path, title: str) -> None:
    (article,), problems = read(tmp_path, pdf([*HEAD, "3 February 2025", "Osk Mail", "By Ann Bell and Carl Dunn", *BODY], title=title))
    assert not problems
    assert article.title == "Ferry to Osk sails again after eleven days in the ice" and not article.title_is_first_sentence
    assert str(article.published) == "2025-02-03" and article.source == "Osk Mail" and article.authors == ("Ann Bell", "Carl Dunn")
    assert article.text == PARAGRAPHS


@pytest.mark.parametrize("line", ["2025-02-03", "February 3, 2025", "Monday, 3 February 2025", "Published on 3 February 2025"])
def test_a_line_that_is_a_date_is_the_date(tmp_path: Path, line: str) -> None:
    (article,), _ = read(tmp_path, pdf([*HEAD, line, *BODY]))
    assert str(article.published) == "2025-02-03" and article.text == PARAGRAPHS and article.source is None


def test_a_date_within_a_sentence_is_not_the_articles_own(tmp_path: Path) -> None:
    (article,), (problem,) = read(tmp_path, pdf(["On 3 February 2025 the ferry sailed. It is due back.", "It was late."]))
    assert article.published is None and "no date" in problem.message and not problem.fatal
    assert article.title == "On 3 February 2025 the ferry sailed." and article.title_is_first_sentence


def test_a_paragraph_goes_on_over_a_page_and_page_furniture_goes(tmp_path: Path) -> None:
    furnished = [
        ["Osk Mail archive", *BODY[:1], "Page 1 of 3"],
        ["Osk Mail archive", *BODY[1:3], "2"],
        ["Osk Mail archive", *BODY[3:], "3"],
    ]
    (article,), _ = read(tmp_path, pdf(*furnished))
    assert article.text == PARAGRAPHS


def test_the_date_of_the_files_making_is_not_the_articles(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(BODY))))
    writer.add_metadata({"/CreationDate": "D:20250203100000Z"})
    buffer = io.BytesIO()
    writer.write(buffer)
    (article,), _ = read(tmp_path, buffer.getvalue())
    assert article.published is None


def test_headings_and_broken_words_are_put_right() -> None:
    lines = ["A long first line of a paragraph that fills the whole column of the pa\u00ad", "per and ends here.", "What comes next"]
    lines += ["Another long line that fills the whole column of the page up to its well-", "known end."]
    assert unwrap(lines) == (
        "A long first line of a paragraph that fills the whole column of the paper and ends here.\n\nWhat comes next\n\n"
        "Another long line that fills the whole column of the page up to its well-known end."
    )


def test_pages_without_text_are_said_to_be_pictures(tmp_path: Path) -> None:
    articles, (problem,) = read(tmp_path, pdf([], []))
    assert not articles and problem.fatal and "no text" in problem.message


def test_a_locked_file_is_said_to_be_locked(tmp_path: Path) -> None:
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(BODY))))
    writer.encrypt("secret", algorithm="RC4-128")
    buffer = io.BytesIO()
    writer.write(buffer)
    articles, (problem,) = read(tmp_path, buffer.getvalue())
    assert not articles and problem.fatal and "password" in problem.message


@pytest.mark.parametrize("cut", [0, 1, 20, 400])
def test_a_cut_or_empty_file_never_raises(tmp_path: Path, cut: int) -> None:
    articles, problems = read(tmp_path, pdf(BODY)[:cut])
    assert not articles and [problem.fatal for problem in problems] == [True]
