"""The commands `evaluate` and `agree`: what a user types, gets back, and is told."""

import csv
import json
from pathlib import Path

import pytest
from joblib import parallel_config
from typer.testing import CliRunner, Result

from reviewtheme import cli
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import save_model
from reviewtheme.errors import ReviewThemeError
from reviewtheme.training.labelled import LabelledSentence


@pytest.fixture(scope="module")
def model(small_model: Model, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Give the folder of a small model."""
    folder = tmp_path_factory.mktemp("model")
    save_model(small_model, folder, "")
    return str(folder)


@pytest.fixture
def labelled(few_labelled: tuple[LabelledSentence, ...], tmp_path: Path) -> Path:
    """Give a file of labelled sentences of 14 documents."""
    rows = (
        {"document": s.document, "text": s.text, "themes": list(s.themes), "stance": s.stance}
        for s in few_labelled
    )
    path = tmp_path / "labelled.jsonl"
    path.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    """Run a command in this process."""
    return CliRunner().invoke(cli.app, list(map(str, arguments)))


def refused(*arguments: str | Path) -> str:
    """Run a command that is refused, and return what is said."""
    error = run(*arguments).exception
    assert isinstance(error, ReviewThemeError), error
    return str(error)


def test_evaluate_on_the_terminal(labelled: Path, model: str) -> None:
    """Tables on standard output, the account of the data on standard error."""
    result = run("evaluate", labelled, "--model", model, "--samples", "20")
    assert result.exit_code == 0
    assert result.stdout.startswith("Evaluation of small 1\n")
    for part in ("micro", "keyword list", "bundled model", "Stance", "Surest false marks"):
        assert part in result.stdout
    assert "labelled.jsonl: JSONL" in result.stderr


def test_evaluate_as_json_and_page(labelled: Path, model: str, tmp_path: Path) -> None:
    """JSON goes to the file, the page to another; nothing to the screen."""
    pytest.importorskip("matplotlib")
    pytest.importorskip("jinja2")
    figures, page = tmp_path / "figures.json", tmp_path / "page.html"
    arguments = (
        "--model",
        model,
        "--samples",
        "0",
        "--json",
        "-o",
        figures,
        "--page",
        page,
        "--no-baselines",
    )
    with parallel_config(backend="threading"):
        result = run("evaluate", labelled, *arguments, "--theme", "supervision", "--theme", "neglect")
    assert result.exit_code == 0
    assert result.stdout == ""
    record = json.loads(figures.read_text(encoding="utf-8"))
    assert {theme["id"] for theme in record["themes"]} == {"supervision", "neglect"}
    assert record["baselines"] == []
    assert page.read_text(encoding="utf-8").startswith("<!doctype html>")


def test_text_can_be_written_to_a_file(labelled: Path, model: str, tmp_path: Path) -> None:
    """It is what the screen would show."""
    target = tmp_path / "figures.txt"
    arguments = ("evaluate", labelled, "--model", model, "--samples", "20", "--no-baselines")
    assert run(*arguments, "--output", target).exit_code == 0
    assert target.read_text(encoding="utf-8") == run(*arguments).stdout


def test_cross_validation(labelled: Path) -> None:
    """Says what it does; learns from scratch where asked to."""
    arguments = ("--cross-validate", "--folds", "2", "--from", "nothing", "--samples", "0", "--no-baselines")
    result = run("evaluate", labelled, *arguments, "--theme", "risk-assessment", "--json")
    assert result.exit_code == 0, result.exception
    record = json.loads(result.stdout)
    assert record["setting"]["folds"] == 2
    assert record["setting"]["subject"].startswith("training from nothing, cross-validated")
    assert "Part 2 of 2" in result.stderr


def test_contradictions_are_refused(labelled: Path, model: str, tmp_path: Path) -> None:
    """Before anything is read, and no input is ever written over."""
    before = labelled.read_bytes()
    assert "leave out --model" in refused("evaluate", labelled, "--model", model, "--cross-validate")
    assert "--cross-validate" in refused("evaluate", labelled, "--from", "nothing")
    assert "choose another" in refused("evaluate", labelled, "--output", labelled)
    assert "choose another" in refused("evaluate", labelled, "--page", labelled)
    assert "two coders" in refused("agree", labelled)
    assert "choose another" in refused("agree", labelled, labelled, "--disputes", labelled)
    assert "cannot be opened" in refused("evaluate", tmp_path / "missing.csv")
    assert labelled.read_bytes() == before


def test_agree(labelled: Path, tmp_path: Path) -> None:
    """Figures as text and JSON, disputes as CSV."""
    rows = [json.loads(line) for line in labelled.read_text(encoding="utf-8").splitlines()]
    rows[0]["themes"], rows[1]["stance"] = ["neglect"], "recommendation"
    second = tmp_path / "second.jsonl"
    second.write_text("\n".join(map(json.dumps, rows[: len(rows) // 2])), encoding="utf-8")
    disputes = tmp_path / "disputes.csv"
    arguments = ("agree", labelled, second, "--codebook", "default", "--samples", "20")
    result = run(*arguments, "--disputes", disputes)
    assert result.exit_code == 0, result.exception
    assert result.stdout.startswith("Agreement of labelled, second\n")
    with disputes.open(encoding="utf-8", newline="") as file:
        assert [row["text"] for row in csv.DictReader(file)] == [row["text"] for row in rows[:2]]
    record = json.loads(run(*arguments, "--json").stdout)
    assert len(record["disputes"]) == 2
    assert len(record["themes"]) == 30
    assert record["sentences"] == len(rows) // 2
