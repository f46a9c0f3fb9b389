"""Tests marked `catalog_file` are about a catalog in its file: where every home's is in PostgreSQL they are passed over."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

import pytest

MARK = "catalog_file"
SAID = "over the file alone: "


def pass_over(items: Iterable[pytest.Item]) -> None:
    for item in items:
        mark = item.get_closest_marker(MARK)
        if mark is not None:
            (why,) = mark.args
            item.add_marker(pytest.mark.skip(reason=f"{SAID}{why}"))


def tell(reporter: pytest.TerminalReporter) -> None:
    """How many were passed over, by file and reason."""
    found: Counter[tuple[str, str]] = Counter()
    for report in reporter.stats.get("skipped", []):
        why = report.longrepr[2].removeprefix("Skipped: ") if isinstance(report.longrepr, tuple) else ""
        if why.startswith(SAID):
            found[report.nodeid.partition("::")[0], why.removeprefix(SAID)] += 1
    reporter.section(f"catalogs in PostgreSQL; {found.total()} tests run over the file alone")
    for (file, why), count in sorted(found.items()):
        reporter.write_line(f"{count:4} {file}: {why}")
