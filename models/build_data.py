"""What the models are built from: invented and published labelled sentences, their weights, word vectors.

The published sentences are not part of the project. Labels of some of them are, in published_labels.jsonl, by
the place where each sentence stands; their text is read from the folder.
"""

import argparse
import gzip
import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.word_vectors import WordVectors
from reviewtheme.codebook import Codebook, default_codebook
from reviewtheme.training.formats import read_labelled
from reviewtheme.training.labelled import LabelledSentence

HERE = Path(__file__).resolve().parent
WHO_LABELLED = (
    "About one in five of the published sentences were labelled by one coder; the others, all of inspection "
    "and coroners' reports, and the invented ones were labelled by a language model under the codebook and "
    "by a second one apart from the first; what differed was settled in a third reading."
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
    folder: Path | None
    """Folder of the published sentences, if they are to be learned from."""
    output: Path

    @property
    def labelled(self) -> tuple[LabelledSentence, ...]:
        """All sentences, the published first."""
        return (*self.published, *self.invented)

    @property
    def weights(self) -> npt.NDArray[np.float32]:
        """What each of them counts."""
        return sentence_weights(self.published, self.invented)


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
    return read_build(chosen.published, chosen.output)


def read_build(folder: Path | None, output: Path) -> Build:
    """Read the labelled sentences.

    Args:
        folder: of the published sentences, or None.
        output: where what is built goes.
    """
    codebook = default_codebook()
    return Build(
        codebook=codebook,
        published=published_sentences(folder, codebook) if folder else (),
        invented=corpus(codebook),
        folder=folder,
        output=output,
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
    if missing := sorted(wanted - parts.keys()):
        raise SystemExit(f"{', '.join(missing[0])}: not in {folder / 'unlabelled'}. Is it another edition?")
    found = []
    for row in rows:
        text = parts[row["source"], row["document"], row["part"]]
        sentence = text[row["start"] : row["end"]]
        if hashlib.sha256(sentence.encode()).hexdigest()[:16] != row["sha256"]:
            raise SystemExit(
                f"{row['source']}: {row['document']} is not the text that was labelled. "
                "Is the folder another edition of it?"
            )
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
