"""From files to articles: one module per format behind `read_path`, and `read_bounded`, which ends what takes too long."""

from app.reading.bounded import KeptReader, read_bounded
from app.reading.dispatch import File, read_path
from app.reading.links import Link
from app.reading.origin import Known, Origin, Problem

__all__ = ["File", "KeptReader", "Known", "Link", "Origin", "Problem", "read_bounded", "read_path"]
