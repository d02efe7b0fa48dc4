"""How far a run over many files has come: a bar on a terminal, a line a minute elsewhere."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

_LINE_EVERY = 60.0


class RunProgress:
    """Shows files done, their rate, the time left and the failures, on standard error. A context.

    Args:
        total: number of files; for one alone nothing is shown.
    """

    def __init__(self, total: int) -> None:
        console = Console(stderr=True)
        self._total = total
        self._terminal = console.is_terminal and total > 1
        self._done = 0
        self._coded = 0
        self._failed = 0
        self._began = self._told = time.monotonic()
        self._bar = Progress(
            TextColumn("Reading and coding"),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[failures]}"),
            console=console,
            transient=True,
            disable=not self._terminal,
        )
        self._task = self._bar.add_task("", total=total, rate="", failures="")

    def __enter__(self) -> Self:
        self._bar.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bar.stop()

    def advance(self, *, failed: bool = False, known: bool = False) -> None:
        """Count one file: read now, failed, or known from an earlier run (which is no work)."""
        self._done += 1
        self._coded += not known
        self._failed += failed
        if self._terminal:
            rate, failures = self._rate(), self._failures()
            self._bar.update(self._task, advance=1, rate=rate, failures=failures)
        elif self._total > 1 and time.monotonic() - self._told > _LINE_EVERY:
            self._told = time.monotonic()
            print(self._line(), file=sys.stderr, flush=True)  # noqa: T201

    def _line(self) -> str:
        seconds = (time.monotonic() - self._began) / max(self._coded, 1) * (self._total - self._done)
        left = f"about {max(1, round(seconds / 60)):,} min left"
        parts = (f"{self._done:,} of {self._total:,} files", self._rate(), left, self._failures())
        return f"reviewtheme: {', '.join(part for part in parts if part)}"

    def _rate(self) -> str:
        return f"{self._coded / max(time.monotonic() - self._began, 0.001):.1f} a second"

    def _failures(self) -> str:
        return f"{self._failed:,} failed" if self._failed else ""
