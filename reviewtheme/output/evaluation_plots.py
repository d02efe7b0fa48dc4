"""Plots of an evaluation as inline SVG, drawn by matplotlib: the same evaluation gives the same bytes."""

import io
import re
from html import escape
from typing import Any

from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullFormatter

from reviewtheme.evaluation.evaluation_result import Evaluation, ThemeQuality
from reviewtheme.output.terminal import printable

_BLUE, _ORANGE, _GREEN, _GREY, _INK = "#0072B2", "#B34700", "#00664B", "#767676", "#1f2328"
"""Each at least 4.5 : 1 on white, and told apart without red and green; shapes differ, too."""
_SETTINGS: dict[Any, Any] = {
    "svg.fonttype": "none",  # text stays text: it can be found, read aloud and enlarged
    "text.parse_math": False,  # a name with two dollar signs is no formula
    "font.family": ["DejaVu Sans"],
    "font.size": 10.0,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": _GREY,
    "text.color": _INK,
    "axes.labelcolor": _INK,
    "xtick.color": _INK,
    "ytick.color": _INK,
}
_MOST_CONFUSED = 15
_LONGEST_NAME = 36


def theme_plot(evaluation: Evaluation, *, title: str) -> str:
    """Draw F1 of each labelled theme with its interval, the best first, and that of the baselines."""
    themes = sorted(
        (theme for theme in evaluation.themes if theme.support),
        key=lambda theme: (-(theme.quality.f1.value or 0.0), theme.name),
    )
    with rc_context(_SETTINGS):
        figure = Figure(figsize=(8.2, 1.2 + 0.27 * len(themes)), layout="constrained")
        axes = figure.add_subplot()
        rows = list(range(len(themes)))
        for row, theme in zip(rows, themes, strict=True):
            f1 = theme.quality.f1
            if f1.low is not None and f1.high is not None:
                axes.hlines(row, f1.low, f1.high, color=_BLUE, linewidth=2)
        axes.plot([_f1(theme) for theme in themes], rows, "o", color=_BLUE, label="evaluated")
        for baseline, marker, colour in zip(evaluation.baselines, "sD", (_ORANGE, _GREEN), strict=False):
            known = [(baseline.f1.get(theme.id), row) for row, theme in zip(rows, themes, strict=True)]
            places = [(value, row) for value, row in known if value is not None]
            axes.plot(
                [value for value, _ in places],
                [row for _, row in places],
                marker,
                color=colour,
                markerfacecolor="white",
                markersize=5,
                label=baseline.name,
            )
        axes.set_yticks(rows, [f"{_short(theme.name)} ({theme.support:,})" for theme in themes])
        axes.set_ylim(len(themes) - 0.4, -0.6)
        axes.set_xlim(-0.02, 1.02)
        axes.set_xlabel("F1; the line is its 95 % interval. In brackets: number of labels")
        axes.grid(axis="x", color="#dddddd", linewidth=0.6)
        axes.set_axisbelow(True)
        axes.legend(loc="lower left", bbox_to_anchor=(0, 1.0), ncols=3, frameon=False)
        return _svg(figure, "themes", title)


def calibration_plot(evaluation: Evaluation, *, title: str) -> str:
    """Draw the share that is labelled against the score, and how many pairs have such scores."""
    bins = [part for part in evaluation.calibration.bins if part.pairs]
    with rc_context(_SETTINGS):
        figure = Figure(figsize=(5.4, 5.6), layout="constrained")
        above, below = figure.subplots(2, 1, height_ratios=(3, 1), sharex=True)
        above.plot((0, 1), (0, 1), "--", color=_GREY, linewidth=1, label="scores that mean what they say")
        above.plot(
            [part.mean_score for part in bins],
            [part.share_labelled for part in bins],
            "o-",
            color=_BLUE,
            label="evaluated",
        )
        above.set_ylim(-0.02, 1.02)
        above.set_ylabel("Share that is labelled")
        above.legend(loc="upper left", frameon=False)
        below.bar(
            [(part.low + part.high) / 2 for part in bins],
            [part.pairs for part in bins],
            width=0.09,
            color=_BLUE,
        )
        below.set_yscale("log")
        below.yaxis.set_major_formatter(FuncFormatter(lambda pairs, _: f"{pairs:,.0f}"))
        below.yaxis.set_minor_formatter(NullFormatter())
        below.set_ylabel("Pairs")
        below.set_xlabel("Score")
        below.set_xlim(-0.02, 1.02)
        return _svg(figure, "calibration", title)


def confusion_plot(evaluation: Evaluation, *, title: str) -> str:
    """Draw how often a theme was missed where another was marked wrongly, for the most confused themes."""
    weight: dict[str, int] = {}
    for confusion in evaluation.confusions:
        for theme in (confusion.missed, confusion.marked):
            weight[theme] = weight.get(theme, 0) + confusion.sentences
    most = sorted(weight, key=lambda theme: -weight[theme])[:_MOST_CONFUSED]
    themes = [theme for theme in evaluation.themes if theme.id in most]
    place = {theme.id: number for number, theme in enumerate(themes)}
    table = [[0] * len(themes) for _ in themes]
    for confusion in evaluation.confusions:
        if confusion.missed in place and confusion.marked in place:
            table[place[confusion.missed]][place[confusion.marked]] = confusion.sentences
    with rc_context(_SETTINGS):
        figure = Figure(figsize=(4.4 + 0.32 * len(themes), 3.4 + 0.32 * len(themes)), layout="constrained")
        axes = figure.add_subplot()
        _draw_cells(axes, table)
        names = [_short(theme.name) for theme in themes]
        axes.set_yticks([row + 0.5 for row in range(len(names))], names)
        axes.set_xticks([row + 0.5 for row in range(len(names))], names, rotation=60, ha="right")
        axes.tick_params(length=0)
        axes.set_ylabel("Missed")
        axes.set_xlabel("Marked in its place")
        return _svg(figure, "confusions", title)


def _draw_cells(axes: Axes, table: list[list[int]]) -> None:
    most = max((max(row) for row in table), default=0) or 1
    axes.pcolormesh(table, cmap="Blues", vmin=0, vmax=most * 1.2, edgecolors="#eeeeee", linewidth=0.5)
    for row, counts in enumerate(table):
        for column, count in enumerate(counts):
            if count:
                colour = "white" if count > 0.75 * most and most > 1 else _INK
                axes.text(
                    column + 0.5, row + 0.5, f"{count:,}", ha="center", va="center", color=colour, fontsize=8
                )
    axes.invert_yaxis()


def _f1(theme: ThemeQuality) -> float:
    return theme.quality.f1.value or 0.0


def _short(name: str) -> str:
    plain = printable(" ".join(name.split()))
    return plain if len(plain) <= _LONGEST_NAME else f"{plain[: _LONGEST_NAME - 1]}…"


def _svg(figure: Figure, name: str, title: str) -> str:
    """Return an <svg> element to put into a page: its ids bear its name, and it has a text in its place."""
    drawn = io.StringIO()
    with rc_context({"svg.hashsalt": name}):
        figure.savefig(drawn, format="svg", metadata={"Date": None, "Creator": None})
    svg = drawn.getvalue()[drawn.getvalue().index("<svg") :]
    svg = re.sub(r'\bid="', f'id="{name}-', svg)
    svg = re.sub(r'(url\(|href=")#', rf"\1#{name}-", svg)
    return svg.replace("<svg", f'<svg role="img" aria-label="{escape(title, quote=True)}"', 1)
