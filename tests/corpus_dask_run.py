"""A corpus coded by a real Dask cluster on this machine, in a process that may use the loopback network.

Run as a program: the folder, the model, and where the corpora go. One of the two Dask workers is killed
when a quarter of the files is done.
"""

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil
from corpus_commands_run import are_gone

from reviewtheme.corpus.database import CorpusWriter
from reviewtheme.corpus.find_inputs import Input, find_inputs
from reviewtheme.corpus.run import Request, prepared_run


def main(folder: Path, model: Path, out: Path) -> None:
    """Code the folder on the cluster and print what happened."""
    files = find_inputs([folder])
    scheduler_file = out / "scheduler.json"
    local = ("--host", "127.0.0.1", "--no-dashboard")
    programs = [_dask("scheduler", *local, "--port", "0", "--scheduler-file", str(scheduler_file))]
    wait_for(scheduler_file)
    single = ("--no-nanny", "--nthreads", "1", "--host", "127.0.0.1", "--no-dashboard")
    worker = ("worker", "--scheduler-file", str(scheduler_file), *single)
    programs.append(_dask(*worker))
    try:
        address = json.loads(scheduler_file.read_text())["address"]
        done = code(
            files, model, out / "dask.sqlite", address, programs[1], lambda: programs.append(_dask(*worker))
        )
        killed = programs[1].wait(timeout=20) == -signal.SIGKILL
        sys.stdout.write(f"done {done} killed {killed}\n")
    finally:
        readers = [child for program in programs for child in _children(program)]
        for program in programs:
            program.kill()
            program.wait()
        time.sleep(1.0)
        sys.stdout.write(f"left {0 if are_gone(readers) else readers}\n")


def code(
    files: tuple[Input, ...],
    model: Path,
    corpus: Path,
    address: str,
    victim: "subprocess.Popen[bytes]",
    start_other: Callable[[], object],
) -> int:
    """Code files on a cluster of one core, add a second at once, and kill the first after a quarter."""
    request = Request(backend="dask", scheduler=address, deadline=30)
    done = 0
    with (
        prepared_run(request, files, model) as run,
        CorpusWriter(corpus, run.model, run.settings, inputs=len(files)) as writer,
    ):
        for record in run.records(writer.finished()):
            writer.add(record)
            done += 1
            if done == 1:
                start_other()
            if done == len(files) // 4:
                victim.send_signal(signal.SIGKILL)
        writer.end()
    return done


def wait_for(path: Path) -> None:
    """Wait until a file is there."""
    end = time.monotonic() + 60
    while not path.exists():
        assert time.monotonic() < end
        time.sleep(0.05)


def _dask(*arguments: str) -> "subprocess.Popen[bytes]":
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )


def _children(program: "subprocess.Popen[bytes]") -> list[psutil.Process]:
    try:
        return psutil.Process(program.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:4]))
