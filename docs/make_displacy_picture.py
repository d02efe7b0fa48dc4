"""Draw the picture of displaCy's output, with a headless Chromium.

python docs/make_displacy_picture.py
"""

import subprocess
import tempfile
from pathlib import Path

import spacy
from spacy import displacy

PICTURE = Path(__file__).resolve().parent / "pictures" / "displacy.png"
TEXT = (
    "Supervision of the health visitor had lapsed for five months. Nobody told the midwife of the discharge. "
    "The nursery kept a clear record of what he said."
)


def main() -> None:
    """Write the picture."""
    nlp = spacy.blank("en")
    nlp.add_pipe("reviewtheme_sentences")
    nlp.add_pipe("reviewtheme")
    options = {"spans_key": "themes", "top_offset_step": 36}
    drawn = displacy.render(nlp(TEXT), style="span", page=True, options=options, jupyter=False)
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(drawn, encoding="utf-8")
        subprocess.run(  # noqa: S603
            [  # noqa: S607
                "chromium",
                "--headless",
                "--no-sandbox",
                "--hide-scrollbars",
                "--window-size=1100,340",
                f"--screenshot={PICTURE}",
                page.as_uri(),
            ],
            check=True,
            capture_output=True,
        )


if __name__ == "__main__":
    main()
