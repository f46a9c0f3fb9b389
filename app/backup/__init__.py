"""A home as one file, and a home out of it."""

from app.backup.manifest import Manifest
from app.backup.restoring import restore
from app.backup.saving import save

__all__ = ["Manifest", "restore", "save"]
