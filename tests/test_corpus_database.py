"""The corpus in one file: what is written, what a second run does, what is found, counted and exported."""

import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from corpus_poison import write_review

from reviewtheme.classification.coded_review import CodedReview, CodedSentence
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import save_model
from reviewtheme.codebook import Theme
from reviewtheme.corpus.database import CorpusWriter, open_corpus
from reviewtheme.corpus.find_inputs import Input, find_inputs
from reviewtheme.corpus.outcome import FailedReview
from reviewtheme.corpus.prevalence import summarise_corpus
from reviewtheme.corpus.run import Record, Request, Run, prepared_run
from reviewtheme.corpus.search import Question, search
from reviewtheme.document import ReadingWarning
from reviewtheme.errors import CorpusError, UsageError
from reviewtheme.output.corpus_tables import TABLES, export_corpus

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture(scope="module")
def model_folder(small_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Save the small model."""
    folder = tmp_path_factory.mktemp("model")
    save_model(small_model, folder, "")
    return folder


class Folder:
    """A folder of reviews and the corpus made of it; files are read in this process, one by one."""

    def __init__(self, place: Path, model: Path) -> None:
        self.documents = place / "in"
        self.corpus = place / "corpus.sqlite"
        self.model = model
        self.read: list[str] = []

    def code(self, *, retry_failed: bool = False, deadline: float | None = None) -> None:
        """Bring the corpus up to date, as a run does; `read` names the files that were read for it."""
        files = find_inputs([self.documents])
        self.read = []
        with (
            prepared_run(Request(deadline=deadline), files, self.model) as run,
            CorpusWriter(
                self.corpus, run.model, run.settings, inputs=len(files), retry_failed=retry_failed
            ) as writer,
        ):
            finished = dict(writer.finished())
            for record in _one_by_one(run, finished):
                if record.outcome is not None and record.sha256:
                    self.read.append(Path(record.file.name).name)
                writer.add(record)
            writer.end()

    def rows(self, query: str) -> list[tuple[object, ...]]:
        """Ask the corpus."""
        with open_corpus(self.corpus) as database:
            return database.execute(query).fetchall()


def _one_by_one(run: Run, finished: Mapping[str, str]) -> Iterator[Record]:
    """Give the records of a run whose files are read in this process."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Request, "is_for_one_process", lambda _request, _files: True)
        yield from run.records(finished)


@pytest.fixture
def folder(tmp_path: Path, model_folder: Path) -> Folder:
    """Give three reviews, a copy of one, and an empty file."""
    made = Folder(tmp_path, model_folder)
    for number in range(3):
        write_review(made.documents / f"{number}.txt", number)
    shutil.copy(made.documents / "0.txt", made.documents / "copy.txt")
    (made.documents / "empty.pdf").touch()
    return made


def test_everything_of_a_document_is_there(folder: Folder) -> None:
    """Documents, facts, sentences, marks, failures and provenance."""
    folder.code()
    assert folder.rows("SELECT status, count(*) FROM inputs GROUP BY status ORDER BY status") == [
        ("done", 3),
        ("duplicate", 1),
        ("failed", 1),
    ]
    ((kind, year),) = folder.rows("SELECT kind_of_review, year FROM documents WHERE path LIKE '%/1.txt'")
    assert (kind, year) == ("serious case review", 2013)
    assert ("date", "2013-03-02") in folder.rows("SELECT name, value FROM facts")
    assert folder.rows("SELECT count(*) FROM sentence_themes") != [(0,)]
    assert folder.rows("SELECT text FROM sentences WHERE text LIKE 'Nobody asked the child%'") != []
    ((started, ended, inputs),) = folder.rows("SELECT started, ended, inputs FROM runs")
    assert started <= ended
    assert inputs == 5
    assert folder.rows("SELECT kind FROM failures") == [("empty",)]
    assert folder.rows("PRAGMA integrity_check") == [("ok",)]
    assert folder.rows("PRAGMA foreign_key_check") == []
    assert oct(folder.corpus.stat().st_mode)[-3:] == "600" or os.name == "nt"


def test_sentences_hold_what_the_review_holds(folder: Folder, model_folder: Path) -> None:
    """The stored values are those of the coded review."""
    import reviewtheme

    folder.code()
    coded = reviewtheme.classify(folder.documents / "2.txt", model=model_folder)
    stored = folder.rows(
        'SELECT s.position, s.text, s.start, s."end", s.stance FROM sentences AS s JOIN documents AS d'
        " ON d.id = s.document WHERE d.path LIKE '%/2.txt' ORDER BY s.position"
    )
    assert stored == [(s.index, s.text, s.start, s.end, s.stance) for s in coded.sentences]
    marks = folder.rows(
        "SELECT s.position, m.theme, m.score FROM sentence_themes AS m"
        " JOIN sentences AS s ON s.id = m.sentence JOIN documents AS d ON d.id = s.document"
        " WHERE d.path LIKE '%/2.txt' ORDER BY 1, 2"
    )
    assert marks == sorted((s.index, t, round(s.scores[t], 4)) for s in coded.sentences for t in s.themes)


def test_what_is_finished_is_not_read_again(folder: Folder) -> None:
    """Nor failures that nothing has mended; changed, new and retried files are."""
    folder.code()
    assert sorted(folder.read) == ["0.txt", "1.txt", "2.txt", "copy.txt", "empty.pdf"]
    before = folder.rows("SELECT * FROM documents")
    folder.code()
    assert folder.read == ["copy.txt"]  # a copy costs nothing, and is written down anew
    assert folder.rows("SELECT * FROM documents") == before
    write_review(folder.documents / "1.txt", 77)
    write_review(folder.documents / "new.txt", 5)
    folder.code()
    assert sorted(folder.read) == ["1.txt", "copy.txt", "new.txt"]
    assert folder.rows("SELECT count(*) FROM sentences WHERE text LIKE 'Family number 77 %'") == [(1,)]
    assert folder.rows("SELECT count(*) FROM sentences WHERE text LIKE 'Family number 1 %'") == [(0,)]
    assert search(folder.corpus, Question(words='"family number 1"')).total == 0
    folder.code(retry_failed=True)
    assert "empty.pdf" in folder.read


def test_another_model_or_reading_version_reads_again(
    folder: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A result is kept for what it was made with."""
    folder.code()
    monkeypatch.setattr("reviewtheme.corpus.run.reading_version", lambda: "another")
    folder.code()
    assert sorted(folder.read) == ["0.txt", "1.txt", "2.txt", "copy.txt", "empty.pdf"]
    assert folder.rows("SELECT count(*) FROM documents") == [(3,)]


def test_failure_at_a_limit_is_tried_again_under_a_greater_one(folder: Folder) -> None:
    """And not under the same."""
    files = find_inputs([folder.documents / "0.txt", folder.documents / "1.txt"])
    late = FailedReview(path=files[0].name, kind="time-out", message="It took too long.")
    record = Record(place=0, file=files[0], sha256="a" * 64, outcome=late)
    for deadline, known in ((10.0, True), (20.0, False)):
        with (
            prepared_run(Request(deadline=deadline), files, folder.model) as run,
            CorpusWriter(folder.corpus, run.model, run.settings, inputs=2) as writer,
        ):
            if deadline == 10.0:
                writer.add(record)
            assert (files[0].name in writer.finished()) is known


def test_renamed_document_is_counted_once(folder: Folder) -> None:
    """Its old name goes; a copy in another folder is known as one."""
    folder.code()
    (folder.documents / "1.txt").rename(folder.documents / "renamed.txt")
    folder.code()
    assert "renamed.txt" in folder.read
    assert folder.rows("SELECT count(*) FROM documents") == [(3,)]
    elsewhere = Folder(folder.documents.parent, folder.model)
    elsewhere.documents = folder.documents.parent / "elsewhere"
    elsewhere.documents.mkdir()
    shutil.copy(folder.documents / "2.txt", elsewhere.documents / "again.txt")
    elsewhere.code()
    assert folder.rows("SELECT count(*) FROM documents") == [(3,)]
    assert (str(folder.documents / "2.txt"),) in folder.rows("SELECT original FROM duplicates")


def test_a_document_is_written_whole_or_not_at_all(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """A fault in the middle of one leaves the others, and nothing of it."""
    real = CorpusWriter._add_sentences

    def fail_late(self: CorpusWriter, document: int | None, coded: Sequence[CodedSentence]) -> None:
        real(self, document, coded)
        if any("Family number 1 " in sentence.text for sentence in coded):
            raise KeyboardInterrupt

    monkeypatch.setattr(CorpusWriter, "_add_sentences", fail_late)
    with pytest.raises(KeyboardInterrupt):
        folder.code()
    assert folder.rows("SELECT path LIKE '%/0.txt' FROM documents") == [(1,)]
    assert folder.rows("SELECT ended FROM runs") == [(None,)]
    monkeypatch.undo()
    folder.code()
    assert folder.rows("SELECT count(*) FROM documents") == [(3,)]


def test_another_codebook_is_refused(folder: Folder, small_model: Model) -> None:
    """Themes of two codebooks do not add up."""
    folder.code()
    codebook = replace(small_model.codebook, themes=(Theme(id="other", name="Other"),))
    other = replace(small_model, codebook=codebook)
    with (
        prepared_run(Request(), find_inputs([folder.documents]), folder.model) as run,
        pytest.raises(CorpusError, match="another codebook"),
    ):
        CorpusWriter(folder.corpus, other, run.settings, inputs=0)


def test_other_files_are_never_written_to(tmp_path: Path, small_model: Model, folder: Folder) -> None:
    """Neither other databases nor documents, nor a corpus of a later program."""
    other = tmp_path / "other.sqlite"
    with sqlite3.connect(other) as database:
        database.execute("CREATE TABLE mine (x)")
    database.close()
    text = tmp_path / "text.sqlite"
    text.write_text("A review that somebody named oddly." * 50)
    folder.code()
    later = tmp_path / "later.sqlite"
    shutil.copy(folder.corpus, later)
    with sqlite3.connect(later) as database:
        database.execute("PRAGMA user_version = 9")
    database.close()
    for path in (other, text, later, tmp_path / "no" / "such.sqlite"):
        before = path.read_bytes() if path.exists() else b""
        with (
            prepared_run(Request(), find_inputs([folder.documents]), folder.model) as run,
            pytest.raises(CorpusError, match=r"\.$"),
        ):
            CorpusWriter(path, small_model, run.settings, inputs=0)
        with pytest.raises(CorpusError, match=r"\.$"):
            search(path, Question(words="a"))
        assert (path.read_bytes() if path.exists() else b"") == before


def test_damaged_corpus_is_a_plain_error(folder: Folder) -> None:
    """Wherever the damage is, nothing but a sentence comes of it."""
    folder.code()
    whole = folder.corpus.read_bytes()
    for place in range(100, len(whole), len(whole) // 25):
        flipped = bytes(byte ^ 255 for byte in whole[place : place + 200])
        folder.corpus.write_bytes(whole[:place] + flipped + whole[place + 200 :])
        for ask in (
            lambda: search(folder.corpus, Question(words="child")),
            lambda: summarise_corpus(folder.corpus),
        ):
            try:
                ask()
            except CorpusError as error:
                assert str(error).endswith(".")  # noqa: PT017 - damage that no query meets is no error
    folder.corpus.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(CorpusError):
        summarise_corpus(folder.corpus)


def test_search_by_words_theme_stance_and_year(folder: Folder) -> None:
    """Each condition narrows; every sentence comes with document and page."""
    folder.code()
    found = search(folder.corpus, Question(words="midwife NEAR visitor"))
    assert found.total == 3
    assert found.documents == 3
    assert all("midwife" in s.text and s.page == 1 and s.path.endswith(".txt") for s in found.sentences)
    assert {s.year for s in found.sentences} == {2012, 2013, 2014}
    since = search(folder.corpus, Question(words="midwife", since=2013, until=2013))
    assert [s.year for s in since.sentences] == [2013]
    marked = [s for s in search(folder.corpus, Question(), limit=99).sentences if s.themes]
    theme, stance = marked[0].themes[0], str(marked[0].stance)
    both = search(folder.corpus, Question(themes=(theme,), stances=(stance,)), limit=99)
    expected = [s for s in marked if theme in s.themes and s.stance == stance]
    assert sorted(s.text for s in both.sentences) == sorted(s.text for s in expected)
    assert search(folder.corpus, Question(words="child", kind_of_review="rapid review")).total == 0
    assert len(search(folder.corpus, Question(words="the"), limit=2).sentences) == 2
    with pytest.raises(UsageError, match="no theme of this corpus"):
        search(folder.corpus, Question(themes=("nonsense",)))


def test_documents_without_a_date_are_told(folder: Folder) -> None:
    """A search by year says how many it left out."""
    (folder.documents / "undated.txt").write_text("The midwife did not write it down. Nobody asked.")
    folder.code()
    found = search(folder.corpus, Question(words="midwife", since=2000))
    assert (found.total, found.undated) == (3, 1)


def test_summary_counts_documents_not_files(folder: Folder) -> None:
    """Copies and failures are counted apart, groups add up to the whole."""
    folder.code()
    summary = summarise_corpus(folder.corpus, by="year")
    assert (summary.inputs, summary.documents, summary.duplicates) == (5, 3, 1)
    assert summary.failures == {"empty": 1}
    assert summary.groups == {"2012": 1, "2013": 1, "2014": 1}
    for theme in summary.themes:
        assert sum(theme.groups.values()) == theme.documents <= 3
        assert sum(theme.stances.values()) == theme.sentences >= theme.documents
    assert summary.themes[0].documents == 3
    counted = folder.rows("SELECT sum(sentences) FROM document_themes")
    assert counted == folder.rows(
        "SELECT count(*) FROM sentence_themes AS m JOIN sentences AS s ON s.id = m.sentence"
        " AND s.role = 'body'"
    )
    assert summarise_corpus(folder.corpus, by="kind").groups == {"serious case review": 3}


def test_partly_unreadable_documents_name_their_pages(folder: Folder, small_model: Model) -> None:
    """They are done, and their status says that pages are missing."""
    import reviewtheme

    coded = reviewtheme.classify(folder.documents / "0.txt", model=small_model)
    warnings = tuple(
        ReadingWarning(kind="page-unreadable", message="It is damaged.", page=page) for page in (12, 3)
    )
    partly = replace(coded, review=replace(coded.review, warnings=warnings))
    _add(folder, partly)
    assert folder.rows("SELECT status, detail FROM inputs") == [("partly-unreadable", "3, 12")]
    assert summarise_corpus(folder.corpus).partly_unreadable == 1


def test_text_that_is_no_unicode_is_stored(folder: Folder, small_model: Model) -> None:
    """Half characters and NULs from a damaged PDF do not end a run."""
    import reviewtheme

    coded = reviewtheme.classify(folder.documents / "0.txt", model=small_model)
    sentence = replace(coded.sentences[0].sentence, text="half \ud800 and \0 nul")
    _add(folder, replace(coded, sentences=(replace(coded.sentences[0], sentence=sentence),)))
    assert folder.rows("SELECT text FROM sentences") == [("half ? and \0 nul",)]


def _add(folder: Folder, coded: CodedReview) -> None:
    path = coded.review.source.path
    file = Input(path=path, name=path)
    with (
        prepared_run(Request(), (file,), folder.model) as run,
        CorpusWriter(folder.corpus, run.model, run.settings, inputs=1) as writer,
    ):
        writer.add(Record(place=0, file=file, sha256=coded.review.source.sha256, outcome=coded))


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_export_does_not_depend_on_the_order_of_work(
    kind: str, folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same corpus made in another order exports to the same bytes."""
    if kind == "parquet":
        pytest.importorskip("pyarrow", reason="pyarrow is not installed")
    folder.code()
    export_corpus(folder.corpus, tmp_path / "first", kind=kind)
    real = find_inputs
    monkeypatch.setattr(
        f"{__name__}.find_inputs",
        lambda paths: tuple(sorted(real(paths), key=lambda f: ("copy" in f.name, f.name[::-1]))),
    )
    folder.corpus.unlink()
    folder.code()
    export_corpus(folder.corpus, tmp_path / "second", kind=kind)
    names = {path.name for path in (tmp_path / "first").iterdir()}
    assert names == {f"{table}.{kind}" for table in TABLES}
    for name in names:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes(), name


def test_parquet_holds_every_row_with_its_type(folder: Folder, tmp_path: Path) -> None:
    """Numbers are numbers, and what is not known is null."""
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is not installed")
    folder.code()
    export_corpus(folder.corpus, tmp_path / "out")
    sentences = parquet.read_table(tmp_path / "out" / "sentences.parquet")
    assert [(sentences.num_rows,)] == folder.rows("SELECT count(*) FROM sentences")
    assert str(sentences.schema.field("page").type) == "int64"
    assert str(sentences.schema.field("stance_score").type) == "double"
    warnings = parquet.read_table(tmp_path / "out" / "warnings.parquet")
    assert warnings.num_rows == 0


def test_schema_is_documented() -> None:
    """Every table and column of the schema is in the page that describes it, and no other."""
    database = sqlite3.connect(":memory:")
    schema = Path(str(CorpusWriter.__module__).replace(".", "/")).parent / "schema.sql"
    database.executescript((DOCS.parent / schema).read_text(encoding="utf-8"))
    tables = [
        row[0]
        for row in database.execute(
            "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')"
            " AND name NOT LIKE 'sentence_words_%'"
        )
    ]
    page = (DOCS / "corpus-database.md").read_text(encoding="utf-8")
    described = {line.split("`")[1] for line in page.splitlines() if line.startswith("### `")}
    assert described == set(tables)
    for table in tables:
        part = page.split(f"### `{table}`")[1].split("### `")[0]
        for column in database.execute(f"SELECT name FROM pragma_table_info('{table}')"):  # noqa: S608
            assert f"| `{column[0]}` |" in part, f"{table}.{column[0]} is not described"
    database.close()


def test_queries_in_the_documentation_run(folder: Folder) -> None:
    """Each is tried on a corpus."""
    folder.code()
    page = (DOCS / "corpus-database.md").read_text(encoding="utf-8")
    queries = [part.split("```")[0] for part in page.split("```sql\n")[1:]]
    assert len(queries) >= 3
    for query in queries:
        assert folder.rows(query) is not None
