"""The commands over many files, as a user types them."""

import csv
import io
import json
import os
import sqlite3
from pathlib import Path

import pytest
from corpus_poison import write_review
from typer.testing import CliRunner, Result

from reviewtheme import cli
from reviewtheme.classification.model import Model
from reviewtheme.classification.model_folder import save_model


def command(*words: str | Path) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(cli.app, list(map(str, words)))


@pytest.fixture(scope="module")
def place(small_model: Model, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a folder with a model, three reviews, a copy, an empty file, and the corpus made of them."""
    made = tmp_path_factory.mktemp("commands")
    save_model(small_model, made / "model", "")
    for number in range(3):
        write_review(made / "in" / f"{number}.txt", number)
    write_review(made / "in" / "deep" / "copy.txt", 0)
    (made / "in" / "\x1b[31mred.pdf").touch()
    made_corpus = command(
        "classify", made / "in", "-o", made / "corpus.sqlite", "-m", made / "model", "-j", "1"
    )
    assert made_corpus.exit_code == 1
    assert "5 files in" in made_corpus.stderr
    assert "4 done, 1 failed" in made_corpus.stderr
    assert "is empty" in made_corpus.stderr
    assert "\x1b" not in made_corpus.stderr
    return made


def test_search_shows_quotation_page_and_document(place: Path) -> None:
    """For people, and as JSON for programs."""
    shown = command("search", place / "corpus.sqlite", "midwife NEAR visitor", "--since", "2013")
    assert shown.exit_code == 0
    assert "2013, p. 1" in shown.stdout
    assert "The midwife did not tell the health visitor about the bruise." in shown.stdout
    assert "2 found in 2 documents." in shown.stdout
    found = json.loads(command("search", place / "corpus.sqlite", "midwife", "--json", "-n", "1").stdout)
    assert (found["total"], len(found["sentences"])) == (3, 1)
    assert {"path", "page", "text", "themes", "stance", "start", "end"} <= set(found["sentences"][0])
    nothing = command("search", place / "corpus.sqlite", "zebra")
    assert nothing.exit_code == 0
    assert "No sentence was found." in nothing.stdout


def test_summary_counts(place: Path) -> None:
    """Over all, by year, and as JSON."""
    shown = command("summary", place / "corpus.sqlite")
    assert "3 documents with" in shown.stdout
    assert "1 files failed: empty 1." in shown.stdout.replace("\n", " ") or "empty 1" in shown.stdout
    by_year = command("summary", place / "corpus.sqlite", "--by", "year").stdout
    assert all(year in by_year for year in ("2012", "2013", "2014"))
    summary = json.loads(command("summary", place / "corpus.sqlite", "--by", "kind", "--json").stdout)
    assert summary["groups"] == {"serious case review": 3}


def test_export_says_what_it_wrote(place: Path) -> None:
    """One file for each table."""
    done = command("export", place / "corpus.sqlite", place / "tables", "--format", "csv")
    assert done.exit_code == 0
    assert "11 tables" in done.stderr
    rows = list(csv.DictReader(io.StringIO((place / "tables" / "documents.csv").read_text(encoding="utf-8"))))
    assert [Path(row["path"]).name for row in rows] == ["0.txt", "1.txt", "2.txt"]


def test_corpus_grows_by_what_is_new(place: Path, small_model: Model) -> None:
    """A single file is added without a worker."""
    assert small_model.codebook.theme_ids
    write_review(place / "new.txt", 9)
    done = command("classify", place / "new.txt", "-o", place / "corpus.sqlite", "-m", place / "model")
    assert done.exit_code == 0, done.stderr
    database = sqlite3.connect(place / "corpus.sqlite")
    assert database.execute("SELECT count(*) FROM documents").fetchone() == (4,)
    database.execute("DELETE FROM documents WHERE path LIKE '%new.txt'")
    database.commit()
    database.close()


@pytest.mark.parametrize("kind", ["jsonl", "csv", "json", "text"])
def test_other_outputs_hold_every_file_in_order(kind: str, place: Path, tmp_path: Path) -> None:
    """A copy is named as one, in the record and on standard error."""
    into_folder = kind in ("json", "text")
    output = tmp_path / ("out" if into_folder else f"out.{kind}")
    done = command("classify", place / "in", "-f", kind, "-o", output, "-m", place / "model", "-j", "1")
    assert done.exit_code == 1
    assert "same content as" in done.stderr
    assert not list(tmp_path.glob(".*"))
    if into_folder:
        assert len(list(output.iterdir())) == (5 if kind == "json" else 3)
        return
    text = output.read_text(encoding="utf-8")
    if kind == "jsonl":
        records = [json.loads(line) for line in text.splitlines()]
        names = [Path(record["source"]["path"]).name for record in records]
        assert records[-1]["duplicate"]["of"].endswith("0.txt")
    else:
        rows = list(csv.DictReader(io.StringIO(text)))
        names = list(dict.fromkeys(Path(row["document"]).name for row in rows))
        assert rows[-1]["failure"].startswith("duplicate: ")
    assert names == ["\x1b[31mred.pdf", "0.txt", "1.txt", "2.txt", "copy.txt"]


def test_results_do_not_go_among_the_documents(place: Path) -> None:
    """The next run would read them; it is said before any work is done."""
    done = command("classify", place / "in", "-f", "html", "-o", f"{place / 'in'}/", "-m", place / "model")
    assert "is the folder of the documents" in str(done.exception)
    assert len(list((place / "in").iterdir())) == 5


def test_several_documents_into_a_pipe(place: Path, tmp_path: Path) -> None:
    """Nothing waits beside it, as in /dev beside /dev/stdout, and it is not replaced."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    command("classify", place / "in", "-f", "qdc", "-o", pipe, "-m", place / "model", "-j", "1")
    assert os.read(reading, 1 << 20).endswith(b"</CodeBook>\n")
    os.close(reading)
    assert list(tmp_path.iterdir()) == [pipe]
    assert pipe.is_fifo()


def test_corpus_takes_no_other_format(place: Path) -> None:
    """And is no input of itself."""
    done = command("classify", place / "in", "-o", place / "x.sqlite", "-f", "csv", "-m", place / "model")
    assert done.exit_code != 0
    assert "is a corpus database: leave out --format" in str(done.exception)
    done = command("classify", place / "in", "-o", place / "x.sqlite", "--explain", "-m", place / "model")
    assert "is a corpus database: leave out --explain" in str(done.exception)
    assert not (place / "x.sqlite").exists()


@pytest.mark.parametrize("words", [("search", "a"), ("summary", "--json"), ("export", "out")])
def test_missing_corpus_is_a_plain_error(
    words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One sentence says what to do, and nothing is made."""
    monkeypatch.chdir(tmp_path)
    done = command(words[0], "none.sqlite", *words[1:])
    assert "There is no corpus" in str(done.exception)
    assert list(tmp_path.iterdir()) == []
