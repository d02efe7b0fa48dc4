"""Results as an Excel workbook, a sheet for each table, written row by row: large runs fit as well.

Text is always text: a cell that begins as a formula does bears Excel's own mark of text ("quote prefix"), so
that editing it does not make a formula of it. Numbers are numbers. What a sheet cannot hold goes on to a
further sheet; what a cell cannot hold is cut, and told.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import IO, Any

from reviewtheme.codebook import Codebook
from reviewtheme.corpus import CorpusResult
from reviewtheme.errors import MissingExtraError
from reviewtheme.output.tables import TABLES, Cell, Row, Table
from reviewtheme.output.undated_zip import UndatedZip
from reviewtheme.output.xml_text import legal
from reviewtheme.spreadsheet import FORMULA_STARTS

MOST_ROWS = 1_048_576
"""Rows of a sheet, its header among them."""
LONGEST_CELL = 32_767
"""UTF-16 units of a cell."""
_CUT = " […]"
_ERROR = "#"
"""What the values begin with that Excel shows for errors, as #N/A."""
_CORE = "docProps/core.xml"
_WIDTHS = {
    "document": 28,
    "section": 30,
    "text": 90,
    "quotation": 90,
    "theme": 26,
    "theme_name": 34,
    "stance": 16,
    "warnings": 40,
    "failure": 40,
}


def write_workbook(
    results: Iterable[CorpusResult],
    codebook: Codebook,
    file: IO[bytes],
    *,
    tables: Sequence[Table] = TABLES,
    tell: Callable[[str], None] = lambda _: None,
) -> None:
    """Write a workbook: of results, with the sheets "marks", "matrix" and "reviews".

    Args:
        results: what was coded, and what could not be; or whatever else the tables are made of.
        codebook: that of the results.
        file: where it is written, which can seek.
        tables: the tables that become sheets.
        tell: takes a sentence on what could not be written as it is.

    Raises:
        MissingExtraError: openpyxl is not installed.
    """
    try:
        from openpyxl import Workbook  # type: ignore[import-untyped, unused-ignore]
        from openpyxl.writer.excel import ExcelWriter  # type: ignore[import-untyped, unused-ignore]
    except ImportError as error:
        raise MissingExtraError(
            'Excel workbooks need openpyxl: pip install "reviewtheme[tables]", or choose --format csv.'
        ) from error
    workbook = Workbook(write_only=True)
    sheets = [_Sheet(workbook, table, codebook) for table in tables]
    try:
        for result in results:
            for sheet in sheets:
                for row in sheet.table.rows(result, codebook):
                    sheet.add(row)
    except BaseException:
        for unfinished in workbook.worksheets:  # else openpyxl complains on the screen of each
            unfinished.close()
        raise
    ExcelWriter(workbook, _WorkbookZip(file)).save()
    _tell_losses(sheets, tell)


def _tell_losses(sheets: "Iterable[_Sheet]", tell: Callable[[str], None]) -> None:
    cut, replaced = (sum(getattr(sheet, what) for sheet in sheets) for what in ("cut", "replaced"))
    if cut:
        tell(
            f"{cut:,} cells of the workbook are cut: Excel holds {LONGEST_CELL:,} characters in a cell. "
            "The whole text is in --format csv and jsonl."
        )
    if replaced:
        tell(
            f"{replaced:,} cells of the workbook had characters that Excel cannot hold; U+FFFD is in their "
            "place. They are in --format csv and jsonl."
        )


@dataclass(slots=True)
class _Sheet:
    """A table as one sheet, or several where it has too many rows for one."""

    workbook: Any
    table: Table
    codebook: Codebook
    cut: int = 0
    """Cells that were cut."""
    replaced: int = 0
    """Cells in which characters were replaced."""
    _number: int = 0
    _rows: int = MOST_ROWS
    _current: Any = field(default=None)

    def __post_init__(self) -> None:
        self._begin()

    def add(self, row: Row) -> None:
        """Write a row, on a further sheet where this one is full."""
        if self._rows >= MOST_ROWS:
            self._begin()
        self._current.append([self._cell(value) for value in row])
        self._rows += 1

    def _begin(self) -> None:
        from openpyxl.cell import WriteOnlyCell  # type: ignore[import-untyped, unused-ignore]
        from openpyxl.styles import Font  # type: ignore[import-untyped, unused-ignore]
        from openpyxl.utils import get_column_letter  # type: ignore[import-untyped, unused-ignore]

        self._number += 1
        name = self.table.name if self._number == 1 else f"{self.table.name} {self._number}"
        self._current = sheet = self.workbook.create_sheet(name)
        sheet.freeze_panes = "A2"
        header = self.table.header(self.codebook)
        cells = []
        for column, title in enumerate(header, 1):
            sheet.column_dimensions[get_column_letter(column)].width = _WIDTHS.get(title, 12)
            cell = WriteOnlyCell(sheet, title)
            cell.font = Font(bold=True)
            cells.append(cell)
        sheet.append(cells)
        self._rows = 1

    def _cell(self, value: Cell) -> object:
        if not isinstance(value, str):
            return value
        text = legal(value)
        self.replaced += text != value
        text = self._shortened(text)
        if text.startswith((*FORMULA_STARTS, _ERROR)) and len(text) > 1:
            from openpyxl.cell import WriteOnlyCell

            cell = WriteOnlyCell(self._current, text)
            cell.data_type = "s"
            cell.quotePrefix = True
            return cell
        return text or None

    def _shortened(self, text: str) -> str:
        if len(text) <= LONGEST_CELL // 2:  # of which none can be longer in UTF-16
            return text
        units = text.encode("utf-16-le")
        if len(units) <= 2 * LONGEST_CELL:
            return text
        self.cut += 1
        return units[: 2 * (LONGEST_CELL - len(_CUT))].decode("utf-16-le", "ignore") + _CUT


class _WorkbookZip(UndatedZip):
    """The archive of a workbook, which does not say when it was made."""

    def writestr(
        self,
        zinfo_or_arcname: Any,  # noqa: ANN401 - as the method that it takes the place of
        data: str | bytes,  # type: ignore[override]
        compress_type: int | None = None,
        compresslevel: int | None = None,
    ) -> None:
        """Add a member; of that with the dates, these are left out."""
        if zinfo_or_arcname == _CORE:
            text = data if isinstance(data, str) else data.decode("utf-8")
            data = re.sub(r"<dcterms:(created|modified)\b.*?</dcterms:\1>", "", text, flags=re.DOTALL)
        super().writestr(zinfo_or_arcname, data, compress_type, compresslevel)
