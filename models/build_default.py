"""Build models/default: linear layers over features of words, beside a small convolutional network.

    pip install "reviewtheme[build]"
    python models/build_default.py                       from corpus_sample/ alone: the linear layers
    python models/build_default.py --published ../shared with the labelled published sentences too: both

Both halves learn from the labelled documents that are not kept aside (see two_halves.py), and from what
models/accurate, their teacher, and a larger one before it (build_teacher.py) say of sentences without labels.
No teacher has learned from those kept aside either.
"""

import time

import numpy as np
from build_data import WHO_LABELLED, Build, asked_for, word_vectors
from lessons import Lessons, ask, beside_labels, large_teachers, sentences_to_score, with_large_teacher
from rich.console import Console
from teach_convolution import SETTINGS, teach_convolution
from two_halves import Parting, join, linear_half, measure, part, targets_of

from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import load_model, save_model
from reviewtheme.codebook import Codebook
from reviewtheme.training.fitting import HeldOut, fit_model
from reviewtheme.training.labelled import documents_of, theme_matrix
from reviewtheme.training.model_card import describe, write_card
from reviewtheme.training.scores import f1_interval

VERSION = "7"
LEAST_DOCUMENTS = 8
"""Phrases and word parts in fewer documents are left to the network, for the sake of size."""
WHAT_IT_IS = (
    "Both halves of the model learned from these and, at less weight, from what the model {teacher} says of "
    "{unlabelled:,} unlabelled published sentences and {parts:,} parts of labelled ones; of {large:,} of "
    "them a larger teacher's scores count as much. No teacher learned from the documents kept aside either."
)


def main() -> None:
    """Read labels, have the teacher score, teach, calibrate, describe, save."""
    build = asked_for(str(__doc__), "default")
    console = Console(stderr=True)
    started = time.monotonic()
    described = with_teacher(build, console) if build.published else from_corpus_alone(build, console)
    console.print(f"Built in {time.monotonic() - started:.0f} s.")
    save_model(described, build.output, write_card(described))
    print(write_card(described))


def with_teacher(build: Build, console: Console) -> Model:
    """Teach both halves, and calibrate on the documents that are kept aside."""
    teacher, parting = load_model("accurate"), part(build)
    unlabelled = sentences_to_score(build, parting)
    large = large_teachers(unlabelled)
    to_score = unlabelled.all
    console.print(f"The teacher reads {len(to_score):,} sentences")
    lessons = with_large_teacher(ask(teacher, to_score))
    model = teach(parting, lessons, build.codebook, console)
    about = WHAT_IT_IS.format(
        teacher=f"{teacher.identity.name} {teacher.identity.version}",
        unlabelled=len(unlabelled.published),
        parts=len(unlabelled.published_parts) + len(unlabelled.invented_parts),
        large=len(large.sentences),
    )
    return measure(model, parting, [about, WHO_LABELLED, invented_alone(build, console)])


def teach(parting: Parting, lessons: Lessons, codebook: Codebook, console: Console) -> Model:
    """Teach both halves from labelled sentences and lessons; calibration is to come."""
    labelled = parting.learned
    targets = beside_labels(targets_of(labelled, codebook, parting.learned_weights), lessons)
    sentences = [*(sentence.in_place for sentence in labelled), *lessons.sentences]
    vectors = word_vectors()
    half = linear_half(sentences, targets, documents_of(labelled), vectors, LEAST_DOCUMENTS)
    taught = teach_convolution(sentences, targets, vectors, SETTINGS, console.print)
    return join("default", VERSION, codebook, half, taught)


def from_corpus_alone(build: Build, console: Console) -> Model:
    """Fit the linear layers to the invented corpus, without a teacher, who knows published sentences."""
    model, scored = fit_corpus(build, console)
    return describe(model, scored, build.invented, {"invented": len(build.invented)})


def fit_corpus(build: Build, console: Console) -> tuple[Model, HeldOut]:
    """Fit the linear layers to the invented corpus."""
    return fit_model(
        build.invented,
        build.codebook,
        vectors=word_vectors(),
        name="default",
        version=VERSION,
        progress=console.print,
    )


def invented_alone(build: Build, console: Console) -> str:
    """Say how a model of the invented corpus alone does on published sentences, of which it saw none."""
    console.print("The same from the invented corpus alone")
    model, _ = fit_corpus(build, console)
    published = build.published
    marked = model.code([sentence.in_place for sentence in published]).themes
    true, documents = theme_matrix(published, build.codebook).astype(bool), documents_of(published)
    registers = np.array([sentence.register for sentence in published])
    parts = [("all", np.ones(len(published), dtype=bool))]
    parts += [(name, registers == name) for name in dict.fromkeys(registers)]
    figures = "; ".join(
        f"{name} {f1_interval(true[rows], marked[rows], documents[rows])} on {rows.sum():,}"
        for name, rows in parts
    )
    return (
        "A model that learned from the invented corpus alone, which anyone can build without the published "
        f"sentences, has these micro-F1 on published sentences: {figures}."
    )


if __name__ == "__main__":
    main()
