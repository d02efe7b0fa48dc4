"""Documents as boards publish them, printed by WeasyPrint from known text and read back.

A serious case review with numbered paragraphs and heads that change with the chapter, a briefing
in two columns with boxed text, and a report with footnotes and a table on a page turned on its side.
"""

from collections import Counter
from collections.abc import Sequence
from html import escape
from pathlib import Path

import pytest
from printed_documents import sentences

from reviewtheme.document import BlockKind, RemovedReason, Review, SectionRole
from reviewtheme.reading import read
from reviewtheme.sentences import split_sentences

SENTENCES = sentences(330)
EVENTS = (
    ("Date", "Event", "Agency"),
    (
        "3 May 2014",
        "The health visitor called and found nobody at home although a letter had been sent",
        "Health visiting",
    ),
    ("9 June 2014", "A neighbour rang about shouting", "Police"),
    (
        "1 July 2014",
        "The nursery noticed a bruise and asked the mother, who said that her daughter had slipped",
        "Nursery and children’s social care",
    ),
)
GLOSSARY = (
    ("CAF", "A form by which agencies asked one another for help before a referral was thought to be needed"),
    ("CIN", "Child in need"),
    ("MARAC", "A conference where agencies share what they know of domestic abuse at high risk"),
)


def read_back(body: str, style: str, folder: Path) -> Review:
    """Print HTML and read the PDF."""
    try:
        from weasyprint import HTML
    except (ImportError, OSError) as error:
        pytest.skip(f"pip install weasyprint, and its libraries: {error}")
    printed = folder / "printed.pdf"
    HTML(string=f"<html lang='en-GB'><style>{style}</style>{body}").write_pdf(printed)
    return read(printed)


def share_exact(review: Review, wanted: Sequence[str]) -> float:
    """Share of known sentences that come out exactly."""
    got = Counter(sentence.text for sentence in split_sentences(review))
    return (got & Counter(wanted)).total() / len(wanted)


def texts(review: Review, kind: BlockKind) -> list[str]:
    """Texts of the blocks of a kind, each with its label."""
    return [
        f"{block.label} {review.text[block.start : block.end]}".strip()
        for block in review.blocks
        if block.kind is kind
    ]


# --- a serious case review ------------------------------------------------------------------------

_REVIEW_STYLE = """
@page { size: A4; margin: 25mm 22mm; @top-left { content: string(chapter); font: 8pt sans-serif }
  @bottom-center { content: 'Page ' counter(page) ' of ' counter(pages); font: 8pt sans-serif } }
@page :first { @top-left { content: none } @bottom-center { content: none } }
body { font: 11pt/1.35 serif; hyphens: auto; text-align: justify }
h1 { font-size: 22pt; margin-top: 60mm } h1, .cover p { text-align: left }
h2 { string-set: chapter content(); break-before: page } h2, h3 { font-size: 11pt; font-weight: normal }
.n { padding-left: 12mm; text-indent: -12mm } .n b { font-weight: normal; display: inline-block; width: 12mm }
.i { margin-left: 16mm; text-indent: -6mm }
table { hyphens: none; text-align: left } td { vertical-align: top; padding: 3pt 16pt 6pt 0 }
"""
_CHAPTERS = {
    "1 Introduction": ("Circumstances", "Scope of the review"),
    "2 Analysis of practice": ("Listening to the child", "Information sharing"),
    "3 Learning": ("What needs to change",),
}


def _rows(rows: Sequence[Sequence[str]]) -> str:
    return "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)


def _serious_case_review() -> tuple[str, list[str]]:
    """Body of the document, and its sentences."""
    body = "<div class=cover><h1>Serious Case Review</h1><p>Child Rowan</p>"
    body += "<p>Overview author: Petra Dunmore</p><p>Date of report: March 2016</p></div>"
    place = 0
    for chapter, sections in _CHAPTERS.items():
        body += f"<h2>{chapter}</h2>"
        for section, title in enumerate(sections, 1):
            number = f"{chapter[0]}.{section}"
            body += f"<h3>{number} {title}</h3>"
            for paragraph in range(1, 7):
                text = escape(" ".join(SENTENCES[place : place + 4]))
                body += f"<p class=n><b>{number}.{paragraph}</b>{text}</p>"
                place += 4
            body += "<p class=i>(i) the plan was late;</p><p class=i>(ii) the record was thin.</p>"
        if chapter.startswith("2"):
            body += f"<table>{_rows(EVENTS)}</table>"
    return f"{body}<h2>Appendix 1: Glossary</h2><table>{_rows(GLOSSARY)}</table>", SENTENCES[:place]


def test_serious_case_review(tmp_path: Path) -> None:
    """Headings of body size, words broken at line ends, tables without rules, a head for each chapter."""
    body, wanted = _serious_case_review()
    review = read_back(body, _REVIEW_STYLE, tmp_path)
    assert share_exact(review, wanted) >= 0.97
    assert texts(review, BlockKind.HEADING) == [
        "Serious Case Review",
        "1 Introduction",
        "1.1 Circumstances",
        "1.2 Scope of the review",
        "2 Analysis of practice",
        "2.1 Listening to the child",
        "2.2 Information sharing",
        "3 Learning",
        "3.1 What needs to change",
        "Appendix 1: Glossary",
    ]
    assert texts(review, BlockKind.TABLE) == [cell for row in (*EVENTS, *GLOSSARY) for cell in row]
    assert texts(review, BlockKind.LIST_ITEM) == 5 * ["(i) the plan was late;", "(ii) the record was thin."]
    heads = {each.text for each in review.removed if each.reason is RemovedReason.RUNNING_HEAD}
    assert heads == {*_CHAPTERS, "Appendix 1: Glossary"}
    shared = next(block for block in review.blocks if block.label == "2.2.1")
    assert shared.section == ("2 Analysis of practice", "2.2 Information sharing")
    assert review.blocks[-1].role is SectionRole.GLOSSARY


# --- a briefing in two columns --------------------------------------------------------------------

_BRIEFING_STYLE = """
@page { size: A4; margin: 16mm } body { font: 10pt/1.4 sans-serif }
h1 { background: #246; color: white; padding: 5mm; font-size: 20pt } h2 { font-size: 12pt; color: #246 }
.columns { columns: 2; column-gap: 9mm } ul { padding-left: 5mm }
.box { background: #eef; border: 1px solid #246; padding: 4mm; break-inside: avoid }
"""
_TOPICS = ("Background", "What happened?", "Why it matters", "What we found", "What needs to change")


def test_briefing_in_two_columns_with_boxes(tmp_path: Path) -> None:
    """Columns are read one after the other, boxes where they stand, and their bullets are items."""
    body, place, items = "<h1>Seven-minute briefing</h1><div class=columns>", 0, []
    for number, topic in enumerate(_TOPICS, 1):
        first, second = (" ".join(SENTENCES[place + at : place + at + 3]) for at in (0, 3))
        body += f"<h2>{number}. {topic}</h2><p>{escape(first)}</p><p>{escape(second)}</p>"
        place += 6
        if number % 2 == 0:
            boxed = SENTENCES[place : place + 4]
            items += boxed[2:]
            body += f"<div class=box><b>Voice of the child</b><p>{escape(' '.join(boxed[:2]))}</p>"
            body += "<ul>" + "".join(f"<li>{escape(item)}</li>" for item in boxed[2:]) + "</ul></div>"
            place += 4
    review = read_back(f"{body}</div>", _BRIEFING_STYLE, tmp_path)
    wanted = SENTENCES[:place]
    assert share_exact(review, wanted) >= 0.97
    found = [sentence.text for sentence in split_sentences(review) if sentence.text in wanted]
    assert found == wanted
    assert texts(review, BlockKind.LIST_ITEM) == items
    headings = texts(review, BlockKind.HEADING)
    assert [text for text in headings if text[0].isdigit()] == [f"{n} {t}" for n, t in enumerate(_TOPICS, 1)]


# --- a report with footnotes and a page turned on its side -----------------------------------------

_REPORT_STYLE = """
@page { size: A4; margin: 25mm; @top-right { content: 'CONFIDENTIAL – Learning Review'; font: 8pt sans-serif }
  @bottom-right { content: counter(page); font: 9pt sans-serif } }
@page wide { size: A4 landscape } .wide { page: wide }
body { font: 11pt/1.3 serif } h2 { font-size: 14pt } .note { float: footnote; font-size: 8.5pt }
table { border-collapse: collapse } td { border: 0.5pt solid; padding: 3pt; font-size: 9pt }
"""
_SOURCE = "Working Together, chapter 4; see also the local procedures at www.example.org/procedures."


def test_report_with_footnotes_and_a_landscape_table(tmp_path: Path) -> None:
    """Notes stand apart with the section of their mark, also those that say the same on many pages."""
    body, place, wanted, notes = "<h1>Learning review</h1>", 0, [], []
    rows: list[list[str]] = []
    for number in range(1, 5):
        body += f"<h2>{number}. Theme {'ABCD'[number - 1]}</h2>"
        for paragraph in range(5):
            *text, note = SENTENCES[place : place + 5]
            note = _SOURCE if paragraph == 1 else note
            place += 5
            mark = f"<span class=note>{escape(note)}</span>"
            body += (
                f"<p>{escape(text[0])} {escape(text[1][:-1])}{mark}. {escape(text[2])} {escape(text[3])}</p>"
            )
            wanted += text
            notes.append((f"{len(notes) + 1} {note}", f"{number} Theme {'ABCD'[number - 1]}"))
        if number == 2:
            rows = [[f"{day} May", *SENTENCES[300 + 3 * day : 303 + 3 * day]] for day in range(1, 9)]
            body += f"<div class=wide><table>{_rows(rows)}</table></div>"
    review = read_back(body, _REPORT_STYLE, tmp_path)
    assert share_exact(review, wanted) >= 0.97
    assert texts(review, BlockKind.TABLE) == [cell for row in rows for cell in row]
    found = [
        (f"{block.label} {review.text[block.start : block.end]}", block.section[-1])
        for block in review.blocks
        if block.kind is BlockKind.FOOTNOTE
    ]
    assert found == notes
    assert {each.text for each in review.removed if each.reason is RemovedReason.RUNNING_FOOT} == set()
