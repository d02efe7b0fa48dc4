"""Two runs held against each other, for a reader at a terminal."""

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reviewtheme.comparison.comparison_result import (
    ComparedRun,
    Comparison,
    LoneDocument,
    Reading,
    SentenceChange,
)
from reviewtheme.output.terminal import printable

_THEME_WIDTH = 36
_MOST_DOCUMENTS = 10
"""Documents of only one run that are named; the others are counted, and in JSON."""


def print_comparison(comparison: Comparison, console: Console, *, limit: int = 20) -> None:
    """Print what changed, theme by theme, and the sentences that are read otherwise.

    Args:
        comparison: what to print.
        console: where to print it.
        limit: most sentences shown.
    """
    for which, run in (("First", comparison.first), ("Second", comparison.second)):
        console.print(_run_line(which, run), soft_wrap=True)
    loose = len(comparison.unmatched)
    aside = f" Sentences that only one of them has, left aside: {loose:,}." if loose else ""
    console.print(
        f"Compared: {comparison.documents:,} documents, {comparison.sentences:,} sentences; "
        f"{len(comparison.changed):,} of them are read otherwise.{aside}",
        highlight=False,
    )
    for note in comparison.notes:
        console.print(Text(f"Note: {printable(note)}", style="yellow"))
    _print_lone(f"Only in {comparison.first.name}", comparison.only_in_first, console)
    _print_lone(f"Only in {comparison.second.name}", comparison.only_in_second, console)
    if comparison.themes:
        console.print()
        console.print(_themes_table(comparison))
    _print_stance(comparison, console)
    _print_changed(comparison, console, limit)


def _run_line(which: str, run: ComparedRun) -> Text:
    by = f"model {', '.join(run.models)}" if run.models else "labelled data"
    return Text.assemble(f"{which}: ", (printable(run.name), "bold"), f" ({printable(by)})")


def _print_lone(heading: str, documents: tuple[LoneDocument, ...], console: Console) -> None:
    if not documents:
        return
    console.print(Text(f"{printable(heading)}: {len(documents):,}"))
    for document in documents[:_MOST_DOCUMENTS]:
        why = "" if document.reason == "absent" else f" (failed in the other: {document.reason})"
        console.print(Text(f"  {printable(document.path)}{printable(why)}"), soft_wrap=True)
    if len(documents) > _MOST_DOCUMENTS:
        console.print(f"  and {len(documents) - _MOST_DOCUMENTS:,} more: --json names them.", highlight=False)


def _themes_table(comparison: Comparison) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Theme", no_wrap=True, max_width=_THEME_WIDTH, overflow="ellipsis")
    for heading in ("First", "Second", "Kept", "Added", "Removed", "Kappa"):
        table.add_column(heading, justify="right")
    for theme in comparison.themes:
        table.add_row(
            Text(printable(theme.name)),
            *(f"{n:,}" if n else "·" for n in (theme.first, theme.second, theme.kept)),
            Text(f"+{theme.added:,}", style="green") if theme.added else "·",
            Text(f"-{theme.removed:,}", style="red") if theme.removed else "·",
            _kappa(theme.kappa),
        )
    return table


def _print_stance(comparison: Comparison, console: Console) -> None:
    stance = comparison.stance
    if not stance.sentences:
        return
    console.print()
    console.print(
        f"Stance: {stance.changed:,} of {stance.sentences:,} changed, kappa {_kappa(stance.kappa)}",
        highlight=False,
    )
    for move in stance.moves:
        console.print(Text(f"  {printable(move.first)} → {printable(move.second)}: {move.sentences:,}"))


def _print_changed(comparison: Comparison, console: Console, limit: int) -> None:
    if not comparison.changed or not limit:
        return
    console.print()
    document = ""
    for change in comparison.changed[:limit]:
        if change.document != document:
            document = change.document
            console.print(Text(printable(document), style="bold"), soft_wrap=True)
        _print_change(change, console)
    more = len(comparison.changed) - limit
    if more > 0:
        console.print(
            f"{more:,} more sentences: --limit shows more, --csv and --json have all.", highlight=False
        )


def _print_change(change: SentenceChange, console: Console) -> None:
    page = f"p. {change.page}  " if change.page is not None else ""
    console.print(Padding(Text.assemble((page, "dim"), printable(change.text)), (0, 0, 0, 2), expand=False))
    for which, reading in (("first", change.first), ("second", change.second)):
        if reading is not None:
            console.print(
                Padding(Text(f"{which}: {_told(reading)}", style="cyan"), (0, 0, 0, 6), expand=False)
            )


def _told(reading: Reading) -> str:
    themes = [theme if score is None else f"{theme} {score:.2f}" for theme, score in reading.themes.items()]
    return printable(f"{', '.join(themes) or 'no theme'}; {reading.stance or 'no stance'}")


def _kappa(value: float | None) -> str:
    return "–" if value is None else f"{value:.2f}"
