"""The real command in a process of its own, and the worker processes that it has."""

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil


def start(*arguments: str | Path, poison: Path) -> "subprocess.Popen[str]":
    """Start `reviewtheme` with workers that know poison."""
    return subprocess.Popen(
        [sys.executable, "-m", "reviewtheme", *map(str, arguments)],
        env={**os.environ, "PYTHONPATH": str(poison)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(*arguments: str | Path, poison: Path) -> "subprocess.CompletedProcess[str]":
    """Run `reviewtheme` to its end."""
    with start(*arguments, poison=poison) as process:
        output, errors = process.communicate(timeout=600)
    return subprocess.CompletedProcess(process.args, process.returncode, output, errors)


def workers_of(process: "subprocess.Popen[str]") -> list[psutil.Process]:
    """Return the worker processes of a running command."""
    try:
        children = psutil.Process(process.pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []
    return [child for child in children if is_worker(child)]


def is_worker(process: psutil.Process) -> bool:
    """Tell whether a process is a worker."""
    try:
        return any("corpus.worker" in word for word in process.cmdline())
    except psutil.Error:
        return False


def wait_until(ready: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until something is so."""
    end = time.monotonic() + seconds
    while not ready():
        assert time.monotonic() < end, "it never came to be"
        time.sleep(0.02)


def are_gone(processes: list[psutil.Process]) -> bool:
    """Tell whether none of some processes runs any more."""
    return not any(_runs(process) for process in processes)


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
