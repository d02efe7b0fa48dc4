"""An evaluation for a reader at a terminal: the whole, each theme, stances, and where it goes wrong."""

from collections.abc import Sequence

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reviewtheme.evaluation.evaluation_result import CalibrationQuality, Evaluation, Mistake, StanceQuality
from reviewtheme.evaluation.resampling import Estimate
from reviewtheme.output.terminal import printable

_NAME_WIDTH = 32
_WIDE = 100
"""Columns that tables with all their intervals need."""
_MOST_CONFUSIONS = 10
DASH = "–"


def print_evaluation(evaluation: Evaluation, console: Console, *, worst: int = 5) -> None:
    """Print an evaluation.

    Args:
        evaluation: what to print.
        console: where to print it.
        worst: most false marks, and most misses, that are shown.
    """
    _print_setting(evaluation, console)
    _print_summary(evaluation, console)
    if evaluation.baselines:
        table = _baseline_table(evaluation, wide=is_wide(console))
        _print_part("Beside it, on the themes that both know", table, console)
    _print_part("Themes", _theme_table(evaluation, wide=is_wide(console)), console)
    if evaluation.stance is not None:
        _print_stance(evaluation.stance, console)
    if evaluation.registers:
        _print_part("Kinds of text", _register_table(evaluation), console)
    _print_calibration(evaluation.calibration, console)
    if evaluation.confusions:
        _print_part("Missed, and another theme marked wrongly", _confusion_table(evaluation), console)
    for kind, title in (("false", "Surest false marks"), ("missed", "Surest misses")):
        _print_mistakes(title, [m for m in evaluation.mistakes if m.kind == kind][:worst], console)


def figure(value: float | None) -> str:
    """Write a figure with two decimals; a dash where it is not known."""
    return DASH if value is None else f"{value:.2f}"


def signed(estimate: Estimate) -> str:
    """Write a difference with its sign, and its interval."""
    if estimate.value is None or estimate.low is None or estimate.high is None:
        return DASH if estimate.value is None else f"{estimate.value:+.2f}"
    return f"{estimate.value:+.2f} ({estimate.low:+.2f} to {estimate.high:+.2f})"


def is_wide(console: Console) -> bool:
    """Tell whether there is room for tables with all their intervals."""
    return console.width >= _WIDE


def fitted(estimate: str, *, wide: bool) -> str:
    """Put the interval of a written estimate below it where there is no room beside it."""
    return estimate if wide else estimate.replace(" (", "\n(")


def headed_table(names: Sequence[str], *headings: str) -> Table:
    """Make a table whose first columns are names, and whose others are figures."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in names:
        table.add_column(name, max_width=_NAME_WIDTH)  # names wrap, so that figures need not be cut
    for heading in headings:
        table.add_column(heading, justify="right", no_wrap=True)
    return table


def _print_setting(evaluation: Evaluation, console: Console) -> None:
    setting = evaluation.setting
    console.print(Text(printable(f"Evaluation of {setting.subject}"), style="bold"))
    disputed = f"; disputed, and counting neither way: {setting.disputed:,}" if setting.disputed else ""
    console.print(
        f"{setting.sentences:,} sentences of {setting.documents:,} documents, {setting.labels:,} theme "
        f"labels{disputed}.",
        highlight=False,
    )
    console.print(Text(printable(f"Label space: {setting.codebook}, {len(evaluation.themes)} themes.")))
    if setting.samples:
        console.print(
            f"In brackets: 95 % intervals, by bootstrap over documents ({setting.samples:,} draws).",
            highlight=False,
        )
    for warning in evaluation.warnings:
        console.print(Text(f"Note: {printable(warning)}", style="yellow"))


def _print_part(title: str, table: Table, console: Console) -> None:
    console.print()
    if title:
        console.print(Text(title, style="bold"))
    console.print(table)


def _print_summary(evaluation: Evaluation, console: Console) -> None:
    micro, macro = evaluation.micro, evaluation.macro
    table = headed_table(("",), "Precision", "Recall", "F1")
    table.add_row("All themes together (micro)", str(micro.precision), str(micro.recall), str(micro.f1))
    name = f"Mean of {macro.themes} themes (macro)"
    table.add_row(name, str(macro.precision), str(macro.recall), str(macro.f1))
    _print_part("", table, console)
    console.print(
        f"The mean is over themes with at least {macro.least_labels} labels; of average precision "
        f"{figure(macro.average_precision)}, of kappa {macro.kappa}, of AC1 {macro.ac1}.",
        highlight=False,
    )


def _baseline_table(evaluation: Evaluation, *, wide: bool) -> Table:
    table = headed_table(("",), "Themes", "Its micro-F1", "Its macro-F1", "This one", "Lead")
    for baseline in evaluation.baselines:
        table.add_row(
            baseline.name,
            str(len(baseline.themes)),
            fitted(str(baseline.micro_f1), wide=wide),
            figure(baseline.macro_f1.value),
            figure(baseline.model_micro_f1.value),
            fitted(signed(baseline.lead), wide=wide),
        )
    return table


def _theme_table(evaluation: Evaluation, *, wide: bool) -> Table:
    headings = ("Labels", "Marked", "Prec.", "Recall", "F1", "Av. prec.", "Kappa", "AC1")
    table = headed_table(("Theme",), *headings)
    for theme in evaluation.themes:
        quality = theme.quality
        table.add_row(
            Text(printable(theme.name), style="" if theme.support else "dim"),
            f"{theme.support:,}" if theme.support else "none",
            f"{theme.predicted:,}",
            figure(quality.precision.value),
            figure(quality.recall.value),
            str(quality.f1) if wide else figure(quality.f1.value),
            figure(theme.average_precision),
            figure(theme.kappa.value),
            figure(theme.ac1.value),
        )
    return table


def _print_stance(stance: StanceQuality, console: Console) -> None:
    console.print()
    console.print(Text("Stance", style="bold"))
    console.print(
        f"Right {stance.accuracy} of {stance.sentences:,} sentences; the most frequent one always: "
        f"{figure(stance.most_frequent)}. Macro-F1 {stance.macro_f1}, kappa {stance.kappa}, AC1 "
        f"{stance.ac1}.",
        highlight=False,
    )
    names = [printable(each.name) for each in stance.stances]
    figures = ("Precision", "Recall", "F1") if is_wide(console) else ("F1",)
    table = headed_table(("Labelled, and told as",), *names, *figures)
    for each, row in zip(stance.stances, stance.confusion, strict=True):
        quality = each.quality
        parts = [figure(part.value) for part in (quality.precision, quality.recall, quality.f1)]
        counts = (f"{count:,}" if count else "·" for count in row)
        table.add_row(Text(printable(each.name)), *counts, *parts[-len(figures) :])
    console.print(table)


def _register_table(evaluation: Evaluation) -> Table:
    table = headed_table(("",), "Sentences", "Documents", "Micro-F1", "Stance right")
    for part in evaluation.registers:
        table.add_row(
            Text(printable(part.register) or "not named"),
            f"{part.sentences:,}",
            f"{part.documents:,}",
            str(part.micro_f1),
            str(part.stance_accuracy),
        )
    return table


def _print_calibration(calibration: CalibrationQuality, console: Console) -> None:
    table = headed_table(("Score",), "Pairs", "Mean score", "Share labelled")
    for part in calibration.bins:
        table.add_row(
            f"{part.low:.1f} to {part.high:.1f}",
            f"{part.pairs:,}",
            figure(part.mean_score),
            figure(part.share_labelled),
        )
    _print_part("Whether scores mean what they say", table, console)
    likely = DASH if calibration.likely_error is None else f"{calibration.likely_error:.3f}"
    console.print(
        f"Expected calibration error {calibration.error:.3f}; of scores from 0.1 on {likely}.",
        highlight=False,
    )


def _confusion_table(evaluation: Evaluation) -> Table:
    names = {theme.id: theme.name for theme in evaluation.themes}
    table = headed_table(("Missed", "Marked in its place"), "Sentences")
    for confusion in evaluation.confusions[:_MOST_CONFUSIONS]:
        table.add_row(
            Text(printable(names[confusion.missed])),
            Text(printable(names[confusion.marked])),
            f"{confusion.sentences:,}",
        )
    return table


def _print_mistakes(title: str, mistakes: Sequence[Mistake], console: Console) -> None:
    if not mistakes:
        return
    console.print()
    console.print(Text(title, style="bold"))
    for mistake in mistakes:
        console.print(
            Text.assemble(
                (f"{mistake.score:.2f} ", "dim"),
                (printable(mistake.theme), "bold cyan"),
                f"  {printable(mistake.document)}  ",
                (f"labelled: {printable(', '.join(mistake.labelled)) or 'nothing'}", "dim"),
            )
        )
        console.print(Padding(Text(printable(" ".join(mistake.text.split()))), (0, 0, 0, 4)))
