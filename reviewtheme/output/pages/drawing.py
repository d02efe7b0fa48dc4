"""Matplotlib's figures as SVG inside a page: the same bytes each time, text as text, no script."""

import io
import re
import warnings
from collections.abc import Callable
from html import escape
from typing import TYPE_CHECKING, Any

from reviewtheme.errors import MissingExtraError
from reviewtheme.output.pages.rendering import displayed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

INK, FAINT = "#1d2430", "#dfe3e8"
_STYLE: dict[Any, Any] = {
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],
    "font.size": 10.0,
    "text.color": INK,
    "text.parse_math": False,
    "text.usetex": False,
    "axes.edgecolor": "#8a919c",
    "axes.labelcolor": INK,
    "axes.linewidth": 0.8,
    "xtick.color": "#4a525e",
    "ytick.color": INK,
    "svg.fonttype": "none",
    "hatch.linewidth": 0.6,
}


def draw(name: str, title: str, *, width: float, height: float, paint: "Callable[[Axes], None]") -> str:
    """Return a figure as an `<svg>` element that says what it shows.

    Args:
        name: what the plot is called within its page; parts that are referred to are named after it.
        title: what the plot shows, for readers who do not see it.
        width: points.
        height: points.
        paint: draws into the axes, which fill the figure.

    Raises:
        MissingExtraError: Matplotlib is not installed.
    """
    try:
        import matplotlib as mpl
        from matplotlib.backends.backend_svg import FigureCanvasSVG
        from matplotlib.figure import Figure
    except ImportError as error:
        raise MissingExtraError('Plots need Matplotlib: pip install "reviewtheme[report]".') from error
    drawn = io.StringIO()
    with mpl.rc_context({**_STYLE, "svg.hashsalt": name}), warnings.catch_warnings():
        # a reader's browser has fonts for letters that Matplotlib's own font lacks
        warnings.filterwarnings("ignore", message="Glyph", category=UserWarning)
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        FigureCanvasSVG(figure)
        paint(figure.add_axes((0, 0, 1, 1)))
        nothing = {"Date": None, "Creator": None, "Format": None, "Type": None}
        figure.savefig(drawn, format="svg", transparent=True, metadata=nothing)
    return _inside_a_page(drawn.getvalue(), title, width, height)


def shortened(text: str, most: int) -> str:
    """Cut a label that is longer than there is room for."""
    shown = displayed(" ".join(text.split()))
    return shown if len(shown) <= most else shown[: most - 1].rstrip() + "…"


def _inside_a_page(svg: str, title: str, width: float, height: float) -> str:
    body = svg[svg.index("<defs") :] if "<defs" in svg else svg[svg.index("<g") :]
    body = re.sub(r"<defs>\s*<style.*?</style>\s*</defs>", "", body, count=1, flags=re.DOTALL)
    body = re.sub(r'<g id="[^"]*"', "<g", body)  # names that nothing refers to, and every figure has again
    body = re.sub(
        r" ?font(?:-family|-size|-style|-weight|-variant|-stretch)?: [^;\"]*'DejaVu Sans'[^;\"]*;?",
        _size,
        body,
    )
    body = re.sub(r"\n\s*", "\n", body)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" role="img" '
        f'aria-label="{escape(displayed(title))}" viewBox="0 0 {width:g} {height:g}" '
        f'width="{width:g}" height="{height:g}">{body}'
    )


def _size(font: "re.Match[str]") -> str:
    """Keep a text's size and leave its font to the page."""
    found = re.search(r"([\d.]+)px", font[0])
    return f" font-size: {found[1]}px;" if found else ""
