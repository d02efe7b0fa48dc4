"""Sentences without labels, for a teacher to score: published ones, and parts of labelled ones.

A small network learns from a large one by what the large one says of many sentences (Hinton et al. 2015,
https://arxiv.org/abs/1503.02531). Unlabelled text is there for inspection and coroners' reports alone; so
parts of labelled sentences, of all registers, are put together anew (Tang et al. 2019,
https://arxiv.org/abs/1903.12136), which tells the network which words of a sentence a theme is in.
"""

import gzip
import json
import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import numpy as np
from build_data import report_parts

from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.sentences import split_text
from reviewtheme.training.labelled import LabelledSentence

_SENTENCE = re.compile(r"[A-Z‘'“\"].*[.;:]", re.DOTALL)
"""What is surely a sentence, and no heading or scrap of a table."""
_LENGTHS = range(5, 71)
"""Words that it has."""
_INSPECTION_SHARE = 0.25
"""Share of labelled inspection sentences that parts are made of: there is unlabelled text of that kind."""
_PART = (0.3, 0.75)
"""Shortest and longest share of a sentence that is a part of it."""
_LEAST_WORDS = 8
_TELLING = 10
"""Words of a sentence that tells a report: shorter ones stand in many."""


def unlabelled_sentences(
    folder: Path, labelled: Sequence[LabelledSentence], kept: set[str]
) -> list[SentenceInPlace]:
    """Return the sentences of published reports that are neither labelled nor of a document to be kept.

    Args:
        folder: of the published sentences; reports are in unlabelled/.
        labelled: sentences that have labels.
        kept: texts of sentences whose documents are to stay unread.
    """
    known = {_plain(text) for text in (*kept, *(sentence.text for sentence in labelled))}
    barred = {_plain(text) for text in kept if len(text.split()) >= _TELLING}
    found: dict[str, SentenceInPlace] = {}
    for path in sorted((folder / "unlabelled").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for report in map(json.loads, lines):
                sentences = list(_sentences(report))
                if not any(_plain(sentence.text) in barred for sentence in sentences):
                    for sentence in sentences:
                        if _is_whole(sentence.text) and _plain(sentence.text) not in known:
                            found.setdefault(_plain(sentence.text), sentence)
    return list(found.values())


def parts_of_sentences(labelled: Sequence[LabelledSentence], seed: int = 0) -> list[SentenceInPlace]:
    """Return parts of sentences: the first half of each with the last of another, and two runs of its words.

    The other is of the same register. Half of them stand after the sentence before, half after nothing.
    """
    random = np.random.default_rng(seed)
    chosen = [
        sentence
        for sentence in labelled
        if sentence.register != "inspection" or random.random() < _INSPECTION_SHARE
    ]
    by_register: dict[str, list[list[str]]] = {}
    for sentence in chosen:
        by_register.setdefault(sentence.register, []).append(sentence.text.split())
    parts: list[SentenceInPlace] = []
    for sentence in chosen:
        words, others = sentence.text.split(), by_register[sentence.register]
        other = others[random.integers(len(others))]
        made = [[*words[: max(3, len(words) // 2)], *other[len(other) // 2 :]]]
        if len(words) >= _LEAST_WORDS:
            for _ in range(2):
                length = int(len(words) * random.uniform(*_PART))
                start = random.integers(len(words) - length + 1)
                made.append(words[start : start + length])
        for part in made:
            previous = sentence.previous if random.random() < 0.5 else ""
            parts.append(SentenceInPlace(text=" ".join(part), previous=previous))
    return parts


def _sentences(report: dict[str, object]) -> Iterator[SentenceInPlace]:
    for part in report_parts(report).values():
        text = re.sub(r"\s+", " ", part)
        spans = [(0, 0), *split_text(text)]
        for (a, b), (start, end) in pairwise(spans):
            yield SentenceInPlace(text=text[start:end], previous=text[a:b])


def _is_whole(text: str) -> bool:
    return len(text.split()) in _LENGTHS and _SENTENCE.fullmatch(text) is not None


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()
