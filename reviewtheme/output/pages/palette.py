"""The colours of stances and of groups of themes, told apart by people who see colours differently, too.

All have a contrast of at least 3 to 1 against white as areas (WCAG 1.4.11). No meaning rests on colour alone:
each stance has a sign of its own and its name beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from reviewtheme.codebook import Stance, Theme


@dataclass(frozen=True, slots=True, kw_only=True)
class StanceLook:
    """How a stance looks."""

    stance: Stance
    """The stance."""
    colour: str
    """Of areas, as #rrggbb."""
    sign: str
    """One character."""
    look: str
    """Name of its style: "look-0" to "look-7"."""


_COLOURS = ("#d55e00", "#008a64", "#0072b2", "#858b94", "#a2539f", "#7a6a00", "#00828a", "#3f4a8a")
_SIGNS = ("▲", "✓", "→", "·", "◆", "■", "○", "+")
_KNOWN = {"concern": 0, "good-practice": 1, "recommendation": 2, "context": 3}
_GROUPS = ("#3b5b92", "#8a5a00", "#9c3f6d", "#2f6f5e", "#5d4b96", "#7a4a2e", "#376b86", "#5f6368")


def stance_looks(stances: Sequence[Stance]) -> tuple[StanceLook, ...]:
    """Give each stance its look: those of the usual codebook always the same, others what is left."""
    left = [place for place in range(len(_COLOURS)) if place not in _KNOWN.values()]
    left += list(_KNOWN.values())
    looks, unknown = [], 0
    for stance in stances:
        place = _KNOWN.get(stance.id)
        if place is None:
            place = left[unknown % len(left)]
            unknown += 1
        looks.append(
            StanceLook(stance=stance, colour=_COLOURS[place], sign=_SIGNS[place], look=f"look-{place}")
        )
    return tuple(looks)


def group_colours(themes: Sequence[Theme]) -> dict[str, str]:
    """Give each group of themes its colour, in the order of the codebook."""
    groups = dict.fromkeys(theme.group for theme in themes)
    return {group: _GROUPS[place % len(_GROUPS)] for place, group in enumerate(groups)}
