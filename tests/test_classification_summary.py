"""The librarian's two sentences, and the sentences that they rest on."""

from coded_reviews import CHILD_HOLLY, Marked, coded_review

from reviewtheme.classification.summary import summarise
from reviewtheme.codebook import Codebook, Stance, Theme, default_codebook
from reviewtheme.document import BlockKind


def test_both_sentences() -> None:
    """Concern and good practice are learning, what is asked for is a recommendation, context neither."""
    summary = summarise(coded_review())
    assert summary.text.splitlines() == [
        "Learning themes include: inter-agency communication; handover, transfer and continuity; supervision "
        "and management oversight; record keeping.",
        "Recommendations include: inter-agency communication.",
    ]
    assert [(p.theme_id, p.sentences) for p in summary.recommendations] == [
        ("inter-agency-communication", (3,))
    ]
    assert {p.theme_id: p.sentences for p in summary.learning}["supervision"] == (2,)


def test_nothing_found_is_said() -> None:
    """Never an empty sentence."""
    text = summarise(coded_review([Marked(text="Holly was four months old.")])).text
    assert text == "No learning themes were found.\nNo recommendations were found."


def test_most_frequent_first_then_codebook_order() -> None:
    """Counted among the sentences that tell, not among all that carry the theme."""
    marked = [
        *[Marked(text="A fact about training.", themes=("training",)) for _ in range(3)],
        Marked(text="Training was thin.", themes=("training", "neglect"), stance="concern"),
        Marked(text="Nobody saw it.", themes=("neglect",), stance="concern"),
    ]
    assert [p.theme_id for p in summarise(coded_review(marked)).learning] == ["neglect", "training"]


def test_contents_and_glossary_are_no_evidence() -> None:
    """Only the body counts."""
    profiles = {p.theme.id: p for p in coded_review().themes}
    assert profiles["supervision"].evidence == (2,)
    assert profiles["supervision"].sentences == 1


def test_evidence_begins_with_what_tells_most() -> None:
    """A full sentence that takes a stance comes before a heading, a plain fact and a fragment."""
    marked = [
        Marked(text="Supervision", themes=("supervision",), kind=BlockKind.HEADING, score=0.99),
        Marked(
            text="Supervision of the staff at the clinic is monthly.", themes=("supervision",), score=0.95
        ),
        Marked(
            text="Supervision at the clinic lapsed for the whole of the winter.",
            themes=("supervision",),
            stance="concern",
            score=0.8,
        ),
    ]
    assert coded_review(marked).themes[0].evidence == (2, 1, 0)


def test_a_codebook_without_these_stances_has_learning_all_the_same() -> None:
    """Its themes are not said to be missing."""
    theme = Theme(id="a", name="Arrears")
    for stances in ((), (Stance(id="mild", name="Mild"), Stance(id="grave", name="Grave"))):
        codebook = Codebook(name="own", version="1", themes=(theme,), stances=stances)
        stance = stances[0].id if stances else ""
        coded = coded_review(
            [Marked(text="The rent was late.", themes=("a",), stance=stance)], codebook=codebook
        )
        assert summarise(coded).text == "Learning themes include: arrears."


def test_profiles_count_every_stance() -> None:
    """The numbers of a theme's stances add up to its sentences."""
    coded = coded_review(CHILD_HOLLY)
    assert coded.themes[0].theme.id == "inter-agency-communication"
    for profile in coded.themes:
        assert tuple(profile.stances) == default_codebook().stance_ids
        assert sum(profile.stances.values()) == profile.sentences == len(profile.evidence)
