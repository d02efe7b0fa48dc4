"""A worker process as the program sees it: started when needed, watched, killed and replaced."""

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Protocol, cast

import psutil

from reviewtheme.corpus import worker
from reviewtheme.corpus.failures import crash, out_of_memory, time_out
from reviewtheme.corpus.find_inputs import Input
from reviewtheme.corpus.frames import read_frame, write_frame
from reviewtheme.corpus.outcome import FailedReview, FailureKind
from reviewtheme.corpus.settings import Settings
from reviewtheme.errors import WorkerError

_START_SECONDS = 180.0
"""Longest time that a worker may take to load the model on a busy machine."""
_PAUSES = (1.0, 5.0, 20.0)
"""Seconds to wait before another try where a worker does not start: the machine may be short of memory."""
_LOOK_EVERY = 0.05
_KEPT_GROWTH = 4
"""A worker that kept more than one part in so many of the memory limit is replaced."""
_ONE_THREAD = (
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"),
    *("OMP_THREAD_LIMIT", "RAYON_NUM_THREADS"),
)
"""A worker is there for each core, so that libraries must not start threads of their own."""


class Stopping(Protocol):
    """What tells that the run is to end: `threading.Event` is one."""

    def is_set(self) -> bool:
        """Tell whether the run is to end now."""


class _Breach(StrEnum):
    """Why a worker was killed."""

    DEADLINE = "deadline"
    MEMORY = "memory"
    STOPPED = "stopped"


class WorkerProcess:
    """One worker process, and the next one where it had to be killed. Used by one thread.

    Args:
        settings: what the worker is sent when it starts.
        stopping: ends whatever the worker does, within a tenth of a second.
    """

    def __init__(self, settings: Settings, stopping: Stopping) -> None:
        self._settings = settings
        self._stopping = stopping
        self._process: subprocess.Popen[bytes] | None = None
        self._idle_memory = 0
        self._lock = threading.Lock()
        self._closed = False

    def code(self, file: Input, content: bytes | None) -> bytes | FailedReview | None:
        """Have a file coded: its coded record, its failure, or None where the run is to end.

        A worker that dies on a file for no reason of ours is replaced, and the file tried once more:
        the system may have chosen it when memory ran short.

        Raises:
            WorkerError: no worker can be started.
        """
        for attempt in (1, 2):
            answer = self._ask(file, content)
            if not isinstance(answer, _Died):
                return answer
            if attempt == 2 or self._stopping.is_set():
                return crash(file.name, answer.how)
        return None

    def close(self) -> None:
        """Kill the process, for good; it may be called from any thread."""
        with self._lock:
            self._closed = True
        self._kill()

    def _ask(self, file: Input, content: bytes | None) -> "bytes | FailedReview | _Died | None":
        if not self._is_running() and not self._start():
            return None
        process = cast("subprocess.Popen[bytes]", self._process)
        limits = self._settings
        most = self._idle_memory + (limits.memory << 20)
        with _Watch(process, self._stopping, seconds=limits.deadline, memory=most) as watch:
            self._send(process, file, content)
            answer = read_frame(cast("BinaryIO", process.stdout))
        if answer is None:
            self._kill()
            return _verdict(watch.breach, file.name, limits, process.returncode)
        result = _result(answer, file.name)
        if watch.breach is not None or self._has_grown() or _spent(result):
            self._kill()
        return result

    def _send(self, process: "subprocess.Popen[bytes]", file: Input, content: bytes | None) -> None:
        task = {"path": file.path, "name": file.name, "has_content": content is not None}
        pipe = cast("BinaryIO", process.stdin)
        with contextlib.suppress(OSError):  # a worker that is gone gives no answer, which is seen next
            write_frame(pipe, json.dumps(task).encode("ascii"))
            if content is not None:
                write_frame(pipe, content)

    def _is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def _start(self) -> bool:
        """Start a process and wait until it is ready; False where the run is to end."""
        for pause in (*_PAUSES, None):
            self._kill()
            if not self._launch():
                return False
            process = cast("subprocess.Popen[bytes]", self._process)
            with _Watch(process, self._stopping, seconds=_START_SECONDS, memory=None) as watch:
                with contextlib.suppress(OSError):
                    write_frame(
                        cast("BinaryIO", process.stdin), json.dumps(asdict(self._settings)).encode("ascii")
                    )
                answer = read_frame(cast("BinaryIO", process.stdout))
            if answer == worker.READY:
                self._idle_memory = _resident(process.pid)
                return True
            self._kill()
            if watch.breach is _Breach.STOPPED or self._stopping.is_set():
                return False
            if answer is not None and answer.startswith(worker.CANNOT_WORK):
                raise WorkerError(str(json.loads(answer[1:])["message"]))
            if pause is not None:
                _wait(pause, self._stopping)
        raise WorkerError(
            "No worker process can be started, though it was tried four times: the machine may be short of "
            "memory. Try fewer at a time with --jobs 1."
        )

    def _launch(self) -> bool:
        with self._lock:
            if self._closed or self._stopping.is_set():
                return False
            self._process = subprocess.Popen(  # noqa: S603 - our own module, by the interpreter that runs now
                [sys.executable, "-P", "-m", worker.__name__],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=_environment(),
                start_new_session=True,
            )
        return True

    def _has_grown(self) -> bool:
        process = self._process
        kept = _resident(process.pid) - self._idle_memory if process is not None else 0
        return kept > (self._settings.memory << 20) // _KEPT_GROWTH

    def _kill(self) -> None:
        process = self._process
        if process is None:
            return
        _kill_with_children(process)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            with contextlib.suppress(OSError, ValueError):
                cast("BinaryIO", pipe).close()


class _Died:
    """A worker that ended by itself, or was killed by somebody else."""

    def __init__(self, status: int) -> None:
        try:
            self.how = signal.Signals(-status).name if status < 0 else f"status {status}"
        except ValueError:
            self.how = f"status {status}"


class _Watch:
    """Kills a process that takes too long or too much, or when the run is to end; says which it was."""

    def __init__(
        self, process: "subprocess.Popen[bytes]", stopping: Stopping, *, seconds: float, memory: int | None
    ) -> None:
        self.breach: _Breach | None = None
        self._process = process
        self._stopping = stopping
        self._deadline = time.monotonic() + seconds
        self._memory = memory
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> "_Watch":
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()

    def _look(self) -> None:
        while not self._over.wait(_LOOK_EVERY):
            self.breach = self._found()
            if self.breach is not None:
                _kill_with_children(self._process)
                return

    def _found(self) -> _Breach | None:
        if self._stopping.is_set():
            return _Breach.STOPPED
        if time.monotonic() > self._deadline:
            return _Breach.DEADLINE
        if self._memory is not None and _resident(self._process.pid) > self._memory:
            return _Breach.MEMORY
        return None


def _verdict(breach: _Breach | None, name: str, limits: Settings, status: int) -> FailedReview | _Died | None:
    if breach is _Breach.STOPPED:
        return None
    if breach is _Breach.DEADLINE:
        return time_out(name, limits.deadline)
    if breach is _Breach.MEMORY:
        return out_of_memory(name, limits.memory)
    return _Died(status)


def _result(answer: bytes, name: str) -> bytes | FailedReview:
    if answer.startswith(worker.DONE):
        return answer[1:]
    failure = json.loads(answer[1:])
    return FailedReview(path=name, kind=str(failure["kind"]), message=str(failure["message"]))


def _spent(result: bytes | FailedReview) -> bool:
    """Tell whether a worker came to the end of its memory, so that it is of no use any more."""
    return isinstance(result, FailedReview) and result.kind == FailureKind.OUT_OF_MEMORY


def _environment() -> dict[str, str]:
    """Let the worker import what this process can, and start no threads of its own."""
    places = os.pathsep.join(str(Path(place).resolve()) for place in sys.path if place)
    return {**os.environ, **dict.fromkeys(_ONE_THREAD, "1"), "PYTHONPATH": places}


def _resident(pid: int) -> int:
    """Return the bytes of memory that a process has now; 0 where it is gone."""
    try:
        return int(psutil.Process(pid).memory_info().rss)
    except psutil.Error:
        return 0


def _kill_with_children(process: "subprocess.Popen[bytes]") -> None:
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            process.kill()
        elif process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)  # its session is its own: OCR programs go with it


def _wait(seconds: float, stopping: Stopping) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end and not stopping.is_set():
        time.sleep(_LOOK_EVERY)
