"""What a backup says of itself: by whom and when it was made, what is in it, and how each part is known to be whole."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from app.errors import DatelineError, first_line
from app.stores.faults import CATALOG_FILE
from app.stores.matrix import ROW_FILE, SUM_FILE, VECTOR_FILE
from app.stores.snapshot import STEPS

FORMAT = 1
"""Raised when an older program could not restore what is written now."""
MANIFEST = "manifest.json"
MANIFEST_BYTES = 100_000
"""Of a manifest, whose few parts take 1,500: a larger one is none of ours."""
VECTOR_PARTS = {VECTOR_FILE: f"matrix/{VECTOR_FILE}", ROW_FILE: f"matrix/{ROW_FILE}", SUM_FILE: f"matrix/{SUM_FILE}"}
"""The files of the matrix and their names in a backup, vectors first: rows and sums are known when those have been read."""
PART_NAMES = frozenset({*STEPS, *VECTOR_PARTS.values()})
"""All that a backup may hold beside its manifest. Whatever else it names is refused, so no name ever becomes a path."""
UPDATE = "Update Dateline, then run it again."
ANOTHER = "Take another backup."

_Strict = ConfigDict(extra="forbid", strict=True, frozen=True)
Count = Annotated[int, Field(ge=0, lt=2**53)]


class Part(BaseModel):
    """One file of the home. `size` in bytes, as it is restored."""

    model_config = _Strict
    name: str
    size: Count
    sha256: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Manifest(BaseModel):
    """`made` is the time in UTC (ISO); `steps` how many of its migrations each SQLite file has had; `vectors` how many passages of articles
    have theirs in the backup (those of former versions are there, too), each of `dimension` numbers by `embedding_model`."""

    model_config = _Strict
    format: Literal[1]
    dateline: str
    made: str
    steps: dict[str, int]
    articles: Count
    passages: Count
    vectors: Count
    conversations: Count
    embedding_model: str | None
    dimension: Annotated[int, Field(ge=1, le=100_000)] | None
    parts: tuple[Part, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        names = [part.name for part in self.parts]
        matrix = set(VECTOR_PARTS.values()) & set(names)
        if len(names) != len(set(names)) or not PART_NAMES.issuperset(names) or CATALOG_FILE not in names:
            raise ValueError("its parts are not those of a home")
        if matrix and matrix != set(VECTOR_PARTS.values()):
            raise ValueError("its vectors are not whole")
        return self

    @property
    def bytes(self) -> int:
        """Of all parts, as they are restored."""
        return sum(part.size for part in self.parts)


class _Head(BaseModel):
    """What a manifest of any format has: enough to say that it is too new."""

    format: int
    dateline: str


def read_manifest(data: bytes, file: object) -> Manifest:
    """Raises DatelineError where it is not ours, is hurt, or a newer Dateline has made it. `file` is what to call the backup."""
    try:
        head = _Head.model_validate_json(data)
        if head.format > FORMAT:
            raise _too_new(file, head.dateline)
        manifest = Manifest.model_validate_json(data)
    except ValueError as error:
        raise DatelineError(f"the list of contents of {file} makes no sense ({first_line(error)}).", ANOTHER) from None
    if any(done > len(STEPS[name]) for name, done in manifest.steps.items() if name in STEPS):
        raise _too_new(file, manifest.dateline)
    return manifest


def _too_new(file: object, version: str) -> DatelineError:
    shown = version[:20] if version.isprintable() else "?"
    return DatelineError(f"{file} was made by a newer Dateline ({shown}).", UPDATE)
