"""The files of a folder, in sorted order, without leaving it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from app.reading.opening import kind_problem
from app.reading.origin import Problem, printable, unreadable

_NOT_ARTICLES = ("readme", "license", "licence")


def walk(folder: Path, wanted: Callable[[str], bool]) -> Iterator[Path | Problem]:
    """The regular files under `folder` whose names are `wanted`; a Problem for each thing that must not be opened.

    `folder` must be resolved. Hidden files and folders are left out, and so are README and LICENSE files. A link out
    of the folder is a Problem; a link to a file that the walk finds anyway is passed over, as are links to folders.
    """
    problems: list[Problem] = []

    def refused(error: OSError) -> None:
        problems.append(Problem(printable(Path(error.filename or folder)), unreadable(error), fatal=True, passing=True))

    for place, folders, names in os.walk(folder, onerror=refused):
        folders.sort()
        links = [name for name in folders if os.path.islink(os.path.join(place, name))]
        folders[:] = [name for name in folders if not name.startswith(".") and name not in links]
        for name in sorted(names + links):
            if not name.startswith("."):
                yield from _look(Path(place, name), folder, wanted)
        yield from problems
        problems.clear()
    yield from problems


def _look(path: Path, folder: Path, wanted: Callable[[str], bool]) -> Iterator[Path | Problem]:
    try:
        mode = path.lstat().st_mode
        if path.is_symlink():
            target = path.resolve(strict=True)
            if not target.is_relative_to(folder):
                yield Problem(printable(path), "This link leads out of the folder: not followed.", fatal=True)
                return
            if target.is_dir() or _is_walked(target.relative_to(folder), wanted):
                return
            mode = target.stat().st_mode
    except FileNotFoundError:
        yield Problem(printable(path), "This link leads nowhere.", fatal=True)
        return
    except (OSError, RuntimeError) as error:
        yield Problem(printable(path), unreadable(error), fatal=True, passing=True)
        return
    problem = kind_problem(mode)
    if problem:
        yield Problem(printable(path), problem, fatal=True)
    elif _is_article(path.name, wanted):
        yield path


def _is_walked(relative: Path, wanted: Callable[[str], bool]) -> bool:
    return not any(part.startswith(".") for part in relative.parts) and _is_article(relative.name, wanted)


def _is_article(name: str, wanted: Callable[[str], bool]) -> bool:
    return wanted(name) and not name.lower().startswith(_NOT_ARTICLES)
