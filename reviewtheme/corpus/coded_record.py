"""A coded review as bytes and back, with nothing lost: how workers answer and how results wait on disk.

Plain data only (JSON, compressed): bytes that someone has tampered with are refused, and never run.
"""

import base64
import json
import zlib
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from functools import cache
from operator import attrgetter
from types import NoneType, UnionType
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

import numpy as np

from reviewtheme.classification.coded_review import CodedReview, CodedSentence, ModelIdentity
from reviewtheme.codebook import Codebook
from reviewtheme.document import Review, Sentence

T = TypeVar("T")
_PLAIN = (str, int, float, bool, NoneType)


def encode(coded: CodedReview) -> bytes:
    """Return a coded review as bytes, without its codebook."""
    theme_ids = coded.codebook.theme_ids
    scores = np.array([[s.scores[theme] for theme in theme_ids] for s in coded.sentences], dtype=np.float64)
    record = {
        "review": _plain(coded.review),
        "model": _plain(coded.model),
        "sentences": [_plain(s.sentence) for s in coded.sentences],
        "themes": [s.themes for s in coded.sentences],
        "stances": [(s.stance, s.stance_score) for s in coded.sentences],
        "scores": base64.b64encode(scores.tobytes()).decode("ascii"),
    }
    return zlib.compress(json.dumps(record).encode("ascii"), 1)


def decode(content: bytes, codebook: Codebook) -> CodedReview:
    """Return the coded review that `encode` was given, under a codebook.

    Raises:
        ValueError: the bytes are not what `encode` returns.
    """
    try:
        record = json.loads(zlib.decompress(content))
        theme_ids = codebook.theme_ids
        shape = (len(record["sentences"]), len(theme_ids))
        scores = np.frombuffer(base64.b64decode(record["scores"]), dtype=np.float64).reshape(shape).tolist()
        sentences = tuple(
            CodedSentence(
                sentence=_restore(Sentence, sentence),
                scores=dict(zip(theme_ids, row, strict=True)),
                themes=tuple(themes),
                stance=stance,
                stance_score=stance_score,
            )
            for sentence, themes, (stance, stance_score), row in zip(
                record["sentences"], record["themes"], record["stances"], scores, strict=True
            )
        )
        return CodedReview(
            review=_restore(Review, record["review"]),
            sentences=sentences,
            codebook=codebook,
            model=_restore(ModelIdentity, record["model"]),
        )
    except (zlib.error, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"no coded review: {type(error).__name__}") from error


def _plain(value: object) -> object:
    """Return a dataclass as the list of its fields' values, at every depth."""
    if is_dataclass(value):
        nested, values = _reader(cast("Any", type(value)))
        return [_plain(each) for each in values(value)] if nested else values(value)
    if isinstance(value, tuple) and value and is_dataclass(value[0]):
        return [_plain(item) for item in value]
    return value


@cache
def _reader(kind: type) -> tuple[bool, Callable[[object], tuple[object, ...]]]:
    """Tell whether a dataclass holds others, and give what reads its fields, found once for each."""
    hints = get_type_hints(kind)
    names = [field.name for field in fields(kind)]
    held = [hint for name in names for hint in (hints[name], *get_args(hints[name]))]
    return any(is_dataclass(hint) for hint in held), attrgetter(*names)


def _restore(wanted: type[T], value: object) -> T:
    """Return a value of the wanted type from what `_plain` made of it."""
    return cast("T", _restorer(cast("Any", wanted))(value))


@cache
def _restorer(wanted: Any) -> Callable[[Any], Any]:  # noqa: ANN401 - any type hint
    """Return the function that makes a value of a type, built once for each type."""
    if wanted in _PLAIN or get_origin(wanted) is UnionType:
        return lambda value: value
    if get_origin(wanted) is tuple:
        item = _restorer(get_args(wanted)[0])
        return lambda values: tuple(item(value) for value in values)
    if is_dataclass(wanted):
        hints = get_type_hints(wanted)
        parts = [(field.name, _restorer(hints[field.name])) for field in fields(wanted)]
        make = cast("Callable[..., Any]", wanted)
        return lambda values: make(**{n: part(v) for (n, part), v in zip(parts, values, strict=True)})
    return cast("Callable[[Any], Any]", wanted)
