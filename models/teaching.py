"""How a network is taught themes and stances by labelled sentences; for the two kinds of encoder."""

from collections.abc import Callable, Sequence

import numpy as np
import torch
from teaching_plan import Rows, TeachingSettings, TeachingTargets, steps_of
from torch.nn import functional

RARE = -3.0
"""Where the log-odds of a theme begin."""


def teach(
    network: torch.nn.Module,
    read: Callable[[Rows], torch.Tensor],
    lengths: Sequence[int],
    targets: TeachingTargets,
    optimizer: torch.optim.Optimizer,
    settings: TeachingSettings,
    progress: Callable[[str], None],
) -> None:
    """Teach a network in place.

    Args:
        network: what is taught.
        read: gives the network's log-odds for some rows, (rows, themes and stances).
        lengths: of each sentence, since those of like length are read together.
        targets: what each sentence is.
        optimizer: moves the weights; its rates are the largest that each group gets.
        settings: how it is taught.
        progress: told in words how far it is.
    """
    steps = steps_of(np.asarray(lengths), targets, settings)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimizer, lambda step: min((step + 1) / (settings.warm_up * len(steps)), 1 - step / len(steps))
    )
    losses: list[float] = []
    for number, rows in enumerate(steps, start=1):
        loss = _loss(read(rows).float(), rows, targets)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        optimizer.zero_grad()
        schedule.step()
        losses.append(loss.item())
        if number % 100 == 0:
            progress(f"Step {number:,} of {len(steps):,}, loss {np.mean(losses[-100:]):.3f}")


def _loss(found: torch.Tensor, rows: Rows, targets: TeachingTargets) -> torch.Tensor:
    themes, stances, weights = (
        torch.tensor(values[rows]) for values in (targets.themes, targets.stances, targets.weights)
    )
    of_themes = functional.binary_cross_entropy_with_logits(
        found[:, : themes.shape[1]], themes, reduction="none"
    ).sum(1)
    of_stances = -(torch.log_softmax(found[:, themes.shape[1] :], 1) * stances).sum(1)
    return ((of_themes + of_stances) * weights).mean()
