"""Many files on many machines: the same tasks, handed out by joblib through a Dask scheduler.

Every machine must have the same version of reviewtheme, and see the files and the model under the same
paths. Each thread of a Dask worker owns a worker process of its own, as on one machine; what a lost Dask
worker had in hand, Dask gives to another.
"""

import threading
import warnings
from collections.abc import Generator, Iterable
from contextlib import closing
from itertools import islice
from typing import TYPE_CHECKING

from reviewtheme.corpus.pool import Answer, Task
from reviewtheme.corpus.settings import Settings
from reviewtheme.corpus.worker_process import WorkerProcess
from reviewtheme.errors import MissingExtraError, ReviewThemeError, UsageError, WorkerError

if TYPE_CHECKING:
    from distributed import Client

_SLICE = 1024
"""Tasks that the cluster has at once; their results wait in this process's memory until they are taken."""
_CONNECT_SECONDS = 20
_CLOSE_SECONDS = 2
_own = threading.local()


def code_tasks_on_dask(
    tasks: Iterable[Task], settings: Settings, *, scheduler: str, stopping: threading.Event
) -> Generator[Answer, None, None]:
    """Code files on a Dask cluster, and yield the answers as they come.

    Args:
        tasks: taken as they are needed.
        settings: for the workers.
        scheduler: address, e.g. "tcp://10.0.0.5:8786".
        stopping: once set, no more tasks are handed out.

    Raises:
        MissingExtraError: Dask is not installed.
        UsageError: no scheduler answers, or it has no workers.
        WorkerError: a machine cannot start a worker, or has another version.
    """
    client = _connect(scheduler)
    try:
        remaining = iter(tasks)
        given_back: list[Task] = []
        while not stopping.is_set() and (chunk := [*given_back, *islice(remaining, _SLICE)]):
            given_back.clear()
            with closing(_code_chunk(chunk, settings, client)) as answers:
                for answer in answers:
                    if answer.result is None:  # a worker that was closing: another one does it
                        given_back.append(answer.task)
                    else:
                        yield answer
                    if stopping.is_set():
                        return
    finally:
        client.close(timeout=_CLOSE_SECONDS)  # type: ignore[no-untyped-call]


def _connect(scheduler: str) -> "Client":
    try:
        from distributed import Client
    except ImportError as error:
        raise MissingExtraError('Work on a cluster needs Dask: pip install "reviewtheme[dask]".') from error
    try:
        client = Client(scheduler, timeout=_CONNECT_SECONDS, set_as_default=False)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, TypeError) as error:
        raise UsageError(
            f"No Dask scheduler answers at '{scheduler}': start one with 'dask scheduler', and name its "
            "address as in --scheduler tcp://10.0.0.5:8786."
        ) from error
    try:
        client.wait_for_workers(1, timeout=_CONNECT_SECONDS)
    except TimeoutError as error:
        client.close(timeout=_CLOSE_SECONDS)  # type: ignore[no-untyped-call]
        raise UsageError(
            f"The Dask scheduler at '{scheduler}' has no workers: start some with 'dask worker {scheduler}'."
        ) from error
    return client


def _code_chunk(chunk: list[Task], settings: Settings, client: "Client") -> Generator[Answer, None, None]:
    from joblib import Parallel, delayed
    from joblib._dask import DaskDistributedBackend

    class Cluster(DaskDistributedBackend):  # type: ignore[misc]
        """joblib's own backend, which would read documents in this process if the cluster has one core."""

        def effective_n_jobs(self, n_jobs: int = -1) -> int:
            return max(2, int(super().effective_n_jobs(n_jobs)))

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # joblib's, about results that a stopped run does not wait for
        parallel = Parallel(
            n_jobs=-1,
            backend=Cluster(client=client),
            return_as="generator_unordered",
            batch_size=1,
            pre_dispatch="all",
        )
        try:
            yield from parallel(delayed(_code_there)(task, settings) for task in chunk)
        except (ReviewThemeError, GeneratorExit):
            raise
        except Exception as error:
            raise WorkerError(
                f"The Dask cluster could not go on ({type(error).__name__}): see to its workers, and give "
                "the same command again; what is done is kept."
            ) from error


def _code_there(task: Task, settings: Settings) -> Answer:
    """Code one file on a machine of the cluster, in the worker process of the thread that runs this."""
    known: _Own | None = getattr(_own, "worker", None)
    if known is None or known.settings != settings:
        if known is not None:
            known.process.close()
        known = _own.worker = _Own(settings)
    known.wanted.note_task()
    return Answer(task=task, result=known.process.code(task.file, task.content))


class _Own:
    """The worker process of one thread of a Dask worker."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.wanted = _Abandoned()
        self.process = WorkerProcess(settings, self.wanted)


class _Abandoned:
    """Tells whether nobody waits for a thread's task any more: the run or the Dask worker is at its end."""

    def note_task(self) -> None:
        """Remember the task that this thread has now."""
        from distributed import get_worker

        self._worker = get_worker()
        self._key = self._worker.get_current_task()

    def is_set(self) -> bool:
        task = self._worker.state.tasks.get(self._key)
        return self._worker.status.name != "running" or task is None or task.state == "cancelled"
