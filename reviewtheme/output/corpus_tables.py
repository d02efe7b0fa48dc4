"""A corpus database as tables for other programs: Parquet or CSV, the same content giving the same bytes.

Rows are in the order of paths and of the text, and refer to documents by path: numbers that depend on
the order in which documents happened to be done, and times, are left out.
"""

import csv
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from sqlite3 import Cursor

from reviewtheme.corpus.database import open_corpus
from reviewtheme.errors import CorpusError, MissingExtraError
from reviewtheme.output.csv_table import safe_cell

FORMATS = ("parquet", "csv")
_ROWS = 20_000
"""Rows in memory at once."""

_OF_DOCUMENT = "JOIN documents AS d ON d.id = x.document"
# ruff: noqa: S608 - the queries are put together from what stands here
TABLES: dict[str, tuple[str, dict[str, str]]] = {
    "documents": (
        "SELECT path, sha256, media_type, pages, kind_of_review, date, year, model, recipe"
        " FROM documents ORDER BY path",
        {"pages": "int", "year": "int"},
    ),
    "sentences": (
        'SELECT d.path, x.position, x.page, x.start, x."end", x.kind, x.role, x.section, x.text, x.stance,'
        f" x.stance_score FROM sentences AS x {_OF_DOCUMENT} ORDER BY d.path, x.position",
        {"position": "int", "page": "int", "start": "int", "end": "int", "stance_score": "float"},
    ),
    "sentence_themes": (
        "SELECT d.path, x.position, m.theme, m.score FROM sentence_themes AS m"
        f" JOIN sentences AS x ON x.id = m.sentence {_OF_DOCUMENT} JOIN themes AS t ON t.id = m.theme"
        " ORDER BY d.path, x.position, t.position",
        {"position": "int", "score": "float"},
    ),
    "document_themes": (
        f"SELECT d.path, x.theme, x.stance, x.sentences FROM document_themes AS x {_OF_DOCUMENT}"
        " JOIN themes AS t ON t.id = x.theme ORDER BY d.path, t.position, x.stance",
        {"sentences": "int"},
    ),
    "facts": (
        f'SELECT d.path, x.name, x.value, x.start, x."end" FROM facts AS x {_OF_DOCUMENT}'
        " ORDER BY d.path, x.start, x.rowid",
        {"start": "int", "end": "int"},
    ),
    "warnings": (
        f"SELECT d.path, x.kind, x.message, x.page FROM warnings AS x {_OF_DOCUMENT}"
        " ORDER BY d.path, x.rowid",
        {"page": "int"},
    ),
    "failures": ("SELECT path, sha256, kind, message FROM failures ORDER BY path", {}),
    "duplicates": ("SELECT path, sha256, original FROM duplicates ORDER BY path", {}),
    "models": ("SELECT sha256, name, version, codebook FROM models ORDER BY sha256", {}),
    "themes": ("SELECT id, name, heading FROM themes ORDER BY position", {}),
    "stances": ("SELECT id, name FROM stances ORDER BY position", {}),
}
"""Name of each table to its query and the columns that are not text."""


def export_corpus(corpus: Path, folder: Path, *, kind: str = "parquet") -> tuple[Path, ...]:
    """Write each table of a corpus database as a file, each whole or not at all; return their paths.

    Args:
        corpus: the corpus database.
        folder: where the files go; made where it does not exist.
        kind: "parquet" or "csv".

    Raises:
        CorpusError: the corpus cannot be read, or the folder not be written to.
        MissingExtraError: Parquet needs pyarrow.
    """
    write = _parquet_writer() if kind == "parquet" else _write_csv
    written = []
    try:
        with open_corpus(corpus) as database:
            folder.mkdir(parents=True, exist_ok=True)
            database.execute("BEGIN")  # one state of the corpus for all tables, though a run may be writing
            for name, (query, types) in TABLES.items():
                path = folder / f"{name}.{kind}"
                with _whole(path) as partial:
                    write(database.execute(query), types, partial)
                written.append(path)
    except OSError as error:
        raise CorpusError(
            f"'{folder}' cannot be written to ({error.strerror}): choose another folder."
        ) from error
    return tuple(written)


@contextmanager
def _whole(path: Path) -> Iterator[Path]:
    """Give the name under which a file is written, and rename it when it is whole."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    partial = Path(name)
    try:
        yield partial
        partial.chmod(0o644)
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)


def _write_csv(rows: Cursor, _types: dict[str, str], path: Path) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow([column[0] for column in rows.description])
        while chunk := rows.fetchmany(_ROWS):
            writer.writerows([safe_cell(value) for value in row] for row in chunk)


def _parquet_writer() -> Callable[[Cursor, dict[str, str], Path], None]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError as error:
        raise MissingExtraError(
            'Parquet needs pyarrow: pip install "reviewtheme[parquet]", or choose --format csv.'
        ) from error
    kinds = {"int": pyarrow.int64(), "float": pyarrow.float64()}

    def write(rows: Cursor, types: dict[str, str], path: Path) -> None:
        names = [column[0] for column in rows.description]
        schema = pyarrow.schema([(name, kinds.get(types.get(name, ""), pyarrow.string())) for name in names])
        with parquet.ParquetWriter(path, schema, compression="zstd") as file:
            while chunk := rows.fetchmany(_ROWS):
                columns = [
                    pyarrow.array(values, kind)
                    for values, kind in zip(zip(*chunk, strict=True), schema.types, strict=True)
                ]
                file.write_table(pyarrow.Table.from_arrays(columns, schema=schema))

    return write
