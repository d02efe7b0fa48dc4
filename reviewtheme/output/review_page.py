"""A coded review as one HTML file to read, search, check and correct; it loads and sends nothing."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any

from reviewtheme.classification.classify import explain_marks
from reviewtheme.classification.coded_review import CodedReview, CodedSentence
from reviewtheme.classification.explanation import Explanation, WordEvidence
from reviewtheme.classification.model import Model
from reviewtheme.classification.summary import summarise
from reviewtheme.codebook import Theme
from reviewtheme.document import Block, BlockKind
from reviewtheme.output.fact_names import named_facts
from reviewtheme.output.pages.palette import group_colours, stance_looks
from reviewtheme.output.pages.rendering import render_page
from reviewtheme.output.pages.review_plots import theme_profile, theme_strip

_DIGITS = 3
_NEARLY = 0.1
"""Lowest score of a theme that is offered first when a sentence is corrected."""
_HEADINGS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Piece:
    """A stretch of text that looks the same throughout."""

    text: str
    """The stretch."""
    speaks: bool = False
    """Whether it is one of the words that spoke most for a theme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A sentence as evidence of a theme."""

    sentence: CodedSentence
    """The sentence."""
    score: float
    """Score of the theme, 0..1."""
    pieces: tuple[Piece, ...]
    """Its text, cut where words spoke for the theme."""
    words: tuple[str, ...]
    """Those words, the strongest first; empty where they were not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemeEvidence:
    """A theme with its sentences."""

    theme: Theme
    """The theme."""
    colour: str
    """Colour of its group."""
    stances: tuple[int, ...]
    """Number of its sentences for each stance."""
    evidence: tuple[Evidence, ...]
    """The most telling first."""
    pages: tuple[tuple[int, int], ...]
    """Page and number of its sentences there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A stretch of a block: a sentence, or what stands between two."""

    text: str
    """The stretch."""
    sentence: CodedSentence | None = None
    """The sentence that it is."""
    new_page: int = 0
    """Page that begins here, within the block; 0 for none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TextBlock:
    """A block of the full text."""

    block: Block
    """The block."""
    tag: str
    """HTML element that it is."""
    new_page: int
    """Page that begins with it; 0 for none."""
    stretches: tuple[Stretch, ...]
    """All of its text, in order."""


def review_page(coded: CodedReview, *, explaining: Model | None = None) -> str:
    """Return a coded review as a self-contained HTML page.

    Args:
        coded: the review.
        explaining: the model that coded it, to show the words that spoke most for each mark.

    Raises:
        MissingExtraError: the packages of the extra "report" are not installed.
        ModelError: `explaining` is not the model that coded the review.
    """
    themes = tuple(_themes(coded, explaining))
    return render_page(
        "review.html",
        script="review.js",
        document=_name(coded),
        coded=coded,
        facts=named_facts(coded.review.facts),
        summary=summarise(coded),
        looks=stance_looks(coded.codebook.stances),
        signs={look.stance.id: look for look in stance_looks(coded.codebook.stances)},
        names={theme.id: theme.name for theme in coded.codebook.themes},
        groups=_groups(coded.codebook.themes),
        themes=themes,
        evidence=sum(len(theme.evidence) for theme in themes),
        marked=sum(1 for s in coded.sentences if s.themes and s.counts_as_evidence),
        elsewhere=sum(1 for s in coded.sentences if s.themes and not s.counts_as_evidence),
        profile=theme_profile(coded),
        strip=theme_strip(coded),
        text=_text(coded),
        explained=explaining is not None,
        data=_data(coded),
    )


def _name(coded: CodedReview) -> str:
    path = coded.review.source.path
    return "standard input" if path == "-" else PurePath(path).name or path


def _groups(themes: Sequence[Theme]) -> dict[str, tuple[Theme, ...]]:
    groups: dict[str, list[Theme]] = {}
    for theme in themes:
        groups.setdefault(theme.group, []).append(theme)
    return {group: tuple(members) for group, members in groups.items()}


def _themes(coded: CodedReview, explaining: Model | None) -> Iterator[ThemeEvidence]:
    colours = group_colours(coded.codebook.themes)
    why = explain_marks(coded, model=explaining) if explaining is not None else {}
    for profile in coded.themes:
        pages = Counter(coded.sentences[index].page for index in profile.evidence)
        yield ThemeEvidence(
            theme=profile.theme,
            colour=colours[profile.theme.group],
            stances=tuple(profile.stances.values()),
            evidence=tuple(
                _evidence(coded.sentences[index], profile.theme.id, why.get((index, profile.theme.id)))
                for index in profile.evidence
            ),
            pages=tuple(sorted(pages.items())),
        )


def _evidence(sentence: CodedSentence, theme_id: str, why: Explanation | None) -> Evidence:
    words = why.strongest() if why is not None else ()
    return Evidence(
        sentence=sentence,
        score=sentence.scores[theme_id],
        pieces=tuple(_pieces(sentence.text, words)),
        words=tuple(dict.fromkeys(word.text.lower() for word in words)),
    )


def _pieces(text: str, words: Sequence[WordEvidence]) -> Iterator[Piece]:
    """Cut a text where the words begin and end."""
    place = 0
    for word in sorted(words, key=lambda word: word.start):
        if word.start > place:
            yield Piece(text=text[place : word.start])
        yield Piece(text=text[word.start : word.end], speaks=True)
        place = word.end
    if place < len(text):
        yield Piece(text=text[place:])


def _text(coded: CodedReview) -> tuple[TextBlock, ...]:
    sentences: dict[int, list[CodedSentence]] = {}
    for sentence in coded.sentences:
        sentences.setdefault(sentence.sentence.block, []).append(sentence)
    levels = sorted({block.level for block in coded.review.blocks if block.kind is BlockKind.HEADING})
    blocks, page = [], 0
    for number, block in enumerate(coded.review.blocks):
        inside = sentences.get(number, [])
        first = min([block.page, *(sentence.page for sentence in inside[:1])])
        stretches = tuple(_stretches(coded.review.text, block, inside, max(page, first)))
        blocks.append(
            TextBlock(
                block=block,
                tag=_tag(block, levels),
                new_page=first if first > page else 0,
                stretches=stretches,
            )
        )
        page = max([page, first, *(sentence.page for sentence in inside)])
    return tuple(blocks)


def _stretches(text: str, block: Block, sentences: Sequence[CodedSentence], page: int) -> Iterator[Stretch]:
    """Give all text of a block in order, with the places where a page begins."""
    place = block.start
    for sentence in sentences:
        if sentence.start > place:
            yield Stretch(text=text[place : sentence.start])
        begins = sentence.page if sentence.page > page else 0
        page = max(page, sentence.page)
        yield Stretch(text=sentence.text, sentence=sentence, new_page=begins)
        place = sentence.end
    if place < block.end:
        yield Stretch(text=text[place : block.end])


def _tag(block: Block, levels: Sequence[int]) -> str:
    """Return the element of a block; headings come below the page's own, without a gap between levels."""
    if block.kind is not BlockKind.HEADING:
        return "p"
    return f"h{min(_HEADINGS, 3 + levels.index(block.level))}"


def _key(coded: CodedReview) -> str:
    """Name what corrections of this page are kept under: the document, the model, and how it was cut."""
    cuts = " ".join(f"{sentence.start}-{sentence.end}" for sentence in coded.sentences)
    told = f"{coded.review.source.sha256} {coded.model.sha256} {cuts}"
    return f"reviewtheme {hashlib.sha256(told.encode('ascii', 'replace')).hexdigest()}"


def _data(coded: CodedReview) -> dict[str, Any]:
    """Return what the page's script needs to know, as plain values; offsets count code points."""
    places = {theme_id: place for place, theme_id in enumerate(coded.codebook.theme_ids)}
    stances = {stance_id: place for place, stance_id in enumerate(coded.codebook.stance_ids)}
    return {
        "document": _name(coded),
        "key": _key(coded),
        "themes": [{"id": theme.id, "name": theme.name} for theme in coded.codebook.themes],
        "stances": [
            {"id": look.stance.id, "name": look.stance.name, "sign": look.sign, "look": look.look}
            for look in stance_looks(coded.codebook.stances)
        ],
        "rows": [places[profile.theme.id] for profile in coded.themes],
        "length": len(coded.review.text),
        "sentences": [
            {
                "text": s.text,
                "start": s.start,
                "end": s.end,
                "page": s.page,
                "section": list(s.section),
                "counts": s.counts_as_evidence,
                "themes": [places[theme_id] for theme_id in s.themes],
                "scores": [
                    [places[theme_id], round(score, _DIGITS)]
                    for theme_id, score in s.scores.items()
                    if score >= _NEARLY or theme_id in s.themes
                ],
                "stance": stances.get(s.stance, -1),
                "sure": round(s.stance_score, _DIGITS),
            }
            for s in coded.sentences
        ],
    }
