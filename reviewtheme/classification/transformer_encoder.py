"""A small transformer that reads a sentence with the one before it: weights of 8 bits to a vector.

The files of a model hold nothing but numbers and words. The graph that these run in is written here and given
to onnxruntime, so that a model from a stranger cannot bring one. The architecture is BERT's (Devlin et al.
2019, https://arxiv.org/abs/1810.04805); each matrix has one scale an output, and what goes in is turned to
8 bits as it comes (onnxruntime's DynamicQuantizeMatMul). Weights stay within 7 bits, because sums of two
products of 8 bits overflow on processors without VNNI and would make marks depend on the machine.

Each sentence is read by itself and unpadded: its vector does not depend on what is read beside it.
"""

import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.encoder_arrays import check_arrays, check_sizes, finite
from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.errors import ModelError

if TYPE_CHECKING:
    from onnx import ModelProto, NodeProto
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Floats = npt.NDArray[np.float32]
MOST_PIECES = 72
"""Word pieces that are read of a sentence, from its beginning."""
MOST_PREVIOUS_PIECES = 32
"""Word pieces that are read of the sentence before, from its end."""
LARGEST_WEIGHT = 63
"""Weights are whole numbers from -63 to 63, times the scale of their output."""
BEGINNING, END, UNKNOWN = "[CLS]", "[SEP]", "[UNK]"
MATRICES = ("attention_in", "attention_out", "widening", "narrowing")
"""The matrices of a layer; each has biases and scales of its outputs."""
TRANSFORMER_ARRAYS = (
    "pieces",
    "piece_scales",
    "places",
    "sides",
    "first_norm",
    *(f"{matrix}{kind}" for matrix in MATRICES for kind in ("", "_scales", "_biases")),
    "attention_norm",
    "output_norm",
)
"""Every array of a transformer."""
_OPSET, _CONTRIBUTED, _IR_VERSION = 20, "com.microsoft", 9
_EPSILON = 1e-12
_MOST_THREADS = 4
_MOST_PIECES_KNOWN = 200_000
_BOUNDS = {"layers": 24, "width": 1024, "inner width": 4096}


class PieceReader:
    """Cuts sentences into word pieces as BERT does: lower case, without accents.

    Args:
        pieces: the word pieces; the place of each is its id.

    Raises:
        ValueError: a piece is there twice, or one of the marks is missing.
    """

    def __init__(self, pieces: Sequence[str]) -> None:
        self.pieces = tuple(pieces)
        if len(set(self.pieces)) != len(self.pieces) or not {BEGINNING, END, UNKNOWN} <= set(self.pieces):
            raise ValueError("its word pieces are not distinct, or lack a mark")
        if len(self.pieces) > _MOST_PIECES_KNOWN or any(_plain(piece) != piece for piece in self.pieces):
            raise ValueError("its word pieces are too many, or not all of them are text")

    def read(self, sentences: Sequence[SentenceInPlace]) -> list[tuple[list[int], list[int]]]:
        """Return ids of the pieces of each sentence, and of the one before it, with their marks.

        What UTF-8 cannot hold is read as a question mark.
        """
        texts = list(dict.fromkeys(text for s in sentences for text in (s.text, s.previous)))
        cut = self._tokenizer.encode_batch([_plain(text) for text in texts], add_special_tokens=False)
        ids = {text: encoding.ids for text, encoding in zip(texts, cut, strict=True)}
        beginning, end = self.pieces.index(BEGINNING), self.pieces.index(END)
        return [
            (
                [beginning, *ids[s.text][:MOST_PIECES], end],
                [*ids[s.previous][-MOST_PREVIOUS_PIECES:], end] if ids[s.previous] else [],
            )
            for s in sentences
        ]

    def end_of_read(self, text: str) -> int:
        """Return where reading of a sentence ends: beyond so many word pieces, words change nothing."""
        offsets = self._tokenizer.encode(_plain(text), add_special_tokens=False).offsets[:MOST_PIECES]
        return offsets[-1][1] if offsets else 0

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer, models, normalizers, pre_tokenizers

        vocabulary = {piece: place for place, piece in enumerate(self.pieces)}
        tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token=UNKNOWN))
        tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
        tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
        return tokenizer


class TransformerEncoder:
    """A transformer from a sentence in its place to a vector: the mean over the sentence's own pieces.

    Args:
        pieces: the word pieces, in the order of the rows of `arrays["pieces"]`.
        arrays: the weights by the names of `TRANSFORMER_ARRAYS`, with L layers, width D, inner width F and P
            word pieces: pieces (P, D) of 8 bits with piece_scales (P,), places (places, D), sides
            (2, D); of the layers, attention_in (L, D, 3 D), attention_out (L, D, D), widening (L, D, F)
            and narrowing (L, F, D) of 8 bits, each with _scales and _biases (L, outputs); the norms
            (L, 2, D) and first_norm (2, D), gains before offsets.
        heads: number of attention heads.

    Raises:
        ValueError: the arrays do not fit each other or the word pieces.
    """

    def __init__(self, pieces: Sequence[str], arrays: Mapping[str, npt.NDArray[Any]], heads: int) -> None:
        _check(pieces, arrays, heads)
        self.reader, self.arrays = PieceReader(pieces), dict(arrays)
        self.vocabulary, self.settings = self.reader.pieces, {"heads": heads}
        self.dimensions = int(self.arrays["places"].shape[1])
        """Length of a sentence's vector."""

    @classmethod
    def restore(
        cls, vocabulary: Sequence[str], arrays: Mapping[str, npt.NDArray[Any]], settings: Mapping[str, Any]
    ) -> Self:
        """Make it again from what a model folder holds.

        Raises:
            ModelError: packages of the extra `accurate` are not installed.
            ValueError: the parts are not those of a transformer, or do not fit each other.
        """
        require_packages()
        heads = settings["heads"]
        if not isinstance(heads, int) or isinstance(heads, bool):
            raise ValueError("its number of heads is no whole number")
        return cls(vocabulary, arrays, heads)

    def vectors(self, sentences: Sequence[SentenceInPlace]) -> Floats:
        """Return a vector for each sentence, (sentences, dimensions).

        Raises:
            ModelError: the weights are not of a kind that can be run.
        """
        read = self.reader.read(sentences)
        try:
            session = self._session
            with ThreadPoolExecutor(_threads()) as threads:
                rows = list(threads.map(lambda pieces: _run(session, *pieces), read))
        except Exception as error:  # onnxruntime's own are of no common kind
            raise ModelError(
                f"The model's transformer cannot be run ({error}): train or copy it again."
            ) from error
        return finite(np.array(rows, dtype=np.float32).reshape(len(sentences), self.dimensions))

    def end_of_read(self, text: str) -> int:
        """Return from which character on the words of a long sentence change nothing."""
        return self.reader.end_of_read(text)

    def __getstate__(self) -> dict[str, Any]:
        """Leave the running graph out of copies; it is made again when it is needed."""
        return {name: value for name, value in self.__dict__.items() if name != "_session"}

    @cached_property
    def _session(self) -> "InferenceSession":
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        options.log_severity_level = 3
        graph = transformer_graph(self.arrays, self.settings["heads"]).SerializeToString()
        return onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])


def _plain(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")


def _threads() -> int:
    """Return how many sentences are read at once: one where a worker's libraries are to use one thread."""
    return 1 if os.environ.get("OMP_NUM_THREADS") == "1" else min(_MOST_THREADS, os.cpu_count() or 1)


def _run(session: "InferenceSession", own: list[int], before: list[int]) -> Floats:
    given = {
        "ids": np.array(own + before, dtype=np.int64),
        "sides": np.repeat(np.arange(2, dtype=np.int64), (len(own), len(before))),
        "own": np.array([len(own)], dtype=np.int64),
    }
    found: Floats = session.run(None, given)[0]
    return found


def transformer_graph(arrays: Mapping[str, npt.NDArray[Any]], heads: int) -> "ModelProto":
    """Write the graph of a transformer: ids, sides (both (pieces,)) and own (1,) to a vector, (width,).

    Args:
        arrays: the weights, as `TransformerEncoder` takes them.
        heads: number of attention heads.
    """
    from onnx import TensorProto, helper

    graph = _Graph(arrays)
    width = arrays["places"].shape[1]
    found = graph.embeddings()
    for layer in range(len(arrays["attention_norm"])):
        found = graph.layer(layer, found, width, heads)
    graph.mean(found)
    inputs = [
        helper.make_tensor_value_info(name, TensorProto.INT64, [size])
        for name, size in (("ids", "pieces"), ("sides", "pieces"), ("own", 1))
    ]
    output = helper.make_tensor_value_info("vector", TensorProto.FLOAT, [width])
    return helper.make_model(
        helper.make_graph(graph.nodes, "encoder", inputs, [output], graph.constants),
        opset_imports=[helper.make_opsetid("", _OPSET), helper.make_opsetid(_CONTRIBUTED, 1)],
        ir_version=_IR_VERSION,
    )


class _Graph:
    """Nodes and constants of a transformer's graph, put down in the order of the computation."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[Any]]) -> None:
        self.arrays = arrays
        self.nodes: list[NodeProto] = []
        self.constants: list[Any] = []

    def embeddings(self) -> str:
        """Put down how ids become vectors, (1, pieces, width)."""
        arrays = self.arrays
        rows = self._add("Gather", self._constant("pieces", arrays["pieces"]), "ids")
        scales = self._add("Gather", self._constant("piece_scales", arrays["piece_scales"][:, None]), "ids")
        pieces = self._add("Mul", self._add("Cast", rows, to=1), scales)
        places = self._constant("places", arrays["places"])
        start, axes = self._places("start", 0), self._places("axes", 0)
        places = self._add("Slice", places, start, self._add("Shape", "ids"), axes)
        sides = self._add("Gather", self._constant("side_vectors", arrays["sides"]), "sides")
        total = self._add("Add", self._add("Add", pieces, sides), places)
        return self._norm(self._add("Unsqueeze", total, axes), arrays["first_norm"], "first_norm")

    def layer(self, layer: int, hidden: str, width: int, heads: int) -> str:
        """Put down one layer, (1, pieces, width) to the same: attention, then two matrices with a bend."""
        joined = self._matrix("attention_in", layer, hidden)
        last = self._places(f"last{layer}", 2)
        parts = [
            self._add(
                "Slice",
                joined,
                self._places(f"from{part}_{layer}", part * width),
                self._places(f"to{part}_{layer}", (part + 1) * width),
                last,
            )
            for part in range(3)
        ]
        read = self._add("MultiHeadAttention", *parts, domain=_CONTRIBUTED, num_heads=heads)
        total = self._add("Add", self._matrix("attention_out", layer, read), hidden)
        attended = self._norm(total, self.arrays["attention_norm"][layer], f"attention_norm{layer}")
        wide = self._add("Gelu", self._matrix("widening", layer, attended))
        total = self._add("Add", self._matrix("narrowing", layer, wide), attended)
        return self._norm(total, self.arrays["output_norm"][layer], f"output_norm{layer}")

    def mean(self, hidden: str) -> None:
        """Put down the mean over the sentence's own pieces."""
        start, axes = self._places("first", 0), self._places("along", 1)
        own = self._add("Slice", hidden, start, "own", axes)
        mean = self._add("ReduceMean", own, axes, keepdims=0)
        self._add("Reshape", mean, self._places("flat", -1), name="vector")

    def _matrix(self, name: str, layer: int, given: str) -> str:
        weights, scales, biases = (
            self._constant(f"{name}{kind}{layer}", self.arrays[f"{name}{kind}"][layer])
            for kind in ("", "_scales", "_biases")
        )
        return self._add("DynamicQuantizeMatMul", given, weights, scales, "", biases, domain=_CONTRIBUTED)

    def _norm(self, given: str, norm: npt.NDArray[Any], name: str) -> str:
        gains, offsets = (
            self._constant(f"{name}_{kind}", values)
            for kind, values in zip(("gains", "offsets"), norm, strict=True)
        )
        return self._add("LayerNormalization", given, gains, offsets, epsilon=_EPSILON)

    def _constant(self, name: str, values: npt.NDArray[Any]) -> str:
        from onnx import numpy_helper

        self.constants.append(numpy_helper.from_array(np.ascontiguousarray(values), name))
        return name

    def _places(self, name: str, *places: int) -> str:
        return self._constant(name, np.array(places, dtype=np.int64))

    def _add(self, kind: str, *given: str, name: str = "", domain: str = "", **settings: Any) -> str:  # noqa: ANN401 - an attribute of a node may be anything
        from onnx import helper

        made = name or f"{kind}{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(given), [made], domain=domain, **settings))
        return made


def _check(pieces: Sequence[str], arrays: Mapping[str, npt.NDArray[Any]], heads: int) -> None:
    """Refuse arrays that do not fit each other, are of another kind, or are beyond all bounds."""
    if sorted(arrays) != sorted(TRANSFORMER_ARRAYS):
        raise ValueError(f"a transformer has the arrays {', '.join(TRANSFORMER_ARRAYS)}, and no others")
    sizes = {
        "layers": len(arrays["attention_norm"]),
        "width": arrays["places"].shape[-1],
        "inner width": arrays["widening"].shape[-1],
    }
    check_sizes(sizes, _BOUNDS)
    if heads < 1 or sizes["width"] % heads:
        raise ValueError(f"a width of {sizes['width']} cannot be shared among {heads} heads")
    shapes = _shapes(len(pieces), sizes["layers"], sizes["width"], sizes["inner width"])
    check_arrays(arrays, shapes, dict.fromkeys((*MATRICES, "pieces"), np.int8))
    for name in MATRICES:
        if max(-int(arrays[name].min()), int(arrays[name].max())) > LARGEST_WEIGHT:
            raise ValueError(f"'{name}' holds values beyond {LARGEST_WEIGHT}")


def _shapes(pieces: int, layers: int, width: int, inner: int) -> dict[str, tuple[int, ...]]:
    """Return the shape of each array of a transformer."""
    shapes: dict[str, tuple[int, ...]] = {
        "pieces": (pieces, width),
        "piece_scales": (pieces,),
        "places": (MOST_PIECES + MOST_PREVIOUS_PIECES + 3, width),
        "sides": (2, width),
        "first_norm": (2, width),
        "attention_norm": (layers, 2, width),
        "output_norm": (layers, 2, width),
    }
    turns = ((width, 3 * width), (width, width), (width, inner), (inner, width))
    for name, turn in zip(MATRICES, turns, strict=True):
        shapes |= {name: (layers, *turn)}
        shapes |= {f"{name}{kind}": (layers, turn[1]) for kind in ("_scales", "_biases")}
    return shapes


def require_packages() -> None:
    """Make sure that a transformer can be run.

    Raises:
        ModelError: packages of the extra `accurate` are not installed.
    """
    try:
        import onnx  # noqa: F401
        import onnxruntime  # noqa: F401
        import tokenizers  # noqa: F401
    except ImportError as error:
        raise ModelError(
            "This model reads with a transformer, for which packages are missing: install them with "
            "\"pip install 'reviewtheme[accurate]'\", or use the default model."
        ) from error
