"""The command line: what a user types, sees and gets back, in this process and in a real one."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pypdf
import pytest
from reportlab.pdfgen.canvas import Canvas
from typer.testing import CliRunner, Result

from reviewtheme import __version__, cli
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import save_model
from reviewtheme.codebook import default_codebook

DOCUMENTS = Path(__file__).parent.parent / "corpus_sample" / "documents"
SAMPLES = {
    "news-article.txt": "text/plain",
    "news-article.html": "text/html",
    "learning-summary.docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "child-practice-review-teasel.pdf": "application/pdf",
}
NEWS = str(DOCUMENTS / "news-article.txt")


@pytest.fixture(scope="module")
def model(small_model: Model, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the folder of a small model, so that nothing here depends on the bundled one."""
    folder = tmp_path_factory.mktemp("model")
    save_model(small_model, folder, "")
    return str(folder)


@pytest.fixture
def run(model: str) -> "Run":
    """Give what runs the command in this process."""
    return Run(model)


class Run:
    """Runs the command with the small model, and reads what it says."""

    def __init__(self, model: str) -> None:
        self.model = model

    def __call__(self, *arguments: str | Path, given: bytes | None = None) -> Result:
        """Run `classify`."""
        words = ["classify", *map(str, arguments), "--model", self.model]
        return CliRunner().invoke(cli.app, words, input=given)


def real(
    *arguments: str | Path, given: bytes | None = None, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run the installed command in a process of its own."""
    done = subprocess.run(
        [sys.executable, "-m", "reviewtheme", *map(str, arguments)],
        input=given,
        capture_output=True,
        timeout=120,
        env={**os.environ, **environment},
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode("utf-8"), done.stderr.decode("utf-8")
    )


# --- bad documents ---------------------------------------------------------------------------------


def text_pdf(path: Path) -> Path:
    """Make a PDF of one page of text."""
    canvas = Canvas(str(path))
    canvas.drawString(72, 700, "Supervision of the social worker lapsed in the spring.")
    canvas.save()
    return path


def encrypted_pdf(path: Path) -> Path:
    """Make a PDF that asks for a password."""
    writer = pypdf.PdfWriter(clone_from=str(text_pdf(path)))
    writer.encrypt("secret", algorithm="AES-256")
    writer.write(str(path))
    return path


def picture_pdf(path: Path) -> Path:
    """Make a PDF whose one page is a drawing."""
    canvas = Canvas(str(path))
    canvas.rect(72, 72, 300, 500, fill=1)
    canvas.save()
    return path


def written(path: Path, content: bytes) -> Path:
    """Make a file."""
    path.write_bytes(content)
    return path


BAD: dict[str, tuple[Callable[[Path], Path], str]] = {
    "missing": (lambda folder: folder / "none.pdf", "does not exist"),
    "empty": (lambda folder: written(folder / "empty.txt", b""), "empty"),
    "blank": (lambda folder: written(folder / "blank.txt", b" \n\n\t"), "no"),
    "encrypted": (lambda folder: encrypted_pdf(folder / "locked.pdf"), "password"),
    "pictures only": (lambda folder: picture_pdf(folder / "scan.pdf"), "OCR"),
    "damaged": (
        lambda folder: written(folder / "cut.pdf", text_pdf(folder / "x.pdf").read_bytes()[:200]),
        "cut.pdf",
    ),
    "unsupported": (lambda folder: written(folder / "p.png", b"\x89PNG\r\n\x1a\n" + bytes(64)), "p.png"),
    "wrong encoding": (
        lambda folder: written(folder / "t.txt", bytes(range(128, 256)) * 8 + b"\x81\x8d"),
        "t.txt",
    ),
}


@pytest.mark.parametrize("fault", BAD)
def test_a_bad_document_is_one_line(fault: str, run: Run, tmp_path: Path) -> None:
    """On standard error: which file, what is wrong, what to do; status 1 and no result."""
    make, reason = BAD[fault]
    path = make(tmp_path)
    done = run(path)
    assert done.exit_code == 1, done.output
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("reviewtheme: ")
    assert path.name in line
    assert reason in line
    assert line.endswith(".")
    assert "Traceback" not in line


def test_one_bad_file_does_not_stop_the_others(model: str, tmp_path: Path) -> None:
    """The rest is done, the failure is listed, and the status says that there was one."""
    bad, good = encrypted_pdf(tmp_path / "locked.pdf"), text_pdf(tmp_path / "good.pdf")
    files = (NEWS, bad, good, tmp_path / "none.txt")
    done = real("classify", *files, "--format", "jsonl", "--jobs", "1", "--model", model)
    assert done.returncode == 1
    records = [json.loads(line) for line in done.stdout.splitlines()]
    assert [record["source"]["path"] for record in records] == [
        NEWS,
        str(bad),
        str(good),
        str(tmp_path / "none.txt"),
    ]
    assert ["failure" in record for record in records] == [False, True, False, True]
    assert len(done.stderr.splitlines()) == 3
    assert "2 of 4 documents done, 2 failed." in done.stderr
    assert "Traceback" not in done.stderr


# --- good documents --------------------------------------------------------------------------------


@pytest.mark.parametrize("name", SAMPLES)
def test_each_sample_in_each_format(name: str, run: Run) -> None:
    """The same sentences, whatever they are written as."""
    path = DOCUMENTS / name
    record = json.loads(run(path, "--format", "json").stdout)
    assert record["schema"] == "reviewtheme/1"
    assert record["source"]["media_type"] == SAMPLES[name]
    assert len(record["sentences"]) > 20
    assert json.loads(run(path, "--format", "jsonl").stdout) == record
    rows = list(csv.DictReader(io.StringIO(run(path, "--format", "csv").stdout, newline="")))
    assert {int(row["sentence"]) for row in rows} == {s["index"] for s in record["sentences"]}
    assert sum(bool(row["theme"]) for row in rows) == sum(len(s["themes"]) for s in record["sentences"])
    text = run(path)
    assert text.exit_code == 0
    assert text.stderr == ""
    assert "\x1b" not in text.stdout
    assert record["summary"]["text"].split(":")[0] in text.stdout
    assert f"{len(record['sentences'])} sentences" in text.stdout


def test_a_page_always_tells_the_words_that_spoke(run: Run) -> None:
    """A reader of it cannot ask again; text tells them where they are asked for."""
    path = DOCUMENTS / "news-article.txt"
    page = run(path, "--format", "html").stdout
    marks = page.count('<p class="why">')
    assert marks == page.count('<li class="card"') > 10
    assert page.count("Words that spoke for it: ") > 0.8 * marks
    assert page == run(path, "--format", "html", "--explain").stdout


def test_standard_input(run: Run) -> None:
    """A dash reads it, in any kind of document."""
    for name, media_type in SAMPLES.items():
        done = run("-", "--format", "json", given=(DOCUMENTS / name).read_bytes())
        assert done.exit_code == 0, done.output
        source = json.loads(done.stdout)["source"]
        assert (source["path"], source["media_type"]) == ("-", media_type)
    done = run("-", given=b"")
    assert (done.exit_code, len(done.stderr.splitlines())) == (1, 1)


def test_output_to_a_file_and_to_a_folder(run: Run, tmp_path: Path) -> None:
    """One document goes to a file, several to a folder or to one table."""
    assert run(NEWS, "--format", "json", "--output", tmp_path / "one.json").exit_code == 0
    assert json.loads((tmp_path / "one.json").read_text("utf-8"))["source"]["path"] == NEWS
    several = (NEWS, DOCUMENTS / "news-article.html")
    done = run(*several, "--output", tmp_path / "out", "--jobs", "1")
    assert (done.exit_code, done.stdout) == (0, "")
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "news-article.html.txt",
        "news-article.txt.txt",
    ]


def test_same_input_same_output(run: Run) -> None:
    """Byte by byte."""
    assert run(NEWS, "--format", "json").stdout_bytes == run(NEWS, "--format", "json").stdout_bytes


def test_evidence(run: Run) -> None:
    """None if none is asked for."""
    assert "Evidence" in run(NEWS).stdout
    assert "Evidence" not in run(NEWS, "--evidence", "0").stdout


# --- wrong usage -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["classify", NEWS, "--model", "/nowhere"], "There is no model in '/nowhere'"),
        (["classify", NEWS, "--output", "/nowhere/out.txt"], "does not exist: make it first"),
        (["classify", NEWS, "--output", NEWS], "is one of the documents"),
        (["classify", NEWS, "--engine", "magic"], "There is no engine 'magic'"),
        (["themes", "--codebook", "/nowhere.toml"], "There is no codebook file"),
    ],
)
def test_wrong_usage_is_one_line_and_status_2(arguments: list[str], reason: str) -> None:
    """And never a traceback; the document is not touched."""
    before = Path(NEWS).read_bytes()
    done = real(*arguments)
    assert done.returncode == 2
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("reviewtheme: ")
    assert reason in line
    assert Path(NEWS).read_bytes() == before


@pytest.mark.parametrize(
    "arguments",
    [
        ["classify"],
        ["nonsense"],
        ["classify", NEWS, "--format", "magic"],
        ["classify", NEWS, "--evidence", "-1"],
    ],
)
def test_wrong_words_are_status_2(arguments: list[str]) -> None:
    """Typer says what is expected."""
    done = CliRunner().invoke(cli.app, arguments)
    assert done.exit_code == 2
    assert "Traceback" not in done.output


# --- the rest --------------------------------------------------------------------------------------


def test_help_and_version() -> None:
    """Every command and every option says what it is for."""
    for arguments in (["--help"], ["-h"], ["classify", "--help"], ["themes", "-h"]):
        done = CliRunner().invoke(cli.app, arguments)
        assert done.exit_code == 0
    assert f"reviewtheme {__version__}\n" == CliRunner().invoke(cli.app, ["--version"]).stdout
    text = CliRunner(env={"COLUMNS": "200"}).invoke(cli.app, ["classify", "--help"]).stdout
    for option in ("--format", "--output", "--model", "--evidence", "--engine", "--ocr"):
        assert option in text
    assert "decides nothing about a family" in " ".join(
        CliRunner().invoke(cli.app, ["--help"]).stdout.split()
    )


def test_themes_are_shown() -> None:
    """All of them, with their ids; those of another codebook too."""
    text = CliRunner().invoke(cli.app, ["themes"]).stdout
    assert all(theme_id in text for theme_id in default_codebook().theme_ids)


def test_themes_of_another_codebook(tmp_path: Path) -> None:
    """From a TOML file."""
    path = tmp_path / "own.toml"
    path.write_text('name = "own"\nversion = "3"\n[[theme]]\nid = "arrears"\nname = "Rent arrears"\n')
    text = CliRunner().invoke(cli.app, ["themes", "--codebook", str(path)]).stdout
    assert "own (version 3)" in text
    assert "Rent arrears  arrears" in text
    assert "Stances" not in text


def test_shell_completion_is_offered() -> None:
    """For the shell that is named."""
    done = real("--show-completion", _TYPER_COMPLETE_TEST_DISABLE_SHELL_DETECTION="1")
    assert "--show-completion" in CliRunner().invoke(cli.app, ["--help"]).stdout
    assert "Traceback" not in done.stderr


def test_a_reader_that_stops_early_is_no_error(model: str) -> None:
    """As `head` does: no traceback."""
    command = f"{sys.executable} -m reviewtheme classify {NEWS} --format csv --model {model} | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=120)
    assert done.stdout.startswith("document,sentence,page")
    assert done.stderr == ""


def test_the_real_command_classifies_with_the_bundled_model() -> None:
    """What the README promises, in a process of its own, in an ASCII terminal too."""
    done = real("classify", NEWS, PYTHONIOENCODING="ascii")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "Learning themes include:" in done.stdout


def test_file_names_that_are_no_utf8(model: str, tmp_path: Path) -> None:
    """Are read, and named by escapes, on the screen and in JSON."""
    path = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    try:
        Path(os.fsdecode(path)).write_text("Supervision of the worker lapsed in the spring of that year.")
    except OSError:
        pytest.skip("this file system takes no such name")
    done = real("classify", os.fsdecode(path), "--format", "json", "--model", model)
    assert (done.returncode, done.stderr) == (0, "")
    assert "caf" in json.loads(done.stdout)["source"]["path"]
