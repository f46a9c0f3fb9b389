"""One catalog, many homes: how a home's indexes follow what others write, and which process is the one that writes (docs/scaling.md)."""

from app.replication.standing import Standing

__all__ = ["Standing"]
