"""Pictures of pages become lines of text by Tesseract: the one module that knows it (extra `[ocr]`)."""

import shutil
from collections.abc import Sequence
from importlib.util import find_spec
from statistics import median
from typing import TYPE_CHECKING, Any

from reviewtheme.reading.printed_page import PrintedLine, PrintedWord, lines_from_words

if TYPE_CHECKING:
    from PIL.Image import Image

RESOLUTION = 300
"""Dots per inch at which pages are best shown to Tesseract."""

_LINE, _WORD = 4, 5  # Tesseract's levels of layout
_SECONDS_A_PAGE = 180
_LEAST_CONFIDENCE = 20.0  # percent; below it stands noise read out of pictures and borders
_SAME_SIZE = 0.35  # a line's height varies by this share with the letters in it


def missing_for_ocr() -> str | None:
    """Say what has to be installed before a page can be read by OCR; None if nothing."""
    steps = []
    if find_spec("pytesseract") is None or find_spec("PIL") is None:
        steps.append('pip install "reviewtheme[ocr]"')
    if shutil.which("tesseract") is None:
        steps.append(
            "apt-get install tesseract-ocr (Debian, Ubuntu; on macOS: brew install tesseract; on Windows: "
            "winget install UB-Mannheim.TesseractOCR)"
        )
    return f"To read it by OCR, install: {' and '.join(steps)}." if steps else None


def read_picture(picture: "Image", page: int, *, resolution: int = RESOLUTION) -> tuple[PrintedLine, ...]:
    """Read the lines of text in the picture of a page at `resolution` dots per inch.

    Raises `RuntimeError` (pytesseract's own errors are of that kind) where Tesseract fails or takes
    longer than three minutes.
    """
    import pytesseract

    found = pytesseract.image_to_data(
        picture, lang="eng", timeout=_SECONDS_A_PAGE, output_type=pytesseract.Output.DICT
    )
    rows = [dict(zip(found, values, strict=True)) for values in zip(*found.values(), strict=True)]
    return lines_from_words(_words(rows, 72 / resolution), page)


def _words(rows: Sequence[dict[str, Any]], scale: float) -> list[PrintedWord]:
    """Take the words of Tesseract's table, in points; each has the size and baseline of its line."""
    lines = {_line_of(row): row for row in rows if row["level"] == _LINE}
    usual = median([row["height"] for row in lines.values()] or [0])
    words = []
    for row in rows:
        text = str(row["text"]).strip()
        if row["level"] != _WORD or not text or float(row["conf"]) < _LEAST_CONFIDENCE:
            continue
        line = lines[_line_of(row)]
        height = usual if abs(line["height"] - usual) <= _SAME_SIZE * usual else line["height"]
        words.append(
            PrintedWord(
                text=text,
                left=round(row["left"] * scale, 1),
                top=round(row["top"] * scale, 1),
                right=round((row["left"] + row["width"]) * scale, 1),
                bottom=round((row["top"] + row["height"]) * scale, 1),
                baseline=round((line["top"] + line["height"]) * scale, 1),
                size=float(round(height * scale)),
            )
        )
    return words


def _line_of(row: dict[str, Any]) -> tuple[int, int, int]:
    return (row["block_num"], row["par_num"], row["line_num"])
