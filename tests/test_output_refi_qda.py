"""REFI-QDA projects and codebooks: valid by the standard's schema, read by another program and by our own."""

import hashlib
import io
import re
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import xmlschema
from coded_reviews import CHILD_HOLLY, Marked, coded_review
from lxml import etree
from reportlab.pdfgen.canvas import Canvas

from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.codebook import Codebook, Theme, default_codebook
from reviewtheme.codebook_files import read_codebook
from reviewtheme.corpus import CorpusResult, DuplicateReview, FailedReview
from reviewtheme.document import Fact, SectionRole
from reviewtheme.output.refi_qda import codebook_xml, write_project
from reviewtheme.training.formats import read_labelled

CODEBOOK = default_codebook()
STANDARD = Path(__file__).parent / "refi_qda_standard"
FAILED = FailedReview(path="bad.pdf", kind="damaged", message="bad.pdf is damaged: get it anew.")
ASTRAL = "It was 😀 clear – in “Öst” – that nobody had asked the child. "


@pytest.fixture(scope="module")
def project_schema() -> xmlschema.XMLSchema:
    """Give the standard's schema of projects."""
    return xmlschema.XMLSchema(STANDARD / "Project.xsd")


def written(
    *results: CorpusResult, codebook: Codebook = CODEBOOK, tell: Callable[[str], None] = lambda _: None
) -> bytes:
    """Write a project."""
    file = io.BytesIO()
    write_project(results, codebook, file, tell=tell)
    return file.getvalue()


def qde(content: bytes) -> bytes:
    """Return the XML of a project."""
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("project.qde")


def with_pdf(folder: Path, name: str = "heron.pdf") -> CodedReview:
    """Give a coded review whose PDF is there."""
    path = folder / name
    canvas = Canvas(str(path), invariant=True)
    canvas.drawString(72, 700, "A page.")
    canvas.save()
    coded = coded_review(path=str(path))
    sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
    source = replace(coded.review.source, sha256=sha256)
    return replace(coded, review=replace(coded.review, source=source))


def load(content: bytes, folder: Path) -> Any:  # noqa: ANN401 - a model of another program
    """Read a project with pyrefiqda."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of pydantic, about generated classes
        pyrefiqda = pytest.importorskip("pyrefiqda")
        (folder / "p.qdpx").write_bytes(content)
        return pyrefiqda.RefiProject.load(folder / "p.qdpx", folder / "extracted")


def test_valid_by_the_standard(tmp_path: Path, project_schema: xmlschema.XMLSchema) -> None:
    """With a PDF and with a text alone, with failures, and with nothing at all."""
    text_only = coded_review([Marked(text="Supervision lapsed.", themes=("supervision",))], path="a.txt")
    text_only = replace(
        text_only,
        review=replace(
            text_only.review, source=replace(text_only.review.source, media_type="text/plain"), facts=()
        ),
    )
    for results in ([with_pdf(tmp_path), text_only, FAILED], [FAILED], [], [coded_review([])]):
        project_schema.validate(qde(written(*results)).decode("utf-8"))
    xmlschema.XMLSchema(STANDARD / "Codebook.xsd").validate(codebook_xml(CODEBOOK))


def test_layout_of_the_archive(tmp_path: Path) -> None:
    """One .qde, and sources under their identifiers; no byte order mark, no Windows line end."""
    coded = with_pdf(tmp_path)
    content = written(coded)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
        assert names.count("project.qde") == 1
        pdf, text = sorted(names[:-1], key=lambda name: name[-3:])
        assert all(re.fullmatch(r"sources/[0-9a-f-]{36}\.(pdf|txt)", name) for name in (pdf, text))
        assert archive.read(pdf) == Path(coded.review.source.path).read_bytes()
        assert archive.read(text) == coded.review.text.encode("utf-8")
        xml = archive.read("project.qde")
    assert xml.startswith(b'<?xml version="1.0" encoding="utf-8"?>\n<Project ')
    assert b"\r" not in xml
    assert b"\xef\xbb\xbf" not in xml
    for element in etree.fromstring(xml).iter():
        assert len(element) or element.text or element.attrib, element.tag


def test_read_back_by_pyrefiqda(tmp_path: Path) -> None:
    """Every marked sentence of the body is a selection with a coding for each theme and for the stance."""
    coded = with_pdf(tmp_path)
    project = load(written(coded), tmp_path)
    (source,) = project.sources.pdfsource
    assert source.name == "heron.pdf"
    codes = {}
    for top in project.code_book.codes.code:
        assert top.is_codable is False
        codes |= {code.guid: (code.name, code.color, top.name) for code in top.code}
    assert len(codes) == len(CODEBOOK.themes) + len(CODEBOOK.stances)
    assert {name for name, _, group in codes.values() if group == "Stance"} == {
        f"{stance.name} (stance)" for stance in CODEBOOK.stances
    }
    (user,) = project.users.user
    assert user.name == "default 7 (model)"
    selections = source.representation.plain_text_selection
    marked = [s for s in coded.sentences if s.themes and s.counts_as_evidence]
    assert len(selections) == len(marked)
    for selection, sentence in zip(selections, marked, strict=True):
        assert coded.review.text[selection.start_position : selection.end_position] == sentence.text
        names = [codes[coding.code_ref.target_guid][0] for coding in selection.coding]
        stance = next(s.name for s in CODEBOOK.stances if s.id == sentence.stance)
        assert names == [*(CODEBOOK.theme(theme).name for theme in sentence.themes), f"{stance} (stance)"]
        assert {coding.creating_user for coding in selection.coding} == {user.guid}
        assert f"page {sentence.page}" in selection.description
        assert all(f"{sentence.scores[theme]:.2f}" in selection.description for theme in sentence.themes)
    (variable,) = project.variables.variable
    assert variable.name == "Child"
    (value,) = source.variable_value
    assert (value.variable_ref.target_guid, value.text_value) == (variable.guid, "Holly")
    codings = [c.guid for s in selections for c in s.coding]
    everything = [*codings, *(s.guid for s in selections), *codes, user.guid, source.guid, variable.guid]
    assert len(everything) == len(set(everything))


def test_read_back_by_our_own_reader(tmp_path: Path) -> None:
    """With the same themes and stances; a sentence that was not marked has none."""
    path = tmp_path / "p.qdpx"
    path.write_bytes(written(with_pdf(tmp_path), FAILED))
    data = read_labelled(path, CODEBOOK)
    body = [one for one in CHILD_HOLLY if one.role is SectionRole.BODY]
    assert [(s.text, s.themes, s.stance) for s in data.sentences][: len(body)] == [
        (one.text, CODEBOOK.in_order(one.themes), one.stance if one.themes else "") for one in body
    ]
    assert data.documents == ("heron.pdf",)
    assert not [item for file in data.report.files for item in file.skipped]


def test_offsets_are_code_points(tmp_path: Path) -> None:
    """Also beyond the characters that are one unit in UTF-16, where our reader could count in two ways."""
    marked = [Marked(text=ASTRAL.strip()), Marked(text=ASTRAL.strip(), themes=("neglect",), stance="concern")]
    coded = coded_review(marked, path="a.txt")
    (tmp_path / "p.qdpx").write_bytes(written(coded))
    data = read_labelled(tmp_path / "p.qdpx", CODEBOOK)
    assert [(s.start, s.themes) for s in data.sentences] == [
        (0, ()),
        (len(ASTRAL.strip()) + 2, ("neglect",)),
    ]


def test_stance_without_theme_is_coded() -> None:
    """A recommendation counts though it is of no theme; what is of none and takes no stance does not."""
    coded = coded_review([Marked(text="Ask first.", stance="recommendation"), Marked(text="It rained.")])
    tree = etree.fromstring(qde(written(coded)))
    (selection,) = tree.iter("{*}PlainTextSelection")
    assert selection.get("name") == "Ask first."


def test_same_bytes_each_time(tmp_path: Path) -> None:
    """And the same codes for another corpus with the codebook; other documents are other sources."""
    coded = with_pdf(tmp_path)
    assert written(coded) == written(coded)
    guids = [
        set(re.findall(r'<Code guid="(.*?)"', qde(written(c)).decode())) for c in (coded, coded_review())
    ]
    assert guids[0] == guids[1]
    other = replace(coded.model, sha256="ef" * 32)
    tree = etree.fromstring(qde(written(coded, replace(coded, model=other))))
    assert len(tree.findall("{*}Users/{*}User")) == 2


def test_documents_of_one_name(tmp_path: Path) -> None:
    """Are told apart by a number, also where they are the same."""
    coded = with_pdf(tmp_path)
    moved = replace(
        coded, review=replace(coded.review, source=replace(coded.review.source, sha256="12" * 32))
    )
    project = load(written(coded, coded, moved), tmp_path)
    names = [s.name for s in (*project.sources.pdfsource, *project.sources.text_source)]
    assert names == ["heron.pdf", "heron (2).pdf", "heron (3).pdf"]
    sources = (*project.sources.pdfsource, *project.sources.text_source)
    assert len({source.guid for source in sources}) == 3


def test_names_and_identifiers_are_never_shared(tmp_path: Path) -> None:
    """Where a document bears the name that another would be given, or one content has two names."""
    paths = ("a/r.txt", "b/R.txt", "c/r (2).txt", "d/r.txt")
    sources = load(written(*(coded_review(path=path) for path in paths)), tmp_path).sources.text_source
    assert [source.name for source in sources] == ["r.txt", "R (2).txt", "r (2) (2).txt", "r (3).txt"]
    assert len({source.guid for source in sources}) == 4


def test_what_the_project_lacks_is_told(tmp_path: Path) -> None:
    """A PDF that changed, is gone, or came by standard input; files that failed are named in the project."""
    coded, told = with_pdf(tmp_path), []
    Path(coded.review.source.path).write_bytes(b"%PDF-1.4 another")
    tree = etree.fromstring(qde(written(coded, coded_review(path="-"), tell=told.append)))
    assert [source.tag.rpartition("}")[2] for source in tree.find("{*}Sources")] == ["TextSource"] * 2
    assert "gone or has changed" in told[0]
    assert "standard input" in told[1]
    copy = DuplicateReview(path="copy.pdf", sha256="ab" * 32, original="holly.pdf")
    description = etree.fromstring(qde(written(FAILED, copy))).findtext("{*}Description")
    assert "bad.pdf (damaged)" in description


def test_hostile_text(project_schema: xmlschema.XMLSchema) -> None:
    """Markup and characters that XML cannot hold, in any place that takes words of a document."""
    bad = "</Project>\x00\x1b]]>&amp;\ud800\ufffe<a b='c\">"
    coded = coded_review([Marked(text=bad, themes=("neglect",))], path=f"{bad}.txt")
    facts = (Fact(name="child", value=bad, start=0, end=1),)
    coded = replace(coded, review=replace(coded.review, facts=facts))
    xml = qde(written(coded)).decode("utf-8")
    project_schema.validate(xml)
    assert etree.fromstring(xml.encode()).find(".//{*}TextValue").text.startswith("</Project>\ufffd\ufffd]]>")


def test_codebook_is_read_back(tmp_path: Path) -> None:
    """As the themes in their groups, with when to mark them; by pyrefiqda, too."""
    path = tmp_path / "codebook.qdc"
    path.write_text(codebook_xml(CODEBOOK), "utf-8")
    read = read_codebook(path)
    assert [(t.name, t.group) for t in read.themes][: len(CODEBOOK.themes)] == [
        (t.name, t.group) for t in CODEBOOK.themes
    ]
    assert read.themes[0].mark_when.startswith(CODEBOOK.themes[0].mark_when)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        pyrefiqda = pytest.importorskip("pyrefiqda")
        book = pyrefiqda.RefiCodebook.load(path)
    assert [top.name for top in book.codes.code] == [
        *dict.fromkeys(t.group for t in CODEBOOK.themes),
        "Stance",
    ]
    ungrouped = Codebook(name="c", version="1", themes=(Theme(id="a", name="A"),), stances=())
    xmlschema.XMLSchema(STANDARD / "Codebook.xsd").validate(codebook_xml(ungrouped))
