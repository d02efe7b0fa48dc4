"""Build models/accurate: the features of the default model, fewer of them, beside a fine-tuned transformer's.

    pip install "reviewtheme[build]"
    python models/build_accurate.py                       from corpus_sample/ alone
    python models/build_accurate.py --published ../shared with the labelled published sentences too

Both halves learn from the documents that are not kept aside (see two_halves.py), and from what a larger
teacher says of sentences without labels (see lessons.py).
"""

import time

from build_data import WHO_LABELLED, asked_for, word_vectors
from fine_tune_transformer import SETTINGS, fine_tune
from lessons import beside_labels, large_teachers, no_lessons, sentences_to_score
from rich.console import Console
from two_halves import by_turns, join, linear_half, measure, part, targets_of

from reviewtheme.classification.model_folder import save_model
from reviewtheme.training.labelled import documents_of
from reviewtheme.training.model_card import write_card

VERSION = "4"
LEAST_DOCUMENTS = 15
"""Phrases and word parts in fewer documents are left to the transformer, for the sake of size."""
WHAT_IT_IS = "The transformer is all-MiniLM-L6-v2 (Apache-2.0), fine-tuned on the same sentences."
WHO_TAUGHT = (
    "Both halves of the model learned from these and, at less weight, from what a larger teacher "
    "(all-mpnet-base-v2, Apache-2.0, fine-tuned on labelled documents as they were then) says of {count:,} "
    "unlabelled published sentences and parts of labelled ones. "
    "It had not learned from the documents kept aside either."
)


def main() -> None:
    """Read labels and lessons, teach both halves, calibrate, describe, save."""
    build = asked_for(str(__doc__), "accurate")
    console = Console(stderr=True)
    parting = part(build)
    started = time.monotonic()
    lessons = no_lessons(build.codebook)
    if build.published:
        lessons = large_teachers(sentences_to_score(build, parting))
    sentences = [*(sentence.in_place for sentence in parting.learned), *lessons.sentences]
    labels = targets_of(parting.learned, build.codebook, parting.learned_weights)
    console.print("Fitting the linear half")
    documents, taught_by = documents_of(parting.learned), beside_labels(labels, lessons)
    half = linear_half(sentences, taught_by, documents, word_vectors(), LEAST_DOCUMENTS)
    console.print("Fine-tuning the transformer")
    shown = beside_labels(by_turns(labels, parting.learned_published), lessons, every=SETTINGS.passes)
    taught = fine_tune(sentences, shown, SETTINGS, console.print)
    console.print(f"Taught {len(sentences)} sentences in {time.monotonic() - started:.0f} s.")
    notes = [WHAT_IT_IS]
    if build.published:
        notes += [WHO_TAUGHT.format(count=len(lessons.sentences)), WHO_LABELLED]
    described = measure(join("accurate", VERSION, build.codebook, half, taught), parting, notes)
    save_model(described, build.output, write_card(described))
    print(write_card(described))


if __name__ == "__main__":
    main()
