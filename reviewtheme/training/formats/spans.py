"""From labelled stretches of text to labelled sentences: the rule of overlap.

A sentence carries a code when the stretches that the code was given to cover at least half of the sentence,
or when at least half of one such stretch lies in the sentence. Only characters that are not white space are
counted. Stretches of one code that touch or overlap, or have nothing but white space between them, count as
one.

So a highlighted phrase labels the sentence that it stands in, a highlighted paragraph labels each of its
sentences, and a highlight that slips over the edge of a sentence by a few words does not label the next one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import accumulate

from reviewtheme.training.formats.found import FoundDocument, Span


def labels_of_sentences(document: FoundDocument) -> list[list[str]]:
    """Give each sentence of a document its labels, once each."""
    ink = [0, *accumulate(not character.isspace() for character in document.text)]
    labels: list[list[str]] = [[] for _ in document.sentences]
    for label in dict.fromkeys(span.label for span in document.spans):
        own = [span for span in document.spans if span.label == label]
        for index in _carriers(document.sentences, _joined(own, ink), ink):
            labels[index].append(label)
    return labels


def _joined(spans: Sequence[Span], ink: Sequence[int]) -> list[tuple[int, int]]:
    """Join stretches that touch, overlap, or have only white space between them."""
    joined: list[tuple[int, int]] = []
    for start, end in sorted((span.start, span.end) for span in spans):
        if joined and ink[max(start, joined[-1][1])] == ink[joined[-1][1]]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _carriers(
    sentences: Sequence[tuple[int, int]], stretches: Sequence[tuple[int, int]], ink: Sequence[int]
) -> list[int]:
    """Find the sentences that carry a code by the rule of this module.

    `ink[n]` is the number of characters before the n-th that are not white space.
    """
    covered: dict[int, int] = {}
    carriers: set[int] = set()
    for start, end in stretches:
        first = bisect_right(sentences, start, key=lambda sentence: sentence[1])
        last = bisect_left(sentences, end, key=lambda sentence: sentence[0])
        for index in range(first, last):
            inside = ink[min(end, sentences[index][1])] - ink[max(start, sentences[index][0])]
            covered[index] = covered.get(index, 0) + inside
            if inside and 2 * inside >= ink[end] - ink[start]:
                carriers.add(index)
    for index, inside in covered.items():
        if inside and 2 * inside >= ink[sentences[index][1]] - ink[sentences[index][0]]:
            carriers.add(index)
    return sorted(carriers)
