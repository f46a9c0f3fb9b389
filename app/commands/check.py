"""`check`: the support check alone."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from app.commands.options import Verbose


def check(
    json: Annotated[bool, typer.Option("--json", help="Print JSON lines rather than text.")] = False,
    verbose: Verbose = False,
) -> int:
    """Say how far a source supports a claim.

    Reads lines {"source", "claim"} from standard input. Needs no collection.

    \b
    Example:
      echo '{"source": "Work starts in March.", "claim": "Work starts in May."}' \\
        | python -m app check --json
    """
    from pydantic import BaseModel, ConfigDict

    from app.commands.lines import each_line, opened, print_json
    from app.encoding import load_encoder
    from app.refusal import read_request
    from app.runtime import start
    from app.support.checker import SupportChecker
    from app.support.load import load_judge

    class Pair(BaseModel):
        model_config = ConfigDict(extra="forbid", strict=True)
        id: Any = None
        source: str
        claim: str

    settings = start(verbose)
    checker = SupportChecker(load_encoder(settings).encode, load_judge(settings))

    def work(fields: dict[str, Any]) -> dict[str, Any]:
        pair = read_request(fields, Pair)
        found = checker.check(pair.source, pair.claim)
        result = {"support": found.support, "start": found.start, "end": found.end}
        return result if pair.id is None else {"id": pair.id, **result}

    def text(result: dict[str, Any]) -> None:
        said = result.get("error") or f"support {result['support']:.2f}, by the letters {result['start']} to {result['end']} of the source"
        print(said, flush=True)

    with opened("-") as file:
        return each_line(file, work, print_json if json else text, ids=False)
