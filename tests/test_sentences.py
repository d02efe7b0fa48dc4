"""Sentence splitting: golden cases of the field, properties of any text, and blocks of a review."""

import re
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.document import Block, BlockKind, Line, Page, Review, SectionRole, Source
from reviewtheme.sentences import split_sentences, split_text

GOLDEN = Path(__file__).parent / "golden" / "sentences.md"


class GoldenCase(NamedTuple):
    """A text and the sentences in it."""

    title: str
    text: str
    sentences: list[str]


def golden_cases() -> list[GoldenCase]:
    """Read the golden file."""
    cases = re.findall(r"^(\S[^\n]*)\n\.\n(.*?)\n\.\n(.*?)\n\.$", GOLDEN.read_text("utf-8"), re.M | re.S)
    return [
        GoldenCase(title, text.replace("⏎", "\n"), sentences.replace("⏎", "\0").split("\n"))
        for title, text, sentences in cases
    ]


@pytest.mark.parametrize("case", golden_cases(), ids=lambda case: case.title)
def test_golden(case: GoldenCase) -> None:
    """Each case is split as it is written."""
    expected = [sentence.replace("\0", "\n") for sentence in case.sentences]
    assert [case.text[start:end] for start, end in split_text(case.text)] == expected


def test_there_are_enough_golden_cases() -> None:
    """The file is read whole, and no case hides another."""
    cases = golden_cases()
    assert len(cases) >= 60
    assert len({case.title for case in cases}) == len(cases)
    assert len(cases) * 3 == sum(line == "." for line in GOLDEN.read_text("utf-8").splitlines())


# Text made of the pieces that the rules look at, and text of any characters.
pieces = st.sampled_from(
    [
        *(
            "The child",
            "was seen",
            "Dr",
            "Mr",
            "A",
            "b",
            "e.g",
            "p.m",
            "No",
            "para",
            "St",
            "etc",
            "12",
            "4.12",
            "s.47",
        ),
        *(
            ".",
            ".",
            ".",
            "?",
            "!",
            "…",
            "...",
            ". . .",
            ";",
            ":",
            ",",
            '"',
            "“",
            "”",
            "‘",
            "’",
            "(",
            ")",
            "[",
            "]",
        ),
        *(
            " ",
            " ",
            " ",
            "\n",
            "\n\n",
            "\u00a0",
            "\t",
            "•",
            "-",
            "–",
            "www.a.example",
            "a@b.example",
            "\u2028",
        ),
    ]
)
texts = st.one_of(st.lists(pieces, max_size=40).map("".join), st.text(max_size=200))


@given(texts)
def test_spans_are_ordered_trimmed_and_cover_all_but_white_space(text: str) -> None:
    """Spans are in order and apart; gaps are white space."""
    spans = split_text(text)
    place = 0
    for start, end in spans:
        assert place <= start < end <= len(text)
        assert not text[place:start].strip()
        assert text[start:end] == text[start:end].strip()
        place = end
    assert not text[place:].strip()


@given(texts)
def test_the_same_text_is_always_split_alike(text: str) -> None:
    """Nothing depends on what was split before."""
    assert split_text(text) == split_text(text)


@given(texts, texts)
def test_a_blank_line_always_parts(first: str, second: str) -> None:
    """No sentence goes over a blank line."""
    whole = f"{first}\n\n{second}"
    for start, end in split_text(whole):
        assert end <= len(first) or start >= len(first) + 2 or not whole[start:end].strip(), whole[start:end]


@pytest.mark.parametrize("text", ["", " ", "\n\n \t\n", "\u00a0"])
def test_blank_text_has_no_sentence(text: str) -> None:
    """White space has no sentences."""
    assert split_text(text) == []


def review_of(*blocks: tuple[BlockKind, str], lines: tuple[Line, ...] = ()) -> Review:
    """Make a review of blocks."""
    placed, place = [], 0
    for kind, text in blocks:
        placed.append(
            Block(
                kind=kind,
                start=place,
                end=place + len(text),
                page=1,
                section=("4 Analysis",),
                role=SectionRole.BODY,
            )
        )
        place += len(text) + 2
    page = Page(number=1, engine="text", characters=0, width=0, height=0)
    return Review(
        source=Source(path="-", sha256="", media_type="text/plain", pages=1),
        text="\n\n".join(text for _, text in blocks),
        pages=(page,),
        blocks=tuple(placed),
        lines=lines,
    )


def test_sentences_know_their_place() -> None:
    """A sentence has the block, kind and section that it stands in; a heading is whole."""
    review = review_of(
        (BlockKind.HEADING, "What happened? When?"),
        (BlockKind.PARAGRAPH, "The nurse rang. Nobody came."),
        (BlockKind.TABLE, "Police"),
        (BlockKind.LIST_ITEM, "a visit"),
    )
    sentences = split_sentences(review)
    assert [sentence.text for sentence in sentences] == [
        "What happened? When?",
        "The nurse rang.",
        "Nobody came.",
        "Police",
        "a visit",
    ]
    assert [sentence.block for sentence in sentences] == [0, 1, 1, 2, 3]
    assert [sentence.index for sentence in sentences] == [0, 1, 2, 3, 4]
    assert sentences[0].kind is BlockKind.HEADING
    assert sentences[1].section == ("4 Analysis",)
    assert all(review.text[sentence.start : sentence.end] == sentence.text for sentence in sentences)


def test_a_sentence_is_on_the_page_where_it_begins() -> None:
    """The lines of a block tell on which page a sentence begins."""
    text = "It began here. It ended on the next page. So did this."
    lines = tuple(
        Line(start=start, end=end, page=page, left=0, top=0, right=0, bottom=0)
        for start, end, page in ((0, 20, 1), (21, 41, 2), (42, len(text), 2))
    )
    sentences = split_sentences(review_of((BlockKind.PARAGRAPH, text), lines=lines))
    assert [sentence.page for sentence in sentences] == [1, 1, 2]


@given(st.lists(st.tuples(st.sampled_from(BlockKind), texts), max_size=6))
def test_sentences_never_leave_their_block(blocks: list[tuple[BlockKind, str]]) -> None:
    """Offsets hold for any blocks."""
    review = review_of(*blocks)
    for sentence in split_sentences(review):
        block = review.blocks[sentence.block]
        assert block.start <= sentence.start < sentence.end <= block.end
        assert review.text[sentence.start : sentence.end] == sentence.text


def test_importing_the_module_does_not_import_spacy() -> None:
    """Importing spaCy waits for the first text that may have two sentences."""
    code = "import sys, reviewtheme.sentences; sys.exit('spacy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
