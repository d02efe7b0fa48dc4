"""Explanations: what the words add, adds up to the score."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import reviewtheme as rt
from reviewtheme.classification.explanation import explain_theme
from reviewtheme.classification.features import SentenceInPlace
from reviewtheme.classification.model_folder import load_model
from reviewtheme.errors import CodebookError, ModelError

ROOT = Path(__file__).resolve().parent.parent
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
    told = explain_theme(load_model(), sentence, theme_id)
    total = told.baseline + told.previous + sum(word.weight for word in told.words)
    assert total == pytest.approx(log_odds(sentence, theme_id), abs=2e-3)


def test_words_stand_where_they_say() -> None:
    """Offsets hold, and the word that names the theme speaks most for it."""
    text = "He was found on the sofa, and information wasn't shared."
    told = explain_theme(load_model(), SentenceInPlace(text=text), "co-sleeping-risk")
    assert [text[word.start : word.end] for word in told.words] == [word.text for word in told.words]
    assert told.strongest(1)[0].text == "sofa"
    assert "wasn't" in [word.text for word in told.words]


def test_without_words_there_is_nothing_to_tell() -> None:
    """An empty sentence has a baseline and no words."""
    told = explain_theme(load_model(), SentenceInPlace(text=""), "supervision")
    assert told.words == ()
    assert told.strongest() == ()


def test_unknown_theme_is_refused() -> None:
    """The error names the themes there are."""
    with pytest.raises(CodebookError, match="no theme"):
        explain_theme(load_model(), SentenceInPlace(text="A sentence."), "weather")


ARTICLE = "corpus_sample/documents/news-article.txt"


def test_a_mark_of_a_coded_review_is_explained(monkeypatch: pytest.MonkeyPatch) -> None:
    """The public name explains a sentence in its place, with the sentence before it."""
    monkeypatch.chdir(ROOT)
    coded = rt.classify(ARTICLE)
    marked = next(s for s in coded.sentences if "professional-curiosity" in s.themes)
    told = rt.explain(coded, marked.index, "professional-curiosity")
    assert told.strongest()
    assert all(marked.text[word.start : word.end] == word.text for word in told.words)


def test_another_model_does_not_explain(monkeypatch: pytest.MonkeyPatch) -> None:
    """The words of one model say nothing about the marks of another."""
    monkeypatch.chdir(ROOT)
    coded = rt.classify(ARTICLE)
    other = replace(coded, model=replace(coded.model, sha256="0" * 64))
    with pytest.raises(ModelError, match="model that coded it"):
        rt.explain(other, 0, "supervision")
