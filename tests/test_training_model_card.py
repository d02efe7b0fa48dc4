"""The model card says what was learned, how well, and what the model is not for."""

import json

from reviewtheme.classification.model import Model
from reviewtheme.training.fitting import HeldOut
from reviewtheme.training.labelled import LabelledSentence
from reviewtheme.training.model_card import describe, write_card


def test_card(fitted: tuple[Model, HeldOut], few_labelled: tuple[LabelledSentence, ...]) -> None:
    """Every theme with its figures, every part of the data, and the limits of use."""
    model, held_out = fitted
    first = len(few_labelled) // 2
    sizes = {"published": first, "invented": len(few_labelled) - first, "none": 0}
    described = describe(model, held_out, few_labelled, sizes)
    card = write_card(described)
    assert card.startswith("# Model card: small 1\n")
    rows = [line for line in card.splitlines() if line.startswith("| ")]
    assert all(any(row.startswith(f"| {theme.name} |") for row in rows) for theme in model.codebook.themes)
    for part in ("published", "invented, report"):
        assert any(row.startswith(f"| {part} |") for row in rows)
    assert "| none |" not in card
    assert f"{len(few_labelled):,} labelled sentences of 14 documents" in card
    assert "must not decide anything about a child" in " ".join(card.split())


def test_about_is_plain(fitted: tuple[Model, HeldOut], few_labelled: tuple[LabelledSentence, ...]) -> None:
    """It goes into the manifest as JSON, and its counts are those of the data."""
    model, held_out = fitted
    about = describe(model, held_out, few_labelled, {"invented": len(few_labelled)}).about
    assert json.loads(json.dumps(about)) == about
    labels = sum(len(sentence.themes) for sentence in few_labelled)
    assert sum(theme["labels"] for theme in about["themes"].values()) == labels  # type: ignore[attr-defined]
