"""Many files: each is coded or has a stated reason why not; one bad file never ends a run."""

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reviewtheme.classification.classify import ModelChoice, classify
from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import load_model
from reviewtheme.errors import DocumentError, MissingExtraError, ReviewThemeError, UsageError
from reviewtheme.reading import ENGINES, read


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedReview:
    """A file that could not be coded, and why."""

    path: str
    """The path as given."""
    kind: str
    """Stable name of the reason: `kind` of the error's class, or "crash"."""
    message: str
    """One sentence for the user: what is wrong and what to do."""


def classify_corpus(
    paths: Iterable[str | os.PathLike[str]],
    *,
    model: ModelChoice = None,
    engine: str = "auto",
    ocr: bool = False,
) -> Iterator[CodedReview | FailedReview]:
    """Code one file after the other, in the given order, and give a result for each.

    Args:
        paths: files; "-" is standard input.
        model: a loaded model, a model folder, or None for the bundled model.
        engine: how PDFs are read: one of `reading.ENGINES`.
        ocr: whether pages without a text layer are read by OCR.

    Raises:
        ModelError: the model cannot be used.
        UsageError: there is no such engine.
    """
    if engine not in ENGINES:
        raise UsageError(f"There is no engine '{engine}'. Choose one of: {', '.join(ENGINES)}.")
    chosen = model if isinstance(model, Model) else load_model(model)
    return (_classify_one(os.fspath(path), chosen, engine, ocr) for path in paths)


def _classify_one(path: str, model: Model, engine: str, ocr: bool) -> CodedReview | FailedReview:
    try:
        return classify(read(path, engine=engine, ocr=ocr), model=model)
    except (DocumentError, MissingExtraError) as error:
        return FailedReview(path=path, kind=error.kind, message=str(error))
    except ReviewThemeError:
        raise
    except Exception as error:  # a fault of ours or of a library, in this file alone: the others go on
        message = f"{path} stopped the program ({type(error).__name__}: {error}): please report this file."
        return FailedReview(path=path, kind="crash", message=message)
