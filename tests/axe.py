"""What axe-core finds in the page as it stands. Its script comes with a package, so nothing is fetched and nothing is committed."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

RUN = """(only) => axe.run(document, {
  runOnly: only,
  rules: { "target-size": { enabled: true } },
  resultTypes: ["violations"],
}).then((found) => found.violations.map((one) => ({ id: one.id, impact: one.impact, help: one.help,
  nodes: one.nodes.map((node) => [node.target.join(" "), node.html.slice(0, 160), ...node.failureSummary.split("\\n")]) })))"""
EVERYTHING = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
COLOURS = ["color-contrast", "link-in-text-block"]
"""What may differ between the themes, which differ in colours alone: asked of the second one."""
THEMED = "(theme) => document.documentElement.dataset.theme === theme && document.body.classList.contains('dark') === (theme === 'dark')"


def violations(page: Page, state: str = "") -> list[str]:
    """Each of every impact as a readable text, in the dark theme, and of the light one what its colours make."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE_SCRIPT)
    said = []
    for theme, only in (("dark", EVERYTHING), ("light", COLOURS)):
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.wait_for_function(THEMED, arg=theme)
        said += [f"{state}, {theme}: {_told(one)}" for one in page.evaluate(RUN, only)]
    return said


def _told(found: dict[str, Any]) -> str:
    nodes = "".join("\n    " + "\n      ".join(lines) for lines in found["nodes"])
    return f"{found['id']} ({found['impact']}): {found['help']}{nodes}"
