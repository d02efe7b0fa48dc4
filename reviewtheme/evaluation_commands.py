"""What the commands about quality do, from parsed options to what is printed and written."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

from rich.console import Console

from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import load_model
from reviewtheme.codebook import Codebook
from reviewtheme.errors import UsageError
from reviewtheme.evaluation.agreement import agreement
from reviewtheme.evaluation.evaluate import EvaluationOptions, cross_validate, evaluate
from reviewtheme.output.agreement_terminal import print_agreement
from reviewtheme.output.disputes_table import disputes_to_csv
from reviewtheme.output.evaluation_terminal import print_evaluation
from reviewtheme.output.files import refuse_inputs, write_whole
from reviewtheme.output.terminal import printable
from reviewtheme.training.formats import LabelledData, ReadingReport
from reviewtheme.training.train import starting_model
from reviewtheme.training.training_data import training_data

_PLAIN_WIDTH = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledFiles:
    """Which labelled data are read, and how."""

    paths: Sequence[Path]
    """Files or folders."""
    codebook: str | None
    """File of a codebook, "default", or None for what the command takes where none is named."""
    documents: Path | None
    """Folder of the documents that some formats quote."""
    skip_unknown: bool
    """Whether labels that the codebook does not have are left out."""
    themes: Sequence[str] = ()
    """Ids of the themes that figures are about, where not all of the codebook."""


def evaluate_files(
    labelled: LabelledFiles,
    *,
    model: str | None,
    folds: int | None,
    start: str | None,
    options: EvaluationOptions,
    as_json: bool,
    output: Path | None,
    page: Path | None,
) -> None:
    """Evaluate a model, or training by cross-validation, and write the figures.

    Args:
        labelled: the data.
        model: folder of the model; None is the bundled one.
        folds: parts of a cross-validation; None evaluates the model.
        start: what training starts from: "default", "nothing" or a model folder; None is "default".
        options: what can be chosen about figures.
        as_json: whether the figures are written as JSON.
        output: file that they are written to; None is standard output.
        page: file of an HTML page to write as well.

    Raises:
        UsageError: the options contradict each other, or an output would replace an input.
    """
    if folds is not None and model is not None:
        raise UsageError("Cross-validation trains models of its own: leave out --model or --cross-validate.")
    if folds is None and start is not None:
        raise UsageError("--from tells what training starts from: it needs --cross-validate.")
    _refuse_inputs(labelled.paths, output, page)
    if folds is None:
        judged = load_model(model)
        data = _read(labelled, judged.codebook, None)
        evaluation = evaluate(judged, data, codebook=data.codebook, options=options)
    else:
        begin = starting_model(start or "default")
        data = _read(labelled, None, begin)
        evaluation = cross_validate(
            data, start=begin or "nothing", folds=folds, options=options, progress=_say
        )
    if page is not None:
        from reviewtheme.output.evaluation_page import evaluation_page

        write_whole(page, evaluation_page(evaluation))
    _write(
        evaluation.to_json() if as_json else None,
        lambda console: print_evaluation(evaluation, console, worst=min(5, options.worst)),
        output,
    )


def compare_coders(
    labelled: LabelledFiles,
    *,
    by_text_alone: bool,
    samples: int,
    as_json: bool,
    output: Path | None,
    disputes: Path | None,
) -> None:
    """Compare coders, and write how well they agree.

    Args:
        labelled: the data, each path one coder's.
        by_text_alone: whether documents are left out of matching.
        samples: draws of documents for intervals.
        as_json: whether the figures are written as JSON.
        output: file that they are written to; None is standard output.
        disputes: CSV file of the disputed sentences to write as well.

    Raises:
        UsageError: an output would replace an input, or there are fewer than two coders.
    """
    _refuse_inputs(labelled.paths, output, disputes)
    compared = agreement(
        *labelled.paths,
        codebook=labelled.codebook,
        documents=labelled.documents,
        skip_unknown=labelled.skip_unknown,
        by_text_alone=by_text_alone,
        samples=samples,
    )
    if disputes is not None:
        write_whole(disputes, disputes_to_csv(compared))
    _write(
        compared.to_json() if as_json else None, lambda console: print_agreement(compared, console), output
    )


def _read(labelled: LabelledFiles, codebook: Codebook | None, start: Model | None) -> LabelledData:
    """Read labelled data, and account for it on standard error."""
    data = training_data(
        list(labelled.paths),
        codebook=labelled.codebook or codebook,
        themes=labelled.themes,
        start=start,
        documents=labelled.documents,
        skip_unknown=labelled.skip_unknown,
    )
    report = data.report or ReadingReport(files=())
    sys.stderr.writelines(f"{printable(line)}\n" for line in str(report).splitlines())
    return LabelledData(sentences=data.sentences, codebook=data.codebook, report=report)


def _refuse_inputs(inputs: Sequence[Path], *outputs: Path | None) -> None:
    for output in outputs:
        if output is not None:
            refuse_inputs(output, [str(path) for path in inputs])


def _write(json: str | None, print_to: Callable[[Console], None], output: Path | None) -> None:
    """Write JSON where there is some, else text; to a file, or to standard output."""
    if json is not None and output is None:
        sys.stdout.write(json)
    elif output is None:
        console = Console()
        print_to(console if console.is_terminal else Console(width=_PLAIN_WIDTH))
    else:
        write_whole(output, json if json is not None else _as_text(print_to))


def _as_text(print_to: Callable[[Console], None]) -> str:
    text = StringIO()
    print_to(Console(file=text, width=_PLAIN_WIDTH))
    return text.getvalue()


def _say(message: str) -> None:
    sys.stderr.write(f"reviewtheme: {printable(message)}\n")
