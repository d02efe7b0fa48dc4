"""An evaluation as one HTML page that needs nothing else: figures, plots as inline SVG, mistakes."""

from collections.abc import Iterable, Mapping, Sequence
from importlib import import_module, resources

from reviewtheme.errors import MissingExtraError
from reviewtheme.evaluation.evaluation_result import Evaluation
from reviewtheme.evaluation.resampling import Estimate
from reviewtheme.output.evaluation_terminal import figure, signed
from reviewtheme.output.terminal import printable

_TEMPLATE = "evaluation_page.html"


def evaluation_page(evaluation: Evaluation) -> str:
    """Return the page; the same evaluation gives the same bytes.

    Raises:
        MissingExtraError: jinja2 or matplotlib is not installed.
    """
    for package in ("jinja2", "matplotlib"):
        try:
            import_module(package)
        except ImportError as error:
            raise MissingExtraError(
                f"A page needs the package {package}: pip install 'reviewtheme[report]'."
            ) from error
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    from reviewtheme.output.evaluation_plots import calibration_plot, confusion_plot, theme_plot

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    environment.filters |= {
        "figure": figure,
        "interval": _interval,
        "signed": signed,
        "plain": _plain,
        "shade": _shade,
        "named": _named,
    }
    template = resources.files("reviewtheme.output").joinpath(_TEMPLATE).read_text(encoding="utf-8")
    labelled = any(theme.support for theme in evaluation.themes)
    plots = {
        "theme_plot": theme_plot(evaluation, title=_told_of_themes(evaluation)) if labelled else "",
        "calibration_plot": calibration_plot(evaluation, title=_told_of_calibration(evaluation)),
        "confusion_plot": (
            confusion_plot(evaluation, title="Counts of missed themes by the theme marked in their place.")
            if evaluation.confusions
            else ""
        ),
    }
    return environment.from_string(template).render(
        e=evaluation,
        names={theme.id: theme.name for theme in evaluation.themes},
        contents=_contents(evaluation),
        **{name: Markup(svg) for name, svg in plots.items()},  # noqa: S704 - matplotlib escapes what it draws
    )


def _contents(evaluation: Evaluation) -> list[tuple[str, str]]:
    kinds = {mistake.kind for mistake in evaluation.mistakes}
    parts = (
        ("whole", "The whole", True),
        ("themes", "Themes", True),
        ("stance", "Stance", evaluation.stance is not None),
        ("registers", "Kinds of text", bool(evaluation.registers)),
        ("calibration", "Scores", True),
        ("confusions", "Confusions", bool(evaluation.confusions)),
        ("false-marks", "False marks", "false" in kinds),
        ("misses", "Misses", "missed" in kinds),
    )
    return [(place, title) for place, title, is_there in parts if is_there]


def _told_of_themes(evaluation: Evaluation) -> str:
    scored = [theme for theme in evaluation.themes if theme.quality.f1.value is not None]
    ranked = sorted(scored, key=lambda theme: -(theme.quality.f1.value or 0.0))
    best, worst = ranked[0], ranked[-1]
    return (
        f"F1 of {len(ranked)} themes with their intervals, from {printable(best.name)} "
        f"({figure(best.quality.f1.value)}) to {printable(worst.name)} ({figure(worst.quality.f1.value)})."
    )


def _told_of_calibration(evaluation: Evaluation) -> str:
    parts = [
        f"{part.low:.1f} to {part.high:.1f}: {figure(part.share_labelled)}"
        for part in evaluation.calibration.bins
        if part.pairs
    ]
    return f"Share labelled by score. {'; '.join(parts)}."


def _interval(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return ""
    return f"({estimate.low:.2f} to {estimate.high:.2f})"


def _plain(text: str) -> str:
    """Show what a page cannot, or what could turn text around, as marks; escaping is jinja's."""
    return printable(" ".join(text.split()))


def _named(theme_ids: Sequence[str], names: Mapping[str, str]) -> str:
    return ", ".join(_plain(names.get(theme_id, theme_id)) for theme_id in theme_ids) or "nothing"


def _shade(count: int, row: Iterable[int], is_right: bool) -> str:
    """Give a cell's style: the larger its share of the row, the darker; light enough for black text."""
    share = count / max(1, sum(row))
    red, green, blue = (0, 114, 178) if is_right else (179, 71, 0)
    strength = 0.45 * share
    return "background:#" + "".join(
        f"{round(255 - (255 - part) * strength):02x}" for part in (red, green, blue)
    )
