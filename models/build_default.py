"""Build models/default from labelled sentences.

    python models/build_default.py                       from corpus_sample/ alone
    python models/build_default.py --published ../shared with the labelled published sentences too

The published sentences are not part of the project. Labels of some of them are, in
models/published_labels.jsonl, by the place where each sentence stands; their text is read from the folder.
"""

import argparse
import gzip
import hashlib
import json
import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console

from reviewtheme.classification.model_folder import save_model
from reviewtheme.classification.word_vectors import WordVectors
from reviewtheme.codebook import Codebook, default_codebook
from reviewtheme.training.fitting import fit_model
from reviewtheme.training.formats import read_labelled
from reviewtheme.training.labelled import LabelledSentence, documents_of, theme_matrix
from reviewtheme.training.model_card import describe, write_card
from reviewtheme.training.scores import f1_interval

HERE = Path(__file__).resolve().parent
VERSION = "3"
WHO_LABELLED = (
    "About one in five of the published sentences were labelled by one coder; the others, all of inspection "
    "and coroners' reports, and the invented ones were labelled by a language model under the codebook."
)
LEXICON_SEEN = (
    "Phrases of the lexicon and their tiers were chosen with four in five of the published documents in "
    "sight, which flatters the figures on them: on 5,837 sentences of the fifth that was kept aside, "
    "micro-F1 was about 0.005 lower."
)
CORPUS_WEIGHT = 0.6
"""What an invented sentence counts beside a published one; chosen by cross-validation on published ones."""
INSPECTION_WEIGHT = 0.5
"""The same of a published inspection sentence: they are three in four, and would drown other registers."""
DOCUMENT_PREFIXES = {"coroners_reports": "pfd/"}
"""What the labelled published sentences put before a document's name: one document has one name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """What a model is built from, and where it goes."""

    codebook: Codebook
    published: tuple[LabelledSentence, ...]
    invented: tuple[LabelledSentence, ...]
    output: Path


def asked_for(about: str, name: str) -> Build:
    """Read the command line, and the sentences that it names.

    Args:
        about: what the command does, for its help.
        name: of the model; its folder stands beside this file where no other is named.
    """
    arguments = argparse.ArgumentParser(
        description=about, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--published", type=Path, help="folder with gold/ and unlabelled/")
    arguments.add_argument("--output", type=Path, default=HERE / name)
    chosen = arguments.parse_args()
    codebook = default_codebook()
    return Build(
        codebook=codebook,
        published=published_sentences(chosen.published, codebook) if chosen.published else (),
        invented=corpus(codebook),
        output=chosen.output,
    )


def main() -> None:
    """Read labels, fit, describe, save."""
    build = asked_for(str(__doc__), "default")
    codebook, published, invented = build.codebook, build.published, build.invented
    console = Console(stderr=True)
    labelled = (*published, *invented)
    started = time.monotonic()
    model, held_out = fit_model(
        labelled,
        codebook,
        vectors=word_vectors(),
        weights=sentence_weights(published, invented),
        name="default",
        version=VERSION,
        progress=console.print,
    )
    console.print(f"Fitted to {len(labelled)} sentences in {time.monotonic() - started:.0f} s.")
    notes = (
        [WHO_LABELLED, LEXICON_SEEN, invented_alone(invented, published, codebook, console)]
        if published
        else []
    )
    sizes = {"published": len(published), "invented": len(invented)}
    described = describe(model, held_out, labelled, sizes, notes=notes)
    save_model(described, build.output, write_card(described))
    print(write_card(described))


def invented_alone(
    invented: Sequence[LabelledSentence],
    published: Sequence[LabelledSentence],
    codebook: Codebook,
    console: Console,
) -> str:
    """Say how a model of the invented corpus alone does on published sentences, of which it saw none."""
    console.print("The same from the invented corpus alone")
    vectors = word_vectors()
    model, _ = fit_model(invented, codebook, vectors=vectors, name="corpus-sample", version=VERSION)
    marked = model.code([sentence.in_place for sentence in published]).themes
    true, documents = theme_matrix(published, codebook).astype(bool), documents_of(published)
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


def sentence_weights(
    published: Sequence[LabelledSentence], invented: Sequence[LabelledSentence]
) -> npt.NDArray[np.float32]:
    """Return what each sentence counts, the published first; invented ones alone count 1."""
    weights = [INSPECTION_WEIGHT if s.register == "inspection" else 1.0 for s in published]
    return np.array(weights + [CORPUS_WEIGHT if published else 1.0] * len(invented), dtype=np.float32)


def corpus(codebook: Codebook) -> tuple[LabelledSentence, ...]:
    """Read the invented corpus."""
    files = sorted((HERE.parent / "corpus_sample" / "labelled").glob("*.jsonl"))
    return read_labelled(files, codebook).sentences


def word_vectors() -> WordVectors:
    """Read the distilled word vectors."""
    with np.load(HERE / "word_vectors.npz", allow_pickle=False) as arrays:
        return WordVectors(arrays["words"].tolist(), arrays["table"])


def published_sentences(folder: Path, codebook: Codebook) -> tuple[LabelledSentence, ...]:
    """Read labelled published sentences: those with their text, then those known by place."""
    texts = [folder / "gold" / name for name in ("train.jsonl", "train_news.jsonl")]
    sentences = read_labelled(texts, codebook).sentences
    known = {sentence.text.strip() for sentence in sentences}
    placed = (s for s in sentences_by_place(folder, codebook) if s.text.strip() not in known)
    return (*sentences, *placed)


def sentences_by_place(folder: Path, codebook: Codebook) -> list[LabelledSentence]:
    """Find the sentences whose labels are in published_labels.jsonl."""
    rows = [json.loads(line) for line in (HERE / "published_labels.jsonl").read_text("utf-8").splitlines()]
    wanted = {(row["source"], row["document"], row["part"]) for row in rows}
    parts: dict[tuple[str, str, str], str] = {}
    for source in sorted({row["source"] for row in rows}):
        with gzip.open(folder / "unlabelled" / f"{source}.jsonl.gz", "rt", encoding="utf-8") as lines:
            for report in map(json.loads, lines):
                for part, text in report_parts(report).items():
                    if (source, report["doc"], part) in wanted:
                        parts[source, report["doc"], part] = re.sub(r"\s+", " ", text)
    found = []
    for row in rows:
        text = parts[row["source"], row["document"], row["part"]]
        sentence = text[row["start"] : row["end"]]
        if hashlib.sha256(sentence.encode()).hexdigest()[:16] != row["sha256"]:
            raise SystemExit(f"{row['source']}: {row['document']} is not the text that was labelled.")
        found.append(
            LabelledSentence(
                text=sentence,
                previous=text[row["previous_start"] : row["previous_end"]],
                document=DOCUMENT_PREFIXES.get(row["source"], "") + row["document"],
                themes=codebook.in_order(row["themes"]),
                stance=row["stance"],
                register=row["register"],
            )
        )
    return found


def report_parts(report: dict[str, object]) -> dict[str, str]:
    """Return the named parts of a report: its pages, or its fields."""
    pages = report.get("pages")
    if isinstance(pages, list):
        return {str(number): page for number, page in enumerate(pages)}
    return {name: str(report[name]) for name in ("circumstances", "concerns")}


if __name__ == "__main__":
    main()
