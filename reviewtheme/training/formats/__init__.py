"""Labelled data in: what coders made in the tool they have becomes labelled sentences.

    paths ──open_file──▶ Opened ──detect, read──▶ Found ──resolve──▶ sentences, report ──▶ LabelledData

A reader is one module and knows one format by its content; `READERS` has them in the order in which they are
asked. It gives labels as the tool writes them. Only then are they held against the codebook, so that one can
be made of the labels found. Faults are collected everywhere and raised together.
"""

import os
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from reviewtheme.codebook import Codebook, default_codebook
from reviewtheme.errors import CodebookError, LabelledDataError
from reviewtheme.training.formats import (
    doccano,
    jsonl,
    label_studio,
    labelled_table,
    prodigy,
    quotation_table,
    refi_qda,
    taguette,
)
from reviewtheme.training.formats.documents import DocumentFolder
from reviewtheme.training.formats.faults import BadRowsError
from reviewtheme.training.formats.found import Fault, Found
from reviewtheme.training.formats.known_labels import KnownLabels
from reviewtheme.training.formats.labelled_data import FileReport, LabelledData, ReadingReport, Skipped
from reviewtheme.training.formats.opened import Opened, open_file
from reviewtheme.training.formats.resolve import ReadFile, codebook_of, resolve
from reviewtheme.training.labelled import LabelledSentence

__all__ = [
    "READERS",
    "BadRowsError",
    "Fault",
    "FileReport",
    "LabelledData",
    "Reader",
    "ReadingReport",
    "Skipped",
    "read_labelled",
]

PathLike = str | os.PathLike[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """What knows one format."""

    name: str
    """Name of the format, for people."""
    detect: Callable[[Opened, KnownLabels], bool]
    """Tells whether a file is of it."""
    read: Callable[[Opened, KnownLabels, DocumentFolder], Found]
    """Reads it; never raises for what is in the file."""


READERS = (
    Reader(
        name=refi_qda.NAME, detect=lambda o, _: refi_qda.detect(o), read=lambda o, _k, _d: refi_qda.read(o)
    ),
    Reader(
        name=label_studio.NAME,
        detect=lambda o, _: label_studio.detect(o),
        read=lambda o, _k, _d: label_studio.read(o),
    ),
    Reader(name=prodigy.NAME, detect=lambda o, _: prodigy.detect(o), read=lambda o, _k, _d: prodigy.read(o)),
    Reader(name=jsonl.NAME, detect=lambda o, _: jsonl.detect(o), read=lambda o, _k, _d: jsonl.read(o)),
    Reader(name=doccano.NAME, detect=lambda o, _: doccano.detect(o), read=lambda o, _k, _d: doccano.read(o)),
    Reader(
        name=taguette.NAME, detect=lambda o, _: taguette.detect(o), read=lambda o, _k, d: taguette.read(o, d)
    ),
    Reader(
        name=quotation_table.NAME, detect=lambda o, _: quotation_table.detect(o), read=quotation_table.read
    ),
    Reader(
        name=labelled_table.NAME,
        detect=labelled_table.detect,
        read=lambda o, k, _d: labelled_table.read(o, k),
    ),
)
"""In the order in which they are asked; the first that knows a file reads it."""

_DATA_SUFFIXES = {".csv", ".tsv", ".xlsx", ".json", ".jsonl", ".ndjson", ".qdpx"}
"""What is opened in a folder that was given; everything else there is taken for a document."""
_NAMED_COLUMNS = 12
"""Columns that a message names of a table that is no labelled data."""


def read_labelled(
    paths: PathLike | Sequence[PathLike],
    codebook: Codebook | None = None,
    documents: PathLike | None = None,
    *,
    skip_unknown: bool = False,
) -> LabelledData:
    """Read labelled data of any format in `READERS`, known by its content and never by its name.

    A text that was labelled as a whole is one sentence of the result. A text in which stretches were labelled
    is cut into sentences, and a sentence carries a code when the code's stretches cover at least half of the
    sentence, or at least half of one stretch lies in it, counted in characters that are not white space.
    Sentences without a theme are read too: they are what a theme is told apart from.

    Args:
        paths: a file, a folder, or several of them. In a folder, every table, JSON file and project is read;
            the other files are the documents that these may quote.
        codebook: what labels are held against, by id or name in any case. None makes a codebook of the themes
            that the files declare and the labels that occur in them.
        documents: folder of the documents, for formats that quote them without saying where (Taguette, tables
            of quotations). None means the folder that the file itself is in, and those just below it.
        skip_unknown: leave out labels that the codebook does not have, and report them; otherwise they are
            faults.

    Raises:
        LabelledDataError: something cannot be used, or there is nothing to read. Faults of all files are
            named together with file, place and field; a `BadRowsError` has them as values, too.
        CodebookError: no codebook was given and the data have no label.
        MissingExtraError: a file is an Excel workbook, and openpyxl is not installed.
    """
    known = KnownLabels(codebook)
    faults: list[Fault] = []
    read: list[tuple[str, Found]] = []
    passed_over: list[FileReport] = []
    for path, is_given in _files([paths] if isinstance(paths, str | os.PathLike) else paths):
        try:
            found = _read_file(path, known, _folder(path, documents))
        except ValueError as fault:
            if is_given:
                faults.append(Fault(file=str(path), place="", field="", message=str(fault)))
            else:
                passed_over.append(_passed_over(path, str(fault)))
            continue
        read += found
    everything = [found for _, found in read]
    if codebook is None and any(found.items for found in everything):
        codebook = _codebook_of(everything, faults)
    space = codebook or default_codebook()  # without a text, there is no label to hold against it
    files = [resolve(found, name, space, skip_unknown=skip_unknown) for name, found in read]
    faults += [fault for found in everything for fault in found.faults]
    if faults:
        raise BadRowsError(faults)
    return _labelled_data(files, passed_over, codebook)


def _codebook_of(everything: Sequence[Found], faults: Sequence[Fault]) -> Codebook:
    """Make a codebook of the labels found; where there are none, faults say more than that."""
    try:
        return codebook_of(everything)
    except CodebookError:
        every = [*faults, *(fault for found in everything for fault in found.faults)]
        if every:
            raise BadRowsError(every) from None
        raise


def _folder(path: Path, documents: PathLike | None) -> DocumentFolder:
    """Give the folder in which to look for the documents that a file quotes."""
    return (
        DocumentFolder(path.parent, deep=False) if documents is None else DocumentFolder(documents, deep=True)
    )


def _files(paths: Sequence[PathLike]) -> Iterator[tuple[Path, bool]]:
    """Give the files to open, and whether each was named by the user or is only in a folder that was."""
    for path in map(Path, paths):
        if not path.is_dir():
            yield path, True
            continue
        for inner in sorted(path.iterdir()):
            if (
                inner.suffix.lower() in _DATA_SUFFIXES
                and inner.is_file()
                and not inner.name.startswith((".", "~$"))
            ):
                yield inner, False


def _read_file(path: Path, known: KnownLabels, folder: DocumentFolder) -> list[tuple[str, Found]]:
    """Read a file, or the sheets of a workbook that hold labelled data, each with the name of its format.

    Raises:
        ValueError: no reader knows it; a clause.
    """
    read, unknown, columns = [], [], []
    for opened in open_file(path):
        reader = next((reader for reader in READERS if reader.detect(opened, known)), None)
        if reader is None:
            unknown.append(opened.table.sheet)
            columns += [f"'{name}'" for name in opened.table.header[:_NAMED_COLUMNS] if name]
        else:
            read.append((reader.name, reader.read(opened, known, folder)))
    if not read:
        has = f" (its columns are {', '.join(columns)})" if columns else ""
        raise ValueError(
            f"it is no labelled data that is known{has}. A table needs the columns 'text' and 'themes' (or "
            "one of 0 and 1 for each theme), or 'document', 'quotation' and 'theme'; else export from your "
            "tool as "
            f"{', '.join(reader.name for reader in READERS[:-2])}"
        )
    if unknown:
        read[0][1].notes.append(f"Sheets that are no labelled data, and were not read: {', '.join(unknown)}.")
    return read


def _passed_over(path: Path, reason: str) -> FileReport:
    return FileReport(
        path=str(path),
        format="",
        sentences=0,
        documents=0,
        labels=0,
        documents_named=False,
        notes=(f"Not read: {reason}.",),
    )


def _labelled_data(
    files: Sequence[ReadFile], passed_over: Sequence[FileReport], codebook: Codebook | None
) -> LabelledData:
    sentences = tuple(sentence for file in files for sentence in file.sentences)
    report = ReadingReport(
        files=(*(file.report for file in files), *passed_over), notes=_disagreements(sentences)
    )
    if not sentences or codebook is None:
        raise LabelledDataError(
            "There is no labelled sentence to learn from. What was found:\n"
            f"{str(report) or 'no file with labelled data: name files, or a folder that has some.'}"
        )
    return LabelledData(sentences=sentences, codebook=codebook, report=report)


def _disagreements(sentences: Sequence[LabelledSentence]) -> tuple[str, ...]:
    """Say how many sentences occur more than once with other themes: two coders' files, most likely."""
    themes: dict[tuple[str, str, int | None], set[tuple[str, ...]]] = {}
    for sentence in sentences:
        themes.setdefault((sentence.document, sentence.text, sentence.start), set()).add(sentence.themes)
    disputed = sum(len(labelled) > 1 for labelled in themes.values())
    if not disputed:
        return ()
    return (
        f"Sentences that occur more than once, and not with the same themes: {disputed}. All were read. If "
        "the files are of several coders, compare these before learning from them.",
    )
