"""The flow of classification: a review becomes sentences, the sentences are coded."""

import os
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import BinaryIO

import numpy as np

from reviewtheme.classification.coded_review import CodedReview, CodedSentence
from reviewtheme.classification.explanation import Explanation, explain_theme, explain_themes
from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import load_model
from reviewtheme.document import BlockKind, Review, Sentence
from reviewtheme.errors import ModelError, UsageError
from reviewtheme.reading import read
from reviewtheme.sentences import split_sentences

ModelChoice = Model | str | os.PathLike[str] | None
"""A loaded model, the folder of one, or None for the model that comes with the program."""


def classify(source: Review | str | os.PathLike[str] | BinaryIO, *, model: ModelChoice = None) -> CodedReview:
    """Mark each sentence of a document with its themes and its stance.

    Args:
        source: a path, "-" for standard input, a file opened for reading bytes, or a `Review`.
        model: a loaded model, a model folder, or None for the bundled model.

    Raises:
        DocumentError: the document cannot be read; the message says why and what to do.
        ModelError: the model cannot be used.
    """
    chosen = model if isinstance(model, Model) else load_model(model)
    review = source if isinstance(source, Review) else read(source)
    return CodedReview(
        review=review,
        sentences=_code(split_sentences(review), chosen),
        codebook=chosen.codebook,
        model=chosen.identity,
    )


def explain(coded: CodedReview, index: int, theme_id: str, *, model: ModelChoice = None) -> Explanation:
    """Tell which words of a sentence spoke for a theme, and which against it.

    Args:
        coded: a coded review.
        index: place of the sentence among `coded.sentences`.
        theme_id: a theme of the codebook, marked or not.
        model: the model that coded the review; None means the bundled model.

    Raises:
        ModelError: the model is not the one that coded the review, or cannot be used.
        CodebookError: the codebook has no such theme.
    """
    return explain_theme(_model_of(coded, model), _in_place(coded, index), theme_id)


def explain_marks(coded: CodedReview, *, model: ModelChoice = None) -> dict[tuple[int, str], Explanation]:
    """Tell for every mark of a review which words spoke for it: index of the sentence and theme id to why.

    Raises:
        ModelError: the model is not the one that coded the review, or cannot be used.
    """
    chosen = _model_of(coded, model)
    marks = [(sentence.index, theme_id) for sentence in coded.sentences for theme_id in sentence.themes]
    explained = explain_themes(chosen, [(_in_place(coded, index), theme_id) for index, theme_id in marks])
    return dict(zip(marks, explained, strict=True))


def classify_sentences(texts: Sequence[str], *, model: ModelChoice = None) -> tuple[CodedSentence, ...]:
    """Mark plain strings, read as consecutive sentences of one document.

    Their offsets count in the strings joined by line ends.

    Raises:
        ModelError: the model cannot be used.
        UsageError: one string is given in place of a list of them.
    """
    if isinstance(texts, str):
        raise UsageError("classify_sentences takes a list of sentences: put the sentence between brackets.")
    return classify_documents([texts], model=model)[0]


def classify_documents(
    documents: Sequence[Sequence[str]], *, model: ModelChoice = None
) -> tuple[tuple[CodedSentence, ...], ...]:
    """Mark the sentences of several documents at once, each as `classify_sentences` does.

    Raises:
        ModelError: the model cannot be used.
    """
    chosen = model if isinstance(model, Model) else load_model(model)
    coded = iter(_code([sentence for texts in documents for sentence in _as_sentences(texts)], chosen))
    return tuple(tuple(islice(coded, len(texts))) for texts in documents)


def _as_sentences(texts: Sequence[str]) -> Iterator[Sentence]:
    """Take strings for the sentences of a document without pages."""
    start = 0
    for index, text in enumerate(texts):
        yield Sentence(
            index=index,
            text=text,
            start=start,
            end=start + len(text),
            page=1,
            block=index,
            kind=BlockKind.PARAGRAPH,
        )
        start += len(text) + 1


def _model_of(coded: CodedReview, model: ModelChoice) -> Model:
    """Return the model that coded a review, and refuse another."""
    chosen = model if isinstance(model, Model) else load_model(model)
    if chosen.identity != coded.model:
        raise ModelError(
            f"The review was coded by model '{coded.model.name} {coded.model.version}', and not by "
            f"'{chosen.identity.name} {chosen.identity.version}': explain it with the model that coded it."
        )
    return chosen


def _in_place(coded: CodedReview, index: int) -> SentenceInPlace:
    previous = coded.sentences[index - 1].text if index > 0 else ""
    return SentenceInPlace(text=coded.sentences[index].text, previous=previous)


def _code(sentences: Sequence[Sentence], model: Model) -> tuple[CodedSentence, ...]:
    """Code sentences of one document, or of several one after the other."""
    if not sentences:
        return ()
    before = ["", *(sentence.text for sentence in sentences[:-1])]
    coding = model.code(
        [
            SentenceInPlace(text=sentence.text, previous=previous if sentence.index else "")
            for sentence, previous in zip(sentences, before, strict=True)
        ]
    )
    theme_ids, stance_ids = model.codebook.theme_ids, model.codebook.stance_ids
    coded = []
    for sentence, scores, marks, stances in zip(
        sentences, coding.scores.tolist(), coding.themes, coding.stance_scores, strict=True
    ):
        best = int(np.argmax(stances)) if stance_ids else 0
        coded.append(
            CodedSentence(
                sentence=sentence,
                scores=dict(zip(theme_ids, scores, strict=True)),
                themes=tuple(theme_ids[column] for column in np.flatnonzero(marks)),
                stance=stance_ids[best] if stance_ids else "",
                stance_score=float(stances[best]) if stance_ids else 0.0,
            )
        )
    return tuple(coded)
