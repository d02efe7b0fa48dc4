"""Fine-tune all-MiniLM-L6-v2 (Apache-2.0) on labelled sentences, and turn it into plain arrays of 8 bits.

The sentence goes in with the one before it; the mean over the sentence's own word pieces is its vector, which
a linear head turns to log-odds of themes and stances. On two cores three passes over 51,000 sentences, 16,000
of them shown in every other pass, and one over 119,000 more take about three quarters of an hour. Sums are
done with 16 bits, which is faster, and two threads, so that the same machine gives the same model.
"""

from collections.abc import Callable, Sequence

import numpy as np
import numpy.typing as npt
import torch
from teaching import RARE, teach
from teaching_plan import Floats, Rows, Taught, TeachingSettings, TeachingTargets
from transformer import transformer_folder
from transformers import BertModel, PreTrainedModel

from reviewtheme.classification.encoder_arrays import whole_numbers
from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.transformer_encoder import (
    LARGEST_WEIGHT,
    MATRICES,
    MOST_PIECES,
    MOST_PREVIOUS_PIECES,
    PieceReader,
    TransformerEncoder,
)

Pieces = Sequence[tuple[list[int], list[int]]]
_LENGTH = 10.0
"""What the vectors are divided by, so that they are about as long as the other parts of the features."""


SETTINGS = TeachingSettings(passes=3, batch=32, rate=1e-4, warm_up=0.06)
_HEAD_RATE = 10
"""The head's learning rate beside the transformer's."""


class Reader(torch.nn.Module):
    """A transformer with a head."""

    def __init__(self, transformer: PreTrainedModel, themes: int, stances: int) -> None:
        super().__init__()
        self.transformer = transformer
        self.dropout = torch.nn.Dropout(0.1)
        self.head = torch.nn.Linear(self.transformer.config.hidden_size, themes + stances)
        torch.nn.init.zeros_(self.head.bias)
        self.head.bias.data[:themes] = RARE

    def forward(self, ids: torch.Tensor, sides: torch.Tensor, there: torch.Tensor) -> torch.Tensor:
        """Return log-odds, (sentences, outputs), from (sentences, pieces) each."""
        told = {"token_type_ids": sides} if hasattr(self.transformer.config, "type_vocab_size") else {}
        read = self.transformer(input_ids=ids, attention_mask=there, **told).last_hidden_state
        own = (there * (1 - sides)).unsqueeze(-1).to(read.dtype)
        found: torch.Tensor = self.head(self.dropout((read * own).sum(1) / own.sum(1))).float()
        return found


def fine_tune(
    sentences: Sequence[SentenceInPlace],
    targets: TeachingTargets,
    settings: TeachingSettings,
    progress: Callable[[str], None],
) -> Taught:
    """Teach the transformer, and return it with its head.

    Args:
        sentences: what it learns from.
        targets: what each sentence is, in the same order.
        settings: how it is taught.
        progress: told in words how far it is.

    Raises:
        SystemExit: the transformer's weights are not the expected ones.
    """
    folder = transformer_folder()
    vocabulary = (folder / "vocab.txt").read_text(encoding="utf-8").splitlines()
    pieces = PieceReader(vocabulary).read(sentences)
    torch.manual_seed(settings.seed)
    transformer = BertModel.from_pretrained(folder, add_pooling_layer=False)
    model = Reader(transformer, targets.themes.shape[1], targets.stances.shape[1])
    teach_reader(model, pieces, targets, settings, progress)
    heads = model.transformer.config.num_attention_heads
    return Taught(
        encoder=TransformerEncoder(vocabulary, _arrays(model), heads),
        coefficients=_LENGTH * model.head.weight.detach().numpy().T,
        intercepts=model.head.bias.detach().numpy(),
    )


def teach_reader(
    model: Reader,
    pieces: Pieces,
    targets: TeachingTargets,
    settings: TeachingSettings,
    progress: Callable[[str], None],
) -> None:
    """Teach a transformer and its head in place.

    Args:
        model: what is taught.
        pieces: numbers of the pieces of words of each sentence, and of the one before it.
        targets: what each sentence is, in the same order.
        settings: how it is taught.
        progress: told in words how far it is.
    """
    torch.set_num_threads(2)

    def read(rows: Rows) -> torch.Tensor:
        with torch.autocast("cpu", dtype=torch.bfloat16):
            found: torch.Tensor = model(*padded([pieces[row] for row in rows]))
        return found

    lengths = [len(own) + len(before) for own, before in pieces]
    teach(model.train(), read, lengths, targets, _optimizer(model, settings.rate), settings, progress)


def _optimizer(model: Reader, rate: float) -> torch.optim.AdamW:
    body = list(model.transformer.parameters())
    groups = [
        {"params": [p for p in body if p.ndim > 1], "lr": rate, "weight_decay": 0.01},
        {"params": [p for p in body if p.ndim <= 1], "lr": rate, "weight_decay": 0.0},
        {"params": list(model.head.parameters()), "lr": _HEAD_RATE * rate, "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, fused=True)


def padded(pieces: Pieces) -> list[torch.Tensor]:
    """Return ids, sides and which are there, (sentences, pieces) each."""
    longest = max(len(own) + len(before) for own, before in pieces)
    ids, sides, there = np.zeros((3, len(pieces), longest), dtype=np.int64)
    for row, (own, before) in enumerate(pieces):
        end = len(own) + len(before)
        ids[row, :end] = own + before
        sides[row, len(own) : end] = 1
        there[row, :end] = 1
    return [torch.tensor(values) for values in (ids, sides, there)]


def _arrays(model: Reader) -> dict[str, npt.NDArray[np.generic]]:
    """Turn the weights into the arrays of an encoder."""
    weights = {name: values.detach().numpy() for name, values in model.state_dict().items()}
    embeddings = "transformer.embeddings"
    # word pieces are looked up and not multiplied, so that they may use all 8 bits
    pieces, scales = whole_numbers(weights[f"{embeddings}.word_embeddings.weight"].T)
    arrays: dict[str, npt.NDArray[np.generic]] = {
        "pieces": pieces.T,
        "piece_scales": scales,
        "places": weights[f"{embeddings}.position_embeddings.weight"][
            : MOST_PIECES + MOST_PREVIOUS_PIECES + 3
        ],
        "sides": weights[f"{embeddings}.token_type_embeddings.weight"],
        "first_norm": _norm(weights, f"{embeddings}.LayerNorm"),
    }
    layers = [f"transformer.encoder.layer.{n}" for n in range(model.transformer.config.num_hidden_layers)]
    for name in MATRICES:
        parts = [_matrix(weights, [f"{layer}.{source}" for source in _SOURCES[name]]) for layer in layers]
        for kind, values in zip(("", "_scales", "_biases"), zip(*parts, strict=True), strict=True):
            arrays[f"{name}{kind}"] = np.stack(values)
    arrays["attention_norm"] = np.stack(
        [_norm(weights, f"{layer}.attention.output.LayerNorm") for layer in layers]
    )
    arrays["output_norm"] = np.stack([_norm(weights, f"{layer}.output.LayerNorm") for layer in layers])
    arrays["output_norm"][-1] /= _LENGTH  # nothing but the mean comes after the last
    return arrays


_SOURCES = {
    "attention_in": [f"attention.self.{part}" for part in ("query", "key", "value")],
    "attention_out": ["attention.output.dense"],
    "widening": ["intermediate.dense"],
    "narrowing": ["output.dense"],
}


def _matrix(weights: dict[str, Floats], sources: list[str]) -> tuple[npt.NDArray[np.int8], Floats, Floats]:
    """Return numbers, scales and biases of matrices side by side."""
    matrix = np.concatenate([weights[f"{name}.weight"] for name in sources]).T
    numbers, scales = whole_numbers(matrix, LARGEST_WEIGHT)
    return numbers, scales, np.concatenate([weights[f"{name}.bias"] for name in sources])


def _norm(weights: dict[str, Floats], name: str) -> Floats:
    return np.stack([weights[f"{name}.weight"], weights[f"{name}.bias"]])
