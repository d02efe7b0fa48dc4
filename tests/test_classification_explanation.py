"""Explanations: what the words add, adds up to the score."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reviewtheme.classification.explanation import explain
from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.model_folder import load_model
from reviewtheme.errors import CodebookError

WORDS = st.sampled_from(
    [
        "the",
        "social",
        "worker's",
        "not",
        "share",
        "information",
        "“sofa”",
        "co-sleeping",
        "£5",
        "naïve",
        "(see)",
        ".",
    ]
)


def log_odds(sentence: SentenceInPlace, theme_id: str) -> float:
    """Return what the model itself says before calibration."""
    model = load_model()
    decided = model.theme_weights.decision(model.features.transform_parts([sentence]))
    return float(decided[0][model.codebook.theme_ids.index(theme_id)])


@settings(max_examples=40, deadline=None)
@given(
    st.lists(WORDS, max_size=14), st.lists(WORDS, max_size=6), st.sampled_from(["supervision", "education"])
)
def test_parts_add_up(words: list[str], before: list[str], theme_id: str) -> None:
    """Baseline, the sentence before and all words together are the model's log-odds."""
    sentence = SentenceInPlace(text=" ".join(words), previous=" ".join(before))
    told = explain(load_model(), sentence, theme_id)
    total = told.baseline + told.previous + sum(word.weight for word in told.words)
    if told.words:
        assert total == pytest.approx(log_odds(sentence, theme_id), abs=2e-3)


def test_words_stand_where_they_say() -> None:
    """Offsets hold, and the word that names the theme speaks most for it."""
    text = "He was found on the sofa, and information wasn't shared."
    told = explain(load_model(), SentenceInPlace(text=text), "co-sleeping-risk")
    assert [text[word.start : word.end] for word in told.words] == [word.text for word in told.words]
    assert told.strongest(1)[0].text == "sofa"
    assert "wasn't" in [word.text for word in told.words]


def test_without_words_there_is_nothing_to_tell() -> None:
    """An empty sentence has a baseline and no words."""
    told = explain(load_model(), SentenceInPlace(text=""), "supervision")
    assert told.words == ()
    assert told.strongest() == ()


def test_unknown_theme_is_refused() -> None:
    """The error names the themes there are."""
    with pytest.raises(CodebookError, match="no theme"):
        explain(load_model(), SentenceInPlace(text="A sentence."), "weather")
