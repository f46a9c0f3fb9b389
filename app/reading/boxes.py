"""Whether a box of some style is seen at all: not shown, faint, out of the page, shrunk or clipped to nothing."""

from __future__ import annotations

from typing import Any

from app.reading.styles import Declared

_FAR = 999.0
"""Pixels out of the page from which on a box is out of sight; the usual ones are 9999 and 10000."""
_FARTHER = 5_000.0
"""Pixels to the right or down: a page may be longer than it is wide, and boxes stand in its lower parts."""
SMALL = 1.0
"""Pixels of a box or a letter that nobody sees."""
FAINT = 0.05
"""Share of opacity, or distance of two colours in each channel, below which nothing is made out."""
_PIXELS = {"px": 1.0, "pt": 1.33, "em": 16.0, "rem": 16.0, "ex": 8.0, "ch": 8.0, "vw": 12.8, "vh": 8.0, "in": 96.0, "cm": 37.8, "mm": 3.78}
_PERCENT_OF = 1_000.0
"""Pixels that all of a side stands for, where an offset is given in percent."""


def is_gone(declared: Declared) -> bool:
    """Whether a box of this style, with all that is in it, is not seen."""
    if not declared:
        return False
    if word(declared, "display") == "none" or word(declared, "content-visibility") == "hidden":
        return True
    if any(_number(token) <= FAINT for token in declared.get("opacity", ())[:1]):
        return True
    if any(_number(token) == 0 for name in ("zoom", "scale") for token in declared.get(name, ())):
        return True
    return _is_out_of_sight(declared) or _is_shrunk(declared) or _is_clipped(declared)


def _is_out_of_sight(declared: Declared) -> bool:
    if word(declared, "position") in ("absolute", "fixed", "relative", "sticky"):
        sides = [pixels(token) for name in ("left", "right", "top", "bottom") for token in declared.get(name, ())]
        if any(side <= -_FAR or side >= _FARTHER for side in sides):
            return True
    if any(pixels(token) <= -_FAR for name in ("margin-left", "margin-top", "text-indent") for token in declared.get(name, ())):
        return True
    # A share of its own size moves a box, not out of the page.
    moves = [token for function in _functions(declared, "transform", "translate") for token in function.arguments]
    return any(abs(pixels(token, absolute=True)) >= _FAR for token in moves)


def _is_shrunk(declared: Declared) -> bool:
    """No size, or no width or height with what does not fit cut off."""
    for function in (*_functions(declared, "transform", "scale"), *_functions(declared, "filter", "opacity")):
        if any(abs(_number(token)) <= FAINT for token in function.arguments):
            return True
    if word(declared, "overflow") not in ("hidden", "clip"):
        return False
    sides = ("width", "height", "max-width", "max-height")
    return any(0 <= pixels(token, absolute=True) <= SMALL for name in sides for token in declared.get(name, ())[:1])


def _is_clipped(declared: Declared) -> bool:
    """Cut to nothing by `clip` or `clip-path`."""
    if word(declared, "position") in ("absolute", "fixed"):
        for function in _functions(declared, "clip", "rect"):
            sides = [pixels(token) for token in function.arguments if token.type in ("dimension", "number")]
            return len(sides) == 4 and (sides[2] - sides[0] <= SMALL or sides[1] - sides[3] <= SMALL)
    for name, least in (("inset", 0.5), ("circle", 0.0), ("ellipse", 0.0)):
        for function in _functions(declared, "clip-path", name):
            sizes = [_number(token) for token in function.arguments if token.type in ("number", "percentage", "dimension")]
            return bool(sizes) and (least <= sizes[0] < float("inf") if least else sizes[0] == 0)
    return False


def _functions(declared: Declared, name: str, function: str) -> list[Any]:
    """The functions in a property's value whose name begins so."""
    return [token for token in declared.get(name, ()) if token.type == "function" and token.lower_name.startswith(function)]


def word(declared: Declared, name: str) -> str:
    value = declared.get(name)
    return value[0].lower_value if value and value[0].type == "ident" else ""


def _number(token: Any) -> float:
    """A bare number, a length of nothing, or a percentage as a share; of anything else infinity."""
    if token.type == "number" or (token.type == "dimension" and token.value == 0):
        return float(token.value)
    return token.value / 100 if token.type == "percentage" else float("inf")


def pixels(token: Any, *, absolute: bool = False) -> float:
    """A length in pixels, about; nan of anything else. `absolute`: a percentage is none."""
    if token.type == "number" and token.value == 0:
        return 0.0
    if token.type == "percentage":
        return float("nan") if absolute and token.value else token.value / 100 * _PERCENT_OF
    if token.type == "dimension":
        return float(token.value * _PIXELS.get(token.lower_unit, float("nan")))
    return float("nan")
