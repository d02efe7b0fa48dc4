"""What a network is taught, in which steps, and what comes of it: PyTorch is not needed to read that."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.features import SentenceEncoder

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int_]


@dataclass(frozen=True, slots=True, kw_only=True)
class TeachingSettings:
    """How a network is taught."""

    passes: int
    batch: int
    rate: float
    """Largest learning rate."""
    warm_up: float
    """Share of the steps in which the rate rises; afterwards it falls to nothing."""
    seed: int = 0


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
    """What came of teaching a network."""

    encoder: SentenceEncoder
    """The network as plain arrays."""
    coefficients: Floats
    """(dimensions, themes and stances), for its vectors."""
    intercepts: Floats
    """(themes and stances,)"""


def steps_of(lengths: Rows, targets: TeachingTargets, settings: TeachingSettings) -> list[Rows]:
    """Return the rows of each step: sentences of like length together, steps in a random order.

    Args:
        lengths: of each sentence.
        targets: what each sentence is, and in which passes it is shown.
        settings: passes, and sentences of a step.
    """
    random = np.random.default_rng(settings.seed)
    groups = {
        every: random.permutation(np.flatnonzero(targets.every == every))
        for every in np.unique(targets.every)
    }
    steps: list[Rows] = []
    for turn in range(settings.passes):
        shown = np.concatenate([rows[turn % every :: every] for every, rows in groups.items()])
        shown = shown[np.argsort(lengths[shown] + random.normal(0, 4, len(shown)))]
        starts = random.permutation(np.arange(0, len(shown), settings.batch))
        steps += [shown[start : start + settings.batch] for start in starts]
    return steps
