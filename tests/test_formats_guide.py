"""The guide to formats names every format, and the files that formats put into folders."""

import re
import shlex
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import save_model
from reviewtheme.cli import app
from reviewtheme.output.formats import FORMATS

ROOT = Path(__file__).parent.parent
GUIDE = (ROOT / "docs" / "formats.md").read_text(encoding="utf-8")
PROMISED = {
    "tables": {"marks.csv", "matrix.csv", "reviews.csv"},
    "label-studio": {"tasks.json", "labelling-configuration.xml"},
    "doccano": {"tasks.jsonl", "label-types.json"},
    "prodigy": {"tasks.jsonl", "prodigy.json"},
}
"""Folders that the guide's commands make, and what is in them."""
COMMANDS = re.findall(r"^(reviewtheme .*)$", GUIDE, re.MULTILINE)


def test_every_format_is_explained() -> None:
    """In the table at the top, at least."""
    table = GUIDE[: GUIDE.index("`--output` names")]
    assert [name for name in FORMATS if f"`{name}`" not in table] == []
    extras = {its.extra for its in FORMATS.values() if its.extra}
    assert all(f"`{extra}`" in table for extra in extras)


@pytest.mark.parametrize("folder", PROMISED)
def test_what_is_in_a_folder(
    folder: str, tmp_path: Path, small_model: Model, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The guide's command makes the files that the guide names; the model does not matter here."""
    (command,) = (command for command in COMMANDS if command.endswith(f" --output {folder}/"))
    assert all(f"`{name.removesuffix('.csv')}`" in GUIDE for name in PROMISED[folder])
    (tmp_path / "reviews").mkdir()
    shutil.copy(
        ROOT / "corpus_sample" / "documents" / "child-practice-review-teasel.pdf", tmp_path / "reviews"
    )
    save_model(small_model, tmp_path / "model", "")
    monkeypatch.chdir(tmp_path)
    words = [*shlex.split(command)[1:], "--model", "model"]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert (done.exit_code, done.stdout) == (0, ""), done.output
    made = {path.name: path.stat().st_size for path in (tmp_path / folder).iterdir()}
    assert set(made) == PROMISED[folder]
    assert all(made.values())
