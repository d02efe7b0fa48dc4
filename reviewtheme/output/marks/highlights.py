"""Highlight annotations with a note, drawn so that every viewer shows them."""

from collections.abc import Sequence
from dataclasses import dataclass

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf

from reviewtheme.output.marks.colours import Colour
from reviewtheme.output.marks.places import Quad

_PRINTED = 4  # annotation flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Highlight:
    """What of a sentence stands on one page, and what is to be said of it."""

    page: int
    """Page number, from 1."""
    quads: tuple[Quad, ...]
    """One box a line, in reading order."""
    colour: Colour
    """Of the theme that leads."""
    subject: str
    """Name of the theme that leads."""
    note: str
    """Text of the note."""
    name: str
    """Unique on its page."""
    author: str
    """Who is named as the one who marked it."""


def add_highlights(pdf: Pdf, highlights: Sequence[Highlight]) -> None:
    """Put highlights on the pages of a PDF, under the annotations that are there, so that links work."""
    blending = pdf.make_indirect(Dictionary(Type=Name.ExtGState, BM=Name.Multiply, AIS=False))
    by_page: dict[int, list[Highlight]] = {}
    for highlight in highlights:
        by_page.setdefault(highlight.page, []).append(highlight)
    for number, of_page in by_page.items():
        page = pdf.pages[number - 1].obj
        made = [pdf.make_indirect(_annotation(pdf, page, each, blending)) for each in of_page]
        there = page.get("/Annots")
        page.Annots = Array([*made, *(there if isinstance(there, Array) else ())])


def _annotation(pdf: Pdf, page: pikepdf.Object, highlight: Highlight, blending: pikepdf.Object) -> Dictionary:
    colour = Array([_number(part) for part in highlight.colour])
    return Dictionary(
        Type=Name.Annot,
        Subtype=Name.Highlight,
        Rect=_around(highlight.quads),
        QuadPoints=Array([_number(value) for quad in highlight.quads for value in quad.corners]),
        C=colour,
        CA=1,
        F=_PRINTED,
        P=page,
        T=highlight.author,
        Subj=highlight.subject,
        Contents=highlight.note,
        NM=highlight.name,
        AP=Dictionary(N=_appearance(pdf, highlight, blending)),
    )


def _appearance(pdf: Pdf, highlight: Highlight, blending: pikepdf.Object) -> pikepdf.Stream:
    """Draw the boxes as one area, so that it is nowhere darker where lines stand close."""
    red, green, blue = highlight.colour
    boxes = "\n".join(
        f"{quad.left:.2f} {quad.bottom:.2f} {quad.right - quad.left:.2f} {quad.top - quad.bottom:.2f} re"
        for quad in highlight.quads
    )
    return pdf.make_stream(
        f"/Marked gs {red:.3f} {green:.3f} {blue:.3f} rg\n{boxes}\nf\n".encode("ascii"),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=_around(highlight.quads),
        Resources=Dictionary(ExtGState=Dictionary(Marked=blending)),
    )


def _around(quads: Sequence[Quad]) -> Array:
    return Array(
        [
            _number(min(quad.left for quad in quads)),
            _number(min(quad.bottom for quad in quads)),
            _number(max(quad.right for quad in quads)),
            _number(max(quad.top for quad in quads)),
        ]
    )


def _number(value: float) -> pikepdf.Object | float:
    return round(value, 3)
