"""Build models/accurate: the features of the default model, fewer of them, beside a fine-tuned transformer's.

    pip install "reviewtheme[build]"
    python models/build_accurate.py                       from corpus_sample/ alone
    python models/build_accurate.py --published ../shared with the labelled published sentences too

A fifth of the documents is kept aside, named by digest in models/held_out_documents.json: nobody who wrote
phrases for the lexicon had seen them. Both halves of the model learn from the others; its calibration, its
thresholds and the figures of its card are from the fifth.
"""

import hashlib
import json
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from build_default import WHO_LABELLED, asked_for, sentence_weights, word_vectors
from fine_tune_encoder import FineTuned, TuningSettings, TuningTargets, fine_tune
from rich.console import Console

from reviewtheme.classification.coded_review import ModelIdentity
from reviewtheme.classification.features import SentenceFeatures
from reviewtheme.classification.lexicon import default_lexicon
from reviewtheme.classification.model import Calibration, LinearWeights, Model
from reviewtheme.classification.model_folder import save_model
from reviewtheme.codebook import Codebook
from reviewtheme.training.calibration import choose_thresholds, fit_calibration
from reviewtheme.training.fitting import HeldOut, Origin, TrainingSettings
from reviewtheme.training.labelled import LabelledSentence, documents_of, stance_matrix, theme_matrix
from reviewtheme.training.layers import PlainFitter, Targets
from reviewtheme.training.model_card import describe, write_card

HERE = Path(__file__).resolve().parent
VERSION = "1"
LEAST_DOCUMENTS = 15
"""Phrases and word parts in fewer documents are left to the transformer, for the sake of size."""
WHAT_IT_IS = "The transformer is all-MiniLM-L6-v2 (Apache-2.0), fine-tuned on the same sentences."


def main() -> None:
    """Read labels, teach both halves, calibrate, describe, save."""
    build = asked_for(str(__doc__), "accurate")
    codebook, published, invented = build.codebook, build.published, build.invented
    console = Console(stderr=True)
    labelled = (*published, *invented)
    weights = sentence_weights(published, invented)
    aside = held_out(labelled)
    started = time.monotonic()
    is_invented = np.arange(len(labelled)) >= len(published)
    model = teach(labelled, weights, ~aside, is_invented, codebook, console)
    console.print(f"Taught {len(labelled) - aside.sum()} sentences in {time.monotonic() - started:.0f} s.")
    kept = [sentence for sentence, is_aside in zip(labelled, aside, strict=True) if is_aside]
    learned = [sentence for sentence, is_aside in zip(labelled, aside, strict=True) if not is_aside]
    log_odds, stance_log_odds = model.log_odds([sentence.in_place for sentence in kept])
    themes = theme_matrix(kept, codebook)
    calibration = fit_calibration(log_odds, themes, weights[aside])
    thresholds = choose_thresholds(calibration.probabilities(log_odds), themes, weights[aside])
    scored = HeldOut(
        log_odds=log_odds, stance_log_odds=stance_log_odds, origins=(Origin.LEARNED,) * themes.shape[1]
    )
    aside_published = int(aside[: len(published)].sum())
    described = describe(
        replace(model, calibration=calibration, thresholds=thresholds),
        scored,
        kept,
        {"published": aside_published, "invented": len(kept) - aside_published},
        learned_from=learned,
        notes=[WHAT_IT_IS, WHO_LABELLED] if published else [WHAT_IT_IS],
    )
    save_model(described, build.output, write_card(described))
    print(write_card(described))


def held_out(labelled: Sequence[LabelledSentence]) -> npt.NDArray[np.bool_]:
    """Tell which sentences are of the documents that are kept aside."""
    aside = set(json.loads((HERE / "held_out_documents.json").read_text(encoding="utf-8")))
    digests = (hashlib.sha256(sentence.document.encode()).hexdigest()[:16] for sentence in labelled)
    return np.array([digest in aside for digest in digests])


def teach(
    labelled: Sequence[LabelledSentence],
    weights: npt.NDArray[np.float32],
    is_learned: npt.NDArray[np.bool_],
    is_invented: npt.NDArray[np.bool_],
    codebook: Codebook,
    console: Console,
) -> Model:
    """Teach both halves from some of the sentences; calibration is to come."""
    rows = np.flatnonzero(is_learned)
    learned = [labelled[row] for row in rows]
    themes, stances = theme_matrix(learned, codebook), stance_matrix(learned, codebook)
    sentences = [sentence.in_place for sentence in learned]
    console.print("Fitting the linear half")
    features = SentenceFeatures(default_lexicon(), word_vectors(), min_df=LEAST_DOCUMENTS)
    matrix = features.fit(sentences, documents_of(learned)).transform(sentences)
    settings = TrainingSettings()
    fitter = PlainFitter(matrix, settings.strength, settings.stance_strength)
    theme_weights, stance_weights = fitter.fit(
        np.arange(len(rows)), Targets(themes=themes, stances=stances, weights=weights[rows])
    )
    console.print("Fine-tuning the transformer")
    tuned = fine_tuned(learned, weights[rows], is_invented[rows], codebook, console)
    features.encoder = tuned.encoder
    columns = np.arange(themes.shape[1] + stances.shape[1])
    return Model(
        identity=ModelIdentity(
            name="accurate", version=VERSION, sha256="", codebook=f"{codebook.name} {codebook.version}"
        ),
        codebook=codebook,
        features=features,
        theme_weights=mean(theme_weights, tuned, columns[: themes.shape[1]]),
        calibration=Calibration(slopes=np.ones(themes.shape[1]), offsets=np.zeros(themes.shape[1])),
        thresholds=np.full(themes.shape[1], 0.5, dtype=np.float32),
        stance_weights=mean(stance_weights, tuned, columns[themes.shape[1] :]),
        about={},
    )


def mean(weights: LinearWeights, tuned: FineTuned, columns: npt.NDArray[np.int_]) -> LinearWeights:
    """Return one layer over all features: the mean of the linear half and of the transformer's head."""
    both = [weights.coefficients.astype(np.float32), tuned.coefficients[:, columns]]
    return LinearWeights(
        coefficients=(np.vstack(both) / 2).astype(np.float16),
        intercepts=(weights.intercepts + tuned.intercepts[columns]) / 2,
    )


def fine_tuned(
    learned: Sequence[LabelledSentence],
    weights: npt.NDArray[np.float32],
    is_invented: npt.NDArray[np.bool_],
    codebook: Codebook,
    console: Console,
) -> FineTuned:
    """Fine-tune the transformer; published sentences that count less are shown in every other pass."""
    targets = TuningTargets(
        themes=theme_matrix(learned, codebook).astype(np.float32),
        stances=stance_matrix(learned, codebook).astype(np.float32),
        weights=np.where(is_invented, weights, np.float32(1)),
        alternating=(weights < 1) & ~is_invented,
    )
    return fine_tune([s.in_place for s in learned], targets, TuningSettings(), console.print)


if __name__ == "__main__":
    main()
