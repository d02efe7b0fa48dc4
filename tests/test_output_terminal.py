"""What a reader sees: the golden summary, any width, and nothing that steers a terminal."""

from pathlib import Path

import pytest
from coded_reviews import CHILD_HOLLY, Marked, coded_review
from rich.console import Console

from reviewtheme.classification.coded_review import CodedReview
from reviewtheme.codebook import Codebook, Stance, Theme, default_codebook
from reviewtheme.output.run import RunOutput
from reviewtheme.output.terminal import print_codebook, print_review, printable

GOLDEN = Path(__file__).parent / "golden" / "review_summary.txt"
STEERING = "\x1b[2J\x1b]0;title\x07\x9b31m\r\x08\u202e\udce9"


def shown(coded: CodedReview, *, width: int = 80, evidence: int = 2, terminal: bool = False) -> str:
    """Return what is printed."""
    console = Console(width=width, force_terminal=terminal, record=False, color_system=None)
    with console.capture() as capture:
        print_review(coded, console, evidence=evidence)
    return capture.get()


def test_golden_summary(capsys: pytest.CaptureFixture[str]) -> None:
    """A small review in full, as it is written where output is no terminal."""
    failures = RunOutput(kind="text", target=None, inputs=("holly.pdf",)).write([coded_review()])
    assert failures == 0
    assert capsys.readouterr().out == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("width", [40, 80, 200])
def test_fits_the_terminal(width: int) -> None:
    """No line is longer, and no word of the evidence is lost."""
    text = shown(coded_review(), width=width)
    assert max(map(len, text.splitlines())) <= width
    assert all(word in text.replace("\n", " ") for word in CHILD_HOLLY[1].text.split())


def test_most_evidence() -> None:
    """As many sentences for a theme as asked for."""
    marked = [
        Marked(text=f"Supervision lapsed in week {n} of the year.", themes=("supervision",)) for n in range(4)
    ]
    coded = coded_review(marked)
    assert [shown(coded, evidence=n).count("lapsed") for n in (0, 1, 3, 9)] == [0, 1, 3, 4]
    assert "Evidence" not in shown(coded, evidence=0)


def test_a_review_without_themes() -> None:
    """Says so, without an empty table."""
    text = shown(coded_review([Marked(text="Holly was four months old.")]))
    assert "1 sentence; 0 of them carry a theme" in text
    assert "No learning themes were found." in text
    assert "Evidence" not in text


def test_nothing_steers_the_terminal() -> None:
    """Control characters from a document, a file name, a model or a codebook come out as marks."""
    themes = (Theme(id="a" + STEERING, name="Name" + STEERING, group=STEERING, mark_when=STEERING),)
    codebook = Codebook(
        name="own" + STEERING,
        version="1",
        title=STEERING,
        themes=themes,
        stances=(Stance(id="s" + STEERING, name="S[/red]" + STEERING),),
    )
    marked = [Marked(text="Text [bold]" + STEERING, themes=("a" + STEERING,), stance="s" + STEERING)]
    coded = coded_review(marked, path="[red]" + STEERING, codebook=codebook, model_name="[/x]" + STEERING)
    console = Console(width=300, force_terminal=True, color_system=None)
    with console.capture() as capture:
        print_codebook(codebook, console)
    for text in (shown(coded, width=300), capture.get()):
        assert not [c for c in text if c in STEERING and c not in "[]0;title2J31m"]
    assert "Text [bold]" in shown(coded, width=300)
    assert "[/x]" in shown(coded, width=300)


def test_printable() -> None:
    """Line ends too, unless they are wanted."""
    assert printable("a\nb\tc") == "a\ufffdb\ufffdc"
    assert printable("a\nb", keep="\n") == "a\nb"
    assert printable("naïve “quote” – 名") == "naïve “quote” – 名"


def test_codebook_is_printed_whole() -> None:
    """Every theme and stance with its id."""
    console = Console(width=100)
    with console.capture() as capture:
        print_codebook(default_codebook(), console)
    text = capture.get()
    assert all(f"{t.name}  {t.id}" in text for t in default_codebook().themes)
    assert all(f"{s.name}  {s.id}" in text for s in default_codebook().stances)
