"""Reading pictures by Tesseract, and saying what to install where it is missing."""

import shutil
from importlib.util import find_spec

import pytest
from PIL import Image, ImageDraw, ImageFont

from reviewtheme.reading import ocr
from reviewtheme.reading.ocr import missing_for_ocr, read_picture

needs_ocr = pytest.mark.skipif(missing_for_ocr() is not None, reason=f"{missing_for_ocr()}")


def picture(*rows: str) -> Image.Image:
    """Draw lines of text on an A4 page at 300 dots per inch."""
    page = Image.new("L", (2480, 3508), 255)
    font = ImageFont.load_default(50)
    for place, row in enumerate(rows):
        ImageDraw.Draw(page).text((300, 400 + 75 * place), row, font=font, fill=0)
    return page


@needs_ocr
def test_picture_is_read_with_boxes_in_points() -> None:
    """Lines come out in order, one size, where they stand on the page."""
    first, second = read_picture(picture("The plan was late.", "Nobody asked why."), 3)
    assert (first.text, second.text) == ("The plan was late.", "Nobody asked why.")
    assert (first.page, second.page) == (3, 3)
    assert first.size == second.size == pytest.approx(12, abs=3)
    assert first.left == pytest.approx(300 * 72 / 300, abs=3)
    assert first.bottom == pytest.approx((400 + 50) * 72 / 300, abs=6)
    assert second.top > first.top


@needs_ocr
def test_empty_picture_has_no_lines() -> None:
    """An empty page is no error."""
    assert read_picture(picture(), 1) == ()


def test_what_to_install_is_said_exactly(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both the package and the program are named, each only if it is missing."""
    monkeypatch.setattr(ocr, "find_spec", lambda _: None)
    monkeypatch.setattr(shutil, "which", lambda _: None)
    everything = missing_for_ocr() or ""
    assert 'pip install "reviewtheme[ocr]"' in everything
    assert "apt-get install tesseract-ocr" in everything
    monkeypatch.setattr(shutil, "which", lambda _: "/usr/bin/tesseract")
    assert "apt-get" not in (missing_for_ocr() or "")
    monkeypatch.setattr(ocr, "find_spec", find_spec)
    if find_spec("pytesseract"):
        assert missing_for_ocr() is None
