"""Kinds of bad requests, each the bytes of one, made by chance."""

from __future__ import annotations

import json
import random
from typing import Any
from urllib.parse import quote

HOST = "127.0.0.1"
ODD: list[Any] = [
    None, True, -1, 0, 10**30, 1.5, float("nan"), float("inf"), "", " ", "\0", "\ud800", "\u202e", "x" * 5_000, [], {}, [[]], {"a": {}},
    ["x"] * 500, "2026-13-45", "0000-01-01", "9999-12-31", "../../etc/passwd", "<script>alert(1)</script>", "' OR 1=1 --", "<|im_end|>",
    "${7*7}", "\ud83d\ude00" * 50, "%s%n", "NaN", [None], -(2**63), 2**64,
]  # fmt: skip
FIELDS = ["question", "as_of", "since", "until", "source", "urls", "exclude", "history", "ignore", "id", "k", "per_article", "nothing", ""]
PATHS = [
    "/", "/api/ask", "/api/search", "/api/articles/x", "/api/sources", "/api/health", "/api/doctor", "/api/ingest", "/docs", "/config",
    "/openapi.json", "/page/status", "/page/page.js", "/gradio_api/queue/join", "/gradio_api/run/predict", "/gradio_api/queue/data",
    "/gradio_api/heartbeat/x", "/gradio_api/cancel", "/gradio_api/file=/etc/passwd", "/gradio_api/upload", "/assets/index.js", "/static/x",
]  # fmt: skip
NAMES = [
    "..",
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%00",
    "%ff%fe",
    "a" * 3_000,
    "%2e%2e/",
    "\\\\x",
    "'",
    "%F0%9F%98%80",
    ";",
    "",
]


def built(method: str, path: str, body: bytes = b"", **headers: str) -> bytes:
    """A request, well formed but for what stands in it."""
    lines = {"Host": HOST, "Connection": "close", "Content-Length": str(len(body)), **headers}
    head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in lines.items())
    return head.encode("latin-1", "replace") + b"\r\n" + body


def as_json(value: Any) -> bytes:
    return json.dumps(value).encode()


def odd_fields(chance: random.Random, token: str) -> bytes:
    fields = {"question": "Who runs the fund?", **{chance.choice(FIELDS): chance.choice(ODD) for _ in range(chance.randint(1, 4))}}
    accept = chance.choice(["text/event-stream", "application/json"])
    return built("POST", chance.choice(["/api/ask", "/api/search"]), as_json(fields), Content_Type="application/json", Accept=accept)


def odd_body(chance: random.Random, token: str) -> bytes:
    deep = chance.choice([10, 5_000])
    body = chance.choice([
        b"", b"{", b"null", b"[" * deep, b'{"a":' * deep, b"\xff\xfe", b'"x"', b"1" * 5_000, b'{"question": "a", "question": 1}',
        bytes(chance.randrange(256) for _ in range(200)), b"\0" * 1_000, as_json(chance.choice(ODD)),
        b'{"question":"' + b"a" * 300_000 + b'"}',
    ])  # fmt: skip
    kind = chance.choice(
        ["application/json", "text/plain", "multipart/form-data; boundary=x", "application/x-www-form-urlencoded", "", "a/b/c"]
    )
    return built("POST", chance.choice(PATHS), body, Content_Type=kind)


def odd_address(chance: random.Random, token: str) -> bytes:
    value = quote(str(chance.choice(ODD)), errors="replace")
    name = chance.choice(["q", "k", "as_of", "since", "until", "source", "urls", "per_article", "nothing", "q&q", "%"])
    return built("GET", f"/api/search?q=fund&{name}={value}")


def odd_name(chance: random.Random, token: str) -> bytes:
    name, spans = chance.choice(NAMES), chance.choice(["", "1-2", "2-1", "0-999999999", "x", "1-2," * 900 + "1-2", "%00", "-"])
    where = ["/api/articles/", "/page/article/", "/page/", "/assets/", "/static/", "/gradio_api/heartbeat/", "/gradio_api/", "/"]
    return built("GET", f"{chance.choice(where)}{name}?hl={spans}&at={spans}")


def odd_method(chance: random.Random, token: str) -> bytes:
    method = chance.choice(["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE", "CONNECT", "PROPFIND", "POST", "GET", "NONSENSE"])
    return built(method, chance.choice(PATHS))


def odd_headers(chance: random.Random, token: str) -> bytes:
    name, value = chance.choice([
        ("Host", "evil.example"), ("Host", ""), ("Host", "[::1"), ("Host", "\xff"), ("Origin", "http://evil.example"), ("Origin", "null"),
        ("Origin", "http://[::1"), ("Content-Length", "-1"), ("Content-Length", "99999999999999999999"), ("Content-Length", "x"),
        ("Transfer-Encoding", "chunked"), ("Transfer-Encoding", "nonsense"), ("Authorization", "Basic \xff"), ("Authorization", "Bearer "),
        ("X-Long", "a" * 100_000), ("Cookie", "a=" + "b" * 5_000), ("Accept-Encoding", "\xff"), ("If-None-Match", '"\xff'),
        ("Range", "bytes=-"),
        ("X-Forwarded-For", "'"), ("X-Forwarded-Proto", "javascript"), ("X-Forwarded-Host", "evil.example/<script>"),
        ("Expect", "100-continue"),
        ("Accept-Language", "\xff" * 50), ("Content-Type", "application/json; charset=\xff"), ("Content-Encoding", "gzip"),
        ("Forwarded", "for=\xff"),
    ])  # fmt: skip
    return built(chance.choice(["GET", "POST"]), chance.choice(PATHS), b"", **{name: value})


def odd_upgrade(chance: random.Random, token: str) -> bytes:
    key = "x" * chance.randrange(30)
    return built("GET", chance.choice(PATHS), Connection="Upgrade", Upgrade="websocket", Sec_WebSocket_Key=key, Sec_WebSocket_Version="13")


def no_http(chance: random.Random, token: str) -> bytes:
    targets = [b"/\xff\xfe", b"http://evil.example/", b"*", b"//evil.example/%2f..", b"?", b"/ /", b"/\x01"]
    return chance.choice([
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200), b"GET\r\n\r\n", b"\r\n" * 50 + b"\r\n\r\nx\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", b"GET / HTTP/1.1\r\nno colon\r\n\r\n", b"GET / HTTP/1.0\r\n\r\n",
        b"GET " + chance.choice(targets) + b" HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n",
        b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 5_000 + b"\r\n", bytes(chance.randrange(256) for _ in range(300)) + b"\r\n\r\n",
    ])  # fmt: skip


def odd_chunks(chance: random.Random, token: str) -> bytes:
    body = chance.choice(
        [b"zz\r\n", b"5\r\nabc\r\n0\r\n\r\n", b"ffffffffffffffff\r\n", b"1\r\n{\r\n0\r\n\r\n", b"0\r\n\r\n", b"-1\r\n\r\n"]
    )
    head = "Content-Type: application/json\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
    return f"POST {chance.choice(PATHS)} HTTP/1.1\r\nHost: {HOST}\r\n{head}".encode() + body + b"0\r\n\r\n"


def page_function(chance: random.Random, token: str) -> bytes:
    sent: dict[str, Any] = {
        "data": chance.choice([[], [None], [None, None], [5], "x", None, [{"a": 1}]]),
        "fn_index": chance.choice([-1, 0, 1, 2, 3, 4, 5, 6, 10**20, "0", None, 1.5, True]),
        "session_hash": chance.choice(["abc", "", None, 5, "../x", "a" * 5_000, "\0"]),
        "event_data": chance.choice(
            [None, {}, [], "x", {"q": chance.choice(ODD), "filters": chance.choice(ODD), "ignore": chance.choice(ODD)}]
        ),
    }
    sent |= chance.choice(
        [{}, {chance.choice(["event_id", "trigger_id", "batched", "simple_format", "request", "api_name"]): chance.choice(ODD)}]
    )
    path = chance.choice(
        ["/queue/join", "/run/predict", "/cancel", "/api/predict", "/run/ask", "/call/ask", "/call/v2/stop", "/reset", "/upload"]
    )
    return built("POST", f"/gradio_api{path}", as_json(sent), Content_Type="application/json")


def page_stream(chance: random.Random, token: str) -> bytes:
    session = chance.choice(["", "?session_hash=", "?session_hash=none", "?session_hash=%00", "?x=1", "?session_hash=" + "a" * 9_000])
    return built("GET", f"/gradio_api/queue/data{session}")


def owners(chance: random.Random, token: str) -> bytes:
    given = chance.choice([token, token, "x", "", "\xff"])
    path, name = chance.choice([("/api/ingest", "paths"), ("/api/remove", "keys")])
    value = chance.choice(
        [chance.choice(ODD), ["relative.txt"], ["/gone/\ud800"], ["/gone/a\0b"], ["/dev/null/x"], ["a" * 5_000], ["/gone"] * 300]
    )
    return built("POST", path, as_json({name: value}), Content_Type="application/json", Authorization=f"Bearer {given}")


KINDS = [
    odd_fields, odd_fields, odd_body, odd_address, odd_name, odd_method, odd_headers, odd_upgrade, no_http, odd_chunks, page_function,
    page_function, page_stream, owners,
]  # fmt: skip
