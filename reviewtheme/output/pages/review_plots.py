"""The plots of one review: how often each theme occurs and with which stance, and where in the document."""

from bisect import bisect_right
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.output.pages.drawing import FAINT, INK, draw, shortened
from reviewtheme.output.pages.palette import stance_looks

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_WIDTH = 860.0
_LEFT, _RIGHT, _TOP, _BOTTOM = 272.0, 24.0, 10.0, 34.0
"""Margins in points; the left one holds the names of themes."""
_ROW = 21.0
_LONGEST_NAME = 46
_NUMBER_FITS = 16.0
"""Points that a bar must have for a number inside it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strip:
    """Where themes stand in the document, as a picture, and how to find a place of it again."""

    svg: str
    """The picture."""
    left: float
    """Points from the left edge to the first character of the text."""
    right: float
    """Points from the left edge to the end of the text."""
    top: float
    """Points from the upper edge to the upper edge of the first theme's row."""
    row: float
    """Points that a theme's row is high."""


def theme_profile(coded: CodedReview) -> str:
    """Return bars, one a theme, cut by stance; the most frequent theme first. Empty where none was found."""
    if not coded.themes:
        return ""
    height = _TOP + _ROW * len(coded.themes) + _BOTTOM
    title = (
        "Bars: number of sentences for each theme, divided by stance. The table below has the same numbers."
    )
    return draw("profile", title, width=_WIDTH, height=height, paint=partial(_paint_profile, coded=coded))


def theme_strip(coded: CodedReview) -> Strip | None:
    """Return a row for each theme with a stroke for each of its sentences; None where no theme was found."""
    if not coded.themes:
        return None
    height = _TOP + _ROW * len(coded.themes) + _BOTTOM
    title = "Strokes: where in the document each theme stands. The table below has the pages."
    svg = draw("strip", title, width=_WIDTH, height=height, paint=partial(_paint_strip, coded=coded))
    return Strip(svg=svg, left=_LEFT, right=_WIDTH - _RIGHT, top=_TOP, row=_ROW)


def _place(axes: "Axes", rows: int) -> None:
    """Give the axes a row for each theme, from above, between the margins."""
    height = _TOP + _ROW * rows + _BOTTOM
    axes.set_position((_LEFT / _WIDTH, _BOTTOM / height, 1 - (_LEFT + _RIGHT) / _WIDTH, _ROW * rows / height))
    axes.set_ylim(rows, 0)
    axes.tick_params(length=0, pad=7)
    axes.spines[["top", "right", "left", "bottom"]].set_visible(False)


def _name_rows(axes: "Axes", coded: CodedReview) -> None:
    names = [shortened(profile.theme.name, _LONGEST_NAME) for profile in coded.themes]
    axes.set_yticks([row + 0.5 for row in range(len(names))], names, fontsize=10.5)


def _paint_profile(axes: "Axes", coded: CodedReview) -> None:
    from matplotlib.ticker import MaxNLocator

    rows = [row + 0.5 for row in range(len(coded.themes))]
    _place(axes, len(rows))
    _name_rows(axes, coded)
    most = max(profile.sentences for profile in coded.themes)
    axes.set_xlim(0, most * 1.06)
    axes.grid(axis="x", color=FAINT, linewidth=0.7)
    axes.set_axisbelow(True)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=9, integer=True))
    axes.set_xlabel("Sentences", fontsize=10)
    fits = _NUMBER_FITS * most * 1.06 / (_WIDTH - _LEFT - _RIGHT)
    ends = [0.0] * len(rows)
    for look in stance_looks(coded.codebook.stances):
        counts = [profile.stances[look.stance.id] for profile in coded.themes]
        axes.barh(rows, counts, left=ends, height=0.68, color=look.colour, edgecolor="white", linewidth=1.2)
        for row, start, count in zip(rows, ends, counts, strict=True):
            if count >= fits:
                axes.text(
                    start + count / 2, row, str(count), color="white", fontsize=9, weight="bold",
                    ha="center", va="center_baseline",
                )  # fmt: skip
        ends = [end + count for end, count in zip(ends, counts, strict=True)]
    if not coded.codebook.stances:
        axes.barh(rows, [p.sentences for p in coded.themes], height=0.68, color=INK)
        ends = [float(p.sentences) for p in coded.themes]
    for row, end in zip(rows, ends, strict=True):
        axes.text(end + most * 0.006, row, f"{end:.0f}", fontsize=9.5, va="center_baseline")


def _paint_strip(axes: "Axes", coded: CodedReview) -> None:
    _place(axes, len(coded.themes))
    _name_rows(axes, coded)
    axes.set_xlim(0, max(1, len(coded.review.text)))
    for row in range(len(coded.themes)):
        axes.axhline(row + 0.5, color=FAINT, linewidth=0.7, zorder=0)
    _mark_pages(axes, coded)
    looks = {look.stance.id: look.colour for look in stance_looks(coded.codebook.stances)}
    places: dict[str, list[tuple[int, float]]] = {}
    for row, profile in enumerate(coded.themes):
        for index in sorted(profile.evidence):
            sentence = coded.sentences[index]
            places.setdefault(sentence.stance, []).append((row, (sentence.start + sentence.end) / 2))
    for stance, found in sorted(places.items()):
        axes.vlines(
            [at for _, at in found],
            [row + 0.16 for row, _ in found],
            [row + 0.84 for row, _ in found],
            color=looks.get(stance, INK),
            linewidth=2.2,
        )


def _mark_pages(axes: "Axes", coded: CodedReview) -> None:
    """Draw where pages begin, and number so many that the numbers do not run into each other."""
    starts: dict[int, int] = {}
    for sentence in coded.sentences:
        starts.setdefault(sentence.page, sentence.start)
    pages = sorted(starts)
    if len(pages) < 2:
        axes.set_xticks([])
        axes.set_xlabel("From the beginning of the text to its end", fontsize=10)
        return
    if len(pages) <= 80:
        axes.vlines([starts[page] for page in pages], 0, len(coded.themes), color=FAINT, linewidth=0.6)
    steps = (1, 2, 5, 10, 20, 50, 100, 200, 500)
    step = steps[min(bisect_right(steps, len(pages) / 26), len(steps) - 1)]
    shown = [page for page in pages if page % step == 0 or (page == 1 and step < 5)]
    axes.set_xticks([starts[page] for page in shown], [str(page) for page in shown], fontsize=9)
    axes.set_xlabel("Page", fontsize=10)
