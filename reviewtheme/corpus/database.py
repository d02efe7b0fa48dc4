"""The corpus in one SQLite file: what a run has found, document by document, each in one transaction.

Schema: `schema.sql`, described in docs/corpus-database.md. A file that is not such a database is never
written to. Reading a database that somebody sent is safe: it is opened read-only, and nothing in its
schema may call a function with side effects.
"""

import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Self

from reviewtheme.classification.coded_review import CodedReview, CodedSentence
from reviewtheme.classification.model import Model
from reviewtheme.codebook import Codebook
from reviewtheme.corpus.outcome import DuplicateReview, FailedReview, FailureKind
from reviewtheme.corpus.run import Record
from reviewtheme.corpus.settings import Settings
from reviewtheme.document import Fact
from reviewtheme.errors import CorpusError

APPLICATION_ID = 0x52544843
SCHEMA_VERSION = 1
ENDINGS = (".sqlite", ".sqlite3", ".db")
"""Endings of an output that is a corpus database."""
_SCORE_DIGITS = 4
_BUSY_SECONDS = 60.0
_LARGEST_VALUE = 64 << 20
"""Bytes of one value that are read: a sentence has some hundreds."""
_NUMBERS = frozenset(("pages", "year", "page", "position", "start", "end", "sentences"))
"""Columns of whole numbers."""


class CorpusWriter:
    """A corpus database that a run adds to. A context: an exception in it takes nothing back that is done.

    Args:
        path: the file; made where it does not exist.
        model: what codes the run's documents.
        settings: how they are read, and their limits.
        inputs: number of files of the run.
        retry_failed: whether files that failed are tried again, though nothing has changed.

    Raises:
        CorpusError: the file is something else, is damaged, or has another codebook.
    """

    def __init__(
        self, path: Path, model: Model, settings: Settings, *, inputs: int, retry_failed: bool = False
    ) -> None:
        self._path = path
        self._model = model
        self._settings = settings
        self._retry_failed = retry_failed
        with said_plainly(path):
            self._database = _open_for_writing(path)
        try:
            with said_plainly(path):
                self._refuse_other_codebook(model.codebook)
                self._run = self._begin(inputs)
        except BaseException:
            self._database.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._database.close()

    def finished(self) -> Mapping[str, str]:
        """Return path to digest of the files that need not be read again.

        Failures that a greater limit or an installed program may mend are not among them.
        """
        recipe, limits = self._settings.recipe, self._settings
        done = "SELECT path, sha256 FROM documents WHERE recipe = ?"
        failed = """
            UNION ALL
            SELECT path, sha256 FROM failures
            WHERE recipe = ?
                AND kind <> ?
                AND NOT (kind = ? AND deadline < ?)
                AND NOT (kind = ? AND memory < ?)
        """
        kinds = (FailureKind.MISSING_EXTRA, FailureKind.TIME_OUT, FailureKind.OUT_OF_MEMORY)
        values = (recipe, kinds[0], kinds[1], limits.deadline, kinds[2], limits.memory)
        with said_plainly(self._path):
            if self._retry_failed:
                return dict(self._database.execute(done, (recipe,)).fetchall())
            return dict(self._database.execute(done + failed, (recipe, *values)).fetchall())

    def add(self, record: Record) -> None:
        """Write what became of one file, in place of what was known of it; all of it or nothing.

        Raises:
            CorpusError: the disk is full, or the file cannot be written for another reason.
        """
        if record.outcome is None:
            return
        result = record.result(self._model.codebook)
        with said_plainly(self._path), self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._forget(
                record.file.name, result.review.source.sha256 if isinstance(result, CodedReview) else ""
            )
            if isinstance(result, CodedReview):
                self._add_document(result)
            elif isinstance(result, FailedReview):
                self._add_failure(result, record.sha256)
            else:
                self._add_duplicate(result)

    def failures(self, names: Iterable[str]) -> list[FailedReview]:
        """Return the failures of some files, of this run or an earlier one, by path."""
        wanted = set(names)
        with said_plainly(self._path):
            rows = self._database.execute("SELECT path, kind, message FROM failures ORDER BY path").fetchall()
        return [
            FailedReview(path=path, kind=kind, message=said) for path, kind, said in rows if path in wanted
        ]

    def end(self) -> None:
        """Note that the run has come to its end."""
        with said_plainly(self._path), self._database:
            self._database.execute("UPDATE runs SET ended = ? WHERE id = ?", (_now(), self._run))

    def _begin(self, inputs: int) -> int:
        from reviewtheme import __version__

        settings, model, codebook = self._settings, self._model.identity, self._model.codebook
        with self._database:
            self._database.execute("BEGIN IMMEDIATE")
            self._database.execute(
                "INSERT OR IGNORE INTO models VALUES (?, ?, ?, ?)",
                (model.sha256, model.name, model.version, model.codebook),
            )
            self._database.executemany(
                "INSERT OR IGNORE INTO themes VALUES (?, ?, ?, ?)",
                [(t.id, place, t.name, t.group) for place, t in enumerate(codebook.themes)],
            )
            self._database.executemany(
                "INSERT OR IGNORE INTO stances VALUES (?, ?, ?)",
                [(s.id, place, s.name) for place, s in enumerate(codebook.stances)],
            )
            run = self._database.execute(
                "INSERT INTO runs (started, program, recipe, deadline, memory, inputs)"
                " VALUES (?, ?, ?, ?, ?, ?)",
                (_now(), __version__, settings.recipe, settings.deadline, settings.memory, inputs),
            )
        return int(run.lastrowid or 0)

    def _refuse_other_codebook(self, codebook: Codebook) -> None:
        for table, ids in (("themes", codebook.theme_ids), ("stances", codebook.stance_ids)):
            rows = self._database.execute(f"SELECT id FROM {table} ORDER BY position")  # noqa: S608 - two names
            known = tuple(row[0] for row in rows)
            if known and known != ids:
                raise CorpusError(
                    f"'{self._path}' was coded with another codebook than the model's, {codebook.name} "
                    f"{codebook.version}: their counts cannot be added up. Choose another --output."
                )

    def _forget(self, path: str, sha256: str) -> None:
        """Remove what is known of a path, and a document of the same content under an old name."""
        execute = self._database.execute
        for (document,) in execute(
            "SELECT id FROM documents WHERE path = ? OR sha256 = ?", (path, sha256)
        ).fetchall():
            execute(
                "INSERT INTO sentence_words (sentence_words, rowid, text)"
                " SELECT 'delete', id, text FROM sentences WHERE document = ?",
                (document,),
            )
            execute(
                "DELETE FROM sentence_themes WHERE sentence IN (SELECT id FROM sentences WHERE document = ?)",
                (document,),
            )
            for table in ("sentences", "facts", "warnings", "document_themes"):
                execute(f"DELETE FROM {table} WHERE document = ?", (document,))  # noqa: S608 - four names
            execute("DELETE FROM documents WHERE id = ?", (document,))
        execute("DELETE FROM failures WHERE path = ?", (path,))
        execute("DELETE FROM duplicates WHERE path = ?", (path,))

    def _add_document(self, coded: CodedReview) -> None:
        review, source = coded.review, coded.review.source
        date = _first(review.facts, "date")
        document = self._database.execute(
            "INSERT INTO documents (path, sha256, media_type, pages, kind_of_review, date, year, model,"
            " recipe, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (
                source.path,
                source.sha256,
                source.media_type,
                source.pages,
                _storable(_first(review.facts, "kind-of-review")),
                _storable(date),
                _year(date),
                coded.model.sha256,
                self._settings.recipe,
                self._run,
            ),
        ).lastrowid
        many = self._database.executemany
        many(
            "INSERT INTO facts VALUES (?, ?, ?, ?, ?)",
            [(document, fact.name, _storable(fact.value), fact.start, fact.end) for fact in review.facts],
        )
        many(
            "INSERT INTO warnings VALUES (?, ?, ?, ?)",
            [
                (document, warning.kind, _storable(warning.message), warning.page)
                for warning in coded.warnings
            ],
        )
        self._add_sentences(document, coded.sentences)
        counts = Counter((t, s.stance) for s in coded.sentences if s.counts_as_evidence for t in s.themes)
        many(
            "INSERT INTO document_themes VALUES (?, ?, ?, ?)",
            [(document, theme, stance, count) for (theme, stance), count in counts.items()],
        )

    def _add_sentences(self, document: int | None, coded: Sequence[CodedSentence]) -> None:
        (last,) = self._database.execute("SELECT coalesce(max(id), 0) FROM sentences").fetchone()
        numbered = list(enumerate(coded, start=last + 1))
        many = self._database.executemany
        many(
            "INSERT INTO sentences VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [_sentence_row(number, document, sentence) for number, sentence in numbered],
        )
        many(
            "INSERT INTO sentence_words (rowid, text) VALUES (?, ?)",
            [(number, _storable(sentence.text)) for number, sentence in numbered],
        )
        many(
            "INSERT INTO sentence_themes VALUES (?, ?, ?)",
            [
                (number, theme, round(sentence.scores[theme], _SCORE_DIGITS))
                for number, sentence in numbered
                for theme in sentence.themes
            ],
        )

    def _add_failure(self, failed: FailedReview, sha256: str) -> None:
        limits = self._settings
        self._database.execute(
            "INSERT INTO failures VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            (
                failed.path,
                sha256,
                str(failed.kind),
                _storable(failed.message),
                limits.recipe,
                limits.deadline,
                limits.memory,
                self._run,
            ),
        )

    def _add_duplicate(self, copy: DuplicateReview) -> None:
        self._database.execute(
            "INSERT INTO duplicates VALUES (?, ?, ?, ?)", (copy.path, copy.sha256, copy.original, self._run)
        )


def _sentence_row(number: int, document: int | None, coded: CodedSentence) -> tuple[object, ...]:
    sentence = coded.sentence
    return (
        number,
        document,
        sentence.index,
        sentence.page,
        sentence.start,
        sentence.end,
        str(sentence.kind),
        str(sentence.role),
        _storable(" > ".join(sentence.section)),
        _storable(sentence.text),
        coded.stance or None,
        round(coded.stance_score, _SCORE_DIGITS) if coded.stance else None,
    )


def is_corpus_path(path: Path | None) -> bool:
    """Tell from its name whether an output is to be a corpus database."""
    return path is not None and path.suffix.lower() in ENDINGS


@contextmanager
def open_corpus(path: Path) -> Iterator[sqlite3.Connection]:
    """Open a corpus database for reading, for as long as the context lasts.

    Raises:
        CorpusError: it is missing, is something else, is damaged, or is of a newer program.
    """
    if not path.is_file():
        raise CorpusError(
            f"There is no corpus '{path}': make one with "
            "'reviewtheme classify FOLDER --output CORPUS.sqlite'."
        )
    with said_plainly(path):
        database = sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True, timeout=_BUSY_SECONDS)
        try:
            database.execute("PRAGMA trusted_schema = OFF")
            database.execute("PRAGMA cell_size_check = ON")
            database.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LARGEST_VALUE)
            _check(database, path)
            database.row_factory = _checked_row
            yield database
        finally:
            database.close()


@contextmanager
def said_plainly(path: Path) -> Iterator[None]:
    """Turn what SQLite says into a sentence for the user."""
    try:
        yield
    except sqlite3.DatabaseError as error:
        reason = str(error)
        if "locked" in reason:
            advice = "another run is writing to it: wait for its end"
        elif "full" in reason or "I/O" in reason or "readonly" in reason or "unable to open" in reason:
            advice = (
                "see that its folder exists, may be written to and has room, and give the same command again"
            )
        else:
            advice = "it is no corpus of this program, or is damaged: choose another file, or remove it"
        raise CorpusError(f"'{path}' cannot be used ({reason}): {advice}.") from error


def _open_for_writing(path: Path) -> sqlite3.Connection:
    database = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
    try:
        database.execute("PRAGMA trusted_schema = OFF")
        if database.execute("SELECT count(*) FROM sqlite_master").fetchone() == (0,):
            _create(database)
        _check(database, path)
    except BaseException:
        database.close()
        raise
    with suppress(OSError):
        path.chmod(0o600)
    return database


def _create(database: sqlite3.Connection) -> None:
    schema = resources.files("reviewtheme.corpus").joinpath("schema.sql").read_text(encoding="utf-8")
    try:
        database.executescript(f"BEGIN IMMEDIATE;\n{schema}\nCOMMIT;")
    except sqlite3.OperationalError as error:
        if "fts5" in str(error):
            raise CorpusError(
                "This Python's SQLite has no full-text search (FTS5), which a corpus needs: use a Python "
                "from python.org, or write another kind of output."
            ) from error
        raise


def _check(database: sqlite3.Connection, path: Path) -> None:
    """Refuse what is no corpus, or is of a newer program."""
    (application,) = database.execute("PRAGMA application_id").fetchone()
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if application != APPLICATION_ID:
        raise CorpusError(f"'{path}' is no corpus of this program: choose another file.")
    if version != SCHEMA_VERSION:
        raise CorpusError(
            f"'{path}' has schema {version}, and this program uses schema {SCHEMA_VERSION}: "
            f"{'update reviewtheme' if version > SCHEMA_VERSION else 'code the documents again'}."
        )
    _refuse_other_schema(database, path)


def _refuse_other_schema(database: sqlite3.Connection, path: Path) -> None:
    """Refuse tables and views that are not ours, though named so: a view may never end, a trigger destroy.

    What somebody added beside them (views, indexes, tables) is left alone, and never read.
    """
    with closing(sqlite3.connect(":memory:")) as fresh:
        _create(fresh)
        ours = _definitions(fresh)
    theirs = _definitions(database)
    triggers = database.execute("SELECT count(*) FROM sqlite_master WHERE type = 'trigger'").fetchone()[0]
    if triggers or any(theirs.get(name) != definition for name, definition in ours.items()):
        raise CorpusError(
            f"'{path}' has tables, views or triggers that this program did not make, in place of its own: it "
            "is not used. Code the documents again into another file."
        )


def _definitions(database: sqlite3.Connection) -> dict[str, tuple[str, str]]:
    """Return what is in a schema by name: its type, and its SQL with white space made plain.

    What FTS5 makes for itself is left out: it differs between versions of SQLite.
    """
    rows = database.execute("SELECT name, type, sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {
        name: (kind, " ".join(str(sql).split()))
        for name, kind, sql in rows
        if not str(name).startswith("sentence_words_")
    }


def _checked_row(cursor: sqlite3.Cursor, row: tuple[object, ...]) -> tuple[object, ...]:
    """Give a row on, if it holds what its columns say: SQLite lets any value stand in any column.

    Raises:
        CorpusError: it holds bytes, or text in the place of a number.
    """
    for (name, *_), value in zip(cursor.description, row, strict=True):
        if isinstance(value, bytes) or (name in _NUMBERS and not isinstance(value, int | None)):
            raise CorpusError(
                f"The corpus is damaged: a value in the column '{name}' is of another type than it should "
                "be. Code the documents again into another file."
            )
    return row


def _first(facts: tuple[Fact, ...], name: str) -> str | None:
    return next((fact.value for fact in facts if fact.name == name), None)


def _storable(text: str | None) -> str | None:
    """Put "?" in the place of half characters (lone surrogates), which no database takes."""
    return text if text is None or text.isascii() else text.encode("utf-8", "replace").decode("utf-8")


def _year(date: str | None) -> int | None:
    """Return the year of an ISO date; of two dates, the later one's."""
    last = (date or "").rpartition("/")[2][:4]
    return int(last) if len(last) == 4 and last.isdigit() else None


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
