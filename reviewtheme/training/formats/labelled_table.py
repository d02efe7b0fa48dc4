"""A table of labelled sentences: CSV or Excel, one row a sentence, or a row for each sentence and theme.

Columns: `text` (or `sentence`), and either `themes` (or `theme`, `labels`, `codes`), in which several are
parted by `;`, `|` or a comma, or one column of 0 and 1 for each theme, which bears its id or name.
`document`, `stance`, `previous`, `register`, `start` and `end` may be there. Rows that follow each other with
the same document, text and place are one sentence. What this program writes as CSV can be corrected and read
again.
"""

from collections.abc import Sequence
from dataclasses import replace

from reviewtheme.codebook import Theme
from reviewtheme.codebook_files import label_id
from reviewtheme.spreadsheet import Row, Table
from reviewtheme.training.formats.found import Found, FoundText
from reviewtheme.training.formats.known_labels import KnownLabels
from reviewtheme.training.formats.opened import Opened

NAME = "table of sentences"
_TEXT = ("text", "sentence")
_THEMES = ("themes", "theme", "labels", "label", "codes", "code")
_OTHERS = {
    "document": ("document", "doc", "document name", "file", "filename", "source"),
    "stance": ("stance",),
    "previous": ("previous", "prev"),
    "register": ("register",),
    "start": ("start",),
    "end": ("end",),
    "failure": ("failure",),
}
_NEVER_THEMES = {
    "id",
    "index",
    "sentence",
    "page",
    "score",
    "stance score",
    "theme name",
    "section",
    "part",
    "row",
}
_YES = {"1", "1.0", "true", "yes", "y", "x"}
_NO = {"", "0", "0.0", "false", "no", "n"}
_SLIPS = 0.1
"""Share of a column's filled cells that may be neither yes nor no while it is still taken for a theme's."""


def detect(opened: Opened, known: KnownLabels) -> bool:
    """Know it by a column of texts, and a column of themes or columns of 0 and 1."""
    table = opened.table
    if table.column(*_TEXT) is None:
        return False
    return table.column(*_THEMES) is not None or bool(_theme_columns(table, known))


def read(opened: Opened, known: KnownLabels) -> Found:
    """Read every row."""
    table, found = opened.table, Found(path=opened.path)
    labelled = _LabelColumns(table, known)
    columns = {name: table.column(*aliases) for name, aliases in _OTHERS.items()}
    for row in table.rows:
        _read_row(found, row, {"text": table.column(*_TEXT), **columns}, labelled)
    found.declared = labelled.declared
    unused = labelled.unused([table.column(*_TEXT), *columns.values()])
    if unused:
        found.notes.append(f"Columns that were not used: {', '.join(unused)}.")
    return found


class _LabelColumns:
    """Where the labels of a row stand."""

    def __init__(self, table: Table, known: KnownLabels) -> None:
        self._table = table
        self._known = known
        self._themes = table.column(*_THEMES)
        self._marked = () if self._themes is not None else _theme_columns(table, known)
        cells = [row.cells[self._themes] for row in table.rows] if self._themes is not None else []
        # without a codebook, a file that parts labels with ";" or "|" may have commas within them
        self._commas = known.codebook is not None or not any(";" in cell or "|" in cell for cell in cells)

    @property
    def name(self) -> str:
        """Name of the column of themes, for messages."""
        return self._table.header[self._themes] if self._themes is not None else "themes"

    @property
    def declared(self) -> list[Theme]:
        """The themes that columns of 0 and 1 are for, used or not."""
        return [Theme(id=label_id(name), name=name) for name in (self._table.header[c] for c in self._marked)]

    def labels(self, found: Found, row: Row) -> tuple[str, ...]:
        """Read the labels of a row; a cell that is neither yes nor no is a fault."""
        if self._themes is not None:
            return self._known.split(row.cells[self._themes], commas=self._commas)
        labels = []
        for column in self._marked:
            cell, name = row.cells[column].casefold(), self._table.header[column]
            if cell in _YES:
                labels.append(name)
            elif cell not in _NO:
                found.fault(f"row {row.number}", name, f"it is '{row.cells[column]}', and neither 0 nor 1")
        return tuple(labels)

    def unused(self, used: Sequence[int | None]) -> list[str]:
        """Name the columns that were not used."""
        kept = {*used, self._themes, *self._marked}
        return [name or "(no name)" for place, name in enumerate(self._table.header) if place not in kept]


def _theme_columns(table: Table, known: KnownLabels) -> tuple[int, ...]:
    """Find the columns that bear a theme's name or, else, hold 0 and 1, but for a few slips of the pen."""
    used = {table.column(*aliases) for aliases in (_TEXT, *_OTHERS.values())}
    return tuple(
        place
        for place, name in enumerate(table.header)
        if place not in used and name and (known.theme(name) or _is_marked(table, place, name))
    )


def _is_marked(table: Table, place: int, name: str) -> bool:
    if name.casefold().replace("_", " ") in _NEVER_THEMES:
        return False
    cells = [row.cells[place].casefold() for row in table.rows if row.cells[place]]
    slips = sum(cell not in _YES | _NO for cell in cells)
    return bool(cells) and slips <= _SLIPS * len(cells)


def _read_row(found: Found, row: Row, columns: dict[str, int | None], labelled: _LabelColumns) -> None:
    place = f"row {row.number}"
    cells = {name: row.cells[column] if column is not None else None for name, column in columns.items()}
    if row.fault:
        found.fault(place, "", row.fault)
        return
    if cells["failure"] and not cells["text"]:
        found.skip("the row says that a document could not be read", place)
        return
    text = cells["text"] or ""
    labels = labelled.labels(found, row)
    start, end = (_offset(found, place, name, cells[name]) for name in ("start", "end"))
    if not any(map(str.isalnum, text)):
        found.fault(place, "text", "it is empty, or has no letter or digit in it")
        return
    item = FoundText(
        place=place,
        text=text,
        labels=labels,
        label_field=labelled.name,
        document=cells["document"] or "",
        stance=cells["stance"] or "",
        previous=cells["previous"],
        register=cells["register"] or "",
        start=start,
        end=end,
    )
    before = found.items[-1] if found.items else None
    if isinstance(before, FoundText) and _same_sentence(before, item):
        found.items[-1] = replace(
            before, labels=(*before.labels, *labels), stance=before.stance or item.stance
        )
    else:
        found.items.append(item)


def _same_sentence(one: FoundText, other: FoundText) -> bool:
    return (one.document, one.text, one.start, one.end) == (
        other.document,
        other.text,
        other.start,
        other.end,
    )


def _offset(found: Found, place: str, name: str, cell: str | None) -> int | None:
    if not cell:
        return None
    if cell.isdecimal():
        return int(cell)
    found.fault(place, name, f"it is '{cell}', and no whole number from 0 on")
    return None
