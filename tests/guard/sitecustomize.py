"""Imported by every Python process that the tests start: the socket guard, for that process too."""

import importlib.util
from pathlib import Path

_file = Path(__file__).parent.parent / "socket_guard.py"
_spec = importlib.util.spec_from_file_location("socket_guard", _file)
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
_module.install_guard()
