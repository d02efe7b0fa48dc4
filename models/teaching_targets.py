"""What a network is taught, and what comes of it: values, which no network is needed to read."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.features import SentenceEncoder

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int_]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeachingTargets:
    """What a network is taught."""

    themes: Floats
    """(sentences, themes), 0..1"""
    stances: Floats
    """(sentences, stances), 0..1"""
    weights: Floats
    """(sentences,), what each counts"""
    every: Rows
    """(sentences,), in which passes each is shown: 1 for each pass, 2 for every other, and so on"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Taught:
    """What a network was taught."""

    encoder: SentenceEncoder
    """The network as plain arrays."""
    coefficients: Floats
    """(dimensions, themes and stances), for its vectors."""
    intercepts: Floats
    """(themes and stances,)"""
