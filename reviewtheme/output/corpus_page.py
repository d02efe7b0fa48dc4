"""A corpus as one HTML file: which themes stand where, how common, together, when, and what is asked for."""

import os
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from pathlib import Path
from typing import Any

from reviewtheme.codebook import Theme
from reviewtheme.corpus.outcome import CorpusResult
from reviewtheme.output.pages.corpus_digest import (
    MOST_RECOMMENDATIONS,
    RECOMMENDATION,
    CorpusDigest,
    Interval,
    Rate,
    digest_database,
    digest_results,
    sentences_of,
)
from reviewtheme.output.pages.corpus_plots import prevalence_plot, together_plot, years_plot
from reviewtheme.output.pages.palette import group_colours, stance_looks
from reviewtheme.output.pages.rendering import render_page

TITLE = "Themes of a corpus of reviews"
_MOST_KINDS = 8
"""Kinds of review that have a column of their own."""
_MOST_PAIRS = 40
_DIGITS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """Two themes that sentences carry together."""

    first: Theme
    """One of them."""
    second: Theme
    """The other."""
    both: int
    """Sentences that carry both."""
    of_first: float
    """Share of the first one's sentences, 0..1."""
    of_second: float
    """Share of the second one's sentences, 0..1."""
    of_either: float
    """Share of the sentences with either, 0..1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeRow:
    """How common a theme is."""

    theme: Theme
    """The theme."""
    stances: tuple[int, ...]
    """Its sentences, by stance."""
    sentences: int
    """All its sentences."""
    prevalence: Interval
    """Reviews with at least one of its sentences."""
    rate: Rate
    """Its sentences in 100 sentences of a review."""
    years: dict[int, tuple[Interval, Rate]]
    """The same two, by year."""
    kinds: tuple[tuple[Interval, Rate], ...]
    """The same two, by kind of review."""


def corpus_page(
    results: Iterable[CorpusResult], *, title: str = TITLE, pages: Mapping[str, str] | None = None
) -> str:
    """Return the results of a run as a self-contained HTML page.

    Args:
        results: coded reviews, failures and duplicates, as they come; each is let go once it is counted.
        title: what the page is called.
        pages: path of a review to the address of its own page, relative to this one; looked up at the end.

    Raises:
        MissingExtraError: the packages of the extra "report" are not installed.
    """
    return _page(digest_results(results), title, pages or {})


def corpus_page_from_database(corpus: Path, *, title: str = "") -> str:
    """Return what a corpus database holds as a self-contained HTML page.

    Args:
        corpus: the corpus database.
        title: what the page is called; empty names the corpus.

    Raises:
        CorpusError: the corpus cannot be read.
        MissingExtraError: the packages of the extra "report" are not installed.
    """
    return _page(digest_database(corpus), title or f"Themes of {corpus.name}", {})


def _page(corpus: CorpusDigest, title: str, pages: Mapping[str, str]) -> str:
    years, kinds = _years(corpus), _kinds(corpus)
    rows = sorted(
        (_row(corpus, theme, years, kinds) for theme in corpus.themes),
        key=lambda row: (-row.prevalence.part, -row.sentences),
    )
    found = [row for row in rows if row.sentences]
    pairs, shares = _pairs(corpus)
    together = [theme for theme in corpus.themes if any(theme.id in pair for pair in shares)]
    return render_page(
        "corpus.html",
        script="corpus.js",
        title=title,
        corpus=corpus,
        looks=stance_looks(corpus.stances),
        rows=found,
        absent=[row.theme.name for row in rows if not row.sentences],
        kinds=[(kind, len(members)) for kind, members in kinds.items()],
        years=[(year, len(members)) for year, members in years.items()],
        undated=len(corpus.reviews) - sum(map(len, years.values())),
        pairs=pairs,
        sentences=sum(review.sentences for review in corpus.reviews),
        failures=Counter(failure.kind for failure in corpus.failures),
        most=MOST_RECOMMENDATIONS,
        tells_recommendations=RECOMMENDATION in {stance.id for stance in corpus.stances},
        shade=_shade,
        prevalence=prevalence_plot([(row.theme, row.prevalence, row.rate) for row in found]) if found else "",
        together=together_plot(together, shares) if shares else "",
        by_year=_by_year(found) if len(years) > 1 else ("", ""),
        data=_data(corpus, pages),
    )


def _shade(rate: float) -> int:
    """Return a step of shade, 0 to 5, for sentences in 100."""
    return next((step for step, least in enumerate((0.05, 1, 3, 6, 12)) if rate < least), 5)


def _by_year(rows: list[ThemeRow]) -> tuple[str, str]:
    """Draw how much of a review is about each theme, and in how many reviews it stands, by year."""
    if not rows:
        return "", ""
    rates = [(row.theme, {year: rate for year, (_, rate) in row.years.items()}) for row in rows]
    shares = [
        (
            row.theme,
            {
                year: Rate(mean=100 * one.share, bounds=(100 * one.bounds[0], 100 * one.bounds[1]))
                for year, (one, _) in row.years.items()
            },
        )
        for row in rows
    ]
    return years_plot("rates", rates), years_plot("shares", shares, top=100)


def _row(
    corpus: CorpusDigest, theme: Theme, years: Mapping[int, list[int]], kinds: Mapping[str, list[int]]
) -> ThemeRow:
    def common(members: Sequence[int]) -> tuple[Interval, Rate]:
        return corpus.prevalence(theme.id, members), corpus.rate(theme.id, members)

    prevalence, rate = common(range(len(corpus.reviews)))
    return ThemeRow(
        theme=theme,
        stances=tuple(corpus.sentences(theme.id, stance.id) for stance in corpus.stances),
        sentences=sum(sentences_of(review, theme.id) for review in corpus.reviews),
        prevalence=prevalence,
        rate=rate,
        years={year: common(members) for year, members in years.items()},
        kinds=tuple(common(members) for members in kinds.values()),
    )


def _years(corpus: CorpusDigest) -> dict[int, list[int]]:
    """Return the reviews of each year, in order; those without a known year are left out."""
    members: dict[int, list[int]] = {}
    for number, review in enumerate(corpus.reviews):
        if review.year is not None:
            members.setdefault(review.year, []).append(number)
    return dict(sorted(members.items()))


def _kinds(corpus: CorpusDigest) -> dict[str, list[int]]:
    """Return the reviews of each kind, the largest first; the rarest kinds go together."""
    members: dict[str, list[int]] = {}
    for number, review in enumerate(corpus.reviews):
        members.setdefault(review.kind or "kind not stated", []).append(number)
    ranked = sorted(members, key=lambda kind: (-len(members[kind]), kind))
    if len(ranked) <= _MOST_KINDS:
        return {kind: members[kind] for kind in ranked}
    rest = [number for kind in ranked[_MOST_KINDS - 1 :] for number in members[kind]]
    return {**{kind: members[kind] for kind in ranked[: _MOST_KINDS - 1]}, "other kinds": rest}


def _pairs(corpus: CorpusDigest) -> tuple[list[Pair], dict[tuple[str, str], float]]:
    """Return the pairs that come together most, and of all pairs the share of sentences with either."""
    single: Counter[str] = Counter()
    for review in corpus.reviews:
        for (theme, _), number in review.counts.items():
            single[theme] += number
    pairs = []
    for first, second in combinations(corpus.themes, 2):
        both = corpus.together[first.id, second.id]
        if both:
            a, b = single[first.id], single[second.id]
            pairs.append(
                Pair(
                    first=first,
                    second=second,
                    both=both,
                    of_first=both / a,
                    of_second=both / b,
                    of_either=both / (a + b - both),
                )
            )
    pairs.sort(key=lambda pair: (-pair.of_either, -pair.both))
    return pairs[:_MOST_PAIRS], {(pair.first.id, pair.second.id): pair.of_either for pair in pairs}


def _names(paths: list[str]) -> list[str]:
    """Shorten paths by the folders that all have in common."""
    try:
        common = os.path.commonpath([os.path.dirname(path) for path in paths]) if paths else ""  # noqa: PTH120
    except ValueError:  # some are absolute and some are not, or they are on several drives
        common = ""
    return [os.path.relpath(path, common) if common and path != "-" else path for path in paths]


def _data(corpus: CorpusDigest, pages: Mapping[str, str]) -> dict[str, Any]:
    """Return what the page's script needs to know, as plain values."""
    places = {theme.id: place for place, theme in enumerate(corpus.themes)}
    colours = group_colours(corpus.themes)
    names = _names([review.path for review in corpus.reviews])
    return {
        "themes": [
            {"id": theme.id, "name": theme.name, "colour": colours[theme.group]} for theme in corpus.themes
        ],
        "stances": [
            {"id": look.stance.id, "name": look.stance.name, "sign": look.sign, "look": look.look}
            for look in stance_looks(corpus.stances)
        ],
        "reviews": [
            {
                "name": name,
                "page": pages.get(review.path, ""),
                "year": review.year,
                "kind": review.kind,
                "sentences": review.sentences,
                "cells": list(_cells(review.counts, corpus)),
            }
            for name, review in zip(names, corpus.reviews, strict=True)
        ],
        **_recommendations(corpus, places),
    }


def _cells(counts: Mapping[tuple[str, str], int], corpus: CorpusDigest) -> Iterator[list[int]]:
    """Give, for each theme that a review has, its place and the number of sentences by stance."""
    for place, theme in enumerate(corpus.themes):
        numbers = [counts.get((theme.id, stance.id), 0) for stance in corpus.stances] or [
            counts.get((theme.id, ""), 0)
        ]
        if any(numbers):
            yield [place, *numbers]


def _recommendations(corpus: CorpusDigest, places: Mapping[str, int]) -> dict[str, Any]:
    """Return each recommendation once, and for each theme which of them it has, best score first."""
    numbers: dict[tuple[int, int, str], int] = {}
    texts: list[list[Any]] = []
    lists = []
    for theme in corpus.themes:
        entries = []
        for review, score, one in corpus.recommendations(theme.id):
            key = (review, one.page, one.text)
            if key not in numbers:
                numbers[key] = len(texts)
                texts.append([one.text, review, one.page, [places[each] for each, _ in one.scores]])
            entries.append([numbers[key], round(score, _DIGITS)])
        lists.append({"all": corpus.asked[theme.id], "kept": entries})
    return {"texts": texts, "recommendations": lists}
