"""Tests that need more than the plain suite installs. `make test` passes them over; named, they run: `pytest tests/scale`.

What each needs: `test_ray.py` the packages of requirements-ray.txt.
"""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """True unless this folder, or something in it, stands on the command line."""
    named = [Path(argument.partition("::")[0]).resolve() for argument in config.args]
    return None if any(path == HERE or HERE in path.parents for path in named) else True
