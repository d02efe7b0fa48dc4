"""Draft blocks of any kind of file become a `Review`: canonical text, offsets, sections and their roles."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from reviewtheme.document import Block, BlockKind, Line, Review, SectionRole, Source
from reviewtheme.errors import EmptyDocumentError
from reviewtheme.reading.draft import DraftBlock, DraftReview
from reviewtheme.reading.text_encoding import plain

_PARTED_BY = "\n\n"
_ROLES = (
    (SectionRole.CONTENTS, re.compile(r"(table of )?contents( page)?|index")),
    (
        SectionRole.GLOSSARY,
        re.compile(r"(glossary|list of (abbreviations|acronyms)|abbreviations|acronyms|key to ).*"),
    ),
    (
        SectionRole.REFERENCES,
        re.compile(
            r"(list of |selected |key )?(references|bibliography|endnotes|further reading)( list| and .*)?"
        ),
    ),
    (SectionRole.APPENDIX, re.compile(r"(appendix|appendices|annex|annexe|annexes)\b.*")),
)
_APPENDED = re.compile(r"(?:appendix|annexe?)(?: (?:\d{1,2}|[a-z]|[ivx]{1,4}))?(?= \w)")
_LONGEST_APPENDIX_HEADING = 120
_LONGEST_ON_COVER = 120
"""Characters of a paragraph; a longer one is no line of a title page."""


def assemble(source: Source, draft: DraftReview) -> Review:
    """Place the blocks of a draft one after the other in one text.

    Raises `EmptyDocumentError` where the draft has no letter or digit in any block.
    """
    if not any(character.isalnum() for block in draft.blocks for character in block.text):
        raise EmptyDocumentError(
            f"{source.path} has no letters in it: there is nothing to read. Check that it is the right file."
        )
    outline = _Outline(draft.blocks)
    texts: list[str] = []
    blocks: list[Block] = []
    lines: list[Line] = []
    place = 0
    for index, unnormalised in enumerate(draft.blocks):
        block = _normalised(unnormalised)
        section, role = outline.at(index)
        if block.anchor is not None:
            section, role = blocks[block.anchor].section, blocks[block.anchor].role
        blocks.append(
            Block(
                kind=block.kind,
                start=place,
                end=place + len(block.text),
                page=block.page,
                label=block.label,
                level=block.level,
                section=section,
                role=role,
            )
        )
        lines.extend(_placed(block, place))
        texts.append(block.text)
        place += len(block.text) + len(_PARTED_BY)
    return Review(
        source=source,
        text=_PARTED_BY.join(texts),
        pages=draft.pages,
        blocks=tuple(blocks),
        lines=tuple(lines),
        removed=draft.removed,
        warnings=draft.warnings,
    )


def _normalised(block: DraftBlock) -> DraftBlock:
    """Bring the block into Unicode's form NFC without control characters, its lines moved along."""
    text = plain(block.text) or "\ufffd"
    if text == block.text:
        return block
    lines = tuple(
        replace(
            line,
            start=len(plain(block.text[: line.start])),
            end=len(plain(block.text[: line.end])),
        )
        for line in block.lines
    )
    return replace(block, text=text, lines=lines)


def _placed(block: DraftBlock, place: int) -> list[Line]:
    return [
        Line(
            start=place + line.start,
            end=place + line.end,
            page=line.page,
            left=line.left,
            top=line.top,
            right=line.right,
            bottom=line.bottom,
        )
        for line in block.lines
    ]


@dataclass(frozen=True, slots=True)
class _Open:
    """A heading whose section is not over yet."""

    level: int
    text: str
    role: SectionRole
    page: int


class _Outline:
    """The headings above each block, asked block by block in order."""

    def __init__(self, blocks: Sequence[DraftBlock]) -> None:
        self._blocks = blocks
        self._open: list[_Open] = []
        self._titles = _titles(blocks)
        self._last_of_heading = {
            block.text.casefold(): index
            for index, block in enumerate(blocks)
            if block.kind is BlockKind.HEADING
        }

    def at(self, index: int) -> tuple[tuple[str, ...], SectionRole]:
        """Heading path and role of block `index`; a heading's own text is not in its path."""
        block = self._blocks[index]
        if self._contents_end(index):
            self._open = [heading for heading in self._open if heading.role is not SectionRole.CONTENTS]
        if block.kind is not BlockKind.HEADING:
            return self._path(), self._role()
        if self._role() is SectionRole.CONTENTS:
            return self._path(), SectionRole.CONTENTS
        self._open = [heading for heading in self._open if heading.level < block.level]
        path, role = self._path(), self._role()
        own_role = _role_named(block.text)
        role = role if own_role is SectionRole.BODY else own_role
        if index not in self._titles:
            text = f"{block.label} {block.text}".strip()
            self._open.append(_Open(block.level, text, role, block.page))
        return path, role

    def _path(self) -> tuple[str, ...]:
        return tuple(heading.text for heading in self._open)

    def _role(self) -> SectionRole:
        return self._open[-1].role if self._open else SectionRole.BODY

    def _contents_end(self, index: int) -> bool:
        """Whether a contents page is over: at running text, or a heading that is no entry of it."""
        if self._role() is not SectionRole.CONTENTS:
            return False
        block = self._blocks[index]
        if block.kind is BlockKind.HEADING:
            around = (self._blocks[index - 1], *self._blocks[index + 1 : index + 2])
            if all(other.kind is BlockKind.TABLE and other.page == block.page for other in around):
                return False  # an entry of two lines among others
            named_later = self._last_of_heading[block.text.casefold()] > index
            return not named_later or block.page > self._open[-1].page + 1
        return block.kind is not BlockKind.TABLE and len(block.text) > 80 and block.text.endswith((".", "?"))


def _role_named(heading: str) -> SectionRole:
    """Tell the role of a section from the words of its heading."""
    words = re.sub(r"[^\w\s]", " ", heading).casefold()
    name = " ".join(words.split())
    if len(name) <= _LONGEST_APPENDIX_HEADING:
        called = _APPENDED.sub("", name, count=1).strip()  # "Appendix A: Glossary" is a glossary
        for role, pattern in _ROLES:
            if pattern.fullmatch(called) or pattern.fullmatch(name):
                return role
    return SectionRole.BODY


def _titles(blocks: Sequence[DraftBlock]) -> frozenset[int]:
    """Find the headings that name the document: those at its start that stand over the whole of it.

    None that has a number, or a heading as high as itself further on.
    """
    headings = [
        (index, block)
        for index, block in enumerate(blocks)
        if block.kind is BlockKind.HEADING and _role_named(block.text) is SectionRole.BODY
    ]
    front = next((index for index, block in enumerate(blocks) if _is_inside(block)), len(blocks))
    first = [(index, block) for index, block in headings if index < front and not block.label]
    levels = [block.level for index, block in headings if index >= front or block.label]
    highest = min(levels, default=headings[-1][1].level if headings else 0)
    return frozenset(index for index, block in first if block.level < highest)


def _is_inside(block: DraftBlock) -> bool:
    """Whether a block cannot stand on a title page: running text, a contents page, or a numbered section."""
    if block.kind is BlockKind.HEADING:
        return bool(block.label) or _role_named(block.text) is not SectionRole.BODY
    return len(block.text) > _LONGEST_ON_COVER
