"""Many files: each is coded or has a stated reason why not; one bad file never ends a run.

paths ──find_inputs──▶ files ──run──▶ tasks ──pool──▶ workers ──▶ coded reviews, failures, duplicates;
from there to the corpus database, and from that to search, prevalence and export.
"""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING

from reviewtheme.corpus.outcome import CorpusResult, DuplicateReview, FailedReview, FailureKind
from reviewtheme.corpus.results import CorpusResults

if TYPE_CHECKING:
    from reviewtheme.classification.classify import ModelChoice

__all__ = [
    "CorpusResult",
    "CorpusResults",
    "DuplicateReview",
    "FailedReview",
    "FailureKind",
    "classify_corpus",
]


def classify_corpus(
    paths: Iterable[str | os.PathLike[str]],
    *,
    model: "ModelChoice" = None,
    engine: str = "auto",
    ocr: bool = False,
    jobs: int | None = None,
    deadline: float | None = None,
    memory: int | None = None,
    backend: str = "local",
    scheduler: str | None = None,
) -> CorpusResults:
    """Code many files, and give a result for each as soon as all before it have theirs.

    The result is an iterator, whose `to_dataframe` gives the sentences of all files as one pandas data frame.

    Arguments keep their order; a folder gives its files by name, then its sub-folders by name. Several
    files are read by worker processes, which are killed and replaced where a file crashes them, takes
    longer than the deadline or more memory than the limit. One file alone is read in this process, unless
    a limit is set. The results that are ready wait in memory, in a small and bounded number.

    Args:
        paths: files, folders (searched to any depth), or "-" for standard input.
        model: a loaded model, a model folder, or None for the bundled model.
        engine: how PDFs are read: one of `reading.ENGINES`.
        ocr: whether it is an error that OCR is needed and missing.
        jobs: number of worker processes; None is one for each core.
        deadline: seconds that one document may take; None is 300.
        memory: MiB that one document may take; None is 2048.
        backend: "local", or "dask" for the machines of a Dask cluster.
        scheduler: address of the Dask scheduler, e.g. "tcp://10.0.0.5:8786".

    Raises:
        ModelError: the model cannot be used.
        UsageError: an option makes no sense, or the folders hold no file.
        WorkerError: worker processes cannot be started.
    """
    from reviewtheme.classification.model import Model
    from reviewtheme.classification.model_folder import load_model
    from reviewtheme.corpus.find_inputs import find_inputs
    from reviewtheme.corpus.run import Request

    request = Request(
        engine=engine,
        ocr=ocr,
        jobs=jobs,
        deadline=deadline,
        memory=memory,
        backend=backend,
        scheduler=scheduler,
    )
    files = find_inputs(paths)
    # a model that cannot be used is said here, not when the first result is asked for
    codebook = (model if isinstance(model, Model) else load_model(model)).codebook
    return CorpusResults(request, files, model, codebook)
