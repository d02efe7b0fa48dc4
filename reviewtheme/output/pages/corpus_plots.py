"""The plots of a corpus: how common themes are, which come together, and how that changes by year."""

import math
from collections.abc import Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from reviewtheme.codebook import Theme
from reviewtheme.output.pages.corpus_digest import Interval, Rate
from reviewtheme.output.pages.drawing import FAINT, draw, shortened

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_BLUE = "#1f5c99"
_SHADES = ("#ffffff", "#dceaf6", "#a9cce6", "#6aa5d2", "#2f77b3", "#123f6d")
_WIDTH = 860.0
_NAME = 272.0
"""Points for the names of themes."""
_ROW = 21.0
_CELL = 19.0
"""Points that a pair of themes is wide and high."""
_COLUMNS = 4
_PANEL_HEIGHT = 104.0
_MARGIN_BELOW = 36.0
_LABELS_ABOVE, _KEY_BELOW = 128.0, 46.0
"""Points above the squares for names, and below them for what the shades mean."""


def prevalence_plot(themes: Sequence[tuple[Theme, Interval, Rate]]) -> str:
    """Return dots for the share of reviews with each theme and for how much of a review is about it."""
    height = _ROW * len(themes) + _MARGIN_BELOW
    title = (
        "Dots: share of reviews with each theme, and its sentences in 100 sentences of a review; "
        "lines: 95 % confidence intervals. The table below has the numbers."
    )
    return draw(
        "prevalence", title, width=_WIDTH, height=height, paint=partial(_paint_prevalence, themes=themes)
    )


def together_plot(themes: Sequence[Theme], shares: Mapping[tuple[str, str], float]) -> str:
    """Return a square for each pair of themes, the darker the more often they come together.

    Args:
        themes: the themes, in order.
        shares: two theme ids, in that order, to the share of sentences with either that have both, 0..1.
    """
    size = _CELL * max(1, len(themes) - 1)
    title = (
        "Squares: how often two themes come together in a sentence. The table has the most frequent pairs."
    )
    paint = partial(_paint_together, themes=themes, shares=shares)
    height = _LABELS_ABOVE + size + _KEY_BELOW
    return draw("together", title, width=max(_WIDTH, _NAME + size + 170), height=height, paint=paint)


def years_plot(name: str, themes: Sequence[tuple[Theme, Mapping[int, Rate]]], *, top: float = 0) -> str:
    """Return a small plot a theme: a line for its mean in each year, and a band for the confidence interval.

    Args:
        name: what the plot is called within its page.
        themes: themes with their values by year, years in order.
        top: the value at the top of each plot; 0 lets each have its own.
    """
    rows = -(-len(themes) // _COLUMNS)
    title = "Lines: each theme by year; bands: 95 % confidence intervals. The table below has the numbers."
    paint = partial(_paint_years, themes=themes, top=top)
    return draw(name, title, width=_WIDTH, height=rows * _PANEL_HEIGHT + 6, paint=paint)


def _paint_prevalence(axes: "Axes", themes: Sequence[tuple[Theme, Interval, Rate]]) -> None:
    height = _ROW * len(themes) + _MARGIN_BELOW
    bottom, tall = _MARGIN_BELOW / height, 1 - _MARGIN_BELOW / height
    second = axes.figure.add_axes((656 / _WIDTH, bottom, 170 / _WIDTH, tall))
    axes.set_position((_NAME / _WIDTH, bottom, 270 / _WIDTH, tall))
    names = [shortened(theme.name, 46) for theme, _, _ in themes]
    shares = [
        Rate(mean=100 * one.share, bounds=(100 * one.bounds[0], 100 * one.bounds[1])) for _, one, _ in themes
    ]
    rates = [rate for _, _, rate in themes]
    _paint_dots(axes, shares, names, "Share of reviews, %", 100)
    _paint_dots(second, rates, [""] * len(names), "Sentences in 100 of a review", 0)
    for row, (_, one, _) in enumerate(themes):
        told = f"{100 * one.share:.0f} %"
        axes.text(108, row + 0.5, told, fontsize=9.5, va="center_baseline", clip_on=False)


def _paint_dots(axes: "Axes", values: Sequence[Rate], names: Sequence[str], label: str, top: float) -> None:
    axes.set_ylim(len(values), 0)
    axes.tick_params(length=0, pad=9)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)
    axes.grid(axis="x", color=FAINT, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.set_xlabel(label, fontsize=10)
    rows = [row + 0.5 for row in range(len(values))]
    axes.set_yticks(rows, names, fontsize=10.5)
    axes.set_xlim(0, top or 1.05 * max((value.bounds or (0, value.mean))[1] for value in values))
    for row, value in zip(rows, values, strict=True):
        if value.bounds:
            axes.hlines(row, *value.bounds, color=_BLUE, linewidth=2.4, alpha=0.45, clip_on=False)
    axes.plot([value.mean for value in values], rows, "o", color=_BLUE, markersize=6, clip_on=False)


def _paint_together(axes: "Axes", themes: Sequence[Theme], shares: Mapping[tuple[str, str], float]) -> None:
    from matplotlib.collections import PolyCollection

    number = max(1, len(themes) - 1)
    size = _CELL * number
    width, height = max(_WIDTH, _NAME + size + 170), _LABELS_ABOVE + size + _KEY_BELOW
    axes.set_position((_NAME / width, _KEY_BELOW / height, size / width, size / height))
    axes.set_xlim(0, number)
    axes.set_ylim(number, 0)
    axes.set_axis_off()
    most = max(shares.values())
    places = [(row, column) for row in range(number) for column in range(row + 1)]
    colours = []
    for row, column in places:
        share = shares.get((themes[column].id, themes[row + 1].id), 0.0)
        colours.append(_SHADES[math.ceil((len(_SHADES) - 1) * (share / most))])
    squares = [((x, y), (x + 1, y), (x + 1, y + 1), (x, y + 1)) for y, x in places]
    axes.add_collection(PolyCollection(squares, facecolors=colours, edgecolors=FAINT, linewidths=0.6))
    for row in range(number):
        axes.text(
            -0.35,
            row + 0.5,
            shortened(themes[row + 1].name, 44),
            fontsize=9.5,
            ha="right",
            va="center_baseline",
        )
        axes.text(
            row + 0.62, row - 0.12, shortened(themes[row].name, 40), fontsize=9.5, rotation=32,
            ha="left", va="bottom", rotation_mode="anchor", clip_on=False,
        )  # fmt: skip
    _paint_key(axes, number, most)


def _paint_key(axes: "Axes", number: int, most: float) -> None:
    """Draw what the shades mean, below the squares, in points from their lower left corner."""
    for step, colour in enumerate(_SHADES[1:], 1):
        left, above = (step - 1) * 88.0 / _CELL, number + 12 / _CELL
        right, below = left + 84.0 / _CELL, number + 22 / _CELL
        axes.fill_between([left, right], above, below, color=colour, clip_on=False, linewidth=0)
        told = f"up to {100 * most * step / (len(_SHADES) - 1):.1f} %"
        axes.text(left, below + 4 / _CELL, told, fontsize=9, va="top", clip_on=False)


def _paint_years(axes: "Axes", themes: Sequence[tuple[Theme, Mapping[int, Rate]]], top: float) -> None:
    rows = -(-len(themes) // _COLUMNS)
    axes.set_xlim(0, _WIDTH)
    axes.set_ylim(rows * _PANEL_HEIGHT + 6, 0)
    axes.set_axis_off()
    for place, (theme, values) in enumerate(themes):
        left = (place % _COLUMNS) * _WIDTH / _COLUMNS + 26
        above = (place // _COLUMNS) * _PANEL_HEIGHT + 26
        axes.text(left - 22, above - 10, shortened(theme.name, 33), fontsize=9, weight="bold", va="baseline")
        _paint_year_panel(axes, values, left, above, top or _nice_top(values))


def _nice_top(values: Mapping[int, Rate]) -> float:
    """Return a round number that no mean exceeds; bands may be cut off by it."""
    most = max(value.mean for value in values.values()) or 1.0
    scale = 10.0 ** math.floor(math.log10(most))
    return next(step * scale for step in (1, 2, 3, 4, 5, 6, 8, 10) if step * scale >= most)


def _paint_year_panel(
    axes: "Axes", values: Mapping[int, Rate], left: float, above: float, top: float
) -> None:
    width, height = _WIDTH / _COLUMNS - 44, _PANEL_HEIGHT - 46
    years = list(values)
    at = [left + width * (year - years[0]) / max(1, years[-1] - years[0]) for year in years]

    def up(value: float) -> float:
        return above + height * (1 - min(value, top) / top)

    small: dict[str, Any] = {"fontsize": 7.5, "color": "#4a525e"}
    axes.hlines([up(0), up(top / 2), up(top)], left, left + width, color=FAINT, linewidth=0.7)
    axes.text(left - 4, up(0), "0", ha="right", va="center", **small)
    axes.text(left - 4, up(top), f"{top:g}", ha="right", va="center", **small)
    axes.text(left, above + height + 4, str(years[0]), ha="left", va="top", **small)
    axes.text(left + width, above + height + 4, str(years[-1]), ha="right", va="top", **small)
    bounds = [value.bounds or (value.mean, value.mean) for value in values.values()]
    low, high = ([up(pair[end]) for pair in bounds] for end in (0, 1))
    known = [value.bounds is not None for value in values.values()]
    axes.fill_between(at, low, high, where=known, color=_BLUE, alpha=0.18, linewidth=0)
    means = [up(value.mean) for value in values.values()]
    axes.plot(at, means, color=_BLUE, linewidth=1.5)
    axes.plot(at, means, "o", color=_BLUE, markersize=3)
    alone = [(x, y) for x, y, sure in zip(at, means, known, strict=True) if not sure]
    axes.plot([x for x, _ in alone], [y for _, y in alone], "o", color=_BLUE, mfc="white", markersize=3.6)
