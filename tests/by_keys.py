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
    lit: lit(one) || lit(one.closest("#ask, .pick")), // the box for questions and a file's button are lit as a whole
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


def round_trip(page: Page, key: str) -> list[dict[str, Any]]:
    """Every stop of `key` from the next one until it comes there again; between the last and the first it may be with the browser."""
    stops: list[dict[str, Any]] = []
    for _ in range(MOST):
        page.keyboard.press(key)
        at = focus(page)
        if not at or (stops and at["n"] == stops[-1]["n"]):
            continue  # the parts of a date are one stop
        if stops and at["n"] == stops[0]["n"]:
            return stops
        stops.append(at)
    raise AssertionError(f"{key} goes nowhere: {stops[-3:]}")


def faults_of_a_round(page: Page) -> list[str]:
    """What Tab and Shift+Tab come to, from here and back here, without an outline or out of sight."""
    faults = []
    for key in ("Tab", "Shift+Tab"):
        stops = round_trip(page, key)
        assert len({one["n"] for one in stops}) == len(stops) > 5, "each stop once"
        faults += [f"{key}: {one['said']}" for one in stops if not (one["lit"] and one["seen"])]
    return faults
