"""The page by keyboard alone: where the focus is, whether it can be seen there, and the way to somewhere else."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Locator, Page

FOCUS = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const lit = (what) => {
    const style = what && getComputedStyle(what);
    return !!style && style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
  };
  const box = one.getBoundingClientRect();
  const on = document.elementFromPoint(box.left + Math.min(box.width, innerWidth) / 2, box.top + Math.min(box.height, 40) / 2);
  window.stops ??= new Map();
  if (!window.stops.has(one)) window.stops.set(one, window.stops.size);
  return {
    n: window.stops.get(one),
    said: one.outerHTML.slice(0, 120),
    lit: lit(one) || lit(one.closest("#ask")), // the box for questions is lit as a whole
    seen: !!on && (one.contains(on) || on.contains(one)),
  };
}"""
MOST = 90
"""Presses of Tab: more than any state of the page has stops."""


def focus(page: Page) -> dict[str, Any] | None:
    """What has the focus, whether it is outlined, and whether it is in view with nothing over it; None for nothing."""
    found: dict[str, Any] | None = page.evaluate(FOCUS)
    return found


def tab_to(page: Page, wanted: Locator, *, back: bool = False) -> None:
    """Press Tab, or Shift and Tab, until `wanted` has the focus; wherever it was on the way it could be seen."""
    for _ in range(MOST):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        at = focus(page)
        assert at is None or (at["lit"] and at["seen"]), at
        if wanted.evaluate("one => one === document.activeElement"):
            return
    raise AssertionError(f"Tab never came to {wanted}")
