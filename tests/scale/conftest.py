"""`make test-scale` runs this folder; plain `make test` does not (pyproject.toml: norecursedirs).

One fleet for all of it: starting one takes a minute. `test_ray.py` needs the packages of requirements-ray.txt.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.scale.fleet import Fleet


@pytest.fixture(scope="session")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Fleet]:
    fleet = Fleet(tmp_path_factory.mktemp("fleet"))
    try:
        fleet.begin()
        yield fleet
    finally:
        fleet.close()
