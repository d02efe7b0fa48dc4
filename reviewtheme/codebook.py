"""The codebook: a fixed, ordered label space of themes and stances.

Training, prediction and scoring all take their labels from here, never from the labels
that happen to occur in some data.
"""

import os
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from reviewtheme.errors import CodebookError


@dataclass(frozen=True, slots=True, kw_only=True)
class Theme:
    """One learning theme."""

    id: str
    """Stable identifier, e.g. "co-sleeping-risk"."""
    name: str
    """Name for people, e.g. "Co-sleeping and unsafe sleep"."""
    group: str = ""
    """Heading under which the theme is listed."""
    mark_when: str = ""
    """What a sentence must be about to carry the theme."""
    leave_out_when: str = ""
    """What looks like the theme and is not; empty where nothing does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stance:
    """One stance that a sentence can take towards what it speaks of."""

    id: str
    """Stable identifier, e.g. "good-practice"."""
    name: str
    """Name for people."""
    mark_when: str = ""
    """When a sentence takes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Codebook:
    """Themes and stances, in the order of the label space."""

    name: str
    """Stable name of the codebook."""
    version: str
    """Version of its wording and rules."""
    themes: tuple[Theme, ...]
    """At least one, ids unique."""
    stances: tuple[Stance, ...]
    """Any number, ids unique; the last is the one for "everything else"."""
    title: str = ""
    """Title for people."""
    rules: tuple[str, ...] = ()
    """Rules that hold for every theme."""

    def __post_init__(self) -> None:
        """Refuse an empty codebook and ids that occur twice."""
        if not self.themes:
            raise CodebookError(f"Codebook '{self.name}' has no themes: give it at least one.")
        for what, ids in (("theme", self.theme_ids), ("stance", self.stance_ids)):
            twice = sorted({i for i in ids if ids.count(i) > 1})
            if twice:
                raise CodebookError(
                    f"Codebook '{self.name}' has the {what} id '{twice[0]}' more than once: make ids unique."
                )

    @property
    def theme_ids(self) -> tuple[str, ...]:
        """Theme ids in label order."""
        return tuple(theme.id for theme in self.themes)

    @property
    def stance_ids(self) -> tuple[str, ...]:
        """Stance ids in label order."""
        return tuple(stance.id for stance in self.stances)

    def theme(self, theme_id: str) -> Theme:
        """Return the theme of that id.

        Raises:
            CodebookError: no theme has that id.
        """
        for theme in self.themes:
            if theme.id == theme_id:
                return theme
        raise CodebookError(
            f"'{theme_id}' is no theme of codebook '{self.name}', "
            f"whose themes are: {', '.join(self.theme_ids)}."
        )

    def in_order(self, theme_ids: Iterable[str]) -> tuple[str, ...]:
        """Return the given ids once each, in label order.

        Raises:
            CodebookError: an id is not in the codebook.
        """
        wanted = set(theme_ids)
        for theme_id in sorted(wanted - set(self.theme_ids)):
            self.theme(theme_id)
        return tuple(theme_id for theme_id in self.theme_ids if theme_id in wanted)

    def to_dict(self) -> dict[str, Any]:
        """Return plain JSON-ready values, from which `codebook_from_dict` makes an equal codebook."""
        return {
            "name": self.name,
            "version": self.version,
            "title": self.title,
            "rules": list(self.rules),
            "stance": [{"id": s.id, "name": s.name, "mark_when": s.mark_when} for s in self.stances],
            "theme": [
                {
                    "id": t.id,
                    "name": t.name,
                    "group": t.group,
                    "mark_when": t.mark_when,
                    "leave_out_when": t.leave_out_when,
                }
                for t in self.themes
            ],
        }


def codebook_from_dict(data: Mapping[str, Any], origin: str = "codebook") -> Codebook:
    """Make a codebook from plain values, as in the TOML file.

    Args:
        data: keys name, version, theme (list of tables), and optionally title, rules, stance.
        origin: what to call the source in errors, e.g. its path.

    Raises:
        CodebookError: a key is missing or of the wrong type.
    """
    try:
        return Codebook(
            name=_text(data, "name", origin),
            version=_text(data, "version", origin),
            title=_text(data, "title", origin, default=""),
            rules=_rules(data, origin),
            themes=tuple(_theme(row, f"{origin}: theme[{i}]") for i, row in enumerate(data["theme"])),
            stances=tuple(
                _stance(row, f"{origin}: stance[{i}]") for i, row in enumerate(data.get("stance", ()))
            ),
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise CodebookError(
            f"{origin} is no codebook: it needs 'name', 'version' and one [[theme]] table per theme."
        ) from error


def load_codebook(path: str | os.PathLike[str]) -> Codebook:
    """Read a codebook from a TOML file.

    Raises:
        CodebookError: the file is missing, is no TOML, or is no codebook.
    """
    try:
        return codebook_from_dict(tomllib.loads(Path(path).read_text(encoding="utf-8-sig")), str(path))
    except FileNotFoundError as error:
        raise CodebookError(f"There is no codebook file '{path}': check the path.") from error
    except OSError as error:
        raise CodebookError(f"'{path}' cannot be read ({error.strerror}): name a TOML file.") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CodebookError(
            f"'{path}' is no TOML file that can be read: {error}. Mend it and try again."
        ) from error


@cache
def default_codebook() -> Codebook:
    """Return the codebook that comes with the program: 30 themes and 4 stances."""
    data = tomllib.loads(resources.files("reviewtheme").joinpath("codebook.toml").read_text(encoding="utf-8"))
    return codebook_from_dict(data, "codebook.toml")


def _rules(data: Mapping[str, Any], origin: str) -> tuple[str, ...]:
    rules = data.get("rules", [])
    if not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        raise CodebookError(f"{origin} needs 'rules' as a list of texts, or none.")
    return tuple(rules)


def _theme(row: Mapping[str, Any], origin: str) -> Theme:
    return Theme(
        id=_text(row, "id", origin),
        name=_text(row, "name", origin, default=_text(row, "id", origin)),
        group=_text(row, "group", origin, default=""),
        mark_when=_text(row, "mark_when", origin, default=""),
        leave_out_when=_text(row, "leave_out_when", origin, default=""),
    )


def _stance(row: Mapping[str, Any], origin: str) -> Stance:
    return Stance(
        id=_text(row, "id", origin),
        name=_text(row, "name", origin, default=_text(row, "id", origin)),
        mark_when=_text(row, "mark_when", origin, default=""),
    )


def _text(row: Mapping[str, Any], key: str, origin: str, default: str | None = None) -> str:
    value = row.get(key, default)
    if not isinstance(value, str) or (default is None and not value.strip()):
        raise CodebookError(f"{origin} needs '{key}' as text: add it.")
    return value
