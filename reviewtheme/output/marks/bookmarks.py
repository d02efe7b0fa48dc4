"""Bookmarks put after those that a PDF has."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pikepdf
from pikepdf import Array, Dictionary, Name, Pdf, String

_MOST = 100_000  # bookmarks of one level that are followed; a damaged file may lead in a ring


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """A line of the outline that leads to a place."""

    title: str
    """What it says."""
    page: int
    """Page number, from 1, that it leads to."""
    left: float | None = None
    """Where on the page, in the file's coordinates; None for the page as a whole."""
    top: float | None = None
    """Where on the page, in the file's coordinates; None for the page as a whole."""
    below: tuple["Bookmark", ...] = ()
    """Bookmarks under it, folded away at first unless it is the outermost."""


def add_bookmark(pdf: Pdf, bookmark: Bookmark) -> None:
    """Put a bookmark, unfolded, at the end of the outline, and one outline in a PDF that has none."""
    root = pdf.Root.get("/Outlines")
    if not isinstance(root, Dictionary):
        root = pdf.make_indirect(Dictionary(Type=Name.Outlines))
        pdf.Root.Outlines = root
    item = _item(pdf, bookmark, root)
    item.Count = len(bookmark.below)
    last = _last(root)
    if last is None:
        root.First = item
    else:
        last.Next, item.Prev = item, last
    root.Last = item
    root.Count = max(_whole(root.get("/Count")), 0) + 1 + len(bookmark.below)


def _item(pdf: Pdf, bookmark: Bookmark, parent: pikepdf.Object) -> pikepdf.Object:
    item = pdf.make_indirect(
        Dictionary(Title=String(bookmark.title), Parent=parent, Dest=_destination(pdf, bookmark))
    )
    below = [_item(pdf, each, item) for each in bookmark.below]
    if below:
        item.First, item.Last, item.Count = below[0], below[-1], -len(below)
    for before, after in pairwise(below):
        before.Next, after.Prev = after, before
    return item


def _destination(pdf: Pdf, bookmark: Bookmark) -> Array:
    page = pdf.pages[bookmark.page - 1].obj
    if bookmark.left is None or bookmark.top is None:
        return Array([page, Name.Fit])
    return Array([page, Name.XYZ, round(bookmark.left, 2), round(bookmark.top, 2), None])


def _last(root: pikepdf.Object) -> pikepdf.Object | None:
    """Find the last bookmark by following them, as the root of a damaged outline may not know it."""
    last = None
    for item in _following(root.get("/First")):
        last = item
    return last


def _following(item: pikepdf.Object | None) -> Iterator[pikepdf.Object]:
    seen: set[tuple[int, int]] = set()
    while isinstance(item, Dictionary) and len(seen) < _MOST:
        if item.objgen in seen and item.is_indirect:
            return
        seen.add(item.objgen)
        yield item
        item = item.get("/Next")


def _whole(value: object) -> int:
    return int(value) if isinstance(value, int) else 0
