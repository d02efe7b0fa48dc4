"""A transformer of a few numbers, drawn by lot, for tests."""

import numpy as np

from reviewtheme.classification.encoder_arrays import whole_numbers
from reviewtheme.classification.transformer_encoder import (
    BEGINNING,
    END,
    LARGEST_WEIGHT,
    MATRICES,
    MOST_PIECES,
    MOST_PREVIOUS_PIECES,
    UNKNOWN,
    TransformerEncoder,
)

WIDTH, INNER, LAYERS, HEADS = 12, 24, 2, 3
PIECES = (
    *(
        UNKNOWN,
        BEGINNING,
        END,
        "the",
        "social",
        "worker",
        "police",
        "school",
        "sofa",
        "record",
        "##ed",
        "##s",
    ),
    *("not", "no", ".", ",", "information", "share", "##d", "risk", "mother", "was", "nurse", "health"),
)


def small_transformer(seed: int = 0) -> TransformerEncoder:
    """Return an encoder of random weights; the seed is that of the lot."""
    random = np.random.default_rng(seed)
    sizes = {
        "attention_in": (WIDTH, 3 * WIDTH),
        "attention_out": (WIDTH, WIDTH),
        "widening": (WIDTH, INNER),
        "narrowing": (INNER, WIDTH),
    }
    numbers, scales = whole_numbers(random.normal(size=(WIDTH, len(PIECES))).astype(np.float32))
    arrays = {
        "pieces": numbers.T,
        "piece_scales": scales,
        "places": random.normal(0, 0.3, (MOST_PIECES + MOST_PREVIOUS_PIECES + 3, WIDTH)).astype(np.float32),
        "sides": random.normal(0, 0.3, (2, WIDTH)).astype(np.float32),
        "first_norm": _norm(random),
        "attention_norm": np.stack([_norm(random) for _ in range(LAYERS)]),
        "output_norm": np.stack([_norm(random) for _ in range(LAYERS)]),
    }
    for name in MATRICES:
        drawn = random.normal(0, 0.4, (LAYERS, *sizes[name])).astype(np.float32)
        parts = [whole_numbers(matrix, LARGEST_WEIGHT) for matrix in drawn]
        arrays[name] = np.stack([numbers for numbers, _ in parts])
        arrays[f"{name}_scales"] = np.stack([scales for _, scales in parts])
        arrays[f"{name}_biases"] = random.normal(0, 0.1, (LAYERS, sizes[name][1])).astype(np.float32)
    return TransformerEncoder(PIECES, arrays, HEADS)


def _norm(random: np.random.Generator) -> np.ndarray:
    gains = random.normal(1, 0.1, WIDTH)
    return np.stack([gains, random.normal(0, 0.1, WIDTH)]).astype(np.float32)
