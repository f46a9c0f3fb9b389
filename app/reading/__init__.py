"""From files to articles: one module per format behind `read_path`."""

from app.reading.dispatch import read_path
from app.reading.origin import Origin, Problem

__all__ = ["Origin", "Problem", "read_path"]
