"""A model folder: what is written is read back, and nothing that is damaged or forged is used."""

import hashlib
import io
import json
import pickle
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from forged_model import forge, write_manifest, write_vocabulary, write_weights

from reviewtheme.classification import model_folder
from reviewtheme.classification.features import in_place
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import (
    CARD,
    MANIFEST,
    VOCABULARY,
    WEIGHTS,
    default_model_folder,
    load_model,
    save_model,
)
from reviewtheme.classification.word_vectors import WordVectors
from reviewtheme.errors import ModelError

SENTENCES = in_place(["The core group met once.", "This was not recorded.", "", "Staff should be trained."])
BOOBY_TRAP: list[str] = []


class Trap:
    """An object that notes when it is unpickled."""

    def __reduce__(self) -> tuple[Callable[[str], None], tuple[str]]:
        """Say what pickle is to call."""
        return BOOBY_TRAP.append, ("sprung",)


@pytest.fixture
def folder(small_model: Model, tmp_path: Path) -> Path:
    """Give a folder with a good model."""
    save_model(small_model, tmp_path / "model", "# Card\n")
    model_folder._load.cache_clear()
    return tmp_path / "model"


def packed(members: dict[str, bytes]) -> bytes:
    """Pack members into a zip."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, member in members.items():
            archive.writestr(name, member)
    return content.getvalue()


def npy(header: str, content: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    """Write an .npy whose header says what it likes."""
    return b"\x93NUMPY" + version + len(header).to_bytes(2, "little") + header.encode() + content


def object_array() -> bytes:
    """Give an .npy of Python objects, which numpy would unpickle."""
    content = io.BytesIO()
    np.save(content, np.array([Trap()], dtype=object), allow_pickle=True)
    return content.getvalue()


def test_round_trip_gives_identical_scores(small_model: Model, folder: Path) -> None:
    """Bit by bit, and the identity is the digest of the manifest."""
    loaded = load_model(folder)
    before, after = small_model.code(SENTENCES), load_model(str(folder)).code(SENTENCES)
    assert before.scores.tobytes() == after.scores.tobytes()
    assert before.stance_scores.tobytes() == after.stance_scores.tobytes()
    assert (before.themes == after.themes).all()
    assert loaded.codebook == small_model.codebook
    assert loaded.identity.sha256 == hashlib.sha256((folder / MANIFEST).read_bytes()).hexdigest()
    assert (loaded.identity.name, loaded.identity.version) == ("small", "1")


def test_same_model_is_the_same_bytes(small_model: Model, folder: Path, tmp_path: Path) -> None:
    """Whatever the clock says; nothing else lies in the folder."""
    save_model(small_model, tmp_path / "again", "# Card\n")
    names = {MANIFEST, VOCABULARY, WEIGHTS, CARD}
    assert {path.name for path in folder.iterdir()} == names
    assert all((folder / n).read_bytes() == (tmp_path / "again" / n).read_bytes() for n in names)


def test_a_model_with_vectors_and_without_stances(small_model: Model, tmp_path: Path) -> None:
    """The parts that a model can do with or without are kept."""
    features = small_model.features
    table = np.arange(6, dtype=np.float16).reshape(3, 2)
    with_vectors = type(features)(features.lexicon, WordVectors(["core", "group", "met"], table))
    with_vectors.restore(features.phrases_, features.subwords_)
    width = sum(columns for _, columns in with_vectors.parts())
    weights = small_model.theme_weights
    coefficients = np.ones((width, len(small_model.codebook.themes)), dtype=np.float16)
    none = np.zeros((width, 0), dtype=np.float16)
    model = replace(
        small_model,
        codebook=replace(small_model.codebook, stances=()),
        features=with_vectors,
        theme_weights=replace(weights, coefficients=coefficients),
        stance_weights=replace(weights, coefficients=none, intercepts=np.zeros(0, dtype=np.float32)),
    )
    loaded = save_model(model, tmp_path / "model", "")
    assert loaded.features.vectors is not None
    assert (loaded.features.vectors.table == table).all()
    assert loaded.code(SENTENCES).scores.tobytes() == model.code(SENTENCES).scores.tobytes()
    assert loaded.code(SENTENCES).stance_scores.shape == (4, 0)


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no manifest": (lambda f: (f / MANIFEST).unlink(), "There is no model in"),
    "no weights": (lambda f: (f / WEIGHTS).unlink(), "is missing"),
    "no vocabulary": (lambda f: (f / VOCABULARY).unlink(), "is missing"),
    "weights cut short": (
        lambda f: (f / WEIGHTS).write_bytes((f / WEIGHTS).read_bytes()[:-100]),
        "not the file that its manifest names",
    ),
    "one byte of the vocabulary": (
        lambda f: (f / VOCABULARY).write_bytes((f / VOCABULARY).read_bytes().replace(b"a", b"b", 1)),
        "not the file that its manifest names",
    ),
    "manifest is no JSON": (lambda f: (f / MANIFEST).write_bytes(b"{"), "is damaged"),
    "manifest is no text": (lambda f: (f / MANIFEST).write_bytes(b"\xff\xfe\x00"), "is damaged"),
    "manifest is a list": (lambda f: (f / MANIFEST).write_bytes(b"[]"), "no object"),
    "manifest nests without end": (lambda f: (f / MANIFEST).write_bytes(b"[" * 200_000), "is damaged"),
    "manifest holds an endless number": (
        lambda f: (f / MANIFEST).write_bytes(b'{"format_version": ' + b"1" * 5000 + b"}"),
        "is damaged",
    ),
    "newer format": (
        lambda f: write_manifest(f, lambda m: m.update(format_version=99)),
        "update reviewtheme",
    ),
    "older format": (
        lambda f: write_manifest(f, lambda m: m.update(format_version=0)),
        "train the model again",
    ),
    "no format": (lambda f: write_manifest(f, lambda m: m.pop("format_version")), "train the model again"),
    "no files named": (lambda f: write_manifest(f, lambda m: m.pop("files")), "does not name it"),
    "files are a list": (lambda f: write_manifest(f, lambda m: m.update(files=[])), "does not name it"),
    "no codebook": (lambda f: write_manifest(f, lambda m: m.pop("codebook")), "changed by hand"),
    "codebook without themes": (
        lambda f: write_manifest(f, lambda m: m["codebook"].update(theme=[])),
        "has no themes",
    ),
    "fewer themes than weights": (
        lambda f: write_manifest(f, lambda m: m["codebook"]["theme"].pop()),
        "shape",
    ),
    "no settings": (lambda f: write_manifest(f, lambda m: m.update(settings=[1])), "changed by hand"),
    "a setting that is no number": (
        lambda f: write_manifest(f, lambda m: m["settings"].update(previous_weight=float("nan"))),
        "no numbers",
    ),
    "a setting beyond all bounds": (
        lambda f: write_manifest(f, lambda m: m["settings"].update(previous_weight=10**400)),
        "changed by hand",
    ),
    "about is a number": (lambda f: write_manifest(f, lambda m: m.update(about=3)), "changed by hand"),
    "vocabulary is garbage": (lambda f: forge(f, VOCABULARY, b"garbage"), "is damaged"),
    "vocabulary lacks words": (lambda f: write_vocabulary(f, lambda v: v.pop("subwords")), "changed by hand"),
    "vocabulary is too short": (lambda f: write_vocabulary(f, lambda v: v["subwords"].pop()), "shape"),
    "vocabulary holds lists": (
        lambda f: write_vocabulary(f, lambda v: v["subwords"].__setitem__(0, [])),
        "changed by hand",
    ),
    "lexicon of another codebook": (
        lambda f: write_vocabulary(f, lambda v: v["lexicon"]["phrases"].update(unknown=["a"])),
        "unknown",
    ),
    "lexicon of letters": (
        lambda f: write_vocabulary(f, lambda v: v["lexicon"]["phrases"].update(neglect="dirty")),
        "no list of phrases",
    ),
    "lexicon of numbers": (
        lambda f: write_vocabulary(f, lambda v: v["lexicon"]["exceptions"].update(neglect=[7])),
        "no list of phrases",
    ),
    "lexicon with a phrase without end": (
        lambda f: write_vocabulary(f, lambda v: v["lexicon"]["phrases"].update(neglect=["a " * 1000])),
        "too large",
    ),
    "lexicon with a column twice": (
        lambda f: write_vocabulary(f, lambda v: v["lexicon"]["columns"].append("neglect")),
        "twice",
    ),
    "weights are garbage": (lambda f: forge(f, WEIGHTS, b"garbage"), "plain arrays"),
    "weights are a pickle": (lambda f: forge(f, WEIGHTS, pickle.dumps(Trap())), "plain arrays"),
    "an array is a pickle": (
        lambda f: forge(f, WEIGHTS, packed({"slopes.npy": pickle.dumps(Trap())})),
        "plain arrays",
    ),
    "an array of objects": (
        lambda f: forge(f, WEIGHTS, packed({"slopes.npy": object_array()})),
        "plain arrays",
    ),
    "an array of text": (lambda f: write_weights(f, slopes=np.array(["a"] * 30)), "plain arrays"),
    "an array that claims to be huge": (
        lambda f: forge(
            f,
            WEIGHTS,
            packed({"slopes.npy": npy("{'descr':'<f4','fortran_order':False,'shape':(10**15,),}\n")}),
        ),
        "plain arrays",
    ),
    "a header that is code": (
        lambda f: forge(f, WEIGHTS, packed({"slopes.npy": npy("__import__('os').getcwd()\n")})),
        "plain arrays",
    ),
    "an array is missing": (lambda f: write_weights(f, slopes=None), "slopes"),
    "an array of another shape": (
        lambda f: write_weights(f, thresholds=np.zeros(29, dtype=np.float32)),
        "'thresholds' has shape",
    ),
    "an array with a value that is no number": (
        lambda f: write_weights(f, offsets=np.full(30, np.nan, dtype=np.float32)),
        "no numbers",
    ),
    "a member that is packed in an unknown way": (
        lambda f: forge(
            f, WEIGHTS, packed({"a.npy": npy("{}")}).replace(b"\x08\x00\x00\x00", b"\x63\x00\x00\x00")
        ),
        "plain arrays",
    ),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_damage_is_refused(damage: str, folder: Path) -> None:
    """In one line that names the folder, without running anything that lies in it."""
    spoil, reason = DAMAGES[damage]
    spoil(folder)
    with pytest.raises(ModelError, match=reason) as caught:
        load_model(folder)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert BOOBY_TRAP == []


@pytest.mark.parametrize("name", [MANIFEST, VOCABULARY, WEIGHTS])
def test_files_larger_than_a_model_needs(name: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Are refused by their size, before they are read."""
    monkeypatch.setitem(model_folder.LIMITS, name, 100)
    with pytest.raises(ModelError, match="larger than a model needs"):
        load_model(folder)


def test_weights_that_unpack_to_more_than_a_model_needs(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A small file that would fill the memory is refused before it is unpacked."""
    forge(folder, WEIGHTS, packed({"slopes.npy": bytes(1 << 22)}))
    monkeypatch.setitem(model_folder.LIMITS, WEIGHTS, 1 << 20)
    with pytest.raises(ModelError, match="unpacks to more"):
        load_model(folder)


@pytest.mark.parametrize("path", ["/nowhere/at/all", "a\0b", "x" * 5000])
def test_a_path_that_is_no_folder(path: str) -> None:
    """Whatever is wrong with it."""
    with pytest.raises(ModelError):
        load_model(path)


def test_a_file_is_no_model_folder(tmp_path: Path, small_model: Model) -> None:
    """Neither to read from nor to write to."""
    (tmp_path / "file").write_text("")
    with pytest.raises(ModelError, match="There is no model"):
        load_model(tmp_path / "file")
    with pytest.raises(ModelError, match="cannot be written"):
        save_model(small_model, tmp_path / "file", "")


def test_a_model_that_was_replaced_is_loaded_anew(small_model: Model, folder: Path) -> None:
    """What is kept in memory is known by the digest of its manifest."""
    first = load_model(folder)
    assert load_model(folder) is first
    identity = replace(small_model.identity, version="2")
    save_model(replace(small_model, identity=identity), folder, "")
    assert load_model(folder).identity.version == "2"


def test_default_model_is_found() -> None:
    """In the source tree as in an installed package."""
    assert (default_model_folder() / MANIFEST).is_file()
    manifest = json.loads((default_model_folder() / MANIFEST).read_text(encoding="utf-8"))
    for name, entry in manifest["files"].items():
        content = (default_model_folder() / name).read_bytes()
        assert entry == {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content)}
