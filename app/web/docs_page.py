"""/docs: the API for people to read, made from its OpenAPI description, with nothing loaded from anywhere."""

from __future__ import annotations

import json
from collections.abc import Iterator
from html import escape
from typing import Any

POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; max-width: 56rem; margin: 2rem auto; padding: 0 1rem; color: #1a1d21; background: #fff }
h2 { margin-top: 2.5rem; font-size: 1.1rem } code, pre { font-family: ui-monospace, monospace; font-size: .9em }
pre { background: #f3f4f6; padding: .8rem; overflow-x: auto; border-radius: 6px } b { color: #0b5d7a }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .25rem .8rem .25rem 0; vertical-align: top; border-bottom: 1px solid #e3e5e8 }
@media (prefers-color-scheme: dark) {
  body { color: #e6e8ea; background: #16181b } pre { background: #22262a } b { color: #7cc4de }
  th, td { border-color: #33383d } a { color: #9ecbff }
}
"""

EXAMPLES = {
    "/api/ask post": (
        "curl -s {base}/api/ask -H 'Content-Type: application/json' \\\n"
        '  -d \'{{"question": "What will the bridge cost?", "as_of": "2026-01-31"}}\'\n\n'
        "# sentence by sentence\n"
        "curl -sN {base}/api/ask -H 'Content-Type: application/json' \\\n"
        "  -H 'Accept: text/event-stream' \\\n"
        '  -d \'{{"question": "What will the bridge cost?"}}\''
    ),
    "/api/search post": (
        "curl -s {base}/api/search -H 'Content-Type: application/json' \\\n"
        '  -d \'{{"question": "bridge vote", "k": 3, "since": "2026-01-01"}}\''
    ),
    "/api/search get": "curl -s '{base}/api/search?q=bridge+vote&k=3'",
    "/api/articles/{id} get": "curl -s {base}/api/articles/0123456789abcdef0123",
    "/api/sources get": "curl -s {base}/api/sources",
    "/api/health get": "curl -s {base}/api/health",
}


def docs_page(description: dict[str, Any], base: str) -> str:
    """HTML of an OpenAPI description: every address with its fields, answer and an example for the server at `base`."""
    parts = [
        "<!doctype html><html lang='en'><head><meta charset='utf-8'><meta name='viewport' content='width=device-width'>",
        f"<title>{escape(description['info']['title'])} API</title><style>{STYLE}</style></head><body>",
        f"<h1>{escape(description['info']['title'])} API</h1><p>{escape(description['info']['description'])}</p>",
        "<p>Dates are days such as <code>2025-11-30</code> (the whole day, UTC) or ISO times. An unknown field is refused. "
        'Errors are <code>{"detail": "one sentence"}</code>. For programs: <a href=\'/openapi.json\'>openapi.json</a>.</p>',
    ]
    for path, methods in description["paths"].items():
        if path.startswith("/api/"):
            for method, operation in methods.items():
                parts.extend(_operation(path, method, operation, description, base))
    return "".join([*parts, "</body></html>"])


def _operation(path: str, method: str, operation: dict[str, Any], description: dict[str, Any], base: str) -> Iterator[str]:
    yield f"<h2><b>{method.upper()}</b> <code>{escape(path)}</code></h2>"
    yield f"<p>{escape(operation.get('summary', ''))}. {escape(operation.get('description', ''))}</p>"
    rows = [
        (parameter["name"], parameter["schema"], parameter.get("required", False), parameter.get("description", ""))
        for parameter in operation.get("parameters", [])
    ]
    body = operation.get("requestBody")
    if body:
        rows += _fields(body["content"]["application/json"]["schema"], description)
    if rows:
        yield "<table><tr><th>Field<th>Type<th>Meaning</tr>"
        for name, schema, required, meaning in sorted(rows, key=lambda row: not row[2]):
            said = meaning or schema.get("description", "")
            default = f" Default: {json.dumps(schema['default'])}." if schema.get("default") not in (None, []) else ""
            need = " <i>Needed.</i>" if required else ""
            yield f"<tr><td><code>{escape(name)}</code><td>{escape(_kind(schema, description))}<td>{escape(said + default)}{need}</tr>"
        yield "</table>"
    answer = operation["responses"].get("200", {}).get("content", {}).get("application/json", {}).get("schema", {})
    fields = [name for name, *_ in _fields(answer.get("items", answer), description)]
    if fields:
        yield f"<p>Gives {'a list of ' if 'items' in answer else ''}<code>{escape(', '.join(fields))}</code></p>"
    example = EXAMPLES.get(f"{path} {method}")
    if example:
        yield f"<pre>{escape(example.format(base=base))}</pre>"


def _fields(schema: dict[str, Any], description: dict[str, Any]) -> list[tuple[str, dict[str, Any], bool, str]]:
    """(name, schema, required, meaning) of an object's fields."""
    reference = schema.get("$ref", "")
    if reference:
        schema = description["components"]["schemas"][reference.rsplit("/", 1)[1]]
    required = schema.get("required", [])
    return [(name, field, name in required, field.get("description", "")) for name, field in schema.get("properties", {}).items()]


def _kind(schema: dict[str, Any], description: dict[str, Any]) -> str:
    """`text`, `whole number`, `list of text` and the like; an object is named by its fields."""
    if "anyOf" in schema:
        return " or ".join(_kind(one, description) for one in schema["anyOf"] if one.get("type") != "null")
    if "$ref" in schema:
        return f"{{{', '.join(name for name, *_ in _fields(schema, description))}}}"
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'], description)}"
    names = {"string": "text", "integer": "whole number", "number": "number", "boolean": "true or false"}
    return names.get(schema.get("type", ""), "anything")
