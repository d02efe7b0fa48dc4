"""Tables from CSV files and Excel workbooks: a header and rows of text, each with its row number.

Limits: formulas are read as the value that they had when the workbook was saved; of a CSV, the separator
(comma, semicolon, tab or bar) is the one that cuts the header into most columns.
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from reviewtheme.errors import EncodingError, MissingExtraError
from reviewtheme.reading.text_encoding import decode_text

_SEPARATORS = ",;\t|"
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")
"""What a cell begins with that a spreadsheet takes for a formula; the wide forms, where it is Japanese."""
_MOST_UNPACKED = 512 << 20
"""Bytes that a workbook may unpack to; a sheet of 100,000 sentences has some 50 million."""
_MOST_CELLS, _MOST_ROWS = 20_000_000, 1 << 20
"""Cells of a sheet, empty ones up to the last of a row counted; and rows, of which Excel knows no more."""
_LONGEST_CELL = 1 << 20
"""Characters of a CSV's cell; more means that a quotation mark was never closed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A row below the header."""

    number: int
    """As a spreadsheet counts: the header is row 1."""
    cells: tuple[str, ...]
    """One for each column, without outer white space; empty where a cell is."""
    fault: str = ""
    """What is wrong with the row as a whole, as a clause; empty where nothing is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A sheet whose first row names its columns."""

    sheet: str
    """Name of the sheet; empty for a CSV file."""
    header: tuple[str, ...]
    """Names of the columns as they stand, without outer white space."""
    rows: tuple[Row, ...]
    """Every row that has a cell with something in it."""
    guessed_encoding: str = ""
    """The encoding of a CSV file, where only the frequency of letters speaks for it."""

    def column(self, *names: str) -> int | None:
        """Find a column by the first of the names that one has, whatever its case; None where none has."""
        plain = [" ".join(name.casefold().replace("_", " ").split()) for name in self.header]
        return next((plain.index(name) for name in names if name in plain), None)


def is_workbook(content: bytes) -> bool:
    """Tell whether bytes are an Excel workbook (.xlsx)."""
    if not content.startswith(b"PK\x03\x04"):
        return False
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            return "xl/workbook.xml" in archive.namelist()
    except (zipfile.BadZipFile, ValueError, OSError):
        return False


def read_tables(content: bytes, path: str) -> tuple[Table, ...]:
    """Read the tables of a CSV file (one) or an Excel workbook (one for each sheet that is not empty).

    `path` is what messages call the file.

    Raises:
        ValueError: it cannot be read as a table; its text is a clause that says why.
        MissingExtraError: it is a workbook, and openpyxl is not installed.
    """
    return _workbook_tables(content, path) if is_workbook(content) else (_csv_table(content, path),)


def _csv_table(content: bytes, path: str) -> Table:
    try:
        decoded = decode_text(content, path)
    except EncodingError as error:
        raise ValueError("its bytes are no text in any encoding that is tried: save it as UTF-8") from error
    text = decoded.text
    separator = ""
    if text[:4].casefold() == "sep=":  # how Excel is told the separator
        first, _, text = text.partition("\n")
        separator = first[4:5]
    separator = separator or _separator_of(text)
    rows = _numbered(csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True))
    try:
        return _table(rows, sheet="", guessed_encoding=decoded.guessed)
    except csv.Error as error:
        raise ValueError(
            f"it is no CSV that can be read ({error}): look for a quotation mark left open"
        ) from error


def _separator_of(text: str) -> str:
    """Choose the separator that cuts the header into most columns; a comma where none does."""
    return max(_SEPARATORS, key=lambda separator: len(_first_row(text, separator)))


def _first_row(text: str, separator: str) -> list[str]:
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator)
        return next((row for row in rows if any(row)), [])
    except csv.Error:
        return []


def _numbered(rows: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Give the rows their numbers, and refuse a cell that swallowed the rest of the file."""
    for number, row in enumerate(rows, 1):
        if any(len(cell) > _LONGEST_CELL for cell in row):
            raise ValueError(
                f"row {number} has a cell of over a million characters: close its quotation mark"
            )
        yield number, row


def _workbook_tables(content: bytes, path: str) -> tuple[Table, ...]:
    try:
        from openpyxl import load_workbook  # type: ignore[import-untyped, unused-ignore]
    except ImportError as error:
        raise MissingExtraError(
            f"{path} is an Excel workbook, and reading those needs openpyxl, which is not installed. "
            'Run: pip install "reviewtheme[tables]"; or save the sheet as CSV.'
        ) from error
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        if sum(part.file_size for part in archive.infolist()) > _MOST_UNPACKED:
            raise ValueError("it would unpack to over 512 MB (a zip bomb, perhaps), and is not opened")
    try:
        workbook = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        tables = [_table(_cells(sheet), sheet=sheet.title) for sheet in workbook.worksheets]
    except _TooLargeError:
        raise
    except (
        Exception
    ) as error:  # openpyxl lets many kinds through: KeyError, TypeError, BadZipFile, XML errors
        raise ValueError(
            "it is a damaged Excel workbook: open it in a spreadsheet and save it again"
        ) from error
    return tuple(table for table in tables if table.header)


class _TooLargeError(ValueError):
    """A sheet that is not read to its end."""


def _cells(sheet: Any) -> Iterator[tuple[int, list[str]]]:  # noqa: ANN401 - openpyxl's, which has no types
    """Give the rows of a sheet; a single cell far out makes all before it, so that these are counted.

    Raises:
        _TooLargeError: there are too many.
    """
    sheet.reset_dimensions()  # what a file says of its size would make every row as wide
    count = 0
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        count += len(row)
        if count > _MOST_CELLS or number > _MOST_ROWS:
            raise _TooLargeError(
                f"its sheet '{sheet.title}' has over {_MOST_CELLS:,} cells or {_MOST_ROWS:,} rows: delete "
                "the cells that stand far out, and save it again"
            )
        yield number, [_cell(value) for value in row]


def _cell(value: object) -> str:
    """Write a cell's value as a person would type it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value.isoformat() if isinstance(value, date | datetime) else str(value)


def _table(rows: Iterable[tuple[int, list[str]]], *, sheet: str, guessed_encoding: str = "") -> Table:
    """Take the first row with something in it as the header, and check the others against it."""
    filled = ((number, [_plain(cell) for cell in row]) for number, row in rows)
    kept = ((number, row) for number, row in filled if any(row))
    _, header = next(kept, (0, []))
    while header and not header[-1]:
        header.pop()
    return Table(
        sheet=sheet,
        header=tuple(header),
        rows=tuple(_row(number, row, len(header)) for number, row in kept),
        guessed_encoding=guessed_encoding,
    )


def _row(number: int, cells: list[str], width: int) -> Row:
    """Fit a row to the header: empty cells may be missing at its end or be too many, others may not."""
    extra = [cell for cell in cells[width:] if cell]
    fault = f"it has {len(cells)} cells, and the header {width}: is a cell with the separator unquoted?"
    padded = (*cells[:width], *[""] * (width - len(cells)))
    return Row(number=number, cells=padded, fault=fault if extra else "")


def _plain(cell: str) -> str:
    """Take off outer white space, and the apostrophe that keeps a spreadsheet from running a formula."""
    plain = cell.strip().removeprefix("\ufeff")
    return plain[1:] if plain.startswith("'") and plain[1:].startswith(FORMULA_STARTS) else plain
