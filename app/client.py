"""The service's methods, through a `serve` that runs: it owns the home, so others ask it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

from pydantic import TypeAdapter

from app.answer import Answer, Hit, IngestReport, Request, SearchRequest, SourceSummary
from app.doctor import Finding
from app.errors import DatelineError
from app.stores.home import Owner

if TYPE_CHECKING:
    import httpx

ANSWER_SECONDS = 900.0
"""Patience for one answer: `llm_timeout` is at most 600 s, and others may be asked first."""


class Client:
    """Speaks with the owner over loopback, with its token. Methods are named and typed as the service's."""

    def __init__(self, owner: Owner) -> None:
        import httpx

        host = owner.host or "127.0.0.1"
        # A server that listens everywhere is reached here, on this machine.
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
        self.address = f"http://[{host}]:{owner.port}" if ":" in host else f"http://{host}:{owner.port}"
        # A proxy in the environment must not see what stays on this machine.
        self._http = httpx.Client(
            base_url=self.address, headers={"Authorization": f"Bearer {owner.token}"}, timeout=ANSWER_SECONDS, trust_env=False
        )

    def ask(self, request: Request) -> Answer:
        return Answer.model_validate(self._post("/api/ask", request.model_dump(include=set(Request.model_fields) - {"id"})))

    def search(self, request: SearchRequest) -> list[Hit]:
        return TypeAdapter(list[Hit]).validate_python(self._post("/api/search", request.model_dump(exclude={"id"})))

    def sources(self) -> list[SourceSummary]:
        return TypeAdapter(list[SourceSummary]).validate_python(self._get("/api/sources"))

    def doctor(self) -> list[Finding]:
        return TypeAdapter(list[Finding]).validate_python(self._get("/api/doctor"))

    def ingest(self, paths: Sequence[Path | str]) -> IngestReport:
        """Paths are read by the server: they are made absolute here. Returns when they are searchable by words."""
        body = {"paths": [str(Path(path).absolute()) for path in paths]}
        return IngestReport.model_validate(self._post("/api/ingest", body, timeout=None))

    def remove(self, keys: Sequence[str]) -> tuple[list[str], list[str]]:
        """(ids of removed articles, keys not found)"""
        answer = self._post("/api/remove", {"keys": list(keys)})
        return list(answer["removed"]), list(answer["unknown"])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._http.close()

    def _get(self, path: str) -> Any:
        return self._send("GET", path)

    def _post(self, path: str, body: dict[str, Any], **options: Any) -> Any:
        return self._send("POST", path, json=body, **options)

    def _send(self, method: str, path: str, **options: Any) -> Any:
        import httpx

        try:
            response = self._http.request(method, path, **options)
        except httpx.HTTPError as error:
            what = str(error) or type(error).__name__
            raise DatelineError(f"`serve` at {self.address} does not answer ({what}).", "Stop it, then start it again.", http=502) from None
        if response.is_success:
            return response.json()
        raise DatelineError(f"`serve` at {self.address} refused: {_detail(response)}", status=2, http=response.status_code)


def _detail(response: httpx.Response) -> str:
    try:
        return str(response.json()["detail"])
    except (ValueError, KeyError, TypeError):
        return f"HTTP status {response.status_code}."
