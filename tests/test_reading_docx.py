"""Word files: headings, lists with their numbers, tables, notes, tracked changes, and what is refused."""

import io
import zipfile
from collections.abc import Callable

import docx
import pytest
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from reviewtheme.document import RemovedReason
from reviewtheme.errors import DamagedDocumentError, EmptyDocumentError
from reviewtheme.reading.docx import read_docx
from reviewtheme.reading.draft import DraftReview

Outline = list[tuple[str, int, str, str]]


def saved(document: Document) -> bytes:
    """Give the bytes of a document."""
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def read(document: Document) -> DraftReview:
    """Read a document."""
    return read_docx(saved(document), "a.docx")


def outline(draft: DraftReview) -> Outline:
    """Give kind, level, label and text of each block."""
    return [(block.kind.value, block.level, block.label, block.text) for block in draft.blocks]


def with_parts(content: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """Give a Word file with some of its parts changed or added."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name, part)
    return buffer.getvalue()


def add_xml(document: Document, xml: str) -> None:
    """Add a paragraph or table written as XML at the end of the body."""
    element = parse_xml(
        xml.replace("<w:p>", f"<w:p {nsdecls('w')}>", 1).replace("<w:tbl>", f"<w:tbl {nsdecls('w')}>", 1)
    )
    document.element.body.insert(len(document.element.body) - 1, element)


def test_headings_paragraphs_lists_and_tables_in_order() -> None:
    """Blocks come in the document's order, with level and label."""
    document = docx.Document()
    document.add_heading("Learning summary", 0)
    document.add_heading("Background", 1)
    document.add_paragraph("The family moved twice. Nobody knew.")
    document.add_heading("What was missed", 2)
    document.add_paragraph("a bruise", style="List Bullet")
    document.add_paragraph("Ask.", style="List Number")
    document.add_paragraph("Write it down.", style="List Number")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("Who", "What", "Nurse", "Visit. Call."), strict=True):
        cell.text = text
    document.add_paragraph("4.12 The clinic closed.")
    document.add_paragraph("• a visit typed by hand")
    draft = read(document)
    assert outline(draft) == [
        ("heading", 1, "", "Learning summary"),
        ("heading", 1, "", "Background"),
        ("paragraph", 0, "", "The family moved twice. Nobody knew."),
        ("heading", 2, "", "What was missed"),
        ("list-item", 0, "", "a bruise"),
        ("list-item", 0, "1", "Ask."),
        ("list-item", 0, "2", "Write it down."),
        ("table", 0, "", "Who"),
        ("table", 0, "", "What"),
        ("table", 0, "", "Nurse"),
        ("table", 0, "", "Visit. Call."),
        ("paragraph", 0, "4.12", "The clinic closed."),
        ("list-item", 0, "", "a visit typed by hand"),
    ]
    assert [(it.text, it.reason) for it in draft.removed] == [("•", RemovedReason.LIST_MARK)]
    assert draft.pages[0].engine == "docx"


def test_headings_by_a_style_of_their_own_by_outline_and_by_look() -> None:
    """A style based on a heading counts, as do an outline level and a short line all in bold."""
    document = docx.Document()
    style = document.styles.add_style("Board heading", WD_STYLE_TYPE.PARAGRAPH)
    style.base_style = document.styles["Heading 2"]
    document.add_paragraph("By its style", style="Board heading")
    document.add_paragraph("By its outline")
    properties = document.paragraphs[-1]._p.get_or_add_pPr()
    level = OxmlElement("w:outlineLvl")
    level.set(qn("w:val"), "0")
    properties.append(level)
    document.add_paragraph().add_run("By its look").bold = True
    document.add_paragraph().add_run("Bold, but a sentence.").bold = True
    document.add_paragraph("Not all ").add_run("bold").bold = True
    assert [(block.kind.value, block.level) for block in read(document).blocks] == [
        ("heading", 2),
        ("heading", 1),
        ("heading", 3),
        ("paragraph", 0),
        ("paragraph", 0),
    ]


NUMBERING = f"""<w:numbering {nsdecls("w")}>
  <w:abstractNum w:abstractNumId="90">
    <w:lvl w:ilvl="0"><w:start w:val="4"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
    <w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1.%2"/></w:lvl>
    <w:lvl w:ilvl="2"><w:start w:val="1"/><w:numFmt w:val="lowerRoman"/><w:lvlText w:val="(%3)"/></w:lvl>
    <w:lvl w:ilvl="3"><w:start w:val="26"/><w:numFmt w:val="upperLetter"/><w:lvlText w:val="%4)"/></w:lvl>
  </w:abstractNum>
  <w:num w:numId="91"><w:abstractNumId w:val="90"/></w:num>
  <w:num w:numId="92"><w:abstractNumId w:val="90"/>
    <w:lvlOverride w:ilvl="0"><w:startOverride w:val="9"/></w:lvlOverride></w:num>
</w:numbering>"""


def test_numbers_that_word_counts() -> None:
    """Each level counts by its own rule and begins again under the next of the level above."""
    document = docx.Document()
    for text, level, number in (
        ("Analysis", 0, 91),
        ("First.", 1, 91),
        ("point", 2, 91),
        ("point", 2, 91),
        ("Second.", 1, 91),
        ("point", 2, 91),
        ("letter", 3, 91),
        ("letter", 3, 91),
        ("Next", 0, 91),
        ("First.", 1, 91),
        ("Elsewhere", 0, 92),
        ("No number", 0, 0),
    ):
        add_xml(
            document,
            f'<w:p><w:pPr><w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr></w:pPr>'
            f"<w:r><w:t>{text}</w:t></w:r></w:p>",
        )

    def change(parts: dict[str, bytes]) -> None:
        parts["word/numbering.xml"] = NUMBERING.encode()

    draft = read_docx(with_parts(saved(document), change), "a.docx")
    assert [block.label for block in draft.blocks] == [
        *("4", "4.1", "(i)", "(ii)", "4.2", "(i)", "Z)", "AA)", "5", "5.1", "9", ""),
    ]
    assert [block.kind.value for block in draft.blocks[:3]] == ["list-item", "paragraph", "list-item"]


def test_tracked_changes_are_read_as_accepted() -> None:
    """Insertions are in, deletions and moves from here are out, a deleted paragraph mark joins two."""
    document = docx.Document()
    add_xml(
        document,
        "<w:p><w:r><w:t>The nurse </w:t></w:r><w:ins w:id='1'><w:r><w:t>never </w:t></w:r></w:ins>"
        "<w:del w:id='2'><w:r><w:delText>often </w:delText></w:r></w:del><w:r><w:t>rang.</w:t></w:r></w:p>",
    )
    add_xml(
        document,
        "<w:p><w:pPr><w:rPr><w:del w:id='3'/></w:rPr></w:pPr><w:r><w:t>One half</w:t></w:r></w:p>",
    )
    add_xml(document, "<w:p><w:r><w:t>and the other.</w:t></w:r></w:p>")
    draft = read(document)
    assert [block.text for block in draft.blocks] == ["The nurse never rang.", "One half and the other."]
    assert [warning.kind for warning in draft.warnings] == ["tracked-changes"]


def test_hyphens_breaks_and_symbols() -> None:
    """Soft hyphens go, hard ones stay, breaks and tabs are white space, symbol fonts mean nothing."""
    document = docx.Document()
    add_xml(
        document,
        "<w:p><w:r><w:t>co</w:t><w:noBreakHyphen/><w:t>sleep</w:t><w:softHyphen/><w:t>ing</w:t><w:br/>"
        "<w:t>is</w:t><w:tab/><w:t>a risk</w:t><w:sym w:font='Wingdings' w:char='F0FC'/></w:r></w:p>",
    )
    assert [block.text for block in read(document).blocks] == ["co-sleeping is a risk"]


def test_merged_and_nested_cells_and_boxes() -> None:
    """A cell merged downwards counts once, an inner table in its place, a table of one cell is a box."""
    document = docx.Document()
    table = document.add_table(2, 2)
    table.cell(0, 0).merge(table.cell(1, 0)).text = "Both rows"
    table.cell(0, 1).text = "Above"
    inner = table.cell(1, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "In", "Out"
    box = document.add_table(1, 1)
    box.cell(0, 0).text = "The box has a sentence. It has two."
    assert [(kind, text) for kind, _, _, text in outline(read(document))] == [
        ("table", "Both rows"),
        ("table", "Above"),
        ("table", "In"),
        ("table", "Out"),
        ("paragraph", "The box has a sentence. It has two."),
    ]


def test_text_boxes_are_read_once() -> None:
    """Word writes each text box twice, once for old readers."""
    document = docx.Document()
    mc = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    box = "<w:txbxContent><w:p><w:r><w:t>In the box.</w:t></w:r></w:p></w:txbxContent>"
    element = parse_xml(
        f"<w:p {nsdecls('w')} xmlns:mc='{mc}'><w:r><w:t>Beside it.</w:t></w:r><w:r><mc:AlternateContent>"
        f"<mc:Choice Requires='wps'><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict>"
        "</mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    document.element.body.insert(0, element)
    assert [block.text for block in read(document).blocks] == ["Beside it.", "In the box."]


def test_footnotes_follow_their_paragraph() -> None:
    """A note is a block of its own; its mark is out of the sentence."""
    document = docx.Document()
    add_xml(
        document,
        '<w:p><w:r><w:t>It was cold</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r><w:r>'
        "<w:t>.</w:t></w:r></w:p>",
    )
    document.add_paragraph("It was late.")
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    relation = f'<Relationship Id="rId99" Type="{kinds}/footnotes" Target="footnotes.xml"/></Relationships>'

    def change(parts: dict[str, bytes]) -> None:
        parts["word/footnotes.xml"] = (
            f"<w:footnotes {nsdecls('w')}><w:footnote w:id='0'><w:p/></w:footnote><w:footnote w:id='2'>"
            "<w:p><w:r><w:t>As the neighbour said.</w:t></w:r></w:p></w:footnote></w:footnotes>"
        ).encode()
        name = "word/_rels/document.xml.rels"
        parts[name] = parts[name].replace(b"</Relationships>", relation.encode())

    draft = read_docx(with_parts(saved(document), change), "a.docx")
    assert outline(draft) == [
        ("paragraph", 0, "", "It was cold."),
        ("footnote", 0, "2", "As the neighbour said."),
        ("paragraph", 0, "", "It was late."),
    ]
    assert [(it.text, it.reason) for it in draft.removed] == [("2", RemovedReason.FOOTNOTE_MARK)]


def test_heads_and_feet_are_removed_and_listed() -> None:
    """They are in `removed`, once each."""
    document = docx.Document()
    document.add_paragraph("The clinic closed.")
    document.sections[0].header.paragraphs[0].text = "OFFICIAL"
    document.sections[0].footer.paragraphs[0].text = "Fenborough Board"
    draft = read(document)
    assert [block.text for block in draft.blocks] == ["The clinic closed."]
    assert [(it.text, it.reason) for it in draft.removed] == [
        ("OFFICIAL", RemovedReason.RUNNING_HEAD),
        ("Fenborough Board", RemovedReason.RUNNING_FOOT),
    ]
    assert draft.pages[0].characters == sum(map(str.isalnum, "The clinic closed.OFFICIALFenborough Board"))


def test_a_document_without_text() -> None:
    """Pictures only: said with what to do."""
    with pytest.raises(EmptyDocumentError, match=r"^a\.docx .*OCR"):
        read(docx.Document())


def test_a_zip_bomb_is_not_opened() -> None:
    """A part that unpacks to far more than a document has is refused before it is unpacked."""

    def change(parts: dict[str, bytes]) -> None:
        parts["word/styles.xml"] = b"<w:styles>" + b" " * (65 << 20)

    with pytest.raises(DamagedDocumentError, match="far more"):
        read_docx(with_parts(saved(docx.Document()), change), "a.docx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_are_refused(encoding: str) -> None:
    """A document type declaration, which could name other files, is refused."""

    def change(parts: dict[str, bytes]) -> None:
        text = parts["word/document.xml"].decode().partition("?>")[2]
        entity = '<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]>'
        parts["word/document.xml"] = f'<?xml version="1.0" encoding="{encoding}"?>{entity}{text}'.encode(
            encoding
        )

    with pytest.raises(DamagedDocumentError, match="document type declaration"):
        read_docx(with_parts(saved(docx.Document()), change), "a.docx")


@pytest.mark.parametrize(
    "part", ["word/document.xml", "word/styles.xml", "_rels/.rels", "[Content_Types].xml"]
)
def test_a_broken_part_is_said_to_be_damage(part: str) -> None:
    """XML that breaks off is a stated reason, never a traceback."""
    document = docx.Document()
    document.add_paragraph("The clinic closed.")

    def change(parts: dict[str, bytes]) -> None:
        parts[part] = parts[part][: len(parts[part]) // 2]

    with pytest.raises(DamagedDocumentError, match=r"^a\.docx .*save"):
        read_docx(with_parts(saved(document), change), "a.docx")


@pytest.mark.parametrize("part", ["word/document.xml", "_rels/.rels", "word/_rels/document.xml.rels"])
def test_a_missing_part_is_said_to_be_damage(part: str) -> None:
    """A part that is not there is a stated reason as well."""
    document = docx.Document()
    document.add_paragraph("The clinic closed.")

    def change(parts: dict[str, bytes]) -> None:
        del parts[part]

    content = with_parts(saved(document), change)
    if part == "word/_rels/document.xml.rels":
        assert outline(read_docx(content, "a.docx"))[0][3] == "The clinic closed."
    else:
        with pytest.raises(DamagedDocumentError):
            read_docx(content, "a.docx")
