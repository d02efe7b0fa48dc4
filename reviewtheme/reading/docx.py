"""Word files (.docx) become blocks: the one module that knows python-docx.

Headings, numbers and lists are taken from styles and numbering, as Word shows them. Tracked
insertions are read and deletions are not. Running heads and feet go to `removed`.
"""

import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import BytesIO

import docx
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement as Element

from reviewtheme.document import BlockKind, Page, ReadingWarning, Removed, RemovedReason
from reviewtheme.errors import DamagedDocumentError, EmptyDocumentError
from reviewtheme.reading.docx_numbering import Numbering
from reviewtheme.reading.draft import DraftBlock, DraftReview
from reviewtheme.reading.labels import is_caption, is_detail, split_heading_mark, split_mark
from reviewtheme.reading.media_type import ZIP_FAULTS
from reviewtheme.reading.text_encoding import composed

_LARGEST = 512 << 20
"""Bytes of a file when unpacked."""
_LARGEST_XML = 64 << 20
"""Bytes of one XML part when unpacked; a report of 600 pages has some 5 MiB."""
_MOST_PARTS = 10_000
_DEEPEST_STYLE = 20
"""Styles that one may be based on, one on the other; Word allows 11."""


def read_docx(content: bytes, path: str) -> DraftReview:
    """Read the bytes of a Word file; `path` is what messages call it.

    Raises `DamagedDocumentError` for what cannot be read as a Word file or would unpack to far more
    than a document has, `EmptyDocumentError` for a document without a letter.
    """
    _check_parts(content, path)
    try:
        body = _Body(docx.Document(BytesIO(content)))
        blocks = tuple(body.blocks())
        removed = (*body.removed, *body.heads_and_feet())
    except (LookupError, ValueError, AttributeError, TypeError, SyntaxError, *ZIP_FAULTS) as error:
        raise DamagedDocumentError(
            f"{path} is a Word file, but cannot be read as one: open it in Word or LibreOffice and save it "
            "again as .docx."
        ) from error
    letters = sum(_letters(block.text) + _letters(block.label) for block in blocks)
    if not letters:
        raise EmptyDocumentError(
            f"{path} is a Word file without a letter of text. If its pages are pictures, make a PDF of it "
            "with OCR."
        )
    characters = letters + sum(_letters(it.text) for it in removed)
    page = Page(number=1, engine="docx", characters=characters, width=0, height=0)
    return DraftReview(pages=(page,), blocks=blocks, removed=removed, warnings=tuple(body.warnings()))


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _check_parts(content: bytes, path: str) -> None:
    """Refuse what would fill the memory or fetch other files, before any part is unpacked whole."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
            xml = [part for part in parts if part.filename.endswith((".xml", ".rels"))]
            too_large = (
                len(parts) > _MOST_PARTS
                or sum(part.file_size for part in parts) > _LARGEST
                or any(part.file_size > _LARGEST_XML for part in xml)
            )
            declares = not too_large and any(_declares_type(archive, part) for part in xml)
    except (ValueError, *ZIP_FAULTS) as error:
        raise DamagedDocumentError(
            f"{path} is a damaged Word file or was cut short: fetch it again."
        ) from error
    if too_large:
        raise DamagedDocumentError(
            f"{path} would unpack to far more than a document has (a zip bomb, perhaps) and is not opened. "
            "If it is a real document, save it as PDF."
        )
    if declares:
        raise DamagedDocumentError(
            f"{path} has a document type declaration, which Word never writes and which can reach other "
            "files; it is not opened. If it is a real document, open it in Word and save it again."
        )


def _declares_type(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """Tell whether an XML part has a document type declaration, which must stand before its root element."""
    with archive.open(part) as opened:
        start = opened.read(4096)
    text = start.decode("utf-16" if start[:2] in (b"\xff\xfe", b"\xfe\xff") else "latin-1", errors="ignore")
    root = re.search(r"<[A-Za-z_]", text)
    return "<!DOCTYPE" in text[: root.start() if root else len(text)]


_LONGEST_HEADING = 90
"""Characters of a paragraph in bold that counts as a heading."""
_SENTENCE_END = re.compile(r"[.?!…:;,][\"'”’)\]]*\Z")
_HEADING_STYLE = re.compile(r"heading\s*(\d)\b", re.IGNORECASE)
_TITLES = {"title": 1, "subtitle": 2, "toc heading": 1}
_OUT_OF_TEXT = frozenset(
    qn(name)
    for name in ("w:del", "w:moveFrom", "w:txbxContent", "w:pPr", "w:rPr", "w:instrText", "w:delText", "w:rt")
) | {"{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"}
_TEXT = {qn("w:t"), "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"}
_STANDS_FOR = {
    qn("w:tab"): " ",
    qn("w:br"): "\n",
    qn("w:cr"): "\n",
    qn("w:noBreakHyphen"): "-",
    qn("w:softHyphen"): "",
}
_NOTES = {qn("w:footnoteReference"): "footnotes", qn("w:endnoteReference"): "endnotes"}


@dataclass(slots=True)
class _Paragraph:
    """The text of one paragraph, with what hangs on it."""

    pieces: list[str] = field(default_factory=list)
    notes: list[tuple[str, str]] = field(default_factory=list)
    boxes: list[Element] = field(default_factory=list)

    @property
    def text(self) -> str:
        return " ".join(composed("".join(self.pieces)).split())


class _Body:
    """Walks the body of a document in order."""

    def __init__(self, document: Document) -> None:
        self._part = document.part
        self._body = document.element.body
        if self._body is None:
            raise ValueError("no body")
        self._styles = {style.style_id: style for style in document.styles}
        numbering = self._related(RELATIONSHIP_TYPE.NUMBERING)
        self._numbering = Numbering(numbering[0] if numbering else None)
        self._note_texts = {kind: self._notes(kind) for kind in ("footnotes", "endnotes")}
        self._deepest = 0
        self.removed: list[Removed] = []

    def blocks(self) -> Iterator[DraftBlock]:
        """Yield the blocks of the body: paragraphs, table cells, text boxes and notes where they hang."""
        yield from self._container(self._body, in_table=False)

    def heads_and_feet(self) -> Iterator[Removed]:
        """Yield the text of running heads and feet, once each."""
        for kind, reason in (
            (RELATIONSHIP_TYPE.HEADER, RemovedReason.RUNNING_HEAD),
            (RELATIONSHIP_TYPE.FOOTER, RemovedReason.RUNNING_FOOT),
        ):
            texts = (self._plain_text(root) for root in self._related(kind))
            yield from (Removed(page=1, text=text, reason=reason) for text in dict.fromkeys(texts) if text)

    def warnings(self) -> Iterator[ReadingWarning]:
        """Yield what the user should know: that the document has tracked changes."""
        if next(self._body.iter(qn("w:del"), qn("w:ins"), qn("w:moveFrom")), None) is not None:
            yield ReadingWarning(
                kind="tracked-changes",
                message="The document has tracked changes: it was read as if all of them were accepted.",
            )

    def _related(self, kind: str) -> list[Element]:
        """Give the root elements of the parts that the document names as of a kind, in a stable order."""
        relations = [it for it in self._part.rels.values() if it.reltype == kind and not it.is_external]
        parts = sorted((it.target_part for it in relations), key=lambda part: str(part.partname))
        return [part.element if hasattr(part, "element") else parse_xml(part.blob) for part in parts]

    def _notes(self, kind: str) -> dict[str, Element]:
        """Give the elements of the footnotes or endnotes by their ids."""
        roots = self._related(f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}")
        return {note.get(qn("w:id")): note for root in roots for note in root}

    def _container(self, container: Element, *, in_table: bool) -> Iterator[DraftBlock]:
        """Yield the blocks of a body, table cell, text box or content control."""
        carried = _Paragraph()
        for child in container:
            if child.tag == qn("w:p"):
                self._collect(child, carried)
                if child.find(f"{qn('w:pPr')}/{qn('w:rPr')}/{qn('w:del')}") is not None:
                    carried.pieces.append(" ")  # the mark that ends it is deleted: it goes on in the next
                    continue
                yield from self._paragraph(child, carried, in_table=in_table)
                carried = _Paragraph()
            elif child.tag == qn("w:tbl"):
                yield from self._table(child, in_table=in_table)
            elif child.tag in (
                qn("w:sdt"),
                qn("w:sdtContent"),
                qn("w:ins"),
                qn("w:customXml"),
                qn("w:moveTo"),
            ):
                yield from self._container(child, in_table=in_table)

    def _table(self, table: Element, *, in_table: bool) -> Iterator[DraftBlock]:
        """Yield the cells of a table row by row; a table of one cell is a box around text, no table."""
        cells = [
            cell for row in table.iter(qn("w:tr")) if _table_of(row) is table for cell in row.iter(qn("w:tc"))
        ]
        cells = [cell for cell in cells if _table_of(cell) is table and not _is_merged_into_above(cell)]
        for cell in cells:
            yield from self._container(cell, in_table=in_table or len(cells) > 1)

    def _collect(self, element: Element, paragraph: _Paragraph) -> None:
        """Add the text of an element, and the notes and text boxes that hang on it, to a paragraph."""
        for child in element:
            if child.tag in _TEXT:
                paragraph.pieces.append(child.text or "")
            elif child.tag in _STANDS_FOR:
                paragraph.pieces.append(_STANDS_FOR[child.tag])
            elif child.tag == qn("w:sym"):
                paragraph.pieces.append(_symbol(child))
            elif child.tag in _NOTES:
                paragraph.notes.append((_NOTES[child.tag], child.get(qn("w:id"))))
            elif child.tag == qn("w:txbxContent"):
                paragraph.boxes.append(child)
            elif child.tag not in _OUT_OF_TEXT:
                self._collect(child, paragraph)

    def _paragraph(self, element: Element, paragraph: _Paragraph, *, in_table: bool) -> Iterator[DraftBlock]:
        """Yield the block of a paragraph, then its notes and its text boxes."""
        text = paragraph.text
        if text:
            yield self._block(element, text, in_table=in_table)
        for kind, note_id in paragraph.notes:
            self.removed.append(Removed(page=1, text=note_id, reason=RemovedReason.FOOTNOTE_MARK))
            note = self._note_texts[kind].get(note_id)
            note_text = "" if note is None else self._plain_text(note)
            if note_text:
                yield DraftBlock(kind=BlockKind.FOOTNOTE, text=note_text, page=1, label=note_id)
        for box in paragraph.boxes:
            yield from self._container(box, in_table=False)

    def _block(self, element: Element, text: str, *, in_table: bool) -> DraftBlock:
        """Decide what a paragraph is: by its style, its numbering, its look, and the mark typed before it."""
        level = 0 if in_table else self._heading_level(element, text)
        number = self._numbering.next(*self._numbering_of(element))
        marked = split_heading_mark(text) if level else split_mark(text)
        if number is None:
            bullet, label, text = marked
        else:
            bullet, label = ("•", "") if number.is_bullet else ("", number.label)
        if marked.bullet and number is None:
            self.removed.append(Removed(page=1, text=marked.bullet, reason=RemovedReason.LIST_MARK))
        if level:
            self._deepest = max(self._deepest, level) if self._styled_level(element) else self._deepest
            return DraftBlock(kind=BlockKind.HEADING, text=text, page=1, label=label, level=level)
        is_item = bool(bullet) or (bool(label) and "." not in label)
        kind = BlockKind.TABLE if in_table else BlockKind.LIST_ITEM if is_item else BlockKind.PARAGRAPH
        return DraftBlock(kind=kind, text=text, page=1, label=label)

    def _heading_level(self, element: Element, text: str) -> int:
        """Give the level of a heading: by its style; one below the deepest for a short one all in bold."""
        level = self._styled_level(element)
        if level or len(text) > _LONGEST_HEADING or _SENTENCE_END.search(text) or not text[0].isalnum():
            return level
        if is_caption(text) or is_detail(text) or self._numbering_of(element)[0]:
            return 0
        if not self._is_bold(element):
            return 0
        return min(self._deepest + 1, 9)

    def _styled_level(self, element: Element) -> int:
        """Give the heading level that a paragraph's style or outline level states; 0 where none does."""
        outline = element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        for style in self._style_chain(element):
            name = (style.name or "").lower()
            if name in _TITLES:
                return _TITLES[name]
            if heading := _HEADING_STYLE.match(name):
                return int(heading[1])
            if outline is None:
                outline = style.element.find(f"{qn('w:pPr')}/{qn('w:outlineLvl')}")
        level = int(outline.get(qn("w:val"), "9")) if outline is not None else 9
        return level + 1 if level < 9 else 0

    def _style_chain(self, element: Element) -> Iterator[Element]:
        """Yield the style of a paragraph and those that it is based on."""
        named = element.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        style = self._styles.get(named.get(qn("w:val"))) if named is not None else None
        seen: set[str] = set()
        while style is not None and style.style_id not in seen and len(seen) < _DEEPEST_STYLE:
            seen.add(style.style_id)
            yield style
            style = style.base_style

    def _numbering_of(self, element: Element) -> tuple[str, int]:
        """Give the list that a paragraph belongs to and its level, from 0; an empty id for none."""
        number_id, level = "", None
        for properties in (element, *(style.element for style in self._style_chain(element))):
            numbering = properties.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
            if numbering is None:
                continue
            found_id, found_level = numbering.find(qn("w:numId")), numbering.find(qn("w:ilvl"))
            number_id = number_id or (found_id.get(qn("w:val"), "") if found_id is not None else "")
            if level is None and found_level is not None:
                level = int(found_level.get(qn("w:val"), "0"))
        return ("" if number_id == "0" else number_id), level or 0

    def _is_bold(self, element: Element) -> bool:
        """Tell whether every run with text is bold, by itself or by the paragraph's style."""
        by_style = any(style.font.bold for style in self._style_chain(element))
        runs = [run for run in element.iter(qn("w:r")) if (run.findtext(qn("w:t")) or "").strip()]
        return bool(runs) and all(_bold(run, default=by_style) for run in runs)

    def _plain_text(self, root: Element) -> str:
        """Give the text of a running head or a note on one line."""
        paragraph = _Paragraph()
        for element in root.iter(qn("w:p")):
            self._collect(element, paragraph)
            paragraph.pieces.append(" ")
        return paragraph.text


def _table_of(element: Element) -> object:
    """Give the table that a row or cell belongs to, and not one around that."""
    return next(element.iterancestors(qn("w:tbl")))


def _is_merged_into_above(cell: Element) -> bool:
    """Tell whether a cell only continues the one above it."""
    merge = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    return merge is not None and merge.get(qn("w:val"), "continue") == "continue"


def _bold(run: Element, *, default: bool) -> bool:
    mark = run.find(f"{qn('w:rPr')}/{qn('w:b')}")
    return default if mark is None else mark.get(qn("w:val"), "1") not in ("0", "false", "off")


def _symbol(element: Element) -> str:
    """Give the character of a symbol; those of symbol fonts have no meaning outside them."""
    code = int(element.get(qn("w:char"), "0"), 16)
    return "" if code == 0 or 0xE000 <= code <= 0xF8FF else chr(code)
