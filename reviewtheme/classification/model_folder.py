"""A model as a folder or one zip: a manifest, vocabularies, plain arrays. Loading runs no code from a file.

manifest.json      format version, name, codebook, settings, what was learned from, scores, file digests
vocabulary.json    words, subwords, vector words, lexicon
weights.npz        arrays of numbers
encoder.npz        those of the encoder, if the model has one
MODEL_CARD.md      the same for people
"""

import hashlib
import io
import json
import math
import os
import zipfile
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.coded_review import ModelIdentity
from reviewtheme.classification.convolution_encoder import CONVOLUTION_ARRAYS, ConvolutionEncoder
from reviewtheme.classification.features import SentenceEncoder, SentenceFeatures, TermWeights
from reviewtheme.classification.lexicon import Lexicon
from reviewtheme.classification.model import Calibration, LinearWeights, Model
from reviewtheme.classification.model_files import (
    CARD,
    ENCODER,
    LIMITS,
    MANIFEST,
    VOCABULARY,
    WEIGHTS,
    ZIP_FAULTS,
    read_file,
    write_files,
)
from reviewtheme.classification.transformer_encoder import TRANSFORMER_ARRAYS, TransformerEncoder
from reviewtheme.classification.word_vectors import WordVectors
from reviewtheme.codebook import codebook_from_dict
from reviewtheme.errors import CodebookError, ModelError

FORMAT_VERSION, FORMAT_VERSION_WITH_ENCODER = 2, 3
BUNDLED = ("default", "accurate")
"""Names of the models that come with the program."""
SETTINGS = ("lexicon_weight", "vector_weight", "previous_weight")
ARRAYS = (
    "subword_idf",
    "phrase_idf",
    "vectors",
    "theme_coefficients",
    "theme_intercepts",
    "stance_coefficients",
    "stance_intercepts",
    "slopes",
    "offsets",
    "thresholds",
)
"""Every array that a model has."""
ENCODERS: Mapping[str, tuple[type[ConvolutionEncoder] | type[TransformerEncoder], tuple[str, ...]]] = {
    "convolution": (ConvolutionEncoder, CONVOLUTION_ARRAYS),
    "transformer": (TransformerEncoder, TRANSFORMER_ARRAYS),
}
"""Kind of an encoder, as the manifest has it, to its class and the names of its arrays."""
_SCALARS = (np.float16, np.float32, np.float64, np.int8)
"""The only kinds of values that an array of a model holds."""
_LONGEST_NAME = 200
_LONGEST_HEADER = 1 << 10
"""Bytes in front of the numbers of an array; numpy writes 128."""

__all__ = [
    "BUNDLED",
    "CARD",
    "ENCODER",
    "LIMITS",
    "MANIFEST",
    "VOCABULARY",
    "WEIGHTS",
    "default_model_folder",
    "encoder_kind",
    "load_model",
    "model_path",
    "save_model",
]


def save_model(model: Model, folder: str | os.PathLike[str], card: str = "") -> Model:
    """Write a model and return it under the identity it has there.

    Args:
        model: what to write; the digest in its identity is not used.
        folder: made where it does not exist; files of a model in it are replaced. A name that ends in
            ".zip" makes one file instead.
        card: text of MODEL_CARD.md.

    Raises:
        ModelError: the folder cannot be written, or the model holds values that are no numbers.
    """
    target = Path(folder)
    contents = {VOCABULARY: _json_bytes(_vocabulary(model)), WEIGHTS: _pack(_arrays(model))}
    encoder = model.features.encoder
    if encoder is not None:
        names = ENCODERS[encoder_kind(encoder)][1]
        contents[ENCODER] = _pack({name: encoder.arrays[name] for name in names})
    manifest = _json_bytes(_manifest(model, contents))
    write_files(target, {**contents, CARD: card.encode(), MANIFEST: manifest})
    return _load(target, manifest)


def load_model(folder: str | os.PathLike[str] | None = None) -> Model:
    """Load a model from its folder or zip, or one that comes with the program by its name.

    A model that was loaded before is given again if the manifest, which names it by digest, is the same.

    Args:
        folder: a folder or a zip; "default", which None means too; or "accurate", which is slower and needs
            the packages of the extra of that name. A folder that is called so is given as "./accurate".

    Raises:
        ModelError: the model, or a package that it needs, is missing; or it is incomplete, damaged, forged or
            newer than the program.
    """
    path = model_path(folder)
    return _load(path, read_file(path, MANIFEST))


def model_path(folder: str | os.PathLike[str] | None = None) -> Path:
    """Return where a model is that is named as `load_model` takes it; a `Path` is never a name."""
    if folder is None:
        return default_model_folder()
    return _bundled(folder) if isinstance(folder, str) and folder in BUNDLED else Path(folder)


def default_model_folder() -> Path:
    """Return the folder of the bundled default model."""
    return _bundled(BUNDLED[0])


def _bundled(name: str) -> Path:
    """Return the folder of a bundled model: in the installed package, or in the source tree."""
    package = Path(str(resources.files("reviewtheme")))
    packaged = package / "models" / name
    return packaged if packaged.is_dir() else package.parent / "models" / name


@lru_cache(maxsize=4)
def _load(path: Path, manifest_bytes: bytes) -> Model:
    manifest = _parse(manifest_bytes, path / MANIFEST)
    files = _files(path, manifest)
    contents = {name: _checked(path, name, manifest) for name in files}
    vocabulary = _parse(contents[VOCABULARY], path / VOCABULARY)
    arrays = _unpack(contents[WEIGHTS], path / WEIGHTS, ARRAYS)
    try:
        digest = hashlib.sha256(manifest_bytes).hexdigest()
        encoder = _encoder(manifest, vocabulary, contents[ENCODER], path) if ENCODER in files else None
        return _assemble(manifest, vocabulary, arrays, encoder, digest)
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError, CodebookError) as error:
        raise ModelError(
            f"The model in '{path}' is incomplete or was changed by hand ({error}): copy or train it again."
        ) from error


def _files(path: Path, manifest: Mapping[str, Any]) -> tuple[str, ...]:
    """Return which files a model of the format in its manifest has beside the manifest.

    Raises:
        ModelError: the program does not read the format.
    """
    version = manifest.get("format_version")
    if isinstance(version, int) and not isinstance(version, bool):
        if version == FORMAT_VERSION:
            return VOCABULARY, WEIGHTS
        if version == FORMAT_VERSION_WITH_ENCODER:
            return VOCABULARY, WEIGHTS, ENCODER
    newer = isinstance(version, int) and version > FORMAT_VERSION_WITH_ENCODER
    raise ModelError(
        f"The model in '{path}' has format {version!r}, and this program reads formats {FORMAT_VERSION} and "
        f"{FORMAT_VERSION_WITH_ENCODER}: {'update reviewtheme' if newer else 'train the model again'}."
    )


def _encoder(
    manifest: Mapping[str, Any], words: Mapping[str, Any], content: bytes, path: Path
) -> SentenceEncoder:
    about, vocabulary = dict(manifest["encoder"]), words["encoder"]
    kind = about.pop("kind")
    if kind not in ENCODERS:
        raise ValueError(f"its encoder is of the kind {kind!r}, and not {' or '.join(ENCODERS)}")
    if not isinstance(vocabulary, list) or not all(isinstance(word, str) for word in vocabulary):
        raise ValueError("the vocabulary of its encoder is no list of texts")
    encoder, names = ENCODERS[kind]
    return encoder.restore(vocabulary, _unpack(content, path / ENCODER, names), about)


def encoder_kind(encoder: SentenceEncoder) -> str:
    """Return what the manifest calls an encoder of this class, one of `ENCODERS`."""
    return next(kind for kind, (known, _) in ENCODERS.items() if isinstance(encoder, known))


def _assemble(
    manifest: Mapping[str, Any],
    words: Mapping[str, Any],
    arrays: Mapping[str, npt.NDArray[Any]],
    encoder: SentenceEncoder | None,
    digest: str,
) -> Model:
    codebook = codebook_from_dict(manifest["codebook"])
    lexicon = _lexicon(words["lexicon"])
    vectors = WordVectors(words["vector_words"], arrays["vectors"]) if words["vector_words"] else None
    lexicon_weight, vector_weight, previous_weight = _settings(manifest["settings"])
    features = SentenceFeatures(
        lexicon,
        vectors,
        lexicon_weight=lexicon_weight,
        vector_weight=vector_weight,
        previous_weight=previous_weight,
        encoder=encoder,
    ).restore(
        TermWeights(words["phrases"], arrays["phrase_idf"]),
        TermWeights(words["subwords"], arrays["subword_idf"]),
    )
    model = Model(
        identity=ModelIdentity(
            name=_short_text(manifest, "name"),
            version=_short_text(manifest, "version"),
            sha256=digest,
            codebook=f"{codebook.name} {codebook.version}",
        ),
        codebook=codebook,
        features=features,
        theme_weights=LinearWeights(
            coefficients=arrays["theme_coefficients"], intercepts=arrays["theme_intercepts"]
        ),
        calibration=Calibration(slopes=arrays["slopes"], offsets=arrays["offsets"]),
        thresholds=arrays["thresholds"],
        stance_weights=LinearWeights(
            coefficients=arrays["stance_coefficients"], intercepts=arrays["stance_intercepts"]
        ),
        about=dict(manifest["about"]),
    )
    _check_shapes(model)
    return model


def _short_text(manifest: Mapping[str, Any], key: str) -> str:
    value = manifest[key]
    if not isinstance(value, str):
        raise ValueError(f"its {key} is no text")
    if len(value) > _LONGEST_NAME:
        raise ValueError(f"its {key} is longer than {_LONGEST_NAME} characters")
    return value


def _settings(given: Mapping[str, Any]) -> list[float]:
    """Return the settings in the order of `SETTINGS`; there are no others, and each is a number."""
    if sorted(given) != sorted(SETTINGS):
        raise ValueError(f"its settings are not {', '.join(SETTINGS)}")
    if any(isinstance(given[name], bool) or not isinstance(given[name], int | float) for name in SETTINGS):
        raise ValueError("a setting is no number")
    return [float(given[name]) for name in SETTINGS]


def _check_shapes(model: Model) -> None:
    """Refuse arrays that do not fit the vocabularies and the codebook, and values that are no numbers."""
    features = model.features
    width = sum(columns for _, columns in features.parts())
    themes, stances = len(model.codebook.themes), len(model.codebook.stances)
    shapes: dict[str, tuple[npt.NDArray[Any], tuple[int, ...]]] = {
        "theme_coefficients": (model.theme_weights.coefficients, (width, themes)),
        "theme_intercepts": (model.theme_weights.intercepts, (themes,)),
        "stance_coefficients": (model.stance_weights.coefficients, (width, stances)),
        "stance_intercepts": (model.stance_weights.intercepts, (stances,)),
        "slopes": (model.calibration.slopes, (themes,)),
        "offsets": (model.calibration.offsets, (themes,)),
        "thresholds": (model.thresholds, (themes,)),
        "subword_idf": (features.subwords_.idf, (len(features.subwords_.terms),)),
        "phrase_idf": (features.phrases_.idf, (len(features.phrases_.terms),)),
        "settings": (np.array([getattr(features, name) for name in SETTINGS]), (len(SETTINGS),)),
    }
    if features.vectors is not None:
        table = features.vectors.table
        shapes["vectors"] = (table, (len(features.vectors.words), features.vectors.dimensions))
    for name, (array, shape) in shapes.items():
        if array.shape != shape:
            raise ValueError(f"'{name}' has shape {array.shape} and not {shape}")
        if array.dtype == np.int8:
            raise ValueError(f"'{name}' is an array of {array.dtype}")
        if not np.isfinite(array).all():
            raise ValueError(f"'{name}' holds values that are no numbers")


def _lexicon(words: Mapping[str, Any]) -> Lexicon:
    tables = [words["columns"], *words["phrases"].values(), *words["exceptions"].values()]
    if not all(isinstance(table, list) and all(isinstance(p, str) for p in table) for table in tables):
        raise ValueError("its lexicon holds something that is no list of phrases")
    return Lexicon(words["columns"], words["phrases"], words["exceptions"])


def _manifest(model: Model, contents: Mapping[str, bytes]) -> dict[str, Any]:
    encoder = model.features.encoder
    return {
        "format_version": FORMAT_VERSION if encoder is None else FORMAT_VERSION_WITH_ENCODER,
        "name": model.identity.name,
        "version": model.identity.version,
        "codebook": model.codebook.to_dict(),
        "settings": {name: getattr(model.features, name) for name in SETTINGS},
        **({} if encoder is None else {"encoder": {"kind": encoder_kind(encoder), **encoder.settings}}),
        "about": dict(model.about),
        "files": {
            name: {"sha256": hashlib.sha256(c).hexdigest(), "bytes": len(c)} for name, c in contents.items()
        },
    }


def _vocabulary(model: Model) -> dict[str, Any]:
    features = model.features
    return {
        "subwords": features.subwords_.terms,
        "phrases": features.phrases_.terms,
        "vector_words": features.vectors.words if features.vectors is not None else (),
        "lexicon": {
            "columns": features.lexicon.columns,
            "phrases": features.lexicon.phrases,
            "exceptions": features.lexicon.exceptions,
        },
        **({} if features.encoder is None else {"encoder": features.encoder.vocabulary}),
    }


def _arrays(model: Model) -> dict[str, npt.NDArray[Any]]:
    features = model.features
    vectors = features.vectors
    arrays = (
        features.subwords_.idf,
        features.phrases_.idf,
        vectors.table if vectors is not None else np.zeros((0, 0), dtype=np.float16),
        model.theme_weights.coefficients,
        model.theme_weights.intercepts,
        model.stance_weights.coefficients,
        model.stance_weights.intercepts,
        model.calibration.slopes,
        model.calibration.offsets,
        model.thresholds,
    )
    return dict(zip(ARRAYS, arrays, strict=True))


def _pack(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Write arrays as a compressed .npz whose bytes depend on the arrays alone, not on the clock."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue(), zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()


def _unpack(content: bytes, path: Path, wanted: Sequence[str]) -> dict[str, npt.NDArray[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            members = archive.infolist()
            if sum(member.file_size for member in members) > LIMITS[path.name]:
                raise ModelError(f"'{path}' unpacks to more than a model needs: it is not used.")
            names = [member.filename.removesuffix(".npy") for member in members]
            if sorted(names) != sorted(wanted):
                raise ValueError(f"it has other arrays than {', '.join(wanted)}, or one of them twice")
            return {name: _array(archive, member) for name, member in zip(names, members, strict=True)}
    except ZIP_FAULTS as error:
        raise ModelError(
            f"'{path}' does not hold plain arrays of numbers ({error}): it is not used."
        ) from error


def _array(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> npt.NDArray[Any]:
    """Read one .npy if its header describes plain numbers that take just the bytes that it has."""
    with archive.open(member) as packed:
        start = io.BytesIO(packed.read(_LONGEST_HEADER))
    if np.lib.format.read_magic(start) != (1, 0):
        raise ValueError("an array of another format")
    try:
        shape, is_fortran_order, dtype = np.lib.format.read_array_header_1_0(start)
    except Exception as error:  # numpy lets through what Python's parser raises
        raise ValueError("an array whose header cannot be read") from error
    if dtype not in _SCALARS or is_fortran_order:
        raise ValueError(f"an array of {dtype}")
    header = start.tell()
    if min(shape, default=0) < 0 or header + math.prod(shape) * dtype.itemsize != member.file_size:
        raise ValueError(f"an array of shape {shape} in {member.file_size} bytes")
    return np.frombuffer(archive.read(member), dtype, offset=header).reshape(shape)


def _checked(model: Path, name: str, manifest: Mapping[str, Any]) -> bytes:
    """Read a file of a model if it is the one that the manifest names."""
    path = model / name
    try:
        expected = str(manifest["files"][name]["sha256"])
    except (KeyError, TypeError) as error:
        raise ModelError(
            f"The manifest beside '{path}' does not name it: copy or train the model again."
        ) from error
    content = read_file(model, name)
    if hashlib.sha256(content).hexdigest() != expected:
        raise ModelError(f"'{path}' is not the file that its manifest names: copy or train the model again.")
    return content


def _parse(content: bytes, path: Path) -> dict[str, Any]:
    try:
        parsed = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ModelError(f"'{path}' is damaged ({error}): copy or train the model again.") from error
    if not isinstance(parsed, dict):
        raise ModelError(f"'{path}' is damaged (no object): copy or train the model again.")
    return parsed


def _json_bytes(value: Mapping[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode("utf-8")
