"""The program of a worker process: it loads the model once, then reads and codes one file after the other.

Run as `python -P -m reviewtheme.corpus.worker`, with messages (see `frames`) on standard input and output:

    in    the settings; then for each file {"path", "name", "has_content"}, and its content if it has any
    out   b"R" when ready; then for each file b"D" and a coded record, or b"F" and {"kind", "message"};
          b"E" and {"message"} where it cannot work at all

It ends at once when the program that started it goes, whatever it is doing, and leaves nothing behind:
no core file, no log.
"""

import contextlib
import ctypes
import faulthandler
import json
import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, BinaryIO, cast

from reviewtheme.corpus.frames import read_frame, write_frame

READY, DONE, FAILED, CANNOT_WORK = b"R", b"D", b"F", b"E"
_IDLE_SECONDS = 600.0
"""A worker that was asked nothing for so long ends; another is started when one is needed."""
_GRACE = 2.0
"""Seconds after a document's deadline at which a worker ends itself, if nobody else has ended it."""
_END_WITH_PARENT = 1  # PR_SET_PDEATHSIG
_NOT_NEEDED = ("cupy", "mxnet", "tensorflow", "torch")
"""What spaCy loads where it is installed, and nothing here uses: half a gigabyte and seconds a worker."""


def main() -> None:
    """Answer messages until there are no more."""
    answers = _take_standard_output()
    _end_with_parent()
    sys.modules.update(dict.fromkeys(_NOT_NEEDED))  # type: ignore[arg-type]
    frames: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_receive, args=(frames,), daemon=True).start()
    settings = json.loads(frames.get())
    try:
        answer = _coder(settings)
    except Exception as error:
        write_frame(answers, CANNOT_WORK + _as_json(message=str(error) or type(error).__name__))
        return
    _limit_resources(int(settings["memory"]))
    write_frame(answers, READY)
    with Path(os.devnull).open("w") as nowhere, contextlib.suppress(Empty):
        while True:
            task = json.loads(frames.get(timeout=_IDLE_SECONDS))
            content = frames.get() if task["has_content"] else None
            # The interpreter's own watchdog works even where a library never lets go of the interpreter.
            faulthandler.dump_traceback_later(settings["deadline"] + _GRACE, exit=True, file=nowhere)
            written = answer(task, content)
            faulthandler.cancel_dump_traceback_later()
            write_frame(answers, written)


def _coder(settings: dict[str, Any]) -> Callable[[dict[str, Any], bytes | None], bytes]:
    """Load what is needed, and return the function that answers for one file."""
    from reviewtheme.classification.classify import classify
    from reviewtheme.classification.model_folder import load_model
    from reviewtheme.corpus.code_file import code_file
    from reviewtheme.corpus.coded_record import encode
    from reviewtheme.corpus.failures import failure_of
    from reviewtheme.corpus.find_inputs import Input
    from reviewtheme.corpus.outcome import FailedReview
    from reviewtheme.corpus.reading_version import reading_version
    from reviewtheme.errors import ModelError, UsageError
    from reviewtheme.reading import read_text

    model = load_model(settings["model_folder"])
    if model.identity.sha256 != settings["model_sha256"]:
        raise ModelError(
            f"The model in '{settings['model_folder'] or 'the program'}' is not the one that the run began "
            "with: begin the run again, with the same model on every machine."
        )
    if reading_version() != settings["reading_version"]:
        raise UsageError(
            "A worker has another version of reviewtheme or of its libraries: install the same ones."
        )
    # What is imported at the first document is imported now, so that no document's time is charged for it.
    classify(read_text("The first sentence of a review. The second one."), model=model)

    def answer(task: dict[str, Any], content: bytes | None) -> bytes:
        file = Input(path=task["path"], name=task["name"])
        try:
            result = code_file(file, content, model=model, engine=settings["engine"], ocr=settings["ocr"])
            if not isinstance(result, FailedReview):
                return DONE + encode(result)
        except Exception as error:  # what can go wrong in writing the answer down: memory
            result = failure_of(error, file.name)
        return FAILED + _as_json(kind=str(result.kind), message=result.message)

    return answer


def _take_standard_output() -> BinaryIO:
    """Keep the way to the parent for messages alone; what libraries print goes nowhere."""
    private = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    return private


def _receive(frames: "SimpleQueue[bytes]") -> None:
    """Queue messages as they come, and end the process when the parent is gone."""
    while (frame := read_frame(cast("BinaryIO", sys.stdin.buffer))) is not None:
        frames.put(frame)
    os._exit(0)


def _end_with_parent() -> None:
    """Leave Ctrl-C to the parent, and ask the system (Linux) to end this process with it."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if sys.platform == "linux":
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)


def _limit_resources(memory: int) -> None:
    """Forbid core files, and memory far beyond the limit, for this process and those it starts.

    The parent watches the limit itself; this holds where memory grows faster than it can watch.
    """
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        most = pages * resource.getpagesize() + 2 * (memory << 20)
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (most if hard < 0 else min(most, hard), hard))


def _as_json(**values: str) -> bytes:
    return json.dumps(values).encode("ascii")


if __name__ == "__main__":
    main()
