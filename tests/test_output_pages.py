"""What pages are made of: colours that stand out, plots as parts of a page, missing packages."""

import sys

import pytest
from coded_reviews import coded_review

from reviewtheme.codebook import Stance, Theme, default_codebook
from reviewtheme.errors import MissingExtraError
from reviewtheme.output.pages.drawing import shortened
from reviewtheme.output.pages.palette import group_colours, stance_looks
from reviewtheme.output.pages.rendering import displayed
from reviewtheme.output.pages.review_plots import theme_profile
from reviewtheme.output.review_page import review_page


def contrast(colour: str) -> float:
    """Return the contrast of a colour with white, as WCAG defines it, 1..21."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 1.05 / (0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2] + 0.05)


def test_areas_stand_out_from_the_paper() -> None:
    """Three to one at least, for stances and groups of any codebook."""
    stances = tuple(Stance(id=f"s{n}", name=f"S{n}") for n in range(10))
    themes = [Theme(id=f"t{n}", name="T", group=f"G{n}") for n in range(12)]
    colours = [look.colour for look in stance_looks(stances)] + list(group_colours(themes).values())
    assert min(map(contrast, colours)) >= 3


def test_a_stance_looks_the_same_in_every_codebook() -> None:
    """The known ones keep their look, others get one that is free; each has a sign of its own."""
    usual = {look.stance.id: look for look in stance_looks(default_codebook().stances)}
    mixed = stance_looks((Stance(id="praise", name="Praise"), Stance(id="concern", name="Concern")))
    assert mixed[1].look == usual["concern"].look
    assert mixed[0].look not in {look.look for look in usual.values()}
    assert len({look.sign for look in usual.values()}) == 4


def test_plots_have_no_names_that_clash_or_styles_that_leak() -> None:
    """Nothing in a plot is named after its place in Matplotlib, and no rule of it reaches the page around."""
    plot = theme_profile(coded_review())
    assert plot.startswith("<svg")
    assert plot.count("<svg") == 1
    assert "<style" not in plot
    assert "<metadata" not in plot
    assert "<?xml" not in plot
    assert '<g id="' not in plot
    assert "DejaVu" not in plot
    assert plot == theme_profile(coded_review())


def test_characters_that_steer_are_shown() -> None:
    """Whatever is not, stays as it is, in number too."""
    assert displayed("a\u202eb\u2066\x00\ud800é\n") == "a\ufffdb\ufffd\ufffd\ufffdé\n"
    assert displayed("plain") == "plain"
    assert shortened("  one   two three", 8) == "one two…"


@pytest.mark.parametrize("package", ["matplotlib", "jinja2"])
def test_a_missing_package_is_named(package: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the command that installs it."""
    from reviewtheme.output.pages import rendering

    rendering._environment.cache_clear()
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError, match=r"pip install \"reviewtheme\[report\]\""):
        review_page(coded_review())
