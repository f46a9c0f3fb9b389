"""`ask`: an answer whose every sentence is cited."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from app.commands.options import AsOf, Batch, Json, Question, Since, Source, Until, Verbose

if TYPE_CHECKING:
    from app.answer import Request


def ask(
    question: Question = None,
    as_of: AsOf = None,
    since: Since = None,
    until: Until = None,
    source: Source = None,
    batch: Batch = None,
    json: Json = False,
    verbose: Verbose = False,
) -> int:
    """Answer a question, every sentence cited.

    Where the articles do not say, it says so and shows the nearest passages.

    \b
    Examples:
      python -m app ask "How many troops are planned?"
      python -m app ask "Who is mayor of Velm?" --as-of 2025-11-30
      python -m app ask "What will it cost?" --source "Velm Courier" --json
      echo '{"id": 1, "question": "What will it cost?"}' | python -m app ask --batch -
    """
    from app.answer import Request
    from app.commands.asking import option, request_from
    from app.commands.lines import each_line, opened, print_json
    from app.commands.show import answer_lines
    from app.reach import reach
    from app.refusal import read_request
    from app.runtime import start

    settings = start(verbose)
    if batch is not None:
        with opened(batch) as file, reach(settings, "all") as service:

            def work(fields: dict[str, Any]) -> dict[str, Any]:
                return service.ask(read_request(fields, Request)).model_dump(mode="json")

            return each_line(file, work)
    request: Request = read_request(request_from(question, as_of, since, until, source), Request, option)
    with reach(settings, "all") as service:
        answer = service.ask(request)
    if json:
        print_json(answer.model_dump(mode="json"))
    else:
        print("\n".join(answer_lines(answer)))
    return 0
