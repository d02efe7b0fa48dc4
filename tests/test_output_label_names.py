"""Labels for other programs: known again as the theme or stance that they are of."""

from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.codebook import Codebook, Stance, Theme, default_codebook
from reviewtheme.output.label_names import LabelNames
from reviewtheme.training.formats.known_labels import KnownLabels

WORDS = st.text(alphabet="abAB -", min_size=1, max_size=4).filter(str.strip)


def test_names_where_they_are_plain() -> None:
    """The default codebook's are, and each has a colour."""
    codebook = default_codebook()
    labels = LabelNames(codebook)
    assert list(labels.themes.values()) == [theme.name for theme in codebook.themes]
    assert list(labels.stances.values()) == [stance.name for stance in codebook.stances]
    colours = labels.colours()
    assert list(colours) == [*labels.themes.values(), *labels.listed_stances.values()]
    assert all(len(colour) == 7 and colour.startswith("#") for colour in colours.values())


@given(st.lists(WORDS, min_size=1, max_size=4), st.lists(WORDS, max_size=3))
def test_every_label_is_known_again(themes: list[str], stances: list[str]) -> None:
    """Whatever names a codebook has: as its own theme or stance, or, where that cannot be, as no other."""
    codebook = Codebook(
        name="c",
        version="1",
        themes=tuple(Theme(id=f"t{number}", name=name) for number, name in enumerate(themes)),
        stances=tuple(Stance(id=f"s{number}", name=name) for number, name in enumerate(stances)),
    )
    labels, known = LabelNames(codebook), KnownLabels(codebook)
    assert all(known.theme(label) == theme for theme, label in labels.themes.items())
    for stance, label in labels.stances.items():
        assert known.theme(label) is None
        assert known.stance(label) in (stance, None)
    assert len(set(labels.colours())) == len(themes) + len(stances)
