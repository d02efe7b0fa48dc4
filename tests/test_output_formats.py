"""Every format: on the screen, in a file and in a folder, over real documents, and read by other programs."""

import csv
import io
import json
import subprocess
import sys
import types
import warnings
import zipfile
from collections import Counter
from pathlib import Path

import pytest
from coded_reviews import CHILD_HOLLY, coded_review

from reviewtheme.classification.classify import classify
from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.classification.model import Model
from reviewtheme.cli import OutputFormat
from reviewtheme.codebook import default_codebook
from reviewtheme.corpus import CorpusResult, FailedReview
from reviewtheme.errors import MissingExtraError, UnsupportedDocumentError, UsageError
from reviewtheme.output.formats import FORMATS
from reviewtheme.output.run import RunOutput
from reviewtheme.training.formats import read_labelled

CODEBOOK = default_codebook()
REAL = Path(__file__).parent.parent.parent / "shared" / "reviews"
STANDARD = Path(__file__).parent / "refi_qda_standard"
GOOD, OTHER = coded_review(path="good.pdf"), coded_review(path="sub/good.pdf")
BAD = FailedReview(path="bad.pdf", kind="damaged", message="bad.pdf is damaged: get it anew.")
ALL: list[CorpusResult] = [GOOD, BAD, OTHER]
NAMES = ("good.pdf", "bad.pdf", "sub/good.pdf")


def output(kind: str, target: Path | str | None, inputs: tuple[str, ...] = NAMES) -> RunOutput:
    """Make an output."""
    return RunOutput(kind=kind, target=None if target is None else str(target), inputs=inputs)


def files(folder: Path) -> dict[str, bytes]:
    """Give what is in a folder."""
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_command_names_every_format() -> None:
    """And starts nothing that writes them."""
    assert [each.value for each in OutputFormat] == list(FORMATS)
    program = (
        "import sys, reviewtheme.output.formats\n"
        "print({'lxml', 'openpyxl', 'rich', 'numpy', 'jinja2'} & set(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("kind", ["csv", "xlsx", "qdpx", "qdc", "labelstudio", "doccano", "prodigy", "jsonl"])
def test_same_bytes_in_a_file_on_the_screen_and_again(
    kind: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    """Nothing depends on the clock, the order of sets or where it goes; nothing is left beside it."""
    for name in ("one", "two"):
        assert output(kind, tmp_path / name).write(ALL) == 1
    program = (
        "import sys; sys.path.insert(0, 'tests')\n"
        "from test_output_formats import *\n"
        "output(sys.argv[1], None).write(ALL)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, kind],
        cwd=Path(__file__).parent.parent,
        capture_output=True,
        check=True,
    )
    content = (tmp_path / "one").read_bytes()
    assert content == (tmp_path / "two").read_bytes() == done.stdout
    assert content
    assert {path.name for path in tmp_path.iterdir()} == {"one", "two"}
    assert b"bad.pdf is damaged" in capfdbinary.readouterr().err


@pytest.mark.parametrize(
    ("kind", "names"),
    [
        ("csv", {"marks.csv", "matrix.csv", "reviews.csv"}),
        ("xlsx", {"reviews.xlsx"}),
        ("qdpx", {"reviews.qdpx"}),
        ("qdc", {"reviews.qdc"}),
        ("labelstudio", {"tasks.json", "labelling-configuration.xml"}),
        ("doccano", {"tasks.jsonl", "label-types.json"}),
        ("prodigy", {"tasks.jsonl", "prodigy.json"}),
    ],
)
def test_a_run_in_a_folder(kind: str, names: set[str], tmp_path: Path) -> None:
    """One file for the whole run, with what belongs to it beside it; the first is as it is alone."""
    output(kind, f"{tmp_path / 'out'}/").write(ALL)
    output(kind, tmp_path / "alone").write(ALL)
    made = files(tmp_path / "out")
    assert set(made) == names
    assert (tmp_path / "alone").read_bytes() in made.values()
    assert all(made.values())


@pytest.mark.parametrize("kind", FORMATS)
def test_an_interrupted_run_leaves_what_was_there(kind: str, tmp_path: Path) -> None:
    """In a file and in a folder; half a result is worse than none."""

    def interrupted() -> "list[CorpusResult]":
        raise KeyboardInterrupt

    def results() -> "types.GeneratorType[CorpusResult, None, None]":
        yield BAD
        yield from interrupted()

    (tmp_path / "out").mkdir()
    target = tmp_path / "out" / "result"
    target.write_text("old")
    with pytest.raises(KeyboardInterrupt):
        output(kind, target, ("good.pdf",)).write(results())
    assert files(tmp_path / "out") == {"result": b"old"}
    with pytest.raises(KeyboardInterrupt):
        output(kind, tmp_path / "out", ("good.pdf",)).write(results())
    assert {name for name in files(tmp_path / "out") if not name.startswith("bad.pdf")} == {"result"}


def test_what_a_screen_cannot_show(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes at a terminal, and several pages; both are said before any work is done."""
    with pytest.raises(UsageError, match="of several documents needs a folder: name one with --output"):
        output("html", None)
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    for kind, its in FORMATS.items():
        if its.is_binary:
            with pytest.raises(UsageError, match=f"A terminal cannot show {kind}: name a file"):
                output(kind, None, ("good.pdf",))
        else:
            output(kind, None, ("good.pdf",))
    with pytest.raises(UsageError, match="There is no format 'magic'"):
        output("magic", None)


@pytest.mark.parametrize("kind", [name for name, its in FORMATS.items() if its.needs])
def test_a_missing_extra_is_said_first(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With what to install."""
    monkeypatch.setattr("reviewtheme.output.run.find_spec", lambda _: None)
    with pytest.raises(MissingExtraError, match=r'pip install "reviewtheme\[\w+\]"'):
        output(kind, None, ("good.pdf",))


def test_a_review_that_cannot_be_marked_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is told and counted, and the others are written."""
    fake = types.ModuleType("reviewtheme.output.marked_pdf")

    def marked_pdf(coded: CodedReview) -> bytes:
        if coded is OTHER:
            raise UnsupportedDocumentError("sub/good.pdf is no PDF: choose --format html.")
        return b"%PDF"

    fake.marked_pdf = marked_pdf  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "reviewtheme.output.marked_pdf", fake)
    monkeypatch.setattr("reviewtheme.output.run.find_spec", lambda _: True)
    assert output("pdf", tmp_path).write(ALL) == 2
    assert files(tmp_path) == {"good.pdf.marked.pdf": b"%PDF"}
    assert capsys.readouterr().err.splitlines() == [
        "reviewtheme: bad.pdf is damaged: get it anew.",
        "reviewtheme: sub/good.pdf is no PDF: choose --format html.",
        "reviewtheme: 1 of 3 documents done, 2 failed.",
    ]


def test_pages_of_a_run(tmp_path: Path) -> None:
    """A page for each review, and one for the corpus, also where a review has that name."""
    pytest.importorskip("jinja2")
    named = coded_review(path="corpus")
    output("html", tmp_path / "several").write([GOOD, BAD, named])
    made = files(tmp_path / "several")
    assert set(made) == {"good.pdf.html", "corpus.html", "corpus-2.html"}
    assert all(content.startswith(b"<!") for content in made.values())
    assert CHILD_HOLLY[1].text.encode() in made["corpus-2.html"]
    assert b"good.pdf.html" in made["corpus.html"]
    assert b"corpus-2.html" in made["corpus.html"]
    output("html", tmp_path / "one.html", ("good.pdf",)).write([GOOD])
    assert (tmp_path / "one.html").read_bytes() == made["good.pdf.html"]


# --- real documents --------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[4, pytest.param(20, marks=pytest.mark.slow)])
def reviews(request: pytest.FixtureRequest, small_model: Model) -> list[CodedReview]:
    """Code real reviews, of which some are not what their names say."""
    paths = sorted(REAL.glob("*.pdf"))[2 : 2 + request.param]
    if len(paths) < request.param:
        pytest.skip("the published reviews are not on this machine")
    return [classify(path, model=small_model) for path in paths]


def made_of(kind: str, reviews: list[CodedReview], folder: Path) -> Path:
    """Write reviews into a folder in a format."""
    names = tuple(review.review.source.path for review in reviews)
    assert RunOutput(kind=kind, target=f"{folder}/", inputs=names).write(reviews) == 0
    return folder


def themes_of(reviews: list[CodedReview], *, body: bool) -> Counter[tuple[str, str]]:
    """Count the themes of each text."""
    sentences = (s for review in reviews for s in review.sentences if s.counts_as_evidence or not body)
    return Counter((s.text, theme) for s in sentences for theme in s.themes)


def test_real_tables(reviews: list[CodedReview], tmp_path: Path) -> None:
    """The same in CSV and in the workbook, by Python's own reader and by pandas."""
    pandas = pytest.importorskip("pandas")
    pytest.importorskip("openpyxl")
    folder = made_of("csv", reviews, tmp_path)
    made_of("xlsx", reviews, tmp_path)
    with (folder / "marks.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    found = Counter((row["text"].removeprefix("'"), row["theme"]) for row in rows if row["theme"])
    wanted = Counter(
        {(text.removeprefix("'"), t): n for (text, t), n in themes_of(reviews, body=False).items()}
    )
    assert found == wanted
    assert len(wanted) > 20
    sheets = pandas.read_excel(folder / "reviews.xlsx", sheet_name=None, keep_default_na=False)
    for name in ("marks", "matrix", "reviews"):
        frame = pandas.read_csv(folder / f"{name}.csv", keep_default_na=False)
        assert list(frame.columns) == list(sheets[name].columns)
        assert len(frame) == len(sheets[name])
        plain = frame.map(lambda value: value.removeprefix("'") if isinstance(value, str) else value)
        assert plain.astype(str).equals(
            sheets[name].map(lambda v: v.removeprefix("'") if isinstance(v, str) else v).astype(str)
        )
    matrix = sheets["matrix"][list(CODEBOOK.theme_ids)]
    assert int(matrix.to_numpy().sum()) == sum(themes_of(reviews, body=False).values())
    counts = {p.theme.id: p.sentences for p in reviews[0].themes}
    assert {t: n for t, n in sheets["reviews"].iloc[0].items() if t in CODEBOOK.theme_ids and n} == counts


def member(folder: Path, path: str) -> bytes:
    """Read a file that a project names."""
    return (folder / "extracted" / "sources" / path.removeprefix("internal://")).read_bytes()


def test_real_project(reviews: list[CodedReview], tmp_path: Path) -> None:
    """Valid, read by pyrefiqda with every word at its place, and by our reader with the same labels."""
    xmlschema = pytest.importorskip("xmlschema")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pydantic, about generated classes
        pyrefiqda = pytest.importorskip("pyrefiqda")
        path = made_of("qdpx", reviews, tmp_path) / "reviews.qdpx"
        project = pyrefiqda.RefiProject.load(path, tmp_path / "extracted")
    with zipfile.ZipFile(path) as archive:
        xmlschema.XMLSchema(STANDARD / "Project.xsd").validate(io.BytesIO(archive.read("project.qde")))
    codes = {code.guid: code.name for top in project.code_book.codes.code for code in top.code}
    themes = {theme.name: theme.id for theme in CODEBOOK.themes}
    sources = {source.name: source for source in (*project.sources.pdfsource, *project.sources.text_source)}
    found: Counter[tuple[str, str]] = Counter()
    for coded in reviews:
        text = source = sources[Path(coded.review.source.path).name]
        if coded.review.source.media_type == "application/pdf":
            text = source.representation
            assert member(tmp_path, source.path) == Path(coded.review.source.path).read_bytes()
        assert member(tmp_path, text.plain_text_path).decode("utf-8") == coded.review.text
        for selection in text.plain_text_selection:
            words = coded.review.text[selection.start_position : selection.end_position]
            labels = [codes[coding.code_ref.target_guid] for coding in selection.coding]
            found.update((words, themes[label]) for label in labels if label in themes)
    assert found == themes_of(reviews, body=True)
    by_place = {
        (Path(c.review.source.path).name, s.start, s.end): (
            s.themes if s.counts_as_evidence else (),
            s.stance,
        )
        for c in reviews
        for s in c.sentences
    }
    read = {(s.document, s.start, s.end): s for s in read_labelled(path, CODEBOOK).sentences}
    assert len(read.keys() & by_place.keys()) > 0.999 * len(by_place)  # a heading may be cut in two
    for place in read.keys() & by_place.keys():
        themes_there, stance = by_place[place]
        assert read[place].themes == themes_there
        assert read[place].stance in ("", stance)
        assert not themes_there or read[place].stance == stance


@pytest.mark.parametrize("kind", ["labelstudio", "doccano", "prodigy"])
def test_real_tasks(kind: str, reviews: list[CodedReview], tmp_path: Path) -> None:
    """A task for each sentence of the body, and the guesses are read back as they were."""
    folder = made_of(kind, reviews, tmp_path)
    (path,) = folder.glob("tasks.*")
    if kind == "prodigy":  # which writes an answer into what it exports
        lines = path.read_text("utf-8").split("\n")[:-1]
        path.write_text("\n".join(json.dumps({**json.loads(line), "answer": "accept"}) for line in lines))
    sentences = read_labelled(path, CODEBOOK).sentences
    body = [s for r in reviews for s in r.sentences if s.counts_as_evidence and any(map(str.isalnum, s.text))]
    assert [(s.text, s.themes, s.stance) for s in sentences] == [
        (" ".join(s.text.split()), s.themes, s.stance) for s in body
    ]


def test_real_codebook(reviews: list[CodedReview], tmp_path: Path) -> None:
    """Valid by the standard."""
    xmlschema = pytest.importorskip("xmlschema")
    folder = made_of("qdc", reviews[:1], tmp_path)
    xmlschema.XMLSchema(STANDARD / "Codebook.xsd").validate(folder / "reviews.qdc")


@pytest.mark.parametrize("kind", ["html", "pdf"])
def test_real_pages(kind: str, reviews: list[CodedReview], tmp_path: Path) -> None:
    """A file for each review, and for pages one more of all."""
    pdfs = [one for one in reviews if one.review.source.media_type == "application/pdf"]
    made = files(made_of(kind, pdfs, tmp_path))
    assert len(made) == len(pdfs) + (kind == "html")
    start = b"<!doctype html>" if kind == "html" else b"%PDF-"
    assert all(content[: len(start)].lower() == start.lower() for content in made.values())
