"""`python ingest.py PATH…`: reads articles into the collection. The same as `python -m app ingest`."""

from __future__ import annotations

import sys

from app.commands.ingest import main
from app.runtime import prepare

if __name__ == "__main__":
    prepare()
    sys.exit(main())
