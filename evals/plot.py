"""Risk–coverage and reliability as SVG files: no plotting library is worth its weight for two pictures."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

WIDTH, HEIGHT = 640, 400
LEFT, RIGHT, TOP, BOTTOM = 60, 20, 40, 50
COLOURS = ("#1f6feb", "#c2410c", "#15803d", "#7c3aed")
"""Blue first; told apart on white and on dark grey, also by most people who see red and green alike."""

Curve = tuple[str, Sequence[tuple[float, float]]]


def risk_coverage_svg(curves: Sequence[Curve]) -> str:
    """One line a curve: across, the share of questions answered; up, the share of those answers that is wrong (both 0 to 1)."""
    return _chart("Risk and coverage", "share of questions answered", "share of answers that are wrong", curves)


def reliability_svg(curves: Sequence[Curve]) -> str:
    """One line a curve: across, the probability given; up, the share that was right; grey, where the two would be one."""
    return _chart("Reliability", "probability given", "share that was right", curves, diagonal=True)


def _chart(title: str, across: str, up: str, curves: Sequence[Curve], *, diagonal: bool = False) -> str:
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" font-family="sans-serif" font-size="13">',
        f"<title>{escape(title)}</title>",
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        *_axes(across, up),
    ]
    if diagonal:
        parts.append(f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="#a1a1aa" stroke-dasharray="4 4"/>')
    for number, (name, points) in enumerate(curves):
        colour = COLOURS[number % len(COLOURS)]
        line = " ".join(f"{_x(one):.1f},{_y(two):.1f}" for one, two in points)
        parts.append(f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<text x="{LEFT + 10}" y="{TOP + 16 + 18 * number}" fill="{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _axes(across: str, up: str) -> list[str]:
    parts = []
    for tenth in range(0, 11, 2):
        share = tenth / 10
        parts.append(f'<path d="M{LEFT} {_y(share):.1f}H{WIDTH - RIGHT}" stroke="#d4d4d8"/>')
        parts.append(f'<text x="{LEFT - 8}" y="{_y(share) + 4:.1f}" text-anchor="end" fill="#3f3f46">{share:.1f}</text>')
        parts.append(f'<text x="{_x(share):.1f}" y="{HEIGHT - BOTTOM + 18}" text-anchor="middle" fill="#3f3f46">{share:.1f}</text>')
    middle = LEFT + (WIDTH - LEFT - RIGHT) / 2
    parts.append(f'<text x="{middle:.0f}" y="{HEIGHT - 10}" text-anchor="middle" fill="#3f3f46">{escape(across)}</text>')
    parts.append(f'<text x="{LEFT - 40}" y="{TOP - 16}" fill="#3f3f46">{escape(up)}</text>')
    return parts


def _x(share: float) -> float:
    return LEFT + share * (WIDTH - LEFT - RIGHT)


def _y(share: float) -> float:
    return HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM)
