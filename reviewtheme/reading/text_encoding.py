"""Bytes become text: the encoding of a text file is found, and not assumed."""

import re
import unicodedata
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE, BOM_UTF32_BE, BOM_UTF32_LE
from typing import NamedTuple

from reviewtheme.errors import EncodingError

UNREADABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufeff\ufffe\uffff]")
"""Control characters and marks that are no part of any text."""
_MOST_UNREADABLE = 0.002
"""Share of control characters over which bytes are no text."""
_MARKED_ENCODINGS = (
    (BOM_UTF8, "utf-8-sig"),
    (BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark is the first half of it
    (BOM_UTF32_BE, "utf-32"),
    (BOM_UTF16_LE, "utf-16"),
    (BOM_UTF16_BE, "utf-16"),
)
_ENGLISH_CP1252 = frozenset("’‘“”–—…•·´£€°§©®™½¼¾²³×ÂâàáäçèéêëíîïñóôöúûüÀÉÓÖÜ«»„‚†‡¬¹º\xa0\xad")


_MOST_PILED = 30
"""Marks on one letter; Unicode's own limit (UAX #15), and no writing has a third of it."""
_MAY_BE_PILED = re.compile(rf"[^\x00-\u02ff]{{{_MOST_PILED + 1},}}")
_JOINER = "\u034f"
_CONTROLS = {
    **dict.fromkeys([*range(0x09), *range(0x0E, 0x20), 0x7F]),
    **{code: bytes([code]).decode("cp1252", "ignore") for code in range(0x80, 0xA0)},
}
"""Control characters to what they were meant for: Windows' quotation marks and dashes, or nothing."""


class Decoded(NamedTuple):
    """The text of a file."""

    text: str
    """As it stands in the file, less a byte order mark."""
    guessed: str = ""
    """The encoding, where only the frequency of letters speaks for it; empty where it is known."""


def decode_text(content: bytes, path: str) -> Decoded:
    """Decode the bytes of a text file in the encoding that they are in.

    In order: a byte order mark; UTF-8; UTF-16 without a mark; Windows-1252 as English text has it;
    what charset-normalizer finds. `path` is what the message of an `EncodingError` calls the file.
    """
    for mark, encoding in _MARKED_ENCODINGS:
        if content.startswith(mark):
            return Decoded(_decode(content, encoding, path))
    for text in (_as(content, "utf-8"), _utf_16(content), _windows_1252(content)):
        if text is not None and _is_text(text):
            return Decoded(text)
    if b"\0" not in content:
        from charset_normalizer import from_bytes  # rare, so not imported before it is needed

        best = from_bytes(content).best()
        if best is not None and _is_text(str(best)):
            return Decoded(str(best), best.encoding)
    raise EncodingError(
        f"{path} is neither a PDF, a Word file (.docx) nor a web page, and its bytes are no text in any "
        "encoding that is tried. If it is text, open it in an editor and save it as UTF-8."
    )


def _decode(content: bytes, encoding: str, path: str) -> str:
    """Decode bytes whose mark names their encoding."""
    text = _as(content, encoding)
    if text is None or not _is_text(text):
        raise EncodingError(
            f"{path} says that it is {encoding.removesuffix('-sig').upper()} text, but has bytes that are "
            "not: it may be damaged. Open it in an editor and save it as UTF-8."
        )
    return text


def _as(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None


def _utf_16(content: bytes) -> str | None:
    """Decode UTF-16 without a mark: in English nearly every other byte is zero."""
    if len(content) % 2 or b"\0" not in content[:512]:
        return None
    odd, even = content[1::2].count(0), content[::2].count(0)
    return _as(content, "utf-16-le" if odd > even else "utf-16-be")


def _windows_1252(content: bytes) -> str | None:
    """Decode Windows-1252 if each of its upper characters is one that English and Welsh texts have."""
    text = _as(content, "cp1252")
    if text is None or not all(character in _ENGLISH_CP1252 for character in set(text) if character > "\x7f"):
        return None
    return text


def _is_text(text: str) -> bool:
    """Tell whether a decoding gave text: hardly a control character, and some letters."""
    return len(UNREADABLE.findall(text)) <= len(text) * _MOST_UNREADABLE and "\0" not in text


def plain(text: str) -> str:
    """Return a text in normal form C without control characters, which entities of web pages bring in.

    Those that stand for Windows' quotation marks and dashes become them.
    """
    return composed(text.translate(_CONTROLS))


def composed(text: str) -> str:
    """Return a text in normal form C, in time that grows as its length does.

    Marks by the thousand on one letter, which take Unicode's rules for ever to sort, are parted by an
    invisible joiner, as the standard says.
    """
    return unicodedata.normalize("NFC", _MAY_BE_PILED.sub(_parted, text))


def _parted(stretch: re.Match[str]) -> str:
    pieces, piled = [], 0
    for character in stretch[0]:
        piled = piled + 1 if unicodedata.combining(character) else 0
        if piled > _MOST_PILED:
            pieces.append(_JOINER)
            piled = 1
        pieces.append(character)
    return "".join(pieces)
