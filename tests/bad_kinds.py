"""Kinds of bad files: damaged, odd, or made to take long, take much, or be taken for something else. Each from a seeded chance."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import zlib
from collections.abc import Callable
from functools import cache
from pathlib import Path

Kind = Callable[[random.Random], tuple[str, bytes]]
"""A chance in, an ending and a content out."""

CORPUS = Path(__file__).parents[1] / "corpus" / "articles"
WHOLE = json.dumps({"text": "The ferry sailed on Monday.", "date": "2025-02-03"}).encode()
SLOW_PAGE = b"<style>p{opacity:0}" + b"*:nth-last-child(n of p){opacity:1}" * 2_000 + b"</style>" + b"<p>The ferry sailed.</p>" * 20_000
"""Every element is asked of thousands of rules which of its siblings are paragraphs: no limit of size or number forbids it."""


def drawn_pdf(pages: int, drawing: bytes) -> bytes:
    """A PDF whose pages share one drawing, which packs well."""
    data = zlib.compress(drawing, 9)
    kids = b" ".join(b"%d 0 R" % (number + 5) for number in range(pages))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (pages, kids),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(data), data),
    ]
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R >> >> /Contents 4 0 R >>"
    out, offsets = b"%PDF-1.4\n", []
    for number, content in enumerate([*objects, *[page] * pages], 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(offsets) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (size, len(out))
    return out + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


@cache
def _packed(piece: bytes, count: int, before: bytes = b"", after: bytes = b"") -> bytes:
    """What many like pieces pack to; the same every time, so made once."""
    return gzip.compress(before + piece * count + after, 6)


def _any_ending(chance: random.Random) -> str:
    return chance.choice([".txt", ".md", ".html", ".pdf", ".json", ".jsonl", ".txt.gz", ".json.gz", ".jsonl.gz"])


def noise(chance: random.Random) -> tuple[str, bytes]:
    return _any_ending(chance), chance.randbytes(chance.randrange(100_000))


def empty(chance: random.Random) -> tuple[str, bytes]:
    return _any_ending(chance), chance.choice([b"", b" ", b"\n" * 500, bytes(chance.randrange(1, 50_000)), b"\xef\xbb\xbf", b"\xff\xfe"])


def damaged(chance: random.Random) -> tuple[str, bytes]:
    """A good file of the corpus: cut, with bytes changed, doubled or left out."""
    path = chance.choice(sorted(path for path in CORPUS.rglob("*") if path.is_file()))
    content = bytearray(path.read_bytes())
    for _ in range(chance.randrange(1, 200)):
        at = chance.randrange(len(content))
        content[at : at + chance.choice([0, 1, 9])] = chance.randbytes(chance.choice([0, 1, 9]))
    ending = "".join(path.suffixes[-2:]) if path.suffix == ".gz" else path.suffix
    return ending, bytes(content[: chance.randrange(1, len(content))] if chance.random() < 0.5 else content)


def mislabelled(chance: random.Random) -> tuple[str, bytes]:
    """One format under the ending of another."""
    path = chance.choice(sorted(path for path in CORPUS.rglob("*") if path.is_file()))
    return _any_ending(chance), path.read_bytes()


def characters(chance: random.Random) -> tuple[str, bytes]:
    letters = [
        "a",
        " ",
        "\n",
        "\t",
        "\x00",
        "\x1b[2J",
        "\u202e",
        "\u200b",
        "\U000e0041",
        "\u0301",
        "\ufffd",
        "“",
        "1",
        ".",
        "A. ",
        "😀",
        "\u3164",
    ]
    piece = "".join(chance.choices(letters, k=chance.randrange(1, 5)))
    text = (piece * chance.choice([10, 10_000, 700_000]))[:2_100_000]
    ending = chance.choice([".txt", ".md", ".json"])
    return ending, (json.dumps({"text": text}) if ending == ".json" else text).encode()


def encodings(chance: random.Random) -> tuple[str, bytes]:
    text = "date 2025-02-03 Zoë paid €5 in Малмё for the “last” ticket. " * chance.randrange(1, 50)
    name = chance.choice(["utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252", "koi8-r", "shift_jis", "utf-7"])
    return ".txt", text.encode(name, "replace") + chance.choice([b"", b"\xff", b"\x00"])


NESTS = (
    (".json", b"[", b"]"),
    (".json", b'{"a":', b"}"),
    (".jsonl", b"[", b"]"),
    (".html", b"<div>", b"</div>"),
    (".html", b"<b><i>", b""),
    (".md", b"> ", b""),
    (".md", b"- ", b""),
    (".md", b"*a **b ", b""),
    (".md", b"[", b"]"),
    (".md", b"---\na: " + b"[" * 500, b"\n---\nx"),
)


def nested(chance: random.Random) -> tuple[str, bytes]:
    depth = chance.choice([300, 5_000, 100_000])
    ending, begin, end = chance.choice(NESTS)
    return ending, begin * depth + b"The ferry sailed." + (end * depth if chance.random() < 0.5 else b"")


def records(chance: random.Random) -> tuple[str, bytes]:
    """JSON of the right form and the wrong content."""
    odd = [
        b"NaN",
        b"1e999",
        b"-0",
        b"9" * 6_000,
        b'"\\ud800"',
        b"null",
        b"[]",
        b"{}",
        b"true",
        b'"' + b"x" * 70_000 + b'"',
        b'"9999-99-99"',
    ]
    odd += [
        b'"\\u0000"',
        b'"\\u202e"',
        b'"http://user:pass@["',
        b'"javascript:alert(1)"',
        b'["a", {"name": 7}]',
        b'{"name": {"name": "x"}}',
    ]
    names = ["text", "title", "date", "url", "id", "source", "authors", "language"]
    lines = []
    for _ in range(chance.randrange(1, 60)):
        fields = {name: chance.choice(odd) for name in chance.sample(names, chance.randrange(len(names) + 1))}
        lines.append(
            b"{" + b", ".join(b'"%s": %s' % (name.encode(), value) for name, value in fields.items()) + chance.choice([b"}", b"", b",}"])
        )
    return ".jsonl", b"\n".join(lines)


def bombs(chance: random.Random) -> tuple[str, bytes]:
    """Little that unpacks to much."""
    piece, before = chance.choice(
        [(b"[", b""), (b"\n", b""), (b" \n\t", b""), (b"[],", b"["), (b"x\n", WHOLE + b"\n"), (b'\\"', b'["'), (b"a", b"")]
    )
    ending = chance.choice([".json.gz", ".jsonl.gz", ".txt.gz", ".md.gz"])
    return ending, _packed(piece, 60_000_000 // len(piece), before)


def torn(chance: random.Random) -> tuple[str, bytes]:
    """Packed files that are cut or have wrong sums."""
    content = bytearray(_packed(WHOLE + b"\n", 500))
    if chance.random() < 0.5:
        content[-chance.randrange(1, 9)] ^= 0xFF
    return chance.choice([".jsonl.gz", ".json.gz"]), bytes(content[: chance.randrange(5, len(content))])


def pages(chance: random.Random) -> tuple[str, bytes]:
    """Web pages that are large, or only look like pages."""
    story = b"<p>The ferry to Osk sailed again on Monday after eleven days in port.</p>"
    count = chance.choice([1_000, 49_000, 100_000])
    return ".html", b"<html><body>" + chance.choice(
        [
            b"<p " + b" ".join(b"a%d=1" % number for number in range(count)) + b">" + story,
            b"<p a b c d e f g h>x</p>" * (count // 5),
            b"<style>" + b"a{display:none}" * count + b"</style>" + story * 9,
            b"<div hidden>" + story * 20 + b"</div>",
            b"<!--" * count + story,
            b"<![CDATA[" * 500 + b"<?xml version='1.0' encoding='x'?>" + story,
            b"&amp;&#x202e;&#0;&#xfffff;" * count,
            b"<script>" + story * 50,
            b"<p style='" + b"color:red;" * count + b"'>" + story,
            b"<table>" + b"<tr><td>" * (count // 5) + story,
            story * 60 + b"<meta charset=utf-7>" + b"<frameset>" * 50,
        ]
    )


def slow(chance: random.Random) -> tuple[str, bytes]:
    """Work that only the budget ends."""
    return ".html", SLOW_PAGE


def documents(chance: random.Random) -> tuple[str, bytes]:
    """PDFs: with long drawings, cut, with changed bytes, with a loop of pages, with an absurd count."""
    line = b"(The ferry sailed from Osk on Monday.) Tj T* "
    content = bytearray(
        drawn_pdf(chance.choice([1, 3, 50, 600]), b"BT /F1 11 Tf 50 780 Td " + line * chance.choice([1, 40, 5_000]) + b"ET")
    )
    match chance.randrange(5):
        case 0:
            del content[chance.randrange(len(content)) :]
        case 1:
            for _ in range(chance.randrange(1, 60)):
                content[chance.randrange(len(content))] = chance.randrange(256)
        case 2:
            content = content.replace(b"/Kids [5 0 R", b"/Kids [2 0 R")
        case 3:
            content = content.replace(b"/Count ", b"/Count 99999999")
    return ".pdf", bytes(content)


def markup(chance: random.Random) -> tuple[str, bytes]:
    """Markdown and its front matter, to excess."""
    lines = ["a: &a [x, x, x, x, x, x, x, x, x]"]
    names = "abcdefghijklmnop"
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in itertools.pairwise(names)]
    multiplied = "---\n" + "\n".join([*lines, "title: *p", "date: *p"]) + "\n---\nThe ferry sailed."
    count = chance.choice([1_000, 20_000, 60_000])
    pieces = [
        "[a](<b",
        "`" * 7 + " ",
        "|a|b|c|\n|-|-|-|\n",
        "<div hidden>\n\n",
        "\\",
        "![](",
        "- - - ",
        "&#8238;",
        "<!--",
        "***a",
        "1. 2. ",
    ]
    return ".md", (multiplied if chance.random() < 0.1 else chance.choice(pieces) * count).encode()[:420_000]


KINDS: tuple[Kind, ...] = (
    noise, empty, damaged, mislabelled, characters, encodings, nested, records, bombs, torn, pages, documents, markup,
)  # fmt: skip
SLOW_SHARE = 0.01
"""Of the files, those that only the budget ends: each takes all of it."""
