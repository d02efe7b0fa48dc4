"""The command line: it parses, calls and writes, and has no logic of its own."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Optional

import typer

from reviewtheme import __version__
from reviewtheme.errors import ReviewThemeError, UsageError

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
    XLSX = "xlsx"
    HTML = "html"
    PDF = "pdf"
    QDPX = "qdpx"
    QDC = "qdc"
    LABELSTUDIO = "labelstudio"
    DOCCANO = "doccano"
    PRODIGY = "prodigy"


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
        typer.Option(
            "--format",
            "-f",
            help="text to read here, html a page to read and correct, pdf the document with its marks; csv "
            "and xlsx for spreadsheets; qdpx for NVivo, ATLAS.ti, MAXQDA and QualCoder, qdc the codebook for "
            "them; labelstudio, doccano and prodigy for annotation; json and jsonl for other programs.",
        ),
    ] = OutputFormat.TEXT,
    output: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--output",
            "-o",
            metavar="PATH",
            help="Write to this file instead of the screen. A folder (its name ends in / where it is new) "
            "gets a file for each document, which text, json, html and pdf of several need. "
            "A name that ends in .sqlite makes a corpus database, or adds to one.",
            show_default=False,
        ),
    ] = None,
    model: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--model",
            "-m",
            metavar="MODEL",
            help="Folder or zip of another model than the default; or accurate, which comes with the "
            "program, marks better and is slower (it needs the extra of that name).",
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
            "--explain",
            help="Show the words that spoke for each mark (formats text, json, jsonl; html always does).",
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
    page: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--page", metavar="FILE", help="Write a page to read and search to this file.", show_default=False
        ),
    ] = None,
) -> None:
    """Show what a corpus holds, and how common each theme is in it.

    For example:

      reviewtheme summary corpus.sqlite --page corpus.html
    """
    from reviewtheme.corpus_commands import summarise_corpus_file, write_corpus_page

    if page is not None:
        if as_json or by is not Grouping.NONE:
            raise UsageError("--page goes alone, and has years and kinds itself: leave out --json and --by.")
        write_corpus_page(corpus, page)
    else:
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


LabelledPaths = Annotated[
    list[Path],
    typer.Argument(
        metavar="FILE",
        help="Labelled data in any format that train reads: files, or folders of them.",
        show_default=False,
    ),
]
LabelSpace = Annotated[
    Optional[str],  # noqa: UP045
    typer.Option(
        "--codebook",
        metavar="FILE",
        help="Codebook of the labels (TOML, CSV, Excel, .qdc), or 'default' for that of the program.",
        show_default=False,
    ),
]
Quoted = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(
        "--documents", metavar="FOLDER", help="Documents that the labelled data quote.", show_default=False
    ),
]
SkipUnknown = Annotated[
    bool, typer.Option("--skip-unknown", help="Leave out labels that the codebook does not have.")
]
Draws = Annotated[
    int, typer.Option("--samples", min=0, help="Draws of documents for the 95 % intervals; 0 for none.")
]
FigureFile = Annotated[
    Optional[Path],  # noqa: UP045
    typer.Option(
        "--output",
        "-o",
        metavar="FILE",
        help="Write the figures to this file instead of the screen.",
        show_default=False,
    ),
]


@app.command()
def evaluate(
    files: LabelledPaths,
    model: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--model",
            "-m",
            metavar="MODEL",
            help="Folder or zip of another model than the default, or accurate.",
            show_default=False,
        ),
    ] = None,
    cross_validate: Annotated[
        bool,
        typer.Option(
            "--cross-validate",
            help="Evaluate training: each document is marked by a model that learned from the others alone.",
        ),
    ] = False,
    folds: Annotated[
        int, typer.Option(min=2, help="Parts that documents are split into (with --cross-validate).")
    ] = 5,
    start: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--from",
            metavar="MODEL",
            help="What training starts from (with --cross-validate): default, accurate, nothing, or a "
            "model folder.",
            show_default=False,
        ),
    ] = None,
    codebook: LabelSpace = None,
    theme: Annotated[
        Optional[list[str]],  # noqa: UP045
        typer.Option(
            "--theme",
            "-t",
            metavar="ID",
            help="Theme to score, where coders did not look for all of the codebook; may be given again.",
            show_default=False,
        ),
    ] = None,
    documents: Quoted = None,
    skip_unknown: SkipUnknown = False,
    baselines: Annotated[
        bool, typer.Option(help="Show the keyword list and the bundled model beside it.")
    ] = True,
    worst: Annotated[
        int, typer.Option(min=0, help="Most false marks, and misses, with their sentence in JSON and page.")
    ] = 15,
    samples: Draws = 1000,
    as_json: AsJson = False,
    output: FigureFile = None,
    page: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--page",
            metavar="FILE",
            help="Write an HTML page with plots as well (needs the extra 'report').",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Tell how well a model marks sentences that were labelled by hand, theme by theme.

    For example:

      reviewtheme evaluate labelled.csv --model my-model/ --page evaluation.html

      reviewtheme evaluate labelled.csv --cross-validate
    """
    from reviewtheme.evaluation.evaluate import EvaluationOptions
    from reviewtheme.evaluation_commands import LabelledFiles, evaluate_files

    evaluate_files(
        LabelledFiles(
            paths=files,
            codebook=codebook,
            documents=documents,
            skip_unknown=skip_unknown,
            themes=theme or (),
        ),
        model=model,
        folds=folds if cross_validate else None,
        start=start,
        options=EvaluationOptions(samples=samples, baselines=baselines, worst=worst),
        as_json=as_json,
        output=output,
        page=page,
    )


@app.command()
def agree(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="CODER...", help="Labelled data of two coders or more, each one path.", show_default=False
        ),
    ],
    codebook: LabelSpace = None,
    documents: Quoted = None,
    skip_unknown: SkipUnknown = False,
    by_text_alone: Annotated[
        bool,
        typer.Option("--by-text-alone", help="Match sentences whatever their document is called."),
    ] = False,
    samples: Draws = 1000,
    as_json: AsJson = False,
    output: FigureFile = None,
    disputes: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--disputes",
            metavar="FILE",
            help="Write every disputed sentence, with who said what, to this CSV file.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Tell how well coders agree: kappa, AC1 and alpha of each theme, and the disputed sentences.

    For example:

      reviewtheme agree first.csv second.csv --disputes disputes.csv
    """
    from reviewtheme.evaluation_commands import LabelledFiles, compare_coders

    compare_coders(
        LabelledFiles(paths=files, codebook=codebook, documents=documents, skip_unknown=skip_unknown),
        by_text_alone=by_text_alone,
        samples=samples,
        as_json=as_json,
        output=output,
        disputes=disputes,
    )


class SuggestionFormat(StrEnum):
    """How sentences to label are written."""

    XLSX = "xlsx"
    CSV = "csv"
    LABELSTUDIO = "labelstudio"
    DOCCANO = "doccano"
    PRODIGY = "prodigy"


LearnedThemes = Annotated[
    Optional[list[str]],  # noqa: UP045
    typer.Option(
        "--theme",
        "-t",
        metavar="ID",
        help="Theme to learn, where not all; may be given again.",
        show_default=False,
    ),
]
StartModel = Annotated[
    str,
    typer.Option(
        "--from", metavar="MODEL", help="What to start from: default, accurate, nothing, or a model folder."
    ),
]


@app.command()
def train(
    files: LabelledPaths,
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="FOLDER", help="Folder for the model.", show_default=False),
    ],
    codebook: LabelSpace = None,
    theme: LearnedThemes = None,
    start: StartModel = "default",
    documents: Quoted = None,
    skip_unknown: SkipUnknown = False,
    name: Annotated[str, typer.Option(help="Name of the model; if not given, that of the folder.")] = "",
) -> None:
    """Learn a model from reviews that you labelled, and write it to a folder.

    Labels are taken by --codebook; if none is given, they are what the data have. Themes with too few labels
    are named, and never learned from chance.

    For example:

      reviewtheme train coded.qdpx --output my-model

      reviewtheme train labelled.xlsx --codebook my-codebook.csv --output my-model

      reviewtheme classify review.pdf --model my-model
    """
    from reviewtheme.training_commands import LabelledSource, train_files

    labelled = LabelledSource(
        files=files, codebook=codebook, themes=theme or (), documents=documents, skip_unknown=skip_unknown
    )
    train_files(labelled, start=start, output=output, name=name)


@app.command()
def suggest(
    documents: Annotated[
        list[Path],
        typer.Argument(metavar="FILE", help="Documents, or folders of them.", show_default=False),
    ],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="File to write.", show_default=False)
    ],
    number: Annotated[int, typer.Option("--number", "-n", min=1, help="Most sentences to suggest.")] = 50,
    model: Annotated[
        Optional[str],  # noqa: UP045
        typer.Option(
            "--model",
            "-m",
            metavar="MODEL",
            help="Model that is to learn; if not given, the default.",
            show_default=False,
        ),
    ] = None,
    labelled: Annotated[
        Optional[list[Path]],  # noqa: UP045
        typer.Option(
            "--labelled",
            metavar="FILE",
            help="What is labelled already, to be left out; several may be named.",
            show_default=False,
        ),
    ] = None,
    codebook: LabelSpace = None,
    kind: Annotated[SuggestionFormat, typer.Option("--format", "-f", help="How to write them.")] = (
        SuggestionFormat.XLSX
    ),
    quoted: Quoted = None,
    jobs: Annotated[
        Optional[int],  # noqa: UP045
        typer.Option("--jobs", "-j", help="Files read at once.", show_default=False),
    ] = None,
) -> None:
    """Choose the sentences that are worth labelling next, with the model's guesses filled in.

    For example:

      reviewtheme suggest reviews/ -n 50 --output to-label.xlsx

      reviewtheme train to-label.xlsx --codebook default --output my-model
    """
    from reviewtheme.training_commands import LabelledSource, suggest_sentences

    suggest_sentences(
        documents,
        number=number,
        model=model,
        labelled=LabelledSource(files=labelled, documents=quoted) if labelled else None,
        codebook=codebook,
        kind=kind.value,
        output=output,
        jobs=jobs,
    )


@app.command("learning-curve")
def learning_curve(
    files: LabelledPaths,
    codebook: LabelSpace = None,
    theme: LearnedThemes = None,
    start: StartModel = "default",
    documents: Quoted = None,
    skip_unknown: SkipUnknown = False,
    as_json: AsJson = False,
) -> None:
    """Show how scores grow with labels, and say whether more labels would pay."""
    from reviewtheme.training_commands import LabelledSource, show_learning_curve

    labelled = LabelledSource(
        files=files, codebook=codebook, themes=theme or (), documents=documents, skip_unknown=skip_unknown
    )
    show_learning_curve(labelled, start=start, as_json=as_json)


@app.command()
def compare(
    first: Annotated[
        Path,
        typer.Argument(
            metavar="FIRST",
            help="What is compared with: JSON, JSONL or a corpus that classify wrote, or labelled data.",
            show_default=False,
        ),
    ],
    second: Annotated[
        Path, typer.Argument(metavar="SECOND", help="What is compared: any of these.", show_default=False)
    ],
    as_json: AsJson = False,
    table: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--csv", metavar="FILE", help="Write every change to a CSV file.", show_default=False),
    ] = None,
    limit: Annotated[int, typer.Option("--limit", "-n", min=0, help="Most changed sentences to show.")] = 20,
) -> None:
    """Show what changed between two runs over the same documents, theme by theme.

    For example:

      reviewtheme compare before.jsonl after.jsonl --csv changes.csv
    """
    from reviewtheme.comparison_commands import compare_runs

    compare_runs(first, second, as_json=as_json, table=table, limit=limit)


@app.command()
def themes(
    codebook: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option("--codebook", help="TOML file of another codebook.", show_default=False),
    ] = None,
    output: Annotated[
        Optional[Path],  # noqa: UP045
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Write it to this file as a REFI-QDA codebook (.qdc), for NVivo and its like.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Show the codebook: every theme, when it is marked and when not, and the stances."""
    from rich.console import Console

    from reviewtheme.codebook import default_codebook, load_codebook
    from reviewtheme.output.terminal import print_codebook

    shown = load_codebook(codebook) if codebook else default_codebook()
    if output is None:
        print_codebook(shown, Console())
        return
    from reviewtheme.output.files import write_whole
    from reviewtheme.output.refi_qda import codebook_xml

    write_whole(output, codebook_xml(shown))


def main() -> None:
    """Run the command line; an error that the user can mend is one line on standard error and status 2."""
    try:
        app()
    except ReviewThemeError as error:
        from reviewtheme.output.terminal import printable

        message = printable(str(error), keep="\n")
        typer.echo(f"reviewtheme: {message}", err=True)
        sys.exit(2)
