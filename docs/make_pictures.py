"""Draw the pictures of the documentation from what the program prints.

python docs/make_pictures.py
"""

import io
from pathlib import Path

from rich.console import Console
from rich.text import Text

from reviewtheme import classify
from reviewtheme.output.terminal import print_review

HERE = Path(__file__).resolve().parent
SAMPLE = Path("corpus_sample/documents/child-practice-review-teasel.pdf")
_LINES = 52


def main() -> None:
    """Print the sample review into a picture as a terminal shows it, cut where the evidence goes on."""
    full = Console(record=True, width=112, file=io.StringIO(), force_terminal=True)
    print_review(classify(SAMPLE), full, evidence=2)
    lines = full.export_text(styles=True).splitlines()[:_LINES]
    shown = Console(record=True, width=112, file=io.StringIO(), force_terminal=True)
    for line in lines:
        shown.print(Text.from_ansi(line), soft_wrap=True)
    picture = shown.export_svg(title=f"reviewtheme classify {SAMPLE.name}", unique_id="summary")
    (HERE / "pictures" / "summary.svg").write_text(picture, encoding="utf-8")


if __name__ == "__main__":
    main()
