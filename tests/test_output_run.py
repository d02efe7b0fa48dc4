"""The results of a run: which file or stream they go to, and what is said of failures."""

import csv
import io
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from coded_reviews import Marked, coded_review

from reviewtheme.classification.model import Model
from reviewtheme.corpus import CorpusResult, FailedReview
from reviewtheme.errors import UsageError
from reviewtheme.output.run import RunOutput, with_progress

GOOD, OTHER = coded_review(path="good.pdf"), coded_review(path="sub/good.pdf")
BAD = FailedReview(path="bad.pdf", kind="damaged", message="bad.pdf is damaged:\x1b[2J\nget it anew.")
ALL = ("good.pdf", "bad.pdf", "sub/good.pdf")


def written(kind: str, target: Path | str | None, inputs: tuple[str, ...] = ALL) -> RunOutput:
    """Make an output."""
    return RunOutput(kind=kind, target=None if target is None else str(target), inputs=inputs)


@pytest.mark.parametrize("kind", ["text", "json", "jsonl", "csv"])
def test_screen(kind: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Results on standard output, failures in one line each on standard error, and how many."""
    assert written(kind, None).write([GOOD, BAD, OTHER]) == 1
    out, err = capsys.readouterr()
    assert err.splitlines() == [
        "reviewtheme: bad.pdf is damaged:\ufffd[2J\ufffdget it anew.",
        "reviewtheme: 2 of 3 documents done, 1 failed.",
    ]
    assert out.count("sub/good.pdf") >= 1
    if kind == "jsonl":
        assert [json.loads(line)["source"]["path"] for line in out.splitlines()] == list(ALL)
    elif kind == "json":
        assert [record["source"]["path"] for record in json.loads(out)] == list(ALL)
    elif kind == "csv":
        documents = [row["document"] for row in csv.DictReader(io.StringIO(out))]
        assert list(dict.fromkeys(documents)) == list(ALL)


@pytest.mark.parametrize(("kind", "ending"), [("text", "txt"), ("json", "json"), ("jsonl", "jsonl")])
def test_folder(kind: str, ending: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A file for each document; a failure has a record, and no empty text."""
    written(kind, f"{tmp_path / 'out'}/").write([GOOD, BAD, OTHER])
    names = sorted(path.name for path in (tmp_path / "out").iterdir())
    bad = [] if kind == "text" else [f"bad.pdf.{ending}"]
    second = f"good.pdf-2.{ending}"
    assert names == [*bad, second, f"good.pdf.{ending}"]
    assert capsys.readouterr().out == ""


def test_several_as_text_or_json_need_a_folder(tmp_path: Path) -> None:
    """It is made; a file in its place is refused before any work is done."""
    written("json", tmp_path / "new").write([GOOD])
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["good.pdf.json"]
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="needs a folder"):
        written("json", tmp_path / "file")
    with pytest.raises(UsageError, match="cannot be made"):
        written("json", tmp_path / "file" / "folder")
    for kind, name in (("json", "all.json"), ("pdf", "marked.PDF")):
        with pytest.raises(UsageError, match=f"names a file, and {kind} of several documents needs a folder"):
            written(kind, tmp_path / name)
        written(kind, f"{tmp_path / name}/")
        assert (tmp_path / name).is_dir()
        written(kind, tmp_path / name)


def test_words_are_not_asked_of_a_format_that_has_none(small_model: Model) -> None:
    """It is said first."""
    for kind in ("csv", "xlsx", "pdf", "qdpx", "doccano"):
        with pytest.raises(
            UsageError, match="shows no words: leave out --explain, or choose one of text, json"
        ):
            RunOutput(kind=kind, target=None, inputs=("a.pdf",), explaining=small_model)
    for kind in ("text", "json", "jsonl", "html"):
        RunOutput(kind=kind, target=None, inputs=("a.pdf",), explaining=small_model)


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_several_in_one_file(kind: str, tmp_path: Path) -> None:
    """As lines or rows; the same text as on the screen."""
    written(kind, tmp_path / "out").write([GOOD, BAD, OTHER])
    content = (tmp_path / "out").read_text(encoding="utf-8")
    assert all(path in content for path in ALL)
    assert content.count("theme_name") == (kind == "csv")


def test_one_document_in_one_file(tmp_path: Path) -> None:
    """A file, or a folder that is there; no file where there is nothing to tell."""
    written("json", tmp_path / "one.json", ("good.pdf",)).write([GOOD])
    assert json.loads((tmp_path / "one.json").read_text("utf-8"))["source"]["path"] == "good.pdf"
    written("json", tmp_path, ("good.pdf",)).write([GOOD])
    assert (tmp_path / "good.pdf.json").read_bytes() == (tmp_path / "one.json").read_bytes()
    written("text", tmp_path / "none.txt", ("bad.pdf",)).write([BAD])
    assert not (tmp_path / "none.txt").exists()


def test_what_cannot_be_written_is_said_first(tmp_path: Path) -> None:
    """A missing folder, and a document that would be replaced."""
    with pytest.raises(UsageError, match="does not exist: make it first"):
        written("csv", tmp_path / "none" / "a.csv")
    (tmp_path / "a.txt").write_text("a")
    with pytest.raises(UsageError, match="one of the documents"):
        written("csv", tmp_path / "a.txt", (str(tmp_path / "a.txt"),))
    inputs = (str(tmp_path / "a"), str(tmp_path / "a.txt"))
    (tmp_path / "a").write_text("a")
    with pytest.raises(UsageError, match="one of the documents"):
        written("text", tmp_path, inputs).write([coded_review(path=inputs[0])])
    assert (tmp_path / "a.txt").read_text() == "a"


def test_streams_that_hold_no_unicode() -> None:
    """Text does without what a terminal lacks; data are UTF-8 whatever the terminal is."""
    program = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from coded_reviews import *\n"
        "from reviewtheme.output.run import RunOutput\n"
        "coded = coded_review([Marked(text='caf\\u00e9 \\U0001f600 \\udce9')], path='\\udce9.pdf')\n"
        "RunOutput(kind=sys.argv[1], target=None, inputs=('a',)).write([coded])\n"
    )
    for kind in ("text", "jsonl"):
        done = subprocess.run(
            [sys.executable, "-c", program, kind],
            env={**os.environ, "PYTHONIOENCODING": "ascii"},
            cwd=Path(__file__).parent.parent,
            capture_output=True,
            check=True,
        )
        assert done.stderr == b""
        if kind == "jsonl":
            record = json.loads(done.stdout.decode("utf-8"))
            assert record["sentences"][0]["text"] == "café 😀 \udce9"
            assert record["source"]["path"] == "\udce9.pdf"


def test_progress_passes_everything_on(capsys: pytest.CaptureFixture[str]) -> None:
    """And shows nothing where standard error is no terminal."""
    results: list[CorpusResult] = [GOOD, BAD]
    assert list(with_progress(iter(results), 2)) == results
    assert capsys.readouterr().err == ""


def test_progress_at_a_terminal_leaves_standard_output_alone() -> None:
    """Results that go to a file must not end up on the screen because a bar is shown there."""
    pty = pytest.importorskip("pty")
    program = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from test_output_run import *\n"
        "written('jsonl', None).write(with_progress([GOOD, BAD, OTHER], 3))\n"
    )
    ours, theirs = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", program],
        env={**os.environ, "TERM": "xterm"},
        cwd=Path(__file__).parent.parent,
        stdout=subprocess.PIPE,
        stderr=theirs,
    ) as process:
        os.close(theirs)
        screen = b""
        while piece := _read(ours):
            screen += piece
        out, _ = process.communicate(timeout=60)
    os.close(ours)
    assert [json.loads(line)["source"]["path"] for line in out.splitlines()] == list(ALL)
    assert b"Reading and coding" in screen
    assert b"schema" not in screen


def _read(handle: int) -> bytes:
    try:
        return os.read(handle, 1 << 16)
    except OSError:  # the other end was closed
        return b""


def test_a_sentence_of_several_lines_is_one_in_text(capsys: pytest.CaptureFixture[str]) -> None:
    """A line end within a sentence is white space to a reader."""
    coded = coded_review([Marked(text="Supervision\nlapsed.", themes=("supervision",))])
    written("text", None, ("a",)).write([coded])
    assert "Supervision lapsed." in capsys.readouterr().out
