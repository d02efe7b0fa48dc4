"""What suggestions save: a simulated coder labels by `suggest` and by chance, and the models are compared.

    python benchmarks/suggestion.py --published ../shared [--seeds 10] [--start FOLDER] [--themes 6]

The coder answers with the labels of gold/train.jsonl, of which 70 % of the documents are to be labelled and
the others are the test. Each round labels 30 sentences; after each, a model is trained on all that is
labelled. Ten rounds are by `reviewtheme suggest`, and fifteen by chance. Themes have new names, and
training starts from a model that did not learn from that file (see few_labels.py).
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from few_labels import rename, start_model
from rich.console import Console
from rich.table import Table

from reviewtheme.classification.model import Model
from reviewtheme.codebook import Codebook, default_codebook
from reviewtheme.errors import LabelledDataError
from reviewtheme.training.choice import choose_to_label, is_beginning
from reviewtheme.training.fitting import TrainingSettings
from reviewtheme.training.formats import read_labelled
from reviewtheme.training.labelled import LabelledSentence, documents_of, theme_matrix
from reviewtheme.training.scores import f1
from reviewtheme.training.train import train

ROUND, ROUNDS, BY_CHANCE = 30, 10, 15
LABELLED = 0.7
"""Share of the documents that may be labelled."""
FREQUENT = 20
"""Themes are drawn from this many most frequent ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """What the simulated coder may label, and what models are tested on."""

    pool: tuple[LabelledSentence, ...]
    """With the labels that the coder would give."""
    test: tuple[LabelledSentence, ...]
    """Of other documents."""
    codebook: Codebook
    """The themes under new names."""
    start: Model
    """What training starts from."""


def main() -> None:
    """Simulate, print."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--published", type=Path, required=True, help="folder with gold/train.jsonl")
    arguments.add_argument("--start", type=Path, default=Path("few-labels-start"), help="start model")
    arguments.add_argument("--seeds", type=int, default=10)
    arguments.add_argument("--themes", type=int, default=6)
    chosen = arguments.parse_args()
    gold = read_labelled(chosen.published / "gold" / "train.jsonl", default_codebook()).sentences
    start = start_model(chosen.published, chosen.start, gold)
    suggested, drawn = [], []
    for seed in range(chosen.seeds):
        world = draw_world(gold, start, seed, chosen.themes)
        suggested.append(label(world, ROUNDS, seed, by_chance=False))
        drawn.append(label(world, BY_CHANCE, seed, by_chance=True))
        print(
            f"seed {seed}: {ROUNDS * ROUND} suggested {suggested[-1][-1]:.3f}, {ROUNDS * ROUND} by chance "
            f"{drawn[-1][ROUNDS - 1]:.3f}, {BY_CHANCE * ROUND} by chance {drawn[-1][-1]:.3f}",
            flush=True,
        )
    report(np.array(suggested), np.array(drawn))


def draw_world(gold: Sequence[LabelledSentence], start: Model, seed: int, themes: int) -> World:
    """Draw documents to label and themes."""
    chance = np.random.default_rng(seed)
    documents = documents_of(gold)
    names = chance.permutation(np.unique(documents))
    labels = theme_matrix(gold, default_codebook()).sum(axis=0)
    chosen = chance.permutation(np.argsort(-labels, kind="stable")[:FREQUENT])[:themes]
    renamed, codebook = rename(gold, [default_codebook().theme_ids[theme] for theme in chosen])
    in_pool = np.isin(documents, names[: round(LABELLED * len(names))])
    pool = tuple(renamed[row] for row in np.flatnonzero(in_pool))
    return World(
        pool=pool,
        test=tuple(renamed[row] for row in np.flatnonzero(~in_pool)),
        codebook=codebook,
        start=start,
    )


def label(world: World, rounds: int, seed: int, *, by_chance: bool) -> list[float]:
    """Label round by round, and return the micro-F1 after each."""
    order = np.random.default_rng(seed).permutation(len(world.pool)).tolist()
    true = theme_matrix(world.test, world.codebook).astype(bool)
    labelled: list[int] = []
    model, scores = None, []
    for number in range(rounds):
        if by_chance:
            labelled += order[number * ROUND : (number + 1) * ROUND]
        else:
            labelled += next_round(world, model, labelled)
        try:
            model = train(
                [world.pool[row] for row in labelled],
                codebook=world.codebook,
                start=world.start,
                settings=TrainingSettings(jobs=1),
            )
        except LabelledDataError:  # no theme has enough labels yet
            scores.append(0.0)
            continue
        scores.append(f1(true, model.code([s.in_place for s in world.test]).themes))
    return scores


def next_round(world: World, model: Model | None, labelled: Sequence[int]) -> list[int]:
    """Choose what is labelled next, as `suggest` does."""
    rest = np.setdiff1d(np.arange(len(world.pool)), labelled)
    known, places = [world.pool[row] for row in labelled], [world.pool[row].in_place for row in rest]
    beginning = model is None or is_beginning(model, world.codebook)
    learner = world.start if model is None or beginning else model
    scores = None if beginning else learner.code(places).scores
    chosen = choose_to_label(
        ROUND, places, known, learner=learner, codebook=world.codebook, scores=scores, judge=world.start
    )
    return [int(rest[place]) for place in chosen]


def report(suggested: npt.NDArray[np.float64], drawn: npt.NDArray[np.float64]) -> None:
    """Print the mean curves, and how many labels by chance the suggested ones are worth."""
    table = Table("labels", "by suggest, mean micro-F1", "by chance, mean micro-F1")
    ours, theirs = suggested.mean(axis=0), drawn.mean(axis=0)
    for number, chance in enumerate(theirs):
        table.add_row(
            str((number + 1) * ROUND), f"{ours[number]:.3f}" if number < len(ours) else "", f"{chance:.3f}"
        )
    Console(width=110).print(table)
    ahead, level = suggested[:, -1] - drawn[:, ROUNDS - 1], suggested[:, -1] >= drawn[:, -1]
    best, labels = np.maximum.accumulate(theirs), ROUNDS * ROUND
    worth = np.interp(ours[-1], best, (np.arange(BY_CHANCE) + 1) * ROUND)
    more = " or more" if ours[-1] > best[-1] else ""
    print(f"{labels} suggested are worth {worth:.0f}{more} by chance, {worth / labels:.2f} times as many.")
    print(
        f"Ahead of {labels} by chance by {ahead.mean():+.3f}, in {(ahead > 0).sum()} of {len(ahead)} seeds."
    )
    print(f"At least as good as {BY_CHANCE * ROUND} by chance in {level.sum()} of {len(level)} seeds.")


if __name__ == "__main__":
    main()
