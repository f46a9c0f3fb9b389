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

    from app.commands.lines import each_group, opened, print_json
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
    judge = load_judge(settings)
    checker = SupportChecker(load_encoder(settings).encode if judge is None else None, judge)

    def work(pairs: list[Pair]) -> list[dict[str, Any]]:
        found = checker.check_all([(pair.source, pair.claim) for pair in pairs])
        results = [{"support": one.support, "start": one.start, "end": one.end, "reasons": list(one.reasons)} for one in found]
        return [result if pair.id is None else {"id": pair.id, **result} for pair, result in zip(pairs, results, strict=True)]

    def text(result: dict[str, Any]) -> None:
        if "error" in result:
            print(result["error"], flush=True)
            return
        why = f"; {'; '.join(result['reasons'])}" if result["reasons"] else ""
        print(f"support {result['support']:.2f}, by the letters {result['start']} to {result['end']} of the source{why}", flush=True)

    with opened("-") as file:
        return each_group(file, lambda fields: read_request(fields, Pair), work, print_json if json else text)
