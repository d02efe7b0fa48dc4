"""What a reader of an evaluation, or of a comparison of coders, sees at a terminal."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from evaluated import small_agreement, small_evaluation
from rich.console import Console

from reviewtheme.output.agreement_terminal import print_agreement
from reviewtheme.output.evaluation_terminal import print_evaluation

GOLDEN = Path(__file__).parent / "golden"


def shown(print_to: Callable[[Console], None], width: int = 110) -> str:
    """Return what is printed, without the blanks that fill lines up."""
    console = Console(width=width, color_system=None)
    with console.capture() as capture:
        print_to(console)
    return "\n".join(line.rstrip() for line in capture.get().splitlines()) + "\n"


def print_both(console: Console) -> None:
    """Print one after the other."""
    print_evaluation(small_evaluation(), console)
    print_agreement(small_agreement(), console)


def test_golden_evaluation() -> None:
    """A small evaluation in full."""
    found = shown(lambda console: print_evaluation(small_evaluation(), console))
    assert found == (GOLDEN / "evaluation.txt").read_text(encoding="utf-8")


def test_golden_agreement() -> None:
    """A small comparison of three coders in full."""
    found = shown(lambda console: print_agreement(small_agreement(), console))
    assert found == (GOLDEN / "agreement.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [80, 100, 200])
def test_fits_the_terminal(width: int) -> None:
    """No line is longer, and no figure is cut."""
    text = shown(print_both, width)
    assert max(map(len, text.splitlines())) <= width
    assert "…" not in text


def test_nothing_steers_the_terminal() -> None:
    """Control characters of documents, themes and coders come out as marks."""
    evaluation = small_evaluation()
    evil = "\x1b[2J\u202e"
    mistakes = [replace(m, text=evil, document=evil) for m in evaluation.mistakes]
    themes = [replace(theme, name=evil) for theme in evaluation.themes]
    warned = replace(evaluation, mistakes=tuple(mistakes), themes=tuple(themes), warnings=(evil,))
    text = shown(lambda console: print_evaluation(warned, console))
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_as_many_mistakes_as_asked_for() -> None:
    """Of each kind."""
    one = shown(lambda console: print_evaluation(small_evaluation(), console, worst=1))
    none = shown(lambda console: print_evaluation(small_evaluation(), console, worst=0))
    assert one.count("labelled:") == 2
    assert "Surest" not in none
    assert "Disputed sentences" not in shown(lambda c: print_agreement(small_agreement(), c, disputes=0))
