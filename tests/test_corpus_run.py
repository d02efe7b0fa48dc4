"""Many files at once: every one has its record, whatever some of them do to the program."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil
import pytest
from corpus_commands_run import is_worker
from corpus_poison import POISONS, REAL_FAILURES, install_poison, write_poison, write_review

import reviewtheme
from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import save_model
from reviewtheme.corpus import (
    CorpusResult,
    DuplicateReview,
    FailedReview,
    FailureKind,
    classify_corpus,
    worker_process,
)
from reviewtheme.corpus.find_inputs import find_inputs
from reviewtheme.corpus.run import Request, prepared_run
from reviewtheme.errors import DocumentError, MissingExtraError, UsageError, WorkerError

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="the poison is made of POSIX signals and pipes"
)
REVIEWS = 12


def own_workers() -> list[psutil.Process]:
    """Return the worker processes of this process."""
    return [child for child in psutil.Process().children(recursive=True) if is_worker(child)]


def path_of(result: CorpusResult) -> str:
    """Return the path that a result is about."""
    return result.review.source.path if isinstance(result, CodedReview) else result.path


@pytest.fixture(scope="module")
def model_folder(small_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save the small model where workers find it."""
    folder = tmp_path_factory.mktemp("model")
    save_model(small_model, folder, "")
    return folder


class PoisonRun(NamedTuple):
    """A run over reviews with poison among them."""

    folder: Path
    results: list[CorpusResult]


@pytest.fixture(scope="module")
def poison_run(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PoisonRun]:
    """Code a folder with every kind of poison, two files at once."""
    place = tmp_path_factory.mktemp("poisoned")
    folder = place / "in"
    for number in range(REVIEWS):
        write_review(folder / f"review-{number:02}.txt", number)
    for word in POISONS:
        write_poison(folder / f"{word}.txt", word)
    for name, (make, _) in REAL_FAILURES.items():
        make(folder / name)
    write_poison(folder / "NOISE.txt", "NOISE")
    (folder / "copies").mkdir()
    (folder / "copies" / "of-0.txt").write_bytes((folder / "review-00.txt").read_bytes())
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(install_poison(place)))
        results = list(classify_corpus([folder], model=model_folder, jobs=2, deadline=2, memory=150))
        yield PoisonRun(folder, results)


def test_every_file_has_one_record_in_order(poison_run: PoisonRun) -> None:
    """None is lost, none comes twice."""
    assert [path_of(result) for result in poison_run.results] == [
        file.name for file in find_inputs([poison_run.folder])
    ]
    assert len(poison_run.results) == REVIEWS + len(POISONS) + len(REAL_FAILURES) + 2


@pytest.mark.parametrize(
    ("name", "kind"),
    [(f"{word}.txt", kind) for word, kind in POISONS.items()]
    + [(name, kind) for name, (_, kind) in REAL_FAILURES.items()],
)
def test_poison_fails_for_its_reason(name: str, kind: str, poison_run: PoisonRun) -> None:
    """The kind is the documented one, and the message names the file and ends as a sentence."""
    (failed,) = [r for r in poison_run.results if Path(path_of(r)).name == name]
    assert isinstance(failed, FailedReview)
    assert failed.kind == kind
    assert failed.path in failed.message
    assert failed.message.endswith(".")
    assert "secret" not in failed.message


def test_the_others_are_coded_as_in_one_process(poison_run: PoisonRun, model_folder: Path) -> None:
    """What stands beside poison comes to the same as alone."""
    coded = [result for result in poison_run.results if isinstance(result, CodedReview)]
    assert len(coded) == REVIEWS + 1
    for result in coded:
        (alone,) = classify_corpus([result.review.source.path], model=model_folder)
        assert alone == result


def test_copies_are_named_and_read_once(poison_run: PoisonRun) -> None:
    """The first of them in order is the one that is read."""
    (copy,) = [r for r in poison_run.results if isinstance(r, DuplicateReview)]
    assert copy.original == str(poison_run.folder / "review-00.txt")
    assert copy.original in copy.message


@pytest.mark.usefixtures("poison_run")
def test_no_worker_is_left() -> None:
    """A run that is over leaves nothing behind."""
    assert own_workers() == []


def test_kinds_of_failure_are_closed() -> None:
    """Every error of reading has its kind in the documented set."""

    def below(kind: type[DocumentError]) -> Iterator[type[DocumentError]]:
        for child in kind.__subclasses__():
            yield child
            yield from below(child)

    assert {each.kind for each in below(DocumentError)} <= set(FailureKind)
    assert MissingExtraError.kind in set(FailureKind)


def test_one_file_starts_no_process(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A single review is read here, and quickly."""
    write_review(tmp_path / "a.txt", 1)
    monkeypatch.setattr(
        worker_process.subprocess, "Popen", lambda *_, **__: pytest.fail("a process was started")
    )
    (result,) = classify_corpus([tmp_path / "a.txt"], model=model_folder)
    assert isinstance(result, CodedReview)


def test_results_can_be_left(model_folder: Path, tmp_path: Path) -> None:
    """Whoever takes only the first results waits for no others, and leaves no process."""
    for number in range(600):
        write_review(tmp_path / "in" / f"{number}.txt", number)
    results = classify_corpus([tmp_path / "in"], model=model_folder, jobs=2)
    assert isinstance(next(results), CodedReview)
    assert own_workers()
    results.close()
    assert own_workers() == []


def test_model_in_memory_and_content_from_standard_input(
    small_model: Model, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both reach the workers."""
    write_review(tmp_path / "a.txt", 1)
    write_review(tmp_path / "b.txt", 2)
    with (tmp_path / "a.txt").open() as given:
        monkeypatch.setattr(sys, "stdin", given)
        first, second = classify_corpus(["-", tmp_path / "b.txt"], model=small_model, jobs=1)
    assert isinstance(first, CodedReview)
    assert isinstance(second, CodedReview)
    assert first.review.source.path == "-"
    assert "Family number 1 " in first.review.text
    assert [s.scores for s in first.sentences] == [
        s.scores for s in reviewtheme.classify(tmp_path / "a.txt", model=small_model).sentences
    ]


def test_a_worker_killed_from_outside_costs_nothing(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its file is tried once more."""
    folder = tmp_path / "in"
    for number in range(3):
        write_review(folder / f"review-{number}.txt", number)
    (folder / "slow.txt").write_text("SLOW 1.5 it is. A sentence about supervision.")
    monkeypatch.syspath_prepend(str(install_poison(tmp_path)))
    killed = threading.Event()

    def kill_one() -> None:
        time.sleep(0.3)
        for process in own_workers():
            process.kill()
            killed.set()

    results = []
    for result in classify_corpus([folder], model=model_folder, jobs=1):
        results.append(result)
        if len(results) == 3:
            threading.Thread(target=kill_one).start()
    assert killed.is_set()
    assert len(results) == 4
    assert all(isinstance(result, CodedReview) for result in results)


def test_worker_with_another_model_is_refused(model_folder: Path, small_model: Model, tmp_path: Path) -> None:
    """A model that changes under a run ends it with a sentence."""
    for number in range(2):
        write_review(tmp_path / "in" / f"{number}.txt", number)
    files = find_inputs([tmp_path / "in"])
    with prepared_run(Request(jobs=1), files, model_folder) as run:
        (model_folder / "manifest.json").rename(tmp_path / "kept")
        try:
            with pytest.raises(WorkerError, match="no model"):
                list(run.results())
        finally:
            (tmp_path / "kept").rename(model_folder / "manifest.json")
    assert small_model.identity.name == "small"
    assert own_workers() == []


@pytest.mark.parametrize(
    "wrong",
    [
        {"engine": "magic"},
        {"backend": "cloud"},
        {"backend": "dask"},
        {"scheduler": "tcp://localhost:1"},
        {"jobs": 0},
        {"deadline": 0.0},
        {"deadline": float("inf")},
        {"memory": 0},
    ],
)
def test_options_that_make_no_sense_are_refused(wrong: dict[str, object]) -> None:
    """At once, and with a sentence."""
    with pytest.raises(UsageError, match=r"[.:]"):
        classify_corpus(["a", "b"], **wrong)  # type: ignore[arg-type]


def test_inputs_are_never_changed(poison_run: PoisonRun) -> None:
    """No file is written where the documents are."""
    names = {name for _, _, files in os.walk(poison_run.folder) for name in files}
    made = {f"review-{number:02}.txt" for number in range(REVIEWS)} | {f"{word}.txt" for word in POISONS}
    assert names == made | set(REAL_FAILURES) | {"NOISE.txt", "of-0.txt"}
