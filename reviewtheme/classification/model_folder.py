"""A model as a folder: a manifest, vocabularies, and plain arrays. Loading never runs code from a file.

manifest.json      format version, name, codebook, settings, what was learned from, scores, file digests
vocabulary.json    words, subwords, vector words, lexicon
weights.npz        arrays of numbers
MODEL_CARD.md      the same for people
"""

import hashlib
import io
import json
import os
import zipfile
import zlib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from reviewtheme.classification.coded_review import ModelIdentity
from reviewtheme.classification.features import SentenceFeatures, TermWeights
from reviewtheme.classification.lexicon import Lexicon
from reviewtheme.classification.model import Calibration, LinearWeights, Model
from reviewtheme.classification.word_vectors import WordVectors
from reviewtheme.codebook import codebook_from_dict
from reviewtheme.errors import CodebookError, ModelError

FORMAT_VERSION = 1
MANIFEST, VOCABULARY, WEIGHTS, CARD = "manifest.json", "vocabulary.json", "weights.npz", "MODEL_CARD.md"
LIMITS = {MANIFEST: 4 << 20, VOCABULARY: 64 << 20, WEIGHTS: 256 << 20}
"""Most bytes that a file of a model may have, before and after unpacking."""
SETTINGS = ("lexicon_weight", "vector_weight", "previous_weight")
_SCALARS = (np.float16, np.float32, np.float64)
"""The only kinds of values that an array of a model holds."""


def save_model(model: Model, folder: str | os.PathLike[str], card: str) -> Model:
    """Write a model folder and return the model under the identity it has there.

    Args:
        model: what to write; the digest in its identity is not used.
        folder: made where it does not exist; files of a model in it are replaced.
        card: text of MODEL_CARD.md.

    Raises:
        ModelError: the folder cannot be written, or the model holds values that are no numbers.
    """
    target = Path(folder)
    contents = {VOCABULARY: _json_bytes(_vocabulary(model)), WEIGHTS: _pack(_arrays(model))}
    manifest = _json_bytes(_manifest(model, contents))
    try:
        target.mkdir(parents=True, exist_ok=True)
        for name, content in {**contents, CARD: card.encode(), MANIFEST: manifest}.items():
            partial = target / f".{name}.partial"
            partial.write_bytes(content)
            partial.replace(target / name)
    except OSError as error:
        raise ModelError(
            f"The model cannot be written to '{target}' ({error.strerror}): choose another folder."
        ) from error
    return load_model(target)


def load_model(folder: str | os.PathLike[str] | None = None) -> Model:
    """Load a model folder; None means the model that comes with the program.

    A model that was loaded before is given again if the manifest, which names it by digest, is the same.

    Raises:
        ModelError: the folder is missing, incomplete, damaged, forged or newer than the program.
    """
    path = default_model_folder() if folder is None else Path(folder)
    return _load(path, _read(path / MANIFEST))


def default_model_folder() -> Path:
    """Return the folder of the bundled model: in the installed package, or in the source tree."""
    packaged = Path(str(resources.files("reviewtheme"))) / "models" / "default"
    in_source = Path(str(resources.files("reviewtheme"))).parent / "models" / "default"
    return packaged if packaged.is_dir() else in_source


@lru_cache(maxsize=4)
def _load(path: Path, manifest_bytes: bytes) -> Model:
    manifest = _parse(manifest_bytes, path / MANIFEST)
    version = manifest.get("format_version")
    if version != FORMAT_VERSION:
        newer = isinstance(version, int) and version > FORMAT_VERSION
        raise ModelError(
            f"The model in '{path}' has format {version!r}, and this program reads format {FORMAT_VERSION}: "
            f"{'update reviewtheme' if newer else 'train the model again'}."
        )
    contents = {name: _checked(path / name, manifest) for name in (VOCABULARY, WEIGHTS)}
    try:
        return _assemble(
            manifest,
            _parse(contents[VOCABULARY], path / VOCABULARY),
            _unpack(contents[WEIGHTS], path / WEIGHTS),
            hashlib.sha256(manifest_bytes).hexdigest(),
        )
    except (LookupError, TypeError, ValueError, AttributeError, OverflowError, CodebookError) as error:
        raise ModelError(
            f"The model in '{path}' is incomplete or was changed by hand ({error}): copy or train it again."
        ) from error


def _assemble(
    manifest: Mapping[str, Any], words: Mapping[str, Any], arrays: Mapping[str, npt.NDArray[Any]], digest: str
) -> Model:
    codebook = codebook_from_dict(manifest["codebook"])
    lexicon = Lexicon(words["lexicon"]["themes"], words["lexicon"]["phrases"], words["lexicon"]["exceptions"])
    vectors = WordVectors(words["vector_words"], arrays["vectors"]) if words["vector_words"] else None
    lexicon_weight, vector_weight, previous_weight = (float(manifest["settings"][name]) for name in SETTINGS)
    features = SentenceFeatures(
        lexicon,
        vectors,
        lexicon_weight=lexicon_weight,
        vector_weight=vector_weight,
        previous_weight=previous_weight,
    ).restore(
        TermWeights(words["phrases"], arrays["phrase_idf"]),
        TermWeights(words["subwords"], arrays["subword_idf"]),
    )
    model = Model(
        identity=ModelIdentity(
            name=str(manifest["name"]),
            version=str(manifest["version"]),
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
        if not np.isfinite(array).all():
            raise ValueError(f"'{name}' holds values that are no numbers")


def _manifest(model: Model, contents: Mapping[str, bytes]) -> dict[str, Any]:
    return {
        "format_version": FORMAT_VERSION,
        "name": model.identity.name,
        "version": model.identity.version,
        "codebook": model.codebook.to_dict(),
        "settings": {name: getattr(model.features, name) for name in SETTINGS},
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
            "themes": features.lexicon.theme_ids,
            "phrases": features.lexicon.phrases,
            "exceptions": features.lexicon.exceptions,
        },
    }


def _arrays(model: Model) -> dict[str, npt.NDArray[Any]]:
    features = model.features
    vectors = features.vectors
    return {
        "subword_idf": features.subwords_.idf,
        "phrase_idf": features.phrases_.idf,
        "vectors": vectors.table if vectors is not None else np.zeros((0, 0), dtype=np.float16),
        "theme_coefficients": model.theme_weights.coefficients,
        "theme_intercepts": model.theme_weights.intercepts,
        "stance_coefficients": model.stance_weights.coefficients,
        "stance_intercepts": model.stance_weights.intercepts,
        "slopes": model.calibration.slopes,
        "offsets": model.calibration.offsets,
        "thresholds": model.thresholds,
    }


def _pack(arrays: Mapping[str, npt.NDArray[Any]]) -> bytes:
    """Write arrays as a compressed .npz whose bytes depend on the arrays alone, not on the clock."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, array in arrays.items():
            content = io.BytesIO()
            np.lib.format.write_array(content, np.ascontiguousarray(array), allow_pickle=False)
            archive.writestr(zipfile.ZipInfo(f"{name}.npy"), content.getvalue(), zipfile.ZIP_DEFLATED, 9)
    return packed.getvalue()


def _unpack(content: bytes, path: Path) -> dict[str, npt.NDArray[Any]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            if sum(member.file_size for member in archive.infolist()) > LIMITS[WEIGHTS]:
                raise ModelError(f"'{path}' unpacks to more than a model needs: it is not used.")
            return {name.removesuffix(".npy"): _array(archive.read(name)) for name in archive.namelist()}
    except (OSError, ValueError, EOFError, RuntimeError, zipfile.BadZipFile, zlib.error) as error:
        raise ModelError(
            f"'{path}' does not hold plain arrays of numbers ({error}): it is not used."
        ) from error


def _array(content: bytes) -> npt.NDArray[Any]:
    """Read one .npy as numbers that lie in its bytes: whatever its header claims, no more is taken up."""
    file = io.BytesIO(content)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("an array of another format")
    shape, is_fortran_order, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype not in _SCALARS or is_fortran_order:
        raise ValueError(f"an array of {dtype}")
    return np.frombuffer(content, dtype, offset=file.tell()).reshape(shape)


def _checked(path: Path, manifest: Mapping[str, Any]) -> bytes:
    """Read a file of a model if it is the one that the manifest names."""
    try:
        expected = str(manifest["files"][path.name]["sha256"])
    except (KeyError, TypeError) as error:
        raise ModelError(
            f"The manifest beside '{path}' does not name it: copy or train the model again."
        ) from error
    content = _read(path)
    if hashlib.sha256(content).hexdigest() != expected:
        raise ModelError(f"'{path}' is not the file that its manifest names: copy or train the model again.")
    return content


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > LIMITS[path.name]:
            raise ModelError(
                f"'{path}' is larger than a model needs ({LIMITS[path.name]} bytes): it is not used."
            )
        return path.read_bytes()
    except (FileNotFoundError, NotADirectoryError) as error:
        if path.name == MANIFEST:
            raise ModelError(
                f"There is no model in '{path.parent}': name a folder that holds a {MANIFEST}."
            ) from error
        raise ModelError(f"'{path}' is missing: copy or train the model again.") from error
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise ModelError(f"'{path}' cannot be read ({reason}): copy or train the model again.") from error


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
