"""The results of one run, written as they come."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.corpus import FailedReview
from reviewtheme.errors import UsageError
from reviewtheme.output.csv_table import to_csv
from reviewtheme.output.files import name_in_folder, refuse_inputs, write_whole
from reviewtheme.output.json_record import to_json, to_json_line
from reviewtheme.output.terminal import print_review, printable

Result = CodedReview | FailedReview
_PLAIN_WIDTH = 110
_ENDINGS = {"text": ".txt", "json": ".json", "jsonl": ".jsonl", "csv": ".csv"}


@dataclass(frozen=True, kw_only=True)
class RunOutput:
    """Where and how the results of a run are written."""

    kind: str
    """"text", "json", "jsonl" or "csv"."""
    target: Path | None
    """A file or folder; None means standard output."""
    inputs: tuple[str, ...]
    """The documents asked for."""
    evidence: int = 2
    """Most sentences shown for a theme in text."""
    _taken: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        """Find out before the work begins whether the output can be written."""
        if self.target is None:
            return
        refuse_inputs(self.target, self.inputs)
        if self._into_folder and self.target.is_file():
            raise UsageError(
                f"--output '{self.target}' is a file, and {self.kind} of several documents needs a folder: "
                "name a folder, or choose --format jsonl or csv."
            )
        folder = self.target if self._into_folder else self.target.parent
        if self._into_folder:
            folder.mkdir(parents=True, exist_ok=True)
        elif not folder.is_dir():
            raise UsageError(f"The folder of --output '{self.target}' does not exist: make it first.")

    def write(self, results: Iterable[Result]) -> int:
        """Write every result, name failures on standard error, and return their number."""
        seen: list[FailedReview] = []
        if self.target is not None and self._into_folder:
            for result in _watched(results, seen):
                path = name_in_folder(self.target, _path(result), _ENDINGS[self.kind], self._taken)
                write_whole(path, "".join(self._rendered([result])))
        elif self.target is not None:
            write_whole(self.target, "".join(self._rendered(_watched(results, seen))))
        else:
            for piece in self._rendered(_watched(results, seen)):
                sys.stdout.write(piece)
                sys.stdout.flush()
        self._tell(seen)
        return len(seen)

    @property
    def _into_folder(self) -> bool:
        """Whether each document gets a file of its own."""
        several = len(self.inputs) > 1 and self.kind in ("text", "json")
        return self.target is not None and (several or self.target.is_dir())

    def _rendered(self, results: Iterable[Result]) -> Iterator[str]:
        """Give the written form piece by piece, so that long runs are seen as they go."""
        if self.kind == "json":
            yield to_json(list(results))
        elif self.kind == "jsonl":
            yield from map(to_json_line, results)
        elif self.kind == "csv":
            for number, result in enumerate(results):
                yield to_csv([result], header=number == 0)
        else:
            yield from map(self._as_text, results)

    def _as_text(self, result: Result) -> str:
        if isinstance(result, FailedReview):
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
            print_review(result, console, evidence=self.evidence)
        return capture.get()

    def _tell(self, failures: list[FailedReview]) -> None:
        for failure in failures:
            print(f"reviewtheme: {printable(failure.message)}", file=sys.stderr)  # noqa: T201
        if failures and len(self.inputs) > 1:
            done = len(self.inputs) - len(failures)
            print(f"reviewtheme: {done} of {len(self.inputs)} documents done, {len(failures)} failed.",  # noqa: T201
                  file=sys.stderr)


def with_progress(results: Iterable[Result], total: int) -> Iterator[Result]:
    """Pass results on, with a progress bar on standard error where it is a terminal and they are several."""
    console = Console(stderr=True)
    columns = (TextColumn("Reading and coding"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=total < 2 or not console.is_terminal) as bar:
        task = bar.add_task("", total=total)
        for result in results:
            bar.advance(task)
            yield result


def _watched(results: Iterable[Result], failures: list[FailedReview]) -> Iterator[Result]:
    for result in results:
        if isinstance(result, FailedReview):
            failures.append(result)
        yield result


def _path(result: Result) -> str:
    return result.path if isinstance(result, FailedReview) else result.review.source.path
