"""What few labels give: this project's training beside TF-IDF and logistic regression from nothing.

    python benchmarks/few_labels.py --published ../shared [--seeds 10] [--start FOLDER]

300 sentences of 30 documents of gold/train.jsonl are labelled with 6 themes under new names; both learn from
these alone, and are scored on all other documents of the file. The bundled model learned from that file,
so training starts from a model that did not: it is fitted first, to corpus_sample/ and gold/train_news.jsonl,
and kept in --start, where it is found the next time. Documents, sentences and themes are drawn for each seed.
"""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from rich.console import Console
from rich.table import Table
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "models"), str(ROOT / "benchmarks")]

import build_data  # type: ignore[import-not-found]  # noqa: E402
from peers.thresholds import common_threshold  # noqa: E402

from reviewtheme.classification.model import Model  # noqa: E402
from reviewtheme.classification.model_folder import load_model, save_model  # noqa: E402
from reviewtheme.codebook import Codebook, Theme, default_codebook  # noqa: E402
from reviewtheme.training.fitting import TrainingSettings, document_folds, fit_model  # noqa: E402
from reviewtheme.training.formats import read_labelled  # noqa: E402
from reviewtheme.training.labelled import LabelledSentence, documents_of, theme_matrix  # noqa: E402
from reviewtheme.training.scores import f1  # noqa: E402
from reviewtheme.training.train import train  # noqa: E402

Bools = npt.NDArray[np.bool_]
DOCUMENTS, OF_EACH, THEMES = 30, 10, 6
FREQUENT = 16
"""Themes are drawn from this many most frequent ones: of a rarer one, 300 sentences have too few labels."""
_NEVER = -20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """A task that was drawn."""

    learned: tuple[LabelledSentence, ...]
    """The labelled sentences."""
    others: tuple[LabelledSentence, ...]
    """Sentences of the other documents."""
    codebook: Codebook
    """The themes under new names."""


def main() -> None:
    """Draw, learn, score, print."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--published", type=Path, required=True, help="folder with gold/train.jsonl")
    arguments.add_argument("--start", type=Path, default=Path("few-labels-start"), help="start model")
    arguments.add_argument("--seeds", type=int, default=10)
    chosen = arguments.parse_args()
    gold = read_labelled(chosen.published / "gold" / "train.jsonl", default_codebook()).sentences
    start = start_model(chosen.published, chosen.start, gold)
    rows = []
    for seed in range(chosen.seeds):
        task = draw(gold, seed)
        rows.append([score_project(task, start), score_project(task, "nothing"), score_tfidf(task)])
        print(f"seed {seed}: started {rows[-1][0]:.3f}, nothing {rows[-1][1]:.3f}, TF-IDF {rows[-1][2]:.3f}")
    Console(width=110).print(summary(np.array(rows)))


def start_model(published: Path, folder: Path, unseen: Sequence[LabelledSentence]) -> Model:
    """Load the start model, or fit it to sentences whose text is not among those unseen, and save it."""
    if (folder / "manifest.json").is_file():
        return load_model(folder)
    codebook = default_codebook()
    texts = {s.text.strip() for s in unseen}
    news = read_labelled(published / "gold" / "train_news.jsonl", codebook).sentences
    parts = [[s for s in part if s.text.strip() not in texts] for part in (news, build_data.corpus(codebook))]
    weights = np.repeat([1.0, build_data.CORPUS_WEIGHT], [len(part) for part in parts])
    model, _ = fit_model(
        [*parts[0], *parts[1]],
        codebook,
        vectors=build_data.word_vectors(),
        weights=weights.astype(np.float32),
        name="start",
        version="1",
        progress=print,
    )
    return save_model(model, folder, "Fitted to corpus_sample/ and news alone, for benchmarks.\n")


def draw(gold: Sequence[LabelledSentence], seed: int) -> Draw:
    """Draw documents, a run of sentences of each, and themes."""
    chance = np.random.default_rng(seed)
    documents = documents_of(gold)
    names, counts = np.unique(documents, return_counts=True)
    chosen = chance.permutation(names[counts >= OF_EACH])[:DOCUMENTS]
    labels = theme_matrix(gold, default_codebook()).sum(axis=0)
    themes = chance.permutation(np.argsort(-labels, kind="stable")[:FREQUENT])[:THEMES]
    renamed, codebook = rename(gold, [default_codebook().theme_ids[theme] for theme in themes])
    rows = np.concatenate([np.flatnonzero(documents == name)[:OF_EACH] for name in chosen])
    return Draw(
        learned=tuple(renamed[row] for row in rows),
        others=tuple(renamed[row] for row in np.flatnonzero(~np.isin(documents, chosen))),
        codebook=codebook,
    )


def rename(
    gold: Sequence[LabelledSentence], themes: Sequence[str]
) -> tuple[tuple[LabelledSentence, ...], Codebook]:
    """Give themes new names, and leave out all others and stances."""
    new = {theme: f"topic-{place + 1}" for place, theme in enumerate(themes)}
    sentences = tuple(
        replace(s, themes=tuple(new[theme] for theme in themes if theme in s.themes), stance="") for s in gold
    )
    codebook = Codebook(
        name="topics",
        version="1",
        themes=tuple(Theme(id=name, name=name) for name in new.values()),
        stances=(),
    )
    return sentences, codebook


def score_project(task: Draw, start: Model | str) -> float:
    """Return micro-F1 of this project's training."""
    model = train(task.learned, codebook=task.codebook, start=start, settings=TrainingSettings(jobs=1))
    marked = model.code([s.in_place for s in task.others]).themes
    return f1(theme_matrix(task.others, task.codebook).astype(bool), marked)


def score_tfidf(task: Draw) -> float:
    """Return micro-F1 of TF-IDF and logistic regression, threshold chosen by cross-validation by document."""
    labels, documents = theme_matrix(task.learned, task.codebook), documents_of(task.learned)
    scores = np.zeros(labels.shape)
    for seen, unseen in document_folds(documents, 5):
        scores[unseen] = tfidf(
            [task.learned[r] for r in seen], labels[seen], [task.learned[r] for r in unseen]
        )
    threshold = common_threshold(scores, labels, np.ones(len(labels), dtype=np.float32))
    found = tfidf(task.learned, labels, task.others)
    return f1(theme_matrix(task.others, task.codebook).astype(bool), found >= threshold)


def tfidf(
    learned: Sequence[LabelledSentence], labels: npt.NDArray[np.int_], others: Sequence[LabelledSentence]
) -> npt.NDArray[np.float64]:
    """Return probabilities of words and word pairs, with the settings of benchmarks/peers/tfidf.py."""
    vectorizer = TfidfVectorizer(ngram_range=(1, 2), min_df=2, sublinear_tf=True)
    matrix, unseen = (
        vectorizer.fit_transform([s.text for s in learned]),
        vectorizer.transform([s.text for s in others]),
    )
    found = np.zeros((len(others), labels.shape[1]))
    for column in np.flatnonzero(labels.any(axis=0)):
        fitted = LogisticRegression(C=30, max_iter=1000).fit(matrix, labels[:, column])
        found[:, column] = fitted.predict_proba(unseen)[:, 1]
    return found


def summary(scores: npt.NDArray[np.float64]) -> Table:
    """Return means and ranges over seeds."""
    table = Table("learned with", "micro-F1, mean", "lowest", "highest", "ahead of TF-IDF, mean", "lowest")
    for column, name in enumerate(("train, from a start model", "train, from nothing", "TF-IDF + logistic")):
        own, lead = scores[:, column], scores[:, column] - scores[:, 2]
        table.add_row(
            name, *(f"{v:.3f}" for v in (own.mean(), own.min(), own.max(), lead.mean(), lead.min()))
        )
    return table


if __name__ == "__main__":
    main()
