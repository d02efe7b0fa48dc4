"""Web pages become blocks: the article without menus and adverts; the one module that knows trafilatura.

All text of the page is walked in order with its structure. trafilatura says which of it is the article;
where it finds too little of the page, as in a report exported to HTML, everything outside menus is
taken. What is left out goes to `removed`.
"""

import codecs
import logging
import re
from codecs import BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher

import trafilatura
from lxml import html
from lxml.html import HtmlElement

from reviewtheme.document import Page, Removed, RemovedReason
from reviewtheme.errors import EmptyDocumentError
from reviewtheme.reading.draft import DraftBlock, DraftReview
from reviewtheme.reading.html_blocks import HtmlBlock, walk_blocks
from reviewtheme.reading.text_encoding import UNREADABLE, composed, decode_text

logging.getLogger("trafilatura").addHandler(logging.NullHandler())  # what it could not use is in `removed`

_LEAST_SHARE = 0.3
"""Share of the letters outside menus and links under which trafilatura has missed the article."""
_LEAST_CONTAINED = 40
"""Characters of a text that is known again within a longer one."""
_MOST_ALIGNED = 4_000
"""Blocks of a page that are matched in order; more, as in a huge table, would take minutes."""
_LEAST_WORDS = 8
"""Words of a paragraph beside the article's own that is taken for a part of it."""
_DENSE = 0.5
"""Share of letters in links over which a block is a menu."""


def read_html(content: bytes, path: str) -> DraftReview:
    """Read the bytes of a web page; `path` is what messages call it.

    Raises `EncodingError` for bytes that are no text, `EmptyDocumentError` for a page without a letter.
    """
    page = _decode(content, path)
    root = html.document_fromstring(page, parser=html.HTMLParser(huge_tree=True)) if page.strip() else None
    walked = list(walk_blocks(root)) if root is not None else []
    letters = sum(_letters(f"{block.label}{block.text}{''.join(block.note_marks)}") for block in walked)
    if not letters:
        raise EmptyDocumentError(
            f"{path} is a web page without a letter of text: it may be filled in by a script when it is "
            "shown. Open it in a browser and save it as PDF."
        )
    kept = _article(walked, page)
    return DraftReview(
        pages=(Page(number=1, engine="html", characters=letters, width=0, height=0),),
        blocks=tuple(_draft(block) for block, keep in zip(walked, kept, strict=True) if keep),
        removed=tuple(_removed(walked, kept)),
    )


def _letters(text: str) -> int:
    return sum(map(str.isalnum, text))


def _draft(block: HtmlBlock) -> DraftBlock:
    return DraftBlock(kind=block.kind, text=block.text, page=1, label=block.label, level=block.level)


def _removed(walked: list[HtmlBlock], kept: list[bool]) -> Iterator[Removed]:
    """Yield what is not in the text: other blocks, and the marks taken off the blocks that are."""
    for block, keep in zip(walked, kept, strict=True):
        if keep:
            yield from (
                Removed(page=1, text=it, reason=RemovedReason.FOOTNOTE_MARK) for it in block.note_marks
            )
            if block.bullet:
                yield Removed(page=1, text=block.bullet, reason=RemovedReason.LIST_MARK)
        else:
            yield Removed(page=1, text=block.text, reason=RemovedReason.WEB_FURNITURE)


# --- encoding ------------------------------------------------------------------------------------------

_DECLARED = re.compile(
    rb"""<meta[^>]+charset\s*=\s*["']?\s*([\w-]+) | <\?xml[^>]+encoding\s*=\s*["']([\w-]+)""",
    re.IGNORECASE | re.VERBOSE,
)
_AS_BROWSERS_DO = {"iso8859-1": "cp1252", "ascii": "cp1252"}
"""Pages that claim these are in Windows-1252 if anything."""
_OF_PAGES = re.compile(
    r"utf-8(-sig)?|utf-16(-[bl]e)?|ascii|iso8859-\d+|koi8-[ru]|mac-(roman|cyrillic)|cp(866|874|932|949|950|125\d)"
    r"|gbk|gb2312|gb18030|big5(hkscs)?|euc_(jp|kr)|iso2022_jp|shift_jis"
)
"""Encodings that browsers know; Python has others, which hide text or take for ever."""


def _decode(content: bytes, path: str) -> str:
    """Decode a page: a byte order mark, else the encoding it declares, else what its bytes show."""
    text = None
    declared = _DECLARED.search(content[:4096])
    if declared and not content.startswith((BOM_UTF8, BOM_UTF16_BE, BOM_UTF16_LE)):
        try:
            name = codecs.lookup((declared[1] or declared[2]).decode("ascii")).name
            if _OF_PAGES.fullmatch(name):
                text = content.decode(_AS_BROWSERS_DO.get(name, name))
        except (LookupError, UnicodeError):
            pass  # it is not what it says that it is
    text = decode_text(content, path).text if text is None else text
    text = re.sub(r"\A\s*<\?xml[^>]*\?>", "", text)  # the declared encoding no longer holds
    return composed(UNREADABLE.sub("", text))


# --- the article -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Found:
    """What trafilatura takes for the article."""

    texts: list[str]
    """Its blocks, folded."""

    @property
    def whole(self) -> str:
        return "".join(self.texts)


def _article(walked: list[HtmlBlock], page: str) -> list[bool]:
    """Say for each block of a page whether it is part of the article."""
    found = _find_article(page)
    kept = _known_again(walked, found)
    outside_menus = [not block.in_furniture and not _is_menu(block) for block in walked]
    if not any(kept) or _amount(walked, kept) < _LEAST_SHARE * _amount(walked, outside_menus):
        return outside_menus if any(outside_menus) else [True] * len(walked)
    return _with_neighbours(walked, kept)


def _amount(walked: list[HtmlBlock], kept: list[bool]) -> int:
    """Count the letters and digits of the blocks that are kept."""
    return sum(_letters(block.text) for block, keep in zip(walked, kept, strict=True) if keep)


def _find_article(page: str) -> _Found:
    """Let trafilatura find the article."""
    result = trafilatura.bare_extraction(page, include_comments=False, include_tables=True)
    body: HtmlElement | None = getattr(result, "body", None)
    if body is None:
        return _Found([])
    blocks = (element for element in body.iter("head", "p", "item", "cell", "quote", "code"))
    return _Found([folded for block in blocks if (folded := _folded("".join(block.itertext())))])


def _folded(text: str) -> str:
    """Reduce a text to its letters and digits, to compare it."""
    return re.sub(r"[\W_]+", "", text.casefold())


def _known_again(walked: list[HtmlBlock], found: _Found) -> list[bool]:
    """Match the blocks of the page with those of the article, in order; long ones wherever they stand."""
    texts = [_folded(block.text) for block in walked]
    if len(texts) > _MOST_ALIGNED:
        known = set(found.texts)
        return [text in known for text in texts]
    whole = found.whole
    kept = [len(text) >= _LEAST_CONTAINED and text in whole for text in texts]
    for match in SequenceMatcher(None, texts, found.texts, autojunk=False).get_matching_blocks():
        kept[match.a : match.a + match.size] = [True] * match.size
    return kept


def _is_menu(block: HtmlBlock) -> bool:
    return block.link_letters > _DENSE * _letters(block.text)


def _with_neighbours(walked: list[HtmlBlock], kept: list[bool]) -> list[bool]:
    """Add what trafilatura tends to miss: the title, headings, and paragraphs among the article's own."""
    first, last = kept.index(True), len(kept) - 1 - kept[::-1].index(True)
    parents = {block.parent for block, keep in zip(walked, kept, strict=True) if keep}
    titles = [
        place for place, block in enumerate(walked[:first]) if block.level == 1 and not block.in_furniture
    ]
    return [
        keep
        or (titles != [] and place == titles[-1])
        or (
            first < place < last
            and block.parent in parents
            and not block.in_furniture
            and not _is_menu(block)
            and (block.level > 0 or len(block.text.split()) >= _LEAST_WORDS)
        )
        for place, (block, keep) in enumerate(zip(walked, kept, strict=True))
    ]
