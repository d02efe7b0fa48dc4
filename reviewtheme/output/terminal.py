"""A coded review for a reader at a terminal: what it is, what it teaches, and where that stands."""

import unicodedata
from collections.abc import Iterable
from typing import TYPE_CHECKING

from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from reviewtheme.classification.coded_review import CodedReview, ThemeProfile
from reviewtheme.classification.summary import summarise
from reviewtheme.codebook import Codebook, Stance, Theme
from reviewtheme.document import Fact
from reviewtheme.json_text import STEERING
from reviewtheme.output.fact_names import named_facts

if TYPE_CHECKING:  # the codebook is printed without starting what codes
    from reviewtheme.classification.model import Model

_STANCE_STYLES = {"concern": "red", "good-practice": "green", "recommendation": "blue", "context": "dim"}
_BAR = 16


def print_review(
    coded: CodedReview, console: Console, *, evidence: int = 2, explaining: "Model | None" = None
) -> None:
    """Print the summary of a review.

    Args:
        coded: what to print.
        console: where to print it.
        evidence: most sentences shown for a theme.
        explaining: the model that coded the review, to show the words that spoke for each mark.
    """
    source = coded.review.source
    marked = sum(1 for s in coded.sentences if s.themes and s.counts_as_evidence)
    console.print(Text(printable(source.path), style="bold"), soft_wrap=True)
    size = f"{_count(source.pages, 'page')}, {_count(len(coded.sentences), 'sentence')}"
    model = printable(f"{coded.model.name} {coded.model.version}")
    console.print(Text(f"{size}; {marked:,} of them carry a theme. Model: {model}."))
    _print_facts(coded.review.facts, console)
    for warning in coded.warnings:
        console.print(Text(f"Note: {printable(warning.message)}", style="yellow"))
    console.print()
    console.print(Text(printable(summarise(coded).text, keep="\n")))
    if coded.themes:
        console.print()
        console.print(_profile_table(coded))
        if evidence > 0:
            console.print()
            console.print(Text("Evidence", style="bold"))
            for profile in coded.themes:
                _print_evidence(profile, coded, console, evidence, explaining)
    console.print()


def print_codebook(codebook: Codebook, console: Console) -> None:
    """Print every theme with when it is marked, and every stance."""
    title = f"{codebook.title or codebook.name} (version {codebook.version})"
    console.print(Text(printable(title), style="bold"))
    group = ""
    for theme in codebook.themes:
        if theme.group != group:
            group = theme.group
            console.print()
            console.print(Text(printable(group), style="bold underline"))
        _print_entry(theme, f" Not when {theme.leave_out_when}." if theme.leave_out_when else "", console)
    if codebook.stances:
        console.print()
        console.print(Text("Stances", style="bold underline"))
    for stance in codebook.stances:
        _print_entry(stance, "", console)


def _print_entry(entry: Theme | Stance, leave_out: str, console: Console) -> None:
    console.print(Text.assemble((printable(entry.name), "bold"), (f"  {printable(entry.id)}", "cyan")))
    if entry.mark_when:
        console.print(Padding(Text(printable(f"{entry.mark_when}.{leave_out}")), (0, 0, 0, 4)))


def printable(text: str, keep: str = "") -> str:
    """Replace characters that could steer a terminal, or that it cannot show: no text is to be trusted."""
    return "".join("\ufffd" if unicodedata.category(c) in STEERING and c not in keep else c for c in text)


def _print_facts(facts: Iterable[Fact], console: Console) -> None:
    for name, values in named_facts(facts).items():
        line = Text.assemble((f"{printable(name)}: ", "dim"), printable("; ".join(values)))
        console.print(line)


def _profile_table(coded: CodedReview) -> Table:
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("Theme")
    table.add_column("", width=_BAR)
    table.add_column("Sentences", justify="right")
    for stance in coded.codebook.stances:
        table.add_column(
            Text(printable(stance.name)), justify="right", style=_STANCE_STYLES.get(stance.id, "")
        )
    most = max(profile.sentences for profile in coded.themes)
    for profile in coded.themes:
        table.add_row(
            Text(printable(profile.theme.name)),
            "█" * max(1, round(_BAR * profile.sentences / most)),
            str(profile.sentences),
            *(str(n) if n else "·" for n in profile.stances.values()),
        )
    return table


def _print_evidence(
    profile: ThemeProfile, coded: CodedReview, console: Console, evidence: int, explaining: "Model | None"
) -> None:
    console.print(Text(printable(profile.theme.name), style="bold cyan"))
    lines = Table.grid(padding=(0, 1, 0, 0))
    lines.add_column(style="dim", no_wrap=True, min_width=5)
    lines.add_column(no_wrap=True, min_width=max(map(len, coded.codebook.stance_ids), default=0))
    lines.add_column(style="dim", no_wrap=True)
    lines.add_column()
    for index in profile.evidence[:evidence]:
        sentence = coded.sentences[index]
        lines.add_row(
            f"p. {sentence.page}",
            Text(printable(sentence.stance), style=_STANCE_STYLES.get(sentence.stance, "")),
            f"{sentence.scores[profile.theme.id]:.2f}",
            Text(printable(sentence.text.replace("\n", " "))),
        )
        if explaining is not None:
            from reviewtheme.classification.classify import explain

            strongest = explain(coded, index, profile.theme.id, model=explaining).strongest()
            words = ", ".join(word.text for word in strongest)
            lines.add_row(
                "", "", "", Text(printable(f"spoken for by: {words or 'no word of its own'}"), style="dim")
            )
    console.print(Padding(lines, (0, 0, 0, 2)))


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
