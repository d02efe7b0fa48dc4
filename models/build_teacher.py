"""Fine-tune a larger transformer, and keep what it says of sentences without labels in large_teacher.npz.

    pip install "reviewtheme[build]"
    python models/build_teacher.py --published ../shared --transformer all-mpnet-base-v2 [--output FILE]

The folder holds sentence-transformers/all-mpnet-base-v2 (Apache-2.0) as it is published. It learns from the
same labelled documents as the models that it teaches, and scores unlabelled published sentences and parts of
labelled published ones; its scores are calibrated on the documents kept aside. On two cores that takes about
two hours, most of it fine-tuning.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from build_data import Build, read_build
from fine_tune_transformer import Pieces, Reader, padded, teach_reader
from lessons import LARGE_TEACHER, Lessons, sentences_to_score, write_scores
from rich.console import Console
from rich.progress import track
from scipy.special import softmax
from teaching_plan import Floats, TeachingSettings
from tokenizers import Tokenizer
from transformer import check_weights
from transformers import AutoModel
from two_halves import Parting, by_turns, part, targets_of

from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.transformer_encoder import MOST_PIECES, MOST_PREVIOUS_PIECES
from reviewtheme.training.calibration import fit_calibration
from reviewtheme.training.labelled import theme_matrix
from reviewtheme.training.scores import f1

SHA256 = "78c0197b6159d92658e319bc1d72e4c73a9a03dd03815e70e555c5ef05615658"
SETTINGS = TeachingSettings(passes=2, batch=32, rate=5e-5, warm_up=0.06)
USUAL_THRESHOLD = 0.4
"""Of the models that it teaches, about; for the figure that is printed."""
_BEGIN, _END = 0, 2
"""Pieces that stand before a sentence, and after it and before the one that came before it."""
_AT_ONCE = 64


def main() -> None:
    """Read labels, fine-tune, calibrate, score, write."""
    arguments = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    arguments.add_argument("--published", type=Path, required=True, help="folder with gold/ and unlabelled/")
    arguments.add_argument("--transformer", type=Path, required=True, help="folder with model.safetensors")
    arguments.add_argument("--output", type=Path, default=LARGE_TEACHER)
    chosen = arguments.parse_args()
    check_weights(chosen.transformer, SHA256)
    console, build = Console(stderr=True), read_build(chosen.published, chosen.output)
    parting, themes = part(build), len(build.codebook.themes)
    read = PieceNumbers(chosen.transformer)
    model = fine_tuned(chosen.transformer, read, build, parting, console)
    sentences = sentences_to_score(build, parting).of_published
    aside = parting.kept[: parting.kept_published]
    found = log_odds(model, read([*(sentence.in_place for sentence in aside), *sentences]), console)
    true = theme_matrix(aside, build.codebook)
    calibration = fit_calibration(found[: len(aside), :themes], true, parting.kept_weights[: len(aside)])
    scores = calibration.probabilities(found[:, :themes])
    console.print(
        f"Kept aside: micro-F1 {f1(true.astype(bool), scores[: len(aside)] >= USUAL_THRESHOLD):.3f}"
    )
    stances = np.asarray(softmax(found[len(aside) :, themes:], axis=1), dtype=np.float32)
    said = Lessons(sentences=tuple(sentences), themes=scores[len(aside) :], stances=stances)
    write_scores(said, build.output)


def fine_tuned(
    folder: Path, read: "PieceNumbers", build: Build, parting: Parting, console: Console
) -> Reader:
    """Return the transformer, fine-tuned on the sentences to be learned from."""
    codebook, learned = build.codebook, parting.learned
    labels = by_turns(targets_of(learned, codebook, parting.learned_weights), parting.learned_published)
    torch.manual_seed(SETTINGS.seed)
    transformer = AutoModel.from_pretrained(folder, add_pooling_layer=False)
    model = Reader(transformer, len(codebook.themes), len(codebook.stances))
    teach_reader(model, read([sentence.in_place for sentence in learned]), labels, SETTINGS, console.print)
    return model


class PieceNumbers:
    """Cuts sentences into the numbers of their pieces of words.

    Args:
        folder: of the transformer.
    """

    def __init__(self, folder: Path) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def __call__(self, sentences: Sequence[SentenceInPlace]) -> Pieces:
        """Return the pieces of each sentence's beginning, and of the end of the one before it."""
        texts = list(dict.fromkeys(text for s in sentences for text in (s.text, s.previous)))
        read = self._tokenizer.encode_batch(texts, add_special_tokens=False)
        ids = dict(zip(texts, (found.ids for found in read), strict=True))
        return [
            (
                [_BEGIN, *ids[sentence.text][:MOST_PIECES], _END],
                [_END, *ids[sentence.previous][-MOST_PREVIOUS_PIECES:], _END]
                if ids[sentence.previous]
                else [],
            )
            for sentence in sentences
        ]


def log_odds(model: Reader, pieces: Pieces, console: Console) -> Floats:
    """Return what the model says, (sentences, themes and stances); its weights become numbers of 16 bits."""
    model.eval().bfloat16()
    by_length = np.argsort([len(own) + len(before) for own, before in pieces], kind="stable")
    found = np.empty((len(pieces), model.head.out_features), dtype=np.float32)
    starts = range(0, len(pieces), _AT_ONCE)
    with torch.inference_mode():
        for start in track(starts, "Scoring", console=console):
            rows = by_length[start : start + _AT_ONCE]
            found[rows] = model(*padded([pieces[row] for row in rows])).numpy()
    return found


if __name__ == "__main__":
    main()
