"""The whole way from a file to a review: opening, kinds, engines, and what every review holds to."""

import hashlib
import io
import os
import random
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.document import Review
from reviewtheme.errors import (
    EmptyDocumentError,
    ReviewThemeError,
    UnreadablePathError,
    UnsupportedDocumentError,
    UsageError,
)
from reviewtheme.reading import read, read_text
from reviewtheme.sentences import split_sentences

DOCUMENTS = Path(__file__).parent / "documents"
SHARED = Path(__file__).parents[2] / "shared"
SAMPLES = Path(__file__).parents[1] / "corpus_sample" / "documents"
TEXT = (
    "Serious case review: Child Q\n\nThe clinic closed. Nobody rang.\n\nWhat was missed\n\n"
    "4.12 The nurse was out.\n"
)


def holds(review: Review) -> None:
    """Check what is true of every review."""
    place = 0
    for block in review.blocks:
        assert place <= block.start < block.end <= len(review.text)
        assert "\n" not in review.text[block.start : block.end]
        assert not review.text[place : block.start].strip()
        assert 1 <= block.page <= len(review.pages)
        place = block.end
    assert not review.text[place:].strip()
    assert len(review.pages) == review.source.pages
    for line in review.lines:
        assert 0 <= line.start <= line.end <= len(review.text)
    for fact in review.facts:
        assert review.text[fact.start : fact.end].strip()
    covered = "".join(sentence.text for sentence in split_sentences(review))
    assert "".join(covered.split()) == "".join(review.text.split())


def test_a_text_file(tmp_path: Path) -> None:
    """Source, blocks, sections and facts of a small text."""
    path = tmp_path / "a.pdf"
    path.write_text(TEXT, encoding="utf-8")
    review = read(path)
    holds(review)
    assert review.source.path == str(path)
    assert review.source.sha256 == hashlib.sha256(TEXT.encode()).hexdigest()
    assert (review.source.media_type, review.source.pages) == ("text/plain", 1)
    assert [fact.value for fact in review.facts if fact.name == "child"] == ["Child Q"]
    last = split_sentences(review)[-1]
    assert (last.text, last.section[-1]) == ("The nurse was out.", "What was missed")
    assert review.blocks[last.block].label == "4.12"


def test_the_same_content_reads_alike_from_everywhere(tmp_path: Path) -> None:
    """A path, a file opened for reading and a string give the same review but for the path."""
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    expected = read(path)
    assert read(str(path)) == expected
    with path.open("rb") as opened:
        assert read(opened) == expected
    for review in (read(io.BytesIO(TEXT.encode())), read_text(TEXT)):
        assert review.source.path == "-"
        assert (review.text, review.blocks, review.facts) == (expected.text, expected.blocks, expected.facts)
        assert review.source.sha256 == expected.source.sha256


def test_standard_input() -> None:
    """The path "-" is standard input."""
    code = "from reviewtheme.reading import read; print(read('-').blocks[1].end)"
    done = subprocess.run(
        [sys.executable, "-c", code], input=TEXT.encode(), capture_output=True, check=True, timeout=60
    )
    assert int(done.stdout) == read_text(TEXT).blocks[1].end


def test_a_web_page_and_a_word_file() -> None:
    """Each kind goes to its own reader."""
    review = read(DOCUMENTS / "news_page.html")
    holds(review)
    assert (review.source.media_type, review.pages[0].engine) == ("text/html", "html")
    buffer = io.BytesIO()
    document = docx.Document()
    document.add_heading("Findings", 1)
    document.add_paragraph("The clinic closed.")
    document.save(buffer)
    buffer.seek(0)
    review = read(buffer)
    holds(review)
    assert review.pages[0].engine == "docx"
    assert split_sentences(review)[1].section == ("Findings",)


def test_paths_that_cannot_be_read(tmp_path: Path) -> None:
    """Missing, folder, pipe: each is said in a sentence that begins with the path."""
    missing = tmp_path / "no.pdf"
    with pytest.raises(UnreadablePathError, match=rf"^{missing} does not exist"):
        read(missing)
    with pytest.raises(UnreadablePathError, match=rf"^{tmp_path} is a folder"):
        read(tmp_path)
    with pytest.raises(UnreadablePathError, match="cannot be opened"):
        read("a" * 5000)
    with pytest.raises(UnreadablePathError, match="cannot be opened"):
        read("a\0b")
    with pytest.raises(UnreadablePathError):
        read(tmp_path / "a.txt" / "b.txt")


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    """A named pipe would wait for ever."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    with pytest.raises(UnreadablePathError, match="device, pipe or socket"):
        read(pipe)


@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="the administrator may read every file"
)
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    """Permission is said to be missing."""
    path = tmp_path / "a.txt"
    path.write_text(TEXT, encoding="utf-8")
    path.chmod(0)
    with pytest.raises(UnreadablePathError, match="may not be read"):
        read(path)


def test_what_is_no_document(tmp_path: Path) -> None:
    """Empty files and other kinds are refused with their path."""
    path = tmp_path / "a.txt"
    path.write_bytes(b"")
    with pytest.raises(EmptyDocumentError, match=rf"^{path} is empty"):
        read(path)
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(UnsupportedDocumentError, match=rf"^{path} is a picture"):
        read(path)
    with pytest.raises(EmptyDocumentError):
        read_text(" \n")


def test_wrong_use() -> None:
    """An unknown engine, and a file opened for reading text."""
    with pytest.raises(UsageError, match=r"auto, pdfium, pdfplumber"):
        read("a.pdf", engine="mupdf")
    with pytest.raises(UsageError, match="'rb'"):
        read(io.StringIO("The clinic closed."))  # type: ignore[arg-type]


def test_importing_and_reading_text_imports_nothing_heavy() -> None:
    """Start-up is part of the answer's time: each reader's library comes with its first file."""
    code = (
        "import sys; from reviewtheme.reading import read_text; read_text('The clinic closed.'); "
        "heavy = ('spacy', 'docx', 'trafilatura', 'pdfplumber', 'pypdfium2', 'lxml'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, timeout=60)
    assert done.stdout.strip() == b"[]"


@given(st.text(max_size=300))
def test_any_text_gives_a_sound_review(text: str) -> None:
    """Any characters with a letter among them give a review that holds together, twice the same."""
    try:
        review = read_text(text)
    except EmptyDocumentError:
        assert not any(map(str.isalnum, text))
        return
    holds(review)
    assert read_text(text) == review


@pytest.mark.skipif(not (SHARED / "seeds").is_dir(), reason="the shared articles are not there")
def test_the_shared_articles() -> None:
    """Real articles are read with their headings and facts."""
    review = read(SHARED / "seeds" / "stoke.txt")
    holds(review)
    assert [review.text[block.start : block.end] for block in review.blocks if block.level][
        2
    ] == "Not breathing"
    assert {"kind-of-review", "publisher", "event"} <= {fact.name for fact in review.facts}
    review = read(SHARED / "seeds" / "denbighshire.txt")
    holds(review)
    assert ("age", "5 weeks") in {(fact.name, fact.value) for fact in review.facts}


@pytest.mark.skipif(not (SHARED / "reviews").is_dir(), reason="the shared reports are not there")
def test_shared_reports() -> None:
    """Real reports hold together; the one that is a web page is known as one; inspections have their date."""
    paths = sorted((SHARED / "reviews").iterdir())
    kinds = set()
    for path in [path for path in paths if "bromley" in path.name] + paths[::12]:
        review = read(path)
        holds(review)
        kinds.add(review.source.media_type)
        if review.source.media_type == "application/pdf":
            assert {"kind-of-review", "date"} <= {fact.name for fact in review.facts}, path.name
    assert kinds == {"application/pdf", "text/html"}


@pytest.mark.parametrize(
    "name", ["learning-summary.docx", "child-practice-review-teasel.pdf", "news-article.html"]
)
def test_a_damaged_document_is_read_or_refused(name: str) -> None:
    """Whatever bytes are flipped or cut off, the answer is a review or a sentence for the user."""
    chance = random.Random(7)
    whole = (SAMPLES / name).read_bytes()
    for flips in (1, 3, 10, 40, 200) * 4:
        damaged = bytearray(whole[: chance.randrange(len(whole))] if flips == 10 else whole)
        for _ in range(flips):
            damaged[chance.randrange(len(damaged))] ^= chance.randrange(1, 256)
        with suppress(ReviewThemeError):
            review = read(io.BytesIO(bytes(damaged)))
            assert review.text
