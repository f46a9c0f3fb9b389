"""From the setting to the judge."""

from __future__ import annotations

from app.encoding.fetching import shut_hub
from app.settings import Settings
from app.support.judge import Judge


def load_judge(settings: Settings) -> Judge | None:
    """Load the judge that `support_model` names (seconds, most of it imports); None if rules alone are to judge. Raises DatelineError."""
    shut_hub()
    if settings.support_model == "rules":
        return None
    if settings.support_model == "packaged":
        from app.support.packaged_judge import PackagedJudge

        return PackagedJudge()
    from app.support.hub_judge import HubJudge

    return HubJudge(settings.support_model)
