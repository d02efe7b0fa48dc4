"""Models made to do harm are refused in one line, and run nothing; good ones load from a folder and a zip."""

import hashlib
import pickle
import tracemalloc
import zipfile
from pathlib import Path

import pytest
from evil_models import EVIL, Files, payload
from typer.testing import CliRunner

import reviewtheme as rt
from reviewtheme.classification import model_folder
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_files import CARD, MANIFEST, VOCABULARY, WEIGHTS
from reviewtheme.classification.model_folder import load_model, save_model
from reviewtheme.cli import app
from reviewtheme.corpus import classify_corpus
from reviewtheme.errors import ModelError

TEXTS = ["The midwife did not tell the health visitor.", "Supervision took place every month."]
MOST_MEMORY = 300 << 20
"""Bytes that refusing a model may take: the largest file of a model, and little more."""


@pytest.fixture(scope="module")
def files(small_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """Give the files of a good model."""
    folder = tmp_path_factory.mktemp("good") / "model"
    save_model(small_model, folder, "# Card\n")
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_payload_does_harm(tmp_path: Path) -> None:
    """Whoever unpickles it makes the folder that the other tests look for."""
    pickle.loads(payload(tmp_path / "sprung"))  # noqa: S301 - that it runs is the point
    assert (tmp_path / "sprung").exists()


@pytest.mark.parametrize("name", EVIL)
def test_evil_model_is_refused(name: str, files: Files, tmp_path: Path) -> None:
    """In one line that says why, with nothing run, nothing written, and little memory taken."""
    make, reason = EVIL[name]
    sprung = tmp_path / "sprung"
    path = make(dict(files), sprung)
    before = sorted(each.name for each in tmp_path.rglob("*"))
    model_folder._load.cache_clear()
    tracemalloc.start()
    try:
        with pytest.raises(ModelError) as caught:
            load_model(path)
        assert tracemalloc.get_traced_memory()[1] < MOST_MEMORY
    finally:
        tracemalloc.stop()
    line = str(caught.value)
    assert reason in line
    assert str(path) in line
    assert line.isprintable()
    assert line.endswith(".")
    assert len(line) < 600
    assert sorted(each.name for each in tmp_path.rglob("*")) == before
    assert not sprung.exists()


@pytest.mark.parametrize("name", ["a joblib dump", "a path that climbs", "a zip bomb", "a second manifest"])
def test_command_line_refuses_too(name: str, files: Files, tmp_path: Path) -> None:
    """Before any document is read."""
    path = EVIL[name][0](dict(files), tmp_path / "sprung")
    (tmp_path / "a.txt").write_text("The midwife did not tell the health visitor.")
    with pytest.raises(ModelError):
        CliRunner().invoke(
            app, ["classify", str(tmp_path / "a.txt"), "--model", str(path)], catch_exceptions=False
        )
    assert not (tmp_path / "sprung").exists()


def test_zip_gives_what_the_folder_gives(small_model: Model, files: Files, tmp_path: Path) -> None:
    """The same scores under the same identity, and the same bytes whenever it is written."""
    packed = save_model(small_model, tmp_path / "model.zip", "# Card\n")
    folder = save_model(small_model, tmp_path / "model", "# Card\n")
    assert packed.identity == folder.identity
    assert packed.identity.sha256 == hashlib.sha256(files[MANIFEST]).hexdigest()
    assert rt.classify_sentences(TEXTS, model=tmp_path / "model.zip") == rt.classify_sentences(
        TEXTS, model=folder
    )
    save_model(small_model, tmp_path / "again.zip", "# Card\n")
    assert (tmp_path / "model.zip").read_bytes() == (tmp_path / "again.zip").read_bytes()
    with zipfile.ZipFile(tmp_path / "model.zip") as archive:
        assert archive.namelist() == [MANIFEST, VOCABULARY, WEIGHTS, CARD]
        assert {name: archive.read(name) for name in archive.namelist()} == files
    assert {path.name for path in tmp_path.iterdir()} == {"model.zip", "model", "again.zip"}


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_a_folder_that_any_program_zipped(method: int, files: Files, tmp_path: Path) -> None:
    """Is a model, with a card or without, under whatever name."""
    with zipfile.ZipFile(tmp_path / "model.download", "w", method) as archive:
        for name in (WEIGHTS, MANIFEST, VOCABULARY):
            archive.writestr(name, files[name])
    assert load_model(tmp_path / "model.download").identity.name == "small"


def test_zip_that_was_replaced_is_loaded_anew(small_model: Model, files: Files, tmp_path: Path) -> None:
    """And one with the same manifest and other weights is not taken for the first."""
    save_model(small_model, tmp_path / "model.zip")
    first = load_model(tmp_path / "model.zip")
    assert load_model(tmp_path / "model.zip") is first
    assert files


def test_workers_take_a_zip(small_model: Model, tmp_path: Path) -> None:
    """Many files are coded with the model of one file."""
    save_model(small_model, tmp_path / "model.zip")
    for number, text in enumerate(TEXTS):
        (tmp_path / f"{number}.txt").write_text(text)
    results = list(
        classify_corpus([tmp_path / "0.txt", tmp_path / "1.txt"], model=tmp_path / "model.zip", jobs=1)
    )
    assert [result.model.sha256 for result in results if isinstance(result, rt.CodedReview)] == [
        load_model(tmp_path / "model.zip").identity.sha256
    ] * 2
