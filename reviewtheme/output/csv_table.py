"""Tables as CSV, safe for spreadsheets: quoted where needed, UTF-8, and no cell starts a formula."""

import csv
import io
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from typing import IO

from reviewtheme.codebook import Codebook, default_codebook
from reviewtheme.corpus import CorpusResult
from reviewtheme.output.files import OutputFolder
from reviewtheme.output.tables import MARKS, TABLES, Cell, Row, Table
from reviewtheme.spreadsheet import FORMULA_STARTS


def to_csv(
    results: Iterable[CorpusResult],
    *,
    table: Table = MARKS,
    codebook: Codebook | None = None,
    header: bool = True,
) -> str:
    """Return a table of results that spreadsheets read.

    Args:
        results: what was coded, and what could not be.
        table: which table: `tables.MARKS`, `MATRIX` or `REVIEWS`.
        codebook: that of the results; None is the default codebook.
        header: whether the names of the columns come first.
    """
    codebook = codebook or default_codebook()
    rows = (row for result in results for row in table.rows(result, codebook))
    return (_lines([list(table.header(codebook))]) if header else "") + _lines(rows)


def write_marks(results: Iterable[CorpusResult], codebook: Codebook, file: IO[str]) -> None:
    """Write the table of marks, review by review."""
    file.write(to_csv([], codebook=codebook))
    for result in results:
        file.write(to_csv([result], codebook=codebook, header=False))


def write_tables(results: Iterable[CorpusResult], codebook: Codebook, folder: OutputFolder) -> None:
    """Write every table into a folder, review by review."""
    with ExitStack() as stack:
        files = [(table, stack.enter_context(folder.file(f"{table.name}.csv"))) for table in TABLES]
        for table, file in files:
            file.write(to_csv([], table=table, codebook=codebook))
        for result in results:
            for table, file in files:
                file.write(to_csv([result], table=table, codebook=codebook, header=False))


def safe_cell(value: Cell) -> Cell:
    """Put an apostrophe before text that a spreadsheet would take for a formula; a mere sign is none.

    A carriage return becomes a space: a writer of CSV need not quote it, and a reader may end the row there.
    """
    if not isinstance(value, str):
        return value
    is_formula = len(value) > 1 and value.startswith(FORMULA_STARTS)
    return ("'" if is_formula else "") + value.replace("\r", " ")


def _lines(rows: Iterable[Row | Sequence[str]]) -> str:
    table = io.StringIO(newline="")
    writer = csv.writer(table, lineterminator="\n")
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return table.getvalue()
