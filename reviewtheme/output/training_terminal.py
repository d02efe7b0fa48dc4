"""What training gave, and whether more labels pay, on a terminal."""

from collections.abc import Mapping
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from reviewtheme.classification.model import Model
from reviewtheme.output.terminal import printable
from reviewtheme.training.fitting import Origin
from reviewtheme.training.learning_curve import LearningCurve


def print_trained(model: Model, console: Console) -> None:
    """Print the held-out scores of a described model, theme by theme, and what must be known of them."""
    about: Mapping[str, Any] = model.about
    for name, part in about["held_out"].items():
        console.print(
            f"{escape(printable(name))}: {part['sentences']:,} sentences of {part['documents']:,} documents, "
            f"held-out micro-F1 {part['micro_f1']}"
        )
    table = Table("theme", "labels", "held-out F1", "")
    for column in (1, 2):
        table.columns[column].justify = "right"
    for theme in model.codebook.themes:
        row = about["themes"][theme.id]
        origin = row.get("origin", "")
        table.add_row(
            escape(printable(theme.name)),
            f"{row['labels']:,}",
            "" if origin == Origin.NEVER else f"{row['held_out_f1']:.2f}",
            _REMARKS.get(origin, ""),
        )
    console.print(table)
    for note in about["training"].get("notes", ()):
        console.print(escape(printable(note)))


def print_curve(curve: LearningCurve, console: Console) -> None:
    """Print a learning curve and its advice."""
    table = Table("sentences", "documents", "labels", "micro-F1 on unseen documents", "by doubling")
    for column in (0, 1, 2, 4):
        table.columns[column].justify = "right"
    for point, gain in zip(curve.points, [None, *curve.gains], strict=True):
        table.add_row(
            f"{point.sentences:,}",
            f"{point.documents:,}",
            f"{point.labels:,}",
            str(point.micro_f1),
            "" if gain is None else f"{gain:+.3f}",
        )
    console.print(table)
    console.print(curve.advice)


_REMARKS: Mapping[str, str] = {
    Origin.KEPT: "too few labels: left as the start model has it",
    Origin.NEVER: "too few labels: never marked",
}
