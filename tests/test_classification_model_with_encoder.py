"""A model with an encoder: written and read back, refused when forged, explained, taught further."""

import copy
import io
import json
import pickle
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from forged_model import forge, write_encoder, write_manifest, write_vocabulary, write_weights
from small_convolution import small_convolution
from small_transformer import small_transformer

from reviewtheme.classification import model_folder
from reviewtheme.classification.explanation import explain_theme, explain_themes
from reviewtheme.classification.features import SentenceEncoder, SentenceInPlace, in_place
from reviewtheme.classification.model import LinearWeights, Model
from reviewtheme.classification.model_folder import ENCODER, MANIFEST, load_model, save_model
from reviewtheme.errors import ModelError
from reviewtheme.training.fitting import TrainingSettings
from reviewtheme.training.labelled import LabelledSentence
from reviewtheme.training.train import train

SENTENCES = in_place(
    ["The social worker met the mother.", "This was not recorded.", "", "No risk, the nurse said."]
)


def with_encoder(small_model: Model, encoder: SentenceEncoder) -> Model:
    """Return the small model with an encoder beside it, and weights for it drawn by lot."""
    random = np.random.default_rng(3)
    features = copy.copy(small_model.features)
    features.encoder = encoder

    def more(weights: LinearWeights) -> LinearWeights:
        drawn = random.normal(size=(encoder.dimensions, len(weights.intercepts))).astype(np.float16)
        return replace(weights, coefficients=np.vstack([weights.coefficients, drawn]))

    return replace(
        small_model,
        features=features,
        theme_weights=more(small_model.theme_weights),
        stance_weights=more(small_model.stance_weights),
    )


@pytest.fixture(scope="module", params=[small_convolution, small_transformer])
def reading_model(request: pytest.FixtureRequest, small_model: Model) -> Model:
    """Give a model with an encoder of each kind."""
    return with_encoder(small_model, request.param())


@pytest.fixture(scope="module")
def transformer_model(small_model: Model) -> Model:
    """Give a model with a transformer."""
    return with_encoder(small_model, small_transformer())


@pytest.fixture
def folder(transformer_model: Model, tmp_path: Path) -> Path:
    """Give a folder with it."""
    save_model(transformer_model, tmp_path / "model", "# Card\n")
    model_folder._load.cache_clear()
    return tmp_path / "model"


def test_the_vector_is_one_part_more(small_model: Model, reading_model: Model) -> None:
    """Log-odds are those without it, and its own by its own weights; of themes as of stances."""
    encoder = reading_model.features.encoder
    assert encoder is not None
    vectors = encoder.vectors(SENTENCES)
    for linear, both, weights in zip(
        small_model.log_odds(SENTENCES),
        reading_model.log_odds(SENTENCES),
        (reading_model.theme_weights, reading_model.stance_weights),
        strict=True,
    ):
        own = weights.coefficients[-encoder.dimensions :].astype(np.float32)
        assert both == pytest.approx(linear + vectors @ own, abs=1e-4)


def test_round_trip_gives_identical_scores(reading_model: Model, tmp_path: Path) -> None:
    """From a folder as from a zip, bit by bit; and the same model is the same bytes."""
    before, folder = reading_model.code(SENTENCES), tmp_path / "model"
    for place in (folder, tmp_path / "model.zip"):
        save_model(reading_model, place, "# Card\n")
        after = load_model(place).code(SENTENCES)
        assert before.scores.tobytes() == after.scores.tobytes()
        assert before.stance_scores.tobytes() == after.stance_scores.tobytes()
    save_model(reading_model, tmp_path / "again", "# Card\n")
    for path in folder.iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes()


def test_a_model_without_an_encoder_keeps_the_older_format(
    small_model: Model, reading_model: Model, tmp_path: Path
) -> None:
    """So that programs that know no encoders read it, and refuse the others."""
    for model, version in ((small_model, 2), (reading_model, 3)):
        save_model(model, tmp_path / "kept", "")
        manifest = json.loads((tmp_path / "kept" / MANIFEST).read_text(encoding="utf-8"))
        assert manifest["format_version"] == version


FORGERIES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no arrays": (lambda f: (f / ENCODER).unlink(), "is missing"),
    "another file": (lambda f: (f / ENCODER).write_bytes(b"x"), "not the file that its manifest names"),
    "a graph of one's own": (lambda f: forge(f, ENCODER, b"\x08\x09\x12\x07pytorch"), "plain arrays"),
    "one array more": (lambda f: write_encoder(f, graph=np.zeros(3, np.int8)), "plain arrays"),
    "objects": (
        lambda f: write_encoder(f, head_biases=np.array([print] * 34, dtype=object)),
        "plain arrays",
    ),
    "an array of another shape": (lambda f: write_encoder(f, sides=np.zeros((2, 3))), "'sides' has shape"),
    "another width": (lambda f: write_encoder(f, **small_transformer_of(6)), "has shape"),
    "no heads": (lambda f: write_manifest(f, lambda m: m.pop("encoder")), "changed by hand"),
    "heads that are none": (lambda f: write_manifest(f, lambda m: m["encoder"].update(heads=0)), "heads"),
    "heads that are true": (
        lambda f: write_manifest(f, lambda m: m["encoder"].update(heads=True)),
        "no whole number",
    ),
    "heads without end": (
        lambda f: write_manifest(f, lambda m: m["encoder"].update(heads=10**9)),
        "cannot be shared",
    ),
    "no kind": (lambda f: write_manifest(f, lambda m: m["encoder"].pop("kind")), "changed by hand"),
    "a kind that is not known": (
        lambda f: write_manifest(f, lambda m: m["encoder"].update(kind="onnx")),
        "of the kind 'onnx'",
    ),
    "the other kind": (
        lambda f: write_manifest(f, lambda m: m["encoder"].update(kind="convolution")),
        "plain arrays",
    ),
    "a kind that is no text": (
        lambda f: write_manifest(f, lambda m: m["encoder"].update(kind=["transformer"])),
        "changed by hand",
    ),
    "no pieces": (lambda f: write_vocabulary(f, lambda v: v.pop("encoder")), "changed by hand"),
    "pieces that are numbers": (
        lambda f: write_vocabulary(f, lambda v: v.update(encoder=[1])),
        "list of texts",
    ),
    "a piece too few": (lambda f: write_vocabulary(f, lambda v: v["encoder"].pop()), "'pieces' has shape"),
    "a piece twice": (lambda f: write_vocabulary(f, lambda v: v["encoder"].append("the")), "pieces"),
    "a piece that is no text": (
        lambda f: write_vocabulary(f, lambda v: v["encoder"].__setitem__(3, "\ud800")),
        "not all of them are text",
    ),
    "scales of 16 bits": (
        lambda f: write_encoder(f, widening_scales=np.ones((2, 24), np.float16)),
        "'widening_scales' is an array of float16",
    ),
    "no layers": (
        lambda f: write_encoder(f, attention_norm=np.zeros((0, 2, 12), np.float32)),
        "0 for layers",
    ),
    "an inner width without end": (
        lambda f: write_encoder(f, widening=np.zeros((2, 12, 400_000), np.int8)),
        "400000 for inner width",
    ),
    "weights that overflow older processors": (
        lambda f: write_encoder(f, attention_out=np.full((2, 12, 12), -128, np.int8)),
        "beyond 63",
    ),
    "a linear array of 8 bits": (
        lambda f: write_weights(f, thresholds=np.ones(30, np.int8)),
        "array of int8",
    ),
}


def small_transformer_of(width: int) -> dict[str, npt.NDArray[Any]]:
    """Give arrays that fit each other, and not the weights of the model."""
    arrays = small_transformer().arrays
    cut = {name: values[..., :width] for name, values in arrays.items() if values.shape[-1] == 12}
    cut |= {
        name: values[..., : 3 * width] for name, values in arrays.items() if name.startswith("attention_in")
    }
    cut |= {name: arrays[name][:, :width] for name in ("narrowing_scales", "narrowing_biases")}
    for name in ("attention_in", "attention_out", "widening"):
        cut[name] = cut.get(name, arrays[name])[:, :width]
    return cut


@pytest.mark.parametrize("forgery", FORGERIES)
def test_forgeries_are_refused(forgery: str, folder: Path) -> None:
    """In one line that names the folder, and without running anything."""
    spoil, reason = FORGERIES[forgery]
    spoil(folder)
    with pytest.raises(ModelError, match=reason) as caught:
        load_model(folder)
    assert str(folder) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_zip_without_the_encoder_is_refused(reading_model: Model, tmp_path: Path) -> None:
    """A model that names a file which the zip does not hold is not used by half."""
    save_model(reading_model, tmp_path / "model.zip", "")
    kept = io.BytesIO()
    with zipfile.ZipFile(tmp_path / "model.zip") as whole, zipfile.ZipFile(kept, "w") as part:
        for member in whole.infolist():
            if member.filename != ENCODER:
                part.writestr(member.filename, whole.read(member))
    (tmp_path / "part.zip").write_bytes(kept.getvalue())
    with pytest.raises(ModelError, match=r"lacks encoder\.npz"):
        load_model(tmp_path / "part.zip")


def test_weights_whose_sums_leave_all_bounds_are_reported(folder: Path) -> None:
    """Finite weights may give no numbers: the sentences are not marked at all, and the reason is told."""
    write_encoder(folder, widening_scales=np.full((2, 24), 3e38, np.float32))
    with pytest.raises(ModelError, match="no numbers"):
        load_model(folder).code(SENTENCES)


@pytest.mark.parametrize("package", ["onnxruntime", "onnx", "tokenizers"])
def test_missing_packages_are_named(package: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who installed the program alone is told what to install, before any document is read."""
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(ModelError, match=r"pip install 'reviewtheme\[accurate\]'"):
        load_model(folder)


def test_a_used_model_can_be_copied_and_sent(reading_model: Model) -> None:
    """As scikit-learn's `clone` and worker processes do it; the copy marks alike."""
    before = reading_model.code(SENTENCES)
    for copied in (copy.deepcopy(reading_model), pickle.loads(pickle.dumps(reading_model))):  # noqa: S301 - own
        assert copied.code(SENTENCES).scores.tobytes() == before.scores.tobytes()


def test_older_programs_refuse_it(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that does not know the format says so, and does not use one half alone."""
    monkeypatch.setattr(model_folder, "FORMAT_VERSION_WITH_ENCODER", 2)
    with pytest.raises(ModelError, match="update reviewtheme"):
        load_model(folder)


@pytest.mark.parametrize(
    "text",
    [
        "The social worker did not record the risk.",
        "sofa",
        "£5, naïve (no).",
        "—",
        "",
        "Ребёнок.",
        "risk " * 90,
    ],
)
def test_parts_add_up(text: str, reading_model: Model) -> None:
    """Baseline, the sentence before and all words are the model's log-odds, the encoder's part too."""
    sentence = SentenceInPlace(text=text, previous="The nurse shared information.")
    told = explain_theme(reading_model, sentence, "record-keeping")
    column = reading_model.codebook.theme_ids.index("record-keeping")
    total = told.baseline + told.previous + sum(word.weight for word in told.words)
    assert total == pytest.approx(float(reading_model.log_odds([sentence])[0][0, column]), abs=2e-3)
    assert all(text[word.start : word.end] == word.text for word in told.words)


def test_many_marks_are_explained_as_one_is(reading_model: Model) -> None:
    """A sentence with two themes is read once, and the words of each are its own."""
    sentence = SentenceInPlace(text="The police did not share the record.")
    themes = ["record-keeping", "information-sharing"]
    together = explain_themes(reading_model, [(sentence, theme) for theme in themes])
    assert together == [explain_theme(reading_model, sentence, theme) for theme in themes]
    assert together[0].words != together[1].words


def test_training_goes_on_from_it(
    reading_model: Model, few_labelled: tuple[LabelledSentence, ...], tmp_path: Path
) -> None:
    """The new model reads with the same encoder, has weights of its own for it, and is written whole."""
    codebook = replace(reading_model.codebook, themes=reading_model.codebook.themes[:5])
    wanted = set(codebook.theme_ids)
    labelled = [
        replace(s, themes=tuple(theme for theme in s.themes if theme in wanted)) for s in few_labelled
    ]
    settings = TrainingSettings(folds=2, jobs=1)
    new = train(labelled, codebook=codebook, start=reading_model, name="more", settings=settings)
    started, learned = reading_model.features.encoder, new.features.encoder
    assert started is not None
    assert learned is started
    assert new.theme_weights.coefficients[-started.dimensions :].any()
    loaded = save_model(new, tmp_path / "more", "")
    assert loaded.code(SENTENCES).scores.tobytes() == new.code(SENTENCES).scores.tobytes()
    told = explain_theme(new, SENTENCES[0], codebook.theme_ids[0])
    total = told.baseline + told.previous + sum(word.weight for word in told.words)
    assert total == pytest.approx(float(new.log_odds(SENTENCES[:1])[0][0, 0]), abs=5e-3)
