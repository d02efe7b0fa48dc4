"""Runs that are stopped or killed: nothing is left running or lost, and they go on where they were."""

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest
from corpus_commands_run import are_gone, run, start, wait_until, workers_of
from corpus_poison import POISONS, REAL_FAILURES, install_poison, write_poison, write_review

from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import save_model
from reviewtheme.corpus.interruption import stopping_on_signals

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX's")
STOPPED_WITHIN = 5.0
REVIEWS = 2000 - 2 * len(POISONS) - len(REAL_FAILURES)


@pytest.fixture(scope="module")
def model_folder(small_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save the small model."""
    folder = tmp_path_factory.mktemp("model")
    save_model(small_model, folder, "")
    return folder


@pytest.fixture
def poison(tmp_path: Path) -> Path:
    """Give workers that know poison."""
    return install_poison(tmp_path)


def count_done(corpus: Path) -> int:
    """Count the files that a corpus has, while a run may be writing to it."""
    try:
        database = sqlite3.connect(f"file:{corpus}?mode=ro", uri=True)
        try:
            return int(database.execute("SELECT count(*) FROM inputs").fetchone()[0])
        finally:
            database.close()
    except sqlite3.OperationalError:
        return 0


def exported(corpus: Path, folder: Path, poison: Path) -> dict[str, bytes]:
    """Return the exported tables of a corpus."""
    assert run("export", corpus, folder, "--format", "csv", poison=poison).returncode == 0
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)], ids=["Ctrl-C", "SIGTERM"]
)
def test_stop_is_quick_and_clean_and_the_run_goes_on(
    number: signal.Signals, status: int, tmp_path: Path, model_folder: Path, poison: Path
) -> None:
    """Workers in an endless loop are no hindrance, and finished files are not read again."""
    folder, corpus = tmp_path / "in", tmp_path / "corpus.sqlite"
    for place in range(6):
        write_review(folder / f"a-{place}.txt", place)
    endless = [folder / "b-0.txt", folder / "b-1.txt"]
    for path in endless:
        write_poison(path, "FOR-EVER-ALONE")
    command = ("classify", folder, "--output", corpus, "--model", model_folder, "--jobs", "2")
    process = start(*command, poison=poison)
    wait_until(lambda: count_done(corpus) == 6)
    workers = workers_of(process)
    assert len(workers) == 2
    began = time.monotonic()
    process.send_signal(number)
    _, errors = process.communicate(timeout=30)
    assert time.monotonic() - began < STOPPED_WITHIN
    assert process.returncode == status
    assert "give the same command again" in errors
    assert are_gone(workers)
    assert count_done(corpus) == 6
    for place, path in enumerate(endless):
        write_review(path, 50 + place)
    again = run(*command, poison=poison)
    assert again.returncode == 0, again.stderr
    database = sqlite3.connect(corpus)
    assert database.execute("SELECT run, count(*) FROM documents GROUP BY run").fetchall() == [(1, 6), (2, 2)]
    assert database.execute("SELECT id, ended IS NULL FROM runs").fetchall() == [(1, 1), (2, 0)]
    database.close()


def test_workers_end_when_the_program_is_killed(tmp_path: Path, model_folder: Path, poison: Path) -> None:
    """Even one whose library never lets go of the interpreter."""
    write_poison(tmp_path / "in" / "a.txt", "FOR-EVER-ALONE")
    write_review(tmp_path / "in" / "b.txt", 1)
    corpus = tmp_path / "corpus.sqlite"
    process = start(
        "classify", tmp_path / "in", "--output", corpus, "--model", model_folder, "--jobs", "2", poison=poison
    )
    wait_until(lambda: count_done(corpus) == 1)
    workers = workers_of(process)
    assert workers
    process.kill()
    process.communicate(timeout=10)
    wait_until(lambda: are_gone(workers), STOPPED_WITHIN)


def test_other_outputs_wait_for_the_end_and_go_on_too(
    tmp_path: Path, model_folder: Path, poison: Path
) -> None:
    """Nothing stands under the output's name until it is whole; nothing else stays beside it."""
    folder, out = tmp_path / "in", tmp_path / "out"
    out.mkdir()
    for place in range(4):
        write_review(folder / f"a-{place}.txt", place)
    write_poison(folder / "b.txt", "FOR-EVER")
    output = out / "all.jsonl"
    command = ("classify", folder, "-f", "jsonl", "-o", output, "--model", model_folder, "--jobs", "1")
    process = start(*command, poison=poison)
    journal = out / ".all.jsonl.reviewtheme-part"
    wait_until(lambda: _journaled(journal) == 4)
    process.terminate()
    process.communicate(timeout=30)
    assert not output.exists()
    write_review(folder / "b.txt", 60)
    (folder / "a-0.txt").rename(tmp_path / "kept")  # a file that is read again would be missed now
    (tmp_path / "kept").rename(folder / "a-0.txt")
    again = run(*command, poison=poison)
    assert again.returncode == 0, again.stderr
    assert [path.name for path in out.iterdir()] == ["all.jsonl"]
    whole = output.read_bytes()
    assert whole.count(b"\n") == 5
    other = out / "again.jsonl"
    assert run(*command[:5], other, *command[6:], poison=poison).returncode == 0
    assert other.read_bytes() == whole


def _journaled(journal: Path) -> int:
    try:
        database = sqlite3.connect(f"file:{journal}?mode=ro", uri=True)
        try:
            return int(database.execute("SELECT count(*) FROM results").fetchone()[0])
        finally:
            database.close()
    except sqlite3.OperationalError:
        return 0


def test_hang_up_is_ignored_under_nohup() -> None:
    """A run that was started to outlive its terminal does."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with stopping_on_signals() as interruption:
            os.kill(os.getpid(), signal.SIGHUP)
            assert not interruption.asked.is_set()
            os.kill(os.getpid(), signal.SIGTERM)
            assert interruption.asked.is_set()
            assert interruption.exit_status == 143
            with pytest.raises(KeyboardInterrupt):
                os.kill(os.getpid(), signal.SIGTERM)
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)


def test_ctrl_c_in_a_program_that_uses_the_library(tmp_path: Path, model_folder: Path, poison: Path) -> None:
    """It is raised there at once, and no worker stays."""
    for number in range(2):
        write_poison(tmp_path / "in" / f"{number}.txt", "FOR-EVER-ALONE")
    program = (
        "import sys, reviewtheme as rt\n"
        "try:\n"
        "    list(rt.classify_corpus([sys.argv[1]], model=sys.argv[2], jobs=2))\n"
        "except KeyboardInterrupt:\n"
        "    sys.exit(33)\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path / "in"), str(model_folder)],
        env={**os.environ, "PYTHONPATH": str(poison)},
    )
    wait_until(lambda: len(workers_of(process)) == 2)
    time.sleep(3.0)
    workers = workers_of(process)
    began = time.monotonic()
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=30) == 33
    assert time.monotonic() - began < STOPPED_WITHIN
    assert are_gone(workers)


@pytest.mark.slow
def test_two_thousand_files_killed_five_times(tmp_path: Path, model_folder: Path, poison: Path) -> None:
    """With ten kinds of poison among them: each file once, the right ones failed, the export the same."""
    folder = tmp_path / "in"
    expected: dict[str, str] = {}
    for number in range(REVIEWS):
        write_review(folder / f"{number % 40:02}" / f"review-{number:04}.txt", number)
    for word, kind in POISONS.items():
        for copy in range(2):
            path = folder / f"{7 * copy + len(word):02}" / f"{word}-{copy}.txt"
            write_poison(path, word)
            expected[str(path)] = kind
    for name, (make, kind) in REAL_FAILURES.items():
        make(folder / name)
        expected[str(folder / name)] = kind
    limits = ("--model", model_folder, "--jobs", "2", "--deadline", "3", "--memory", "150")
    whole, broken = tmp_path / "whole.sqlite", tmp_path / "broken.sqlite"
    memory = _run_watched("classify", folder, "-o", whole, *limits, poison=poison)
    _check_all(whole, expected)
    assert memory < 300 << 20, f"the parent took {memory >> 20} MiB"
    dice = random.Random(20_240_229)
    for _ in range(5):
        done, more = count_done(broken), dice.randint(1, 350)
        process = start("classify", folder, "-o", broken, *limits, poison=poison)
        wait_until(lambda done=done, more=more: count_done(broken) >= done + more, 300)
        workers = workers_of(process)
        process.kill()
        process.communicate()
        wait_until(lambda workers=workers: are_gone(workers), STOPPED_WITHIN)
    assert run("classify", folder, "-o", broken, *limits, poison=poison).returncode == 1
    _check_all(broken, expected)
    assert exported(broken, tmp_path / "b", poison) == exported(whole, tmp_path / "w", poison)


def _check_all(corpus: Path, expected: dict[str, str]) -> None:
    database = sqlite3.connect(corpus)
    assert database.execute("SELECT count(*), count(DISTINCT path) FROM inputs").fetchone() == (2000, 2000)
    assert dict(database.execute("SELECT path, kind FROM failures")) == expected
    assert database.execute("SELECT count(*) FROM documents").fetchone() == (REVIEWS,)
    database.close()


def _run_watched(*arguments: str | Path, poison: Path) -> int:
    """Run a command to its end; return the most memory, in bytes, that its own process ever had."""
    process = start(*arguments, poison=poison)
    most = 0
    watched = psutil.Process(process.pid)
    while process.poll() is None:
        try:
            most = max(most, watched.memory_info().rss)
        except psutil.NoSuchProcess:
            break
        time.sleep(0.2)
    process.communicate()
    return most
