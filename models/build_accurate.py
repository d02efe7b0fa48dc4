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
from two_halves import join, linear_half, measure, part, targets_of

from reviewtheme.classification.model_folder import save_model
from reviewtheme.training.labelled import documents_of
from reviewtheme.training.model_card import write_card

VERSION = "2"
LEAST_DOCUMENTS = 15
"""Phrases and word parts in fewer documents are left to the transformer, for the sake of size."""
WHAT_IT_IS = "The transformer is all-MiniLM-L6-v2 (Apache-2.0), fine-tuned on the same sentences."


def main() -> None:
    """Read labels, teach both halves, calibrate, describe, save."""
    build = asked_for(str(__doc__), "accurate")
    console = Console(stderr=True)
    parting = part(build)
    sentences = [sentence.in_place for sentence in parting.learned]
    started = time.monotonic()
    console.print("Fitting the linear half")
    targets = targets_of(parting.learned, build.codebook, parting.learned_weights)
    half = linear_half(sentences, targets, documents_of(parting.learned), word_vectors(), LEAST_DOCUMENTS)
    console.print("Fine-tuning the transformer")
    is_published = np.arange(len(sentences)) < parting.learned_published
    alternating = (targets.weights < 1) & is_published  # shown in every other pass, and not at less weight
    shown = replace(
        targets,
        alternating=alternating,
        weights=np.where(alternating, np.float32(1), targets.weights),
    )
    taught = fine_tune(sentences, shown, SETTINGS, console.print)
    console.print(f"Taught {len(sentences)} sentences in {time.monotonic() - started:.0f} s.")
    notes = [WHAT_IT_IS, WHO_LABELLED] if build.published else [WHAT_IT_IS]
    described = measure(join("accurate", VERSION, build.codebook, half, taught), parting, notes)
    save_model(described, build.output, write_card(described))
    print(write_card(described))


if __name__ == "__main__":
    main()
