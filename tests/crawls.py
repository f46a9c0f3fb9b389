"""WARC files as a crawler writes them, by warcio's own writer."""

from __future__ import annotations

import gzip
import io
from pathlib import Path
from typing import Any

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

STORY = (
    "The council of Velm voted 14 to 9 on Tuesday to reopen the old mill, which closed eleven years ago after a fire. "
    "The work will cost 3.2 million crowns, the treasurer Osric Tallow said, and will begin when the frost is over. "
    "Growers of the valley had asked for it for years, because the next mill is a day's journey away."
)


def page(title: str = "Velm to reopen its mill", story: str = STORY, head: str = "", day: str = "2026-01-07") -> str:
    """A news page with menus around its story. `day` empty: it states none."""
    date = f'<meta property="article:published_time" content="{day}">' if day else ""
    paragraphs = "".join(f"<p>{paragraph}</p>" for paragraph in story.split("\n\n"))
    return (
        f'<!doctype html><html lang="en"><head><title>{title}</title>{date}{head}</head><body><nav><a href="/">Home</a></nav>'
        f"<article><h1>{title}</h1>{paragraphs}</article><footer>All rights reserved</footer></body></html>"
    )


class Crawl:
    """A WARC file that is written record by record."""

    def __init__(self, packed: bool = False) -> None:
        self._buffer = io.BytesIO()
        self._writer = WARCWriter(self._buffer, gzip=packed)
        self._writer.write_record(self._writer.create_warcinfo_record("crawl.warc", {"software": "a crawler"}))

    def add(
        self,
        address: str,
        body: str | bytes,
        *,
        status: str = "200 OK",
        kind: str = "text/html; charset=utf-8",
        seen: str = "2026-02-03T04:05:06Z",
        http: dict[str, str] | None = None,
        record: str = "response",
        **warc: str,
    ) -> None:
        data = body.encode() if isinstance(body, str) else body
        headers = StatusAndHeaders(status, [("Content-Type", kind), *(http or {}).items()], protocol="HTTP/1.1")
        options: dict[str, Any] = {
            "warc_headers_dict": {"WARC-Date": seen, **{name.replace("_", "-"): value for name, value in warc.items()}}
        }
        if record == "response":
            options["http_headers"] = headers
        self._writer.write_record(self._writer.create_warc_record(address, record, io.BytesIO(data), len(data), **options))

    @property
    def data(self) -> bytes:
        return self._buffer.getvalue()

    def write(self, path: Path) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(self.data)
        return path


def packed(body: str) -> bytes:
    return gzip.compress(body.encode())
