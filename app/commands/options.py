"""Options that several commands take, described once."""

from __future__ import annotations

from typing import Annotated

import typer

Question = Annotated[
    list[str] | None, typer.Argument(metavar="QUESTION", help="What you want to know, best in quotes.", show_default=False)
]
AsOf = Annotated[str | None, typer.Option("--as-of", metavar="DATE", help="See nothing published after this day (2025-11-30) or ISO time.")]
Since = Annotated[str | None, typer.Option("--since", metavar="DATE", help="Only articles published on or after it.")]
Until = Annotated[str | None, typer.Option("--until", metavar="DATE", help="Only articles published on or before it.")]
Source = Annotated[str | None, typer.Option("--source", metavar="NAME", help="Only this outlet (`sources` lists them).")]
Batch = Annotated[
    str | None,
    typer.Option("--batch", metavar="FILE", help="One JSON request a line from FILE (- is standard input); one line of JSON out for each."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
Verbose = Annotated[bool, typer.Option("--verbose", help="Also write the log to standard error.")]
