"""The commands that learn, as a user types them; docs/tutorial.md, which a test runs, has the others."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from reviewtheme import cli
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import load_model, save_model
from reviewtheme.training.known_sentences import digests_of
from reviewtheme.training.labelled import LabelledSentence

KEPT = ("information-sharing", "risk-assessment", "inter-agency-communication")


def command(*words: str | Path) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(cli.app, list(map(str, words)))


@pytest.fixture(scope="module")
def place(
    few_labelled: tuple[LabelledSentence, ...],
    small_model: Model,
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """Give a folder with a model and labelled sentences."""
    made = tmp_path_factory.mktemp("learning")
    about = {"training": {"sentence_digests": digests_of(s.text for s in few_labelled)}}
    save_model(replace(small_model, about=about), made / "start", "")
    rows = [
        {"text": s.text, "document": s.document, "themes": [t for t in s.themes if t in KEPT]}
        for s in few_labelled
    ]
    (made / "labelled.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return made


def test_train_says_what_it_read_and_learned(place: Path) -> None:
    """Progress and the account on standard error, figures on standard output."""
    done = command("train", place / "labelled.jsonl", "--from", place / "start", "-o", place / "model")
    assert done.exit_code == 0, done.exception
    assert "JSONL" in done.stderr
    assert "14 documents" in done.stderr
    assert "Scoring held-out documents, in 5 parts" in done.stderr
    assert "Information sharing" in done.stdout
    assert "of these sentences are among those that the model that training" in " ".join(done.stdout.split())
    model = load_model(place / "model")
    assert set(model.codebook.theme_ids) == set(KEPT)
    assert model.identity.name == "model"
    assert model.codebook.stances  # kept from the start model


def test_train_one_theme_of_the_default_codebook(place: Path) -> None:
    """From nothing."""
    done = command(
        "train", place / "labelled.jsonl", "--codebook", "default", "--theme", KEPT[0], "--from", "nothing",
        "--name", "mine", "-o", place / "one",
    )  # fmt: skip
    assert done.exit_code == 0, done.exception
    assert load_model(place / "one").codebook.theme_ids == KEPT[:1]
    assert load_model(place / "one").identity.name == "mine"


def test_learning_curve(place: Path) -> None:
    """As a table with advice, and as JSON."""
    words = ("learning-curve", place / "labelled.jsonl", "--theme", KEPT[0], "--from", place / "start")
    shown = command(*words)
    assert shown.exit_code == 0, shown.exception
    assert "micro-F1" in shown.stdout
    assert "labelled sentences give" in shown.stdout
    assert "JSONL: " in shown.stderr  # what was read, as train says it
    assert "that the model that training started from learned from: its figures are too" in shown.stderr
    values = json.loads(command(*words, "--json").stdout)
    assert values["points"][-1]["micro_f1"]["value"] <= 1
    assert values["advice"] in " ".join(shown.stdout.split())


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("train", "none.csv", "-o", "out"), "check the path"),
        (("train", "labelled.jsonl", "-o", "out", "--from", "nowhere"), "no model in"),
        (("train", "labelled.jsonl", "-o", "out", "--codebook", "nowhere"), "cannot be read"),
        (("train", "labelled.jsonl", "-o", "labelled.jsonl", "--from", "start"), "choose another name"),
        (("suggest", "nowhere", "-o", "out.csv", "-f", "csv", "-m", "start"), "nowhere"),
    ],
)
def test_mistakes_are_plain_errors(
    words: tuple[str, ...], said: str, place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A sentence, and nothing written."""
    monkeypatch.chdir(place)
    done = command(*words)
    assert done.exit_code != 0
    assert said in str(done.exception) + done.stderr
    assert not (place / "out").exists()
    assert not (place / "out.csv").exists()
