"""Everything that can go wrong, said in a sentence that tells the user what to do.

Each class names one kind of failure. `kind` is its stable name in records and JSON;
the message is complete: what is wrong, with which file, and the next step.
"""

from typing import ClassVar


class ReviewThemeError(Exception):
    """Base of every error that reviewtheme raises on purpose."""

    kind: ClassVar[str] = "error"
    """Stable name of this kind of failure, as written into records and JSON."""


class DocumentError(ReviewThemeError):
    """A document cannot be read."""

    kind = "document"


class UnreadablePathError(DocumentError):
    """The path does not exist, is a folder or special file, or may not be opened."""

    kind = "unreadable-path"


class EmptyDocumentError(DocumentError):
    """The file has no bytes, or no letters in it."""

    kind = "empty"


class UnsupportedDocumentError(DocumentError):
    """The content is of a kind that reviewtheme does not read."""

    kind = "not-a-document"


class EncryptedDocumentError(DocumentError):
    """The document asks for a password."""

    kind = "encrypted"


class DamagedDocumentError(DocumentError):
    """The file says that it is of a kind, but cannot be read as one."""

    kind = "damaged"


class NoPagesError(DocumentError):
    """The document opens, and says itself that it has no page."""

    kind = "no-pages"


class NoTextLayerError(DocumentError):
    """Every page is a picture: there is no text to read without OCR."""

    kind = "no-text-layer"


class EncodingError(DocumentError):
    """The bytes of a text file are not text in any encoding that is tried."""

    kind = "encoding"


class MissingExtraError(ReviewThemeError):
    """A feature needs an optional package or program that is not installed."""

    kind = "missing-extra"


class CodebookError(ReviewThemeError):
    """A codebook is malformed, or a theme or stance is not in it."""

    kind = "codebook"


class ModelError(ReviewThemeError):
    """A model folder is missing, damaged, too new, or of another codebook."""

    kind = "model"


class LabelledDataError(ReviewThemeError):
    """Labelled data has rows that cannot be used; all of them are named."""

    kind = "labelled-data"


class UsageError(ReviewThemeError):
    """The request itself makes no sense: an unknown option value or combination."""

    kind = "usage"


class CorpusError(ReviewThemeError):
    """A corpus database is missing, damaged, of another program, or of another codebook."""

    kind = "corpus"


class WorkerError(ReviewThemeError):
    """The processes that read documents cannot be started, or are of another version."""

    kind = "worker"
