"""Sentences of a corpus database: by words, theme, stance, year and kind of review."""

import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reviewtheme.corpus.database import open_corpus
from reviewtheme.corpus.query import full_text_query
from reviewtheme.errors import UsageError


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What is looked for; a sentence is found that meets every part that is asked."""

    words: str = ""
    """Words, as `corpus.query` reads them; empty for any."""
    themes: tuple[str, ...] = ()
    """Theme ids, one of which it carries; empty for any."""
    stances: tuple[str, ...] = ()
    """Stance ids, one of which it has; empty for any."""
    since: int | None = None
    """First year of the documents; those without a known date are left out."""
    until: int | None = None
    """Last year of the documents; those without a known date are left out."""
    kind_of_review: str = ""
    """Kind of review of the documents, e.g. "serious case review"; empty for any."""
    whole_document: bool = False
    """Whether contents pages, glossaries, references and appendices are looked through, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundSentence:
    """A sentence that was found."""

    path: str
    """Path of its document, as it was read."""
    year: int | None
    """Year of its document, where that states one."""
    kind_of_review: str | None
    """Kind of review, where the document states it."""
    page: int
    """Page on which it begins, from 1."""
    section: str
    """Headings above it, outermost first."""
    text: str
    """The sentence."""
    themes: tuple[str, ...]
    """Ids of its themes, in codebook order."""
    stance: str | None
    """Id of its stance."""
    start: int
    """First character in the document's text."""
    end: int
    """One past its last character."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a search came to."""

    sentences: tuple[FoundSentence, ...]
    """The best sentences, at most as many as were asked for."""
    total: int
    """Number of all sentences that were found."""
    documents: int
    """Number of documents that they stand in."""
    undated: int
    """Documents that were left out because their year is not known."""


def search(corpus: Path, question: Question, *, limit: int = 20) -> Found:
    """Look for sentences in a corpus database.

    With words, the sentences that they describe best come first (BM25); without, those of the highest
    score for a theme asked for. Equal ones are in the order of documents and of the text.

    Raises:
        CorpusError: the corpus cannot be read.
        UsageError: the words make no query, or the corpus has no such theme or stance.
    """
    with open_corpus(corpus) as database:
        _refuse_unknown(database, "themes", "theme", question.themes)
        _refuse_unknown(database, "stances", "stance", question.stances)
        source, values = _source(question)
        total, documents = database.execute(
            f"SELECT count(*), count(DISTINCT d.id) {source}", values
        ).fetchone()
        rows = database.execute(
            "SELECT s.id, d.path, d.year, d.kind_of_review, s.page, s.section, s.text, s.stance, s.start,"
            f' s."end" {source} ORDER BY {_order(question)}, d.path, s.position LIMIT ?',
            [*values, *(question.themes if not question.words else ()), limit],
        ).fetchall()
        return Found(
            sentences=tuple(_sentence(database, row) for row in rows),
            total=total,
            documents=documents,
            undated=_undated(database, question),
        )


def _source(question: Question) -> tuple[str, list[str | int]]:
    """Return the tables and conditions of a question, and the values to be bound."""
    tables = "FROM sentences AS s JOIN documents AS d ON d.id = s.document"
    conditions: list[str] = []
    values: list[str | int] = []

    def ask(condition: str, *bound: str | int) -> None:
        conditions.append(condition)
        values.extend(bound)

    if question.words:
        tables += " JOIN sentence_words ON sentence_words.rowid = s.id"
        ask("sentence_words MATCH ?", full_text_query(question.words))
    if question.themes:
        marked = f"SELECT sentence FROM sentence_themes WHERE theme IN ({_marks(question.themes)})"  # noqa: S608
        ask(f"s.id IN ({marked})", *question.themes)
    if question.stances:
        ask(f"s.stance IN ({_marks(question.stances)})", *question.stances)
    if question.since is not None:
        ask("d.year >= ?", question.since)
    if question.until is not None:
        ask("d.year <= ?", question.until)
    if question.kind_of_review:
        ask("d.kind_of_review = ?", question.kind_of_review)
    if not question.whole_document:
        ask("s.role = ?", "body")
    return f"{tables} WHERE {' AND '.join(conditions) or 'TRUE'}", values


def _order(question: Question) -> str:
    if question.words:
        return "round(bm25(sentence_words), 6)"
    if question.themes:
        return (
            "(SELECT -max(score) FROM sentence_themes WHERE sentence = s.id"  # noqa: S608 - values are bound
            f" AND theme IN ({_marks(question.themes)}))"
        )
    return "d.path"


def _sentence(database: sqlite3.Connection, row: Sequence[object]) -> FoundSentence:
    number, path, year, kind, page, section, text, stance, start, end = row
    themes = database.execute(
        "SELECT m.theme FROM sentence_themes AS m JOIN themes AS t ON t.id = m.theme"
        " WHERE m.sentence = ? ORDER BY t.position",
        (number,),
    )
    values = {
        "path": path,
        "year": year,
        "kind_of_review": kind,
        "page": page,
        "section": section,
        "text": text,
        "stance": stance,
        "start": start,
        "end": end,
    }
    return FoundSentence(themes=tuple(theme for (theme,) in themes), **values)  # type: ignore[arg-type]


def _undated(database: sqlite3.Connection, question: Question) -> int:
    if question.since is None and question.until is None:
        return 0
    return int(database.execute("SELECT count(*) FROM documents WHERE year IS NULL").fetchone()[0])


def _refuse_unknown(database: sqlite3.Connection, table: str, what: str, ids: tuple[str, ...]) -> None:
    known = [row[0] for row in database.execute(f"SELECT id FROM {table} ORDER BY position")]  # noqa: S608
    for wanted in ids:
        if wanted not in known:
            raise UsageError(f"'{wanted}' is no {what} of this corpus. It has: {', '.join(known)}.")


def _marks(values: Sequence[str]) -> str:
    return ", ".join("?" * len(values))
