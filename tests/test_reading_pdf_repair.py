"""A damaged PDF is repaired where that is installed, and the user is told either way."""

from io import BytesIO
from pathlib import Path

import pytest
from printed_documents import sentences
from reportlab.pdfgen.canvas import Canvas

from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.classification.model import Model
from reviewtheme.corpus import classify_corpus
from reviewtheme.errors import DamagedDocumentError
from reviewtheme.reading import pdf_draft, pdf_repair, read
from reviewtheme.reading.pdf import read_pages
from reviewtheme.reading.pdf_draft import read_pdf

pikepdf = pytest.importorskip("pikepdf", reason='pip install "reviewtheme[repair]"')
REVIEWS = Path(__file__).resolve().parent.parent.parent / "shared" / "reviews"
PAGES = 6
KNOWN = sentences(PAGES)


@pytest.fixture(scope="module")
def report() -> bytes:
    """Print a report as most programs write them now: objects packed in streams, the table at the end."""
    printed, packed = BytesIO(), BytesIO()
    canvas = Canvas(printed)
    for number, sentence in enumerate(KNOWN, start=1):
        canvas.drawString(60, 700, f"{number}.1 {sentence[:60]}")
        canvas.drawString(60, 680, "The board should make sure that this is done.")
        canvas.showPage()
    canvas.save()
    with pikepdf.open(printed) as document:
        document.save(packed, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return packed.getvalue()


@pytest.fixture(scope="module")
def broken(report: bytes) -> bytes:
    """Cut off its end, and spoil the marks by which engines look for objects in what is left."""
    cut = report[: report.rindex(b"xref\n0")]
    return cut.replace(b"/Type /Catalog", b"/Type/Catalog ")[: len(cut)]


def refused_by_engines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make both engines refuse whatever was not repaired, as they do with many a truncated report."""
    real = pdf_draft.read_pages

    def read_pages(content: Path | bytes, **options: str) -> object:
        head = content if isinstance(content, bytes) else content.read_bytes()
        if b"startxref" not in head:
            raise DamagedDocumentError(f"{options['name']} is damaged: no engine opens it.")
        return real(content, **options)

    monkeypatch.setattr(pdf_draft, "read_pages", read_pages)


def test_truncated_report_is_read_whole(
    report: bytes, broken: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every page of it, with a warning."""
    refused_by_engines(monkeypatch)
    repaired, whole = read_pdf(broken, "a.pdf"), read_pdf(report, "a.pdf")
    assert len(repaired.pages) == PAGES
    assert [block.text for block in repaired.blocks] == [block.text for block in whole.blocks]
    assert [warning.kind for warning in repaired.warnings] == ["repaired"]
    assert repaired.warnings[0].page is None
    assert whole.warnings == ()


@pytest.mark.skipif(not REVIEWS.is_dir(), reason="no published reviews beside the repository")
def test_published_report_that_lost_its_end() -> None:
    """Neither engine opens it; every page of it is read again."""
    path = next(REVIEWS.glob("ilacs-dorset-*.pdf"))
    content = path.read_bytes()
    with pytest.raises(DamagedDocumentError):
        list(read_pages(content[: int(len(content) * 0.95)], name="cut.pdf"))
    cut, whole = read_pdf(content[: int(len(content) * 0.95)], "cut.pdf"), read_pdf(path, "whole.pdf")
    assert [block.text for block in cut.blocks] == [block.text for block in whole.blocks]
    assert cut.warnings[0].kind == "repaired"


def test_file_is_never_changed(broken: bytes, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is repaired is a copy in memory."""
    refused_by_engines(monkeypatch)
    (tmp_path / "a.pdf").write_bytes(broken)
    assert "repaired" in [warning.kind for warning in read(tmp_path / "a.pdf").warnings]
    assert (tmp_path / "a.pdf").read_bytes() == broken
    assert [path.name for path in tmp_path.iterdir()] == ["a.pdf"]


def test_without_the_extra_the_message_names_it(broken: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what it would do."""
    refused_by_engines(monkeypatch)
    monkeypatch.setattr(pdf_draft, "can_repair", lambda: False)
    with pytest.raises(DamagedDocumentError, match=r"a\.pdf is damaged.*reviewtheme\[repair\]"):
        read_pdf(broken, "a.pdf")


@pytest.mark.parametrize("content", [b"%PDF-1.7\n" + bytes(500), b"%PDF-1.7\n%%EOF", b"%PDF-"])
def test_what_cannot_be_repaired_is_damaged(content: bytes, capfd: pytest.CaptureFixture[str]) -> None:
    """Without a word of the library's own."""
    assert pdf_repair.repair_pdf(content) is None
    with pytest.raises(DamagedDocumentError, match="is damaged"):
        read_pdf(content, "a.pdf")
    assert capfd.readouterr() == ("", "")


def test_workers_repair_too(report: bytes, small_model: Model, tmp_path: Path) -> None:
    """Under the same limits of time and memory; files that are whole are read as they are."""
    cut = report[: int(len(report) * 0.97)]
    (tmp_path / "cut.pdf").write_bytes(cut)
    (tmp_path / "whole.pdf").write_bytes(report)
    results = list(classify_corpus([tmp_path], model=small_model, jobs=1, deadline=20, memory=500))
    assert all(isinstance(result, CodedReview) for result in results)
    assert [len(result.review.pages) for result in results if isinstance(result, CodedReview)] == [PAGES] * 2
