"""The Archive of a `serve` that runs: it owns the home, so others ask it."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Self
from urllib.parse import quote

from pydantic import Field, TypeAdapter

from app.answer import Answer, Done, Event, Failed, Health, Hit, IngestReport, Request, SearchRequest, SourceSummary, Version
from app.article import Article, Published
from app.doctor import Finding
from app.errors import DatelineError
from app.follow import Action, Follow, Outcome
from app.settings import Settings
from app.sources.addresses import is_address
from app.stopping import Stopped, current_stop
from app.stores.home import Owner

if TYPE_CHECKING:
    import httpx

    from app.answering.runnable import AnswerChain

ANSWER_SECONDS = 900.0
"""Patience for one answer: `llm_timeout` is at most 600 s, and others may be asked first."""
_EVENT: TypeAdapter[Event] = TypeAdapter(Annotated[Event, Field(discriminator="type")])


class Client:
    """Speaks with the owner over loopback, with its token. Every method raises DatelineError, with the HTTP status in `http`, where the
    owner does not answer (502) or refuses."""

    def __init__(self, owner: Owner, settings: Settings | None = None) -> None:
        """`settings` by which the owner was found: a retriever that is unpickled finds it by their home again."""
        import httpx

        self.settings = settings
        host = owner.host or "127.0.0.1"
        # A server that listens everywhere is reached here, on this machine.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        self.address = f"http://[{host}]:{owner.port}" if ":" in host else f"http://{host}:{owner.port}"
        # A proxy in the environment must not see what stays on this machine.
        self._http = httpx.Client(
            base_url=self.address, headers={"Authorization": f"Bearer {owner.token}"}, timeout=ANSWER_SECONDS, trust_env=False
        )

    def answer(self, request: Request, config: Any = None) -> Iterator[Event]:
        """The events as the owner sends them. `config` stays here: the language model is in the other process.

        Who leaves this iterator, or says the Stop under which it runs, hangs up, and the owner ends its work."""
        import httpx

        body, headers = _question(request), {"Accept": "text/event-stream"}
        stop = current_stop()
        try:
            with self._http.stream("POST", "/api/ask", json=body, headers=headers) as response:
                if not response.is_success:
                    response.read()
                    raise self._refused(response)
                line: Any = response.extensions["network_stream"].get_extra_info("socket")
                with stop.waking(lambda: _hang_up(line)):
                    yield from _events(response.iter_lines())
        except httpx.HTTPError as error:
            if stop.said:
                raise Stopped from None
            raise self._silent(error) from None

    def ask(self, request: Request) -> Answer:
        return Answer.model_validate(self._post("/api/ask", _question(request)))

    def chain(self) -> AnswerChain:
        """As a LangChain Runnable. The language model's run is no part of its trace: that is in the other process."""
        from app.answering.runnable import AnswerChain

        return AnswerChain(self)

    def search(self, request: SearchRequest) -> list[Hit]:
        return TypeAdapter(list[Hit]).validate_python(self._post("/api/search", request.model_dump(exclude={"id"})))

    def article(self, article_id: str, /) -> Article | None:
        """Without its file, which the API does not tell."""
        return self._article(f"/api/articles/{quote(article_id, safe='')}")

    def find(self, key: str, /) -> Article | None:
        """A file is found by its absolute path."""
        return self._article(f"/api/find?key={quote(key, safe='')}")

    def versions(self, key: str, /) -> list[Version]:
        """A file is found by its absolute path."""
        return TypeAdapter(list[Version]).validate_python(self._get(f"/api/versions?key={quote(key, safe='')}"))

    def sources(self) -> list[SourceSummary]:
        return TypeAdapter(list[SourceSummary]).validate_python(self._get("/api/sources"))

    def health(self) -> Health:
        return Health.model_validate(self._get("/api/health"))

    def doctor(self) -> list[Finding]:
        """What is wrong, as the owner of the home sees it."""
        return TypeAdapter(list[Finding]).validate_python(self._get("/api/doctor"))

    def ingest(self, places: Sequence[Path | str], /) -> IngestReport:
        """Paths are read, and addresses fetched, by the server: paths are made absolute here. Returns when they are searchable by words."""
        body = {"paths": [str(place) if is_address(place) else str(Path(place).absolute()) for place in places]}
        return IngestReport.model_validate(self._post("/api/ingest", body, timeout=None))

    def remove(self, keys: Sequence[str], *, erase: bool = False) -> tuple[list[str], list[str]]:
        """(ids of removed articles, keys not found)"""
        answer = self._post("/api/remove", {"keys": list(keys), "erase": erase})
        return list(answer["removed"]), list(answer["unknown"])

    @property
    def following(self) -> _Following:
        return _Following(self)

    def close(self) -> None:
        self._http.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _article(self, path: str) -> Article | None:
        try:
            fields = self._get(path)
        except DatelineError as error:
            if error.http == 404:
                return None
            raise
        published = Published.parse(fields["published"]) if fields["published"] else None
        return Article(**{**fields, "published": published, "authors": tuple(fields["authors"])})

    def _get(self, path: str) -> Any:
        return self._send("GET", path)

    def _post(self, path: str, body: dict[str, Any], **options: Any) -> Any:
        return self._send("POST", path, json=body, **options)

    def _send(self, method: str, path: str, **options: Any) -> Any:
        import httpx

        try:
            response = self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            raise self._silent(error) from None
        if response.is_success:
            return response.json()
        raise self._refused(response)

    def _silent(self, error: Exception) -> DatelineError:
        what = str(error) or type(error).__name__
        return DatelineError(f"`serve` at {self.address} does not answer ({what}).", "Stop it, then start it again.", http=502)

    def _refused(self, response: httpx.Response) -> DatelineError:
        return DatelineError(f"`serve` at {self.address} refused: {_detail(response)}", status=2, http=response.status_code)


class _Following:
    """What the owner follows. Addresses are asked, and folders looked at, by it."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def follows(self) -> list[Follow]:
        return TypeAdapter(list[Follow]).validate_python(self._client._get("/api/feeds"))

    def change(self, action: Action, places: Sequence[str], *, gone: bool = False) -> list[Outcome]:
        """Paths are made absolute here: the owner has another working folder."""
        named = [place if is_address(place) else str(Path(place).absolute()) for place in places]
        answer = self._client._post(f"/api/feeds/{action}", {"places": named, "gone": gone})
        return TypeAdapter(list[Outcome]).validate_python(answer)


def _question(request: Request) -> dict[str, Any]:
    return request.model_dump(include=set(Request.model_fields) - {"id"})


def _events(lines: Iterator[str]) -> Iterator[Event]:
    """The events of a stream, as `app/web/stream.py` writes it: `event: KIND`, then `data: JSON` in one line.

    A `failed` that nothing follows is what answering raised there: DatelineError."""
    kind, failed = "", None
    for line in lines:
        name, _, value = line.partition(": ")
        if name == "event":
            kind = value
        elif name == "data":
            if failed is not None:
                yield failed
            event = Done(answer=Answer.model_validate_json(value)) if kind == "done" else _EVENT.validate_python(json.loads(value))
            failed = event if isinstance(event, Failed) else None
            if failed is None:
                yield event
    if failed is not None:
        raise DatelineError(failed.message, http=500)
    if kind != "done":
        raise DatelineError("the answer ended early.", "Ask again.", http=502)


def _hang_up(line: socket.socket) -> None:
    """Wakes whoever reads from it, which closing it would not."""
    with suppress(OSError):
        line.shutdown(socket.SHUT_RDWR)


def _detail(response: httpx.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP status {response.status_code}."
