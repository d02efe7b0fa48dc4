"""Highlights that Taguette exports, as CSV or Excel: `id`, `document`, `tag`, `content`; a row for each tag.

Taguette does not export where a highlight stands, so it is found again in the document, which must be in the
folder of documents under the name that it has in Taguette.
"""

from reviewtheme.training.formats.documents import DocumentFolder, Quotation, place_quotations
from reviewtheme.training.formats.found import Found
from reviewtheme.training.formats.opened import Opened

NAME = "Taguette highlights"
_COLUMNS = ("id", "document", "tag", "content")


def detect(opened: Opened) -> bool:
    """Know it by its four columns."""
    return tuple(map(str.casefold, opened.table.header)) == _COLUMNS


def read(opened: Opened, folder: DocumentFolder) -> Found:
    """Read every highlight and find it in its document."""
    found = Found(path=opened.path)
    quotations = []
    for row in opened.table.rows:
        _, document, tag, content = row.cells
        place = f"row {row.number}"
        empty = next(
            (name for name, cell in (("document", document), ("content", content)) if not cell), None
        )
        if row.fault or empty:
            found.fault(place, empty or "", row.fault or "it is empty")
            continue
        labels = (tag,) if tag else ()  # a tag is one theme, whatever commas are in it
        quotations.append(Quotation(place=place, document=document, text=content, labels=labels))
    place_quotations(found, quotations, folder, "tag")
    return found
