"""What a reader of a page cannot see is taken out of it: an article's text is what was shown, not what was planted."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from app.reading.boxes import FAINT, SMALL, is_gone, pixels, word
from app.reading.styles import Cascade, Declared, in_order, style_rules
from app.text.tables import word_set

if TYPE_CHECKING:
    from lxml.html import HtmlElement

NEVER_SHOWN = word_set("template noscript datalist rp annotation annotation-xml audio video canvas iframe noframes noembed object svg")
"""Elements whose text no browser with scripts shows, or shows as a drawing."""
_ROOTS = word_set("html body")
"""Hidden by many a page until its scripts have run (AMP does so), so that says nothing of their text."""

Colour = tuple[float, float, float, float]
_WHITE, _BLACK = (1.0, 1.0, 1.0, 1.0), (0.0, 0.0, 0.0, 1.0)


@dataclass(frozen=True, slots=True)
class _Look:
    """What an element's text inherits. A colour of None is not known."""

    visible: bool = True
    sized: bool = True
    colour: Colour | None = _BLACK
    ground: Colour | None = _WHITE

    @property
    def shows_text(self) -> bool:
        if not self.visible or not self.sized:
            return False
        if self.colour is None:
            return True
        if self.colour[3] < FAINT:
            return False
        return self.ground is None or any(abs(one - other) >= FAINT for one, other in zip(self.colour[:3], self.ground[:3], strict=True))


def drop_hidden(root: HtmlElement) -> None:
    """Take out of `root`, in place, the elements and texts that a reader of the page does not see, and all comments.

    Seen, and so kept: what is folded (`details`), what is hidden from screen readers alone (`aria-hidden`; in pages trafilatura
    then passes over it as decoration), and what only scripts or style sheets of other files would hide.
    """
    for comment in list(root.iter(_is_comment())):
        comment.drop_tree()
    # Without the page's own style sheets the ground is a browser's; with them it may be any.
    linked = any("stylesheet" in (link.get("rel") or "").lower() for link in root.iter("link"))
    first = _Look(ground=None if linked else _WHITE)
    rules = style_rules(root)
    hiding = any(is_gone(declared) or not _look(declared, first).shows_text for declared in (in_order(part) for _, part in rules))
    cascade = Cascade(root, rules if hiding else [])
    waiting = [(root, first)]
    while waiting:
        element, inherited = waiting.pop()
        declared = cascade.of(element)
        # Browsers give a few tags and attributes these; a style of the page's own is stronger.
        if element.tag not in _ROOTS and element is not root and (_is_absent(element, declared) or is_gone(declared)):
            element.drop_tree()
            continue
        look = _look(_attributes(element) | declared, inherited) if element.attrib or declared else inherited
        if element.tag in _ROOTS:
            look = replace(look, visible=True, sized=True)
        if not look.shows_text:
            element.text = None
            for child in element:
                child.tail = None
        waiting += [(child, look) for child in element]
        # What it says is done. trafilatura would take `overflow: hidden` for a sign of hidden text.
        element.attrib.pop("style", None)


def _is_comment() -> Any:
    from lxml import etree

    return etree.Comment


def _is_absent(element: HtmlElement, declared: Declared) -> bool:
    if element.tag in NEVER_SHOWN:
        return True
    closed = element.tag == "dialog" and element.get("open") is None
    return "display" not in declared and (closed or element.get("hidden") is not None or element.get("popover") is not None)


def _attributes(element: HtmlElement) -> Declared:
    """The colours and sizes of old HTML as styles."""
    import tinycss2

    names = {"bgcolor": "background-color"}
    if element.tag == "font":
        names |= {"color": "color"}
    elif element.tag == "body":
        names |= {"text": "color"}
    return {style: tinycss2.parse_component_value_list(element.get(name)) for name, style in names.items() if element.get(name)}


def _look(declared: Declared, inherited: _Look) -> _Look:
    if not declared:
        return inherited
    look = inherited
    visibility = word(declared, "visibility")
    if visibility in ("hidden", "collapse", "visible"):
        look = replace(look, visible=visibility == "visible")
    for token in declared.get("font-size", ())[:1]:
        # A size in proportion to nothing stays nothing.
        relative = token.type == "percentage" or (token.type == "dimension" and token.lower_unit == "em")
        size = token.value * 0.16 if token.type == "percentage" else pixels(token, absolute=True)
        look = replace(look, sized=not size <= SMALL and (look.sized or not relative))
    for name in ("color", "-webkit-text-fill-color"):
        if name in declared:
            look = replace(look, colour=_colour(declared[name], look.colour))
    if "background-color" in declared:
        look = replace(look, ground=_ground(declared["background-color"], look.ground))
    if any(token.type in ("url", "function") and not _is_colour(token) for token in declared.get("background-image", ())):
        look = replace(look, ground=None)
    return look


def _colour(value: list[Any], inherited: Colour | None) -> Colour | None:
    if len(value) == 1 and value[0].type == "ident" and value[0].lower_value in ("inherit", "unset", "currentcolor"):
        return inherited
    return next((colour for colour in map(_parsed, value) if colour), None)


def _ground(value: list[Any], inherited: Colour | None) -> Colour | None:
    """What lies behind: a colour that covers, or what was there."""
    colour = next((colour for colour in map(_parsed, value) if colour), (0.0, 0.0, 0.0, 0.0))
    if colour[3] > 1 - FAINT:
        return colour
    return inherited if colour[3] < FAINT else None


def _parsed(token: Any) -> Colour | None:
    from tinycss2.color4 import parse_color

    colour = parse_color(token)
    if colour is None or isinstance(colour, str):
        return None
    red, green, blue, alpha = colour.to("srgb")
    return (red, green, blue, alpha)


def _is_colour(token: Any) -> bool:
    return _parsed(token) is not None
