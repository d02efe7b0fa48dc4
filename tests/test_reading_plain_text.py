"""Plain text: encodings are found, wrapped lines joined, headings and lists known as such."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.document import BlockKind, RemovedReason
from reviewtheme.errors import DocumentError, EmptyDocumentError, EncodingError
from reviewtheme.reading.labels import split_heading_mark, split_mark
from reviewtheme.reading.plain_text import draft_text, read_plain_text
from reviewtheme.reading.text_encoding import decode_text

NOTE = "The family’s home – a “flat” – cost £90 a week… it was cold, and the café below was loud."
WRAPPED = """\
OVERVIEW REPORT

1. Introduction

1.1  The panel was asked to look at the work of every agency which had know-
ledge of the family, and of those which co-
operated with them, between January 2014 and
March 2016. It met eight times.
1.2  Mother was seen at home on 3 occasions. The health visitor wrote to the
GP about her concerns.

What was missed
The agencies did not share what they knew with each other, and nobody had
the whole picture. The panel lists:
  - the bruise that was seen by the
    nursery in May
  - the missed appointment
(a) a strategy meeting;
(b) a visit.

Next steps
----------
The board met in June.
"""


def outline(text: str) -> list[tuple[str, str, int, str]]:
    """Give kind, label, level and text of each block."""
    return [
        (block.kind.value, block.label, block.level, block.text) for block in draft_text(text, "-").blocks
    ]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "cp1252"]
)
def test_encodings_are_found(encoding: str) -> None:
    """With a mark or without one, the text comes out as it was."""
    assert decode_text(NOTE.encode(encoding), "a.txt").text.lstrip("\ufeff") == NOTE


def test_an_encoding_of_another_language_is_found_and_said_to_be_a_guess() -> None:
    """What is not English in Windows-1252 is left to charset-normalizer."""
    russian = "Ребёнок жил в холодном доме, и школа об этом не знала. Позже пришла помощь от соседей. " * 5
    draft = read_plain_text(russian.encode("cp1251"), "a.txt")
    assert draft.blocks[0].text == russian.strip()
    assert [warning.kind for warning in draft.warnings] == ["encoding-guessed"]
    assert read_plain_text(russian.encode(), "a.txt").warnings == ()


@pytest.mark.parametrize(
    "content",
    [
        bytes(range(256)) * 4,
        b"A nurse rang.\0\0\0" * 20,
        b"\xff\xfeA\xd8B",
        b"\x01\x02\x03 binary \x04\x05" * 30,
    ],
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    """The message names the file and says what to do."""
    with pytest.raises(EncodingError, match=r"^a\.txt .*UTF-8"):
        decode_text(content, "a.txt")


def test_text_without_a_letter_is_empty() -> None:
    """Rules and dots are nothing to read."""
    with pytest.raises(EmptyDocumentError, match=r"^a\.txt has no letters"):
        read_plain_text(b"-----\n...\n", "a.txt")


def test_a_wrapped_report() -> None:
    """Lines are joined, hyphens undone where they were made by wrapping, marks taken off."""
    assert outline(WRAPPED) == [
        ("heading", "", 1, "OVERVIEW REPORT"),
        ("heading", "1", 1, "Introduction"),
        (
            "paragraph",
            "1.1",
            0,
            "The panel was asked to look at the work of every agency which had knowledge of the family, and "
            "of those which co-operated with them, between January 2014 and March 2016. It met eight times.",
        ),
        (
            "paragraph",
            "1.2",
            0,
            "Mother was seen at home on 3 occasions. The health visitor wrote to the GP about her concerns.",
        ),
        ("heading", "", 2, "What was missed"),
        (
            "paragraph",
            "",
            0,
            "The agencies did not share what they knew with each other, and nobody had the whole picture. "
            "The panel lists:",
        ),
        ("list-item", "", 0, "the bruise that was seen by the nursery in May"),
        ("list-item", "", 0, "the missed appointment"),
        ("list-item", "(a)", 0, "a strategy meeting;"),
        ("list-item", "(b)", 0, "a visit."),
        ("heading", "", 2, "Next steps"),
        ("paragraph", "", 0, "The board met in June."),
    ]


def test_an_article_with_one_paragraph_a_line() -> None:
    """Lines that end with a sentence are paragraphs; short ones without a mark are headings."""
    article = (
        "Review finds gaps in care of twins\n"
        "A review of the care of twins in Fenborough has found gaps in the work of four services there.\n"
        "Cold home\n"
        "It says that the home was cold, and that nobody asked who paid for the heating in that winter.\n"
        "By the spring, both had been in hospital twice.\n"
    )
    assert [(kind, level) for kind, _, level, _ in outline(article)] == [
        ("heading", 1),
        ("paragraph", 0),
        ("heading", 2),
        ("paragraph", 0),
        ("paragraph", 0),
    ]


@pytest.mark.parametrize(
    "line",
    [
        "Date: 3 May 2014",
        "By Rhian Moss",
        "12 June 2019",
        "jo@board.example",
        "and then it ended",
        "The nurse rang.",
        "What follows is a list:",
    ],
)
def test_lines_that_are_no_headings(line: str) -> None:
    """Data, by-lines, dates and parts of sentences are paragraphs."""
    assert outline(f"{line}\n\nThe clinic was closed on that day.")[0][0] == "paragraph"


def test_rows_of_short_lines_are_no_headings() -> None:
    """An address has no section under it."""
    text = "Fenborough Board\nCivic Centre\nHigh Road\nFenborough\n\nThe board met in June.\n\nIt met again."
    assert [kind for kind, *_ in outline(text)] == ["paragraph"] * 6


def test_numbered_items_are_a_list_and_no_headings() -> None:
    """Short numbered lines side by side are a list."""
    assert [
        kind for kind, *_ in outline("1. Health visitor\n2. School nurse\n3. Midwife\n\nAll three came.")
    ] == [
        "list-item",
        "list-item",
        "list-item",
        "paragraph",
    ]


def test_markdown_and_underlined_headings() -> None:
    """Hashes and underlines give the level."""
    text = "# One\n\nThe first part.\n\n### Three\n\nThe third part.\n\nUnder\n=====\nThe last part."
    assert [(t, level) for kind, _, level, t in outline(text) if kind == "heading"] == [
        ("One", 1),
        ("Three", 3),
        ("Under", 1),
    ]


def test_what_is_taken_off_is_in_removed() -> None:
    """Bullets, rules and control characters are listed with their reason."""
    draft = draft_text("• one visit\n\n-----\n\nThe nur\x0ese rang.", "-")
    assert [(it.text, it.reason) for it in draft.removed] == [
        ("•", RemovedReason.LIST_MARK),
        ("-----", RemovedReason.LIST_MARK),
        ("\x0e", RemovedReason.UNREADABLE_CHARACTER),
    ]
    assert draft.blocks[1].text == "The nurse rang."
    assert draft.pages[0].engine == "text"


@pytest.mark.parametrize(
    ("text", "bullet", "label", "rest"),
    [
        ("4.12 The doctor", "", "4.12", "The doctor"),
        ("4.12.3. The doctor", "", "4.12.3", "The doctor"),
        ("4. the doctor", "", "4", "the doctor"),
        ("(iii) the doctor", "", "(iii)", "the doctor"),
        ("b) the doctor", "", "b)", "the doctor"),
        ("a. The doctor", "", "a", "The doctor"),
        ("• the doctor", "•", "", "the doctor"),
        ("– the doctor", "–", "", "the doctor"),
        ("\uf0b7the doctor", "\uf0b7", "", "the doctor"),
        ("2.5 million pounds", "", "", "2.5 million pounds"),
        ("3 March 2014", "", "", "3 March 2014"),
        ("A. Munt spoke", "", "", "A. Munt spoke"),
        ("-5 degrees", "", "", "-5 degrees"),
        ("4.", "", "", "4."),
        ("•", "", "", "•"),
    ],
)
def test_marks(text: str, bullet: str, label: str, rest: str) -> None:
    """Numbers and bullets are told from text that begins with a number."""
    assert split_mark(text) == (bullet, label, rest)


def test_a_heading_may_have_a_bare_number() -> None:
    """A bare number belongs to a heading, but not the day of a date."""
    assert split_heading_mark("4 Analysis") == ("", "4", "Analysis")
    assert split_heading_mark("4 June 2015") == ("", "", "4 June 2015")
    assert split_mark("4 Children were seen") == ("", "", "4 Children were seen")


@given(st.text(alphabet=st.sampled_from("ab A.\n-•1(); \t\f=#"), max_size=300))
def test_no_letter_is_lost(text: str) -> None:
    """Every letter and digit is in a block or its label, or in what was removed."""
    try:
        draft = draft_text(text, "-")
    except EmptyDocumentError:
        assert not any(map(str.isalnum, text))
        return
    kept = "".join(block.label + block.text for block in draft.blocks) + "".join(
        it.text for it in draft.removed
    )
    assert sorted(filter(str.isalnum, kept)) == sorted(filter(str.isalnum, text))
    for block in draft.blocks:
        assert block.text
        assert block.text == " ".join(block.text.split())
        assert (block.level > 0) == (block.kind is BlockKind.HEADING)


@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    """Nothing but a draft or a stated reason ever comes back."""
    try:
        outcome = "a " if read_plain_text(content, "a").blocks else "nothing"
    except DocumentError as error:
        outcome = str(error)
    assert outcome.startswith("a ")
