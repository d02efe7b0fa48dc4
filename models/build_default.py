"""Build models/default: linear layers over features of words, beside a small convolutional network.

    pip install "reviewtheme[build,accurate]"
    python models/build_default.py                       from corpus_sample/ alone: the linear layers
    python models/build_default.py --published ../shared with the labelled published sentences too: both

Both halves learn from four fifths of the labelled documents (see two_halves.py), and from what
models/accurate, their teacher, says of sentences without labels. The teacher has not seen the fifth either.
"""

import json
import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from build_data import WHO_LABELLED, Build, asked_for, word_vectors
from rich.console import Console
from teach_convolution import SETTINGS, teach_convolution
from teacher_sentences import parts_of_sentences, unlabelled_sentences
from teaching import Floats, TeachingTargets
from two_halves import join, linear_half, measure, part, targets_of

from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import load_model, save_model
from reviewtheme.codebook import Codebook
from reviewtheme.training.fitting import HeldOut, fit_model
from reviewtheme.training.labelled import LabelledSentence, documents_of, theme_matrix
from reviewtheme.training.model_card import describe, write_card
from reviewtheme.training.scores import f1_interval

VERSION = "5"
LEAST_DOCUMENTS = 8
"""Phrases and word parts in fewer documents are left to the network, for the sake of size."""
TAUGHT_WEIGHT = 0.3
"""What a sentence with the teacher's scores counts beside one with labels."""
MORE_PARTS = (1, 2)
"""Seeds of further parts, of sentences of the registers of which there is no unlabelled text."""
WHAT_IT_IS = (
    "Both halves of the model learned from these and, at less weight, from what the model {teacher} says of "
    "{unlabelled:,} unlabelled published sentences and {parts:,} parts of labelled ones. The teacher had not "
    "seen the documents that are kept aside either."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Lessons:
    """Sentences with the teacher's scores."""

    sentences: tuple[SentenceInPlace, ...]
    themes: Floats
    """(sentences, themes), 0..1"""
    stances: Floats
    """(sentences, stances), 0..1"""


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
    """Teach both halves, and calibrate on the fifth of the documents that is kept aside."""
    teacher, parting = load_model("accurate"), part(build)
    learned = parting.learned
    unlabelled = unlabelled_sentences(build.folder, build.labelled, texts_to_keep(build, parting.kept))
    others = [sentence for sentence in learned if sentence.register != "inspection"]
    parts = parts_of_sentences(learned)
    parts += [made for seed in MORE_PARTS for made in parts_of_sentences(others, seed)]
    console.print(f"The teacher reads {len(unlabelled) + len(parts):,} sentences")
    lessons = ask(teacher, [*unlabelled, *parts])
    model = teach(learned, parting.learned_weights, lessons, build.codebook, console)
    about = WHAT_IT_IS.format(
        teacher=f"{teacher.identity.name} {teacher.identity.version}",
        unlabelled=len(unlabelled),
        parts=len(parts),
    )
    return measure(model, parting, [about, WHO_LABELLED, invented_alone(build, console)])


def texts_to_keep(build: Build, kept: Sequence[LabelledSentence]) -> set[str]:
    """Return texts whose documents are not to be read: those kept aside, and those for choosing."""
    dev = (build.folder / "gold" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    return {sentence.text for sentence in kept} | {json.loads(line)["text"] for line in dev}


def ask(teacher: Model, sentences: Sequence[SentenceInPlace]) -> Lessons:
    """Have the teacher score sentences."""
    coded = teacher.code(sentences)
    return Lessons(sentences=tuple(sentences), themes=coded.scores, stances=coded.stance_scores)


def teach(
    labelled: Sequence[LabelledSentence],
    weights: Floats,
    lessons: Lessons,
    codebook: Codebook,
    console: Console,
) -> Model:
    """Teach both halves from labelled sentences and lessons; calibration is to come."""
    labels = targets_of(labelled, codebook, weights)
    count = len(lessons.sentences)
    targets = TeachingTargets(
        themes=np.concatenate([labels.themes, lessons.themes]),
        stances=np.concatenate([labels.stances, lessons.stances]),
        weights=np.concatenate([labels.weights, np.full(count, TAUGHT_WEIGHT, dtype=np.float32)]),
        alternating=np.zeros(len(labelled) + count, dtype=bool),
    )
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
