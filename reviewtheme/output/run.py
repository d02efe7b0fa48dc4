"""The results of one run, written as they come."""

import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.classification.model import Model
from reviewtheme.corpus import CorpusResult, DuplicateReview, FailedReview
from reviewtheme.errors import UsageError
from reviewtheme.output.csv_table import to_csv
from reviewtheme.output.files import (
    UNWRITABLE,
    make_folder,
    name_in_folder,
    refuse_inputs,
    write_whole_if_any,
)
from reviewtheme.output.json_record import to_json, to_json_line
from reviewtheme.output.terminal import print_review, printable

Result = CorpusResult
_PLAIN_WIDTH = 110
_ENDINGS = {"text": ".txt", "json": ".json", "jsonl": ".jsonl", "csv": ".csv"}


@dataclass(frozen=True, kw_only=True)
class RunOutput:
    """Where and how the results of a run are written."""

    kind: str
    """"text", "json", "jsonl" or "csv"."""
    target: str | None
    """A file, or a folder, known by being there or by a closing slash; None means standard output."""
    inputs: tuple[str, ...]
    """The documents asked for."""
    evidence: int = 2
    """Most sentences shown for a theme in text."""
    explaining: Model | None = None
    """The model that coded the reviews, where the words that spoke for each theme are to be told."""

    def __post_init__(self) -> None:
        """Find out before the work begins whether the output can be written."""
        if self.target is None:
            return
        path = Path(self.target)
        refuse_inputs(path, self.inputs)
        if not self._into_folder:
            if not path.parent.is_dir():
                raise UsageError(f"The folder of --output '{path}' does not exist: make it first.")
        elif path.is_file():
            raise UsageError(
                f"--output '{path}' is a file, and {self.kind} of several documents needs a folder: "
                "name a folder, or choose --format jsonl or csv."
            )
        else:
            make_folder(path)

    def write(self, results: Iterable[Result]) -> int:
        """Write every result, name failures on standard error, and return their number."""
        failures: list[FailedReview] = []
        watched = _watched(results, failures)
        if self.target is None:
            self._write_to_screen(watched)
        elif self._into_folder:
            self._write_to_folder(watched, Path(self.target))
        else:
            write_whole_if_any(Path(self.target), self._rendered(watched))
        self._tell(failures)
        return len(failures)

    @property
    def _into_folder(self) -> bool:
        """Whether each document gets a file of its own."""
        several = len(self.inputs) > 1 and self.kind in ("text", "json")
        return self.target is not None and (
            several or self.target.endswith(("/", os.sep)) or Path(self.target).is_dir()
        )

    def _write_to_screen(self, results: Iterable[Result]) -> None:
        if isinstance(sys.stdout, io.TextIOWrapper):
            if self.kind == "text":
                sys.stdout.reconfigure(errors="replace")
            else:  # other programs read it: the same bytes as in a file, whatever the terminal's encoding
                sys.stdout.reconfigure(encoding="utf-8", errors=UNWRITABLE)
        for piece in self._rendered(results):
            sys.stdout.write(piece)
            sys.stdout.flush()

    def _write_to_folder(self, results: Iterable[Result], folder: Path) -> None:
        taken: set[str] = set()
        for result in results:
            path = name_in_folder(folder, _path(result), _ENDINGS[self.kind], taken)
            refuse_inputs(path, self.inputs)
            write_whole_if_any(path, self._rendered([result]))

    def _rendered(self, results: Iterable[Result]) -> Iterator[str]:
        """Give the written form piece by piece, so that long runs are seen as they go."""
        if self.kind == "json":
            yield to_json(list(results), explaining=self.explaining)
        elif self.kind == "jsonl":
            yield from (to_json_line(result, explaining=self.explaining) for result in results)
        elif self.kind == "csv":
            for number, result in enumerate(results):
                yield to_csv([result], header=number == 0)
        else:
            yield from map(self._as_text, results)

    def _as_text(self, result: Result) -> str:
        """Write a review for a reader; a failure is told on standard error and gives no text."""
        if isinstance(result, FailedReview | DuplicateReview):
            return ""
        screen = Console(file=sys.stdout)
        on_screen = self.target is None and screen.is_terminal
        console = Console(
            file=sys.stdout,
            force_terminal=on_screen,
            width=screen.width if on_screen else _PLAIN_WIDTH,
            no_color=not on_screen,
        )
        with console.capture() as capture:
            print_review(result, console, evidence=self.evidence, explaining=self.explaining)
        return capture.get() if on_screen else re.sub(r" +$", "", capture.get(), flags=re.MULTILINE)

    def _tell(self, failures: list[FailedReview]) -> None:
        for failure in failures:
            sys.stderr.write(f"reviewtheme: {printable(failure.message)}\n")
        if failures and len(self.inputs) > 1:
            done = len(self.inputs) - len(failures)
            sys.stderr.write(
                f"reviewtheme: {done} of {len(self.inputs)} documents done, {len(failures)} failed.\n"
            )


def with_progress(results: Iterable[Result], total: int) -> Iterator[Result]:
    """Pass results on, with a progress bar on standard error where it is a terminal and they are several.

    The bar is taken away while a result is written: both may be on one screen, or only one of them.
    """
    console = Console(stderr=True)
    columns = (TextColumn("Reading and coding"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    bar = Progress(
        *columns,
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
        disable=total < 2 or not console.is_terminal,
    )
    task = bar.add_task("", total=total)
    with bar:
        for result in results:
            bar.advance(task)
            bar.stop()
            yield result
            bar.start()


def _watched(results: Iterable[Result], failures: list[FailedReview]) -> Iterator[Result]:
    for result in results:
        if isinstance(result, FailedReview):
            failures.append(result)
        yield result


def _path(result: Result) -> str:
    return result.review.source.path if isinstance(result, CodedReview) else result.path
