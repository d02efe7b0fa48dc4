"""Whether a model has seen a sentence: a sample of digests of what it learned from, in its manifest.

Digests say nothing of a sentence to one who does not have it. The smallest ones are kept (a bottom-k sketch;
Broder 1997), so that of a large training set a fair sample is known, and of a small one all.
"""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

_KEPT = 2048
"""Digests kept: of a training set no larger than this, every sentence is known."""
_LETTERS = 16


def digests_of(texts: Iterable[str]) -> list[str]:
    """Return the smallest digests of distinct texts, in order; case and white space count for nothing."""
    return sorted({_digest(text) for text in texts})[:_KEPT]


def share_known(texts: Sequence[str], about: Mapping[str, Any]) -> float | None:
    """Estimate the share of texts, 0..1, that a model learned from.

    Args:
        texts: sentences.
        about: what the model's manifest says of its training, with the digests that `digests_of` gave.

    Returns:
        None where the manifest does not tell, or too few digests can be compared.
    """
    training = about.get("training")
    kept = training.get("sentence_digests") if isinstance(training, Mapping) else None
    if not isinstance(kept, list) or not kept or not all(isinstance(digest, str) for digest in kept):
        return None
    asked = {_digest(text) for text in texts}
    if len(kept) >= _KEPT:  # of a larger training set nothing is known beyond the largest digest kept
        asked = {digest for digest in asked if digest <= max(kept)}
    return len(asked & set(kept)) / len(asked) if asked else None


def seen_warning(texts: Sequence[str], about: Mapping[str, Any], model: str) -> str:
    """Say that figures on sentences which a model learned from are too good; empty if it learned from none.

    Args:
        texts: sentences.
        about: as for `share_known`.
        model: what to call the model.
    """
    share = share_known(texts, about)
    if not share:
        return ""
    return (
        f"About {share:.0%} of these sentences are among those that {model} learned from: its figures are "
        "too good. Evaluate on documents that it has not seen."
    )


def _digest(text: str) -> str:
    plain = " ".join(text.casefold().split())
    return hashlib.sha256(plain.encode("utf-8", "backslashreplace")).hexdigest()[:_LETTERS]
