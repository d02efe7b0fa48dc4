"""Build models/accurate: the features of the default model, fewer of them, beside a fine-tuned transformer's.

    pip install "reviewtheme[build]"
    python models/build_accurate.py                       from corpus_sample/ alone
    python models/build_accurate.py --published ../shared with the labelled published sentences too

Both halves learn from four fifths of the documents; see two_halves.py.
"""

import time
from dataclasses import replace

import numpy as np
from build_data import WHO_LABELLED, asked_for, word_vectors
from fine_tune_transformer import SETTINGS, fine_tune
from rich.console import Console
from two_halves import calibrate, held_out, join, linear_half, targets_of

from reviewtheme.classification.model_folder import save_model
from reviewtheme.training.labelled import documents_of
from reviewtheme.training.model_card import describe, write_card

VERSION = "1"
LEAST_DOCUMENTS = 15
"""Phrases and word parts in fewer documents are left to the transformer, for the sake of size."""
WHAT_IT_IS = "The transformer is all-MiniLM-L6-v2 (Apache-2.0), fine-tuned on the same sentences."


def main() -> None:
    """Read labels, teach both halves, calibrate, describe, save."""
    build = asked_for(str(__doc__), "accurate")
    console = Console(stderr=True)
    labelled, weights, aside = build.labelled, build.weights, held_out(build.labelled)
    learned = [labelled[row] for row in np.flatnonzero(~aside)]
    kept = [labelled[row] for row in np.flatnonzero(aside)]
    sentences = [sentence.in_place for sentence in learned]
    started = time.monotonic()
    console.print("Fitting the linear half")
    targets = targets_of(learned, build.codebook, weights[~aside])
    half = linear_half(sentences, targets, documents_of(learned), word_vectors(), LEAST_DOCUMENTS)
    console.print("Fine-tuning the transformer")
    is_published = np.flatnonzero(~aside) < len(build.published)
    alternating = (targets.weights < 1) & is_published  # shown in every other pass, and not at less weight
    shown = replace(
        targets,
        alternating=alternating,
        weights=np.where(alternating, np.float32(1), targets.weights),
    )
    taught = fine_tune(sentences, shown, SETTINGS, console.print)
    console.print(f"Taught {len(learned)} sentences in {time.monotonic() - started:.0f} s.")
    joined = join("accurate", VERSION, build.codebook, half, taught)
    model, scored = calibrate(joined, kept, weights[aside])
    published = int(aside[: len(build.published)].sum())
    described = describe(
        model,
        scored,
        kept,
        {"published": published, "invented": len(kept) - published},
        learned_from=learned,
        notes=[WHAT_IT_IS, WHO_LABELLED] if build.published else [WHAT_IT_IS],
    )
    save_model(described, build.output, write_card(described))
    print(write_card(described))


if __name__ == "__main__":
    main()
