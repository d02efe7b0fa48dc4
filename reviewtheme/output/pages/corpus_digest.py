"""What the page of a corpus needs of each review, and the counts over all of them.

Reviews come one by one, from a run or out of a corpus database, and are let go again: what is kept of each is
some counts and its recommendations, of which only the ones of the highest scores stay.
"""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import combinations, groupby
from pathlib import Path
from statistics import NormalDist, fmean, stdev
from typing import Any

from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.codebook import Codebook, Stance, Theme
from reviewtheme.corpus.database import open_corpus
from reviewtheme.corpus.outcome import CorpusResult, DuplicateReview, FailedReview

RECOMMENDATION = "recommendation"
MOST_RECOMMENDATIONS = 600
"""Recommendations that are kept for each theme, so that the page of any corpus stays below 15 MiB."""
LONGEST = 600
"""Characters of a recommendation that are kept; a longer one ends with an ellipsis."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """A sentence that asks for something."""

    text: str
    """The sentence."""
    page: int
    """Page on which it begins, from 1."""
    scores: tuple[tuple[str, float], ...]
    """Theme id and score of each of its themes, in codebook order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewDigest:
    """What the page of a corpus needs of one review; only sentences that count as evidence."""

    path: str
    """Path of the document."""
    year: int | None
    """Year that the document states."""
    kind: str
    """Kind of review that it states; empty where it states none."""
    sentences: int
    """Number of its sentences."""
    counts: dict[tuple[str, str], int]
    """Theme id and stance id to number of sentences."""
    together: Counter[tuple[str, str]]
    """Two theme ids, in codebook order, to number of sentences that carry both."""
    recommendations: tuple[Recommendation, ...]
    """Its recommendations that carry a theme, in order of the text."""


@dataclass(frozen=True, slots=True)
class Interval:
    """A share with its 95 % confidence interval."""

    part: int
    """How many."""
    whole: int
    """Of how many."""

    @property
    def share(self) -> float:
        """The share, 0..1; 0 of nothing."""
        return self.part / self.whole if self.whole else 0.0

    @property
    def bounds(self) -> tuple[float, float]:
        """Ends of the interval by Wilson's score method, 0..1."""
        if not self.whole:
            return 0.0, 1.0
        z = NormalDist().inv_cdf(0.975)
        spread = z * math.sqrt(self.share * (1 - self.share) / self.whole + z * z / (4 * self.whole**2))
        middle = self.share + z * z / (2 * self.whole)
        scale = 1 + z * z / self.whole
        return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """How much of a review is about a theme: sentences in 100, the mean of reviews."""

    mean: float
    """Mean of the reviews' rates, 0..100."""
    bounds: tuple[float, float] | None
    """Ends of the mean's 95 % confidence interval by Student's t; None for fewer than two reviews."""


def rate(values: Sequence[float]) -> Rate:
    """Return the mean of the rates of reviews, 0..100 each, with its confidence interval; 0 of nothing."""
    from scipy.special import stdtrit

    number = len(values)
    mean = fmean(values) if values else 0.0
    if number < 2:
        return Rate(mean=mean, bounds=None)
    spread = float(stdtrit(number - 1, 0.975)) * stdev(values) / math.sqrt(number)
    return Rate(mean=mean, bounds=(max(0.0, mean - spread), min(100.0, mean + spread)))


@dataclass(slots=True, kw_only=True)
class CorpusDigest:
    """The counts over a corpus; grows review by review."""

    themes: tuple[Theme, ...] = ()
    """Themes of the codebook, in its order; empty until a review has come."""
    stances: tuple[Stance, ...] = ()
    """Stances of the codebook, in its order."""
    models: set[str] = field(default_factory=set)
    """Name and version of each model that coded reviews."""
    codebooks: set[str] = field(default_factory=set)
    """Name and version of each codebook."""
    reviews: list[ReviewDigest] = field(default_factory=list)
    """The reviews, without their pairs and recommendations."""
    failures: list[FailedReview] = field(default_factory=list)
    """Files that could not be coded."""
    duplicates: list[DuplicateReview] = field(default_factory=list)
    """Files with the same content as another."""
    asked: Counter[str] = field(default_factory=Counter)
    """Theme id to number of all its recommendations."""
    together: Counter[tuple[str, str]] = field(default_factory=Counter)
    """Two theme ids, in codebook order, to number of sentences that carry both."""
    _kept: dict[str, list[tuple[float, int, int]]] = field(default_factory=dict)
    _texts: dict[tuple[int, int], Recommendation] = field(default_factory=dict)

    def add(self, digest: ReviewDigest) -> None:
        """Count a review."""
        number = len(self.reviews)
        for place, one in enumerate(digest.recommendations):
            for theme, score in one.scores:
                self.asked[theme] += 1
                self._keep(theme, (score, -number, -place), one)
        self.together.update(digest.together)
        self.reviews.append(replace(digest, together=Counter(), recommendations=()))
        if number % 500 == 499:
            self.forget_unused()

    def recommendations(self, theme: str) -> tuple[tuple[int, float, Recommendation], ...]:
        """Return place of the review, score, and sentence of a theme's recommendations, best score first."""
        best = sorted(self._kept.get(theme, ()), reverse=True)
        return tuple((-number, score, self._texts[-number, -place]) for score, number, place in best)

    def prevalence(self, theme: str, members: Sequence[int]) -> Interval:
        """Return the share of some of the reviews that have at least one sentence of a theme."""
        return Interval(sum(theme in themes_of(self.reviews[number]) for number in members), len(members))

    def rate(self, theme: str, members: Sequence[int]) -> Rate:
        """Return how much of some of the reviews is about a theme."""
        reviews = [self.reviews[number] for number in members if self.reviews[number].sentences]
        return rate([100 * sentences_of(review, theme) / review.sentences for review in reviews])

    def sentences(self, theme: str, stance: str) -> int:
        """Return the number of a theme's sentences with a stance."""
        return sum(review.counts.get((theme, stance), 0) for review in self.reviews)

    def _keep(self, theme: str, ranked: tuple[float, int, int], one: Recommendation) -> None:
        kept = self._kept.setdefault(theme, [])
        self._texts[-ranked[1], -ranked[2]] = one
        heapq.heappush(kept, ranked)
        if len(kept) > MOST_RECOMMENDATIONS:
            heapq.heappop(kept)

    def forget_unused(self) -> None:
        """Let go of recommendations that no theme keeps any more."""
        used = {(-number, -place) for kept in self._kept.values() for _, number, place in kept}
        self._texts = {key: one for key, one in self._texts.items() if key in used}


def digest_results(results: Iterable[CorpusResult]) -> CorpusDigest:
    """Count the results of a run as they come.

    The themes are those of the first review's codebook; a run has one model, and so one codebook.
    """
    corpus = CorpusDigest()
    for result in results:
        if isinstance(result, FailedReview):
            corpus.failures.append(result)
        elif isinstance(result, DuplicateReview):
            corpus.duplicates.append(result)
        else:
            _know_codebook(corpus, result.codebook)
            corpus.models.add(f"{result.model.name} {result.model.version}")
            corpus.codebooks.add(result.model.codebook)
            corpus.add(digest_review(result))
    corpus.forget_unused()
    return corpus


def digest_review(coded: CodedReview) -> ReviewDigest:
    """Count the themes, stances and pairs of themes of a review."""
    evidence = [s for s in coded.sentences if s.themes and s.counts_as_evidence]
    facts = {fact.name: fact.value for fact in reversed(coded.review.facts)}  # the first of each name stays
    return ReviewDigest(
        path=coded.review.source.path,
        year=year_of(facts.get("date", "")),
        kind=facts.get("kind-of-review", ""),
        sentences=len(coded.sentences),
        counts=dict(Counter((theme, s.stance) for s in evidence for theme in s.themes)),
        together=Counter(pair for s in evidence for pair in combinations(s.themes, 2)),
        recommendations=tuple(
            Recommendation(
                text=_cut(s.text), page=s.page, scores=tuple((theme, s.scores[theme]) for theme in s.themes)
            )
            for s in evidence
            if s.stance == RECOMMENDATION
        ),
    )


def digest_database(path: Path) -> CorpusDigest:
    """Count what a corpus database holds.

    Raises:
        CorpusError: it cannot be read.
    """
    with open_corpus(path) as database:
        database.execute("BEGIN")  # one state of the corpus, though a run may be writing
        run = database.execute
        corpus = CorpusDigest(
            themes=tuple(
                Theme(id=i, name=n, group=g)
                for i, n, g in run("SELECT id, name, heading FROM themes ORDER BY position")
            ),
            stances=tuple(
                Stance(id=i, name=n) for i, n in run("SELECT id, name FROM stances ORDER BY position")
            ),
        )
        for name, version, codebook in run(
            "SELECT name, version, codebook FROM models WHERE sha256 IN (SELECT model FROM documents)"
        ):
            corpus.models.add(f"{name} {version}")
            corpus.codebooks.add(codebook)
        order = {theme.id: place for place, theme in enumerate(corpus.themes)}
        for document, *row in run(
            "SELECT d.id, d.path, d.year, d.kind_of_review, count(s.id) FROM documents AS d"
            " LEFT JOIN sentences AS s ON s.document = d.id GROUP BY d.id ORDER BY d.path"
        ).fetchall():
            marks = run(
                "SELECT s.position, s.page, s.stance, s.text, m.theme, m.score FROM sentences AS s"
                " JOIN sentence_themes AS m ON m.sentence = s.id WHERE s.document = ? AND s.role = 'body'"
                " ORDER BY s.position",
                (document,),
            )
            corpus.add(_digest_rows(row, marks, order))
        corpus.failures += [
            FailedReview(path=p, kind=k, message=m)
            for p, k, m in run("SELECT path, kind, message FROM failures ORDER BY path")
        ]
        corpus.duplicates += [
            DuplicateReview(path=p, sha256=s, original=o)
            for p, s, o in run("SELECT path, sha256, original FROM duplicates ORDER BY path")
        ]
    corpus.forget_unused()
    return corpus


def themes_of(review: ReviewDigest) -> set[str]:
    """Return the themes that a review has evidence of."""
    return {theme for theme, _ in review.counts}


def sentences_of(review: ReviewDigest, theme: str) -> int:
    """Return the number of a theme's sentences in a review."""
    return sum(number for (one, _), number in review.counts.items() if one == theme)


def year_of(date: str) -> int | None:
    """Return the year of an ISO date; of two dates, the later one's."""
    last = date.rpartition("/")[2][:4]
    return int(last) if len(last) == 4 and last.isascii() and last.isdigit() else None


def _digest_rows(
    document: Sequence[Any], marks: Iterable[Sequence[Any]], order: dict[str, int]
) -> ReviewDigest:
    path, year, kind, sentences = document
    counts: Counter[tuple[str, str]] = Counter()
    together: Counter[tuple[str, str]] = Counter()
    asked = []
    for page, stance, text, scores in _by_sentence(marks, order):
        counts.update((theme, stance) for theme, _ in scores)
        together.update(combinations([theme for theme, _ in scores], 2))
        if stance == RECOMMENDATION:
            asked.append(Recommendation(text=_cut(text), page=page, scores=scores))
    return ReviewDigest(
        path=path,
        year=year,
        kind=kind or "",
        sentences=sentences,
        counts=dict(counts),
        together=together,
        recommendations=tuple(asked),
    )


def _by_sentence(
    marks: Iterable[Sequence[Any]], order: dict[str, int]
) -> Iterator[tuple[int, str, str, tuple[tuple[str, float], ...]]]:
    """Put the marks of each sentence together: page, stance, text, and themes with scores in order."""
    for (_, page, stance, text), rows in groupby(marks, key=lambda row: tuple(row[:4])):
        scores = sorted(((theme, score) for *_, theme, score in rows), key=lambda pair: order[pair[0]])
        yield page, stance or "", text, tuple(scores)


def _know_codebook(corpus: CorpusDigest, codebook: Codebook) -> None:
    if not corpus.themes:
        corpus.themes, corpus.stances = codebook.themes, codebook.stances


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
