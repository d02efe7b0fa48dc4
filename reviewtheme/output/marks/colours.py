"""A light colour for each theme, on which black text can be read."""

import math
from collections.abc import Sequence

from reviewtheme.codebook import Theme

Colour = tuple[float, float, float]
"""Red, green and blue, 0..1."""

_LIGHTNESS = (0.92, 0.81, 0.87)
_CHROMA = 0.12


def theme_colours(themes: Sequence[Theme]) -> dict[str, Colour]:
    """Give each theme (by id) its own colour: neighbours in the codebook are alike in hue, not in light."""
    step = 2 * math.pi / max(len(themes), 1)
    return {
        theme.id: _within_screen(_LIGHTNESS[place % len(_LIGHTNESS)], place * step)
        for place, theme in enumerate(themes)
    }


def _within_screen(lightness: float, hue: float) -> Colour:
    """Give the strongest colour, up to a limit, that a screen can show (OKLCH to sRGB)."""
    for twentieth in range(20, 0, -1):
        colour = _linear(lightness, _CHROMA * twentieth / 20, hue)
        if all(0 <= part <= 1 for part in colour):
            break
    red, green, blue = (round(_encoded(min(max(part, 0.0), 1.0)), 3) for part in colour)
    return red, green, blue


def _linear(lightness: float, chroma: float, hue: float) -> Colour:
    """Turn OKLCH into linear red, green and blue, by the matrices of Ottosson's OKLab."""
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _encoded(part: float) -> float:
    return 12.92 * part if part <= 0.0031308 else 1.055 * part ** (1 / 2.4) - 0.055
