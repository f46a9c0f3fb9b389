"""`python ingest.py PATH…`: reads articles into the collection. The same as `python -m app ingest`."""

from __future__ import annotations

import sys

from app.commands.environment import prepare
from app.commands.ingest import main

if __name__ == "__main__":
    prepare()
    sys.exit(main())
