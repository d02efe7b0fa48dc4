"""Labels as coders write them, held against a codebook: ids or names, in any case."""

import re
from collections.abc import Iterable
from difflib import get_close_matches

from reviewtheme.codebook import Codebook
from reviewtheme.codebook_files import STANCE_MARK, label_id

_SEPARATORS = re.compile(r"[;|\n]")


class KnownLabels:
    """The themes and stances of a codebook, found by id or name whatever the case, spaces and hyphens.

    An id is known before a name; a name that two themes share is known as neither.
    """

    def __init__(self, codebook: Codebook | None) -> None:
        self._themes = _by_label([(t.id, t.name) for t in codebook.themes]) if codebook else {}
        self._stances = _by_label([(s.id, s.name) for s in codebook.stances]) if codebook else {}
        self._written = (
            [text for theme in codebook.themes for text in (theme.id, theme.name)] if codebook else []
        )
        self._commas_part = not codebook or not any("," in theme.id for theme in codebook.themes)
        self.codebook = codebook
        """The codebook; None where it will be made of the labels found."""

    def theme(self, label: str) -> str | None:
        """Return the id of the theme that a label means; None where it means none."""
        return self._themes.get(label_id(label))

    def stance(self, label: str) -> str | None:
        """Return the id of the stance that a label means, with or without its mark; None where none."""
        return self._stances.get(label_id(label.removesuffix(STANCE_MARK)))

    def nearest(self, label: str) -> str:
        """Return the id or name that an unknown label is most like; empty where it is like none."""
        return next(iter(get_close_matches(label, self._written, n=1, cutoff=0.75)), "")

    def split(self, cell: str, *, commas: bool = True) -> tuple[str, ...]:
        """Split a cell of themes.

        At `;`, `|` and line ends always; at commas where no id of the codebook has one and `commas` is true,
        but never within a theme's name ("Handover, transfer and continuity").
        """
        parts = [part.strip() for part in _SEPARATORS.split(cell) if part.strip()]
        if not (commas and self._commas_part):
            return tuple(parts)
        return tuple(label for part in parts for label in self._at_commas(part))

    def _at_commas(self, part: str) -> list[str]:
        """Split at commas, the longest known name first."""
        pieces = [piece.strip() for piece in part.split(",")]
        labels = []
        while pieces:
            known = (n for n in range(len(pieces), 1, -1) if self.theme(", ".join(pieces[:n])))
            taken = next(known, 1)
            labels.append(", ".join(pieces[:taken]))
            pieces = pieces[taken:]
        return [label for label in labels if label]


def _by_label(entries: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Map ids and unambiguous names, as `label_id` makes them, to ids."""
    known = list(entries)
    names = [label_id(name) for _, name in known]
    by_name = {key: entry for key, (entry, _) in zip(names, known, strict=True) if names.count(key) == 1}
    return by_name | {label_id(entry): entry for entry, _ in known}
