"""Pages of a PDF file as lines of text with boxes: the one module that knows pdfium and pdfplumber.

pdfium reads the bulk, because it is some ten times as fast; pdfplumber reads a page or a file
that pdfium cannot, or everything when asked to. The grid of a ruled table comes from
pdfplumber's geometry either way. pdfium may be used by one thread at a time, so each use holds
a lock; every page is closed as soon as it has been read.
"""

import ctypes
import logging
import math
import re
import threading
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

import pypdfium2
from pypdfium2 import raw as pdfium

from reviewtheme.errors import DamagedDocumentError, EncryptedDocumentError, NoPagesError, UsageError
from reviewtheme.reading.printed_page import (
    RAISED_BY,
    RAISED_SIZE,
    WIDE_GAP,
    Cell,
    PageFrame,
    PrintedCharacters,
    PrintedLine,
    PrintedPage,
    PrintedWord,
    lines_from_words,
)

if TYPE_CHECKING:
    from PIL.Image import Image

ENGINES = ("pdfium", "pdfplumber")
"""What `read_pages` can be told to begin with."""

logging.getLogger("pdfminer").addHandler(logging.NullHandler())  # its remarks are not for the user

_LOCK = threading.RLock()
_REOPEN_EVERY = 20  # pages; pdfium keeps what it has parsed until the file is closed
_DESCENT = 0.21  # share of its size by which a font's box reaches below the baseline, as fonts go
_MOST_PIXELS = 40_000_000  # of a rendered page; A3 at 300 dots per inch has 17 million
_THICKEST_RULE = 2.0  # points; what is thicker is an area
_MOST_RULES = 1500  # a map or a chart has more, and is no table
_LINE_END_HYPHEN = "\ufffe"  # pdfium's sign for a hyphen at a line's end; no line end follows it
_STRETCH = re.compile(f"[^\r\n{_LINE_END_HYPHEN}]*[^\\s{_LINE_END_HYPHEN}]")
_WITHOUT_CODE = re.compile(r"\(cid:\d+\)")  # what pdfplumber puts for a glyph that stands for no character
_UNREADABLE = "\ue000"
_BOLD = re.compile(r"bold|black|heavy|demi", re.IGNORECASE)
_ITALIC = re.compile(r"ital|obliq", re.IGNORECASE)


class _Box(NamedTuple):
    left: float
    top: float
    right: float
    bottom: float


class _Style(NamedTuple):
    bold: bool
    italic: bool

    def both(self, other: "_Style") -> "_Style":
        return _Style(self.bold and other.bold, self.italic and other.italic)


class _Run(NamedTuple):
    """Characters of a line from `start` up to `end` in one style."""

    start: int
    end: int
    boxes: Sequence[_Box]
    baseline: float
    size: float


class _OpenFile(Protocol):
    """A PDF opened by one engine."""

    def count(self) -> int: ...
    def states_no_pages(self) -> bool: ...
    def page(self, number: int) -> PrintedPage: ...
    def close(self) -> None: ...


def read_pages(content: Path | bytes, *, name: str, engine: str = "pdfium") -> Iterator[PrintedPage]:
    """Yield the pages of a PDF in order.

    `content` is a path or the bytes of the file, `name` what messages call it. `engine` is the
    one to begin with: a page that it cannot read is tried with the other, and one that neither
    can read is yielded with engine "none" and no lines.

    Raises `EncryptedDocumentError`, `DamagedDocumentError`, `NoPagesError`, or `UsageError` for an
    unknown engine.
    """
    if engine not in ENGINES:
        raise UsageError(f'There is no PDF engine "{engine}"; choose one of: {", ".join(ENGINES)}.')
    order = sorted(ENGINES, key=lambda each: each != engine)
    with ExitStack() as stack:
        files = _Files(content, name, stack)
        count = files.count(order)
        for number in range(1, count + 1):
            yield files.page(number, order)


def render_page(content: Path | bytes, number: int, *, resolution: int) -> "Image":
    """Picture of page `number` (from 1) at `resolution` dots per inch, in grey.

    Raises `RuntimeError` where pdfium cannot draw the page.
    """
    with _LOCK, ExitStack() as stack:
        document = pypdfium2.PdfDocument(content)
        stack.callback(document.close)
        page = document[number - 1]
        stack.callback(page.close)
        width, height = page.get_size()
        scale = min(resolution / 72, math.sqrt(_MOST_PIXELS / max(width * height, 1.0)))
        bitmap = page.render(scale=scale, grayscale=True)
        stack.callback(bitmap.close)
        picture: Image = bitmap.to_pil().copy()
    return picture


def read_characters(content: Path | bytes, pages: Iterable[int]) -> Iterator[PrintedCharacters]:
    """Yield the characters of some pages (numbers from 1) with their exact places, by pdfium.

    A page that pdfium cannot read is left out; none is yielded of a file that it cannot open.
    """
    with ExitStack() as stack, suppress(pypdfium2.PdfiumError):
        file = _PdfiumFile(content)
        stack.callback(file.close)
        for number in pages:
            with suppress(pypdfium2.PdfiumError, IndexError):
                yield file.characters(number)


class _Files:
    """The same PDF under each engine, opened when first needed."""

    def __init__(self, content: Path | bytes, name: str, stack: ExitStack) -> None:
        self._content = content
        self._name = name
        self._stack = stack
        self._opened: dict[str, _OpenFile | None] = {}

    def count(self, order: Sequence[str]) -> int:
        states_none = False
        for engine in order:
            try:
                opened = self._open(engine)
                count = opened.count() if opened else 0
                states_none |= opened is not None and not count and opened.states_no_pages()
            except Exception as fault:  # pdfplumber raises far more kinds than its own
                if _asks_for_password(fault):
                    raise EncryptedDocumentError(
                        f"{self._name} asks for a password. Open it in a PDF viewer with the password, "
                        "save or print it as a new PDF without one, and read that."
                    ) from fault
                continue
            if count:
                return count
        if states_none:
            raise NoPagesError(f"{self._name} has no pages: it is an empty PDF. Ask for the whole document.")
        raise DamagedDocumentError(
            f"{self._name} is damaged: neither pdfium nor pdfplumber can open it as a PDF. "
            "Fetch it again, or open it in a PDF viewer and save a new copy."
        )

    def page(self, number: int, order: Sequence[str]) -> PrintedPage:
        for engine in order:
            with suppress(Exception):  # the next engine is tried, and "none" says that both failed
                opened = self._open(engine)
                if opened is not None:
                    return opened.page(number)
        return PrintedPage(number=number, width=0.0, height=0.0, engine="none")

    def _open(self, engine: str) -> _OpenFile | None:
        if engine not in self._opened:
            self._opened[engine] = None
            opened = _PdfiumFile(self._content) if engine == "pdfium" else _PdfplumberFile(self._content)
            self._stack.callback(opened.close)
            self._opened[engine] = opened
        return self._opened[engine]


def _asks_for_password(fault: BaseException) -> bool:
    """Whether an engine failed for want of a password, however deep it hides the cause."""
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect

    if isinstance(fault, pypdfium2.PdfiumError):
        return bool(fault.err_code == pdfium.FPDF_ERR_PASSWORD)
    causes = [fault, fault.__cause__, fault.__context__, *fault.args]
    return any(isinstance(cause, (PDFEncryptionError, PDFPasswordIncorrect)) for cause in causes)


# --- pdfium ---------------------------------------------------------------------------------


class _PdfiumFile:
    """A PDF opened by pdfium."""

    def __init__(self, content: Path | bytes) -> None:
        self._content = content
        self._read = 0
        self._document = self._load()

    def _load(self) -> pypdfium2.PdfDocument:
        with _LOCK:
            return pypdfium2.PdfDocument(self._content)

    def count(self) -> int:
        with _LOCK:
            return len(self._document)

    def states_no_pages(self) -> bool:
        return self.count() == 0

    def characters(self, number: int) -> PrintedCharacters:
        with self._text_of(number) as (page, text_page):
            left, bottom, right, top = page.get_bbox()
            rotation = page.get_rotation()
            reader = _GlyphReader(text_page, _placement(page))
            return PrintedCharacters(
                page=number,
                frame=PageFrame(left=left, bottom=bottom, right=right, top=top, rotation=rotation),
                text=reader.text,
                boxes=reader.full_boxes(),
                turns=reader.turns(),
            )

    @contextmanager
    def _text_of(self, number: int) -> Iterator[tuple[pypdfium2.PdfPage, pypdfium2.PdfTextPage]]:
        """Give a page and its text, with the sole use of pdfium."""
        with _LOCK, ExitStack() as stack:
            if self._read and self._read % _REOPEN_EVERY == 0:
                self._document.close()
                self._document = self._load()
            self._read += 1
            page = self._document[number - 1]
            stack.callback(page.close)
            text_page = page.get_textpage()
            stack.callback(text_page.close)
            yield page, text_page

    def page(self, number: int) -> PrintedPage:
        with self._text_of(number) as (page, text_page):
            width, height = page.get_size()
            place = _placement(page)
            tables = _grids(_pdfium_edges(page, place))
            lines = tuple(_pdfium_lines(text_page, number, place, tables))
            return PrintedPage(
                number=number,
                width=width,
                height=height,
                engine="pdfium",
                lines=lines,
                tables=tables,
                has_drawing=not lines and _has_drawing(page),
            )

    def close(self) -> None:
        with _LOCK:
            self._document.close()


def _has_drawing(page: pypdfium2.PdfPage) -> bool:
    kinds = (
        pdfium.FPDFPageObj_GetType(pdfium.FPDFPage_GetObject(page.raw, index))
        for index in range(pdfium.FPDFPage_CountObjects(page.raw))
    )
    return any(kind != pdfium.FPDF_PAGEOBJ_TEXT for kind in kinds)


_Place = Callable[[float, float, float, float], _Box]


def _placement(page: pypdfium2.PdfPage) -> _Place:
    """From pdfium's left, bottom, right, top (upwards) to a box on the page as shown."""
    left, bottom, right, top = page.get_bbox()  # get_cropbox() does not see what the page inherits
    turned = {
        0: lambda x0, y0, x1, y1: _Box(x0 - left, top - y1, x1 - left, top - y0),
        90: lambda x0, y0, x1, y1: _Box(y0 - bottom, x0 - left, y1 - bottom, x1 - left),
        180: lambda x0, y0, x1, y1: _Box(right - x1, y0 - bottom, right - x0, y1 - bottom),
        270: lambda x0, y0, x1, y1: _Box(top - y1, right - x1, top - y0, right - x0),
    }
    return turned[page.get_rotation()]


def _pdfium_lines(
    text_page: pypdfium2.PdfTextPage, number: int, place: _Place, tables: Sequence[Sequence[Cell]]
) -> Iterator[PrintedLine]:
    reader = _GlyphReader(text_page, place)
    for stretch in _STRETCH.finditer(reader.text):
        start = stretch.start() + len(stretch[0]) - len(stretch[0].lstrip())
        hyphen = reader.text[stretch.end() : stretch.end() + 1] == _LINE_END_HYPHEN
        end = stretch.end() + hyphen
        boxes = reader.boxes(start, end)
        if not boxes:
            continue
        middle = reader.largest(start, end)
        size = reader.size(middle)
        if _is_even(boxes, size) and not _borders(boxes, tables):
            yield reader.line(_Run(start, end, boxes, reader.baseline(middle), size), number=number)
            continue
        borders = _borders(boxes, tables)
        runs = _glyphs(reader, start, end) if borders else _runs(reader, start, end, boxes, size)
        for part in _parts(runs, borders):
            yield reader.line(*_merged(part), number=number)


def _borders(boxes: list[_Box], tables: Sequence[Sequence[Cell]]) -> list[float]:
    """Where the sides of table cells cross a line."""
    if not tables:
        return []
    left, right = min(box.left for box in boxes), max(box.right for box in boxes)
    middle = (boxes[0].top + boxes[0].bottom) / 2
    return [
        cell.left
        for cells in tables
        for cell in cells
        if left + 1 < cell.left < right - 1 and cell.top < middle < cell.bottom
    ]


def _is_even(boxes: Sequence[_Box], size: float) -> bool:
    """Whether a line has neither a wide gap nor anything raised, judged by its runs of text."""
    if len(boxes) == 1:
        return True
    lowest = max(box.bottom for box in boxes)
    if any(_is_high(box, lowest, size) for box in boxes):
        return False
    return not any(_is_gap(before, after, size) for before, after in pairwise(boxes))


def _is_high(box: _Box, lowest: float, size: float) -> bool:
    return lowest - box.bottom > 0.25 * size


def _is_gap(before: _Box, after: _Box, size: float) -> bool:
    return not -2 * size < after.left - before.right < WIDE_GAP * size


def _runs(reader: "_GlyphReader", start: int, end: int, boxes: Sequence[_Box], size: float) -> list[_Run]:
    """Cut an uneven line where a gap is, or where what is raised begins or ends."""
    lowest = max(box.bottom for box in boxes)
    cuts = [0]
    for place, (before, after) in enumerate(pairwise(boxes), start=1):
        changes = _is_high(before, lowest, size) != _is_high(after, lowest, size)
        if changes or _is_gap(before, after, size):
            cuts.append(place)
    places = [start, *(reader.start_of_run(start, end, cut) for cut in cuts[1:]), end]
    stretches = zip(pairwise(places), pairwise([*cuts, len(boxes)]), strict=True)
    return [
        _Run(first, last, boxes[cut:next_cut], reader.baseline(middle), reader.size(middle))
        for (first, last), (cut, next_cut) in stretches
        for middle in (reader.middle(first, last),)
    ]


def _glyphs(reader: "_GlyphReader", start: int, end: int) -> list[_Run]:
    """Cut a line that a border crosses into its characters."""
    return [
        _Run(place, place + 1, [reader.box(place)], reader.baseline(place), reader.size(place))
        for place in range(start, end)
        if not reader.text[place].isspace()
    ]


def _parts(runs: Sequence[_Run], borders: Sequence[float]) -> list[list[_Run]]:
    """Part the runs of a line at wide gaps, at borders and where the baseline leaps."""
    parts = [[runs[0]]]
    for before, run in pairwise(runs):
        size = max(before.size, run.size)
        edge, next_edge = before.boxes[-1], run.boxes[0]
        if (
            _is_gap(edge, next_edge, size)
            or abs(run.baseline - before.baseline) > 0.7 * size
            or any(edge.right - 1 < border < next_edge.left + 1 for border in borders)
        ):
            parts.append([])
        parts[-1].append(run)
    return parts


def _merged(part: Sequence[_Run]) -> tuple[_Run, list[tuple[int, int]]]:
    """One run of all, and the stretches that are small and raised above the rest."""
    main = max(part, key=lambda run: (run.size, run.end - run.start))
    if len(part) > 1:
        sizes: Counter[float] = Counter()
        for run in part:
            sizes[run.size] += run.end - run.start
        usual = sizes.most_common(1)[0][0]
        main = max((run for run in part if run.size == usual), key=lambda run: run.baseline)
    raised = [
        (run.start, run.end)
        for run in part
        if run.size <= RAISED_SIZE * main.size and main.baseline - run.baseline >= RAISED_BY * main.size
    ]
    boxes = [box for run in part for box in run.boxes]
    return _Run(part[0].start, part[-1].end, boxes, main.baseline, main.size), raised


class _GlyphReader:
    """The characters of one text page, by index, with boxes and fonts on demand."""

    def __init__(self, text_page: pypdfium2.PdfTextPage, place: _Place) -> None:
        self._raw = text_page.raw
        self._place = place
        self._numbers = [ctypes.c_double() for _ in range(4)]
        self._matrix = pdfium.FS_MATRIX()
        self._name = ctypes.create_string_buffer(96)
        self._flags = ctypes.c_int()
        self.text: str = text_page.get_text_range()
        count = text_page.count_chars()
        if len(self.text) != count:  # characters without a code: read one by one, so that indices agree
            codes = (pdfium.FPDFText_GetUnicode(self._raw, index) for index in range(count))
            self.text = "".join(_LINE_END_HYPHEN if code == 2 else chr(code or 0xFFFD) for code in codes)

    def boxes(self, start: int, end: int) -> list[_Box]:
        """Boxes of the runs of text between two indices, in the order of the text."""
        left, top, right, bottom = self._numbers
        boxes = []
        for index in range(pdfium.FPDFText_CountRects(self._raw, start, end - start)):
            pdfium.FPDFText_GetRect(self._raw, index, left, top, right, bottom)
            boxes.append(self._place(left.value, bottom.value, right.value, top.value))
        return boxes

    def start_of_run(self, start: int, end: int, run: int) -> int:
        """Index of the first character of the box at place `run` among `boxes(start, end)`."""

        def boxes_up_to(last: int) -> int:
            return int(pdfium.FPDFText_CountRects(self._raw, start, last + 1 - start))

        return start + bisect_right(range(start, end), run, key=boxes_up_to)

    def largest(self, start: int, end: int) -> int:
        """Index of a character of the line's main size: at its ends stand bullets, in it footnote marks."""
        third = (end - start) // 3
        return max(self.middle(start, end - third), self.middle(start + third, end), key=self.size)

    def middle(self, start: int, end: int) -> int:
        """Index of a character in the middle of a line that is no white space."""
        index = (start + end) // 2
        while index < end - 1 and self.text[index].isspace():
            index += 1
        return index

    def box(self, index: int) -> _Box:
        left, top, right, bottom = self._numbers
        pdfium.FPDFText_GetCharBox(self._raw, index, left, right, bottom, top)
        return self._place(left.value, bottom.value, right.value, top.value)

    def full_boxes(self) -> tuple[tuple[float, float, float, float], ...]:
        """Left, bottom, right, top of all characters in the file's coordinates, as high as their font."""
        raw, box, box_of = self._raw, pdfium.FS_RECTF(), pdfium.FPDFText_GetLooseCharBox
        boxes = []
        for index in range(len(self.text)):
            box_of(raw, index, box)
            boxes.append((box.left, box.bottom, box.right, box.top))
        return tuple(boxes)

    def turns(self) -> bytes:
        """Direction of all characters in the file's coordinates, in quarter turns anticlockwise."""
        turns = bytearray(len(self.text))
        for stretch in _STRETCH.finditer(self.text):
            start, end = stretch.span()
            pdfium.FPDFText_GetMatrix(self._raw, self.middle(start, end), self._matrix)
            turn = round(math.atan2(self._matrix.b, self._matrix.a) / (math.pi / 2)) % 4
            turns[start : end + 1] = bytes([turn]) * len(turns[start : end + 1])
        return bytes(turns)

    def baseline(self, index: int) -> float:
        across, up = self._numbers[:2]
        pdfium.FPDFText_GetCharOrigin(self._raw, index, across, up)
        return self._place(across.value, up.value, across.value, up.value).bottom

    def size(self, index: int) -> float:
        pdfium.FPDFText_GetMatrix(self._raw, index, self._matrix)
        scale = math.hypot(self._matrix.c, self._matrix.d) or 1.0
        return round(float(pdfium.FPDFText_GetFontSize(self._raw, index)) * scale, 1)

    def style(self, index: int) -> _Style:
        pdfium.FPDFText_GetFontInfo(self._raw, index, self._name, len(self._name), self._flags)
        return _style(self._name.value.decode("utf-8", "replace"))

    def line(self, run: _Run, raised: Sequence[tuple[int, int]] = (), *, number: int) -> PrintedLine:
        text = self.text[run.start : run.end].rstrip().replace(_LINE_END_HYPHEN, "-")
        first, last = _ends(text)
        style = self.style(run.start + first)
        if style.bold or style.italic:
            style = style.both(self.style(run.start + last))
        stretches = [_trimmed(text, start - run.start, end - run.start) for start, end in raised]
        return PrintedLine(
            text=text,
            page=number,
            left=_points(min(box.left for box in run.boxes)),
            top=_points(min(box.top for box in run.boxes)),
            right=_points(max(box.right for box in run.boxes)),
            bottom=_points(max(box.bottom for box in run.boxes)),
            baseline=_points(run.baseline),
            size=run.size,
            bold=style.bold,
            italic=style.italic,
            raised=_neighbours_joined(stretches),
        )


_MOST_POINTS = 50_000
_POINTS: dict[float, float] = {}  # one object for each place: a long document has few places, often


def _points(value: float) -> float:
    rounded = round(value, 1)
    if len(_POINTS) > _MOST_POINTS:
        _POINTS.clear()
    return _POINTS.setdefault(rounded, rounded)


def _ends(text: str) -> tuple[int, int]:
    """Find the indices of the first and the last letter of a text, or of its ends if it has none."""
    first = next((index for index, character in enumerate(text) if character.isalpha()), 0)
    last = next((index for index in range(len(text) - 1, -1, -1) if text[index].isalpha()), len(text) - 1)
    return first, last


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    """Narrow a stretch of a text by the white space at its ends."""
    stretch = text[start:end]
    start += len(stretch) - len(stretch.lstrip())
    return start, start + len(stretch.strip())


def _neighbours_joined(stretches: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Half-open stretches in order, those that meet as one."""
    joined: list[tuple[int, int]] = []
    for start, end in stretches:
        if joined and joined[-1][1] == start:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


@lru_cache(maxsize=512)
def _style(font_name: str) -> _Style:
    return _Style(bool(_BOLD.search(font_name)), bool(_ITALIC.search(font_name)))


_Matrix = tuple[float, float, float, float, float, float]
_DRAWN_KINDS = (pdfium.FPDF_PAGEOBJ_PATH, pdfium.FPDF_PAGEOBJ_FORM)
_UNCHANGED: _Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def _pdfium_edges(page: pypdfium2.PdfPage, place: _Place) -> list[_Box]:
    """Straight rules drawn on the page, each as a box without height or without width."""
    rules = _Rules(place)
    raw = page.raw
    for index in range(pdfium.FPDFPage_CountObjects(raw)):
        drawn = pdfium.FPDFPage_GetObject(raw, index)
        if pdfium.FPDFPageObj_GetType(drawn) in _DRAWN_KINDS:
            rules.add(drawn, _UNCHANGED)
        if len(rules.edges) > _MOST_RULES:
            return []
    return [*rules.edges, *(side for fill in rules.merged_fills() for side in _sides(fill))]


class _Rules:
    """What the drawings of one page say about the borders of tables."""

    def __init__(self, place: _Place) -> None:
        self._place = place
        self.edges: list[_Box] = []
        self.fills: list[_Box] = []

    def add(self, drawn: object, outer: _Matrix) -> None:
        """Take in a drawn object, or all those of a form."""
        kind = pdfium.FPDFPageObj_GetType(drawn)
        if kind == pdfium.FPDF_PAGEOBJ_FORM:
            matrix = _times(_matrix_of(drawn), outer)
            for index in range(pdfium.FPDFFormObj_CountObjects(drawn)):
                self.add(pdfium.FPDFFormObj_GetObject(drawn, index), matrix)
        elif kind == pdfium.FPDF_PAGEOBJ_PATH:
            self._add_path(drawn, outer)

    def _add_path(self, path: object, outer: _Matrix) -> None:
        fill, stroke = ctypes.c_int(), ctypes.c_int()
        pdfium.FPDFPath_GetDrawMode(path, fill, stroke)
        count = pdfium.FPDFPath_CountSegments(path)
        if not (fill.value or stroke.value) or count > 4 * _MOST_RULES:
            return
        for corners in self._outlines(path, count, _times(_matrix_of(path), outer)):
            across, down = [x for x, _ in corners], [y for _, y in corners]
            box = _Box(min(across), min(down), max(across), max(down))
            if min(box.right - box.left, box.bottom - box.top) <= _THICKEST_RULE:
                self.edges.extend(_rule(box))
            elif stroke.value:
                for (x0, y0), (x1, y1) in pairwise(corners):
                    self.edges.extend(_rule(_Box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1))))
            elif len(corners) in (4, 5):
                self.fills.append(box)

    def _outlines(self, path: object, count: int, matrix: _Matrix) -> list[list[tuple[float, float]]]:
        a, b, c, d, e, f = matrix
        across, up = ctypes.c_float(), ctypes.c_float()
        outlines: list[list[tuple[float, float]]] = []
        for index in range(count):
            segment = pdfium.FPDFPath_GetPathSegment(path, index)
            pdfium.FPDFPathSegment_GetPoint(segment, across, up)
            x, y = across.value * a + up.value * c + e, across.value * b + up.value * d + f
            box = self._place(x, y, x, y)
            if pdfium.FPDFPathSegment_GetType(segment) == pdfium.FPDF_SEGMENT_MOVETO or not outlines:
                outlines.append([])
            outlines[-1].append((box.left, box.top))
            if pdfium.FPDFPathSegment_GetClose(segment):
                outlines[-1].append(outlines[-1][0])
        return outlines

    def merged_fills(self) -> list[_Box]:
        """Shaded areas, those that were filled line by line as one."""
        merged: list[_Box] = []
        for fill in sorted(set(self.fills), key=lambda fill: (round(fill.left), round(fill.right), fill.top)):
            above = merged[-1] if merged else None
            if (
                above
                and abs(above.left - fill.left) <= 1
                and abs(above.right - fill.right) <= 1
                and fill.top - above.bottom <= 1
            ):
                merged[-1] = above._replace(bottom=max(above.bottom, fill.bottom))
            else:
                merged.append(fill)
        return merged


def _matrix_of(drawn: object) -> _Matrix:
    matrix = pdfium.FS_MATRIX()
    pdfium.FPDFPageObj_GetMatrix(drawn, matrix)
    return (matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f)


def _times(first: _Matrix, then: _Matrix) -> _Matrix:
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s, e * p + f * r + t, e * q + f * s + u)


def _rule(box: _Box) -> Iterator[_Box]:
    """Yield the level or upright rule that a thin box is, if it is one."""
    if box.right - box.left > 3 and box.bottom - box.top <= _THICKEST_RULE:
        yield _Box(box.left, box.top, box.right, box.top)
    elif box.bottom - box.top > 3 and box.right - box.left <= _THICKEST_RULE:
        yield _Box(box.left, box.top, box.left, box.bottom)


def _sides(box: _Box) -> tuple[_Box, ...]:
    left, top, right, bottom = box
    return (
        _Box(left, top, right, top),
        _Box(left, bottom, right, bottom),
        _Box(left, top, left, bottom),
        _Box(right, top, right, bottom),
    )


# --- pdfplumber -----------------------------------------------------------------------------


class _PdfplumberFile:
    """A PDF opened by pdfplumber."""

    def __init__(self, content: Path | bytes) -> None:
        import pdfplumber

        self._document = pdfplumber.open(BytesIO(content) if isinstance(content, bytes) else content)

    def count(self) -> int:
        return len(self._document.pages)

    def states_no_pages(self) -> bool:
        """Tell an empty page tree from a damaged one, of which no page is found either."""
        from pdfminer.pdftypes import resolve1

        tree = resolve1(self._document.doc.catalog["Pages"])
        return resolve1(tree["Count"]) == 0 and not resolve1(tree["Kids"])

    def page(self, number: int) -> PrintedPage:
        page = self._document.pages[number - 1]
        try:
            words = page.extract_words(x_tolerance_ratio=0.15, extra_attrs=["fontname", "size"])
            shown = _shown(page)
            edges = [
                _from_corner(shown, edge["x0"], edge["top"], edge["x1"], edge["bottom"])
                for edge in page.edges
            ]
            tables = _grids(edges if len(edges) <= _MOST_RULES else [])
            return PrintedPage(
                number=number,
                width=shown.right - shown.left,
                height=shown.bottom - shown.top,
                engine="pdfplumber",
                lines=lines_from_words((_pdfplumber_word(word, shown) for word in words), number, tables),
                tables=tables,
                has_drawing=bool(page.images or page.edges or page.curves),
            )
        finally:
            page.close()

    def close(self) -> None:
        with suppress(Exception):  # closing parses what is left of a damaged file
            self._document.close()


def _shown(page: Any) -> _Box:  # noqa: ANN401 - pdfplumber's page
    """Tell what of a page is shown, in pdfplumber's coordinates, whose origin may lie off the page."""
    whole, cut = _Box(*map(float, page.bbox)), _Box(*map(float, page.cropbox))
    shown = _Box(
        max(whole.left, cut.left),
        max(whole.top, cut.top),
        min(whole.right, cut.right),
        min(whole.bottom, cut.bottom),
    )
    return shown if shown.left < shown.right and shown.top < shown.bottom else whole


def _from_corner(shown: _Box, left: float, top: float, right: float, bottom: float) -> _Box:
    """Count a box from the upper left corner of what is shown."""
    return _Box(left - shown.left, top - shown.top, right - shown.left, bottom - shown.top)


def _pdfplumber_word(word: dict[str, Any], shown: _Box) -> PrintedWord:
    style = _style(str(word["fontname"]))
    box = _from_corner(shown, *(float(word[side]) for side in ("x0", "top", "x1", "bottom")))
    return PrintedWord(
        text=_WITHOUT_CODE.sub(_UNREADABLE, word["text"]),
        left=round(box.left, 1),
        top=round(box.top, 1),
        right=round(box.right, 1),
        bottom=round(box.bottom, 1),
        baseline=round(box.bottom - _DESCENT * float(word["size"]), 1),
        size=round(float(word["size"]), 1),
        bold=style.bold,
        italic=style.italic,
    )


def _grids(rules: list[_Box]) -> tuple[tuple[Cell, ...], ...]:
    """Tables that the rules make, found by pdfplumber's geometry, each of two cells or more."""
    if len(rules) < 5:
        return ()
    from pdfplumber import table

    edges = [
        {
            "x0": rule.left,
            "x1": rule.right,
            "top": rule.top,
            "bottom": rule.bottom,
            "width": rule.right - rule.left,
            "height": rule.bottom - rule.top,
            "orientation": "h" if rule.right > rule.left else "v",
        }
        for rule in rules
    ]
    if not {"h", "v"} <= {edge["orientation"] for edge in edges}:
        return ()
    merged = table.merge_edges(edges, 3, 3, 3, 3)
    crossings = table.edges_to_intersections([edge for edge in merged if _length(edge) >= 3], 3, 3)
    cells = table.intersections_to_cells(crossings)
    return tuple(
        tuple(_by_row(Cell(left=x0, top=top, right=x1, bottom=bottom) for x0, top, x1, bottom in grid))
        for grid in table.cells_to_tables(cells)
    )


def _length(edge: dict[str, Any]) -> float:
    return max(float(edge["width"]), float(edge["height"]))


def _by_row(cells: Iterable[Cell]) -> list[Cell]:
    """Cells row by row; double rules leave the cells of one row at slightly different heights."""
    rows: list[list[Cell]] = []
    for cell in sorted(cells, key=lambda cell: (cell.top, cell.left)):
        if rows and cell.top - rows[-1][0].top <= 8:
            rows[-1].append(cell)
        else:
            rows.append([cell])
    return [cell for row in rows for cell in sorted(row, key=lambda cell: cell.left)]
