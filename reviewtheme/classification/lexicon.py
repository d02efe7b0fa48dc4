"""Words and phrases of the field that point to themes: features of the model, and the keyword baseline.

Text and phrases are compared word by word, in lower case, with hyphens read as spaces and
apostrophes left out, so that "Co-sleeping" and "co sleeping" are one.
"""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources

from reviewtheme.codebook import default_codebook
from reviewtheme.errors import CodebookError

WORD = re.compile(r"[a-z0-9]+")
_CACHED_WORDS = 100_000
"""Words whose place in the lexicon is kept, so that memory stays flat over many documents."""


def split_words(text: str) -> list[str]:
    """Return the lower-case words of a text, apostrophes left out."""
    return WORD.findall(text.lower().replace("’", "").replace("'", ""))


@dataclass(slots=True)
class _Node:
    """One step of the phrases that begin alike."""

    words: dict[str, "_Node"] = field(default_factory=dict)
    stems: dict[str, "_Node"] = field(default_factory=dict)
    stem_lengths: tuple[int, ...] = ()
    ends: list[tuple[int, bool]] = field(default_factory=list)
    """(theme column, counts for it) of each phrase that ends here."""

    def branch(self, word: str) -> "_Node":
        """Return the step that a word of a phrase leads to; made where there is none."""
        branches = self.stems if word.endswith("*") else self.words
        following = branches.setdefault(word.rstrip("*"), _Node())
        self.stem_lengths = tuple(sorted({len(stem) for stem in self.stems}))
        return following

    def steps(self, word: str) -> list["_Node"]:
        """Return the steps that a word of a sentence leads to."""
        found = [self.words[word]] if word in self.words else []
        return found + [self.stems[word[:n]] for n in self.stem_lengths if word[:n] in self.stems]


@dataclass(frozen=True, slots=True, kw_only=True)
class PhraseMatch:
    """A phrase of the lexicon found in a list of words."""

    column: int
    """Column of its theme."""
    start: int
    """Index of its first word."""
    end: int
    """One past the index of its last word."""


class Lexicon:
    """Finds the phrases of each theme in a sentence.

    Args:
        theme_ids: the label space, in order; themes without phrases are allowed.
        phrases: theme id to its phrases; a word that ends in "*" stands for all words that begin so.
        exceptions: theme id to phrases that look like the theme and are not.

    Raises:
        CodebookError: a theme of `phrases` or `exceptions` is not in `theme_ids`.
    """

    def __init__(
        self,
        theme_ids: Sequence[str],
        phrases: Mapping[str, Sequence[str]],
        exceptions: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        self.theme_ids = tuple(theme_ids)
        self.phrases = {theme_id: tuple(phrases) for theme_id, phrases in phrases.items()}
        self.exceptions = {theme_id: tuple(phrases) for theme_id, phrases in (exceptions or {}).items()}
        columns = {theme_id: column for column, theme_id in enumerate(self.theme_ids)}
        self._root = _Node()
        self._first: dict[str, list[_Node]] = {}
        for entries, counts in ((self.phrases, True), (self.exceptions, False)):
            for theme_id, theme_phrases in entries.items():
                if theme_id not in columns:
                    raise CodebookError(f"The lexicon names '{theme_id}', which is no theme of the codebook.")
                for phrase in theme_phrases:
                    node = self._root
                    for word in split_phrase(phrase):
                        node = node.branch(word)
                    node.ends.append((columns[theme_id], counts))

    def find(self, words: Sequence[str]) -> list[PhraseMatch]:
        """Return the phrases found, in order; none that shares a word with an exception of its theme."""
        found: list[PhraseMatch] = []
        excepted: list[PhraseMatch] = []
        for start in range(len(words)):
            for node, end in self._walk(words, start):
                for column, counts in node.ends:
                    match = PhraseMatch(column=column, start=start, end=end)
                    (found if counts else excepted).append(match)
        return [m for m in found if not any(_overlaps(e, m) for e in excepted)] if excepted else found

    def _walk(self, words: Sequence[str], start: int) -> list[tuple[_Node, int]]:
        """Return every node reached from a place, with the place one past its last word."""
        word = words[start]
        first = self._first.get(word)
        if first is None:
            if len(self._first) >= _CACHED_WORDS:
                self._first.clear()
            first = self._first[word] = self._root.steps(word)
        reached = [(node, start + 1) for node in first]
        for node, end in reached:
            if end < len(words) and (node.words or node.stems):
                reached.extend((after, end + 1) for after in node.steps(words[end]))
        return reached


def split_phrase(phrase: str) -> list[str]:
    """Return the words of a lexicon phrase, a closing "*" kept on its word."""
    return re.findall(r"[a-z0-9]+\*?", phrase.lower().replace("’", "").replace("'", ""))


def _overlaps(exception: PhraseMatch, match: PhraseMatch) -> bool:
    return exception.column == match.column and exception.start < match.end and match.start < exception.end


@cache
def default_lexicon() -> Lexicon:
    """Return the lexicon that comes with the program; its label space is the default codebook's."""
    text = resources.files("reviewtheme.classification").joinpath("lexicon.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text)
    return Lexicon(
        default_codebook().theme_ids,
        {theme_id: entry["words"] for theme_id, entry in entries.items()},
        {theme_id: entry.get("not", []) for theme_id, entry in entries.items()},
    )
