"""What a run over many files gives: an iterator of results, which can be made one data frame."""

import warnings
from collections.abc import Generator, Iterator, Sequence
from typing import TYPE_CHECKING

from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.corpus.outcome import CorpusResult, DuplicateReview, FailedReview

if TYPE_CHECKING:
    from reviewtheme.classification.classify import ModelChoice
    from reviewtheme.classification.data_frame import DataFrame, Rows
    from reviewtheme.codebook import Codebook
    from reviewtheme.corpus.find_inputs import Input
    from reviewtheme.corpus.run import Request

_NAMED = 3


class CorpusResults(Iterator[CorpusResult]):
    """A result for each file, in order. The work begins when the first is asked for.

    Args:
        request: how the files are coded.
        files: the files.
        model: what codes them.
        codebook: that of the model.
    """

    def __init__(
        self, request: "Request", files: "Sequence[Input]", model: "ModelChoice", codebook: "Codebook"
    ) -> None:
        self._results = _results(request, files, model)
        self._codebook = codebook

    def __next__(self) -> CorpusResult:
        return next(self._results)

    def close(self) -> None:
        """Stop the work; there are no more results."""
        self._results.close()

    def to_dataframe(self, rows: "Rows" = "sentences") -> "DataFrame":
        """Return the sentences of all files, or of those whose result was not taken yet, as one data frame.

        Its columns are those of `CodedReview.to_dataframe`. A file that failed has no row: a warning says how
        many did, and `frame.attrs["failures"]` has the path, kind and message of each. A copy of another file
        has no row either: `frame.attrs["duplicates"]` has its path and that of the original.

        Args:
            rows: "sentences" for a row a sentence, "marks" for one a theme of a sentence.

        Raises:
            MissingExtraError: pandas is not installed; it comes with the extra "pandas".
            UsageError: `rows` is something else, or a theme of the codebook has the id of another column.
        """
        from reviewtheme.classification.data_frame import data_frame

        failures: list[FailedReview] = []
        duplicates: list[DuplicateReview] = []
        frame = data_frame(self._coded(failures, duplicates), self._codebook, rows)
        frame.attrs["failures"] = [
            {"path": f.path, "kind": str(f.kind), "message": f.message} for f in failures
        ]
        frame.attrs["duplicates"] = [{"path": d.path, "original": d.original} for d in duplicates]
        if failures:
            named = " ".join(failure.message for failure in failures[:_NAMED])
            warnings.warn(
                f"Files that could not be coded, and have no row: {len(failures)}, all of them in "
                f"frame.attrs['failures']. {named}",
                stacklevel=2,
            )
        return frame

    def _coded(
        self, failures: list[FailedReview], duplicates: list[DuplicateReview]
    ) -> Iterator[CodedReview]:
        for result in self._results:
            if isinstance(result, FailedReview):
                failures.append(result)
            elif isinstance(result, DuplicateReview):
                duplicates.append(result)
            else:
                yield result


def _results(
    request: "Request", files: "Sequence[Input]", model: "ModelChoice"
) -> Generator[CorpusResult, None, None]:
    from reviewtheme.corpus.run import prepared_run

    with prepared_run(request, tuple(files), model) as run:
        yield from run.results()
