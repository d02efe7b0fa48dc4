"""Documents of known text that the tests print with real renderers: Chromium, or reportlab."""

import shutil
import subprocess
from collections.abc import Iterable, Sequence
from html import escape
from itertools import islice
from pathlib import Path

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)

_OPENINGS = (
    "By the spring", "In the weeks that followed", "At the second home visit", "According to the chronology",
    "When the school rang", "During the assessment", "Before the conference", "On two later occasions",
    "From the outset", "As the pregnancy went on", "After the move to a new borough", "Over that winter",
)  # fmt: skip
_MIDDLES = (
    "the health visitor recorded low mood but did not share it with the midwife",
    "nobody asked the older boy what his evenings at home were like",
    "the duty officer's referral waited nine days for a decision-maker",
    "a well-timed call between the nursery and the social worker changed the plan",
    "the grandmother's worries were noted, filed and never followed up",
    "the police log and the hospital's own entry gave different accounts of the bruise",
    "supervision took place every month and its actions were checked at the next one",
    "the interpreter was cancelled and the father's reply was guessed at",
    "co-sleeping was discussed with both parents and written into the birth plan",
    "the housing officer knew of the rent arrears, yet was not invited to the core group",
    "the multi-agency meeting agreed a date but not who would see the baby",
    "non-attendance was treated as the mother's choice rather than as information",
    "the school nurse, who had known the family for six years, was on leave",
)
_ENDS = (
    "", ", which mattered later", " (see the timeline)", "; this was good practice", ", and the risk rose",
    " for the third time", ", as the panel heard",
)  # fmt: skip


def sentences(count: int, start: int = 0) -> list[str]:
    """Invent sentences of a review, all different, the same ones at every call."""

    def every() -> Iterable[str]:
        for number in range(start, start + count):
            opening = _OPENINGS[number % len(_OPENINGS)]
            middle = _MIDDLES[(number * 5 + number // len(_OPENINGS)) % len(_MIDDLES)]
            end = _ENDS[(number * 3 + number // 7) % len(_ENDS)]
            yield f"{opening}, {middle}{end}."

    return list(islice(every(), count))


def grouped(items: Sequence[str], size: int) -> list[str]:
    """Paragraphs of `size` sentences each."""
    return [" ".join(items[place : place + size]) for place in range(0, len(items), size)]


def print_html(body: str, folder: Path, *, style: str = "") -> Path:
    """Print an HTML body with headless Chromium on A4 pages; the path of the PDF."""
    assert CHROMIUM is not None
    page, printed = folder / "document.html", folder / "document.pdf"
    page.write_text(
        f"<!doctype html><html lang='en'><meta charset='utf-8'><style>{_STYLE}{style}</style>{body}</html>",
        encoding="utf-8",
    )
    subprocess.run(
        [
            CHROMIUM,
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--no-pdf-header-footer",
            f"--user-data-dir={folder / 'profile'}",
            f"--print-to-pdf={printed}",
            page.as_uri(),
        ],
        check=True,
        capture_output=True,
        timeout=120,
    )
    return printed


_STYLE = """
@page { size: A4; margin: 25mm 22mm;
  @top-left { content: 'Child Practice Review: the Alder family'; font: 8pt sans-serif }
  @bottom-right { content: counter(page); font: 9pt sans-serif } }
body { font: 11pt/1.35 'DejaVu Serif', serif; margin: 0 }
h1 { font-size: 20pt } h2 { font-size: 14pt } h3 { font-size: 11pt }
table { border-collapse: collapse; width: 100% } td, th { border: 1px solid black; padding: 3pt 5pt }
"""


def paragraphs(texts: Iterable[str]) -> str:
    """HTML paragraphs of plain texts."""
    return "".join(f"<p>{escape(text)}</p>" for text in texts)
