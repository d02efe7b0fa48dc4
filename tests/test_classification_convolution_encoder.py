"""The convolutional network: its sums are those of the paper, and arrays that do not fit are refused."""

from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from small_convolution import FILTERS, OUTPUTS, WIDTH, WORDS, small_convolution

from reviewtheme.classification.convolution_encoder import (
    MOST_WORDS,
    ConvolutionEncoder,
    convolution_words,
)
from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.errors import ModelError

Floats = npt.NDArray[np.float64]
TEXTS = st.lists(
    st.sampled_from(["the", "Social", "workers", "police", "recorded", "no", "naïve", "sofa.", "risk", "£5"]),
    max_size=12,
).map(" ".join)


def pooled_by_hand(encoder: ConvolutionEncoder, text: str) -> tuple[Floats, Floats]:
    """Slide over a text window by window; return largest values and means, (filters,) each."""
    arrays = {name: values.astype(np.float64) for name, values in encoder.arrays.items()}
    blank = np.zeros(WIDTH)
    rows = [encoder.vocabulary.index(w) if w in encoder.vocabulary else None for w in convolution_words(text)]
    vectors = [blank if r is None else arrays["words"][r] * arrays["word_scales"][r] for r in rows]
    padded = [blank, *vectors, blank]
    found = [
        np.maximum(sum(padded[i + k] @ arrays["windows"][k] for k in range(3)) + arrays["window_biases"], 0)
        for i, row in enumerate(rows)
        if row is not None
    ]
    if not found:
        return np.zeros(FILTERS), np.zeros(FILTERS)
    return np.max(found, axis=0), np.mean(found, axis=0)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=5))
def test_the_sums_are_those_of_the_paper(pairs: list[tuple[str, str]]) -> None:
    """The vector is that worked out by hand, whatever is read beside a sentence."""
    encoder = small_convolution()
    sentences = [SentenceInPlace(text=text, previous=previous) for text, previous in pairs]
    for sentence, vector in zip(sentences, encoder.vectors(sentences), strict=True):
        largest, means = pooled_by_hand(encoder, sentence.text)
        read = np.concatenate([largest, means, pooled_by_hand(encoder, sentence.previous)[0]])
        expected = np.maximum(read @ encoder.arrays["hidden"] + encoder.arrays["hidden_biases"], 0)
        assert vector == pytest.approx(expected, abs=1e-4)


def test_many_texts_are_read_as_few_are() -> None:
    """More texts than are worked out at once change nothing; none is an empty matrix."""
    encoder = small_convolution()
    texts = [f"{WORDS[i % 11]} {WORDS[i * i % 17]} {WORDS[i // 3 % 20]}" for i in range(400)]
    sentences = [
        SentenceInPlace(text=text, previous=before)
        for text, before in zip(texts, ["", *texts[:-1]], strict=True)
    ]
    together = encoder.vectors(sentences)
    assert together == pytest.approx(np.vstack([encoder.vectors([s]) for s in sentences]), abs=1e-5)
    assert together.dtype == np.float32
    assert encoder.vectors([]).shape == (0, OUTPUTS)


def test_the_sentence_before_and_the_order_of_words_matter() -> None:
    """The same words say something else in the sentence before, or the other way round."""
    pairs = [("police risk", ""), ("police risk", "sofa"), ("sofa", "police risk"), ("risk police", "")]
    found = small_convolution().vectors([SentenceInPlace(text=a, previous=b) for a, b in pairs])
    assert len({row.tobytes() for row in found}) == len(pairs)


def test_numbers_are_one_word_and_marks_are_words() -> None:
    """In lower case, apart from each other."""
    assert convolution_words("On 3 May, 12 Workers.") == ["on", "0", "may", ",", "0", "workers", "."]


def test_what_is_beyond_the_end_of_reading_changes_nothing() -> None:
    """Where it ends is told as a place in the text."""
    encoder, long = small_convolution(), "Risk " * MOST_WORDS
    whole, more = encoder.vectors([SentenceInPlace(text=t) for t in (long, long + "police sofa")])
    assert (whole == more).all()
    assert encoder.end_of_read(long + "police") == len(long) - 1
    assert encoder.end_of_read("The risk.") == len("The risk.")
    assert encoder.end_of_read("") == 0
    assert encoder.end_of_read("İ " + long + "police") == len("İ " + long) - len(" Risk ")


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("words", np.zeros((3, WIDTH), np.int8), "'words' has shape"),
        ("words", np.zeros((len(WORDS), WIDTH), np.float32), "'words' is an array of float32"),
        ("words", np.zeros((len(WORDS), 2000), np.int8), "2000 for width"),
        ("windows", np.zeros((2, WIDTH, FILTERS), np.float16), "'windows' has shape"),
        ("window_biases", np.full(FILTERS, np.nan, np.float32), "'window_biases' holds values"),
        ("window_biases", np.zeros(0, np.float32), "0 for filters"),
        ("hidden", np.zeros((3 * FILTERS, OUTPUTS), np.float32), "'hidden' is an array of float32"),
        ("hidden_biases", np.zeros(5000, np.float32), "5000 for outputs"),
        ("more", np.zeros(1), "and no others"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(name: str, values: npt.NDArray[Any], said: str) -> None:
    """The fault is named before anything is run."""
    with pytest.raises(ValueError, match=said):
        ConvolutionEncoder(WORDS, {**small_convolution().arrays, name: values})


@pytest.mark.parametrize(
    "forged",
    [
        {"word_scales": np.full(len(WORDS), 3e38, np.float32)},
        {
            "window_biases": np.full(FILTERS, 3e38, np.float32),
            "hidden": np.full((3 * FILTERS, OUTPUTS), -60000, np.float16),
        },
    ],
    ids=["of words", "that turn nothing on"],
)
def test_weights_whose_sums_leave_all_bounds_are_reported(forged: dict[str, npt.NDArray[Any]]) -> None:
    """Finite weights may give no numbers: nothing is marked by them, whatever is read beside."""
    encoder = ConvolutionEncoder(WORDS, {**small_convolution().arrays, **forged})
    for texts in (["The police said no."], ["The police", "The police said no to the risk."]):
        with pytest.raises(ModelError, match="no numbers"):
            encoder.vectors([SentenceInPlace(text=text) for text in texts])


def test_words_that_stand_twice_are_refused() -> None:
    """It would not be known which of the two was taught."""
    with pytest.raises(ValueError, match="not distinct"):
        ConvolutionEncoder([*WORDS[:-1], "the"], small_convolution().arrays)
    with pytest.raises(ValueError, match="no settings"):
        ConvolutionEncoder.restore(WORDS, small_convolution().arrays, {"heads": 3})
