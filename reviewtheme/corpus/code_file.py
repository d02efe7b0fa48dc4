"""One file, read and coded in the process that asks."""

import io
from dataclasses import replace

from reviewtheme.classification.classify import classify
from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.classification.model import Model
from reviewtheme.corpus.failures import failure_of
from reviewtheme.corpus.find_inputs import Input
from reviewtheme.corpus.outcome import FailedReview
from reviewtheme.reading import read


class _NamedContent(io.BytesIO):
    """Bytes that came without a file, such as standard input."""

    name: str


def code_file(
    file: Input, content: bytes | None, *, model: Model, engine: str, ocr: bool
) -> CodedReview | FailedReview:
    """Read and code a file, or say why that cannot be done.

    Args:
        file: what to read.
        content: its bytes, where they are at hand and its path cannot be read.
        model: what codes it.
        engine: one of `reading.ENGINES`.
        ocr: whether it is an error that OCR is needed and missing.
    """
    try:
        review = read(file.path if content is None else _named(content, file.name), engine=engine, ocr=ocr)
        if review.source.path != file.name:
            review = replace(review, source=replace(review.source, path=file.name))
        return classify(review, model=model)
    except Exception as error:  # whatever one file does, the others go on
        return failure_of(error, file.name)


def _named(content: bytes, name: str) -> _NamedContent:
    named = _NamedContent(content)
    named.name = name
    return named
