"""Arrays of an encoder: weights as whole numbers with scales; what does not fit is refused."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import numpy.typing as npt

from reviewtheme.errors import ModelError

Floats = npt.NDArray[np.float32]


def whole_numbers(weights: Floats, largest: int = 127) -> tuple[npt.NDArray[np.int8], Floats]:
    """Turn a matrix, (inputs, outputs), into whole numbers and one scale an output.

    Args:
        weights: the matrix.
        largest: size of the largest number, at most 127.
    """
    scales = np.maximum(np.abs(weights).max(axis=0) / largest, np.finfo(np.float32).tiny)
    return np.rint(weights / scales).astype(np.int8), scales.astype(np.float32)


def check_sizes(sizes: Mapping[str, int], most: Mapping[str, int]) -> None:
    """Refuse an encoder that no model of ours is as large as: a forged one would fill the memory.

    Args:
        sizes: what is counted, by name.
        most: the largest that each may be; the least is 1.

    Raises:
        ValueError: one is too large, or nothing.
    """
    for name, size in sizes.items():
        if not 1 <= size <= most[name]:
            raise ValueError(f"its encoder has {size} for {name}, and 1 to {most[name]} are read")


def check_arrays(
    arrays: Mapping[str, npt.NDArray[Any]],
    shapes: Mapping[str, tuple[int, ...]],
    kinds: Mapping[str, npt.DTypeLike],
) -> None:
    """Refuse arrays of another shape or kind, and values that are no numbers.

    Args:
        arrays: what is there.
        shapes: name and shape of every array that is to be there.
        kinds: kind of those that are not float32.

    Raises:
        ValueError: one of them is not as it should be.
    """
    for name, shape in shapes.items():
        array = arrays[name]
        if array.shape != shape:
            raise ValueError(f"'{name}' has shape {array.shape} and not {shape}")
        if array.dtype != kinds.get(name, np.float32):
            raise ValueError(f"'{name}' is an array of {array.dtype}")
        if not np.isfinite(array).all():
            raise ValueError(f"'{name}' holds values that are no numbers")


def finite(vectors: Floats) -> Floats:
    """Return vectors if all their values are numbers: finite weights may have sums beyond all bounds.

    Raises:
        ModelError: some are not.
    """
    if not np.isfinite(vectors).all():
        raise ModelError("The model's encoder gives values that are no numbers: copy the model again.")
    return vectors
