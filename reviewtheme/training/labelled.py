"""Labelled sentences, read from JSONL: one sentence a line, in document order."""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.codebook import Codebook
from reviewtheme.errors import LabelledDataError

_NAMED_FAULTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class LabelledSentence:
    """A sentence as a coder labelled it."""

    text: str
    """The sentence."""
    previous: str
    """The sentence before it in its document; empty at its start."""
    document: str
    """Name of its document: data are split by it, never by sentence."""
    themes: tuple[str, ...]
    """Ids of its themes, in codebook order."""
    stance: str
    """Id of its stance; empty where it was not labelled."""
    register: str = ""
    """Kind of text, e.g. "news"; empty where unknown."""
    start: int | None = None
    """First character in the text of its document, as the coder's tool had it; None where unknown."""
    end: int | None = None
    """One past the last such character; None where unknown."""

    @property
    def in_place(self) -> SentenceInPlace:
        """The sentence as the features want it."""
        return SentenceInPlace(text=self.text, previous=self.previous)


def read_labelled_jsonl(path: str | os.PathLike[str], codebook: Codebook) -> tuple[LabelledSentence, ...]:
    """Read labelled sentences.

    Each line is an object with `text`, `themes` (list of theme ids) and `document`, and may have
    `stance`, `register` and `previous`; without `previous`, the line before of the same document is meant.
    `doc` and `prev` are read as `document` and `previous`.

    Raises:
        LabelledDataError: the file cannot be read, or lines are malformed; all of them are named.
    """
    try:
        lines = Path(path).read_text(encoding="utf-8-sig").split("\n")  # no other mark ends a line of JSONL
    except (OSError, UnicodeDecodeError) as error:
        raise LabelledDataError(
            f"'{path}' cannot be read as UTF-8 text ({error}): check the file."
        ) from error
    sentences: list[LabelledSentence] = []
    faults: list[str] = []
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            sentences.append(_sentence(line, codebook, sentences[-1] if sentences else None))
        except ValueError as fault:
            faults.append(f"line {number}: {fault}")
    if faults:
        shown = "; ".join(faults[:_NAMED_FAULTS])
        more = f"; and {len(faults) - _NAMED_FAULTS} more" if len(faults) > _NAMED_FAULTS else ""
        raise LabelledDataError(f"'{path}' has {len(faults)} lines that cannot be used: {shown}{more}.")
    return tuple(sentences)


def theme_matrix(labelled: Sequence[LabelledSentence], codebook: Codebook) -> npt.NDArray[np.int_]:
    """Return 0/1 labels, (sentences, themes), in the codebook's order."""
    columns = {theme_id: column for column, theme_id in enumerate(codebook.theme_ids)}
    matrix = np.zeros((len(labelled), len(columns)), dtype=int)
    for row, sentence in enumerate(labelled):
        matrix[row, [columns[theme_id] for theme_id in sentence.themes]] = 1
    return matrix


def stance_matrix(labelled: Sequence[LabelledSentence], codebook: Codebook) -> npt.NDArray[np.int_]:
    """Return 0/1 stances, (sentences, stances); a row without a stance is all 0."""
    columns = {stance_id: column for column, stance_id in enumerate(codebook.stance_ids)}
    matrix = np.zeros((len(labelled), len(columns)), dtype=int)
    for row, sentence in enumerate(labelled):
        if sentence.stance:
            matrix[row, columns[sentence.stance]] = 1
    return matrix


def documents_of(labelled: Iterable[LabelledSentence]) -> npt.NDArray[np.str_]:
    """Return the document of each sentence."""
    return np.array([sentence.document for sentence in labelled])


def _sentence(line: str, codebook: Codebook, before: LabelledSentence | None) -> LabelledSentence:
    try:
        row = json.loads(line)
    except json.JSONDecodeError as error:
        raise ValueError(f"no JSON ({error.msg})") from error
    except RecursionError as error:
        raise ValueError("no JSON that a label file holds (too deep)") from error
    if not isinstance(row, Mapping):
        raise ValueError("no JSON object")
    text = _string(row, "text")
    document = _string(row, "document" if "document" in row else "doc")
    previous = _optional(row, "previous" if "previous" in row else "prev")
    if previous is None:
        previous = before.text if before is not None and before.document == document else ""
    stance = _optional(row, "stance") or ""
    if stance and stance not in codebook.stance_ids:
        raise ValueError(f"'stance' is '{stance}', which is none of {', '.join(codebook.stance_ids)}")
    return LabelledSentence(
        text=text,
        previous=previous,
        document=document,
        themes=_themes(row, codebook),
        stance=stance,
        register=_optional(row, "register") or "",
    )


def _themes(row: Mapping[str, Any], codebook: Codebook) -> tuple[str, ...]:
    themes = row.get("themes")
    if not isinstance(themes, list) or not all(isinstance(theme, str) for theme in themes):
        raise ValueError("'themes' is no list of theme ids")
    unknown = [theme for theme in themes if theme not in codebook.theme_ids]
    if unknown:
        raise ValueError(f"'themes' has '{unknown[0]}', which is no theme of codebook '{codebook.name}'")
    return codebook.in_order(themes)


def _string(row: Mapping[str, Any], key: str) -> str:
    value = row.get(key)
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"'{key}' is missing or empty")
    return value


def _optional(row: Mapping[str, Any], key: str) -> str | None:
    value = row.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"'{key}' is no text")
    return value
