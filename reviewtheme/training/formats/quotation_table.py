"""Documents with a table of quotations, as CSV or Excel: a row says which document, which words, which theme.

Columns: `document`, `quotation` (or `quote`, `excerpt`, `extract`, `segment`, or as ATLAS.ti and MAXQDA name
them in their reports) and `theme` (or `themes`, `code`, `codes`); several themes are parted by `;`, `|` or a
comma. The quotations are found in the documents of the folder; every sentence of these documents is read,
with or without theme.
"""

from reviewtheme.training.formats.documents import DocumentFolder, Quotation, place_quotations
from reviewtheme.training.formats.found import Found
from reviewtheme.training.formats.known_labels import KnownLabels
from reviewtheme.training.formats.opened import Opened

NAME = "table of quotations"
_DOCUMENT = ("document", "document name", "doc", "file", "filename", "source")
_QUOTATION = (
    "quotation",
    "quote",
    "excerpt",
    "extract",
    "segment",
    "coded segment",
    "coded segments",
    "quotation content",
    "text content",
)
_THEMES = ("themes", "theme", "codes", "code", "labels", "label", "tags", "tag")


def detect(opened: Opened) -> bool:
    """Know it by its three columns."""
    return all(opened.table.column(*aliases) is not None for aliases in (_DOCUMENT, _QUOTATION, _THEMES))


def read(opened: Opened, known: KnownLabels, folder: DocumentFolder) -> Found:
    """Read every quotation and find it in its document."""
    table, found = opened.table, Found(path=opened.path)
    columns = {
        name: table.column(*aliases) or 0
        for name, aliases in (("document", _DOCUMENT), ("quotation", _QUOTATION), ("themes", _THEMES))
    }
    cells = [row.cells[columns["themes"]] for row in table.rows]
    commas = known.codebook is not None or not any(";" in cell or "|" in cell for cell in cells)
    quotations = []
    for row in table.rows:
        document, quotation = row.cells[columns["document"]], row.cells[columns["quotation"]]
        place = f"row {row.number}"
        empty = [name for name, column in columns.items() if not row.cells[column]]
        if row.fault:
            found.fault(place, "", row.fault)
        for name in empty:
            found.fault(place, table.header[columns[name]], "it is empty")
        if row.fault or empty:
            continue
        labels = known.split(row.cells[columns["themes"]], commas=commas)
        quotations.append(Quotation(place=place, document=document, text=quotation, labels=labels))
    place_quotations(found, quotations, folder, table.header[columns["themes"]])
    return found
