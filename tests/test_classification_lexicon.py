"""The lexicon finds phrases word by word, and its exceptions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.classification import lexicon as module
from reviewtheme.classification.lexicon import Lexicon, PhraseMatch, default_lexicon, split_words
from reviewtheme.codebook import default_codebook
from reviewtheme.errors import CodebookError


def found(lexicon: Lexicon, text: str) -> list[str]:
    """Return the theme of each phrase found in a text."""
    return [lexicon.theme_ids[match.column] for match in lexicon.find(split_words(text))]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Co-sleeping isn't safe", ["co", "sleeping", "isnt", "safe"]),
        ("the child’s GP (2019)", ["the", "childs", "gp", "2019"]),
        ("", []),
        ("… –", []),
    ],
)
def test_split_words(text: str, words: list[str]) -> None:
    """Lower case, no apostrophes, hyphens part words."""
    assert split_words(text) == words


def test_phrases_stems_and_places() -> None:
    """A phrase is found where its words stand; a star stands for the rest of a word."""
    lexicon = Lexicon(["a", "b"], {"a": ["co-sleep*"], "b": ["safe place", "safe"]})
    assert lexicon.find(split_words("Co-sleeping in a safe place")) == [
        PhraseMatch(column=0, start=0, end=2),
        PhraseMatch(column=1, start=4, end=5),
        PhraseMatch(column=1, start=4, end=6),
    ]
    assert found(lexicon, "sleeping co safely") == []


def test_exceptions_take_their_words_out_for_their_theme_only() -> None:
    """What looks like the theme and is not does not count, and other themes keep it."""
    lexicon = Lexicon(
        ["a", "b"], {"a": ["supervis*"], "b": ["supervised contact"]}, {"a": ["supervised contact"]}
    )
    assert found(lexicon, "supervised contact") == ["b"]
    assert found(lexicon, "supervision after supervised contact") == ["a", "b"]


def test_a_theme_outside_the_label_space_is_refused() -> None:
    """In phrases and in exceptions alike."""
    with pytest.raises(CodebookError, match="names 'z'"):
        Lexicon(["a"], {"z": ["word"]})
    with pytest.raises(CodebookError, match="names 'z'"):
        Lexicon(["a"], {}, {"z": ["word"]})


def test_a_phrase_may_be_long_or_empty() -> None:
    """A phrase of thousands of words builds no deep stack; one without a word is never found."""
    words = [f"word{number}" for number in range(5000)]
    lexicon = Lexicon(["a"], {"a": [" ".join(words), "–"]})
    assert [match.end for match in lexicon.find(words)] == [5000]
    assert lexicon.find(["other"]) == []


def test_what_is_kept_for_speed_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays flat over many documents, and results stay the same."""
    monkeypatch.setattr(module, "_CACHED_WORDS", 10)
    lexicon = Lexicon(["a"], {"a": ["neglect*"]})
    words = [f"word{number}" for number in range(100)] + ["neglected"]
    assert len(lexicon.find(words)) == 1
    assert len(lexicon._first) <= 10
    assert lexicon.find(words) == lexicon.find(words)


def test_default_lexicon_covers_the_codebook() -> None:
    """Every theme has phrases, and every phrase is found in itself unless an exception takes it out."""
    lexicon = default_lexicon()
    assert lexicon.theme_ids == default_codebook().theme_ids
    assert set(lexicon.phrases) == set(lexicon.theme_ids)
    for theme_id, phrases in lexicon.phrases.items():
        for phrase in phrases:
            assert theme_id in found(lexicon, phrase.replace("*", "")), (theme_id, phrase)


@given(st.text(alphabet=st.sampled_from("supervison neglct'’-*"), max_size=60))
def test_matches_lie_within_the_text_in_order(text: str) -> None:
    """Whatever the text."""
    words = split_words(text)
    matches = default_lexicon().find(words)
    assert all(0 <= m.start < m.end <= len(words) for m in matches)
    assert [m.start for m in matches] == sorted(m.start for m in matches)
