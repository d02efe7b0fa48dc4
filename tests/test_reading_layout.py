"""The steps of the layout repair, each on lines made by hand."""

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.document import BlockKind, RemovedReason
from reviewtheme.reading.draft import DraftReview
from reviewtheme.reading.layout import STEPS, repair_layout
from reviewtheme.reading.layout.characters import plain_character
from reviewtheme.reading.printed_page import Cell, PrintedLine, PrintedPage

WIDTH, HEIGHT = 595.0, 842.0


def line(
    text: str,
    baseline: float,
    left: float = 72.0,
    *,
    page: int = 1,
    size: float = 11.0,
    bold: bool = False,
    right: float | None = None,
    raised: Sequence[tuple[int, int]] = (),
) -> PrintedLine:
    """Make a line; without `right` a character is half as wide as the font is high."""
    return PrintedLine(
        text=text,
        page=page,
        left=left,
        top=baseline - 0.8 * size,
        right=left + 0.5 * size * len(text) if right is None else right,
        bottom=baseline + 0.2 * size,
        baseline=baseline,
        size=size,
        bold=bold,
        raised=tuple(raised),
    )


def page(lines: Sequence[PrintedLine], number: int = 1, tables: Sequence[Sequence[Cell]] = ()) -> PrintedPage:
    """Make a page of lines."""
    return PrintedPage(
        number=number,
        width=WIDTH,
        height=HEIGHT,
        engine="pdfium",
        lines=tuple(lines),
        tables=tuple(map(tuple, tables)),
    )


def paragraph(
    texts: Sequence[str], top: float = 100.0, left: float = 72.0, **style: object
) -> list[PrintedLine]:
    """Make lines one under the other, all but the last as wide as the page's text."""
    lines = [
        line(text, top + 14 * place, left, right=520.0, **style) for place, text in enumerate(texts[:-1])
    ]
    return [*lines, line(texts[-1], top + 14 * (len(texts) - 1), left, **style)]


def repaired(*lines: PrintedLine) -> DraftReview:
    """Repair a document of one page."""
    return repair_layout([page(lines)])


def texts(draft: DraftReview) -> list[str]:
    """Give the texts of all blocks."""
    return [block.text for block in draft.blocks]


def removed(draft: DraftReview, reason: RemovedReason) -> list[str]:
    """Give what was taken out for a reason."""
    return [each.text for each in draft.removed if each.reason is reason]


def test_steps_are_named_once() -> None:
    """The list of steps can be read as a table of contents."""
    names = [name for name, _ in STEPS]
    assert len(set(names)) == len(names)
    assert names[0] == "characters"
    assert names[-1] == "text"


# --- characters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "plain"),
    [
        ("ofﬁcer and ﬂat", "officer and flat"),
        ("nine\u00a0days\u2009late", "nine days late"),
        ("co\u2011sleeping", "co-sleeping"),
        ("zero\u200bwidth", "zerowidth"),
        ("‘quoted’ – and “so”", "‘quoted’ – and “so”"),
        ("Zoë’s café", "Zoë’s café"),
    ],
)
def test_characters_become_plain(printed: str, plain: str) -> None:
    """Ligatures and odd spaces go, curly quotes, dashes and accents stay."""
    assert texts(repaired(line(printed + ".", 100))) == [plain + "."]


@pytest.mark.parametrize("bullet", ["\uf0b7", "\uf06e", "◼", "▪", "\x83", "•", "−"])
def test_any_bullet_makes_a_list_item(bullet: str) -> None:
    """Bullets of private fonts are bullets: out of the text and named in `removed`."""
    draft = repaired(line(f"{bullet} The school rang twice.", 100))
    assert [(block.kind, block.text) for block in draft.blocks] == [
        (BlockKind.LIST_ITEM, "The school rang twice.")
    ]
    assert removed(draft, RemovedReason.LIST_MARK) == ["•"]


def test_unreadable_characters_are_named() -> None:
    """What stands for no character does not vanish unsaid."""
    draft = repaired(line("The plan\ufffd was\uf8ff late.", 100))
    assert texts(draft) == ["The plan was late."]
    assert removed(draft, RemovedReason.UNREADABLE_CHARACTER) == ["\ufffd\uf8ff"]


@given(st.characters(codec="utf-8"), st.booleans())
def test_plain_characters_stay_plain(character: str, first: bool) -> None:
    """Repairing twice changes nothing more."""
    for plain in plain_character(character, first=first) or "":
        assert plain_character(plain, first=first) == plain


# --- furniture ------------------------------------------------------------------------------------


def _pages_with_furniture(count: int) -> list[PrintedPage]:
    return [
        page(
            [
                line("Child Practice Review of the Alder family", 40, size=8),
                *paragraph([f"Page {number} says that the plan was", "late and that nobody asked."], 200),
                line(f"Draft of 4 May, version {number}", 800, size=8),
                line(str(number + 2), 800, 500, size=8),
            ],
            number,
        )
        for number in range(1, count + 1)
    ]


@pytest.mark.parametrize("count", [2, 4, 9])
def test_furniture_goes_by_repetition_and_position(count: int) -> None:
    """Heads, feet and page numbers leave the text, each with its page and reason."""
    draft = repair_layout(_pages_with_furniture(count))
    assert len(draft.blocks) == count
    assert removed(draft, RemovedReason.RUNNING_HEAD) == ["Child Practice Review of the Alder family"] * count
    assert len(removed(draft, RemovedReason.RUNNING_FOOT)) == count
    assert removed(draft, RemovedReason.PAGE_NUMBER) == [str(number + 2) for number in range(1, count + 1)]
    assert [each.page for each in draft.removed] == sorted(each.page for each in draft.removed)


def test_text_that_returns_in_the_body_stays() -> None:
    """The same sentence in the middle of several pages is no furniture."""
    pages = [page([line("No further action was taken.", 400)], number) for number in range(1, 6)]
    assert len(repair_layout(pages).blocks) == 5


def test_running_heads_that_change_with_the_chapter_go() -> None:
    """They stand at one place on all pages, and the chapters' own headings say the same."""
    pages = []
    for number, chapter in enumerate(["The family", "What happened", "Findings", "Learning"], 1):
        head = line(chapter, 40, size=8)
        title = line(chapter, 100, size=18)
        pages.append(page([head, title, *paragraph(_LONG, 130)], number))
    draft = repair_layout(pages)
    assert removed(draft, RemovedReason.RUNNING_HEAD) == [
        "The family",
        "What happened",
        "Findings",
        "Learning",
    ]
    assert len(_heading_texts(draft)) == 4


def test_headings_at_the_top_of_pages_stay() -> None:
    """A briefing with a heading over every page repeats none of them."""
    pages = [
        page([line(text, 60, bold=True), *paragraph(_LONG * 4, 100)], number)
        for number, text in enumerate(["The family", "What happened", "Findings", "Learning"], 1)
    ]
    assert len(_heading_texts(repair_layout(pages))) == 4


def test_footnotes_that_say_the_same_are_no_running_feet() -> None:
    """Several pages may refer to one source in the same place."""
    pages = [
        page(
            [
                *paragraph([f"Page {name} has a plan,", "and it was late."], 300),
                line(f"{2 * number} Working together, chapter 4.", 750, size=8),
                line(f"{2 * number + 1} See the plan {name}.", 760, size=8),
                line(str(number), 800, 500),
            ],
            number,
        )
        for number, name in enumerate(["one", "two", "three", "four", "five", "six", "seven"], 1)
        if number != 0
    ]
    pages = [
        each if place % 2 else replace(each, lines=(*each.lines[:2], *each.lines[3:]))
        for place, each in enumerate(pages)
    ]
    draft = repair_layout(pages)
    assert not removed(draft, RemovedReason.RUNNING_FOOT)
    assert texts(draft).count("Working together, chapter 4.") == 3


def test_number_that_counts_no_pages_stays() -> None:
    """A figure at the foot of a page is text unless it counts."""
    pages = [
        page([*paragraph(["A total of:"], 700), line(figure, 760)], number)
        for number, figure in enumerate(["77", "412", "35"], 1)
    ]
    assert not removed(repair_layout(pages), RemovedReason.PAGE_NUMBER)


def test_footnote_mark_at_the_foot_is_no_page_number() -> None:
    """A raised "1" set apart by the engine belongs to its footnote."""
    draft = repaired(
        *paragraph(["The visit was not made, and nobody could say", "why it was not."], 100),
        line("1", 764, size=6.5),
        line("This is the second review of the family.", 768, 77, size=9),
    )
    assert not removed(draft, RemovedReason.PAGE_NUMBER)
    (note,) = [block for block in draft.blocks if block.kind is BlockKind.FOOTNOTE]
    assert (note.label, note.text) == ("1", "This is the second review of the family.")


# --- tables ---------------------------------------------------------------------------------------


def _grid(columns: Sequence[float], rows: Sequence[float]) -> list[Cell]:
    return [
        Cell(left=left, top=top, right=right, bottom=bottom)
        for top, bottom in pairwise(rows)
        for left, right in pairwise(columns)
    ]


def test_table_is_read_cell_by_cell() -> None:
    """Lines of a cell make one block; cells come row by row."""
    lines = [
        line("Police and", 110, 76), line("probation", 124, 76), line("May", 110, 204),
        line("Housing", 150, 76), line("June", 150, 204),
    ]  # fmt: skip
    draft = repair_layout([page(lines, tables=[_grid([72, 200, 400], [95, 135, 170])])])
    assert [(block.kind, block.text) for block in draft.blocks] == [
        (BlockKind.TABLE, text) for text in ("Police and probation", "May", "Housing", "June")
    ]


def test_box_around_text_is_no_table() -> None:
    """A frame, or a cell as wide as its table, holds running text."""
    lines = paragraph(["The panel found that the plan was", "late."], 110, 80)
    assert {
        block.kind for block in repair_layout([page(lines, tables=[_grid([72, 530], [95, 140])])]).blocks
    } == {BlockKind.PARAGRAPH}


def test_row_with_wide_gaps_is_a_row_of_cells() -> None:
    """A table without rules is read cell by cell too."""
    draft = repaired(line("Lead reviewer", 100, 72), line("J. Alder", 100, 300))
    assert [(block.kind, block.text) for block in draft.blocks] == [
        (BlockKind.TABLE, "Lead reviewer"),
        (BlockKind.TABLE, "J. Alder"),
    ]


# --- reading order --------------------------------------------------------------------------------


def test_table_without_rules_is_read_cell_by_cell() -> None:
    """Cells of several lines are whole, row after row."""
    rows = [
        (["Date"], ["What happened"], ["Agency"]),
        (["3 May"], ["The health visitor called and found", "nobody at home."], ["Health visiting"]),
        (["9 June"], ["A neighbour rang about shouting."], ["Police, and the", "housing service"]),
        (["1 July"], ["The nursery saw a bruise and asked", "the mother about it."], ["Nursery"]),
    ]
    lines, top = [], 100.0
    for row in rows:
        for left, cell in zip((72.0, 150.0, 400.0), row, strict=True):
            lines.extend(line(text, top + 13 * place, left, size=10) for place, text in enumerate(cell))
        top += 13 * max(map(len, row)) + 8
    draft = repaired(*paragraph(_LONG, 40), *lines, *paragraph(_LONG, top + 20))
    cells = [block.text for block in draft.blocks if block.kind is BlockKind.TABLE]
    assert cells == [" ".join(cell) for row in rows for cell in row]


def _column(word: str, left: float, top: float = 100.0, rows: int = 6) -> list[PrintedLine]:
    return [
        line(f"the {word} column says at {row}", top + 14 * row, left, right=left + 200)
        for row in range(rows)
    ]


def test_columns_are_read_one_after_the_other() -> None:
    """Lines side by side across a gutter are two columns, under a title that spans both."""
    title = line("Learning briefing of the partnership for all its staff", 70, right=520, size=16)
    both = [each for pair in zip(_column("left", 72), _column("right", 300), strict=True) for each in pair]
    draft = repaired(title, *both)
    text = " ".join(texts(draft))
    assert text.index("left column says at 5") < text.index("right column says at 0")
    assert texts(draft)[0] == title.text


def test_text_below_columns_follows_both() -> None:
    """A band that spans the page parts what is above it from what is below."""
    below = line("Below the columns one line goes on across the whole of the page to the end", 260, right=500)
    draft = repaired(*_column("left", 72), *_column("right", 300), below)
    assert " ".join(texts(draft)).endswith(below.text)


def test_numbers_in_front_are_no_column() -> None:
    """Paragraph numbers in the margin belong to their paragraphs."""
    lines = []
    for number in range(1, 6):
        top = 100.0 + 60 * number
        lines.append(line(f"4.{number}", top, 72))
        lines.extend(paragraph([f"Paragraph {number} says that the", "plan was late."], top, 110))
    assert [(block.label, block.text) for block in repaired(*lines).blocks] == [
        (f"4.{number}", f"Paragraph {number} says that the plan was late.") for number in range(1, 6)
    ]


# --- footnotes ------------------------------------------------------------------------------------


def test_footnotes_stand_apart_and_their_marks_go() -> None:
    """A footnote is a block of its own with its mark as label; the mark in the body is removed."""
    body = line("The visit was cancelled.1 Nobody rang.", 100, raised=[(24, 25)])
    notes = [
        line("1 The diary says 4 May.", 760, size=8, raised=[(0, 1)]),
        line("2 See the timeline.", 770, size=8, raised=[(0, 1)]),
    ]
    draft = repaired(body, *paragraph(["More is said here of what was", "known."], 200), *notes)
    assert texts(draft)[0] == "The visit was cancelled. Nobody rang."
    assert [(block.label, block.text) for block in draft.blocks if block.kind is BlockKind.FOOTNOTE] == [
        ("1", "The diary says 4 May."),
        ("2", "See the timeline."),
    ]
    assert removed(draft, RemovedReason.FOOTNOTE_MARK) == ["1"]


@pytest.mark.parametrize(
    ("text", "raised"), [("On the 1st day.", (8, 10)), ("A room of 9 m2 only.", (13, 14))]
)
def test_raised_letters_that_are_no_marks_stay(text: str, raised: tuple[int, int]) -> None:
    """The "st" of "1st" and the "2" of "m2" are raised, and point to no footnote."""
    assert texts(repaired(line(text, 100, raised=[raised]))) == [text]


# --- paragraphs -----------------------------------------------------------------------------------


def test_distance_parts_paragraphs() -> None:
    """More than the usual distance between lines begins a paragraph."""
    lines = [
        *paragraph(["The plan was late and", "nobody asked why."], 100),
        *paragraph(["So it", "went on."], 150),
    ]
    assert texts(repaired(*lines)) == ["The plan was late and nobody asked why.", "So it went on."]


def test_indented_first_line_parts_paragraphs() -> None:
    """So does a first line that is set in, at the usual distance."""
    lines = [
        *paragraph(
            [
                "The plan was late and",
                "nobody in the whole of the core group asked why it was late at all ok.",
            ],
            100,
        ),
        line("The second plan was late", 128, 90, right=520),
        line("too.", 142),
    ]
    assert len(texts(repaired(*lines))) == 2


def test_names_one_under_the_other_are_entries() -> None:
    """A list of names or an address is not run together."""
    names = [
        "Ann Alder, Director of Services",
        "Bo Birch, Chair of the Partnership",
        "Cy Cedar, Head of Nursing",
    ]
    assert texts(repaired(*paragraph(names))) == names


def test_running_text_with_capitals_is_no_list_of_names() -> None:
    """Lines that happen to begin with capitals are still one paragraph."""
    lines = [
        "The plan went to the Partnership and the",
        "Chief Nurse of the Trust, who sent it to",
        "Housing.",
    ]
    assert texts(repaired(*paragraph(lines))) == [" ".join(lines)]


# --- marks ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "kind", "label"),
    [
        ("4.12 The plan was late.", BlockKind.PARAGRAPH, "4.12"),
        ("7. The plan was late.", BlockKind.LIST_ITEM, "7"),
        ("(iii) The plan was late.", BlockKind.LIST_ITEM, "(iii)"),
        ("a) The plan was late.", BlockKind.LIST_ITEM, "a)"),
        ("4.2The plan was late.", BlockKind.PARAGRAPH, "4.2"),
    ],
)
def test_numbers_become_labels(printed: str, kind: BlockKind, label: str) -> None:
    """A number in front is the block's label and no part of its text."""
    (block,) = repaired(line(printed, 100)).blocks
    assert (block.kind, block.label, block.text) == (kind, label, "The plan was late.")


def test_bare_numbers_are_labels_where_they_count() -> None:
    """A bare "12" in front is a number if "13" follows; alone it is text."""
    counted = repaired(*paragraph(["12 The plan was late."], 100), *paragraph(["13 Nobody asked."], 150))
    assert [block.label for block in counted.blocks] == ["12", "13"]
    assert texts(repaired(line("12 Years passed before anyone asked.", 100))) == [
        "12 Years passed before anyone asked."
    ]


# --- headings -------------------------------------------------------------------------------------


def test_headings_by_size_and_weight() -> None:
    """Larger type is a heading, so is bold type; levels follow size, then weight."""
    draft = repaired(
        line("The Alder family", 80, size=20),
        line("4 Analysis of practice", 120, size=14, bold=True),
        line("Sharing information", 150, bold=True),
        *paragraph(["The plan was late and nobody asked why it", "was so late or who had to write it."], 180),
        line("This sentence is bold but a sentence.", 230, bold=True),
    )
    assert [
        (block.level, block.label, block.text) for block in draft.blocks if block.kind is BlockKind.HEADING
    ] == [
        (1, "", "The Alder family"),
        (2, "4", "Analysis of practice"),
        (3, "", "Sharing information"),
    ]


def test_numbered_headings_of_one_style_go_by_depth() -> None:
    """A heading "4.3" is below "4" even in the same type."""
    draft = repaired(
        line("4 Analysis of practice", 80, bold=True),
        line("4.3 Sharing information", 110, bold=True),
        *paragraph(["The plan was late and nobody", "asked why it was late."], 140),
    )
    assert [block.level for block in draft.blocks if block.kind is BlockKind.HEADING] == [1, 2]


# --- continuations --------------------------------------------------------------------------------


def test_sentence_over_a_page_end_is_whole() -> None:
    """Over a page end, a foot, a footnote and a head, a sentence is one block of lines on both pages."""
    notes = {1: "See the timeline.", 2: "The diary says May.", 3: "By letter."}
    rows = {
        1: "After a week in the tray the referral was sent on to the",
        2: "wrong team. It came back after nine more days unread.",
        3: "It was sent again and read within the hour at last.",
    }
    pages = [
        page(
            [
                line("Review of A", 40, size=8, page=number),
                *paragraph([row], 600, page=number),
                line(f"1 {notes[number]}", 760, size=8, page=number, raised=[(0, 1)]),
                line(str(number), 800, page=number),
            ],
            number,
        )
        for number, row in rows.items()
    ]
    draft = repair_layout(pages)
    whole = draft.blocks[0]
    assert whole.text == f"{rows[1]} {rows[2]}"
    assert [piece.page for piece in whole.lines] == [1, 2]
    assert texts(draft)[1:] == [notes[1], notes[2], rows[3], notes[3]]


def test_ended_paragraph_is_not_continued() -> None:
    """A page that ends with a full stop ends a paragraph."""
    pages = [
        page(paragraph(["The plan was late."], 700), 1),
        page(paragraph(["Nobody asked."], page=2), 2),
    ]
    assert len(repair_layout(pages).blocks) == 2


def _heading_texts(draft: DraftReview) -> list[str]:
    return [f"{b.label} {b.text}".strip() for b in draft.blocks if b.kind is BlockKind.HEADING]


_LONG = ["Nobody asked the girl about home, or who was there in the evenings, when", "her mother was out."]


@pytest.mark.parametrize(
    "printed", ["4.3 Information sharing", "4. Analysis of practice", "7.1.2 What did agencies know?"]
)
def test_numbered_line_over_text_is_a_heading(printed: str) -> None:
    """A number and a short line without a full stop stand over the text after them."""
    draft = repaired(line(printed, 100), *paragraph(_LONG, 125))
    assert _heading_texts(draft) == [printed.replace("4. ", "4 ")]


def test_chapter_over_section_is_a_heading() -> None:
    """A bare number is a heading's where the next heading counts under it."""
    draft = repaired(line("4 Analysis", 100), line("4.1 The family", 125), *paragraph(_LONG, 150))
    assert _heading_texts(draft) == ["4 Analysis", "4.1 The family"]
    assert [block.level for block in draft.blocks[:2]] == [1, 2]


def test_short_line_alone_is_a_heading() -> None:
    """It has no number and no print of its own, and the text before it has ended."""
    draft = repaired(*paragraph(_LONG, 100), line("Living with Mother", 145), *paragraph(_LONG, 170))
    assert _heading_texts(draft) == ["Living with Mother"]


@pytest.mark.parametrize(
    "printed",
    [
        "4.3 The plan was late.",
        "4.3 The panel was asked to consider:",
        "Dear Director",
        "14 May 2024",
        "Lead reviewer: Ann Other",
        "Table 2: What agencies knew",
    ],
)
def test_short_line_that_is_no_heading(printed: str) -> None:
    """Sentences, data, greetings and captions stand over nothing, in whatever print."""
    for bold in (False, True):
        if bold and not printed.startswith(("Lead", "Table")):
            continue
        draft = repaired(line(printed, 100, bold=bold), *paragraph(_LONG, 125), *paragraph(_LONG, 170))
        assert _heading_texts(draft) == []


def test_lines_of_a_cover_are_blocks_of_their_own() -> None:
    """Data under one another are not one paragraph."""
    cover = ["Lead reviewer: Ann Other", "Agreed by the Partnership: 26 March 2024", "Published: 14 May 2024"]
    lines = [line(text, 100 + 16 * place, bold=True) for place, text in enumerate(cover)]
    draft = repaired(*lines, *paragraph(_LONG, 300), *paragraph(_LONG, 345))
    assert texts(draft)[:3] == cover


def test_heading_without_number_ranks_with_the_numbered_in_its_print() -> None:
    """A foreword is as high as chapter 1, which is not part of it."""
    draft = repaired(
        line("Foreword", 100, size=16),
        *paragraph(_LONG, 130),
        line("1 The family", 170, size=16),
        *paragraph(_LONG, 200),
    )
    assert [block.level for block in draft.blocks if block.level] == [1, 1]


# --- lists ----------------------------------------------------------------------------------------


def test_short_numbered_paragraphs_are_a_list_and_long_ones_are_not() -> None:
    """A list counts within numbered paragraphs, which count on after it."""
    long = " ".join(_LONG * 3)
    printed = [f"1. {long}", "1. See the child.", "2. Ask the father.", f"2. {long}", f"3. {long}"]
    lines = [
        line(text, 100 + 40 * place, 72 if len(text) > 60 else 100, right=500)
        for place, text in enumerate(printed)
    ]
    kinds = [block.kind for block in repaired(*lines).blocks]
    paragraph_, item = BlockKind.PARAGRAPH, BlockKind.LIST_ITEM
    assert kinds == [paragraph_, item, item, paragraph_, paragraph_]


# --- text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (
            ["Nobody gave the informa-", "tion to us; that information and its infor-", "mation mattered."],
            "information to",
        ),
        (["The family was in co-", "location with the team."], "co-location"),
        (["A multi-", "agency meeting took place."], "multi-agency"),
        (["Soft hyp\u00ad", "hens go."], "Soft hyphens"),
        (["He is a 12-", "year-old boy."], "12-year-old"),
        (["Drugs and/", "or drink were named."], "and/or"),
        (["It was said – and", "noted."], "said – and noted"),
        (["Help came from neigh-", "bours. An arrange-", "ment and a chil-", "dren’s plan."], "neighbours"),
        (["It was an inner-", "city school."], "inner-city"),
    ],
)
def test_line_end_hyphens(lines: list[str], text: str) -> None:
    """A hyphen stays where the word has one, and goes where only the line's end made it."""
    assert text in texts(repaired(*paragraph(lines)))[0]


def test_the_documents_own_words_decide() -> None:
    """What the document writes elsewhere is how a broken word is mended."""
    for own, mended in (("re-referral", "re-referral"), ("rereferral", "rereferral")):
        draft = repaired(
            *paragraph([f"One {own} was made and the re-", "referral was lost."], 100),
        )
        assert texts(draft)[0].endswith(f"the {mended} was lost.")


@given(st.lists(st.text(alphabet="ab c.-", min_size=3, max_size=40), min_size=1, max_size=8))
def test_pieces_cover_the_text_in_order(rows: list[str]) -> None:
    """Each block's pieces are in order, inside its text, and no letter is lost or made up."""
    lines = [line(f"x{row}y", 100 + 14 * place, right=400) for place, row in enumerate(rows)]
    draft = repaired(*lines)
    for block in draft.blocks:
        ends = [0, *(piece.end for piece in block.lines)]
        starts = [*(piece.start for piece in block.lines), len(block.text)]
        assert all(end <= start for end, start in zip(ends, starts, strict=True))
        assert ends[-1] == len(block.text)
    letters = sum(character.isalnum() for row in rows for character in row) + 2 * len(rows)
    kept = sum(map(str.isalnum, "".join(block.text + block.label for block in draft.blocks)))
    out = sum(map(str.isalnum, "".join(each.text for each in draft.removed)))
    assert kept + out == letters
