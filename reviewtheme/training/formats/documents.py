"""The documents that labelled data quote from: found by name in a folder, read once, and searched."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PureWindowsPath

from reviewtheme.document import Review, SectionRole
from reviewtheme.errors import DocumentError
from reviewtheme.reading import read
from reviewtheme.sentences import split_sentences
from reviewtheme.training.formats.found import Found, FoundDocument, Span
from reviewtheme.training.formats.quotations import SearchableText, find_quotation, searchable

_DATA_SUFFIXES = {".csv", ".tsv", ".xlsx", ".json", ".jsonl", ".ndjson", ".qdpx", ".qdc", ".toml"}
_ENOUGH = 40
"""Letters and digits of a quotation that is taken to mean every place where it stands."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotation:
    """Words of a document that a label was given to."""

    place: str
    """Where in the file it stands, e.g. "row 3"."""
    document: str
    """Name of the document, with or without its suffix."""
    text: str
    """The words."""
    labels: tuple[str, ...]
    """Themes as written."""


class QuotedDocument:
    """A document that was read, ready to be searched."""

    def __init__(self, review: Review) -> None:
        sentences = split_sentences(review)
        self.text = review.text
        """Its text."""
        self.sentences = tuple((sentence.start, sentence.end) for sentence in sentences)
        """Its sentences, half-open."""
        self.apparatus = frozenset(s.index for s in sentences if s.role is not SectionRole.BODY)
        """Indices of the sentences that are not of its body."""

    @cached_property
    def searchable(self) -> SearchableText:
        """Its letters and digits, for finding quotations."""
        return searchable(self.text)


class DocumentFolder:
    """A folder of documents: with all its sub-folders, or only those just below it where it is not `deep`."""

    def __init__(self, folder: str | os.PathLike[str], *, deep: bool) -> None:
        self.folder = Path(folder)
        """The folder."""
        self._patterns = ("**/*",) if deep else ("*", "*/*")
        self._read: dict[Path, QuotedDocument] = {}

    @cached_property
    def _paths(self) -> list[Path]:
        found = (path for pattern in self._patterns for path in self.folder.glob(pattern))
        documents = (path for path in found if path.suffix.lower() not in _DATA_SUFFIXES)
        return sorted(path for path in documents if path.is_file() and not path.name.startswith("."))

    def find(self, name: str) -> QuotedDocument:
        """Find a document by its name, with or without folder and suffix, whatever its case.

        Raises:
            ValueError: there is none, there are several, or it cannot be read; a clause.
        """
        wanted = PureWindowsPath(name.strip()).name.casefold()  # understands both kinds of slash
        named = [path for path in self._paths if path.name.casefold() == wanted]
        named = named or [path for path in self._paths if path.stem.casefold() == wanted]
        named = named or [path for path in self._paths if path.stem.casefold() == Path(wanted).stem]
        if not named:
            raise ValueError(f"there is no document '{name}' in the folder '{self.folder}'")
        if len(named) > 1:
            among = ", ".join(str(path.relative_to(self.folder)) for path in named)
            raise ValueError(f"'{name}' may mean several documents ({among}): write the whole name")
        path = named[0]
        if path not in self._read:
            try:
                self._read[path] = QuotedDocument(read(path))
            except DocumentError as error:
                raise ValueError(f"the document cannot be read: {error}") from error
        return self._read[path]


def place_quotations(
    found: Found, quotations: Sequence[Quotation], folder: DocumentFolder, label_field: str
) -> None:
    """Find quotations in their documents, and add these with all their sentences.

    A quotation that stands at several places is taken to mean all of them if it is at least 40 letters and
    digits long; a shorter one is left out and reported, for it does not say which place is meant.
    """
    by_document: dict[QuotedDocument, list[Quotation]] = {}  # a document may be written in several ways
    for quotation in quotations:
        try:
            by_document.setdefault(folder.find(quotation.document), []).append(quotation)
        except ValueError as fault:
            found.fault(quotation.place, "document", str(fault))
    for document, of_document in by_document.items():
        spans = [span for quotation in of_document for span in _spans(found, quotation, document)]
        found.items.append(
            FoundDocument(
                place=of_document[0].place,
                name=of_document[0].document,
                text=document.text,
                sentences=document.sentences,
                spans=tuple(spans),
                label_field=label_field,
                apparatus=document.apparatus,
            )
        )


def _spans(found: Found, quotation: Quotation, document: QuotedDocument) -> list[Span]:
    """Make the spans of one quotation, or account for it."""
    places = find_quotation(quotation.text, document.searchable)
    if not places:
        shown = quotation.text if len(quotation.text) <= 60 else f"{quotation.text[:57]}…"
        found.fault(quotation.place, "quotation", f"“{shown}” is not in '{quotation.document}'")
        return []
    if len(places) > 1 and sum(map(str.isalnum, quotation.text)) < _ENOUGH:
        found.skip(
            "the quotation stands at several places and is too short to tell which is meant", quotation.place
        )
        return []
    if not quotation.labels:
        found.skip("the quotation carries no theme", quotation.place)
    return [
        Span(start=start, end=end, label=label, place=quotation.place)
        for stretches in places
        for start, end in stretches
        for label in quotation.labels
    ]
