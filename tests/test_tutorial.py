"""The tutorial does what it says: its commands are run as they stand, one after the other."""

import csv
import re
import shlex
import zipfile
from pathlib import Path

import pytest
from tutorial_files import write_tutorial_files
from typer.testing import CliRunner

from reviewtheme import cli
from reviewtheme.classification.model_folder import load_model
from reviewtheme.training.formats import read_labelled

ROOT = Path(__file__).resolve().parent.parent
TUTORIAL = (ROOT / "docs" / "tutorial.md").read_text(encoding="utf-8")
COMMANDS = [
    line for block in re.findall(r"```bash\n(.*?)```", TUTORIAL, re.DOTALL) for line in block.splitlines()
]
CODES = {
    "telling-each-other",
    "seeing-the-danger",
    "writing-it-down",
    "a-manager-who-asks",
    "working-with-the-family",
}


def run(command: str) -> str:
    """Run a command in this process, which spares it its start, and return what it said."""
    words = shlex.split(command)
    if words[0] == "python":
        assert words[1] == "tests/tutorial_files.py"
        write_tutorial_files(Path(words[2]))
        return ""
    assert words[0] == "reviewtheme"
    done = CliRunner().invoke(cli.app, words[1:])
    assert done.exit_code == 0, done.output or done.exception
    return done.output


def test_tutorial(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """From two exports to models, marked reviews, suggestions, and a model of both."""
    assert len(COMMANDS) >= 8
    said, folder = {}, tmp_path
    monkeypatch.chdir(folder)
    for command in COMMANDS:
        if command.startswith("cd "):
            folder /= command.removeprefix("cd ")
            monkeypatch.chdir(folder)
        else:
            said[command] = run(command)
    for name in ("my-model", "my-taguette-model"):
        assert set(load_model(folder / name).codebook.theme_ids) == CODES
    trained = said["reviewtheme train coded.qdpx --output my-model"]
    assert "REFI-QDA" in trained
    assert "Telling each other" in trained
    one, other = (load_model(folder / name).about["training"] for name in ("my-model", "my-taguette-model"))
    assert one["documents"] == other["documents"] == 14  # type: ignore[index]
    rows = list(csv.DictReader((folder / "marked.csv").read_text(encoding="utf-8").splitlines()))
    assert {row["theme"] for row in rows} - {""} <= CODES
    assert {row["theme"] for row in rows} - {""}
    with zipfile.ZipFile(folder / "marked.qdpx") as project:
        assert any(name.endswith(".qde") for name in project.namelist())
    suggested = read_labelled(folder / "to-label.xlsx", load_model(folder / "my-model").codebook)
    assert len(suggested.sentences) == 20
    better = load_model(folder / "my-better-model").about["training"]
    assert better["sentences"] == one["sentences"] + 20  # type: ignore[index]
    assert set(better["sources"]) == {"coded.qdpx", "to-label.xlsx"}  # type: ignore[index]
