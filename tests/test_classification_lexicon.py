"""The lexicon finds phrases word by word, and its exceptions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviewtheme.classification import lexicon as module
from reviewtheme.classification.lexicon import (
    Lexicon,
    PhraseMatch,
    default_lexicon,
    hint_of,
    split_words,
    themes_by_keywords,
)
from reviewtheme.codebook import default_codebook
from reviewtheme.errors import CodebookError


def found(lexicon: Lexicon, text: str) -> list[str]:
    """Return what each phrase found in a text points to."""
    return [lexicon.columns[match.column] for match in lexicon.find(split_words(text))]


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


def test_gaps_stand_for_a_few_words() -> None:
    """Up to six, at every place where the phrase goes on; at the ends of a phrase they stand for none."""
    lexicon = Lexicon(["a", "b"], {"a": ["inform* … not … shar*"], "b": ["… safe …"]})
    near = split_words("The information was not always safe or shared, and sharing")
    assert lexicon.find(near) == [
        PhraseMatch(column=0, start=1, end=8),
        PhraseMatch(column=0, start=1, end=10),
        PhraseMatch(column=1, start=5, end=6),
    ]
    assert found(lexicon, "information not a b c d e f shared") == ["a"]
    assert found(lexicon, "information not a b c d e f g shared") == []
    assert found(lexicon, "shared information not") == []


def test_a_phrase_may_stand_at_the_beginning_only() -> None:
    """Of the words that are searched."""
    lexicon = Lexicon(["a"], {"a": ["^ despite … this", "^however"]})
    assert found(lexicon, "Despite all of this, however") == ["a"]
    assert found(lexicon, "And despite this") == []
    assert found(lexicon, "However,") == ["a"]


def test_gaps_do_not_multiply() -> None:
    """A phrase of many gaps in a text of one word is found at most once an end."""
    lexicon = Lexicon(["a"], {"a": [" … ".join(["word"] * 7)]})
    matches = lexicon.find(["word"] * 100)
    assert len({(m.start, m.end) for m in matches}) == len(matches) <= 100 * 100


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


def test_a_phrase_without_a_word_is_never_found() -> None:
    """And hurts no other."""
    lexicon = Lexicon(["a"], {"a": ["–", "word"]})
    assert [match.end for match in lexicon.find(["other", "word"])] == [2]


@pytest.mark.parametrize(
    "phrase", [" ".join(["word"] * 41), " … ".join(["word"] * 8), " ".join(str(n) for n in range(1000))]
)
def test_what_no_lexicon_needs_is_refused(phrase: str) -> None:
    """A forged model must not fill the memory."""
    with pytest.raises(CodebookError, match="too large"):
        Lexicon(["a"], {"a": [phrase]})


def test_too_many_phrases_and_columns_twice_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same."""
    with pytest.raises(CodebookError, match="twice"):
        Lexicon(["a", "a"], {})
    monkeypatch.setattr(module, "_MOST_STEPS", 5)
    with pytest.raises(CodebookError, match="too large"):
        Lexicon(["a"], {"a": ["one two", "three four"]}, {"a": ["five six"]})


def test_phrases_listed_often_count_once() -> None:
    """However many exceptions there are, a sentence is searched in no time."""
    lexicon = Lexicon(["a"], {"a": ["the"] * 3000}, {"a": ["of"] * 3000})
    assert len(lexicon.find(["the", "house", "of", "the"] * 10)) == 20


def test_what_is_kept_for_speed_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """Memory stays flat over many documents, and results stay the same."""
    monkeypatch.setattr(module, "_CACHED_WORDS", 10)
    lexicon = Lexicon(["a"], {"a": ["neglect*"]})
    words = [f"word{number}" for number in range(100)] + ["neglected"]
    assert len(lexicon.find(words)) == 1
    assert len(lexicon._words_of) <= 10
    assert lexicon.find(words) == lexicon.find(words)


def test_keyword_list() -> None:
    """One strong phrase marks a theme, and so do three finds among hints and words; two do not."""
    lexicon = Lexicon(
        ["a", "b", "a, hint", "a, word"],
        {
            "a": ["neglect*"],
            "b": ["sofa"],
            "a, hint": ["dirty", "hungry"],
            "a, word": ["clothes"],
        },
    )
    assert themes_by_keywords(lexicon, ["neglected", "sofa"]) == {"a", "b"}
    assert "a" in themes_by_keywords(lexicon, ["dirty", "and", "hungry", "clothes"])
    assert "a" not in themes_by_keywords(lexicon, ["dirty", "clothes"])


def test_default_lexicon_covers_the_codebook() -> None:
    """Every theme and stance has phrases, and each is found in itself unless an exception takes it out."""
    lexicon, codebook = default_lexicon(), default_codebook()
    assert lexicon.columns[: len(codebook.themes)] == codebook.theme_ids
    assert {*codebook.theme_ids, *codebook.stance_ids, hint_of("child-voice"), "lack"} <= set(lexicon.columns)
    assert all(len(lexicon.phrases[theme_id]) >= 20 for theme_id in codebook.theme_ids)
    for name, phrases in lexicon.phrases.items():
        for phrase in phrases:
            words = split_words(phrase.replace("*", ""))
            assert words, (name, phrase)
            if not any(takes_out(lexicon, name, words)):
                assert name in found(lexicon, " ".join(words)), (name, phrase)


def takes_out(lexicon: Lexicon, name: str, words: list[str]) -> list[bool]:
    """Tell of each exception of a column whether it stands in the words."""
    return [bool(Lexicon([name], {name: [e]}).find(words)) for e in lexicon.exceptions.get(name, ())]


@given(st.text(alphabet=st.sampled_from("supervison neglct'’-*"), max_size=60))
def test_matches_lie_within_the_text_in_order(text: str) -> None:
    """Whatever the text."""
    words = split_words(text)
    matches = default_lexicon().find(words)
    assert all(0 <= m.start < m.end <= len(words) for m in matches)
    assert [m.start for m in matches] == sorted(m.start for m in matches)
