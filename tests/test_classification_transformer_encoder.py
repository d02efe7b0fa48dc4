"""The transformer: its graph does the sums of BERT, each sentence by itself, and odd weights are refused."""

from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import erf, softmax
from small_transformer import HEADS, LAYERS, PIECES, WIDTH, small_transformer

from reviewtheme.classification.encoder_arrays import whole_numbers
from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.transformer_encoder import (
    LARGEST_WEIGHT,
    MATRICES,
    MOST_PIECES,
    MOST_PREVIOUS_PIECES,
    PieceReader,
    TransformerEncoder,
    transformer_graph,
)

Floats = npt.NDArray[np.float64]
WORDS = st.sampled_from(
    ["the", "Social", "workers", "police", "recorded", "no", "naïve", "sofa.", "risk", "£5"]
)


def normed(values: Floats, norm: Floats) -> Floats:
    """Return layer normalisation."""
    centred = values - values.mean(axis=-1, keepdims=True)
    return centred / np.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12) * norm[0] + norm[1]


def by_hand(encoder: TransformerEncoder, sentence: SentenceInPlace) -> Floats:
    """Work out a vector as the paper on BERT says, in plain numpy and without turning inputs to 8 bits."""
    arrays = {name: values.astype(np.float64) for name, values in encoder.arrays.items()}

    def matrix(name: str, layer: int, given: Floats) -> Floats:
        weights = arrays[name][layer] * arrays[f"{name}_scales"][layer]
        return given @ weights + arrays[f"{name}_biases"][layer]

    ((own, before),) = encoder.reader.read([sentence])
    ids = own + before
    sides = [0] * len(own) + [1] * len(before)
    hidden = arrays["pieces"][ids] * arrays["piece_scales"][ids][:, None]
    hidden = normed(hidden + arrays["places"][: len(ids)] + arrays["sides"][sides], arrays["first_norm"])
    for layer in range(LAYERS):
        split = np.split(matrix("attention_in", layer, hidden), 3, axis=1)
        query, key, value = (part.reshape(len(ids), HEADS, -1).transpose(1, 0, 2) for part in split)
        weights = softmax(query @ key.transpose(0, 2, 1) / np.sqrt(query.shape[-1]), axis=-1)
        read = (weights @ value).transpose(1, 0, 2).reshape(len(ids), -1)
        hidden = normed(hidden + matrix("attention_out", layer, read), arrays["attention_norm"][layer])
        wide = matrix("widening", layer, hidden)
        wide = wide * (1 + erf(wide / np.sqrt(2))) / 2
        hidden = normed(hidden + matrix("narrowing", layer, wide), arrays["output_norm"][layer])
    found: Floats = hidden[: len(own)].mean(axis=0)
    return found


@settings(max_examples=30, deadline=None)
@given(st.lists(WORDS, max_size=12), st.lists(WORDS, max_size=8))
def test_the_graph_does_the_sums(words: list[str], before: list[str]) -> None:
    """The vector is that worked out by hand, but for the rounding of inputs to 8 bits."""
    encoder = small_transformer()
    sentence = SentenceInPlace(text=" ".join(words), previous=" ".join(before))
    expected = by_hand(encoder, sentence)
    assert np.abs(encoder.vectors([sentence])[0] - expected).max() < 0.12 * max(1.0, np.abs(expected).max())


def test_a_sentence_is_read_by_itself() -> None:
    """The vector is the same to the last bit, whatever is read beside a sentence, and from run to run."""
    sentences = [
        SentenceInPlace(text="The social worker was not recorded.", previous="No police."),
        SentenceInPlace(text="Sofa"),
        SentenceInPlace(text=""),
        SentenceInPlace(text="risk " * 200, previous="information shared " * 100),
    ]
    together = small_transformer().vectors(sentences * 3)
    alone = [small_transformer().vectors([sentence])[0] for sentence in sentences]
    assert (together == np.array(alone * 3)).all()
    assert small_transformer().vectors([]).shape == (0, WIDTH)


def test_the_sentence_before_and_the_side_matter() -> None:
    """The same words say something else in the sentence before."""
    encoder = small_transformer()
    pairs = [("risk", ""), ("risk", "sofa"), ("sofa", "risk"), ("risk sofa", "")]
    found = encoder.vectors([SentenceInPlace(text=a, previous=b) for a, b in pairs])
    assert len({row.tobytes() for row in found}) == len(pairs)


def test_pieces_are_cut_as_bert_cuts_them() -> None:
    """Lower case, without accents, endings as pieces of their own; what is unknown is said to be so."""
    reader = PieceReader(PIECES)
    ((own, before),) = reader.read([SentenceInPlace(text="Nó workers RECORDED, zebra", previous="risk")])
    cut = ["[CLS]", "no", "worker", "##s", "record", "##ed", ",", "[UNK]", "[SEP]"]
    assert [PIECES[i] for i in own] == cut
    assert [PIECES[i] for i in before] == ["risk", "[SEP]"]


def test_long_sentences_keep_their_beginning_and_long_ones_before_their_end() -> None:
    """What is nearest to the place where both meet is what a reader has in mind."""
    text = "social " + "risk " * 100
    ((own, before),) = PieceReader(PIECES).read(
        [SentenceInPlace(text=text, previous="risk " * 99 + "police")]
    )
    assert len(own) == MOST_PIECES + 2
    assert PIECES[own[1]] == "social"
    assert len(before) == MOST_PREVIOUS_PIECES + 1
    assert PIECES[before[-2]] == "police"


def test_whole_numbers_are_near_what_they_stand_for() -> None:
    """No weight is further off than half a step of its output, and none leaves the 7 bits."""
    weights = np.random.default_rng(1).normal(size=(40, 7)).astype(np.float32)
    weights[:, 3] = 0
    numbers, scales = whole_numbers(weights, LARGEST_WEIGHT)
    assert np.abs(numbers).max() == LARGEST_WEIGHT
    assert (np.abs(numbers * scales - weights) <= scales / 2 + 1e-6).all()


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("pieces", np.zeros((3, 12), np.int8), "'pieces' has shape"),
        ("pieces", np.zeros((len(PIECES), 12), np.float32), "'pieces' is an array of float32"),
        ("widening", np.zeros((2, 12, 24), np.float32), "'widening' is an array of float32"),
        ("sides", np.zeros((2, 12), np.int8), "'sides' is an array of int8"),
        ("sides", np.full((2, 12), np.nan, np.float32), "'sides' holds values that are no numbers"),
        ("sides", np.zeros((3, 12), np.float32), "'sides' has shape"),
        ("places", np.zeros((50, 12), np.float32), "'places' has shape"),
        ("attention_norm", np.zeros((0, 2, 12), np.float32), "0 for layers"),
        ("attention_norm", np.zeros((30, 2, 12), np.float32), "30 for layers"),
        ("widening", np.zeros((2, 12, 5000), np.int8), "5000 for inner width"),
        ("attention_out", np.full((2, 12, 12), 64, np.int8), "beyond 63"),
        ("more", np.zeros(1), "and no others"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(name: str, values: npt.NDArray[Any], said: str) -> None:
    """The fault is named before anything is run."""
    arrays = {**small_transformer().arrays, name: values}
    with pytest.raises(ValueError, match=said):
        TransformerEncoder(PIECES, arrays, HEADS)


@pytest.mark.parametrize("heads", [0, -1, 5])
def test_heads_that_do_not_share_the_width_are_refused(heads: int) -> None:
    """Each head gets the same part of the width."""
    with pytest.raises(ValueError, match="heads"):
        TransformerEncoder(PIECES, small_transformer().arrays, heads)


@pytest.mark.parametrize("pieces", [PIECES[1:], (*PIECES, "the"), ()])
def test_word_pieces_without_marks_or_twice_are_refused(pieces: tuple[str, ...]) -> None:
    """A tokenizer of them would cut sentences otherwise than when the encoder was taught."""
    with pytest.raises(ValueError, match="word pieces"):
        PieceReader(pieces)


def test_the_graph_is_onnx_that_its_own_checker_takes() -> None:
    """Every matrix is multiplied in whole numbers, and no operator runs anything but sums."""
    from onnx import checker

    encoder = small_transformer()
    graph = transformer_graph(encoder.arrays, HEADS)
    checker.check_model(graph)
    kinds = [node.op_type for node in graph.graph.node]
    assert kinds.count("DynamicQuantizeMatMul") == LAYERS * len(MATRICES)
    assert not {"If", "Loop", "Scan"} & set(kinds)


def test_what_is_no_text_is_read_as_a_question_mark() -> None:
    """Half a character, which UTF-8 cannot hold, ends nothing."""
    found = small_transformer().vectors([SentenceInPlace(text=text) for text in ("risk \ud800", "risk ?")])
    assert (found[0] == found[1]).all()


def test_reading_ends_after_so_many_pieces() -> None:
    """Where it ends is told as a place in the text."""
    reader = PieceReader(PIECES)
    assert reader.end_of_read("The risk.") == len("The risk.")
    assert reader.end_of_read("risk " * 100) == len("risk " * MOST_PIECES) - 1
    assert reader.end_of_read("") == 0


def test_nothing_is_written_beside_the_model(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading leaves no file behind."""
    monkeypatch.chdir(tmp_path)
    small_transformer().vectors([SentenceInPlace(text="risk")])
    assert list(tmp_path.iterdir()) == []
