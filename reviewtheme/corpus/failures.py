"""Which documented kind of failure an error is, and what the user is told."""

import errno

from reviewtheme.corpus.find_inputs import readable_name
from reviewtheme.corpus.outcome import FailedReview, FailureKind
from reviewtheme.errors import DocumentError, MissingExtraError

_KINDS = frozenset(FailureKind)


def failure_of(error: Exception, name: str) -> FailedReview:
    """Return the failure that an error at reading or coding a file amounts to.

    Of an error that was not foreseen only the kind is told: its text could hold the document's.
    """
    if isinstance(error, DocumentError | MissingExtraError):
        kind = error.kind if error.kind in _KINDS else FailureKind.DAMAGED
        return FailedReview(path=name, kind=str(kind), message=readable_name(str(error)))
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno == errno.ENOMEM):
        return out_of_memory(name)
    if isinstance(error, RecursionError):
        message = f"{name} is damaged: its parts are nested deeper than any document's. Fetch it again."
        return FailedReview(path=name, kind=FailureKind.DAMAGED, message=message)
    return crash(name, type(error).__name__)


def time_out(name: str, seconds: float) -> FailedReview:
    """Return the failure of a file that was not done by its deadline."""
    message = (
        f"{name} was not done after {seconds:g} seconds: give it more time with --deadline, "
        "or print it to a new PDF."
    )
    return FailedReview(path=name, kind=FailureKind.TIME_OUT, message=message)


def out_of_memory(name: str, mebibytes: int | None = None) -> FailedReview:
    """Return the failure of a file that needed more memory than it may take."""
    limit = f"more than {mebibytes:,} MiB of" if mebibytes else "too much"
    message = f"{name} needed {limit} memory: allow more with --memory, or print it to a new PDF."
    return FailedReview(path=name, kind=FailureKind.OUT_OF_MEMORY, message=message)


def crash(name: str, what: str) -> FailedReview:
    """Return the failure of a file that stopped the program that read it."""
    message = (
        f"{name} stopped the program that read it ({what}): print it to a new PDF, and report this file."
    )
    return FailedReview(path=name, kind=FailureKind.CRASH, message=message)
