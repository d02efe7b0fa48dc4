"""Many files at once: threads hand them out, and each thread owns one worker process.

A crash, an endless loop or a greedy document costs one worker process, which its thread replaces; the
threads themselves never fail.
"""

import threading
from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass

from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.corpus.find_inputs import Input
from reviewtheme.corpus.outcome import FailedReview
from reviewtheme.corpus.settings import Settings
from reviewtheme.corpus.worker_process import WorkerProcess

_WINDOW = 64
"""Files a thread may be ahead of the results that were taken; it bounds what waits in memory."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One file to be coded."""

    number: int
    """Place among the tasks of the run, from 0, without a gap."""
    place: int
    """Place among the inputs of the run, from 0."""
    file: Input
    """The file."""
    sha256: str
    """Digest of its content when it was found."""
    content: bytes | None = None
    """Its content, where its path cannot be read again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a worker says of a task."""

    task: Task
    """The task."""
    result: bytes | CodedReview | FailedReview | None
    """A coded record or review, a failure, or None where the run was stopped before it was done."""


def code_tasks(
    tasks: Iterable[Task], settings: Settings, *, jobs: int, stopping: threading.Event
) -> Generator[Answer, None, None]:
    """Code files in worker processes of this machine, and yield the answers as they come.

    Args:
        tasks: taken as they are needed, from any thread; must not raise.
        settings: for the workers.
        jobs: number of workers, at least 1.
        stopping: once set, workers are killed and the rest of the tasks is left.

    Raises:
        WorkerError: no worker can be started.
    """
    from joblib import Parallel, delayed

    workers = _Workers(settings, stopping, jobs)
    parallel = Parallel(
        n_jobs=jobs,
        backend="threading",
        return_as="generator_unordered",
        batch_size=1,
        pre_dispatch="2 * n_jobs",
    )
    answers = parallel(delayed(workers.code)(task) for task in workers.until_stopped(tasks))
    try:
        for answer in answers:
            workers.taken()
            yield answer
    finally:
        workers.stop()
        for _ in answers:  # threads that were at work see that the run is over, and say so
            pass
        workers.close()


class _Workers:
    """The worker process of each thread, and how far the threads may run ahead."""

    def __init__(self, settings: Settings, stopping: threading.Event, jobs: int) -> None:
        self._settings = settings
        self._asked_to_stop = stopping
        self._over = threading.Event()
        self._window = _WINDOW + 2 * jobs
        self._taken = 0
        self._turn = threading.Condition()
        self._own = threading.local()
        self._all: list[WorkerProcess] = []

    def is_set(self) -> bool:
        """Tell whether the run is to end, or nobody wants its results any more."""
        return self._over.is_set() or self._asked_to_stop.is_set()

    def until_stopped(self, tasks: Iterable[Task]) -> Iterator[Task]:
        """Yield tasks until the run is to end."""
        for task in tasks:
            if self.is_set():
                return
            yield task

    def code(self, task: Task) -> Answer:
        """Code one file in the worker of this thread."""
        with self._turn:
            while task.number >= self._taken + self._window and not self.is_set():
                self._turn.wait(0.1)
        if self.is_set():
            return Answer(task=task, result=None)
        return Answer(task=task, result=self._worker().code(task.file, task.content))

    def taken(self) -> None:
        """Note that somebody has taken a result."""
        with self._turn:
            self._taken += 1
            self._turn.notify_all()

    def stop(self) -> None:
        """Have every worker killed."""
        self._over.set()

    def close(self) -> None:
        """Leave no worker behind."""
        for worker in tuple(self._all):
            worker.close()

    def _worker(self) -> WorkerProcess:
        worker: WorkerProcess | None = getattr(self._own, "worker", None)
        if worker is None:
            worker = self._own.worker = WorkerProcess(self._settings, self)
            self._all.append(worker)
        return worker
