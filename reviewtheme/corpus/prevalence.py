"""How common each theme is in a corpus database: over all, by year, by kind of review."""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from reviewtheme.corpus.database import open_corpus

_UNKNOWN = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ThemePrevalence:
    """How common one theme is; only sentences of the body of documents count."""

    theme: str
    """Theme id."""
    name: str
    """Its name for people."""
    documents: int
    """Documents with at least one sentence that carries it."""
    sentences: int
    """Sentences that carry it."""
    stances: dict[str, int]
    """Stance id to number of those sentences, for every stance of the codebook."""
    groups: dict[str, int]
    """Group to number of those documents; empty where groups were not asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CorpusSummary:
    """What a corpus database holds."""

    inputs: int
    """Files that were given."""
    documents: int
    """Documents that were coded."""
    partly_unreadable: int
    """Those of them with pages that could not be read."""
    sentences: int
    """Sentences of the documents."""
    duplicates: int
    """Files with the same content as another."""
    failures: dict[str, int]
    """Kind of failure to number of files."""
    models: tuple[str, ...]
    """Name and version of each model that coded documents."""
    stances: dict[str, str]
    """Stance id to its name for people, in codebook order."""
    groups: dict[str, int]
    """Group (a year, or a kind of review; "" where not known) to number of documents, in order."""
    themes: tuple[ThemePrevalence, ...]
    """Every theme of the codebook, those of most documents first."""


GROUPINGS = {"none": "''", "year": "coalesce(year, '')", "kind": "coalesce(kind_of_review, '')"}
"""What documents can be grouped by, and the SQL for it."""


def summarise_corpus(corpus: Path, *, by: str = "none") -> CorpusSummary:
    """Count documents, failures, and the documents and sentences of each theme.

    Args:
        corpus: the corpus database.
        by: a key of `GROUPINGS`.

    Raises:
        CorpusError: the corpus cannot be read.
    """
    with open_corpus(corpus) as database:
        grouping = GROUPINGS[by]
        states = _counts(database, "SELECT status, count(*) FROM inputs GROUP BY status")
        return CorpusSummary(
            inputs=sum(states.values()),
            documents=states.get("done", 0) + states.get("partly-unreadable", 0),
            partly_unreadable=states.get("partly-unreadable", 0),
            sentences=database.execute("SELECT count(*) FROM sentences").fetchone()[0],
            duplicates=states.get("duplicate", 0),
            failures=_counts(
                database, "SELECT kind, count(*) FROM failures GROUP BY kind ORDER BY 2 DESC, 1"
            ),
            models=tuple(
                f"{name} {version}"
                for name, version in database.execute(
                    "SELECT name, version FROM models WHERE sha256 IN (SELECT model FROM documents)"
                    " ORDER BY 1, 2"
                )
            ),
            stances=dict(database.execute("SELECT id, name FROM stances ORDER BY position").fetchall()),
            groups={}
            if by == "none"
            else _counts(
                database,
                f"SELECT CAST({grouping} AS TEXT), count(*) FROM documents GROUP BY 1 ORDER BY 1",  # noqa: S608
            ),
            themes=_themes(database, grouping, grouped=by != "none"),
        )


def _themes(database: sqlite3.Connection, grouping: str, *, grouped: bool) -> tuple[ThemePrevalence, ...]:
    codebook = database.execute("SELECT id, name FROM themes ORDER BY position").fetchall()
    stances = [row[0] for row in database.execute("SELECT id FROM stances ORDER BY position")]
    sentences: dict[str, dict[str, int]] = {}
    for theme, stance, count in database.execute(
        "SELECT theme, stance, sum(sentences) FROM document_themes GROUP BY 1, 2"
    ):
        sentences.setdefault(theme, {})[stance] = count
    groups: dict[str, dict[str, int]] = {}
    for theme, group, count in database.execute(
        f"SELECT m.theme, CAST({grouping} AS TEXT), count(DISTINCT d.id) FROM document_themes AS m"  # noqa: S608
        " JOIN documents AS d ON d.id = m.document GROUP BY 1, 2 ORDER BY 1, 2"
    ):
        groups.setdefault(theme, {})[group] = count
    found = [
        ThemePrevalence(
            theme=theme,
            name=name,
            documents=sum(groups.get(theme, {}).values()),
            sentences=sum(sentences.get(theme, {}).values()),
            stances={stance: sentences.get(theme, {}).get(stance, 0) for stance in stances},
            groups=groups.get(theme, {}) if grouped else {},
        )
        for theme, name in codebook
    ]
    return tuple(sorted(found, key=lambda each: (-each.documents, -each.sentences)))


def _counts(database: sqlite3.Connection, query: str) -> dict[str, int]:
    return dict(database.execute(query).fetchall())
