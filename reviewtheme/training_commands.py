"""What the commands that learn do, from parsed options to what is printed and written."""

import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape

from reviewtheme.classification.model import Model
from reviewtheme.json_text import json_text
from reviewtheme.output.files import refuse_inputs
from reviewtheme.output.suggestions import write_suggestions
from reviewtheme.output.terminal import printable
from reviewtheme.output.training_terminal import print_curve, print_trained
from reviewtheme.training.learning_curve import learning_curve_on
from reviewtheme.training.suggest import suggest
from reviewtheme.training.train import about_the_figures, starting_model, train_on
from reviewtheme.training.training_data import TrainingData, training_data

_PLAIN_WIDTH = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSource:
    """Which labelled data are learned from, and by which codebook."""

    files: Sequence[Path]
    """Files or folders."""
    codebook: str | None = None
    """Path of a codebook, "default", or None for the labels found."""
    themes: Sequence[str] = ()
    """Ids of the themes to learn; none means all."""
    documents: Path | None = None
    """Folder of the documents that the data quote."""
    skip_unknown: bool = False
    """Whether labels that the codebook does not have are left out."""


def train_files(labelled: LabelledSource, *, start: str, output: Path, name: str) -> None:
    """Train a model, write its folder, and print what it learned."""
    refuse_inputs(output, [str(path) for path in labelled.files])
    begin = starting_model(start)
    with _progress() as progress:
        data = _read(labelled, begin, progress)
        model = train_on(data, begin, output=output, name=name, progress=progress)
    print_trained(model, _console())
    _say(f"The model is in '{output}'. Use it with: reviewtheme classify --model '{output}' FILE")


def suggest_sentences(
    documents: Sequence[Path],
    *,
    number: int,
    model: str | None,
    labelled: LabelledSource | None,
    codebook: str | None,
    kind: str,
    output: Path,
    jobs: int | None,
) -> None:
    """Write the sentences that would teach most, and say what they were chosen from."""
    refuse_inputs(output, [str(path) for path in (*documents, *(labelled.files if labelled else ()))])
    with _progress() as progress:
        progress("Reading and coding documents")
        found = suggest(
            documents,
            number=number,
            model=model,
            labelled=labelled.files if labelled else None,
            quoted=labelled.documents if labelled else None,
            codebook=codebook,
            jobs=jobs,
        )
    for failure in found.failed:
        _say(failure.message)
    write_suggestions(found, output, kind, tell=_say)
    if found.beginning:
        _say(
            "The model has learned too little of these themes to choose by them: the sentences are of many "
            "kinds. Label them, train on them, and let the new model choose the next."
        )
    left_out = f"; {found.labelled:,} are labelled already and were left out" if found.labelled else ""
    _say(
        f"{len(found.sentences):,} sentences of {found.considered:,} are in '{output}'{left_out}. "
        f"The guesses are of the model {found.model}: correct every line, then give the file to 'train'."
    )


def show_learning_curve(labelled: LabelledSource, *, start: str, as_json: bool) -> None:
    """Print how scores grow with labels, and whether more would pay."""
    begin = starting_model(start)
    with _progress() as progress:
        data = _read(labelled, begin, progress)
        for note in about_the_figures(data, begin):
            _say(note)
        curve = learning_curve_on(data, begin, progress=progress)
    if as_json:
        values = {**asdict(curve), "expected_gain": curve.expected_gain, "advice": curve.advice}
        sys.stdout.write(json_text(values, indent=2) + "\n")
    else:
        print_curve(curve, _console())


def _read(labelled: LabelledSource, start: Model | None, progress: Callable[[str], None]) -> TrainingData:
    """Read labelled data, and account for it on standard error."""
    progress("Reading labelled data")
    data = training_data(
        labelled.files,
        codebook=labelled.codebook,
        themes=labelled.themes,
        start=start,
        documents=labelled.documents,
        skip_unknown=labelled.skip_unknown,
    )
    _say(str(data.report or ""))
    return data


@contextmanager
def _progress() -> Iterator[Callable[[str], None]]:
    """Give a function that shows what is being done: as it goes on a terminal, as lines elsewhere."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield _say
        return
    with console.status("") as status:
        yield lambda message: status.update(f"{escape(printable(message))} …")


def _console() -> Console:
    """Give the screen, or a page of a fixed width where the output goes elsewhere."""
    console = Console()
    return console if console.is_terminal else Console(width=_PLAIN_WIDTH)


def _say(message: str) -> None:
    sys.stderr.write("".join(f"reviewtheme: {printable(line)}\n" for line in message.splitlines()))
