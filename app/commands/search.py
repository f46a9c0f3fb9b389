"""`search`: ranked passages, without an answer."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from app.commands.options import AsOf, Batch, Json, Question, Since, Source, Until, Verbose


def search(
    question: Question = None,
    k: Annotated[int, typer.Option("--k", help="How many passages, 1 to 1000.")] = 10,
    per_article: Annotated[
        int,
        typer.Option("--per-article", help="At most so many passages of one article, copies included, among the first ten; 0: no limit."),
    ] = 2,
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    batch: Batch = None,
    json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Find the nearest passages, best first.

    \b
    Examples:
      python -m app search "bridge vote" --k 5
      python -m app search "ferry cancelled" --since 2026-01-01 --json
      python -m app search --batch questions.jsonl --k 100
    """
    from app.answer import SearchRequest
    from app.commands.asking import option, request_from
    from app.commands.lines import each_line, opened, print_json
    from app.commands.show import hit_lines
    from app.reach import reach
    from app.refusal import read_request
    from app.runtime import start

    settings = start(verbose)
    if batch is not None:
        read_request({"question": "any", "k": k, "per_article": per_article}, SearchRequest, option)
        with opened(batch) as file, reach(settings, "embedding") as service:

            def work(fields: dict[str, Any]) -> dict[str, Any]:
                hits = service.search(read_request({"k": k, "per_article": per_article, **fields}, SearchRequest))
                return {"results": [hit.model_dump(mode="json") for hit in hits]}

            return each_line(file, work)
    request = read_request(
        {**request_from(question, as_of, since, until, source), "k": k, "per_article": per_article}, SearchRequest, option
    )
    with reach(settings, "embedding") as service:
        hits = service.search(request)
    if json:
        print_json([hit.model_dump(mode="json") for hit in hits])
    else:
        print("\n".join(hit_lines(hits)))
    return 0
