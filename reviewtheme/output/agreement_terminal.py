"""Agreement between coders for a reader at a terminal."""

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reviewtheme.evaluation.agreement_result import Agreement, Coefficients, Dispute, StanceAgreement
from reviewtheme.output.evaluation_terminal import figure, fitted, headed_table, is_wide
from reviewtheme.output.terminal import printable

_MOST_NAMED = 5
_LONGEST_HEADING = 12
_MOST_COLUMNS = 4
"""Coders whose marks have a column of their own; of more, JSON has all."""


def print_agreement(agreement: Agreement, console: Console, *, disputes: int = 5) -> None:
    """Print how well coders agree.

    Args:
        agreement: what to print.
        console: where to print it.
        disputes: most disputed sentences that are shown.
    """
    names = ", ".join(printable(coder.name) for coder in agreement.coders)
    console.print(Text(f"Agreement of {names}", style="bold"))
    console.print(
        f"{agreement.sentences:,} sentences of {agreement.documents:,} documents were coded by two or more.",
        highlight=False,
    )
    if agreement.samples:
        console.print(
            f"In brackets: 95 % intervals, by bootstrap over documents ({agreement.samples:,} draws).",
            highlight=False,
        )
    for note in agreement.notes:
        console.print(Text(f"Note: {printable(note)}", style="yellow"))
    wide = is_wide(console)
    for table in (_coder_table(agreement), _summary_table(agreement, wide=wide)):
        console.print()
        console.print(table)
    console.print(
        f"Micro-F1 of themes {agreement.micro_f1}. The mean is over themes that some coder marked in at "
        f"least {agreement.mean.least_sentences} sentences. {_told_of_stance(agreement.stance)}",
        highlight=False,
    )
    console.print()
    console.print(_theme_table(agreement, wide=wide))
    if len(agreement.pairs) > 1:
        console.print()
        console.print(_pair_table(agreement))
    _print_uncompared(agreement, console)
    _print_disputes(agreement, console, disputes)


def _coder_table(agreement: Agreement) -> Table:
    table = headed_table(("Coder",), "Documents", "Sentences", "Compared", "By this one alone")
    for coder in agreement.coders:
        table.add_row(
            Text(printable(coder.name)),
            f"{coder.documents:,}",
            f"{coder.sentences:,}",
            f"{coder.compared:,}",
            f"{coder.sentences - coder.compared:,}",
        )
    return table


def _summary_table(agreement: Agreement, *, wide: bool) -> Table:
    table = headed_table(("",), "Agree", "Kappa", "AC1", "Alpha")
    mean = agreement.mean
    table.add_row(f"Mean of {mean.themes} themes", *_cells(mean.coefficients, wide=wide))
    if agreement.stance is not None:
        table.add_row("Stance", *_cells(agreement.stance.coefficients, wide=wide))
    return table


def _told_of_stance(stance: StanceAgreement | None) -> str:
    if stance is None:
        return "No stances could be compared."
    return f"Stances differ in {stance.disputed:,} of {stance.sentences:,} sentences."


def _cells(coefficients: Coefficients, *, wide: bool) -> list[str]:
    parts = (coefficients.agreement, coefficients.kappa, coefficients.ac1, coefficients.alpha)
    return [fitted(str(part), wide=wide) for part in parts]


def _theme_table(agreement: Agreement, *, wide: bool) -> Table:
    own = [coder.name for coder in agreement.coders[:_MOST_COLUMNS]]
    headings = (*map(_heading, own), "Differ", "F1", "Kappa", "AC1", "Alpha")
    table = headed_table(("Theme",), *headings)
    for theme in agreement.themes:
        parts = theme.coefficients
        table.add_row(
            Text(printable(theme.name), style="" if any(theme.marked.values()) else "dim"),
            *(f"{theme.marked[name]:,}" if theme.marked[name] else "none" for name in own),
            f"{theme.disputed:,}",
            figure(theme.f1.value),
            str(parts.kappa) if wide else figure(parts.kappa.value),
            figure(parts.ac1.value),
            figure(parts.alpha.value),
        )
    return table


def _heading(coder: str) -> str:
    """Shorten a name to what heads a column of counts."""
    name = printable(coder)
    return name if len(name) <= _LONGEST_HEADING else f"{name[: _LONGEST_HEADING - 1]}…"


def _pair_table(agreement: Agreement) -> Table:
    table = headed_table(("Coders", ""), "Sentences", "Micro-F1", "Mean kappa", "Stance kappa")
    for pair in agreement.pairs:
        table.add_row(
            *(Text(printable(name)) for name in pair.coders),
            f"{pair.sentences:,}",
            str(pair.micro_f1),
            str(pair.mean_kappa),
            str(pair.stance_kappa),
        )
    return table


def _print_uncompared(agreement: Agreement, console: Console) -> None:
    """Name what one coder alone coded; the first few, as JSON has all."""
    documents, sentences = agreement.uncompared_documents, agreement.uncompared_sentences
    if documents:
        console.print()
        console.print(Text(f"Documents that one coder alone coded: {len(documents):,}", style="bold"))
        for document in documents[:_MOST_NAMED]:
            count = f"{printable(document.coder)} alone, sentences: {document.sentences:,}"
            console.print(Text(f"    {printable(document.document) or 'not named'}: {count}"))
    if sentences:
        console.print()
        console.print(Text(f"Sentences that one coder alone has: {len(sentences):,}", style="bold"))
        for sentence in sentences[:_MOST_NAMED]:
            text = f"{printable(sentence.document)}, {printable(sentence.coder)}: {printable(sentence.text)}"
            console.print(Padding(Text(text), (0, 0, 0, 4)))
    if max(len(documents), len(sentences)) > _MOST_NAMED:
        console.print(f"The first {_MOST_NAMED} are named: --json has all.", highlight=False)


def _print_disputes(agreement: Agreement, console: Console, most: int) -> None:
    found = agreement.disputes
    if not found or not most:
        return
    console.print()
    console.print(Text(f"Disputed sentences: {len(found):,}", style="bold"))
    for dispute in found[:most]:
        console.print(Text(printable(dispute.document), style="dim"))
        console.print(Padding(Text(printable(" ".join(dispute.text.split()))), (0, 0, 0, 4)))
        for line in _sides(dispute):
            console.print(Padding(Text(printable(line), style="cyan"), (0, 0, 0, 4)))
    if len(found) > most:
        console.print(f"The first {most} are shown: --disputes FILE.csv writes all.", highlight=False)


def _sides(dispute: Dispute) -> list[str]:
    """Say who said what."""
    lines = []
    for theme, markers in dispute.disputed.items():
        others = [coder for coder in dispute.coders if coder not in markers]
        lines.append(f"{theme}: {', '.join(markers)}; not {', '.join(others)}")
    if dispute.stance_disputed:
        lines.append("; ".join(f"{coder}: {stance}" for coder, stance in dispute.stances.items()))
    return lines
