"""Two kinds of plot, written as SVG by hand: bars on a logarithmic axis, and lines on two."""

from __future__ import annotations

from html import escape
from math import ceil, floor, log10
from pathlib import Path

_COLOURS = ("#1b6e53", "#2f9e78", "#b8472a", "#8a6d3b", "#4a5fa5", "#7a4fa3", "#666666")
_WIDTH = 760
_LEFT = 230
_ROW = 30
_TEXT = 'font-family="sans-serif" font-size="13"'


def bars(path: Path, title: str, values: list[tuple[str, float]]) -> Path:
    """One bar a value, longest for the highest, on a logarithmic axis that begins at a power of ten."""
    low = floor(log10(min(value for _, value in values)))
    high = ceil(log10(max(value for _, value in values)))
    scale = (_WIDTH - _LEFT - 90) / (high - low or 1)
    parts = [_label(10, 24, title, size=16)]
    for index, (name, value) in enumerate(values):
        top = 44 + index * _ROW
        width = (log10(value) - low) * scale
        colour = _COLOURS[0] if name.startswith("whydenied") else _COLOURS[-1]
        parts.append(_label(_LEFT - 8, top + 15, name, anchor="end"))
        parts.append(f'<rect x="{_LEFT}" y="{top}" width="{width:.1f}" height="20" fill="{colour}"/>')
        parts.append(_label(_LEFT + width + 6, top + 15, f"{value:,.0f}"))
    foot = f"logarithmic axis from {10**low:,} to {10**high:,}"
    parts.append(_label(_LEFT, 44 + len(values) * _ROW + 14, foot))
    return _write(path, parts, height=44 + len(values) * _ROW + 30)


def lines(path: Path, title: str, series: dict[str, list[tuple[float, float]]]) -> Path:
    """One line a series of (x, y), both axes logarithmic."""
    points = [point for listed in series.values() for point in listed]
    left, top, width, height = 70.0, 44.0, 440.0, 320.0
    x_low, x_high = log10(min(x for x, _ in points)), log10(max(x for x, _ in points))
    y_low, y_high = floor(log10(min(y for _, y in points))), ceil(log10(max(y for _, y in points)))
    parts = [_label(10, 24, title, size=16)]
    for power in range(y_low, y_high + 1):
        y = top + height - (power - y_low) / (y_high - y_low) * height
        parts.append(f'<line x1="{left}" y1="{y:.1f}" x2="{left + width}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(_label(left - 8, y + 4, f"{10**power:,}", anchor="end"))
    for x_value in sorted({x for x, _ in points}):
        x = left + (log10(x_value) - x_low) / (x_high - x_low or 1) * width
        parts.append(_label(x, top + height + 20, f"{x_value:,.0f}", anchor="middle"))
    for index, (name, listed) in enumerate(series.items()):
        colour = _COLOURS[index % len(_COLOURS)]
        drawn = " ".join(
            f"{left + (log10(x) - x_low) / (x_high - x_low or 1) * width:.1f},"
            f"{top + height - (log10(y) - y_low) / (y_high - y_low) * height:.1f}"
            for x, y in listed
        )
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts.append(f'<rect x="{left + width + 20}" y="{top + index * 24}" width="12" height="12" fill="{colour}"/>')
        parts.append(_label(left + width + 40, top + index * 24 + 11, name))
    return _write(path, parts, height=int(top + height + 36))


def _label(x: float, y: float, text: str, *, anchor: str = "start", size: int = 13) -> str:
    style = _TEXT.replace('"13"', f'"{size}"')
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" {style}>{escape(text)}</text>'


def _write(path: Path, parts: list[str], *, height: int) -> Path:
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}">'
    path.write_text(
        "\n".join([head, '<rect width="100%" height="100%" fill="white"/>', *parts, "</svg>\n"]), encoding="utf-8"
    )
    return path
