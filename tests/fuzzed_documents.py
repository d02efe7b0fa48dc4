"""Documents changed by chance: case number N is the same file on every machine.

Each begins as one of the hostile or good documents, or a published sample of this project's own, and is
changed a few times: bits and stretches as a disk or a network spoils them, and numbers and words of the
format as an attacker would.
"""

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from hostile_pdfs import PDFS, good
from hostile_texts import DOCX, HTML, TEXTS

SAMPLES = Path(__file__).parent.parent / "corpus_sample" / "documents"
_LARGEST = 200_000
"""Bytes of a document that a case may begin as, so that thousands can be tried in a minute."""
_NUMBERS = (
    b"0",
    b"-1",
    b"1",
    b"65535",
    b"2147483647",
    b"-2147483648",
    b"4294967296",
    b"99999999999999",
    b"1e38",
)
_WORDS = {
    "pdf": (
        b"obj",
        b"endobj",
        b"stream",
        b"endstream",
        b"xref",
        b"trailer",
        b"startxref",
        b"<<",
        b">>",
        b"[",
        b"]",
        b"(",
        b")",
        b"/Type",
        b"/Pages",
        b"/Page",
        b"/Kids",
        b"/Count",
        b"/Parent",
        b"/Length",
        b"/Filter",
        b"/FlateDecode",
        b"/LZWDecode",
        b"/ASCII85Decode",
        b"/DCTDecode",
        b"/JPXDecode",
        b"/JBIG2Decode",
        b"/Contents",
        b"/Resources",
        b"/Font",
        b"/XObject",
        b"/MediaBox",
        b"/Rotate",
        b"/Encoding",
        b"/ToUnicode",
        b"3 0 R",
        b"5 0 R",
        b" BT ",
        b" ET ",
        b" Tj ",
        b" Tf ",
        b" Tm ",
        b" q ",
        b" Q ",
        b" cm ",
        b" Do ",
        b"BI ",
        b" ID ",
        b" EI ",
        b"null",
        b"true",
        b"%",
        b"\0",
    ),
    "docx": (
        b"<w:p>",
        b"</w:p>",
        b"<w:tbl>",
        b"<w:tr>",
        b"<w:tc>",
        b"<w:sdt>",
        b"<w:t>",
        b"&#0;",
        b"&amp;",
        b"<!--",
        b"<![CDATA[",
        b"<?xml?>",
        b'w:val="-1"',
        b'w:val=""',
        b"<w:numPr/>",
        b"<w:ilvl/>",
        b"<w:numId/>",
        b"<w:footnoteReference/>",
        b"<w:sym/>",
        b'<w:sym w:char="ZZ"/>',
        b"<w:outlineLvl/>",
        b"<w:pStyle/>",
    ),
    "html": (
        b"<div>",
        b"</div>",
        b"<table>",
        b"<tr>",
        b"<td colspan=-1>",
        b"<ol start=x>",
        b"<li value=99999999999>",
        b"<h1>",
        b"<sup>",
        b"<a href=#>",
        b"<!--",
        b"-->",
        b"<![CDATA[",
        b"<script>",
        b"<svg>",
        b"<math>",
        b"<template>",
        b"<plaintext>",
        b"&#0;",
        b"&#x10ffff;",
        b"<meta charset=utf-16>",
        b"\xff\xfe",
        b"<br>",
    ),
    "text": (
        b"\n",
        b"\n\n",
        b"\t",
        b"1.",
        b"(a)",
        "•".encode(),
        b"# ",
        b"---",
        b"===",
        b"\f",
        b"\r",
        b"\0",
        b"\xff",
        "\u202e".encode(),
        "\ufeff".encode(),
        b"\xff\xfe",
        b"1 January 2010",
        b"Child A",
        b"aged ",
        b'"',
        b"...",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FuzzedDocument:
    """A document changed by chance."""

    number: int
    """Tells the case again."""
    kind: str
    """"pdf", "docx", "html" or "text": what it began as."""
    name: str
    """Name of the document that it began as."""
    content: bytes
    """Its bytes."""


def case_of(number: int) -> FuzzedDocument:
    """Make a case, the same at every call."""
    dice = random.Random(number)
    kind = dice.choice(("pdf", "pdf", "pdf", "docx", "html", "text"))
    name, content = dice.choice(_seeds()[kind])
    if kind == "docx" and dice.random() < 0.8:
        content = _change_parts(content, dice)
    elif kind == "pdf" and dice.random() < 0.4:
        content = _change_streams(content, dice)
    else:
        content = _changed(content, kind, dice)
    return FuzzedDocument(number=number, kind=kind, name=name, content=content)


@cache
def _seeds() -> dict[str, list[tuple[str, bytes]]]:
    made = {
        kind: [(name, make()) for name, (make, ends) in cases.items() if not ends.slow]
        for kind, cases in (("pdf", PDFS), ("docx", DOCX), ("html", HTML), ("text", TEXTS))
    }
    for path in sorted(SAMPLES.iterdir()):
        kind = {".pdf": "pdf", ".docx": "docx", ".html": "html", ".txt": "text"}.get(path.suffix)
        if kind:
            made[kind].extend([(path.name, path.read_bytes())] * 8)  # whole documents have the most to spoil
    made["pdf"].extend([("good", good())] * 8)
    return {
        kind: [seed for seed in seeds if 0 < len(seed[1]) <= _LARGEST or seed[0].endswith((".pdf", ".docx"))]
        for kind, seeds in made.items()
    }


def _changed(content: bytes, kind: str, dice: random.Random) -> bytes:
    """Change bytes a few times."""
    changing = bytearray(content)
    for _ in range(dice.choice((1, 2, 4, 8, 30))):
        if changing:
            dice.choice(_CHANGES)(changing, kind, dice)
    return bytes(changing)


def _flip(content: bytearray, _kind: str, dice: random.Random) -> None:
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)


def _cut_out(content: bytearray, _kind: str, dice: random.Random) -> None:
    place = dice.randrange(len(content))
    del content[place : place + dice.choice((1, 4, 50, 2000))]


def _cut_short(content: bytearray, _kind: str, dice: random.Random) -> None:
    if dice.random() < 0.2:
        del content[dice.randrange(len(content)) :]


def _repeat(content: bytearray, _kind: str, dice: random.Random) -> None:
    place, length = dice.randrange(len(content)), dice.choice((1, 10, 200))
    content[place:place] = content[place : place + length] * dice.choice((1, 2, 100))


def _move(content: bytearray, _kind: str, dice: random.Random) -> None:
    here, there = dice.randrange(len(content)), dice.randrange(len(content))
    content[here : here + 40] = content[there : there + 40]


def _put_word(content: bytearray, kind: str, dice: random.Random) -> None:
    place = dice.randrange(len(content))
    content[place : place + dice.choice((0, 3))] = dice.choice(_WORDS[kind])


def _put_number(content: bytearray, _kind: str, dice: random.Random) -> None:
    place = dice.randrange(len(content))
    number = re.compile(rb"\d+").search(content, place)
    if number:
        content[number.start() : number.end()] = dice.choice(_NUMBERS)


def _splice(content: bytearray, kind: str, dice: random.Random) -> None:
    other = dice.choice(_seeds()[kind])[1]
    place = dice.randrange(len(other))
    content[dice.randrange(len(content)) :] = other[place : place + 20_000]


_CHANGES: tuple[Callable[[bytearray, str, random.Random], None], ...] = (
    _flip,
    _flip,
    _cut_out,
    _cut_short,
    _repeat,
    _move,
    _put_word,
    _put_word,
    _put_number,
    _put_number,
    _splice,
)


def _change_parts(content: bytes, dice: random.Random) -> bytes:
    """Change XML parts of a Word file and pack them again, so that what reads them is reached."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            parts = {name: archive.read(name) for name in archive.namelist()}
    except (zipfile.BadZipFile, RuntimeError, zlib.error):
        return _changed(content, "docx", dice)
    chosen = dice.choice([name for name in parts if name.endswith((".xml", ".rels"))] or list(parts))
    parts[chosen] = _changed(parts[chosen], "docx", dice)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(zipfile.ZipInfo(name), part)
    return packed.getvalue()


def _change_streams(content: bytes, dice: random.Random) -> bytes:
    """Change what is packed in a stream of a PDF and pack it again; the place of what follows then lies."""
    streams = list(re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL))
    if not streams:
        return _changed(content, "pdf", dice)
    chosen = dice.choice(streams)
    try:
        inside = zlib.decompressobj().decompress(chosen[1], 1 << 20)
        changed = zlib.compress(_changed(inside, "pdf", dice))
    except zlib.error:
        changed = _changed(chosen[1], "pdf", dice)
    return content[: chosen.start(1)] + changed + content[chosen.end(1) :]
