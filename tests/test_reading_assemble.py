"""Draft blocks become a review: offsets, lines, heading paths and roles."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.document import BlockKind, Page, Review, SectionRole, Source
from reviewtheme.errors import EmptyDocumentError
from reviewtheme.reading.assemble import assemble
from reviewtheme.reading.draft import DraftBlock, DraftLine, DraftReview

SOURCE = Source(path="made.pdf", sha256="0" * 64, media_type="application/pdf", pages=1)
PAGE = Page(number=1, engine="pdfium", characters=1, width=595, height=842)


def heading(text: str, level: int, label: str = "", page: int = 1) -> DraftBlock:
    """Make a heading."""
    return DraftBlock(kind=BlockKind.HEADING, text=text, page=page, level=level, label=label)


def body(text: str = "The plan was late.", page: int = 1) -> DraftBlock:
    """Make a paragraph."""
    return DraftBlock(kind=BlockKind.PARAGRAPH, text=text, page=page)


def review(*blocks: DraftBlock) -> Review:
    """Assemble blocks."""
    return assemble(SOURCE, DraftReview(pages=(PAGE,), blocks=blocks))


def test_blocks_are_parted_by_a_blank_line() -> None:
    """The text is the blocks' texts, and each block knows its place in it."""
    made = review(heading("Findings", 1), body(), body("Nobody asked why."))
    assert made.text == "Findings\n\nThe plan was late.\n\nNobody asked why."
    assert [made.text[block.start : block.end] for block in made.blocks] == made.text.split("\n\n")


def test_text_is_normalised_and_lines_move_along() -> None:
    """Letters with separate accents become one character each, and the boxes still fit."""
    text = "Zoe\u0308 and Rene\u0301 were seen."
    split = text.index(" were")
    pieces = tuple(
        DraftLine(start=start, end=end, page=1, left=72, top=0, right=300, bottom=10)
        for start, end in ((0, split), (split + 1, len(text)))
    )
    made = review(body(), DraftBlock(kind=BlockKind.PARAGRAPH, text=text, page=1, lines=pieces))
    assert [made.text[line.start : line.end] for line in made.lines] == ["Zoë and René", "were seen."]


def test_heading_path_has_labels_and_not_the_title() -> None:
    """A block's section is the headings above it, outermost first, each with its number."""
    made = review(
        heading("Review of the Alder family", 1),
        heading("Analysis of practice", 2, "4"),
        heading("Information sharing", 3, "4.3"),
        body(),
        heading("Learning", 2, "5"),
        body(),
    )
    assert [block.section for block in made.blocks] == [
        (),
        (),
        ("4 Analysis of practice",),
        ("4 Analysis of practice", "4.3 Information sharing"),
        (),
        ("5 Learning",),
    ]


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Contents", SectionRole.CONTENTS),
        ("TABLE OF CONTENTS", SectionRole.CONTENTS),
        ("Glossary of terms", SectionRole.GLOSSARY),
        ("Acronyms", SectionRole.GLOSSARY),
        ("References", SectionRole.REFERENCES),
        ("Bibliography", SectionRole.REFERENCES),
        ("Appendix 1: Terms of reference", SectionRole.APPENDIX),
        ("Annex B", SectionRole.APPENDIX),
        ("References to the father in agencies' records", SectionRole.BODY),
        ("The contents of the letter", SectionRole.BODY),
        ("Findings", SectionRole.BODY),
    ],
)
def test_roles_by_heading(name: str, role: SectionRole) -> None:
    """What a section is called says whether it counts as evidence."""
    made = review(heading("Findings so far", 2), body(), heading(name, 2), body("An entry"))
    assert made.blocks[-1].role is role


def test_role_holds_for_what_is_below_and_ends_with_the_section() -> None:
    """A heading inside an appendix is of the appendix; the next heading as high ends it."""
    made = review(heading("Appendix 2", 2), heading("Method", 3), body(), heading("Findings", 2), body())
    assert [block.role for block in made.blocks] == [
        SectionRole.APPENDIX,
        SectionRole.APPENDIX,
        SectionRole.APPENDIX,
        SectionRole.BODY,
        SectionRole.BODY,
    ]


def test_contents_page_ends_where_the_text_begins() -> None:
    """A contents heading in the largest type does not make the whole document contents."""
    made = review(
        heading("Contents", 1),
        heading("Findings", 2),
        DraftBlock(kind=BlockKind.TABLE, text="3", page=1),
        heading("Findings", 2, page=2),
        body(page=2),
    )
    assert [block.role for block in made.blocks] == [
        SectionRole.CONTENTS,
        SectionRole.CONTENTS,
        SectionRole.CONTENTS,
        SectionRole.BODY,
        SectionRole.BODY,
    ]
    assert made.blocks[-1].section == ("Findings",)


@pytest.mark.parametrize("blocks", [(), (body("…"),)])
def test_nothing_to_read_is_an_error(blocks: tuple[DraftBlock, ...]) -> None:
    """A document without a letter is refused by name."""
    with pytest.raises(EmptyDocumentError, match=r"made\.pdf has no letters"):
        review(*blocks)


_BLOCKS = st.lists(
    st.builds(
        DraftBlock,
        kind=st.sampled_from(list(BlockKind)),
        text=st.text(st.characters(categories=["L", "M", "N", "P"]), min_size=1, max_size=30),
        page=st.just(1),
        level=st.integers(1, 4),
    ),
    min_size=1,
    max_size=12,
)


@given(_BLOCKS)
def test_offsets_hold_for_any_blocks(blocks: list[DraftBlock]) -> None:
    """Blocks are in order, parted by blank lines, and in form NFC."""
    made = review(body(), *blocks)
    assert unicodedata.is_normalized("NFC", made.text.split("\n\n")[0])
    assert "\n\n".join(made.text[block.start : block.end] for block in made.blocks) == made.text


@pytest.mark.parametrize(
    ("title", "role"),
    [
        ("Appendix A: Glossary", SectionRole.GLOSSARY),
        ("Appendix B – References", SectionRole.REFERENCES),
        ("Annex 2 Abbreviations used", SectionRole.GLOSSARY),
        ("Appendix 3: Terms of reference", SectionRole.APPENDIX),
        ("References and further reading", SectionRole.REFERENCES),
    ],
)
def test_an_appendix_is_what_it_is_called(title: str, role: SectionRole) -> None:
    """A glossary is one also where it is an appendix."""
    made = review(heading(title, 1), body("CIN means child in need."))
    assert made.blocks[1].role is role


def test_a_footnote_belongs_to_the_section_of_its_mark() -> None:
    """It stands at the foot of the page, where another section may have begun."""
    note = DraftBlock(kind=BlockKind.FOOTNOTE, text="See the plan.", page=1, label="1", anchor=1)
    made = review(heading("Findings", 1), body(), heading("Method", 1), body(), note)
    assert made.blocks[-1].section == ("Findings",)


def test_titles_are_in_no_path() -> None:
    """Board, title and subject stand over the whole document, and are no section of it."""
    made = review(
        heading("Fenshire Partnership", 3),
        heading("Practice Review", 1),
        heading("Rowan", 2),
        body("Published: May 2020"),
        heading("Analysis", 4),
        heading("Sharing", 5),
        body(
            "Nobody asked the girl about home, or who was there in the evenings when her mother was at work "
            "and the house was full of strangers."
        ),
        heading("Findings", 4),
    )
    assert made.blocks[-2].section == ("Analysis", "Sharing")


def test_an_entry_of_two_lines_does_not_end_the_contents() -> None:
    """Its first line looks like a heading that is named nowhere else."""
    cells = [DraftBlock(kind=BlockKind.TABLE, text=text, page=1) for text in ("Context", "4", "people", "9")]
    made = review(heading("Contents", 1), *cells[:2], heading("Outcomes for young", 2), *cells[2:])
    assert {block.role for block in made.blocks[1:]} == {SectionRole.CONTENTS}
