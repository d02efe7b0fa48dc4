"""How varied the invented corpus is, register by register, beside published sentences.

    python benchmarks/corpus_variety.py [--published ../shared] [--markdown variety.md]

Vocabulary growth is the number of distinct words among the first so many of whole documents in chance order,
the mean of ten orders. A heading is a line of at most twelve words that does not end a sentence; lengths are
of the other lines, in words. A shared run is seven words in a row that also stand in another document of the
same source.
"""

import argparse
import re
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from rich.console import Console

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "models"), str(ROOT / "benchmarks")]

import build_data  # type: ignore[import-not-found]  # noqa: E402
from quality import Sheet  # noqa: E402

from reviewtheme.classification.lexicon import split_words  # noqa: E402
from reviewtheme.codebook import default_codebook  # noqa: E402
from reviewtheme.training.labelled import LabelledSentence  # noqa: E402

GROWTH = (1_000, 2_000, 5_000, 10_000)
"""Numbers of words at which distinct ones are counted."""
RUN = 7
_ORDERS = 10
_HEADING_WORDS = 12


def vocabulary_growth(labelled: Sequence[LabelledSentence]) -> list[float | None]:
    """Return the mean number of distinct words at each point of `GROWTH`; None where words are too few."""
    documents: dict[str, list[str]] = defaultdict(list)
    for sentence in labelled:
        documents[sentence.document] += split_words(sentence.text)
    names, random = sorted(documents), np.random.default_rng(0)
    found: list[list[int]] = [[] for _ in GROWTH]
    for _ in range(_ORDERS):
        words = [word for place in random.permutation(len(names)) for word in documents[names[place]]]
        for counts, size in zip(found, GROWTH, strict=True):
            if size <= len(words):
                counts.append(len(set(words[:size])))
    return [float(np.mean(counts)) if counts else None for counts in found]


def is_heading(text: str) -> bool:
    """Tell whether a line looks like a heading."""
    return len(text.split()) <= _HEADING_WORDS and not re.search(r"[.!?;:,][\"'”’)\]]*$", text.strip())


def sharing_a_run(labelled: Sequence[LabelledSentence]) -> list[bool]:
    """Tell of each sentence whether seven of its words in a row stand in another document."""
    first: dict[tuple[str, ...], str] = {}
    shared: set[tuple[str, ...]] = set()
    runs = []
    for sentence in labelled:
        words = split_words(sentence.text)
        runs.append([tuple(words[i : i + RUN]) for i in range(len(words) - RUN + 1)])
        for run in runs[-1]:
            if first.setdefault(run, sentence.document) != sentence.document:
                shared.add(run)
    return [any(run in shared for run in found) for found in runs]


def figures(labelled: Sequence[LabelledSentence], shared: Sequence[bool]) -> tuple[str, ...]:
    """Return the cells of one register of one source, after its name."""
    themes = np.array([len(sentence.themes) for sentence in labelled])
    texts = [sentence.text for sentence in labelled]
    lengths = np.array([len(split_words(text)) for text in texts if not is_heading(text)])
    growth = ("–" if size is None else f"{size:,.0f}" for size in vocabulary_growth(labelled))
    quartiles = "/".join(f"{value:.0f}" for value in np.percentile(lengths, [25, 50, 75]))
    return (
        f"{len({sentence.document for sentence in labelled}):,}",
        f"{len(labelled):,}",
        *growth,
        f"{lengths.mean():.1f} ± {lengths.std():.1f}",
        quartiles,
        f"{np.mean([is_heading(text) for text in texts]):.0%}",
        f"{(themes == 0).mean():.0%}",
        f"{themes.mean():.2f}",
        f"{np.mean(shared):.1%}",
    )


def compare(sources: dict[str, Sequence[LabelledSentence]]) -> Sheet:
    """Set the sources beside each other, register by register, then whole."""
    shared = {name: sharing_a_run(labelled) for name, labelled in sources.items()}
    registers = sorted({sentence.register for labelled in sources.values() for sentence in labelled})
    rows = []
    for register in (*registers, "all"):
        for name, labelled in sources.items():
            own = [i for i, s in enumerate(labelled) if register in (s.register, "all")]
            if own:
                cells = figures([labelled[i] for i in own], [shared[name][i] for i in own])
                rows.append((f"{register}, {name}", *cells))
    columns = (
        "register, source", "documents", "sentences", *(f"types at {size:,}" for size in GROWTH),
        "words ± sd", "quartiles", "headings", "no theme", "themes a sentence", "shared run",
    )  # fmt: skip
    return Sheet(
        title="Variety of the invented corpus beside published sentences", columns=columns, rows=rows
    )


def main() -> None:
    """Read both sources, print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--published", type=Path, help="folder with gold/ and unlabelled/")
    parser.add_argument("--markdown", type=Path, help="file to write the table to")
    arguments = parser.parse_args()
    codebook = default_codebook()
    sources: dict[str, Sequence[LabelledSentence]] = {"invented": build_data.corpus(codebook)}
    if arguments.published:
        sources["published"] = build_data.published_sentences(arguments.published, codebook)
    sheet = compare(sources)
    sheet.show(Console(width=None if sys.stdout.isatty() else 200))
    if arguments.markdown:
        arguments.markdown.write_text(
            f"{sheet.markdown()}\n{(__doc__ or '').split(chr(10) * 2, 2)[2]}", encoding="utf-8"
        )


if __name__ == "__main__":
    main()
