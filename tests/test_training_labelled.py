"""Labels become matrices with the codebook's columns, whatever labels were seen."""

import numpy as np

from reviewtheme.codebook import codebook_from_dict, default_codebook
from reviewtheme.training.labelled import LabelledSentence, documents_of, stance_matrix, theme_matrix

CODEBOOK = codebook_from_dict(
    {
        "name": "small",
        "version": "1",
        "theme": [{"id": "a"}, {"id": "b"}],
        "stance": [{"id": "bad"}, {"id": "other"}],
    }
)
LABELLED = (
    LabelledSentence(text="One.", previous="", document="x", themes=("b",), stance="other"),
    LabelledSentence(text="Two.", previous="One.", document="y", themes=(), stance=""),
)


def test_matrices_have_the_columns_of_the_codebook() -> None:
    """Also for labels that never occur; no stance is a row of zeros."""
    assert theme_matrix(LABELLED, CODEBOOK).tolist() == [[0, 1], [0, 0]]
    assert stance_matrix(LABELLED, CODEBOOK).tolist() == [[0, 1], [0, 0]]
    assert theme_matrix((), default_codebook()).shape == (0, 30)
    assert np.array_equal(theme_matrix(LABELLED[1:], CODEBOOK), np.zeros((1, 2)))


def test_what_features_and_splits_need() -> None:
    """The sentence with what stands before it, and its document."""
    assert LABELLED[1].in_place.previous == "One."
    assert documents_of(LABELLED).tolist() == ["x", "y"]
