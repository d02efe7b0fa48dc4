"""How well a model agrees with two coders on the sentences kept for choosing.

    python benchmarks/agreement_with_coders.py --published ../shared [--model models/default]

Labels that only one of the two coders gave cost nothing either way, as in the scorer beside the data. The
intervals are bootstraps over documents.
"""

import argparse
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from rich.console import Console
from rich.table import Table

from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import load_model
from reviewtheme.training.scores import calibration_error, f1_interval, macro_f1, share_interval

GROUPS: Mapping[str, Callable[[Mapping[str, Any]], bool]] = {
    "all": bool,
    "the two news articles": lambda row: row["id"].startswith("s-"),
    "news and summaries": lambda row: row["id"].startswith(("s-", "n-")),
    "news": lambda row: row["register"] == "news",
    "summary": lambda row: row["register"] == "summary",
    "inspection": lambda row: row["register"] == "inspection",
    "coroner": lambda row: row["register"] == "coroner",
}


def main() -> None:
    """Code the sentences and print a table."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--published", type=Path, required=True, help="folder with gold/dev.jsonl")
    arguments.add_argument("--model", type=Path, help="model folder; the bundled one if not given")
    chosen = arguments.parse_args()
    model = load_model(chosen.model)
    lines = (chosen.published / "gold" / "dev.jsonl").read_text(encoding="utf-8").splitlines()
    Console(width=110).print(agreement(model, [json.loads(line) for line in lines]))


def agreement(model: Model, rows: Sequence[Mapping[str, Any]]) -> Table:
    """Return a table with one row a group."""
    coding = model.code([SentenceInPlace(text=row["text"], previous=row["prev"]) for row in rows])
    themes = model.codebook.theme_ids
    true = np.array([[theme in row["themes"] for theme in themes] for row in rows])
    disputed = np.array([[theme in row["disputed"] for theme in themes] for row in rows])
    marked = coding.themes & ~disputed
    stances = [model.codebook.stance_ids[i] for i in coding.stance_scores.argmax(axis=1)]
    right = np.array([stance == row["stance"] for stance, row in zip(stances, rows, strict=True)])
    settled = np.array([not row["stance_disputed"] for row in rows])
    documents = np.array([row["doc"] for row in rows])
    table = Table("sentences of", "number", "micro-F1", "macro-F1", "stance accuracy", "calibration error")
    for name, belongs in GROUPS.items():
        some = np.array([belongs(row) for row in rows])
        table.add_row(
            name,
            str(int(some.sum())),
            str(f1_interval(true[some], marked[some], documents[some])),
            f"{macro_f1(true[some], marked[some]):.3f}",
            str(share_interval(right[some & settled], documents[some & settled])),
            f"{calibration_error(coding.scores[some], true[some]):.3f}",
        )
    return table


if __name__ == "__main__":
    main()
