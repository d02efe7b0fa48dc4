"""A review becomes coded sentences: in order, in their place, with themes over their threshold."""

from dataclasses import replace
from io import BytesIO
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

import reviewtheme as rt
from reviewtheme.classification.classify import classify, classify_sentences
from reviewtheme.classification.model import Model
from reviewtheme.errors import ModelError, UnreadablePathError, UsageError
from reviewtheme.reading import read_text
from reviewtheme.sentences import split_sentences

DOCUMENTS = Path(__file__).parent.parent / "corpus_sample" / "documents"
TEXT = (
    "What we found\n\n"
    "The health visitor did not tell the school nurse. This was not escalated to a manager.\n\n"
    "Managers should check each month that supervision takes place.\n"
)


@pytest.mark.parametrize(
    "name",
    ["news-article.txt", "news-article.html", "learning-summary.docx", "child-practice-review-teasel.pdf"],
)
def test_every_sample_document(name: str, small_model: Model) -> None:
    """Offsets hold, order holds, every score is a probability, themes are those over their threshold."""
    coded = classify(DOCUMENTS / name, model=small_model)
    text, thresholds = (
        coded.review.text,
        dict(zip(coded.codebook.theme_ids, small_model.thresholds, strict=True)),
    )
    assert len(coded.sentences) > 20
    assert [s.sentence for s in coded.sentences] == list(split_sentences(coded.review))
    for place, sentence in enumerate(coded.sentences):
        assert sentence.index == place
        assert text[sentence.start : sentence.end] == sentence.text
        assert tuple(sentence.scores) == coded.codebook.theme_ids
        assert all(0 <= score <= 1 for score in sentence.scores.values())
        assert sentence.themes == tuple(t for t, score in sentence.scores.items() if score >= thresholds[t])
        assert sentence.stance in coded.codebook.stance_ids
        assert 1 / len(coded.codebook.stances) <= sentence.stance_score <= 1
        assert 1 <= sentence.page <= coded.review.source.pages


def test_evidence_carries_its_theme(small_model: Model) -> None:
    """Every index of a profile is a body sentence with that theme, and none is left out."""
    coded = classify(DOCUMENTS / "child-practice-review-teasel.pdf", model=small_model)
    assert coded.themes
    for profile in coded.themes:
        bearers = {s.index for s in coded.sentences if profile.theme.id in s.themes and s.counts_as_evidence}
        assert set(profile.evidence) == bearers
        assert len(profile.evidence) == profile.sentences == sum(profile.stances.values())
    counts = [profile.sentences for profile in coded.themes]
    assert counts == sorted(counts, reverse=True)


def test_paths_open_files_and_reviews_agree(small_model: Model) -> None:
    """However the document is given, and bit by bit the same at every call."""
    path = DOCUMENTS / "news-article.txt"
    first = classify(path, model=small_model)
    assert classify(str(path), model=small_model) == first
    assert classify(rt.read(path), model=small_model) == first
    assert classify(BytesIO(path.read_bytes()), model=small_model).sentences == first.sentences


def test_plain_strings_are_one_document(small_model: Model) -> None:
    """Their offsets count in the strings joined by line ends; the one before is read with each."""
    texts = ["Supervision lapsed.", "", "This was not recorded."]
    coded = classify_sentences(texts, model=small_model)
    joined = "\n".join(texts)
    assert [joined[s.start : s.end] for s in coded] == texts == [s.text for s in coded]
    assert [s.index for s in coded] == [0, 1, 2]
    alone = classify_sentences(texts[2:], model=small_model)[0]
    after_another = classify_sentences(["Supervision lapsed.", texts[2]], model=small_model)[1]
    assert alone.scores != after_another.scores


def test_batches_change_nothing(small_model: Model, monkeypatch: pytest.MonkeyPatch) -> None:
    """Long documents are scored in pieces; the sentence before the first of a piece is still read."""
    texts = [f"Supervision number {number} was not recorded." for number in range(7)]
    whole = classify_sentences(texts, model=small_model)
    monkeypatch.setattr("reviewtheme.classification.model._BATCH", 3)
    in_pieces = classify_sentences(texts, model=small_model)
    assert [s.themes for s in in_pieces] == [s.themes for s in whole]
    for one, other in zip(whole, in_pieces, strict=True):
        assert np.allclose(list(one.scores.values()), list(other.scores.values()), atol=1e-6)


def test_nothing_to_classify(small_model: Model) -> None:
    """An empty list is an empty result; one string in place of a list is a mistake that is told."""
    assert classify_sentences([], model=small_model) == ()
    with pytest.raises(UsageError, match="list of sentences"):
        classify_sentences("Supervision lapsed.", model=small_model)


def test_a_model_without_stances(small_model: Model) -> None:
    """Sentences have no stance, and the rest works."""
    none = replace(
        small_model.stance_weights,
        coefficients=small_model.stance_weights.coefficients[:, :0],
        intercepts=small_model.stance_weights.intercepts[:0],
    )
    model = replace(small_model, codebook=replace(small_model.codebook, stances=()), stance_weights=none)
    coded = classify(read_text(TEXT), model=model)
    assert {(s.stance, s.stance_score) for s in coded.sentences} == {("", 0.0)}
    assert rt.summarise(coded).text


def test_a_higher_threshold_never_adds_a_theme(small_model: Model) -> None:
    """And a threshold of 0 marks everything."""
    review = read_text(TEXT)
    marked = []
    for threshold in (0.0, 0.2, 0.5, 0.9, 1.01):
        thresholds = np.full_like(small_model.thresholds, threshold)
        coded = classify(review, model=replace(small_model, thresholds=thresholds))
        marked.append([set(sentence.themes) for sentence in coded.sentences])
    for lower, higher in pairwise(marked):
        assert all(few <= many for many, few in zip(lower, higher, strict=True))
    assert all(len(themes) == 30 for themes in marked[0])
    assert not any(marked[-1])


def test_what_cannot_be_used_is_said(tmp_path: Path, small_model: Model) -> None:
    """A missing document and a missing model are errors of their own."""
    with pytest.raises(UnreadablePathError, match="does not exist"):
        classify(tmp_path / "none.pdf", model=small_model)
    with pytest.raises(ModelError, match="There is no model"):
        classify(DOCUMENTS / "news-article.txt", model=tmp_path)


def test_bundled_model_knows_plain_cases() -> None:
    """What no coder would dispute; the model that comes with the program is really trained."""
    coded = rt.classify_sentences(
        [
            "Supervision of the social worker was poor and was not recorded.",
            "The mother smoked cannabis every day and drank heavily.",
            "All practitioners should be trained to recognise domestic abuse.",
            "The review panel met on four occasions.",
        ]
    )
    assert "supervision" in coded[0].themes
    assert "substance-misuse" in coded[1].themes
    assert {"training", "domestic-abuse"} <= set(coded[2].themes)
    assert coded[3].themes == ()
    assert [coded[0].stance, coded[2].stance, coded[3].stance] == ["concern", "recommendation", "context"]


def test_public_names() -> None:
    """Every public name is there, and no other is invented."""
    assert dir(rt) == rt.__all__
    for name in rt.__all__:
        assert getattr(rt, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nonsense'"):
        _ = rt.nonsense
