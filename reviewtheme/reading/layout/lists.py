"""Step: short paragraphs that count 1, 2, 3 are the items of a list; long ones are numbered paragraphs."""

import re
from collections.abc import Sequence
from dataclasses import replace
from statistics import median

from reviewtheme.document import BlockKind
from reviewtheme.reading.layout.state import Layout, Paragraph

LONGEST_ITEM = 200
"""Characters; a run of numbered paragraphs that are longer, as they go, is no list."""
_NUMBER = re.compile(r"\d{1,3}")
_SAME_MARGIN = 12.0
"""Points; numbers of one and of three digits may be set flush right."""


def tell_lists(layout: Layout) -> Layout:
    """Paragraphs in which the items of numbered lists are list items."""
    items: set[int] = set()
    for run in _runs(layout.paragraphs):
        lengths = [sum(len(line.text) for line in layout.paragraphs[index].lines) for index in run]
        if median(lengths) <= LONGEST_ITEM:
            items.update(run)
    return replace(
        layout,
        paragraphs=tuple(
            replace(paragraph, kind=BlockKind.LIST_ITEM) if index in items else paragraph
            for index, paragraph in enumerate(layout.paragraphs)
        ),
    )


def _runs(paragraphs: Sequence[Paragraph]) -> list[list[int]]:
    """Paragraphs that count on from one another at one margin; what stands between them parts none."""
    runs: list[list[int]] = []
    for index, paragraph in enumerate(paragraphs):
        if paragraph.kind is not BlockKind.PARAGRAPH or not _NUMBER.fullmatch(paragraph.label):
            continue
        run = next((run for run in reversed(runs) if _counts_on(paragraphs[run[-1]], paragraph)), None)
        if run is None:
            runs.append([index])
        else:
            run.append(index)
    return runs


def _counts_on(before: Paragraph, paragraph: Paragraph) -> bool:
    return (
        int(paragraph.label) == int(before.label) + 1
        and abs(paragraph.lines[0].left - before.lines[0].left) < _SAME_MARGIN
    )
