"""A site on loopback with invented articles, a feed and a sitemap of them, and a folder of files, for kills of what follows them."""

from __future__ import annotations

import os
import random
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

PLACES = ("Orrin", "Saltby", "Tarn", "Velby", "Marsh End", "Upper Holm", "Kestrel Bay")
THINGS = ("bridge", "school", "ferry", "harvest", "library", "tram", "market", "lighthouse")


def story(chance: random.Random) -> str:
    """About 250 words, each sentence with the word "visitors"."""
    return " ".join(
        f"The {chance.choice(THINGS)} of {chance.choice(PLACES)} took in {chance.randrange(10_000)} visitors in week {week}."
        for week in range(24)
    )


def _page(number: int, chance: random.Random) -> bytes:
    text = "".join(f"<p>{story(chance)}</p>" for _ in range(2))
    head = f'<title>Report {number}</title><meta property="article:published_time" content="2021-03-{1 + number % 28:02d}">'
    return f"<!doctype html><html lang=en><head>{head}</head><body><article><h1>Report {number}</h1>{text}</article></body></html>".encode()


def _feed(site: str, count: int, chance: random.Random) -> bytes:
    entries = "".join(
        f"<item><title>Note {n}</title><link>{site}/note/{n}</link><guid>{n}</guid><pubDate>Wed, 07 Apr 2021 08:30:00 +0000</pubDate>"
        f"<content:encoded>&lt;p&gt;{story(chance)}&lt;/p&gt;</content:encoded></item>"
        for n in range(count)
    )
    head = f"<title>Invented Wire</title><link>{site}/</link>"
    kind = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f'<?xml version="1.0"?><rss version="2.0" {kind}><channel>{head}{entries}</channel></rss>'.encode()


def _sitemap(site: str, count: int) -> bytes:
    urls = "".join(f"<url><loc>{site}/page/{n}</loc><lastmod>2021-03-{1 + n % 28:02d}</lastmod></url>" for n in range(count))
    return f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'.encode()


@contextmanager
def invented_site(articles: int, seed: int = 3) -> Iterator[list[str]]:
    """The addresses of a feed of whole texts and of a sitemap, with half of the articles each, while the block lasts."""
    bodies: dict[str, tuple[str, bytes]] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            kind, body = bodies.get(self.path, ("", b""))
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", kind or "text/plain")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    site, chance, half = f"http://127.0.0.1:{server.server_address[1]}", random.Random(seed), articles // 2
    bodies["/feed.xml"] = ("application/rss+xml", _feed(site, articles - half, chance))
    bodies["/sitemap.xml"] = ("application/xml", _sitemap(site, half))
    bodies |= {f"/page/{n}": ("text/html; charset=utf-8", _page(n, chance)) for n in range(half)}
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield [f"{site}/feed.xml", f"{site}/sitemap.xml"]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def write_files(folder: Path, articles: int, seed: int = 5) -> None:
    """A folder of so many text files, written long ago as far as their times say."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    chance = random.Random(seed)
    for number in range(articles):
        _write(folder / f"{number}.txt", f"File {number} of the archive\n\n{story(chance)}")


def change_files(folder: Path, articles: int, seed: int = 6) -> None:
    """Of those files a tenth is deleted, a tenth renamed, a tenth rewritten; as many come as are deleted."""
    chance, tenth = random.Random(seed), articles // 10
    for number in range(tenth):
        (folder / f"{number}.txt").unlink()
        (folder / f"{tenth + number}.txt").rename(folder / f"renamed-{number}.txt")
        _write(folder / f"{2 * tenth + number}.txt", f"File {2 * tenth + number} of the archive\n\n{story(chance)}")
        _write(folder / f"new-{number}.txt", f"File {number} that is new\n\n{story(chance)}")


def _write(file: Path, text: str) -> None:
    file.write_text(text, encoding="utf-8")
    os.utime(file, (1_600_000_000, 1_600_000_000))
