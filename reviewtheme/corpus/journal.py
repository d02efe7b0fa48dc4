"""Results that wait on disk for the end of a run, so that a run that was stopped goes on where it was.

It lies beside the output until that is whole, and is removed then. Not for other programs to read.
"""

import json
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Self

from reviewtheme.codebook import Codebook
from reviewtheme.corpus.coded_record import decode, encode
from reviewtheme.corpus.find_inputs import Input
from reviewtheme.corpus.outcome import CorpusResult, DuplicateReview, FailedReview
from reviewtheme.corpus.run import Record
from reviewtheme.corpus.settings import Settings
from reviewtheme.errors import CorpusError

_VERSION = 1


class Journal:
    """The results of one run on disk. A context, which keeps the file; `remove` ends its use.

    Raises:
        CorpusError: its file cannot be written.
    """

    def __init__(self, path: Path, codebook: Codebook, settings: Settings) -> None:
        self._path = path
        self._codebook = codebook
        self._recipe = f"{settings.recipe} deadline={settings.deadline:g} memory={settings.memory}"
        try:
            self._database = self._open()
        except sqlite3.DatabaseError as error:
            raise self._cannot(error) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def finished(self) -> Mapping[str, str]:
        """Return name to digest of the files whose results are here, under the same settings."""
        try:
            rows = self._database.execute(
                "SELECT name, sha256 FROM results WHERE recipe = ? AND kind <> 'duplicate'", (self._recipe,)
            )
            return dict(rows.fetchall())
        except sqlite3.DatabaseError as error:
            raise self._cannot(error) from error

    def add(self, record: Record) -> None:
        """Keep what became of one file."""
        outcome = record.outcome
        if outcome is None:
            return
        if isinstance(outcome, FailedReview | DuplicateReview):
            kind = "failed" if isinstance(outcome, FailedReview) else "duplicate"
            content = json.dumps(asdict(outcome)).encode("ascii")
        else:
            kind, content = "coded", outcome if isinstance(outcome, bytes) else encode(outcome)
        row = (record.file.name, record.sha256, self._recipe, kind, content)
        try:
            with self._database:
                self._database.execute("INSERT OR REPLACE INTO results VALUES (?, ?, ?, ?, ?)", row)
        except sqlite3.DatabaseError as error:
            raise self._cannot(error) from error

    def results(self, files: tuple[Input, ...]) -> Iterator[CorpusResult]:
        """Yield the results in the order of the files, each made anew from the disk."""
        for file in files:
            try:
                result = self._result(file)
            except (sqlite3.DatabaseError, ValueError, TypeError) as error:
                raise self._cannot(error) from error
            yield result

    def _result(self, file: Input) -> CorpusResult:
        row = self._database.execute("SELECT kind, content FROM results WHERE name = ?", (file.name,))
        kind, content = row.fetchone()
        if kind == "coded":
            return decode(content, self._codebook)
        return (FailedReview if kind == "failed" else DuplicateReview)(**json.loads(content))

    def remove(self) -> None:
        """Remove the file, once the output is whole."""
        self._database.close()
        self._path.unlink(missing_ok=True)

    def _open(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path)
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if version != _VERSION:  # a new file, or one of another version of the program
            database.close()
            self._path.unlink(missing_ok=True)
            database = sqlite3.connect(self._path)
            database.executescript(
                "CREATE TABLE results (name TEXT PRIMARY KEY, sha256 TEXT, recipe TEXT, kind TEXT,"
                " content BLOB);"
                f"PRAGMA user_version = {_VERSION};"
            )
        self._path.chmod(0o600)
        return database

    def _cannot(self, error: Exception) -> CorpusError:
        return CorpusError(
            f"'{self._path}', where results wait for the end of the run, cannot be used ({error}): see that "
            "its folder may be written to and has room, or remove it and begin again."
        )
