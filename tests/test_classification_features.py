"""Sentences become rows of numbers: widths, weights, batches, names of one case."""

import copy
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_transformer import small_transformer

from reviewtheme.classification import features as module
from reviewtheme.classification.features import (
    FEATURE_PARTS,
    SentenceFeatures,
    SentenceInPlace,
    TermWeights,
    in_place,
    phrase_ngrams,
    subwords,
)
from reviewtheme.classification.lexicon import default_lexicon
from reviewtheme.classification.word_vectors import WordVectors

TEXTS = (
    "Supervision was rare and it was not recorded.",
    "The record of supervision was thin.",
    "Nobody recorded the visit.",
    "",
    "Dogs bark, dogs run, dogs sleep.",
)
VECTORS = WordVectors(["supervision", "record", "visit"], np.eye(3, dtype=np.float16))


def dense_parts(
    features: SentenceFeatures, sentences: Sequence[SentenceInPlace]
) -> dict[str, npt.NDArray[np.float32]]:
    """Return each part of the rows as a plain array."""
    parts = features.transform_parts(sentences)
    return {name: part if isinstance(part, np.ndarray) else part.toarray() for name, part in parts}


@pytest.fixture(scope="module")
def fitted() -> SentenceFeatures:
    """Return features fitted to the texts above."""
    return SentenceFeatures(default_lexicon(), VECTORS, min_df=1).fit(in_place(TEXTS))


def test_in_place_reads_strings_as_one_document() -> None:
    """Each sentence knows the one before; the first has none."""
    assert in_place(["a", "b"]) == [
        SentenceInPlace(text="a"),
        SentenceInPlace(text="b", previous="a"),
    ]


def test_grams() -> None:
    """Runs of tokens, and runs of 3 to 5 characters that know where the word begins and ends."""
    assert phrase_ngrams("Why, 3?") == ["why", ",", "3", "?", "why ,", ", 3", "3 ?", "why , 3", ", 3 ?"]
    assert phrase_ngrams("One") == ["one"]
    assert phrase_ngrams("") == []
    assert subwords("ab") == [" ab", "ab ", " ab "]


def test_parts_stand_side_by_side(fitted: SentenceFeatures) -> None:
    """The widths that are named are the widths that come out, in a fixed order."""
    parts = fitted.transform_parts(in_place(TEXTS))
    assert [name for name, _ in parts] == list(FEATURE_PARTS[:-1])
    assert [(name, part.shape[1]) for name, part in parts] == fitted.parts()
    assert fitted.transform(in_place(TEXTS)).shape == (len(TEXTS), sum(width for _, width in fitted.parts()))


def test_a_transformer_is_one_part_more(fitted: SentenceFeatures) -> None:
    """Its vectors stand last, and change nothing of the other parts."""
    reading = copy.copy(fitted)
    reading.encoder = small_transformer()
    sentences = in_place(TEXTS)
    after = reading.transform_parts(sentences)
    width = sum(columns for _, columns in fitted.parts())
    assert [name for name, _ in after] == list(FEATURE_PARTS)
    assert [(name, part.shape[1]) for name, part in after] == reading.parts()
    assert (after[-1][1] == reading.encoder.vectors(sentences)).all()
    assert (reading.transform(sentences)[:, :width] != fitted.transform(sentences)).nnz == 0


def test_rows_have_length_one_or_nothing(fitted: SentenceFeatures) -> None:
    """A sentence without a known word is a row of zeros, not a division by zero."""
    for name, dense in dense_parts(fitted, in_place(TEXTS)).items():
        if name in ("phrases", "subwords", "vectors"):
            lengths = np.linalg.norm(dense, axis=1)
            assert (np.isclose(lengths, 1, atol=1e-5) | np.isclose(lengths, 0)).all()
            assert lengths[3] == 0


def test_the_sentence_before_counts_by_its_weight() -> None:
    """A theme word in the sentence before is seen, weaker than in the sentence itself."""
    features = SentenceFeatures(default_lexicon(), VECTORS, previous_weight=0.25).fit(in_place(TEXTS))
    alone, after = "Supervision.", SentenceInPlace(text="It.", previous="Supervision.")
    first = dense_parts(features, [SentenceInPlace(text=alone)])
    second = dense_parts(features, [after])
    assert np.allclose(second["previous_lexicon"], 0.25 * first["lexicon"])
    assert np.allclose(second["previous_phrases"], 0.25 * first["phrases"])
    assert np.allclose(second["previous_vectors"], 0.25 * first["vectors"])
    assert not second["lexicon"].any()


def test_terms_of_one_document_are_not_learned() -> None:
    """Names of one case stand in many sentences and one document."""
    rows = [["holly", "plan"], ["holly"], ["plan"]]
    assert TermWeights.count(rows, ["one", "one", "two"], 2).terms == ("plan",)
    assert TermWeights.count(rows, np.array(["one", "one", "two"]), 1).terms == ("holly", "plan")


def test_weights_are_log_counts_times_idf() -> None:
    """By the formula of scikit-learn's TfidfVectorizer with sublinear counts and smoothed idf."""
    from sklearn.feature_extraction.text import TfidfVectorizer

    texts = ["plan plan visit", "visit record", "plan"]
    expected = TfidfVectorizer(sublinear_tf=True, ngram_range=(1, 3)).fit_transform(texts)
    features = SentenceFeatures(default_lexicon(), min_df=1).fit([SentenceInPlace(text=t) for t in texts])
    words = dense_parts(features, [SentenceInPlace(text=t) for t in texts])["phrases"]
    assert np.allclose(words, expected.toarray(), atol=1e-6)


def test_without_vectors_those_parts_are_left_out() -> None:
    """A model can do without word vectors."""
    features = SentenceFeatures(default_lexicon()).fit(in_place(TEXTS))
    assert not [name for name, _ in features.parts() if "vectors" in name]
    assert features.transform(in_place(TEXTS)).shape[0] == len(TEXTS)


def test_no_sentences_are_no_rows(fitted: SentenceFeatures) -> None:
    """An empty list is no special case for the caller."""
    assert fitted.transform([]).shape == (0, sum(width for _, width in fitted.parts()))


def test_cache_of_words_is_bounded(fitted: SentenceFeatures, monkeypatch: pytest.MonkeyPatch) -> None:
    """Emptying it changes no number."""
    before = fitted.transform(in_place(TEXTS)).toarray()
    monkeypatch.setattr(module, "_CACHED_WORDS", 3)
    fitted.subwords_.columns_of_word.clear()
    assert (fitted.transform(in_place(TEXTS)).toarray() == before).all()
    assert len(fitted.subwords_.columns_of_word) <= 3


@settings(max_examples=40, deadline=None)
@given(st.lists(st.text(max_size=40), max_size=6))
def test_a_row_does_not_depend_on_its_neighbours(fitted: SentenceFeatures, texts: list[str]) -> None:
    """The same sentence in its place gives the same row, alone or among others."""
    sentences = in_place(texts)
    together = fitted.transform(sentences).toarray()
    for row, sentence in enumerate(sentences):
        assert np.allclose(fitted.transform([sentence]).toarray()[0], together[row], atol=1e-6)
    assert np.isfinite(together).all()
