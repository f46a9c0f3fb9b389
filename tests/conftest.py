"""What every test stands on: quiet libraries, a guard on sockets, a home of its own, one encoder for all."""

from __future__ import annotations

import os

os.environ.setdefault("GOMP_SPINCOUNT", "1000")
if "PYTEST_XDIST_WORKER" in os.environ:
    # As many workers as cores: a second thread for each only waits, and is waited for, at every layer of a network.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("GRADIO_ANALYTICS_ENABLED", "False")
os.environ["LANGSMITH_TRACING"] = "false"
for _name in [name for name in os.environ if name.upper().startswith("DATELINE_")]:
    del os.environ[_name]

from tests import about_the_file, home_catalogs

if IN_POSTGRESQL := home_catalogs.in_postgresql():
    # Before anything imports what opens them.
    home_catalogs.install()

from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from app.encoding import Encoder, load_encoder
from app.settings import Settings, load_settings
from tests.postgres import Server
from tests.records import Record
from tests.socket_guard import GUARD_LOG, escapes, install_guard

install_guard()
# A busy machine is slow now and then: how long one example took says nothing of what it tests.
hypothesis.settings.register_profile("suite", deadline=None)
hypothesis.settings.load_profile("suite")


@pytest.fixture(scope="session", autouse=True)
def no_socket_leaves_this_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Fail the run if this process, or any Python process it starts, opens a socket to another host."""
    log = tmp_path_factory.mktemp("guard") / "escapes.log"
    os.environ[GUARD_LOG] = str(log)
    # A sitecustomize on the path installs the same guard in every Python process that the tests start.
    folder = str(Path(__file__).parent / "guard")
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [folder, os.environ.get("PYTHONPATH", "")]))
    yield
    found = escapes(log)
    assert not found, f"sockets to other hosts: {found}"


@pytest.fixture(scope="session", autouse=IN_POSTGRESQL)
def homes_in_postgresql(request: pytest.FixtureRequest) -> None:
    """Where the run asks for it: the server for the catalogs of all homes, told to every process that the tests start."""
    server = request.getfixturevalue("postgres")
    os.environ[home_catalogs.SERVER] = server.url("postgres")
    home_catalogs.begin()


@pytest.fixture(autouse=IN_POSTGRESQL)
def homes_dropped(request: pytest.FixtureRequest, homes_in_postgresql: None) -> Iterator[None]:
    """A test's databases go with the test."""
    yield
    folder = request.node.funcargs.get("tmp_path")
    if folder is not None:
        home_catalogs.drop_homes(folder)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings with a home of the test's own and no language model."""
    return load_settings(home=tmp_path / "home", llm="none")


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """A server of PostgreSQL; without one the test fails, and says what to install."""
    try:
        server = Server()
    except FileNotFoundError as error:
        pytest.fail(str(error), pytrace=False)
    yield server
    server.close()


@pytest.fixture(params=["postgresql"] if IN_POSTGRESQL else ["sqlite", "postgresql"])
def record(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Record]:
    """The test runs over both: a record in a file of a home, and one in a database of its own. Where every home has such, over that."""
    if request.param == "sqlite":
        yield Record(tmp_path / "home", None)
        return
    server = request.getfixturevalue("postgres")
    url = server.database()
    yield Record(tmp_path / "home", url)
    server.drop(url)


@pytest.fixture(scope="session")
def encoder() -> Encoder:
    """The packaged embedding model, loaded once."""
    return load_encoder(load_settings(home=Path("unused"), llm="none"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if IN_POSTGRESQL:
        about_the_file.pass_over(items)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if IN_POSTGRESQL:
        about_the_file.tell(terminalreporter)
