"""The same documents and the same sentences in two runs."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from pathlib import Path
from typing import TypeVar

from reviewtheme.comparison.coded_run import RunDocument, RunSentence

T = TypeVar("T")
Pairs = list[tuple[T, T]]


def match_documents(
    first: Sequence[RunDocument], second: Sequence[RunDocument]
) -> tuple[Pairs[RunDocument], list[RunDocument], list[RunDocument]]:
    """Return the pairs, in the order of the first run, and what only one run has.

    Documents are the same by their content; what is left, by path; then by the name of the file, and by that
    without its ending, where it is the name of one document alone in each run.
    """
    keys: tuple[tuple[Callable[[RunDocument], str], bool], ...] = (
        (lambda document: document.sha256, False),
        (lambda document: document.path, False),
        (lambda document: _file_name(document).name, True),
        (lambda document: _file_name(document).stem, True),
    )
    pairs: Pairs[RunDocument] = []
    left, right = list(first), list(second)
    for key, is_unique in keys:
        found, left, right = _paired(left, right, key, is_unique=is_unique)
        pairs += found
    place = {id(document): number for number, document in enumerate(first)}
    return sorted(pairs, key=lambda pair: place[id(pair[0])]), left, right


def match_sentences(
    first: Sequence[RunSentence], second: Sequence[RunSentence]
) -> tuple[Pairs[RunSentence], list[RunSentence], list[RunSentence]]:
    """Return the pairs, in the order of the first run, and what only one run has.

    Sentences are the same by place and text; what is left, by text, white space aside: of equal ones, the
    first is the other run's first.
    """
    pairs, left, right = _paired(first, second, _place)
    by_text, left, right = _paired(left, right, lambda sentence: " ".join(sentence.text.split()))
    number = {id(sentence): place for place, sentence in enumerate(first)}
    return sorted(pairs + by_text, key=lambda pair: number[id(pair[0])]), left, right


def _place(sentence: RunSentence) -> Hashable:
    return (sentence.start, sentence.end, sentence.text) if sentence.start is not None else None


def _file_name(document: RunDocument) -> Path:
    return Path(document.path.replace("\\", "/"))


def _paired(
    first: Iterable[T], second: Iterable[T], key: Callable[[T], Hashable], *, is_unique: bool = False
) -> tuple[Pairs[T], list[T], list[T]]:
    """Pair what has the same key, the first with the first; an empty key is none."""
    left, right = _grouped(first, key), _grouped(second, key)
    shared = {
        value
        for value in left.keys() & right.keys()
        if value and not (is_unique and (len(left[value]) > 1 or len(right[value]) > 1))
    }
    pairs = [
        pair for value in left if value in shared for pair in zip(left[value], right[value], strict=False)
    ]
    taken = {id(one) for pair in pairs for one in pair}
    return (
        pairs,
        [one for one in first if id(one) not in taken],
        [one for one in second if id(one) not in taken],
    )


def _grouped(values: Iterable[T], key: Callable[[T], Hashable]) -> dict[Hashable, list[T]]:
    groups: dict[Hashable, list[T]] = defaultdict(list)
    for value in values:
        groups[key(value)].append(value)
    return groups
