"""What a corpus database holds, for a reader at a terminal."""

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reviewtheme.corpus.prevalence import CorpusSummary, ThemePrevalence
from reviewtheme.corpus.search import Found, FoundSentence
from reviewtheme.output.terminal import printable

_THEME_WIDTH = 36
_MOST_GROUPS = 10
"""Groups that have a column of their own; the others are in JSON."""


def print_found(found: Found, console: Console) -> None:
    """Print sentences, each with its document, page and marks."""
    for sentence in found.sentences:
        console.print(_heading(sentence), soft_wrap=True)
        console.print(Padding(Text(printable(sentence.text)), (0, 0, 1, 4)))
    shown = len(found.sentences)
    what = (
        "No sentence was found."
        if not found.total
        else f"{found.total:,} found in {found.documents:,} documents."
    )
    more = f" The first {shown:,} are shown: --limit shows more." if shown < found.total else ""
    undated = f" {found.undated:,} documents without a known date were left out." if found.undated else ""
    console.print(f"{what}{more}{undated}", highlight=False)


def print_summary(summary: CorpusSummary, console: Console) -> None:
    """Print what a corpus holds, and how common each theme is."""
    console.print(
        f"{summary.documents:,} documents with {summary.sentences:,} sentences, from {summary.inputs:,} "
        f"files; model {printable(', '.join(summary.models)) or 'none'}.",
        highlight=False,
    )
    if len(summary.models) > 1:
        console.print(
            Text("More than one model was used: counts may not compare. Code again with one.", "yellow")
        )
    if summary.partly_unreadable:
        console.print(
            f"{summary.partly_unreadable:,} of them have pages that could not be read.", highlight=False
        )
    if summary.duplicates:
        console.print(
            f"{summary.duplicates:,} files are copies of others, and were read once.", highlight=False
        )
    if summary.failures:
        kinds = ", ".join(f"{printable(kind)} {count:,}" for kind, count in summary.failures.items())
        console.print(f"{sum(summary.failures.values()):,} files failed: {kinds}.", highlight=False)
    console.print()
    console.print(_groups_table(summary) if summary.groups else _stances_table(summary))
    if len(summary.groups) > _MOST_GROUPS:
        console.print(
            f"The {_MOST_GROUPS} largest of {len(summary.groups)} groups are shown: --json has all."
        )


def _heading(sentence: FoundSentence) -> Text:
    year = f", {sentence.year}" if sentence.year else ""
    marks = ", ".join((*sentence.themes, sentence.stance or ""))
    return Text.assemble(
        (printable(sentence.path), "bold"),
        f"{year}, p. {sentence.page}  ",
        (printable(marks.rstrip(", ")), "cyan"),
    )


def _stances_table(summary: CorpusSummary) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Theme", no_wrap=True, max_width=_THEME_WIDTH, overflow="ellipsis")
    for heading in ("Documents", "", "Sentences", *summary.stances.values()):
        table.add_column(Text(printable(heading)), justify="right")
    for theme in _present(summary):
        table.add_row(
            Text(printable(theme.name)),
            f"{theme.documents:,}",
            _share(theme.documents, summary.documents),
            f"{theme.sentences:,}",
            *(f"{count:,}" if count else "·" for count in theme.stances.values()),
        )
    return table


def _groups_table(summary: CorpusSummary) -> Table:
    """Show the share of each group's documents; the largest groups where there are many."""
    largest = sorted(summary.groups, key=lambda group: -summary.groups[group])[:_MOST_GROUPS]
    groups = [group for group in summary.groups if group in largest]
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Theme", no_wrap=True, max_width=_THEME_WIDTH, overflow="ellipsis")
    for group in groups:
        table.add_column(
            f"{printable(group) or 'not known'}\n({summary.groups[group]:,})", justify="right", min_width=5
        )
    for theme in _present(summary):
        shares = (_share(theme.groups.get(group, 0), summary.groups[group]) for group in groups)
        table.add_row(Text(printable(theme.name)), *shares)
    return table


def _present(summary: CorpusSummary) -> list[ThemePrevalence]:
    return [theme for theme in summary.themes if theme.documents]


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.0%}" if part else "·"
