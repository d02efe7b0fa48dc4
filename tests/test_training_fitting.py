"""A fit: whole documents held out, the same bytes twice, and data that cannot be learned from."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
from conftest import SMALL

from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import save_model
from reviewtheme.codebook import default_codebook
from reviewtheme.errors import LabelledDataError
from reviewtheme.training.fitting import HeldOut, Origin, TrainingSettings, document_folds, fit_model
from reviewtheme.training.labelled import LabelledSentence, documents_of, theme_matrix
from reviewtheme.training.model_card import describe, write_card
from reviewtheme.training.scores import f1

Labelled = tuple[LabelledSentence, ...]


def fit(labelled: Labelled, weights: npt.NDArray[np.float32] | None = None) -> tuple[Model, HeldOut]:
    """Fit a small model."""
    return fit_model(
        labelled,
        default_codebook(),
        vectors=None,
        weights=weights,
        name="m",
        version="1",
        settings=SMALL,
    )


@pytest.fixture(scope="module")
def fewest(few_labelled: Labelled) -> Labelled:
    """Give the sentences of three documents."""
    documents = list(dict.fromkeys(s.document for s in few_labelled))[:3]
    return tuple(s for s in few_labelled if s.document in documents)


def test_learns_from_other_documents(fitted: tuple[Model, HeldOut], few_labelled: Labelled) -> None:
    """On held-out documents it does better than marking by chance."""
    model, held_out = fitted
    true = theme_matrix(few_labelled, model.codebook).astype(bool)
    marked = model.calibration.probabilities(held_out.log_odds) >= model.thresholds
    assert f1(true, marked) > 3 * true.mean()
    learned = [origin is Origin.LEARNED for origin in held_out.origins]
    assert sum(learned) > 10
    assert ((model.thresholds[learned] > 0.05) & (model.thresholds[learned] < 0.75)).all()


def test_folds_keep_documents_whole(few_labelled: Labelled) -> None:
    """Every sentence is held out once, and no document stands on both sides."""
    documents = documents_of(few_labelled)
    held_out: list[int] = []
    for seen, unseen in document_folds(documents, 4):
        assert not set(documents[seen]) & set(documents[unseen])
        held_out.extend(unseen)
    assert sorted(held_out) == list(range(len(few_labelled)))


def test_same_data_same_bytes(fewest: Labelled, tmp_path: Path) -> None:
    """Two fits of one set of sentences are one model, file by file, whatever the number of processes."""
    folders = [tmp_path / "one", tmp_path / "two"]
    for folder in folders:
        model, held_out = fit(fewest)
        described = describe(model, held_out, fewest, {"invented": len(fewest)})
        save_model(described, folder, write_card(described))
    for path in folders[0].iterdir():
        assert path.read_bytes() == (folders[1] / path.name).read_bytes(), path.name


def test_data_without_stances_make_a_model_without(fewest: Labelled) -> None:
    """It does not tell what it never learned; the card says so."""
    bare = tuple(replace(sentence, stance="") for sentence in fewest)
    model, held_out = fit(bare)
    assert model.codebook.stances == ()
    described = describe(model, held_out, bare, {"own": len(bare)})
    assert described.about["held_out"]["own"]["stance_accuracy"] == "–"  # type: ignore[index]
    assert write_card(described)


@pytest.mark.parametrize("kept", [("context",), ("concern", "context")])
def test_stances_that_never_occur_are_never_told(fewest: Labelled, kept: tuple[str, ...]) -> None:
    """Whether one or two of the codebook's are labelled."""
    some = tuple(s if s.stance in kept else replace(s, stance="") for s in fewest)
    model, _ = fit(some)
    stances = model.code([sentence.in_place for sentence in some]).stance_scores
    found = {model.codebook.stance_ids[column] for column in stances.argmax(axis=1)}
    assert found <= set(kept)
    assert np.allclose(stances.sum(axis=1), 1, atol=1e-5)


def test_data_that_cannot_be_learned_from(fewest: Labelled) -> None:
    """Too few documents, and no theme at all, are said in a sentence."""
    with pytest.raises(LabelledDataError, match="at least 5 documents, and there are 3"):
        fit_model(
            fewest,
            default_codebook(),
            vectors=None,
            name="m",
            version="1",
            settings=TrainingSettings(folds=5, jobs=1),
        )
    with pytest.raises(LabelledDataError, match="at least 2 documents, and there are 0"):
        fit(())
    with pytest.raises(LabelledDataError, match="carries a theme"):
        fit(tuple(replace(sentence, themes=()) for sentence in fewest))
    with pytest.raises(LabelledDataError, match=r"'supervision' is on each of the \d+ labelled sentences"):
        fit(tuple(replace(sentence, themes=("supervision",)) for sentence in fewest))


def test_weights_count(fewest: Labelled) -> None:
    """A sentence of no weight changes nothing but the vocabulary."""
    weights = np.ones(len(fewest), dtype=np.float32)
    turned = tuple(
        replace(s, themes=default_codebook().theme_ids) if row % 7 == 0 else s for row, s in enumerate(fewest)
    )
    weights[::7] = 0
    first, _ = fit(fewest, weights)
    second, _ = fit(turned, weights)
    assert np.allclose(first.theme_weights.intercepts, second.theme_weights.intercepts, atol=0.05)
