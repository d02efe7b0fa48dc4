"""The results of one run, written as they come."""

import io
import os
import shutil
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any, cast

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.classification.model import Model
from reviewtheme.codebook import Codebook, default_codebook
from reviewtheme.corpus import CorpusResult, FailedReview
from reviewtheme.errors import MissingExtraError, UsageError
from reviewtheme.output.files import UNWRITABLE, OutputFolder, make_folder, refuse_inputs, whole_file
from reviewtheme.output.formats import FORMATS, Format, Several, Writing
from reviewtheme.output.terminal import printable

Result = CorpusResult


@dataclass(frozen=True, kw_only=True)
class RunOutput:
    """Where and how the results of a run are written."""

    kind: str
    """Name of the format, one of `formats.FORMATS`."""
    target: str | None
    """A file, or a folder, known by being there or by a closing slash; None means standard output."""
    inputs: tuple[str, ...]
    """The documents asked for."""
    codebook: Codebook = field(default_factory=default_codebook)
    """That of the model that codes."""
    evidence: int = 2
    """Most sentences shown for a theme in text."""
    explaining: Model | None = None
    """The model that coded the reviews, where the words that spoke for each theme are to be told."""

    def __post_init__(self) -> None:
        """Find out before the work begins whether the output can be written."""
        self._check_format()
        if self.target is None:
            self._check_screen()
            return
        path = Path(self.target)
        refuse_inputs(path, self.inputs)
        if not self._into_folder:
            if not path.parent.is_dir():
                raise UsageError(f"The folder of --output '{path}' does not exist: make it first.")
        elif path.is_file() or self._is_named_as_file:
            raise UsageError(
                f"--output '{path}' names a file, and {self.kind} of several documents needs a folder: "
                "name one, with a / at its end, or choose --format jsonl or csv."
            )
        else:
            make_folder(path)

    def write(self, results: Iterable[Result]) -> int:
        """Write every result, name failures on standard error, and return their number."""
        failures: list[FailedReview] = []
        watched = _watched(results, failures)
        writing = Writing(
            codebook=self.codebook,
            evidence=self.evidence,
            explaining=self.explaining,
            on_screen=self.target is None,
            several=len(self.inputs) > 1,
            tell=_say,
            fail=failures.append,
        )
        if self.target is None:
            self._write_to_screen(watched, writing)
        elif self._into_folder:
            self._write_to_folder(watched, writing, OutputFolder(Path(self.target), self.inputs))
        else:
            with whole_file(Path(self.target), is_binary=self._format.is_binary) as file:
                self._format.write(watched, writing, file)
        self._tell(failures)
        return len(failures)

    @property
    def _format(self) -> Format:
        return FORMATS[self.kind]

    @property
    def _into_folder(self) -> bool:
        """Whether the output is a folder: because it is one, or because several documents need it."""
        needs_one = self._format.several in (Several.APART, Several.PAGES) and len(self.inputs) > 1
        return self.target is not None and (
            needs_one or self.target.endswith(("/", os.sep)) or Path(self.target).is_dir()
        )

    @property
    def _is_named_as_file(self) -> bool:
        """Whether the output is not there, and has the name that a file of this format would have."""
        target, (_, _, ending) = self.target or "", self._format.ending.rpartition(".")
        return target.lower().endswith(f".{ending}") and not Path(target).exists()

    def _check_format(self) -> None:
        if self.kind not in FORMATS:
            raise UsageError(f"There is no format '{self.kind}': choose one of {', '.join(FORMATS)}.")
        if self.explaining is not None and not self._format.explains:
            able = ", ".join(name for name, its in FORMATS.items() if its.explains)
            raise UsageError(
                f"--format {self.kind} shows no words: leave out --explain, or choose one of {able}."
            )
        missing = [package for package in self._format.needs if find_spec(package) is None]
        if missing:
            raise MissingExtraError(
                f"--format {self.kind} needs {' and '.join(missing)}: "
                f'pip install "reviewtheme[{self._format.extra}]".'
            )

    def _check_screen(self) -> None:
        if self._format.several is Several.PAGES and len(self.inputs) > 1:
            raise UsageError(f"{self.kind} of several documents needs a folder: name one with --output.")
        if self._format.is_binary and sys.stdout.isatty():
            raise UsageError(f"A terminal cannot show {self.kind}: name a file with --output.")

    def _write_to_screen(self, results: Iterable[Result], writing: Writing) -> None:
        if self._format.is_binary:  # made whole first: archives differ where they cannot go back
            with TemporaryFile() as file:
                self._format.write(results, writing, file)
                file.seek(0)
                shutil.copyfileobj(file, sys.stdout.buffer)
            return
        if isinstance(sys.stdout, io.TextIOWrapper):
            if self.kind == "text":
                sys.stdout.reconfigure(errors="replace")
            else:  # other programs read it: the same bytes as in a file, whatever the terminal's encoding
                sys.stdout.reconfigure(encoding="utf-8", errors=UNWRITABLE)
        on_terminal = self.kind != "text" and sys.stdout.isatty()  # text is made for it, and has its colours
        self._format.write(results, writing, cast("IO[Any]", _Seen(on_terminal=on_terminal)))

    def _write_to_folder(self, results: Iterable[Result], writing: Writing, folder: OutputFolder) -> None:
        its, ending, is_binary = self._format, self._format.ending, self._format.is_binary
        if its.write_folder is not None:
            its.write_folder(results, writing, folder)
        elif its.several is Several.TOGETHER:
            with folder.file(f"reviews{ending}", is_binary=is_binary) as file:
                its.write(results, writing, file)
        else:
            for result in results:
                with folder.file(folder.name_for(_path(result), ending), is_binary=is_binary) as file:
                    its.write([result], writing, file)

    def _tell(self, failures: list[FailedReview]) -> None:
        for failure in failures:
            _say(failure.message)
        if failures and len(self.inputs) > 1:
            done = len(self.inputs) - len(failures)
            _say(f"{done} of {len(self.inputs)} documents done, {len(failures)} failed.")


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


class _Seen:
    """Standard output on which every piece is seen as soon as it is written: runs may be long.

    Where it is a terminal, what could steer that is not sent: only a file or a pipe gets all.
    """

    def __init__(self, *, on_terminal: bool) -> None:
        self._on_terminal = on_terminal

    def write(self, text: str) -> None:
        """Write text, and send it on."""
        sys.stdout.write(printable(text, keep="\n") if self._on_terminal else text)
        sys.stdout.flush()

    def writelines(self, pieces: Iterable[str]) -> None:
        """Write pieces of text one by one."""
        for piece in pieces:
            self.write(piece)


def _watched(results: Iterable[Result], failures: list[FailedReview]) -> Iterator[Result]:
    for result in results:
        if isinstance(result, FailedReview):
            failures.append(result)
        yield result


def _path(result: Result) -> str:
    return result.review.source.path if isinstance(result, CodedReview) else result.path


def _say(message: str) -> None:
    sys.stderr.write(f"reviewtheme: {printable(message)}\n")
