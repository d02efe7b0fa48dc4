"""The command line: it parses, calls and writes, and has no logic of its own."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from reviewtheme import __version__
from reviewtheme.errors import ReviewThemeError

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
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end."),
    ] = False,
) -> None:
    """Hold what every command shares."""


@app.command()
def classify(
    files: Annotated[
        list[str],
        typer.Argument(
            metavar="FILE",
            help="Reviews: PDF, Word (.docx), web page or plain text; or folders of them, read to any depth. "
            "A dash (-) reads standard input.",
            show_default=False,
        ),
    ],
    output_format: Annotated[
        OutputFormat,
        typer.Option("--format", "-f", help="text to read here; json, jsonl or csv for other programs."),
    ] = OutputFormat.TEXT,
    output: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="Write to this file instead of the screen. A folder (its name ends in / where it is new) "
            "gets a file for each document, which text and json of several documents need. "
            "A name that ends in .sqlite makes a corpus database, or adds to one.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--model",
            "-m",
            help="Folder of another model than the one that comes with the program.",
            show_default=False,
        ),
    ] = None,
    evidence: Annotated[
        int,
        typer.Option("--evidence", "-e", min=0, help="Most sentences to show for each theme (format text)."),
    ] = 2,
    explain: Annotated[
        bool,
        typer.Option(
            "--explain", help="Show the words that spoke for each mark (formats text, json, jsonl)."
        ),
    ] = False,
    engine: Annotated[
        str, typer.Option(help="How to read PDFs: auto, pdfium (fast) or pdfplumber (slow, as a check).")
    ] = "auto",
    ocr: Annotated[
        bool, typer.Option("--ocr", help="Read scanned pages by OCR (needs the extra 'ocr' and Tesseract).")
    ] = False,
    jobs: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(
            "--jobs", "-j", help="Files read at once (as many as there are cores).", show_default=False
        ),
    ] = None,
    deadline: Annotated[
        Optional[float],  # noqa: UP045
        typer.Option(metavar="SECONDS", help="Most time for one document (300).", show_default=False),
    ] = None,
    memory: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(metavar="MIB", help="Most memory for one document (2048).", show_default=False),
    ] = None,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="Try the failed files of a corpus again.")
    ] = False,
    backend: Annotated[
        str, typer.Option(help="Where files are read: local, or dask for the machines of a Dask cluster.")
    ] = "local",
    scheduler: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(metavar="ADDRESS", help="Dask scheduler, as tcp://host:8786.", show_default=False),
    ] = None,
) -> None:
    """Mark each sentence of reviews with its themes and stance, and show where they stand.

    For example:

      reviewtheme classify review.pdf

      reviewtheme classify review.pdf --format csv --output review.csv

      reviewtheme classify reports/*.pdf --format jsonl --output reports.jsonl

      reviewtheme classify reports/ --output corpus.sqlite
    """
    from reviewtheme.corpus.run import Request
    from reviewtheme.corpus_commands import classify_files

    request = Request(
        engine=engine,
        ocr=ocr,
        jobs=jobs,
        deadline=deadline,
        memory=memory,
        backend=backend,
        scheduler=scheduler,
    )
    status = classify_files(
        files,
        request,
        model=model,
        kind=output_format.value,
        output=output,
        evidence=evidence,
        explain=explain,
        retry_failed=retry_failed,
    )
    raise typer.Exit(status)


CorpusFile = Annotated[
    Path, typer.Argument(metavar="CORPUS", help="Corpus database that classify made.", show_default=False)
]
AsJson = Annotated[bool, typer.Option("--json", help="Write JSON, for other programs.")]


class Grouping(StrEnum):
    """What the summary of a corpus is divided by."""

    NONE = "none"
    YEAR = "year"
    KIND = "kind"


class TableFormat(StrEnum):
    """How the tables of a corpus are exported."""

    PARQUET = "parquet"
    CSV = "csv"


@app.command()
def search(
    corpus: CorpusFile,
    words: Annotated[
        str,
        typer.Argument(
            help='Words to find: "hand over", handover NEAR discharge, neglect OR abuse, disclos*. '
            "None is every sentence that the options ask for.",
            show_default=False,
        ),
    ] = "",
    theme: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--theme", "-t", metavar="ID", help="Theme it carries; several are either.", show_default=False
        ),
    ] = None,
    stance: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--stance", "-s", metavar="ID", help="Its stance; several are either.", show_default=False
        ),
    ] = None,
    since: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(metavar="YEAR", help="First year of the documents.", show_default=False),
    ] = None,
    until: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option(metavar="YEAR", help="Last year of the documents.", show_default=False),
    ] = None,
    kind: Annotated[
        str, typer.Option(help="Kind of review, as 'serious case review'.", show_default=False)
    ] = "",
    everywhere: Annotated[
        bool, typer.Option("--everywhere", help="Also in contents, glossaries, references and appendices.")
    ] = False,
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Most sentences to show.")] = 20,
    as_json: AsJson = False,
) -> None:
    """Find sentences of a corpus, with document and page.

    For example:

      reviewtheme search corpus.sqlite 'handover NEAR discharge' --theme supervision --stance concern
    """
    from reviewtheme.corpus_commands import search_corpus

    search_corpus(
        corpus,
        words=words,
        themes=theme or (),
        stances=stance or (),
        since=since,
        until=until,
        kind_of_review=kind,
        whole_document=everywhere,
        limit=limit,
        as_json=as_json,
    )


@app.command()
def summary(
    corpus: CorpusFile,
    by: Annotated[
        Grouping, typer.Option(help="Divide the documents by year, or by kind of review.")
    ] = Grouping.NONE,
    as_json: AsJson = False,
) -> None:
    """Show what a corpus holds, and how common each theme is in it."""
    from reviewtheme.corpus_commands import summarise_corpus_file

    summarise_corpus_file(corpus, by=by.value, as_json=as_json)


@app.command()
def export(
    corpus: CorpusFile,
    folder: Annotated[
        Path, typer.Argument(metavar="FOLDER", help="Where the tables go.", show_default=False)
    ],
    table_format: Annotated[
        TableFormat, typer.Option("--format", "-f", help="parquet (needs the extra 'parquet') or csv.")
    ] = TableFormat.PARQUET,
) -> None:
    """Write the tables of a corpus as files for statistics programs."""
    from reviewtheme.corpus_commands import export_corpus_file

    export_corpus_file(corpus, folder, kind=table_format.value)


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
        from reviewtheme.output.terminal import printable

        typer.echo(f"reviewtheme: {printable(str(error))}", err=True)
        sys.exit(2)
