"""The legend: what the colours of a marked PDF mean, as pages to put at its end."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from html import escape
from io import BytesIO
from typing import Any

from reportlab.lib.colors import Color
from reportlab.lib.enums import TA_RIGHT
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from reviewtheme.output.marks.colours import Colour

_FONT, _BOLD = "reviewtheme-Vera", "reviewtheme-Vera-Bold"  # come with reportlab, and are embedded
_MARGIN = 50.0  # points
_COLOUR_WIDTH, _LEAST_WIDTH = 24.0, 40.0
_PLAIN = ParagraphStyle("plain", fontName=_FONT, fontSize=9, leading=12.5)
_TITLE = ParagraphStyle("title", fontName=_BOLD, fontSize=16, leading=21, spaceAfter=6)
_HEAD = ParagraphStyle("head", parent=_PLAIN, fontName=_BOLD, fontSize=6.5, leading=8.5)
_RIGHT = ParagraphStyle("right", parent=_PLAIN, alignment=TA_RIGHT)
_RIGHT_HEAD = ParagraphStyle("right-head", parent=_HEAD, alignment=TA_RIGHT)
_LINE = Color(0.8, 0.8, 0.8)


@dataclass(frozen=True, slots=True, kw_only=True)
class LegendRow:
    """One theme in the legend."""

    names: tuple[str, ...]
    """Its name, and what to write instead where the font cannot write that."""
    colour: Colour
    """Of its highlights."""
    counts: tuple[int, ...]
    """Sentences, then those that lead with it, then those of each stance."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Legend:
    """What the legend says."""

    title: str
    """Its title."""
    paragraphs: tuple[str, ...]
    """What stands above the table."""
    columns: tuple[str, ...]
    """What each of the counts is called."""
    rows: tuple[LegendRow, ...]
    """The themes; without any there is no table."""
    remarks: tuple[str, ...]
    """What stands below the table."""


def legend_pages(legend: Legend) -> bytes:
    """Return a PDF of one or more A4 pages; the same bytes for the same legend."""
    _register_fonts()
    parts: list[Flowable] = [Paragraph(_written(legend.title), _TITLE)]
    parts += _paragraphs(legend.paragraphs)
    if legend.rows:
        parts.append(_table(legend))
    parts += _paragraphs(legend.remarks)
    file = BytesIO()
    template = SimpleDocTemplate(
        file,
        pagesize=A4,
        leftMargin=_MARGIN,
        rightMargin=_MARGIN,
        topMargin=_MARGIN,
        bottomMargin=_MARGIN,
        title=legend.title,
        invariant=1,
    )
    template.build(parts)
    return file.getvalue()


def _paragraphs(texts: Sequence[str]) -> list[Flowable]:
    parts: list[Flowable] = []
    for text in texts:
        parts += [Paragraph(_written(text), _PLAIN), Spacer(0, 6)]
    return [*parts, Spacer(0, 4)]


def _table(legend: Legend) -> Table:
    head = [
        "",
        Paragraph("Theme", _HEAD),
        *(Paragraph(_written(each), _RIGHT_HEAD) for each in legend.columns),
    ]
    rows: list[list[Any]] = [
        ["", Paragraph(_written(*row.names), _PLAIN), *(Paragraph(str(n), _RIGHT) for n in row.counts)]
        for row in legend.rows
    ]
    width = A4[0] - 2 * _MARGIN - _COLOUR_WIDTH
    numbers = [_column_width(name) for name in legend.columns]
    shrink = min(1.0, 0.6 * width / (sum(numbers) or 1.0))  # of a codebook with many stances
    numbers = [shrink * each for each in numbers]
    style: list[tuple[Any, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
        ("VALIGN", (0, 0), (-1, 0), "BOTTOM"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.4, _LINE),
        ("LEFTPADDING", (2, 0), (-1, -1), 2),
        ("RIGHTPADDING", (2, 0), (-1, -1), 4),
        ("TOPPADDING", (0, 0), (-1, -1), 2),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 3),
    ]
    style += [
        ("BACKGROUND", (0, place), (0, place), Color(*row.colour))
        for place, row in enumerate(legend.rows, start=1)
    ]
    return Table(
        [head, *rows],
        colWidths=[_COLOUR_WIDTH, width - sum(numbers), *numbers],
        repeatRows=1,
        style=TableStyle(style),
        spaceAfter=10,
    )


def _column_width(name: str) -> float:
    """Give a column the width of the longest word over it."""
    widest = max(pdfmetrics.stringWidth(word, _BOLD, _HEAD.fontSize) for word in [*name.split(), ""])
    return max(float(widest) + 10, _LEAST_WIDTH)


@cache
def _register_fonts() -> None:
    pdfmetrics.registerFont(TTFont(_FONT, "Vera.ttf"))
    pdfmetrics.registerFont(TTFont(_BOLD, "VeraBd.ttf"))


def _written(*choices: str) -> str:
    """Give the first text that the font can write, as markup, or else the first, with signs for gaps."""
    written = [_in_font(text) for text in choices]
    whole = next((text for text in written if "\u00bf" not in text), written[0])
    return escape(whole)


def _in_font(text: str) -> str:
    known = pdfmetrics.getFont(_FONT).face.charToGlyph
    letters = []
    for letter in unicodedata.normalize("NFC", text):
        plain = "".join(c for c in unicodedata.normalize("NFKD", letter) if not unicodedata.combining(c))
        letters.append(
            next((each for each in (letter, plain) if each and all(ord(c) in known for c in each)), "\u00bf")
        )
    return "".join(letters)
