"""A convolutional network of a few numbers, drawn by lot, for tests."""

from typing import Any

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.convolution_encoder import NUMBER, WINDOW, ConvolutionEncoder
from reviewtheme.classification.encoder_arrays import whole_numbers

WIDTH, FILTERS, OUTPUTS = 6, 5, 7
WORDS = (
    *("the", "social", "worker", "workers", "police", "school", "sofa", "recorded", "not", "no", "risk"),
    *(".", ",", "information", "shared", "mother", "was", "nurse", "health", "said", NUMBER),
)


def small_convolution(seed: int = 0) -> ConvolutionEncoder:
    """Return an encoder of random weights; the seed is that of the lot."""
    random = np.random.default_rng(seed)
    numbers, scales = whole_numbers(random.normal(size=(WIDTH, len(WORDS))).astype(np.float32))
    arrays: dict[str, npt.NDArray[Any]] = {
        "words": np.ascontiguousarray(numbers.T),
        "word_scales": scales,
        "windows": random.normal(0, 0.6, (WINDOW, WIDTH, FILTERS)).astype(np.float16),
        "window_biases": random.normal(0, 0.3, FILTERS).astype(np.float32),
        "hidden": random.normal(0, 0.6, (3 * FILTERS, OUTPUTS)).astype(np.float16),
        "hidden_biases": random.normal(0, 0.3, OUTPUTS).astype(np.float32),
    }
    return ConvolutionEncoder(WORDS, arrays)
