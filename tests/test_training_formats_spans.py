"""The rule by which labelled stretches label sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.sentences import split_text
from reviewtheme.training.formats.found import FoundDocument, Span
from reviewtheme.training.formats.spans import labels_of_sentences

TEXT = "Ten letter. Another ten.\n\nThe third one is a good deal longer than these."


def carried(text: str, *spans: tuple[int, int]) -> list[bool]:
    """Tell for each sentence of a text whether it carries the code of these spans."""
    document = FoundDocument(
        place="line 1",
        text=text,
        sentences=tuple(split_text(text)),
        spans=tuple(Span(start=start, end=end, label="code", place="line 1") for start, end in spans),
    )
    return [labels == ["code"] for labels in labels_of_sentences(document)]


def place(words: str) -> tuple[int, int]:
    """Find words in the text."""
    start = TEXT.index(words)
    return start, start + len(words)


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([place("letter")], [True, False, False]),  # a phrase labels its sentence
        ([(0, len(TEXT))], [True, True, True]),  # a paragraph labels each of its sentences
        ([place("Ten letter. An")], [True, False, False]),  # an edge that slips does not label the next
        ([place("letter. Another")], [True, True, False]),  # half of the sentence, or half of the stretch
        ([place("Ten"), place("letter.")], [True, False, False]),  # white space between does not part
        ([(11, 12)], [False, False, False]),  # white space alone labels nothing
        ([], [False, False, False]),
    ],
)
def test_rule(spans: list[tuple[int, int]], expected: list[bool]) -> None:
    """A sentence carries a code that covers half of it, or of which half lies in it."""
    assert carried(TEXT, *spans) == expected


def test_half_is_enough_and_less_is_not() -> None:
    """Characters that are not white space are counted, at exactly half."""
    text = "Abcd efgh. Xyz uvw rst op."  # 9 and 12 characters
    in_second = text.index("Xyz")
    assert carried(text, (0, in_second + 6)) == [True, False]  # 5 of 12, and 5 of the stretch's 14
    assert carried(text, (0, in_second + 7)) == [True, True]  # 6 of 12


def test_pieces_of_one_code_add_up() -> None:
    """Two stretches that are each less than half of a sentence may be more together."""
    text = "One two three four five six seven. "
    first, last = (0, 9), (19, 34)
    assert carried(text, first, last)[0]


@given(st.data())
def test_a_stretch_of_ink_always_labels_a_sentence_it_fills(data: st.DataObject) -> None:
    """A whole sentence always carries its code, and a sentence without overlap never does."""
    sentences = split_text(TEXT)
    index = data.draw(st.integers(0, len(sentences) - 1))
    start, end = sentences[index]
    left = data.draw(st.integers(start, end - 1))
    right = data.draw(st.integers(left + 1, end))
    whole = carried(TEXT, (start, end))
    part = carried(TEXT, (left, right))
    assert whole == [i == index for i in range(len(sentences))]
    assert part == ([False] * 3 if not TEXT[left:right].strip() else whole)
