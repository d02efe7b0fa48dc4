"""A coded review as plain text: what a terminal shows, or the same for a file."""

import re
import sys

from rich.console import Console

from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.classification.model import Model
from reviewtheme.output.terminal import print_review

_PLAIN_WIDTH = 110


def review_text(
    coded: CodedReview, *, evidence: int = 2, explaining: Model | None = None, on_screen: bool = False
) -> str:
    """Return a review for a reader.

    Args:
        coded: what to write.
        evidence: most sentences shown for a theme.
        explaining: the model that coded the review, to show the words that spoke for each mark.
        on_screen: whether it goes to standard output, where a terminal has its own width and colours.
    """
    screen = Console(file=sys.stdout)
    on_terminal = on_screen and screen.is_terminal
    console = Console(
        file=sys.stdout,
        force_terminal=on_terminal,
        width=screen.width if on_terminal else _PLAIN_WIDTH,
        no_color=not on_terminal,
    )
    with console.capture() as capture:
        print_review(coded, console, evidence=evidence, explaining=explaining)
    return capture.get() if on_terminal else re.sub(r" +$", "", capture.get(), flags=re.MULTILINE)
