"""REFI-QDA projects (`.qdpx`), as NVivo, ATLAS.ti, MAXQDA, QualCoder and others export them.

Read are the selections of plain text that were coded, in text sources and in the text of PDF sources; a
selection on a PDF's page is found by the words that the tool wrote beside it. Every sentence of a source that
has a coding is read; a source without one counts as not coded yet and is left out, as are pictures, sound and
video.

Offsets are code points of the text as stored, without a byte order mark. Tools differ on whether a Windows
line end counts as one or two, and some count UTF-16 units: where the names of selections quote the text, as
most tools write them, the way of counting under which they agree is taken; else ATLAS.ti counts a line end as
one, and others as two.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any

from reviewtheme.codebook_files import themes_of_codes
from reviewtheme.errors import DocumentError, EncodingError
from reviewtheme.reading import read as read_document
from reviewtheme.reading.text_encoding import decode_text
from reviewtheme.refi_qda_xml import children, guid_of, local_name, parse_refi_qda, read_codes
from reviewtheme.sentences import split_text
from reviewtheme.training.formats.documents import QuotedDocument
from reviewtheme.training.formats.found import Found, FoundDocument, Span
from reviewtheme.training.formats.opened import Archive, Opened
from reviewtheme.training.formats.quotations import find_quotation, searchable

NAME = "REFI-QDA project"
_TEXT_SOURCES = ("TextSource", "PDFSource")
_LEAST_QUOTED = 8
"""Characters of a selection's name that are enough to compare it with the text."""
_QUOTATION_NUMBER = re.compile(r"\A\d+:\d+\s+")
"""What ATLAS.ti puts before the words in a selection's name."""
_END_OF_FILE = 2
"""Characters by which a selection may go over the end: some tools count a line end that the file lacks."""

Element = Any


def detect(opened: Opened) -> bool:
    """Know it by its archive, in which there is a `.qde` file."""
    return bool(opened.archive.members)


def read(opened: Opened) -> Found:
    """Read every coded text of the project."""
    archive, found = opened.archive, Found(path=opened.path)
    projects = [member for member in archive.members if member.lower().endswith(".qde")]
    if len(projects) > 1:
        found.fault("", "", f"it holds several projects ({', '.join(projects)}): export one")
        return found
    try:
        project = _Project(parse_refi_qda(archive.read(projects[0]), "Project"), archive)
    except ValueError as fault:
        found.fault(projects[0], "", str(fault))
        return found
    found.declared = [project.themes[guid] for guid in project.themes]
    names: dict[str, int] = {}
    for source in project.sources():
        _read_source(found, project, source, names)
    return found


class _Project:
    """A project's XML, with its codes by their identifiers."""

    def __init__(self, root: Element, archive: Archive) -> None:
        self.root = root
        self.archive = archive
        self.counts_line_end_once = "ATLAS" in str(root.get("origin") or "").upper()
        self.cases = {guid_of(case) for part in children(root, "Cases") for case in children(part, "Case")}
        codes = [code for part in children(root, "CodeBook") for code in read_codes(part)]
        self.themes = {
            code.guid: theme for code, theme in themes_of_codes(codes).items() if code.guid not in self.cases
        }
        self.groups = {code.guid: code.name for code in codes if not code.is_codable}

    def sources(self) -> Iterator[Element]:
        """Give every source, in order."""
        for part in children(self.root, "Sources"):
            yield from (source for source in part if local_name(source))


def _read_source(found: Found, project: _Project, source: Element, names: dict[str, int]) -> None:
    """Add a source as a document, or account for it."""
    name = " ".join((source.get("name") or guid_of(source) or "unnamed source").split())
    names[name] = names.get(name, 0) + 1
    if names[name] > 1:  # MAXQDA lets two sources have one name
        name = f"{name} ({names[name]})"
    place = f"source '{name}'"
    if local_name(source) not in _TEXT_SOURCES:
        found.skip("the source is a picture, sound or video, and no text", place)
        return
    for _ in children(source, "Coding"):
        found.skip("a coding is of the whole source, and of no stretch of it", place)
    texts = [source] if local_name(source) == "TextSource" else list(children(source, "Representation"))[:1]
    marked = [selection for text in texts for selection in children(text, "PlainTextSelection")]
    areas = list(children(source, "PDFSelection"))
    if not any(_is_coded(selection) for selection in (*marked, *areas)):
        found.skip("the source has no coded selection, and counts as not coded yet", place)
        return
    try:
        document = (
            _text_document(found, project, texts[0], marked, place)
            if texts
            else _pdf_document(project.archive, source, place)
        )
    except ValueError as fault:
        if texts:
            found.fault(place, "plainTextPath", str(fault))
        else:  # coded by areas of its pages only, which may all be pictures
            found.skip(str(fault), place)
        return
    spans = (*document.spans, *_area_spans(found, project, areas, document.text, place))
    found.items.append(replace(document, name=name, spans=spans))


def _text_document(
    found: Found, project: _Project, source: Element, selections: list[Element], place: str
) -> FoundDocument:
    """Read a source of plain text with its selections.

    Raises:
        ValueError: it has no text that can be read; a clause.
    """
    text = _CountedText(
        _text_of(project.archive, source), selections, counts_line_end_once=project.counts_line_end_once
    )
    return FoundDocument(
        place=place,
        text=text.text,
        sentences=tuple(split_text(text.text)),
        spans=tuple(span for s in selections for span in _spans(found, project, s, text, place)),
        label_field="code",
    )


def _pdf_document(archive: Archive, source: Element, place: str) -> FoundDocument:
    """Read the PDF of a source whose text the tool did not export.

    Raises:
        ValueError: the archive does not hold it, or it cannot be read; a clause.
    """
    path = source.get("path") or ""
    member = archive.find(path.removeprefix("internal://")) if path.startswith("internal://") else None
    if member is None:
        raise ValueError(f"the archive holds neither its text nor its PDF ('{path}'): export both with it")
    try:
        document = QuotedDocument(read_document(BytesIO(archive.read(member))))
    except DocumentError as error:
        raise ValueError(f"its PDF '{member}' cannot be read: {error}") from error
    return FoundDocument(
        place=place,
        text=document.text,
        sentences=document.sentences,
        spans=(),
        label_field="code",
        apparatus=document.apparatus,
    )


def _is_coded(selection: Element) -> bool:
    return next(children(selection, "Coding"), None) is not None


def _text_of(archive: Archive, source: Element) -> str:
    """Return a source's text as stored: written into the XML, or in a file of the archive.

    Raises:
        ValueError: there is no text, or it cannot be read; a clause.
    """
    for content in children(source, "PlainTextContent"):
        return "".join(content.itertext())
    path = source.get("plainTextPath") or ""
    if not path:
        raise ValueError(
            "the project does not hold its text: export it with the text of PDFs, or as plain text"
        )
    if path.startswith(("relative:", "absolute:", "file:")):
        raise ValueError(
            f"its text is outside the archive ('{path}'): export the project with its sources in it"
        )
    member = archive.find(path.removeprefix("internal://"))
    if member is None:
        raise ValueError(f"the archive has no file '{path.removeprefix('internal://')}'")
    content = archive.read(member)
    try:
        return decode_text(content, member).text if content.strip() else ""
    except EncodingError as error:
        raise ValueError(f"'{member}' is no text in any encoding that is tried") from error


@dataclass(frozen=True, slots=True)
class _Counting:
    """A way in which a tool may count characters."""

    text: str
    """The text to which the offsets turn."""
    to_code_points: Callable[[int], int]
    """Turns the tool's offset into an index of `text`."""


class _CountedText:
    """A source's text, and how the tool counted in it."""

    def __init__(self, stored: str, selections: list[Element], *, counts_line_end_once: bool) -> None:
        self._counting = self._choose(stored, selections, counts_line_end_once=counts_line_end_once)
        self.text = self._counting.text
        """The text that offsets turn to."""

    def place(self, offset: int) -> int:
        """Turn an offset as the tool counts into an index of `text`."""
        return self._counting.to_code_points(offset)

    @staticmethod
    def _choose(stored: str, selections: list[Element], *, counts_line_end_once: bool) -> _Counting:
        """Take the first way of counting under which most quoting names agree with the text."""
        joined = stored.replace("\r\n", "\n")
        texts = (joined, stored) if counts_line_end_once else (stored, joined)
        ways = [_Counting(text, lambda offset: offset) for text in dict.fromkeys(texts)]
        ways += [
            _Counting(text, _from_utf_16(text))
            for text in dict.fromkeys(texts)
            if max(text, default="") > "\uffff"
        ]
        return max(ways, key=lambda way: sum(_name_agrees(selection, way) for selection in selections))


def _from_utf_16(text: str) -> Callable[[int], int]:
    units = text.encode("utf-16-le", "surrogatepass")
    return lambda offset: len(units[: 2 * offset].decode("utf-16-le", "ignore"))


def _name_agrees(selection: Element, way: _Counting) -> bool:
    """Tell whether a selection's name, which most tools make of its first words, is the text at its place."""
    name = _QUOTATION_NUMBER.sub("", selection.get("name") or "")
    name = "".join(name.rstrip(".…").split())
    try:
        start, end = int(selection.get("startPosition")), int(selection.get("endPosition"))
    except (TypeError, ValueError):
        return False
    selected = way.text[way.to_code_points(start) : way.to_code_points(end)]
    return len(name) >= _LEAST_QUOTED and "".join(selected.split()).startswith(name)


def _spans(
    found: Found, project: _Project, selection: Element, text: _CountedText, source: str
) -> list[Span]:
    """Make the spans of a selection of plain text."""
    place = f"{source}, selection {guid_of(selection) or '(no guid)'}"
    if not _is_coded(selection):
        found.skip("the selection has no coding (a note or a link)", place)
        return []
    try:
        start, end = (text.place(int(selection.get(key))) for key in ("startPosition", "endPosition"))
    except (TypeError, ValueError):
        found.fault(place, "startPosition, endPosition", "they are no whole numbers")
        return []
    end = min(end, len(text.text)) if end <= len(text.text) + _END_OF_FILE else end
    if not 0 <= start < end <= len(text.text):
        found.fault(
            place,
            "startPosition, endPosition",
            f"{start} to {end} is not in the text of {len(text.text)} characters",
        )
        return []
    labels = _labels(found, project, selection, place)
    return [Span(start=start, end=end, label=label, place=place) for label in labels]


def _area_spans(
    found: Found, project: _Project, areas: list[Element], text: str, source: str
) -> Iterator[Span]:
    """Make the spans of selections on a PDF's pages, of those that come with their words."""
    letters = searchable(text) if areas else None
    for area in areas:
        place = f"{source}, selection {guid_of(area) or '(no guid)'}"
        labels = _labels(found, project, area, place)
        words = _words_of(area)
        if not labels or letters is None:
            continue
        found_at = find_quotation(words, letters) if words else ()
        if len(found_at) != 1:
            found.skip(
                "the selection is an area of a page, and its words are not there or not found once", place
            )
            continue
        for start, end in found_at[0]:
            yield from (Span(start=start, end=end, label=label, place=place) for label in labels)


def _words_of(area: Element) -> str:
    """Return the words that a tool wrote beside an area of a page; empty where there are none."""
    for representation in children(area, "Representation"):
        for content in children(representation, "PlainTextContent"):
            return "".join(content.itertext())
    return ""


def _labels(found: Found, project: _Project, selection: Element, place: str) -> list[str]:
    """Return the names of the codes of a selection, and account for what refers to none."""
    labels = []
    for coding in children(selection, "Coding"):
        guids = [guid_of(reference, "targetGUID") for reference in children(coding, "CodeRef")]
        for guid in guids or [""]:
            if guid in project.themes:
                labels.append(project.themes[guid].name)
            elif guid in project.cases:
                found.skip("the coding is to a case, and to no code", place)
            elif guid in project.groups:
                found.skip(f"the coding is to '{project.groups[guid]}', which is a group of codes", place)
            else:
                found.fault(place, "CodeRef", f"it refers to a code '{guid}' that the codebook does not have")
    return labels
