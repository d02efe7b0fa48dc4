"""What the commands over many files do, from parsed options to an exit status."""

import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import asdict
from pathlib import Path
from typing import Literal

from rich.console import Console

from reviewtheme.classification.classify import ModelChoice
from reviewtheme.corpus.database import CorpusWriter, is_corpus_path
from reviewtheme.corpus.find_inputs import find_inputs
from reviewtheme.corpus.interruption import Interruption, stopping_on_signals
from reviewtheme.corpus.journal import Journal
from reviewtheme.corpus.outcome import CorpusResult, DuplicateReview, FailedReview
from reviewtheme.corpus.run import Request, Run, prepared_run
from reviewtheme.errors import UsageError
from reviewtheme.json_text import json_text
from reviewtheme.output.files import is_device, refuse_inputs
from reviewtheme.output.formats import FORMATS
from reviewtheme.output.progress import RunProgress
from reviewtheme.output.run import RunOutput, with_progress
from reviewtheme.output.terminal import printable

DONE, SOME_FAILED = 0, 1
_PLAIN_WIDTH = 110
_MOST_TOLD = 20
"""Failures that are told one by one; the others are counted, and in the corpus."""


def classify_files(
    paths: Sequence[str],
    request: Request,
    *,
    model: ModelChoice,
    kind: str,
    output: str | None,
    evidence: int,
    explain: bool,
    retry_failed: bool,
) -> int:
    """Code files and write their results; return the exit status.

    Args:
        paths: files, folders, or "-".
        request: how they are coded.
        model: what codes them.
        kind: the format, one of `output.formats.FORMATS`; a corpus database is known by its name.
        output: a file, folder or corpus database; None is standard output.
        evidence: most sentences shown for a theme in text.
        explain: whether the words that spoke for each mark are told in text and JSON (pages always do).
        retry_failed: whether failures that a corpus database holds are tried again.
    """
    target = None if output is None else Path(output)
    if target is not None:
        refuse_inputs(target, paths)
    files = find_inputs(paths, leave_out=[] if target is None else [target, _journal_path(target)])
    with stopping_on_signals() as interruption, ExitStack() as stack:
        try:
            run = stack.enter_context(prepared_run(request, files, model, interruption.asked))
            if target is not None and is_corpus_path(target):
                failed = _into_corpus(run, target, kind, explain=explain, retry_failed=retry_failed)
            else:
                names = tuple(file.name for file in files)
                written = RunOutput(
                    kind=kind,
                    target=output,
                    inputs=names,
                    codebook=run.model.codebook,
                    evidence=evidence,
                    explaining=run.model if explain or FORMATS[kind].always_explains else None,
                )
                failed = _write(run, written, target)
        except KeyboardInterrupt:
            interruption.asked.set()
        if interruption.asked.is_set():
            return _stopped(interruption, kept=target is not None and len(files) > 1)
    return SOME_FAILED if failed else DONE


def search_corpus(
    corpus: Path,
    *,
    words: str,
    themes: Sequence[str],
    stances: Sequence[str],
    since: int | None,
    until: int | None,
    kind_of_review: str,
    whole_document: bool,
    limit: int,
    as_json: bool,
) -> None:
    """Print the sentences of a corpus that meet a question."""
    from reviewtheme.corpus.search import Question, search
    from reviewtheme.output.corpus_terminal import print_found

    question = Question(
        words=words,
        themes=tuple(themes),
        stances=tuple(stances),
        since=since,
        until=until,
        kind_of_review=kind_of_review,
        whole_document=whole_document,
    )
    found = search(corpus, question, limit=limit)
    if as_json:
        _print_json(asdict(found))
    else:
        print_found(found, _console())


def summarise_corpus_file(corpus: Path, *, by: Literal["none", "year", "kind"], as_json: bool) -> None:
    """Print what a corpus holds and how common each theme is."""
    from reviewtheme.corpus.prevalence import summarise_corpus
    from reviewtheme.output.corpus_terminal import print_summary

    summary = summarise_corpus(corpus, by=by)
    if as_json:
        _print_json(asdict(summary))
    else:
        print_summary(summary, _console())


def write_corpus_page(corpus: Path, page: Path) -> None:
    """Write what a corpus holds as an HTML page, and say where it is."""
    from reviewtheme.output.corpus_page import corpus_page_from_database
    from reviewtheme.output.files import write_whole

    refuse_inputs(page, [str(corpus)])
    write_whole(page, corpus_page_from_database(corpus))
    _say(f"the page is '{page}'.")


def export_corpus_file(corpus: Path, folder: Path, *, kind: Literal["parquet", "csv"]) -> None:
    """Write the tables of a corpus as files, and say where they are."""
    from reviewtheme.output.corpus_tables import export_corpus

    written = export_corpus(corpus, folder, kind=kind)
    _say(f"{len(written)} tables are in '{folder}'.")


def _into_corpus(run: Run, target: Path, kind: str, *, explain: bool, retry_failed: bool) -> int:
    if kind != "text" or explain:
        unfit = "--explain" if kind == "text" else "--format"
        raise UsageError(f"'{target}' is a corpus database: leave out {unfit}, or name another --output.")
    names = [file.name for file in run.files]
    refuse_inputs(target, names)
    with (
        CorpusWriter(target, run.model, run.settings, inputs=len(names), retry_failed=retry_failed) as writer,
        RunProgress(len(names)) as progress,
    ):
        for record in run.records(writer.finished()):
            writer.add(record)
            progress.advance(failed=isinstance(record.outcome, FailedReview), known=record.outcome is None)
        if run.stopping.is_set():
            return 0
        writer.end()
        failures = writer.failures(names)
    _tell(failures, f"'reviewtheme summary {target}' counts them")
    _say(
        f"{len(names):,} files in '{target}': {len(names) - len(failures):,} done, {len(failures):,} failed."
    )
    return len(failures)


def _write(run: Run, output: RunOutput, target: Path | None) -> int:
    """Write results as they come; of several files into the output at the end, when it is whole."""
    total = len(run.files)
    if target is None or is_device(target) or total < 2:
        return output.write(_told(_until_stopped(run, with_progress(run.results(), total))))
    with Journal(_journal_path(target), run.model.codebook, run.settings) as journal:
        with RunProgress(total) as progress:
            for record in run.records(journal.finished()):
                journal.add(record)
                progress.advance(
                    failed=isinstance(record.outcome, FailedReview), known=record.outcome is None
                )
        if run.stopping.is_set():
            return 0
        failed = output.write(_told(journal.results(run.files)))
        journal.remove()
    return failed


def _journal_path(target: Path) -> Path:
    """Name the file where results wait: hidden, beside the output."""
    return target.parent / f".{target.name}.reviewtheme-part"


def _until_stopped(run: Run, results: Iterator[CorpusResult]) -> Iterator[CorpusResult]:
    for result in results:
        yield result
        if run.stopping.is_set():
            return


def _told(results: Iterator[CorpusResult]) -> Iterator[CorpusResult]:
    for result in results:
        if isinstance(result, DuplicateReview):
            _say(result.message)
        yield result


def _tell(failures: Sequence[FailedReview], where: str) -> None:
    for failure in failures[:_MOST_TOLD]:
        _say(failure.message)
    if len(failures) > _MOST_TOLD:
        _say(f"{len(failures) - _MOST_TOLD:,} more files failed: {where}.")


def _stopped(interruption: Interruption, *, kept: bool) -> int:
    advice = " What is done is kept: give the same command again to go on." if kept else ""
    _say(f"stopped before the end.{advice}")
    return interruption.exit_status


def _console() -> Console:
    """Give the screen, or a page of a fixed width where the output goes elsewhere."""
    console = Console()
    return console if console.is_terminal else Console(width=_PLAIN_WIDTH)


def _say(message: str) -> None:
    sys.stderr.write(f"reviewtheme: {printable(message)}\n")


def _print_json(value: object) -> None:
    sys.stdout.write(json_text(value, indent=2) + "\n")
