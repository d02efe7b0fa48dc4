"""A coded review as JSON, schema "reviewtheme/1"; one line each makes JSONL."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from reviewtheme.classification.classify import explain_marks
from reviewtheme.classification.coded_review import CodedReview, CodedSentence
from reviewtheme.classification.explanation import Explanation
from reviewtheme.classification.model import Model
from reviewtheme.classification.summary import summarise
from reviewtheme.corpus import CorpusResult, DuplicateReview, FailedReview
from reviewtheme.json_text import json_text

SCHEMA = "reviewtheme/1"
_DIGITS = 4
Explanations = Mapping[tuple[int, str], Explanation]
"""Index of a sentence and id of one of its themes, to the words that spoke for it."""


def to_json(results: Sequence[CorpusResult], *, explaining: Model | None = None) -> str:
    """Return one object for one result, and a list for several; indented."""
    records = [to_record(result, explaining=explaining) for result in results]
    whole = records[0] if len(records) == 1 else records
    return json_text(whole, indent=2) + "\n"


def to_json_line(result: CorpusResult, *, explaining: Model | None = None) -> str:
    """Return one object on one line."""
    return json_text(to_record(result, explaining=explaining)) + "\n"


def to_record(result: CorpusResult, *, explaining: Model | None = None) -> dict[str, Any]:
    """Return plain values; scores have 4 decimal places.

    With the model that coded the review, each mark has the words that spoke most for it.
    """
    if isinstance(result, FailedReview):
        return {
            "schema": SCHEMA,
            "source": {"path": result.path},
            "failure": {"kind": result.kind, "message": result.message},
        }
    if isinstance(result, DuplicateReview):
        return {
            "schema": SCHEMA,
            "source": {"path": result.path, "sha256": result.sha256},
            "duplicate": {"of": result.original},
        }
    explained = None if explaining is None else explain_marks(result, model=explaining)
    return {
        "schema": SCHEMA,
        "source": asdict(result.review.source),
        "model": asdict(result.model),
        "facts": [asdict(fact) for fact in result.review.facts],
        "summary": _summary(result),
        "themes": _themes(result),
        "sentences": [_sentence(sentence, explained) for sentence in result.sentences],
        "pages": [
            {"number": page.number, "engine": page.engine, "characters": page.characters}
            for page in result.review.pages
        ],
        "removed": [asdict(piece) for piece in result.review.removed],
        "warnings": [asdict(warning) for warning in result.warnings],
    }


def _summary(coded: CodedReview) -> dict[str, Any]:
    summary = summarise(coded)
    return {
        "text": summary.text,
        "learning": [{"id": p.theme_id, "sentences": list(p.sentences)} for p in summary.learning],
        "recommendations": [
            {"id": p.theme_id, "sentences": list(p.sentences)} for p in summary.recommendations
        ],
    }


def _themes(coded: CodedReview) -> list[dict[str, Any]]:
    return [
        {
            "id": profile.theme.id,
            "name": profile.theme.name,
            "sentences": profile.sentences,
            **profile.stances,
            "evidence": list(profile.evidence),
        }
        for profile in coded.themes
    ]


def _sentence(sentence: CodedSentence, explained: Explanations | None) -> dict[str, Any]:
    return {
        "index": sentence.index,
        "text": sentence.text,
        "start": sentence.start,
        "end": sentence.end,
        "page": sentence.page,
        "section": list(sentence.section),
        "kind": str(sentence.sentence.kind),
        "role": str(sentence.sentence.role),
        "themes": [_mark(sentence, theme, explained) for theme in sentence.themes],
        "stance": {"id": sentence.stance, "score": round(sentence.stance_score, _DIGITS)},
    }


def _mark(sentence: CodedSentence, theme: str, explained: Explanations | None) -> dict[str, Any]:
    mark: dict[str, Any] = {"id": theme, "score": round(sentence.scores[theme], _DIGITS)}
    if explained is not None:
        strongest = explained[sentence.index, theme].strongest()
        mark["words"] = [
            {"text": word.text, "start": word.start, "end": word.end, "weight": round(word.weight, _DIGITS)}
            for word in strongest
        ]
    return mark
