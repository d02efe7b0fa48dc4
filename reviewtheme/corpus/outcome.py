"""What becomes of a file: a coded review, a failure of a documented kind, or a copy of another file."""

from dataclasses import dataclass
from enum import StrEnum

from reviewtheme.classification.coded_review import CodedReview


class FailureKind(StrEnum):
    """Every reason why a file has no coded review; the set is closed and part of the public record."""

    NOT_A_DOCUMENT = "not-a-document"
    """Its content is of a kind that is not read."""
    EMPTY = "empty"
    """It has no bytes, or no letters."""
    ENCRYPTED = "encrypted"
    """It asks for a password."""
    DAMAGED = "damaged"
    """It says that it is of a kind, but cannot be read as one."""
    NO_PAGES = "no-pages"
    """It opens, and has no page."""
    NO_TEXT_LAYER = "no-text-layer"
    """Its pages are pictures, and OCR is not installed or found nothing."""
    ENCODING = "encoding"
    """Its bytes are text in no known encoding."""
    TIME_OUT = "time-out"
    """It was not done by its deadline."""
    OUT_OF_MEMORY = "out-of-memory"
    """It needed more memory than one document may take."""
    CRASH = "crash"
    """It stopped the program that read it."""
    UNREADABLE_PATH = "unreadable-path"
    """There is no such file, or it may not be opened."""
    SPECIAL_FILE = "special-file"
    """It is a device, pipe or socket, or a link to a folder."""
    MISSING_EXTRA = "missing-extra"
    """Something that was asked for is not installed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FailedReview:
    """A file that could not be coded, and why."""

    path: str
    """The path as given, or as found in a folder."""
    kind: str
    """Stable name of the reason: a value of `FailureKind`."""
    message: str
    """One sentence for the user: what is wrong and what to do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicateReview:
    """A file with the same content as an earlier one, which was read in its stead."""

    path: str
    """The path as given, or as found in a folder."""
    sha256: str
    """Hexadecimal digest of the content of both."""
    original: str
    """Path of the file that was read."""

    @property
    def message(self) -> str:
        """One sentence for the user."""
        return f"{self.path} has the same content as {self.original}, and was read once."


CorpusResult = CodedReview | FailedReview | DuplicateReview
"""What `classify_corpus` gives for each file."""
