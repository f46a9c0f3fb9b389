"""Imported by every Python process that the tests start: the socket guard, and where the tests keep catalogs, for that process too."""

import importlib.util
import os
from pathlib import Path
from types import ModuleType


def _loaded(name: str) -> ModuleType:
    spec = importlib.util.spec_from_file_location(name, Path(__file__).parent.parent / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


_loaded("socket_guard").install_guard()
if "SUITE_CATALOG_SERVER" in os.environ:
    _loaded("home_catalogs").install()
