"""Corpus databases made to do harm: each is refused in a sentence or shown harmlessly, and none hangs."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from coded_reviews import CHILD_HOLLY, coded_review
from typer.testing import CliRunner

from reviewtheme.classification.model import Model
from reviewtheme.cli import app
from reviewtheme.corpus.coded_record import encode
from reviewtheme.corpus.database import CorpusWriter
from reviewtheme.corpus.find_inputs import Input
from reviewtheme.corpus.journal import Journal
from reviewtheme.corpus.outcome import FailedReview
from reviewtheme.corpus.reading_version import reading_version
from reviewtheme.corpus.run import Record
from reviewtheme.corpus.settings import Settings
from reviewtheme.errors import CorpusError

Runner = Callable[..., str]
ESCAPE = "\x1b]0;owned\x07"
_ENDLESS = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT"
REFUSED = {
    "a view that never ends": (
        f"DROP VIEW inputs; CREATE VIEW inputs AS {_ENDLESS} i AS status, i AS path FROM n;",
        "did not make",
    ),
    "a view for a table": (
        "DROP TABLE document_themes; CREATE VIEW document_themes AS"
        f" {_ENDLESS} i AS document, 'supervision' AS theme, 'concern' AS stance, i AS sentences FROM n;",
        "did not make",
    ),
    "a trigger": (
        "CREATE TRIGGER evil AFTER INSERT ON runs BEGIN DELETE FROM documents; END;",
        "did not make",
    ),
    "a generated column": (
        "ALTER TABLE documents ADD COLUMN evil TEXT AS (hex(zeroblob(50000000)));",
        "did not make",
    ),
    "an index of words that is forged": (
        "UPDATE sentence_words_data SET block = randomblob(length(block)) WHERE id > 1;",
        "cannot be used",
    ),
    "bytes for text": ("UPDATE sentences SET text = x'00ff1b';", "another type"),
    "text for a number": (f"UPDATE sentences SET page = '{ESCAPE}';", "another type"),  # noqa: S608
    "a value of 100 MB": ("UPDATE sentences SET text = hex(zeroblob(50000000)) WHERE id = 2;", "too big"),
    "half a character": ("UPDATE sentences SET text = CAST(x'edA080' AS TEXT);", "decode"),
}
"""What was done to a corpus, and what the refusal says."""


@pytest.fixture(scope="module")
def good(small_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Write a corpus of one review and one failure."""
    path = tmp_path_factory.mktemp("good") / "corpus.sqlite"
    coded = coded_review(CHILD_HOLLY)
    failed = FailedReview(path="b.pdf", kind="empty", message="b.pdf is empty.")
    with CorpusWriter(path, small_model, settings_of(small_model), inputs=2) as writer:
        for place, (name, outcome) in enumerate(
            ((coded.review.source.path, encode(coded)), (failed.path, failed))
        ):
            file = Input(path=name, name=name)
            writer.add(Record(place=place, file=file, sha256="0" * 64, outcome=outcome))
        writer.end()
    return path


def settings_of(model: Model) -> Settings:
    """Give the settings of a run."""
    return Settings(
        model_folder="model",
        model_sha256=model.identity.sha256,
        engine="auto",
        ocr=False,
        reading_version=reading_version(),
        deadline=300,
        memory=2048,
    )


def changed(good: Path, place: Path, script: str) -> Path:
    """Copy a corpus and run SQL on the copy."""
    path = place / "corpus.sqlite"
    shutil.copy(good, path)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)
    return path


@pytest.mark.parametrize("name", REFUSED)
def test_evil_corpus_is_refused(name: str, good: Path, tmp_path: Path) -> None:
    """By the command that comes upon what was done to it, in one line."""
    script, reason = REFUSED[name]
    corpus = changed(good, tmp_path, script)
    said = []
    for command in (
        ["search", corpus, "discharge OR ward"],
        ["search", corpus, "--json"],
        ["summary", corpus, "--by", "year"],
        ["export", corpus, tmp_path / "tables", "--format", "csv"],
        ["summary", corpus, "--page", tmp_path / "page.html"],
    ):
        ran = CliRunner().invoke(app, list(map(str, command)))
        if ran.exception is not None and not isinstance(ran.exception, SystemExit):
            assert isinstance(ran.exception, CorpusError), ran.exception
            said.append(str(ran.exception))
        assert "\x1b" not in ran.output
    assert any(reason in line for line in said), said
    assert all(line.isprintable() and line.endswith(".") for line in said)


def test_evil_corpus_is_not_added_to(good: Path, small_model: Model, tmp_path: Path) -> None:
    """No trigger of a stranger's runs."""
    corpus = changed(good, tmp_path, REFUSED["a trigger"][0])
    before = corpus.read_bytes()
    with pytest.raises(CorpusError, match="did not make"):
        CorpusWriter(corpus, small_model, settings_of(small_model), inputs=1)
    assert corpus.read_bytes() == before


def test_what_others_add_beside_is_left_alone(good: Path, tmp_path: Path) -> None:
    """Indexes, views and tables of another name do no harm, and are no reason to refuse."""
    corpus = changed(
        good,
        tmp_path,
        "CREATE TABLE notes (text); CREATE INDEX mine ON sentences (page);"
        f"CREATE VIEW mine_too AS {_ENDLESS} i FROM n;",
    )
    assert CliRunner().invoke(app, ["summary", str(corpus)]).exit_code == 0


@pytest.mark.parametrize("command", [["search"], ["summary"], ["summary", "--by", "kind"]])
def test_no_name_in_a_corpus_steers_the_terminal(command: list[str], good: Path, tmp_path: Path) -> None:
    """Whichever column it stands in."""
    columns = (
        ("themes", "name"), ("stances", "name"), ("models", "name"), ("failures", "kind"),
        ("documents", "path"), ("documents", "kind_of_review"), ("sentences", "text"),
    )  # fmt: skip
    script = "".join(f"UPDATE {table} SET {column} = '{ESCAPE}[bold]x';" for table, column in columns)  # noqa: S608
    corpus = changed(good, tmp_path, script)
    ran = CliRunner().invoke(app, [command[0], str(corpus), *command[1:]], catch_exceptions=False)
    assert ran.exit_code == 0
    assert "[bold]x" in ran.output
    assert "\x1b" not in ran.output
    assert "\x07" not in ran.output


@pytest.mark.parametrize(
    "script",
    [
        "DROP TABLE results;",
        "UPDATE results SET content = x'00';",
        "UPDATE results SET content = '{\"evil\": 1}', kind = 'failed';",
        "UPDATE results SET content = '[]', kind = 'duplicate';",
        "DELETE FROM results;",
    ],
)
def test_results_that_wait_and_were_forged(script: str, small_model: Model, tmp_path: Path) -> None:
    """End a resumed run in one line that says which file to remove."""
    path = tmp_path / ".out.jsonl.reviewtheme-part"
    file = Input(path="a.pdf", name="a.pdf")
    with Journal(path, small_model.codebook, settings_of(small_model)) as journal:
        record = Record(place=0, file=file, sha256="0" * 64, outcome=encode(coded_review(CHILD_HOLLY)))
        journal.add(record)
    with closing(sqlite3.connect(path)) as database:
        database.executescript(script)
    with pytest.raises(CorpusError, match=r"reviewtheme-part.*remove it and begin again"):
        resume(path, small_model, file)


def resume(path: Path, model: Model, file: Input) -> None:
    """Do what a resumed run does with results that wait."""
    with Journal(path, model.codebook, settings_of(model)) as journal:
        journal.finished()
        list(journal.results((file,)))
