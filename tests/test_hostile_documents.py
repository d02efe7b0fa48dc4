"""Documents made to do harm: each ends in a record, in time, and what stands beside it is unharmed."""

import os
import subprocess
import sys
import threading
import time
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pytest
from fuzzed_documents import case_of
from hostile_files import NAMES, SPECIALS, deep_folder, write_names
from hostile_pdfs import BODY, PDFS, Kinds
from hostile_texts import DOCX, HTML, TEXTS
from typer.testing import CliRunner

from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import save_model
from reviewtheme.cli import app
from reviewtheme.corpus import CorpusResult, FailedReview, FailureKind, classify_corpus
from reviewtheme.corpus.coded_record import decode
from reviewtheme.corpus.find_inputs import Input
from reviewtheme.corpus.reading_version import reading_version
from reviewtheme.corpus.settings import Settings
from reviewtheme.corpus.worker_process import WorkerProcess
from reviewtheme.errors import DocumentError
from reviewtheme.json_text import STEERING
from reviewtheme.output.formats import FORMATS, Several
from reviewtheme.output.run import RunOutput
from reviewtheme.reading import read

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="special files and signals are POSIX's")
DEADLINE = 10.0
GRACE = 2.0
MEMORY = 400
CASES: dict[str, tuple[Callable[[], bytes], Kinds]] = {
    f"{kind}: {name}": case
    for kind, cases in (("pdf", PDFS), ("docx", DOCX), ("html", HTML), ("text", TEXTS))
    for name, case in cases.items()
}
QUICK = [name for name, (_, kinds) in CASES.items() if not kinds.slow]
SLOW = [name for name, (_, kinds) in CASES.items() if kinds.slow]
_WATCH = """
import os, socket, subprocess, sys

if "reviewtheme.corpus.worker" in " ".join(sys.orig_argv):
    def _note(event, arguments):
        if event == "subprocess.Popen" and str(arguments[0]).endswith("tesseract"):
            return  # OCR, where it is installed
        if event in ("socket.connect", "socket.getaddrinfo", "socket.sendto", "subprocess.Popen", "os.exec",
                     "os.posix_spawn", "os.system", "pickle.find_class", "webbrowser.open", "urllib.Request"):
            with open(os.environ["NOTED"], "a") as noted:
                print(event, arguments[:2], file=noted)
    sys.addaudithook(_note)
"""
"""For `sitecustomize`: notes what reaches for the network, for another program, or unpickles."""


@pytest.fixture(scope="module")
def model_folder(small_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save the small model."""
    folder = tmp_path_factory.mktemp("model")
    save_model(small_model, folder, "")
    return folder


class Reader:
    """One worker that reads hostile documents, each followed by a good one."""

    def __init__(self, model: Model, model_folder: Path, place: Path) -> None:
        """Start nothing yet."""
        self.model = model
        self.noted = place / "noted"
        self.place = place
        self._good = place / "good.txt"
        self._good.write_text(BODY, encoding="utf-8")
        settings = Settings(
            model_folder=str(model_folder),
            model_sha256=model.identity.sha256,
            engine="auto",
            ocr=False,
            reading_version=reading_version(),
            deadline=DEADLINE,
            memory=MEMORY,
        )
        self.process = WorkerProcess(settings, threading.Event())
        self.expected = self._code(self._good)
        assert isinstance(self.expected, CodedReview)

    def code(self, content: bytes) -> tuple[CodedReview | FailedReview, float]:
        """Have a document coded, then a good one; return the record and the seconds that it took."""
        path = self.place / "hostile"
        path.write_bytes(content)
        began = time.monotonic()
        record = self._code(path)
        seconds = time.monotonic() - began
        assert self._code(self._good) == self.expected
        return record, seconds

    def _code(self, path: Path) -> CodedReview | FailedReview:
        answer = self.process.code(Input(path=str(path), name=str(path)), None)
        assert answer is not None
        return answer if isinstance(answer, FailedReview) else decode(answer, self.model.codebook)


@pytest.fixture(scope="module")
def reader(
    small_model: Model, model_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reader]:
    """Give a worker, watched for what it reaches for."""
    place = tmp_path_factory.mktemp("hostile")
    (place / "sitecustomize.py").write_text(_WATCH, encoding="utf-8")
    with pytest.MonkeyPatch.context() as patch:
        patch.syspath_prepend(str(place))
        patch.setenv("NOTED", str(place / "noted"))
        reader = Reader(save_model(small_model, model_folder), model_folder, place)
        with closing(reader.process):
            yield reader


def check(name: str, reader: Reader) -> None:
    """Read one document; its record must be among the expected ones, and in time."""
    make, expected = CASES[name]
    record, seconds = reader.code(make())
    assert seconds <= DEADLINE + GRACE
    if isinstance(record, FailedReview):
        assert record.kind in expected.kinds, record.message
        assert record.kind in set(FailureKind)
        assert record.message.endswith(".")
        assert "\n" not in record.message
    else:
        assert "done" in expected.kinds
        text = record.review.text
        assert all(text[s.start : s.end] == s.text for s in record.sentences)
        assert "root:" not in text
        assert not [c for c in text if unicodedata.category(c) == "Cc" and c != "\n"]
    assert not reader.noted.exists(), reader.noted.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", QUICK)
def test_hostile_document_ends_in_a_record(name: str, reader: Reader) -> None:
    """Of a documented kind, in time, with nothing run and nothing fetched, and the next one unharmed."""
    check(name, reader)


@pytest.mark.slow
@pytest.mark.parametrize("name", SLOW)
def test_heavy_document_ends_in_a_record(name: str, reader: Reader) -> None:
    """Those too that take all the time or the memory that a document may take."""
    check(name, reader)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(200))
def test_rotten_document_ends_in_a_record(seed: int, reader: Reader) -> None:
    """Whatever bits of a good file are changed."""
    record, seconds = reader.code(case_of(seed).content)
    assert seconds <= DEADLINE + GRACE
    assert not isinstance(record, FailedReview) or record.kind != FailureKind.CRASH, record.message
    assert not reader.noted.exists()


def test_the_watch_sees(tmp_path: Path) -> None:
    """What the other tests rely on: an attempt leaves its note."""
    (tmp_path / "sitecustomize.py").write_text(_WATCH, encoding="utf-8")
    program = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
    subprocess.run(
        [sys.executable, "-c", program, "reviewtheme.corpus.worker"],
        env={**os.environ, "PYTHONPATH": str(tmp_path), "NOTED": str(tmp_path / "noted")},
        check=False,
    )
    assert "socket.connect" in (tmp_path / "noted").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", ["pdf: cut-60%", "docx: billion-laughs", "html: declares-undefined"])
def test_python_users_get_a_document_error(name: str, tmp_path: Path) -> None:
    """Without workers, a bad file is an error of the documented kind, or is read."""
    (tmp_path / "hostile").write_bytes(CASES[name][0]())
    with suppress(DocumentError):  # and nothing else
        assert read(tmp_path / "hostile").text


# --- names and kinds of files -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def odd(model_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> list[CorpusResult]:
    """Code files of odd names, special files, and texts that would steer a terminal, all in one run."""
    place = tmp_path_factory.mktemp("odd")
    names, specials, steering = (place / name for name in ("names", "specials", "steering"))
    for folder in (names, specials, steering):
        folder.mkdir()
    list(write_names(names))
    for name, (make, _) in SPECIALS.items():
        make(os.fsencode(specials / name))
    for kind, cases in (("pdf", PDFS), ("docx", DOCX), ("html", HTML), ("text", TEXTS)):
        (steering / f"\x1b[31m{kind}\u202e").write_bytes(cases["steers-a-terminal"][0]())
    (steering / "lines").write_text(f"{BODY}\u2028It ended.\u2029It began.\x85It went on.", encoding="utf-8")
    (steering / "\x1b]0;bad\x07.pdf").write_bytes(b"%PDF-1.7\nnothing")
    (steering / "a copy\x9b2J").write_bytes((steering / "lines").read_bytes())
    began = time.monotonic()
    results = list(
        classify_corpus([names, specials, steering], model=model_folder, jobs=1, deadline=5, memory=MEMORY)
    )
    assert time.monotonic() - began < 60
    return results


def test_special_files_and_odd_names(odd: list[CorpusResult]) -> None:
    """Each file has its record under a name that can be written anywhere, and none is waited for."""
    coded = [
        result.review.source.path
        for result in odd
        if isinstance(result, CodedReview) and "/names/" in result.review.source.path
    ]
    assert len(set(coded)) == len(coded) == len(NAMES) - 1  # "..txt" is hidden
    for path in coded:
        path.encode("utf-8")
    failed = {
        Path(result.path).name: result.kind
        for result in odd
        if isinstance(result, FailedReview) and "/specials/" in result.path
    }
    assert failed.keys() == SPECIALS.keys()
    wrong = {name: kind for name, kind in failed.items() if kind not in SPECIALS[name][1].kinds}
    assert wrong == {}


@pytest.mark.parametrize("depth", [1100, 2100])
def test_folders_deeper_than_any_path(depth: int, model_folder: Path, tmp_path: Path) -> None:
    """Are read as deep as the system goes; below that a record says where it ended."""
    deep_folder(tmp_path, depth)
    try:
        (result,) = classify_corpus([tmp_path], model=model_folder)
    finally:
        subprocess.run(["rm", "-rf", str(tmp_path / "d")], check=True)  # Python's own does not go so deep
    if depth < 2000:
        assert isinstance(result, CodedReview)
    else:
        assert isinstance(result, FailedReview)
        assert result.kind == FailureKind.UNREADABLE_PATH


SHOWN = [name for name, its in FORMATS.items() if not its.is_binary and its.several is not Several.PAGES]


@pytest.mark.parametrize("kind", SHOWN)
def test_nothing_steers_the_terminal(
    kind: str, odd: list[CorpusResult], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither names nor texts nor messages put a control character on the screen, in any format."""
    if kind != "text":  # which has colours of its own on a terminal
        monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    codebook = next(result.codebook for result in odd if isinstance(result, CodedReview))
    output = RunOutput(kind=kind, target=None, inputs=("one", "two"), codebook=codebook)
    assert output.write(odd) == len([result for result in odd if isinstance(result, FailedReview)])
    shown = capsys.readouterr()
    assert "supervision" in shown.out.lower()
    assert "bad" in shown.err
    assert {c for c in shown.out + shown.err if unicodedata.category(c) in STEERING} == {"\n"}


def test_names_that_look_like_options(
    model_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Are files where they are named in a folder, or after two dashes."""
    monkeypatch.chdir(tmp_path)
    Path("--output=owned.txt").write_text(BODY, encoding="utf-8")
    ran = CliRunner().invoke(app, ["classify", "--model", str(model_folder), "--", "--output=owned.txt"])
    assert ran.exit_code == 0, ran.output
    assert [path.name for path in tmp_path.iterdir()] == ["--output=owned.txt"]
