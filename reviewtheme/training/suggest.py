"""The flow of suggestions: documents are coded, and the sentences that would teach most are chosen."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.classify import ModelChoice
from reviewtheme.classification.coded_review import CodedReview, CodedSentence
from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import load_model
from reviewtheme.codebook import Codebook
from reviewtheme.corpus import CorpusResult, FailedReview, classify_corpus
from reviewtheme.errors import LabelledDataError, UsageError
from reviewtheme.training.choice import MOST_CANDIDATES, choose_to_label, is_beginning
from reviewtheme.training.labelled import LabelledSentence
from reviewtheme.training.training_data import (
    CodebookChoice,
    Labelled,
    PathLike,
    chosen_codebook,
    training_data,
)

Floats = npt.NDArray[np.float32]
_FEWEST_WORDS = 4
"""Shorter sentences are headings, names and remains of tables: they teach little."""
_TOLD = 3
"""Documents that could not be read, of which the reason is told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A sentence to label next, with what the model guesses of it."""

    sentence: CodedSentence
    """The sentence in its place, with scores, themes and stance by the model."""
    previous: str
    """The sentence before it; empty at the start of its document."""
    document: str
    """Path of its document, as given or found."""
    themes: Mapping[str, float]
    """Ids of the themes that are guessed, of those that are to be labelled, each with its probability."""
    stance: str
    """Id of the stance that is guessed, of those that are to be labelled; empty where none is."""

    @property
    def text(self) -> str:
        """The sentence."""
        return self.sentence.text


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestions:
    """The sentences to label next."""

    sentences: tuple[Suggestion, ...]
    """The most telling first."""
    codebook: Codebook
    """What they are to be labelled by."""
    model: str
    """Name and version of the model that guessed."""
    beginning: bool
    """Whether the model has learned too little of these themes, so that others chose; see `suggest`."""
    considered: int
    """Sentences that were chosen from, each text once."""
    labelled: int
    """Sentences of the documents that were left out because they are labelled."""
    failed: tuple[FailedReview, ...]
    """Documents that could not be read."""


def suggest(
    documents: PathLike | Sequence[PathLike] | Iterable[CodedReview],
    *,
    number: int = 50,
    model: ModelChoice = None,
    labelled: Labelled | None = None,
    codebook: CodebookChoice = None,
    quoted: PathLike | None = None,
    jobs: int | None = None,
) -> Suggestions:
    """Choose the sentences that would teach a model most.

    Chosen are sentences whose labels would settle most of the model's doubts, about themselves and about all
    sentences that are like them; a theme counts more the fewer labels it has. Headings and apparatus are left
    out. While the model has learned from fewer than 30 sentences, or does not know all themes of the
    codebook, the doubts are those of the model that comes with the program, about its own themes.

    Args:
        documents: files or folders of documents, or reviews that `model` coded.
        number: how many sentences at most, 1 to 2,500.
        model: the model that is to learn, or None for the one that comes with the program.
        labelled: what is labelled already, as for `train`: it is left out, and tells which themes are rare.
        codebook: what the sentences are to be labelled by, as for `train`; None means the model's codebook.
        quoted: folder of the documents that `labelled` quotes (see `read_labelled`).
        jobs: processes that read documents; None is one for each core.

    Raises:
        UsageError: the number makes no sense, or there is no document.
        ModelError: the model cannot be used.
        LabelledDataError: the labelled data cannot be used, or no sentence is left to choose from.
        CodebookError: the codebook cannot be used.
    """
    if not 1 <= number <= MOST_CANDIDATES:
        raise UsageError(
            f"The number of sentences to suggest is {number}: it must be 1 or more, "
            f"and {MOST_CANDIDATES} at most."
        )
    teacher = model if isinstance(model, Model) else load_model(model)
    space = chosen_codebook(codebook) or teacher.codebook
    known = _known(labelled, space, quoted)
    pool, failed, left_out = _gather(_coded(documents, model, jobs), {_plain(s.text) for s in known})
    if not pool:
        reasons = "".join(f" {failure.message}" for failure in failed[:_TOLD])
        raise LabelledDataError(
            f"There is no sentence to suggest: {left_out} are labelled already, and {len(failed)} documents "
            f"could not be read. Name more documents.{reasons}"
        )
    beginning = is_beginning(teacher, space)
    scores = None if beginning else _scores(pool, teacher)
    in_place = [SentenceInPlace(text=c.sentence.text, previous=c.previous) for c in pool]
    places = choose_to_label(
        number, in_place, known, learner=teacher, codebook=space, scores=scores, judge=load_model()
    )
    return Suggestions(
        sentences=tuple(_guessed(pool[place], space) for place in places),
        codebook=space,
        model=f"{teacher.identity.name} {teacher.identity.version}",
        beginning=beginning,
        considered=len(pool),
        labelled=left_out,
        failed=failed,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Candidate:
    """A sentence that may be suggested."""

    sentence: CodedSentence
    previous: str
    document: str


def _known(
    labelled: Labelled | None, codebook: Codebook, quoted: PathLike | None
) -> tuple[LabelledSentence, ...]:
    if labelled is None:
        return ()
    return training_data(labelled, codebook=codebook, documents=quoted).sentences


def _coded(
    documents: PathLike | Sequence[PathLike] | Iterable[CodedReview], model: ModelChoice, jobs: int | None
) -> Iterator[CorpusResult]:
    given = [documents] if isinstance(documents, str | os.PathLike) else list(documents)
    paths = [path for path in given if isinstance(path, str | os.PathLike)]
    yield from (coded for coded in given if isinstance(coded, CodedReview))
    if paths:
        yield from classify_corpus(paths, model=model, jobs=jobs)


def _gather(
    results: Iterable[CorpusResult], known: set[str]
) -> tuple[list[_Candidate], tuple[FailedReview, ...], int]:
    """Return the sentences to choose from, the documents that failed, and how many sentences are labelled."""
    pool: list[_Candidate] = []
    failed: list[FailedReview] = []
    seen: set[str] = set()
    left_out = 0
    for result in results:
        if isinstance(result, FailedReview):
            failed.append(result)
        if not isinstance(result, CodedReview):
            continue
        previous = ""
        for sentence in result.sentences:
            plain = _plain(sentence.text)
            left_out += plain in known
            if _teaches(sentence) and plain not in known and plain not in seen:
                seen.add(plain)
                document = result.review.source.path
                pool.append(_Candidate(sentence=sentence, previous=previous, document=document))
            previous = sentence.text
    return pool, tuple(failed), left_out


def _teaches(sentence: CodedSentence) -> bool:
    words = [word for word in sentence.text.split() if any(map(str.isalpha, word))]
    return sentence.counts_as_evidence and len(words) >= _FEWEST_WORDS


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())


def _scores(pool: Sequence[_Candidate], model: Model) -> Floats:
    themes = model.codebook.theme_ids
    return np.array([[c.sentence.scores[theme] for theme in themes] for c in pool], dtype=np.float32)


def _guessed(candidate: _Candidate, codebook: Codebook) -> Suggestion:
    sentence = candidate.sentence
    return Suggestion(
        sentence=sentence,
        previous=candidate.previous,
        document=candidate.document,
        themes={t: sentence.scores[t] for t in codebook.theme_ids if t in sentence.themes},
        stance=sentence.stance if sentence.stance in codebook.stance_ids else "",
    )
