"""`doctor`: what is wrong, and the command that mends it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from app.commands.options import Json, Verbose
from app.errors import DatelineError

if TYPE_CHECKING:
    from app.doctor import Finding
    from app.settings import Settings


def doctor(json: Json = False, verbose: Verbose = False) -> int:
    """Say what is wrong and what mends it.

    Looks at models, texts against indexes, port, disk and versions.

    Exit status 1 if something is broken, 0 if all is well or there are only warnings.
    """
    from app.commands.lines import print_json
    from app.commands.show import clean
    from app.runtime import start

    findings = _findings(start(verbose))
    if json:
        print_json([finding.model_dump(mode="json") for finding in findings])
    else:
        for finding in findings:
            print(clean(f"{finding.level:<8} {finding.what}"))
            if finding.mend:
                print(clean(f"         mend: {finding.mend}"))
    return 1 if any(finding.level == "error" for finding in findings) else 0


def _findings(settings: Settings) -> list[Finding]:
    from app.doctor import Finding, examine, examine_machine
    from app.reach import beside, opened

    try:
        client = beside(settings)
        if client is not None:
            with client:
                return client.doctor()
        with opened(settings, "read", "doctor") as service:
            return examine(service.settings, service.stores)
    except DatelineError as error:
        # A home that cannot be opened is a finding; what needs no home is looked at all the same.
        return [Finding.of(error), *examine_machine(settings)]
