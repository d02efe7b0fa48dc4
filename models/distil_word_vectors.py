"""Distil the static word vectors of the default model from all-MiniLM-L6-v2 (Apache-2.0), once.

    pip install "reviewtheme[build]"
    python models/distil_word_vectors.py [--published ../shared]

Each word goes through the transformer once; model2vec reduces the vectors by PCA and weighs down frequent
words. The vocabulary is the transformer's own whole words and the words of the labelled corpus, with those
of published reports where a folder of them is given. Writes models/word_vectors.npz.
"""

import argparse
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from model2vec.distill import distill
from transformer import TRANSFORMER, transformer_folder

from reviewtheme.classification.lexicon import split_words

HERE = Path(__file__).resolve().parent
DIMENSIONS = 128


def main() -> None:
    """Check the transformer, gather the words, distil, write."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument(
        "--published", type=Path, help="folder with published reports, read for their words"
    )
    published = arguments.parse_args().published
    transformer = transformer_folder()
    words = sorted(own_words() | corpus_words() | (published_words(published) if published else set()))
    static = distill(
        str(transformer), vocabulary=words, pca_dims=DIMENSIONS, device="cpu", quantize_to="float32"
    )
    rows = [static.tokenizer.token_to_id(word) for word in words]
    table = static.embedding[rows]
    if static.weights is not None:
        table = table * static.weights[rows][:, None]
    np.savez_compressed(HERE / "word_vectors.npz", words=np.array(words), table=table.astype(np.float16))
    print(f"{len(words)} words, {DIMENSIONS} dimensions")


def own_words() -> set[str]:
    """Return the whole words of the transformer's vocabulary."""
    vocabulary = (TRANSFORMER / "vocab.txt").read_text(encoding="utf-8").splitlines()
    return {word for word in vocabulary if word.isascii() and word.isalpha() and len(word) > 1}


def corpus_words() -> set[str]:
    """Return words that stand in two documents or more of the labelled corpus."""
    documents: dict[str, set[str]] = {}
    for path in sorted((HERE.parent / "corpus_sample" / "labelled").glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            row = json.loads(line)
            documents.setdefault(row["document"], set()).update(split_words(row["text"]))
    return frequent(iter(documents.values()), 2)


def published_words(folder: Path) -> set[str]:
    """Return words that stand in three published reports or more."""
    return frequent((set(split_words(text)) for text in published_texts(folder)), 3)


def published_texts(folder: Path) -> Iterator[str]:
    """Give the text of each published report in the folder."""
    for path in sorted((folder / "unlabelled").glob("*.jsonl.gz")):
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            for row in map(json.loads, lines):
                yield (
                    " ".join(row["pages"]) if "pages" in row else f"{row['circumstances']} {row['concerns']}"
                )


def frequent(documents: Iterator[set[str]], least: int) -> set[str]:
    """Return words of at least two letters that stand in so many documents."""
    counts = Counter(word for words in documents for word in words)
    return {word for word, n in counts.items() if n >= least and len(word) > 1 and not word.isdigit()}


if __name__ == "__main__":
    main()
