"""Layout repair: printed pages become blocks of text, by a short list of named steps.

Each step takes the whole document as one `Layout` and returns the next; nothing is changed in
place. What a step takes out of the text it adds to `removed`.
"""

from collections.abc import Callable, Iterable

from reviewtheme.reading.draft import DraftReview
from reviewtheme.reading.layout.aligned_tables import gather_aligned_cells
from reviewtheme.reading.layout.characters import repair_characters
from reviewtheme.reading.layout.continuations import join_continuations
from reviewtheme.reading.layout.footnotes import part_footnotes
from reviewtheme.reading.layout.furniture import remove_furniture
from reviewtheme.reading.layout.headings import find_headings
from reviewtheme.reading.layout.lists import tell_lists
from reviewtheme.reading.layout.marks import tell_marks
from reviewtheme.reading.layout.paragraphs import form_paragraphs
from reviewtheme.reading.layout.reading_order import order_reading
from reviewtheme.reading.layout.state import Layout, begin
from reviewtheme.reading.layout.tables import gather_cells
from reviewtheme.reading.layout.text import write_text
from reviewtheme.reading.printed_page import PrintedPage

STEPS: tuple[tuple[str, Callable[[Layout], Layout]], ...] = (
    ("characters", repair_characters),
    ("furniture", remove_furniture),
    ("tables", gather_cells),
    ("tables without rules", gather_aligned_cells),
    ("reading order", order_reading),
    ("footnotes", part_footnotes),
    ("paragraphs", form_paragraphs),
    ("marks", tell_marks),
    ("headings", find_headings),
    ("lists", tell_lists),
    ("continuations", join_continuations),
    ("text", write_text),
)
"""The steps by name, in order."""


def repair_layout(pages: Iterable[PrintedPage]) -> DraftReview:
    """Put the text of all pages of a document into blocks in reading order, and say what was taken out."""
    layout, read = begin(pages)
    for _, step in STEPS:
        layout = step(layout)
    return DraftReview(
        pages=read,
        blocks=layout.blocks,
        removed=tuple(sorted(layout.removed, key=lambda removed: removed.page)),
    )
