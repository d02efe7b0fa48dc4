"""Make the sample documents that have a source: the review (PDF) and the learning summary (DOCX).

usage: python corpus_sample/documents/make_documents.py [--check]

With --check nothing is written: exit status 1 where a committed file is not what its source makes today.
Needs WeasyPrint (with Pango), python-docx, lxml, and ReportLab for its Bitstream Vera fonts: the extra "dev".
"""

import argparse
import hashlib
import io
import json
import sys
import zipfile
import zlib
from collections.abc import Callable, Iterator
from datetime import datetime
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from docx.document import Document
    from lxml.html import HtmlElement

HERE = Path(__file__).resolve().parent
SOURCE = HERE / "source"
TOOLS = SOURCE / "made_with.json"
FONT_STYLES = {"Vera": "", "VeraBd": "font-weight: bold;", "VeraIt": "font-style: italic;"}
NEXT_STEP = "Run this script without --check."
FIRST_ZIP_DATE = (1980, 1, 1, 0, 0, 0)
HEADING_LEVELS = {"h2": 1, "h3": 2}
LIST_STYLES = {"ul": "List Bullet", "ol": "List Number"}


def tools() -> dict[str, str]:
    """Return the versions on which the bytes depend; the words do not depend on them."""
    from weasyprint.text.ffi import pango

    packages = ("fonttools", "lxml", "pydyf", "pyphen", "python-docx", "reportlab", "weasyprint")
    return {name: version(name) for name in packages} | {
        "pango": str(pango.pango_version()),
        "zlib": zlib.ZLIB_RUNTIME_VERSION,
    }


def font_faces() -> str:
    """Return CSS that takes Vera from ReportLab, so that the fonts of the machine do not matter."""
    spec = find_spec("reportlab")
    if spec is None or spec.origin is None:
        raise SystemExit("ReportLab is not installed, and the fonts come with it: pip install reportlab")
    folder = Path(spec.origin).parent / "fonts"
    return "\n".join(
        f'@font-face {{ font-family: Vera; src: url("{(folder / name).as_uri()}.ttf"); {style} }}'
        for name, style in FONT_STYLES.items()
    )


def make_pdf(source: Path) -> bytes:
    """Return the HTML file `source` as a PDF; its dates and its identifier come from the source."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    pdf: bytes = HTML(filename=str(source)).write_pdf(
        stylesheets=[CSS(string=font_faces(), font_config=fonts)],
        font_config=fonts,
        pdf_identifier=hashlib.md5(source.read_bytes(), usedforsecurity=False).hexdigest().encode(),
    )
    return pdf


def make_docx(source: Path) -> bytes:
    """Return the HTML file `source` as a Word document; it may use h1 to h3, p, ul, ol, and table."""
    import docx
    from docx.shared import Cm, Pt
    from lxml import html

    page = html.fromstring(source.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(2.2)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size, normal.paragraph_format.space_after = "Arial", Pt(10), Pt(5)
    for element in page.find("body"):
        add_element(document, element)

    properties = document.core_properties
    properties.title = page.findtext(".//title")
    properties.author = page.xpath("string(//meta[@name='author']/@content)")
    properties.comments = ""
    written = datetime.fromisoformat(page.xpath("string(//meta[@name='dcterms.created']/@content)"))
    properties.created = properties.modified = written.replace(tzinfo=None)
    saved = io.BytesIO()
    document.save(saved)
    return with_fixed_dates(saved.getvalue())


def add_element(document: "Document", element: "HtmlElement") -> None:
    """Add one HTML element to the end of a python-docx document."""
    if element.tag == "h1":
        document.add_heading(words_of(element), level=0)
    elif element.tag in HEADING_LEVELS:
        document.add_heading(words_of(element), level=HEADING_LEVELS[element.tag])
    elif element.tag == "p":
        document.add_paragraph(words_of(element))
    elif element.tag in LIST_STYLES:
        for item in element:
            document.add_paragraph(words_of(item), style=LIST_STYLES[element.tag])
    elif element.tag == "table":
        add_table(document, element.findall(".//tr"))
    else:
        raise SystemExit(f"learning-summary.html has a <{element.tag}>, which make_docx does not know")


def add_table(document: "Document", rows: "list[HtmlElement]") -> None:
    """Add a table whose first row is its heading."""
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    for row, made in zip(rows, table.rows, strict=True):
        for cell, target in zip(row, made.cells, strict=True):
            target.text = words_of(cell)
            for run in target.paragraphs[0].runs:
                run.bold = cell.tag == "th"


def words_of(element: "HtmlElement") -> str:
    """Return the text of an HTML element, its white space made single."""
    return " ".join(element.text_content().split())


def with_fixed_dates(archive: bytes) -> bytes:
    """Return a zip archive with the same members, none of which says when it was written."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(made, "w") as new:
        for name in old.namelist():
            member = zipfile.ZipInfo(name, FIRST_ZIP_DATE)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 0
            new.writestr(member, old.read(name))
    return made.getvalue()


DOCUMENTS: dict[str, tuple[str, Callable[[Path], bytes]]] = {
    "child-practice-review-teasel.pdf": ("child-practice-review-teasel.html", make_pdf),
    "learning-summary.docx": ("learning-summary.html", make_docx),
}


def differences() -> Iterator[str]:
    """Yield a sentence for each committed file that is missing or is not what its source makes."""
    then, now = json.loads(TOOLS.read_text(encoding="utf-8")) if TOOLS.exists() else {}, tools()
    other = ", ".join(
        f"{name} {now[name]} (was {then.get(name)})" for name in now if now[name] != then.get(name)
    )
    cause = f"made with other tools: {other}" if other else "its source or this script has changed"
    for name, (source, make) in DOCUMENTS.items():
        path = HERE / name
        if not path.exists():
            yield f"{name} is missing. {NEXT_STEP}"
        elif path.read_bytes() != make(SOURCE / source):
            yield f"{name} is not what source/{source} makes today ({cause}). {NEXT_STEP}"


def main() -> int:
    """Make the documents, or check them; return the exit status."""
    parser = argparse.ArgumentParser(description="Make the sample documents that have a source.")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; say whether the files are current"
    )
    if parser.parse_args().check:
        found = list(differences())
        sys.stdout.writelines(f"{line}\n" for line in found or ["The documents are what their sources make."])
        return int(bool(found))
    for name, (source, make) in DOCUMENTS.items():
        (HERE / name).write_bytes(make(SOURCE / source))
    TOOLS.write_text(json.dumps(tools(), indent=2, sort_keys=True) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
