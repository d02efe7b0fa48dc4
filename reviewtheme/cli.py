"""The command line: it parses, calls and writes, and has no logic of its own."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Optional

import typer

from reviewtheme import __version__
from reviewtheme.errors import ReviewThemeError

if TYPE_CHECKING:
    from reviewtheme.classification.coded_review import CodedReview
    from reviewtheme.corpus import FailedReview

app = typer.Typer(
    name="reviewtheme",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help=(
        "Marks the sentences of safeguarding reviews with learning themes and a stance.\n\n"
        "It works on this machine alone: nothing is sent anywhere. It supports a reader; it decides nothing "
        "about a family."
    ),
)


class OutputFormat(StrEnum):
    """How results are written."""

    TEXT = "text"
    JSON = "json"
    JSONL = "jsonl"
    CSV = "csv"


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"reviewtheme {__version__}")
        raise typer.Exit


@app.callback()
def options(
    _version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and stop.")
    ] = False,
) -> None:
    """Hold what every command shares."""


@app.command()
def classify(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE...",
            help="Reviews to read: PDF, Word (.docx), web page or plain text. A dash (-) reads standard input.",
            show_default=False,
        ),
    ],
    output_format: Annotated[
        OutputFormat,
        typer.Option("--format", "-f", help="text to read here; json, jsonl or csv for other programs."),
    ] = OutputFormat.TEXT,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--output",
            "-o",
            help="Write to this file, or with several documents and json or text into this folder, "
            "instead of the screen.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--model", "-m", help="Folder of another model than the one that comes with the program.",
                     show_default=False),
    ] = None,
    evidence: Annotated[
        int, typer.Option("--evidence", "-e", min=0, help="Most sentences to show for each theme (format text).")
    ] = 2,
    engine: Annotated[
        str, typer.Option(help="How to read PDFs: auto, pdfium (fast) or pdfplumber (slow, as a check).")
    ] = "auto",
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Read scanned pages by OCR (needs the extra 'ocr' and Tesseract).")
    ] = False,
) -> None:
    """Mark each sentence of reviews with its themes and stance, and show where they stand.

    Examples:

      reviewtheme classify review.pdf

      reviewtheme classify review.pdf --format csv --output review.csv

      reviewtheme classify reports/*.pdf --format jsonl --output reports.jsonl
    """
    from reviewtheme.corpus import classify_corpus
    from reviewtheme.output.run import RunOutput, with_progress

    written = RunOutput(kind=output_format.value, target=output, inputs=tuple(files), evidence=evidence)
    results = classify_corpus(files, model=model, engine=engine, ocr=ocr)
    failures = written.write(with_progress(results, len(files)))
    if failures:
        raise typer.Exit(1)


@app.command()
def themes(
    codebook: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--codebook", help="TOML file of another codebook.", show_default=False),
    ] = None,
) -> None:
    """Show the codebook: every theme, when it is marked and when not, and the stances."""
    from rich.console import Console

    from reviewtheme.codebook import default_codebook, load_codebook
    from reviewtheme.output.terminal import print_codebook

    print_codebook(load_codebook(codebook) if codebook else default_codebook(), Console())


def main() -> None:
    """Run the command line; an error that the user can mend is one line on standard error and status 2."""
    try:
        app()
    except ReviewThemeError as error:
        typer.echo(f"reviewtheme: {error}", err=True)
        sys.exit(2)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
