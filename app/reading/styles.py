"""The style declarations of a page that stand in it: its `<style>` elements and `style` attributes, in the order of the cascade.

Style sheets of other files are not known. Of `@media` the screen's are taken; conditions on its width are not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from app.text.tables import word_set

if TYPE_CHECKING:
    from cssselect2 import Matcher
    from lxml.html import HtmlElement

Declared = dict[str, list[Any]]
"""A property's name (lower case, shorthands resolved) → the tokens of its value, without white space."""

_WANTED = word_set(
    "display opacity filter transform scale zoom position left right top bottom inset margin margin-left margin-top text-indent "
    "content-visibility clip clip-path width height max-width max-height overflow overflow-x overflow-y font font-size "
    "visibility color -webkit-text-fill-color background background-color background-image"
)
"""Properties that say whether something is seen."""
_GROUPS = frozenset(("supports", "layer", "container"))
_SCREEN = frozenset(("", "all", "screen", "only screen"))


def style_rules(root: HtmlElement) -> list[tuple[Any, list[Any]]]:
    """The rules of the page's `<style>` elements that concern what is seen: selector tokens and tinycss2 declarations."""
    import tinycss2

    rules: list[tuple[Any, list[Any]]] = []
    for style in root.iter("style"):
        if _is_for_screen(style.get("media", "")) and next(style.iterancestors("noscript"), None) is None:
            for rule in _flat(tinycss2.parse_stylesheet(style.text or "", skip_comments=True, skip_whitespace=True)):
                found = _declarations(rule.content)
                if found:
                    rules.append((rule.prelude, found))
    return rules


def in_order(declarations: Iterable[Any]) -> Declared:
    """What holds of these, which stand from the weakest to the strongest."""
    declared: Declared = {}
    for important in (False, True):
        for declaration in declarations:
            if declaration.important == important:
                declared.update(_resolved(declaration.lower_name, [token for token in declaration.value if token.type != "whitespace"]))
    return declared


class Cascade:
    """Gives each element's declarations. `rules` are matched only if there are some: that costs most."""

    def __init__(self, root: HtmlElement, rules: list[tuple[Any, list[Any]]]) -> None:
        self._matched: dict[HtmlElement, list[Any]] = {}
        self._inline: dict[str, tuple[list[Any], Declared]] = {}
        if rules:
            from cssselect2 import ElementWrapper

            matcher = _matcher(rules)
            for element in ElementWrapper.from_html_root(root).iter_subtree():
                found = [declaration for *_, pseudo, part in matcher.match(element) if pseudo is None for declaration in part]
                if found:
                    self._matched[element.etree_element] = found

    def of(self, element: HtmlElement) -> Declared:
        style = element.get("style")
        matched = self._matched.get(element)
        if not style:
            return in_order(matched) if matched else {}
        if style not in self._inline:
            own = _declarations(style)
            self._inline[style] = own, in_order(own)
        own, alone = self._inline[style]
        return in_order([*matched, *own]) if matched else alone


def _matcher(rules: list[tuple[Any, list[Any]]]) -> Matcher:
    from cssselect2 import Matcher, SelectorError, compile_selector_list

    matcher = Matcher()
    for prelude, declarations in rules:
        try:
            for selector in compile_selector_list(prelude):
                matcher.add_selector(selector, declarations)
        except SelectorError:  # a browser drops the rule too
            continue
    return matcher


def _declarations(content: Any) -> list[Any]:
    """Those that concern what is seen, of a rule's tokens or a `style` attribute."""
    import tinycss2

    found = tinycss2.parse_blocks_contents(content, skip_comments=True, skip_whitespace=True)
    return [item for item in found if item.type == "declaration" and item.lower_name in _WANTED]


def _flat(rules: list[Any]) -> Iterator[Any]:
    """Style rules, and those inside of groups that hold for a screen."""
    import tinycss2

    waiting = list(reversed(rules))
    while waiting:
        rule = waiting.pop()
        if rule.type == "qualified-rule":
            yield rule
        elif rule.type == "at-rule" and rule.content is not None:
            name = rule.lower_at_keyword
            if name in _GROUPS or (name == "media" and _is_for_screen(tinycss2.serialize(rule.prelude))):
                waiting += reversed(tinycss2.parse_rule_list(rule.content, skip_comments=True, skip_whitespace=True))


def _is_for_screen(media: str) -> bool:
    return any(part.strip().lower() in _SCREEN for part in media.split(","))


def _resolved(name: str, value: list[Any]) -> Declared:
    """A shorthand as the parts that matter here."""
    if name == "background":
        # Also the colour that a shorthand without one sets back.
        return {"background-color": value, "background-image": value}
    if name == "font":
        # A number that is not nothing is a weight.
        size = next((t for t in value if t.type in ("dimension", "percentage") or (t.type == "number" and t.value == 0)), None)
        return {"font-size": [size]} if size is not None else {}
    if name == "inset":
        return dict.fromkeys(("left", "top"), value)
    if name == "margin":
        return {"margin-left": value}
    if name in ("overflow-x", "overflow-y"):
        return {"overflow": value}
    return {name: value}
