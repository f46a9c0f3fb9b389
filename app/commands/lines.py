"""Batch work: JSON lines in, one JSON line out for each, in order, as soon as it is ready."""

from __future__ import annotations

import json
import logging
import queue
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import IO, Any, NoReturn, TypeVar

from app.errors import DatelineError

MAX_LINE = 16_000_000
"""Bytes in a line; a file without line ends must not fill the memory."""

GROUP = 64
"""Lines that are worked on together where that is faster."""

T = TypeVar("T")
Write = Callable[[dict[str, Any]], None]
Work = Callable[[dict[str, Any]], dict[str, Any]]
log = logging.getLogger(__name__)


@contextmanager
def opened(name: str) -> Iterator[IO[bytes]]:
    """The named file, or standard input for `-`. Raises DatelineError if it cannot be read."""
    if name == "-":
        yield sys.stdin.buffer
        return
    with ExitStack() as stack:
        try:
            file = stack.enter_context(open(name, "rb"))
        except OSError as error:
            raise DatelineError(f"cannot read {name}: {error.strerror}.", "Name a file of JSON lines, or - for standard input.") from None
        yield file


def each_line(file: IO[bytes], work: Work, write: Callable[[dict[str, Any]], None] | None = None, *, ids: bool = True) -> int:
    """Write `work(fields)` for each line, a JSON object. Returns the exit status: 1 if a line was bad, else 0.

    A bad line becomes `{"id", "error"}` (`{"error"}` without `ids`), and the rest goes on. Blank lines are skipped.
    """
    status = 0
    for line in _lines(file):
        fields: Any = None
        try:
            fields = _object(line)
            result = work(fields)
        except DatelineError as error:
            result, status = {"error": str(error)}, 1
        except Exception as error:  # one line's accident must not lose the answers to the others
            log.exception("a line of a batch failed")
            result, status = {"error": f"an unexpected error ({type(error).__name__}); the log has the details."}, 1
        if ids:
            result = {"id": fields.get("id") if isinstance(fields, dict) else None, **result}
        (write or print_json)(result)
    return status


def each_group(file: IO[bytes], read: Callable[[dict[str, Any]], T], work: Callable[[list[T]], list[dict[str, Any]]], write: Write) -> int:
    """As `each_line` without ids, for work that is faster on many at once: what has come in by now, at most GROUP lines, is done together.
    A lone line is not kept waiting. Where a group fails its lines are done one by one."""
    status = 0
    for group in _groups(file):
        results: list[dict[str, Any] | None] = [None] * len(group)
        asked: list[tuple[int, T]] = []
        for place, line in enumerate(group):
            try:
                asked.append((place, read(_object(line))))
            except DatelineError as error:
                results[place] = {"error": str(error)}
        try:
            done = work([one for _, one in asked])
        except Exception:  # whichever line it was, the others are to be answered
            log.exception("a group of lines failed")
            done = [_alone(one, work) for _, one in asked]
        for (place, _), result in zip(asked, done, strict=True):
            results[place] = result
        for found in results:
            assert found is not None
            status = 1 if "error" in found else status
            write(found)
    return status


def _alone(one: T, work: Callable[[list[T]], list[dict[str, Any]]]) -> dict[str, Any]:
    try:
        return work([one])[0]
    except DatelineError as error:
        return {"error": str(error)}
    except Exception as error:
        log.exception("a line of a batch failed")
        return {"error": f"an unexpected error ({type(error).__name__}); the log has the details."}


def _groups(file: IO[bytes]) -> Iterator[list[bytes]]:
    waiting: queue.Queue[bytes | None] = queue.Queue(GROUP)

    def fill() -> None:
        try:
            for line in _lines(file):
                waiting.put(line)
        finally:
            waiting.put(None)

    threading.Thread(target=fill, name="lines", daemon=True).start()
    while (first := waiting.get()) is not None:
        group = [first]
        while len(group) < GROUP and not waiting.empty():
            line = waiting.get()
            if line is None:
                yield group
                return
            group.append(line)
        yield group


def print_json(value: Any) -> None:
    """One line of JSON in UTF-8, flushed. A half surrogate is written as its escape."""
    sys.stdout.flush()
    sys.stdout.buffer.write(json.dumps(value, ensure_ascii=False).encode("utf-8", "backslashreplace") + b"\n")
    sys.stdout.buffer.flush()


def _lines(file: IO[bytes]) -> Iterator[bytes]:
    while line := file.readline(MAX_LINE + 1):
        rest = line
        while len(rest) > MAX_LINE and not rest.endswith(b"\n"):
            rest = file.readline(MAX_LINE + 1)
        if line.strip():
            yield line


def _object(line: bytes) -> dict[str, Any]:
    if len(line) > MAX_LINE:
        raise DatelineError(f"the line is too long: at most {MAX_LINE} bytes.")
    try:
        value = json.loads(line.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError:
        raise DatelineError("the line is not UTF-8 text.") from None
    except RecursionError:
        raise DatelineError("the line is nested too deeply.") from None
    except ValueError as error:
        raise DatelineError(f"the line is not JSON: {error}.") from None
    if not isinstance(value, dict):
        raise DatelineError("the line must be a JSON object.")
    return value


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON value")
